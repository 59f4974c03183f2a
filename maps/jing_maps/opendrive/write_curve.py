"""Smooth reference lines through polylines: pieces of OpenDRIVE's paramPoly3 whose parameter is the arc length.

A polyline turns at its corners at once; a road does not. Where short chords follow one another around a bend, they are
taken for samples of a curve, which is drawn through their ends; any other corner is rounded by an arc that stays
within 6 cm of it. The lines and arcs are then joined into as few cubic pieces as stay within 2 cm and 2.5 degrees of
them. A straight stretch becomes a line. Position and heading are continuous over the whole curve.

>>> import numpy as np
>>> curve = fit_curve(np.array([[0.0, 0.0], [40.0, 0.0], [40.0, 40.0]]))
>>> x, y, heading = curve.locate(np.array([0.0, curve.total_m]))
>>> x.round(6).tolist(), y.round(6).tolist(), np.degrees(heading).round(3).tolist()
([0.0, 40.0], [0.0, 40.0], [0.0, 90.0])
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "fit_curve", "turn_rad"]

Float = NDArray[np.float64]

_CORNER_M = 0.06
_FIT_M = 0.02
_FIT_RAD = np.radians(2.5)
_SAME_POINT_M = 0.01
_SAMPLED_CHORD_M = 8.0
_SAMPLED_OFF_M = 0.12
_SAMPLED_PARTS = 6
_SHORTEST_M = 0.02
_PROJECT_STEPS = 8
_PROJECTED_M = 1e-6
_BEND_M = 0.05
# Extra places near both ends where a piece may end, so that a prescribed heading there changes little of the rest.
_NEAR_ENDS_M = (1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Curve:
    """`(n,)` pieces; on each u = p + cU p^2 + dU p^3, v = cV p^2 + dV p^3 in the frame of its begin, p in metres.

    Attributes:
        start_m, x_m, y_m, heading_rad, length_m: `(n,)` station, place, heading and length of the pieces.
        cubic: `(n, 4)`: cU, dU, cV, dV; all zero for a line.
    """

    start_m: Float
    x_m: Float
    y_m: Float
    heading_rad: Float
    length_m: Float
    cubic: Float

    @cached_property
    def total_m(self) -> float:
        """Length of the curve."""
        return float(self.start_m[-1] + self.length_m[-1])

    def locate(self, s_m: Float) -> tuple[Float, Float, Float]:
        """`(k,)` x, y [m] and heading [rad] at the stations `s_m`, which are clipped to the curve."""
        s = np.clip(s_m, 0.0, self.total_m)
        row = np.clip(np.searchsorted(self.start_m, s, side="right") - 1, 0, len(self.start_m) - 1)
        p = s - self.start_m[row]
        u, v, turned = _cubic_at(self.cubic[row], p)
        cos, sin = np.cos(self.heading_rad[row]), np.sin(self.heading_rad[row])
        return self.x_m[row] + u * cos - v * sin, self.y_m[row] + u * sin + v * cos, self.heading_rad[row] + turned

    @cached_property
    def _grid(self) -> tuple[Float, Float]:
        s = np.linspace(0.0, self.total_m, max(2, int(np.ceil(self.total_m)) + 1))
        x, y, _ = self.locate(s)
        return s, np.stack([x, y], axis=1)

    def project(self, xy: Float) -> tuple[Float, Float]:
        """`(k,)` station and lateral offset (left positive) [m] of the curve's points nearest to `xy` `(k, 2)`."""
        grid_s, grid_xy = self._grid
        distance = ((xy[:, None, :] - grid_xy[None, :, :]) ** 2).sum(axis=2)
        s = grid_s[np.argmin(distance, axis=1)]
        best = s
        for _ in range(_PROJECT_STEPS):
            x, y, heading = self.locate(s)
            along, aside = _ahead_left(xy[:, 0] - x, xy[:, 1] - y, heading)
            bend = (self.locate(s + _BEND_M)[2] - self.locate(s - _BEND_M)[2]) / (2 * _BEND_M)
            step = np.clip(s + along / np.maximum(1 - bend * aside, 0.5), 0.0, self.total_m) - s
            s = s + step
            best = np.where(self._distance(s, xy) < self._distance(best, xy), s, best)
            if np.abs(step).max() < _PROJECTED_M:
                break
        x, y, heading = self.locate(best)
        return best, _ahead_left(xy[:, 0] - x, xy[:, 1] - y, heading)[1]

    def _distance(self, s_m: Float, xy: Float) -> Float:
        x, y, _ = self.locate(s_m)
        return np.asarray(np.hypot(xy[:, 0] - x, xy[:, 1] - y))


def _ahead_left(dx: Float, dy: Float, heading: Float) -> tuple[Float, Float]:
    cos, sin = np.cos(heading), np.sin(heading)
    return dx * cos + dy * sin, dy * cos - dx * sin


def turn_rad(angle_rad: Float) -> Float:
    """Angles brought into -pi .. pi."""
    return (angle_rad + np.pi) % (2 * np.pi) - np.pi


