"""The driving score of the CARLA Leaderboard: route completion times penalties."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.bodies import STANDS_FAST
from jing_scenarios.metrics.collisions import Collision, collisions_of
from jing_scenarios.metrics.compliance import red_passages, stop_sign_passages
from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.route_progress import route_progress
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["PENALTIES", "infraction_penalty"]

Float = NDArray[np.float64]

PENALTIES = {"pedestrian": 0.50, "vehicle": 0.60, "static": 0.65, "red light": 0.70, "stop sign": 0.80}
"""Factor of each infraction (Leaderboard 1.0)."""

_WALKERS = {"pedestrian", "wheelchair", "animal"}


def _whom(trace: ScenarioTrace, hit: Collision) -> str:
    kind = trace.kinds[hit.other] if hit.other >= 0 else "obstacle"
    return "pedestrian" if kind in _WALKERS else "static" if kind in STANDS_FAST else "vehicle"


def infraction_penalty(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t,)` product of the factors of all infractions until each instant; raises MetricError without a map."""
    factors = np.ones(trace.n_t)
    for hit in collisions_of(trace, actor):
        factors[hit.row] *= PENALTIES[_whom(trace, hit)]
    for passage in red_passages(trace, actor):
        factors[passage.row] *= PENALTIES["red light"]
    for passage in stop_sign_passages(trace, actor):
        factors[passage.row] *= PENALTIES["stop sign"]
    return np.asarray(np.cumprod(factors), dtype=np.float64)


@metric(
    "driving_score_1", "1", "driving score",
    "Route completion times 0.5 a pedestrian, 0.6 a vehicle, 0.65 a static thing hit, 0.7 a red light, 0.8 a stop.",
    "CARLA Leaderboard 1.0 (evaluation and metrics)", "last",
)  # fmt: skip
def _score(trace: ScenarioTrace, actor: int, others: tuple[int, ...]) -> Series:
    del others
    return Series.alone(route_progress(trace, actor) * infraction_penalty(trace, actor))
