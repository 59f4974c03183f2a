"""Puts the ends of one-way links beside one another where a register lets them all run into one point.

A register has one node for a merge or a crossing, and the lines of its links meet in that node. On the ground a ramp
runs beside the main line before the two are one, and the two side roads of an expressway cross a street some metres
apart. Here such a link's line is moved sideways at its end, and led back to where the register has it.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jing_maps.compile.carriageway_width import half_width_m, main_line_rank
from jing_maps.compile.curves import parallel, with_points
from jing_maps.compile.plan import Control, StreetPlan

__all__ = ["effective_control", "paired_ends", "set_ends_apart"]

Float = NDArray[np.float64]

# Length over which a ramp runs back to its own line, and the gap that is left between its edge and the main line's.
_TAPER_M = 90.0
_GAP_M = 0.4
_MEDIAN_M = 3.0
_SAME_WAY_RAD = np.radians(60.0)
_LOOK_AHEAD_M = 60.0


@dataclass(frozen=True)
class _End:
    """An end of a link at a node: `end` 0 = it leaves the node, 1 = it comes in; heading is away from the node."""

    link: int
    end: int
    outward_rad: float
    far: Float


def effective_control(plan: StreetPlan) -> StreetPlan:
    """The plan with its controls made true to the links: where nothing can go on is the border of the map, and a
    priority crossing of one-way carriageways that only merge or part is a merge."""
    control = plan.control.copy()
    ends = _ends(plan, [plan.line[i][:, :2] for i in range(len(plan.link_id))])
    for node, around in ends.items():
        ways_in = [e for e in around if e.end == 1 or plan.lanes_backward[e.link]]
        ways_out = [e for e in around if e.end == 0 or plan.lanes_backward[e.link]]
        if not ways_in or not ways_out:
            control[node] = Control.BOUNDARY
        elif control[node] == Control.PRIORITY and not any(plan.lanes_backward[e.link] for e in around):
            turns = [abs(_wrap(b.outward_rad - a.outward_rad - np.pi)) for a in ways_in for b in ways_out]
            if max(turns) < _SAME_WAY_RAD:
                control[node] = Control.NONE
    return replace(plan, control=control)


def paired_ends(plan: StreetPlan, lines: list[Float]) -> set[tuple[int, int, int]]:
    """(node, link that comes in, link that goes out) of one-way links that are the two halves of one street there."""
    pairs = set()
    for node, around in _ends(plan, lines).items():
        if plan.control[node] in (Control.NONE, Control.BOUNDARY):
            continue
        one_way = [e for e in around if not plan.lanes_backward[e.link]]
        for a in (e for e in one_way if e.end == 1):
            for b in (e for e in one_way if e.end == 0):
                if abs(_wrap(a.outward_rad - b.outward_rad)) < _SAME_WAY_RAD:
                    pairs.add((node, a.link, b.link))
    return pairs


def set_ends_apart(plan: StreetPlan, lines: list[Float]) -> tuple[list[Float], Float]:
    """The lines with the ends of ramps beside their main lines, and halves of one street beside one another.

    Also `(n_links, 2)`: how far each line's begin and end were moved to the right of its direction, m.
    """
    right_m = np.zeros((len(lines), 2))
    for node, around in _ends(plan, lines).items():
        if plan.control[node] in (Control.NONE, Control.BOUNDARY):
            for e in around:
                right_m[e.link, e.end] = _beside_main_m(plan, around, e)
    for _, into, out in paired_ends(plan, lines):
        right_m[into, 1] = half_width_m(plan, into) + _MEDIAN_M / 2
        right_m[out, 0] = half_width_m(plan, out) + _MEDIAN_M / 2
    return [_shifted(line, *right_m[link]) for link, line in enumerate(lines)], right_m


def _beside_main_m(plan: StreetPlan, around: list[_End], own: _End) -> float:
    """How far to the right of its own direction the end of a link belongs; 0 for the main line itself."""
    one_way = [e for e in around if not plan.lanes_backward[e.link]]
    rank = {e.link: (main_line_rank(plan, e.link), -int(plan.lanes_forward[e.link]), e.link) for e in one_way}
    beside = [e for e in one_way if e.end == own.end]
    if own.link not in rank or len(beside) < 2:
        return 0.0
    main = min(beside, key=lambda e: rank[e.link])
    if main.link == own.link:
        return 0.0
    # Which side it joins from shows some way off the node.
    travel = own.outward_rad if own.end == 0 else own.outward_rad + np.pi
    right = np.array([np.sin(travel), -np.cos(travel)])
    side = 1.0 if float((own.far - main.far) @ right) >= 0 else -1.0
    return side * (half_width_m(plan, main.link) + half_width_m(plan, own.link) + _GAP_M)


def _shifted(line: Float, begin_m: float, end_m: float) -> Float:
    if begin_m == 0.0 and end_m == 0.0:
        return line
    total_m = float(np.hypot(*np.diff(line, axis=0).T).sum())
    taper_m = min(_TAPER_M, 0.6 * total_m)
    fine, station = with_points(line, 6.0)
    right = begin_m * _fade(station / taper_m) + end_m * _fade((total_m - station) / taper_m)
    return parallel(fine, right)


def _fade(share: Float) -> Float:
    """From 1 at 0 down to 0 at 1 and beyond, level at both ends."""
    t = np.clip(share, 0.0, 1.0)
    return np.asarray(1 - t * t * (3 - 2 * t))


def _ends(plan: StreetPlan, lines: list[Float]) -> dict[int, list[_End]]:
    found: dict[int, list[_End]] = {}
    for link, line in enumerate(lines):
        for end, (node, points) in enumerate(((plan.from_node[link], line), (plan.to_node[link], line[::-1]))):
            station = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
            far = np.array([np.interp(_LOOK_AHEAD_M, station, points[:, k]) for k in (0, 1)])
            near = np.array([np.interp(20.0, station, points[:, k]) for k in (0, 1)]) - points[0]
            found.setdefault(int(node), []).append(_End(link, end, float(np.arctan2(near[1], near[0])), far))
    return found


def _wrap(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