def fit_curve(points: Float, start_heading: float | None = None, end_heading: float | None = None) -> Curve:
    """The smooth curve from the first to the last of `points` `(k, 2)`, in the tolerances of the module's docstring.

    A prescribed heading [rad] at an end replaces that of the polyline there; the curve then leaves the polyline by as
    much as the difference of the two needs.
    """
    points = _refine(_distinct(points), start_heading, end_heading)
    stations, x, y, heading = _knots_and_middles(_round_corners(points))
    if start_heading is not None:
        heading[0] += turn_rad(np.array(start_heading) - heading[0])
    if end_heading is not None:
        heading[-1] += turn_rad(np.array(end_heading) - heading[-1])
    pieces, at, last = [], 0, len(stations) - 1
    while at < last:
        until = _longest(stations, x, y, heading, at)
        pieces.append((at, until))
        at = until
    begin = np.array([a for a, _ in pieces])
    cubic = np.array([_hermite(stations, x, y, heading, a, b) for a, b in pieces])
    length = np.array([stations[b] - stations[a] for a, b in pieces])
    return Curve(stations[begin], x[begin], y[begin], heading[begin], length, cubic)


def _distinct(points: Float) -> Float:
    """Points at least a centimetre apart; two that are at least 2 cm apart where all fall together."""
    step = np.hypot(*np.diff(points, axis=0).T)
    keep = np.concatenate([[True], step > _SAME_POINT_M])
    keep[-1] = True
    if len(step) > 1 and keep.sum() > 2 and np.hypot(*(points[-1] - points[keep][-2])) <= _SAME_POINT_M:
        keep[np.flatnonzero(keep)[-2]] = False
    points = points[keep]
    if len(points) == 2 and np.hypot(*(points[1] - points[0])) < _SHORTEST_M:
        ahead = points[1] - points[0]
        size = float(np.hypot(*ahead))
        ahead = ahead / size if size > 0 else np.array([1.0, 0.0])
        points = np.stack([points[0], points[0] + ahead * _SHORTEST_M])
    return points


def _refine(points: Float, start_heading: float | None, end_heading: float | None) -> Float:
    """The polyline with more points where its chords are samples of a curve."""
    chord = np.diff(points, axis=0)
    size, heading = np.hypot(chord[:, 0], chord[:, 1]), np.unwrap(np.arctan2(chord[:, 1], chord[:, 0]))
    angle = np.diff(heading)
    if len(angle) == 0:
        return points
    # Share of each corner's turn that lies before it, as on the circle through three points.
    before = angle * size[:-1] / (size[:-1] + size[1:])
    first = -before[0] if start_heading is None else float(turn_rad(np.array(start_heading) - heading[0]))
    last = (angle - before)[-1] if end_heading is None else float(turn_rad(np.array(end_heading) - heading[-1]))
    at_begin, at_end = np.concatenate([[first], before - angle]), np.concatenate([before, [last]])
    off_m = size * (np.abs(at_begin) + np.abs(at_end)) / 8
    sampled = (size <= _SAMPLED_CHORD_M) & (off_m <= _SAMPLED_OFF_M) & (np.abs(at_begin) + np.abs(at_end) > 1e-3)
    # Beside a chord that stays as it is, the curve begins in that chord's direction.
    at_begin[1:] = np.where(sampled[:-1], at_begin[1:], -angle)
    at_end[:-1] = np.where(sampled[1:], at_end[:-1], angle)
    parts: list[Float] = []
    for i, point in enumerate(points[:-1]):
        parts.append(point[None])
        if sampled[i]:
            p = np.linspace(0.0, 1.0, _SAMPLED_PARTS + 1)[1:-1, None]
            lead, trail = (np.array([np.cos(heading[i] + d), np.sin(heading[i] + d)]) * size[i]
                           for d in (at_begin[i], at_end[i]))  # fmt: skip
            parts.append(
                point * (1 - 3 * p**2 + 2 * p**3) + points[i + 1] * (3 * p**2 - 2 * p**3)
                + lead * (p - 2 * p**2 + p**3) + trail * (p**3 - p**2)
            )  # fmt: skip
    return np.concatenate([*parts, points[-1:]])


