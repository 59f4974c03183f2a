"""Points of reference lines and values of profiles, as `jing_maps.opendrive.plan_view` computes them, one at a time."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf

__all__ = ["cubic_at", "line_at", "shape_at", "tilt_of"]

F64 = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
_SHORT_NODES, _SHORT_WEIGHTS = np.polynomial.legendre.leggauss(8)
_SHORT_NODES, _SHORT_WEIGHTS = (_SHORT_NODES + 1) / 2, _SHORT_WEIGHTS / 2
_PANELS = 32
_NEWTON_STEPS = 4
# The heading turns by at most this much in one panel of the quadrature: 16 nodes are exact to rounding then.
_PANEL_RAD = 1.5
_LINE, _ARC, _SPIRAL = 0.0, 1.0, 2.0
_PARAMS = 8


@leaf
def _row_at(table: F64, first: int, end: int, s: float) -> int:
    """Last of the rows `first .. end - 1` that starts at or before `s`, or the first one."""
    low, high = first, end
    while high - low > 1:
        middle = (low + high) // 2
        if table[middle, 0] <= s:
            low = middle
        else:
            high = middle
    return low


@leaf
def cubic_at(cubics: F64, first: int, end: int, s: float) -> tuple[float, float]:
    """Value and slope at `s` of the profile in rows `first .. end - 1`; zeros where it has no rows."""
    if end <= first:
        return 0.0, 0.0
    k = _row_at(cubics, first, end, s)
    ds = s - cubics[k, 0]
    b, c, d = cubics[k, 2], cubics[k, 3], cubics[k, 4]
    return cubics[k, 1] + ds * (b + ds * (c + ds * d)), b + ds * (2 * c + ds * 3 * d)


@leaf
def _speed(pieces: F64, k: int, p: float) -> float:
    q = _PARAMS
    du = pieces[k, q + 1] + p * (2 * pieces[k, q + 2] + p * 3 * pieces[k, q + 3])
    dv = pieces[k, q + 5] + p * (2 * pieces[k, q + 6] + p * 3 * pieces[k, q + 7])
    return float(np.sqrt(du * du + dv * dv))


@leaf
def _parameter(pieces: F64, arcs: F64, k: int, ds: float) -> float:
    """The parameter of a cubic at `ds` metres from its begin."""
    table, step = int(pieces[k, 7]), pieces[k, 5] / _PANELS
    low, high = 0, _PANELS
    while high - low > 1:
        middle = (low + high) // 2
        if arcs[table, middle] <= ds:
            low = middle
        else:
            high = middle
    s0, s1 = arcs[table, low], arcs[table, low + 1]
    begin = low * step
    p = begin + step * (ds - s0) / (s1 - s0 if s1 > s0 else 1.0)
    for _ in range(_NEWTON_STEPS):
        span, reached = p - begin, 0.0
        for i in range(len(_SHORT_NODES)):
            reached += _speed(pieces, k, begin + span * _SHORT_NODES[i]) * _SHORT_WEIGHTS[i]
        p -= (s0 + span * reached - ds) / max(_speed(pieces, k, p), 1e-9)
    return float(p)


@leaf
def line_at(pieces: F64, arcs: F64, first: int, end: int, s: float) -> tuple[float, float, float, float]:
    """x, y, heading and curvature at `s` of the line in rows `first .. end - 1`; its ends go on as they are."""
    k = _row_at(pieces, first, end, s)
    ds, kind = s - pieces[k, 0], pieces[k, 6]
    u, v, turn, curvature = ds, 0.0, 0.0, 0.0
    if kind == _ARC:
        curvature = pieces[k, _PARAMS]
        turn = curvature * ds
        half = turn / 2
        chord = ds * (np.sin(half) / half if abs(half) > 1e-12 else 1.0)
        u, v = chord * np.cos(half), chord * np.sin(half)
    elif kind == _SPIRAL:
        start = pieces[k, _PARAMS]
        rate = (pieces[k, _PARAMS + 1] - start) / pieces[k, 4]
        most = abs(ds) * max(abs(start), abs(start + rate * ds))
        panels = int(np.ceil(most / _PANEL_RAD)) or 1
        u = 0.0
        for i in range(panels):
            for j in range(len(_NODES)):
                at = ds * (i + _NODES[j]) / panels
                angle = at * (start + rate * at / 2)
                u += np.cos(angle) * _WEIGHTS[j]
                v += np.sin(angle) * _WEIGHTS[j]
        u, v = u * ds / panels, v * ds / panels
        turn, curvature = ds * (start + rate * ds / 2), start + rate * ds
    elif kind != _LINE:
        p, q = _parameter(pieces, arcs, k, ds), _PARAMS
        b, c, d = pieces[k, q + 1], pieces[k, q + 2], pieces[k, q + 3]
        f, g, h = pieces[k, q + 5], pieces[k, q + 6], pieces[k, q + 7]
        u = pieces[k, q] + p * (b + p * (c + p * d))
        v = pieces[k, q + 4] + p * (f + p * (g + p * h))
        du, dv = b + p * (2 * c + p * 3 * d), f + p * (2 * g + p * 3 * h)
        ddu, ddv = 2 * c + 6 * d * p, 2 * g + 6 * h * p
        turn = np.arctan2(dv, du)
        curvature = (du * ddv - dv * ddu) / max(np.sqrt(du * du + dv * dv), 1e-9) ** 3
    heading = pieces[k, 3]
    cos, sin = np.cos(heading), np.sin(heading)
    return pieces[k, 1] + u * cos - v * sin, pieces[k, 2] + u * sin + v * cos, heading + turn, curvature


@leaf
def _profile_at(shapes: F64, first: int, end: int, t: float) -> tuple[float, float]:
    """Height and slope over t of the profile in rows `first .. end - 1`."""
    k = first
    while k + 1 < end and shapes[k + 1, 1] <= t:
        k += 1
    dt = t - shapes[k, 1]
    b, c, d = shapes[k, 3], shapes[k, 4], shapes[k, 5]
    return shapes[k, 2] + dt * (b + dt * (c + dt * d)), b + dt * (2 * c + dt * 3 * d)


@leaf
def shape_at(shapes: F64, first: int, end: int, s: float, t: float) -> tuple[float, float, float]:
    """Height of a lateral shape at s and t, and its slopes over s and over t; zeros where it has no rows."""
    if end <= first:
        return 0.0, 0.0, 0.0
    low = first
    k = first
    while k < end and shapes[k, 0] <= s:
        if shapes[k, 0] != shapes[low, 0]:
            low = k
        k += 1
    low_end = low
    while low_end < end and shapes[low_end, 0] == shapes[low, 0]:
        low_end += 1
    height, across = _profile_at(shapes, low, low_end, t)
    if low_end == end or s < shapes[low, 0]:
        return height, 0.0, across
    high_end = low_end
    while high_end < end and shapes[high_end, 0] == shapes[low_end, 0]:
        high_end += 1
    beyond, beyond_across = _profile_at(shapes, low_end, high_end, t)
    wide = shapes[low_end, 0] - shapes[low, 0]
    weight = (s - shapes[low, 0]) / wide
    return height + weight * (beyond - height), (beyond - height) / wide, across + weight * (beyond_across - across)


@leaf
def tilt_of(rise: float, roll: float) -> float:
    """Metres along a road by which its t axis leads ahead per metre of t, seen from above: `sin(pitch) sin(roll)`."""
    return float(-rise / np.sqrt(1.0 + rise * rise) * np.sin(roll)) if rise != 0.0 and roll != 0.0 else 0.0
