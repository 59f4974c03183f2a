"""Monitor of pedestrian crossings: who drives over one while somebody walks on it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.crossings import find_crosswalks
from jing_scenarios.laws_china.law import Breach, LawReport
from jing_scenarios.metrics.map_facts import MapFacts, facts_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["watch_crossings"]

Float = NDArray[np.float64]

_WALKERS = {"pedestrian", "wheelchair"}
# A pedestrian this close to the vehicle's side, or walking towards its way, is to be let pass.
_BESIDE_M = 1.5
_WALKS_MPS = 0.2
# A crossing reaches this much further where people step from the kerb.
_KERB_M = 0.5


@dataclass(frozen=True)
class _Crossing:
    """A crossing: middle, unit vector along which people walk, half length along it and half width."""

    x_m: float
    y_m: float
    walk: Float
    half_length_m: float
    half_width_m: float

    def local(self, x_m: Float, y_m: Float) -> tuple[Float, Float]:
        """Coordinates along the walk and across it."""
        dx, dy = x_m - self.x_m, y_m - self.y_m
        return dx * self.walk[0] + dy * self.walk[1], dy * self.walk[0] - dx * self.walk[1]


def _crossings(facts: MapFacts) -> tuple[_Crossing, ...]:
    def find() -> tuple[_Crossing, ...]:
        found = []
        for shape in find_crosswalks(facts.odr):
            begin, end = shape.line[0, :2], shape.line[1, :2]
            length = float(np.hypot(*(end - begin)))
            x, y = (begin + end) / 2
            found.append(_Crossing(x, y, (end - begin) / max(length, 1e-9), length / 2, shape.width_m / 2))
        return tuple(found)

    return facts.once("crossings", find)


def watch_crossings(trace: ScenarioTrace, actor: int) -> LawReport:
    """The front drives onto a crossing while a pedestrian on it is in, close to, or on the way into the vehicle's way.

    Raises:
        MetricError: the run has no map.
    """
    facts = facts_of(trace, "crossings")
    walkers = [row for row, kind in enumerate(trace.kinds) if kind in _WALKERS and row != actor]
    occasions, breaches = 0, []
    for crossing in _crossings(facts):
        if not _reaches(trace, actor, crossing):
            continue
        for row in _entries(trace, actor, crossing):
            met = [walker for walker in walkers if _to_be_let(trace, actor, walker, crossing, row)]
            on_it = [walker for walker in walkers if _is_on(trace, walker, crossing, row)]
            occasions += bool(on_it)
            breaches += [_breach(trace, actor, walker, row) for walker in met[:1]]
    return LawReport(occasions, tuple(sorted(breaches, key=lambda breach: breach.time_s)))


def _reaches(trace: ScenarioTrace, actor: int, crossing: _Crossing) -> bool:
    """The actor is in the part of the map where the crossing is."""
    x, y = trace.x_m[:, actor], trace.y_m[:, actor]
    room = crossing.half_length_m + crossing.half_width_m + float(trace.boxes.length_m[actor])
    near = (np.abs(x - crossing.x_m) <= room) & (np.abs(y - crossing.y_m) <= room)
    return bool(near.any())


def _entries(trace: ScenarioTrace, actor: int, crossing: _Crossing) -> list[int]:
    """Rows at which the front comes onto the crossing."""
    along, across = crossing.local(*(column[:, actor] for column in trace.front_m))
    inside = (np.abs(along) <= crossing.half_length_m) & (np.abs(across) <= crossing.half_width_m)
    return [int(row) for row in np.flatnonzero(inside[1:] & ~inside[:-1]) + 1]


def _is_on(trace: ScenarioTrace, walker: int, crossing: _Crossing, row: int) -> bool:
    along, across = crossing.local(trace.x_m[row, walker], trace.y_m[row, walker])
    reach = crossing.half_length_m + _KERB_M
    return bool(abs(along) <= reach and abs(across) <= crossing.half_width_m + _KERB_M)


def _to_be_let(trace: ScenarioTrace, actor: int, walker: int, crossing: _Crossing, row: int) -> bool:
    if not _is_on(trace, walker, crossing, row):
        return False
    front, _ = crossing.local(trace.front_m[0][row, actor], trace.front_m[1][row, actor])
    walks, _ = crossing.local(trace.x_m[row, walker], trace.y_m[row, walker])
    heading, speed = trace.heading_rad[row, walker], trace.speed_mps[row, walker]
    towards = (front - walks) * speed * (np.cos(heading) * crossing.walk[0] + np.sin(heading) * crossing.walk[1])
    near = abs(front - walks) <= trace.boxes.width_m[actor] / 2 + _BESIDE_M
    return bool(near or (towards > 0 and abs(speed) >= _WALKS_MPS))


def _breach(trace: ScenarioTrace, actor: int, walker: int, row: int) -> Breach:
    time, name, whom = float(trace.time_s[row]), trace.names[actor], trace.names[walker]
    speed = abs(float(trace.speed_mps[row, actor])) * 3.6
    text = f"{name} drove onto the crossing at {time:g} s with {speed:.1f} km/h while {whom} was on it"
    text_zh = f"{name}在{time:g}秒以{speed:.1f}公里/小时驶入人行横道，未停车让行正在通过的{whom}"
    return Breach(time, 1.0, text, text_zh, whom)