def _round_corners(points: Float) -> tuple[Float, Float, Float, Float, Float]:
    """Start x, y, heading, length and curvature of the lines and arcs that follow the polyline."""
    chord = np.diff(points, axis=0)
    size = np.hypot(chord[:, 0], chord[:, 1])
    ahead = chord / size[:, None]
    heading = np.unwrap(np.arctan2(chord[:, 1], chord[:, 0]))
    angle = np.diff(heading)
    bend = np.maximum(np.abs(angle), 1e-9)
    reach = np.minimum(np.minimum(size[:-1], size[1:]) / 2, _CORNER_M / np.tan(np.minimum(bend, 3.1) / 4))
    reach = np.where(bend < 1e-4, 0.0, reach)
    arc_m = reach * bend / np.tan(np.minimum(bend, 3.1) / 2)
    n = len(size)
    before, after = np.concatenate([[0.0], reach]), np.concatenate([reach, [0.0]])
    line_begin = points[:-1] + ahead * before[:, None]
    xy = np.empty((2 * n - 1, 2))
    xy[0::2], xy[1::2] = line_begin, points[1:-1] - ahead[:-1] * reach[:, None]
    head, length, curvature = np.empty(2 * n - 1), np.empty(2 * n - 1), np.zeros(2 * n - 1)
    head[0::2], head[1::2] = heading, heading[:-1]
    length[0::2], length[1::2] = np.maximum(size - before - after, 0.0), arc_m
    curvature[1::2] = np.where(arc_m > 0, angle / np.where(arc_m > 0, arc_m, 1.0), 0.0)
    keep = length > 1e-6
    return xy[keep, 0], xy[keep, 1], head[keep], length[keep], curvature[keep]


def _knots_and_middles(pieces: tuple[Float, Float, Float, Float, Float]) -> tuple[Float, Float, Float, Float]:
    """Stations, x, y, heading of the places at which pieces may end (even rows) and of those half-way (odd rows)."""
    x, y, heading, length, curvature = pieces
    start = np.concatenate([[0.0], np.cumsum(length)])
    total = start[-1]
    extra = np.array([m for e in _NEAR_ENDS_M if 3 * e < total for m in (e, total - e)])
    knots = np.unique(np.concatenate([start, extra]))
    knots = knots[np.concatenate([[True], np.diff(knots) > 1e-6])]
    knots[-1] = total
    stations = np.empty(2 * len(knots) - 1)
    stations[0::2], stations[1::2] = knots, (knots[:-1] + knots[1:]) / 2
    row = np.clip(np.searchsorted(start, stations, side="right") - 1, 0, len(length) - 1)
    ds, bent = stations - start[row], np.abs(curvature[row]) > 1e-9
    k = np.where(bent, curvature[row], 1.0)
    h0 = heading[row]
    h1 = h0 + np.where(bent, k * ds, 0.0)
    px = x[row] + np.where(bent, (np.sin(h1) - np.sin(h0)) / k, ds * np.cos(h0))
    py = y[row] + np.where(bent, (np.cos(h0) - np.cos(h1)) / k, ds * np.sin(h0))
    return stations, px, py, h1


def _longest(stations: Float, x: Float, y: Float, heading: Float, at: int) -> int:
    """The furthest row at which a piece from row `at` may end."""
    last, step, good = len(stations) - 1, 2, at + 2
    while at + step <= last and _fits(stations, x, y, heading, at, at + step):
        good, step = at + step, step * 2
    bad = min(at + step, last + 2)
    while bad - good > 2:
        middle = good + 2 * ((bad - good) // 4)
        if _fits(stations, x, y, heading, at, middle):
            good = middle
        else:
            bad = middle
    return good


def _fits(stations: Float, x: Float, y: Float, heading: Float, a: int, b: int) -> bool:
    u, v, turned = _cubic_at(np.array(_hermite(stations, x, y, heading, a, b)), stations[a : b + 1] - stations[a])
    cos, sin = np.cos(heading[a]), np.sin(heading[a])
    off = np.hypot(x[a] + u * cos - v * sin - x[a : b + 1], y[a] + u * sin + v * cos - y[a : b + 1])
    turned_off = np.abs(heading[a] + turned - heading[a : b + 1])
    return bool(off.max() <= _FIT_M and turned_off.max() <= _FIT_RAD)


def _hermite(stations: Float, x: Float, y: Float, heading: Float, a: int, b: int) -> tuple[float, float, float, float]:
    """cU, dU, cV, dV of the cubic of unit speed at both ends from row `a` to row `b`."""
    length, turned = stations[b] - stations[a], heading[b] - heading[a]
    cos, sin = np.cos(heading[a]), np.sin(heading[a])
    dx, dy = x[b] - x[a], y[b] - y[a]
    u, v = dx * cos + dy * sin, dy * cos - dx * sin
    a_u, b_u = (u - length) / length**2, (np.cos(turned) - 1) / length
    a_v, b_v = v / length**2, np.sin(turned) / length
    cubic = (3 * a_u - b_u, (b_u - 2 * a_u) / length, 3 * a_v - b_v, (b_v - 2 * a_v) / length)
    bend = np.abs(cubic) * np.array([length**2, length**3, length**2, length**3])
    return (0.0, 0.0, 0.0, 0.0) if bend.max() < 1e-7 else cubic


def _cubic_at(cubic: Float, p: Float) -> tuple[Float, Float, Float]:
    c_u, d_u, c_v, d_v = cubic.T
    u, v = p * (1 + p * (c_u + p * d_u)), p * p * (c_v + p * d_v)
    turned = np.arctan2(p * (2 * c_v + 3 * p * d_v), 1 + p * (2 * c_u + 3 * p * d_u))
    return u, v, turned
