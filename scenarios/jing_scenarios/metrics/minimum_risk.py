"""The minimum-risk manoeuvre of an actor: from its begin to standstill.

It begins where the scenario says so: at the start of a storyboard element whose name has `mrm` or `minimal risk` or
`minimum risk` in it (case, dashes and underscores do not matter).
"""

import re

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.comfort import motion_of
from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["manoeuvre_rows"]

Rows = tuple[int, ...]

_R157 = "UN Regulation 157, paragraph 5.5 (minimum risk manoeuvre, at most 4.0 m/s2)"
_STANDS_MPS = 0.1


def manoeuvre_rows(trace: ScenarioTrace, actor: int) -> tuple[int, int] | None:
    """Rows at which the manoeuvre begins and at which the actor stands; the latter is `n_t` if it never does.

    None where the scenario has no such manoeuvre.
    """
    begins = [change.time_s for change in trace.story if change.state == "runningState" and _is_one(change.element)]
    if not begins:
        return None
    begin = int(np.searchsorted(trace.time_s, min(begins) - 1e-9))
    stands = np.flatnonzero(np.abs(trace.speed_mps[begin:, actor]) < _STANDS_MPS)
    return begin, begin + int(stands[0]) if len(stands) else trace.n_t


def _is_one(name: str) -> bool:
    return re.search(r"mrm|minim(al|um)risk", re.sub(r"[^a-z]", "", name.lower())) is not None


def _during(trace: ScenarioTrace, actor: int, values: NDArray[np.float64]) -> Series:
    rows = manoeuvre_rows(trace, actor)
    out = np.full(trace.n_t, np.nan)
    if rows is not None:
        out[rows[0] : rows[1] + 1] = values[rows[0] : rows[1] + 1]
    return Series.alone(out)


@metric(
    "mrm_deceleration_mps2", "m/s2", "MRM deceleration", "Deceleration during the minimum-risk manoeuvre.", _R157, "max"
)
def _deceleration(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return _during(trace, actor, np.maximum(-motion_of(trace, actor)["longitudinal_mps2"], 0.0))


@metric(
    "mrm_time_s", "s", "MRM time", "Time from the begin of the minimum-risk manoeuvre to standstill; inf = never.",
    _R157, "max",
)  # fmt: skip
def _time(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    rows = manoeuvre_rows(trace, actor)
    begin = trace.time_s[rows[0]] if rows is not None and rows[0] < trace.n_t else np.nan
    spent = trace.time_s - begin
    if rows is not None and rows[1] == trace.n_t:
        spent[-1] = np.inf
    return _during(trace, actor, spent)
