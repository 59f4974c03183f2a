"""The shape that each road and connector of a network gets in an OpenDRIVE file: reference line, sections, widths.

A road's reference line is the left edge of its lanes as they are at its end, where stop lines and signals stand: there
the lane offset is 0. (CARLA measures the place of objects from the offset line, the standard from the reference line.)
A lane that begins late opens a lane section. Where lanes lie side by side as their widths say, widths are constant;
where they do not, widths follow the centre lines, and a gap of more than 30 cm between two lanes becomes a lane of type
`none`. All lanes of a road end at one cross-section: a connector is prolonged or cut to begin there.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_maps.opendrive.write_curve import Curve, fit_curve, turn_rad

__all__ = ["GAP", "Records", "RoadShape", "Section", "connector_shape", "road_shape"]

Float = NDArray[np.float64]
Records = tuple[tuple[float, float, float], ...]
"""Piecewise linear values: (distance from the begin [m], value, slope)."""

GAP = -1
_FULL_M = 0.5  # a lane that begins within this of the road's begin has its full length
_GAP_M = 0.3
_NOMINAL_M = 0.03
_FIT_M = 0.01
_STEP_M = 2.5
_THINNEST_M = 0.1
_TAIL_M = 30.0
_MITRE = 0.2  # share of a short chord that must be left when a line is moved sideways
_NEAR_M = 0.3
_KINK_RAD = np.radians(20.0)


@dataclass(frozen=True)
class Section:
    """Lanes side by side from `start_m` on: `lanes` rows of `Lanes` (or `GAP`) from left to right, ids -1, -2, ...

    `offset` holds the left edge of the first lane, over the distance from the road's begin; `widths` over that from
    the section's begin; `off_m` how far the written centre lines are from the network's at most.
    """

    start_m: float
    lanes: tuple[int, ...]
    offset: Records
    widths: tuple[Records, ...]
    off_m: float

    def lane_id(self, lane: int) -> int:
        """Id of a network lane in this section, 0 when it is not in it."""
        return -1 - self.lanes.index(lane) if lane in self.lanes else 0


@dataclass(frozen=True)
class RoadShape:
    """One OpenDRIVE road: reference line, lane sections in order, and heights over the station."""

    curve: Curve
    sections: tuple[Section, ...]
    elevation: Records

    def lane_t(self, lane: int, at_end: bool) -> float:
        """Lateral place [m] of a lane's centre at the road's end or begin."""
        section = self.sections[-1 if at_end else 0]
        s = self.curve.total_m if at_end else 0.0
        at = section.lanes.index(lane)
        widths = [value_at(w, s - section.start_m) for w in section.widths[: at + 1]]
        return value_at(section.offset, s) - sum(widths[:-1]) - widths[-1] / 2

    def lane_end(self, lane: int, at_end: bool) -> tuple[Float, float]:
        """Point (x, y) and heading of a lane's centre at the road's end or begin."""
        s = self.curve.total_m if at_end else 0.0
        x, y, heading = self.curve.locate(np.array([s]))
        t = self.lane_t(lane, at_end)
        return np.array([x[0] - t * np.sin(heading[0]), y[0] + t * np.cos(heading[0])]), float(heading[0])


def value_at(records: Records, s_m: float) -> float:
    """Value of piecewise linear records at `s_m`."""
    row = max(int(np.searchsorted([r[0] for r in records], s_m, side="right")) - 1, 0)
    begin, value, slope = records[row]
    return value + slope * (s_m - begin)


def road_shape(network: RoadNetwork, road: int) -> RoadShape:
    """The shape of a road."""
    lanes = network.lanes
    rows = list(network.road_lanes(road))[::-1]
    entered = np.diff(network.lane_in.first)[rows] > 0
    late = (lanes.start_m[rows] > _FULL_M) & ~entered
    full = [row for row, is_late in zip(rows, late, strict=True) if not is_late]
    spine = full[0] if full else min(rows, key=lambda row: float(lanes.start_m[row]))
    inside = rows[: rows.index(spine)]
    edge_m = float(lanes.width_m[spine]) / 2 + float(lanes.width_m[inside].sum())
    curve = fit_curve(_beside(lanes.centre[spine][:, :2], edge_m))
    places = _places(curve, {row: _dense(lanes.centre[row][:, :2]) for row in rows})
    starts = {
        row: float(places[row][0][0]) if is_late and row != spine else 0.0
        for row, is_late in zip(rows, late, strict=True)
    }
    cuts = [0.0]
    for start in sorted(starts.values()):
        if start - cuts[-1] > _FULL_M and curve.total_m - start > _FULL_M:
            cuts.append(start)
    sections = []
    for begin, end in zip(cuts, [*cuts[1:], curve.total_m], strict=True):
        active = [row for row in rows if starts[row] <= begin + _FULL_M]
        sections.append(_section(network, active, places, begin, end))
    return RoadShape(curve, tuple(sections), _elevation(curve, lanes.centre[spine]))


def connector_shape(network: RoadNetwork, connector: int, roads: list[RoadShape]) -> RoadShape:
    """The shape of a connector, from the end of the one lane to the begin of the other as they stand in the file."""
    connectors, lanes = network.connectors, network.lanes
    a, b = int(connectors.from_lane[connector]), int(connectors.to_lane[connector])
    begin, begin_heading = roads[lanes.road[a]].lane_end(a, at_end=True)
    end, end_heading = roads[lanes.road[b]].lane_end(b, at_end=False)
    line = connectors.centre[connector]
    points = _between(lanes.centre[a][:, :2], line[:, :2], lanes.centre[b][:, :2], begin, end)
    chord = np.diff(points, axis=0)
    own = np.arctan2(chord[[0, -1], 1], chord[[0, -1], 0])
    kink = np.abs(turn_rad(np.array([begin_heading, end_heading]) - own))
    curve = fit_curve(
        points,
        begin_heading if kink[0] < _KINK_RAD else None,
        end_heading if kink[1] < _KINK_RAD else None,
    )
    width = float(connectors.width_m[connector])
    section = Section(0.0, (connector,), ((0.0, width / 2, 0.0),), (((0.0, width, 0.0),),), 0.0)
    return RoadShape(curve, (section,), _elevation(curve, line))


def _beside(line: Float, left_m: float) -> Float:
    """A line moved to the left, its corners mitred; chords that would vanish on the inside of a bend are left out."""
    line = line[np.concatenate([[True], np.hypot(*np.diff(line, axis=0).T) > _FIT_M])]
    while True:
        chord = np.diff(line, axis=0)
        size = np.hypot(chord[:, 0], chord[:, 1])
        normal = np.stack([-chord[:, 1], chord[:, 0]], axis=1) / size[:, None]
        turn = 1 + (normal[:-1] * normal[1:]).sum(axis=1)
        middle = (normal[:-1] + normal[1:]) / np.maximum(turn, 0.3)[:, None]
        moved = line + left_m * np.concatenate([normal[:1], middle, normal[-1:]])
        left = (np.diff(moved, axis=0) * chord).sum(axis=1) / size**2
        if len(line) == 2 or left.min() > _MITRE:
            return moved
        worst = int(np.argmin(left))
        line = np.delete(line, worst + 1 if worst + 1 < len(size) else worst, axis=0)


def _dense(line: Float) -> Float:
    """The points of a line and more between them, at most `_STEP_M` apart."""
    parts = []
    for a, b in pairwise(line):
        n = max(1, int(np.ceil(np.hypot(*(b - a)) / _STEP_M)))
        parts.append(a + (b - a) * (np.arange(n) / n)[:, None])
    return np.concatenate([*parts, line[-1:]])


def _places(curve: Curve, lines: dict[int, Float]) -> dict[int, tuple[Float, Float]]:
    """Station and lateral offset of the points of each line."""
    s, t = curve.project(np.concatenate(list(lines.values())))
    cuts = np.cumsum([len(line) for line in lines.values()])[:-1]
    return dict(zip(lines, zip(np.split(s, cuts), np.split(t, cuts), strict=True), strict=True))


def _section(
    network: RoadNetwork, rows: list[int], places: dict[int, tuple[Float, Float]], begin_m: float, end_m: float
) -> Section:
    s = np.linspace(begin_m, end_m, max(2, int(np.ceil((end_m - begin_m) / _STEP_M)) + 1))
    centre = np.stack([np.interp(s, np.maximum.accumulate(places[row][0]), places[row][1]) for row in rows])
    width = network.lanes.width_m[rows]
    gaps = (centre[:-1] - width[:-1, None] / 2) - (centre[1:] + width[1:, None] / 2)
    split = np.flatnonzero(gaps.mean(axis=1) > _GAP_M) + 1
    lanes: list[int] = []
    widths: list[Float] = []
    left = right = np.zeros(len(s))
    for members in np.split(np.arange(len(rows)), split):
        edge, own = _side_by_side(centre[members], width[members])
        if lanes:
            lanes.append(GAP)
            widths.append(np.maximum(right - edge, 0.0))
        else:
            left = right = edge
        right = right - (widths[-1] if lanes else 0.0)
        lanes.extend(rows[i] for i in members)
        widths.extend(own)
        right = right - own.sum(axis=0)
    if np.abs(left).max() <= _NOMINAL_M:
        left = np.zeros(len(s))
    edges = left - np.cumsum([np.zeros(len(s)), *widths], axis=0)
    middle = (edges[:-1] + edges[1:]) / 2
    off = max(float(np.abs(middle[lanes.index(row)] - centre[i]).max()) for i, row in enumerate(rows))
    return Section(begin_m, tuple(lanes), _linear(s, left), tuple(_linear(s - begin_m, w) for w in widths), off)


def _side_by_side(centre: Float, width: Float) -> tuple[Float, Float]:
    """Left edge `(k,)` and widths `(n, k)` of lanes with these centres `(n, k)`, which touch one another.

    Where the nominal widths `(n,)` put the centres right, they are taken. Else the centres are kept and the widths
    come as near to the nominal ones as that allows (there is one degree of freedom, the left edge). Where that would
    leave a lane almost no width, the borders lie half-way between the lanes' nominal edges.
    """
    n, k = centre.shape
    stacked = width / 2 + np.concatenate([[0.0], np.cumsum(width)[:-1]])
    edge = (centre + stacked[:, None]).mean(axis=0)
    if np.abs(edge - stacked[:, None] - centre).max() <= _NOMINAL_M:
        return edge, np.repeat(width[:, None], k, axis=1)
    sign = (-1.0) ** np.arange(n)[:, None]
    rest = np.zeros((n + 1, k))
    for i in range(n):
        rest[i + 1] = 2 * centre[i] - rest[i]
    edge = (sign * (width[:, None] / 2 + centre - rest[:-1])).mean(axis=0)
    exact = 2 * sign * edge + 2 * rest[:-1] - 2 * centre
    if (exact > 0.5 * width[:, None]).all():
        return edge, exact
    inner = ((centre[:-1] - width[:-1, None] / 2) + (centre[1:] + width[1:, None] / 2)) / 2
    borders = np.concatenate([centre[:1] + width[0] / 2, inner, centre[-1:] - width[-1] / 2])
    return borders[0], np.maximum(-np.diff(borders, axis=0), _THINNEST_M)


def _linear(s: Float, values: Float) -> Records:
    """As few straight pieces as stay within a centimetre of the values."""
    if np.abs(values - values.mean()).max() <= _FIT_M:
        return ((float(s[0]), float(values.mean()), 0.0),)
    keep, stack = {0, len(s) - 1}, [(0, len(s) - 1)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        straight = np.interp(s[a : b + 1], s[[a, b]], values[[a, b]])
        worst = a + int(np.argmax(np.abs(values[a : b + 1] - straight)))
        if abs(values[worst] - straight[worst - a]) > _FIT_M:
            keep.add(worst)
            stack += [(a, worst), (worst, b)]
    at = sorted(keep)
    return tuple(
        (float(s[i]), float(values[i]), float((values[j] - values[i]) / (s[j] - s[i]))) for i, j in pairwise(at)
    )


def _elevation(curve: Curve, line: Float) -> Records:
    if np.abs(line[:, 2]).max() < _FIT_M:
        return ((0.0, 0.0, 0.0),)
    step = np.hypot(*np.diff(line[:, :2], axis=0).T)
    s = np.concatenate([[0.0], np.cumsum(step)])
    s, first = np.unique(s * (curve.total_m / max(float(s[-1]), 1e-9)), return_index=True)
    return _linear(s, line[first, 2])


def _between(before: Float, line: Float, after: Float, begin: Float, end: Float) -> Float:
    """The connector's line from `begin` to `end`, prolonged along the lanes or cut where these points say so."""
    middle = line
    if np.hypot(*(begin - line[0])) > _NEAR_M or np.hypot(*(end - line[-1])) > _NEAR_M:
        head, tail = _last_metres(before), _last_metres(after[::-1])[::-1]
        middle = np.concatenate([head, line[1:-1], tail])
        ahead = _direction(head[-2:]), _direction(tail[:2])
        keep = np.ones(len(middle), dtype=bool)
        near_begin = np.arange(len(middle)) < len(head) + max(len(line) - 2, 0) // 2
        keep &= ~near_begin | ((middle - begin) @ ahead[0] > _NEAR_M)
        keep &= near_begin | ((end - middle) @ ahead[1] > _NEAR_M)
        return np.concatenate([begin[None], middle[keep], end[None]])
    return np.concatenate([begin[None], middle[1:-1], end[None]])


def _direction(two: Float) -> Float:
    step = two[1] - two[0]
    return np.asarray(step / max(float(np.hypot(*step)), 1e-9))


def _last_metres(line: Float) -> Float:
    """The last `_TAIL_M` of a line, at least its last segment."""
    left = np.concatenate([np.cumsum(np.hypot(*np.diff(line, axis=0).T)[::-1])[::-1], [0.0]])
    first = min(int(np.argmax(left <= _TAIL_M)), len(line) - 2)
    return line[first:]
