"""Metrics of the last moment: until when braking, steering or accelerating still avoids a collision.

All from M. Tamke, T. Dang, G. Breuel, "A flexible method for criticality assessment in driver assistance systems",
IEEE Intelligent Vehicles Symposium 2011, with boxes in the plane: whoever is not evading keeps velocity and heading.
Collisions that are due within 30 s count.
"""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.bodies import bodies_of, box_times_of
from jing_scenarios.metrics.kernels_evasion import BRAKE, KICKDOWN, STEER_LEFT, STEER_RIGHT, last_moments
from jing_scenarios.metrics.limits import LIMITS, EvasionLimits
from jing_scenarios.metrics.pairs import least
from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["last_moments_of"]

Float = NDArray[np.float64]
Rows = tuple[int, ...]

_TAMKE = "M. Tamke, T. Dang, G. Breuel, IEEE Intelligent Vehicles Symposium 2011"


def last_moments_of(trace: ScenarioTrace, actor: int, manoeuvre: str, limits: EvasionLimits = LIMITS) -> Float:
    """`(n_t, n)` seconds until the last moment of a manoeuvre (`brake`, `kickdown`, `steer`, `react`) against each
    other actor; inf = no collision is due, -inf = too late, NaN = not known. `react` is the latest of the three."""
    latest: Float = np.full((trace.n_t, len(trace)), -np.inf)
    for kind, limit in _ways(manoeuvre, limits):
        latest = np.maximum(latest, _of_way(trace, actor, kind, limit, limits.turn_rad))
    return latest


def _of_way(trace: ScenarioTrace, actor: int, kind: int, limit: float, turn_rad: float) -> Float:
    """The same of one kind of the kernel; simulated once a run."""
    kept = f"last moment {kind} {limit} {turn_rad}", actor
    if kept not in trace.derived:
        bodies, due = bodies_of(trace), box_times_of(trace, actor)
        trace.derived[kept] = last_moments(bodies[:, actor], bodies, due, kind, limit, turn_rad)
    found: Float = trace.derived[kept]
    return found


def _ways(manoeuvre: str, limits: EvasionLimits) -> list[tuple[int, float]]:
    """Kinds of the kernel, each with its limit."""
    ways = {
        "brake": [(BRAKE, limits.braking_mps2)],
        "kickdown": [(KICKDOWN, limits.kickdown_mps2)],
        "steer": [(STEER_LEFT, limits.steering_mps2), (STEER_RIGHT, limits.steering_mps2)],
    }
    ways["react"] = [way for group in ways.values() for way in group]
    return ways[manoeuvre]


def _series(trace: ScenarioTrace, actor: int, others: Rows, manoeuvre: str) -> Series:
    rows = np.array(others, dtype=np.int64)
    return least(last_moments_of(trace, actor, manoeuvre)[:, rows], rows)


@metric("ttb_s", "s", "TTB", "Time to brake: until the last moment for braking with 8 m/s2.", _TAMKE, "min")
def _ttb(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _series(trace, actor, others, "brake")


@metric("ttk_s", "s", "TTK", "Time to kickdown: until the last moment for accelerating with 3.5 m/s2.", _TAMKE, "min")
def _ttk(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _series(trace, actor, others, "kickdown")


@metric(
    "tts_s", "s", "TTS", "Time to steer: until the last moment for swerving with 8 m/s2 to either side.", _TAMKE, "min"
)
def _tts(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _series(trace, actor, others, "steer")


@metric("ttr_s", "s", "TTR", "Time to react: the latest of TTB, TTS and TTK.", _TAMKE, "min")
def _ttr(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _series(trace, actor, others, "react")
