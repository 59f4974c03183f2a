"""Points of reference lines: lines, arcs, spirals and parametric cubics, all by true arc length.

Spirals are Euler spirals: their heading is a quadratic in s, and x, y are integrals of its cosine and sine (Fresnel
integrals). They are integrated by Gauss-Legendre quadrature, 32 nodes for each half turn, which is exact to rounding
for every curvature, also where the textbook reduction to Fresnel's C and S loses digits (nearly constant curvature).
Cubics (`poly3`, `paramPoly3`) are not parametrised by their arc length; their parameter at s is found by Newton's
method on the integrated speed, so that s means metres along the line as it does everywhere else.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.model import GeometryKind, PlanView

__all__ = ["ArcLengths", "LinePoints", "arc_lengths", "points_on"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
_SHORT_NODES, _SHORT_WEIGHTS = np.polynomial.legendre.leggauss(8)
_SHORT_NODES, _SHORT_WEIGHTS = (_SHORT_NODES + 1) / 2, _SHORT_WEIGHTS / 2
_PANELS = 32
_NEWTON_STEPS = 4


@dataclass(frozen=True)
class LinePoints:
    """`(k,)` points of reference lines: position [m], heading [rad] and curvature [1/m]."""

    x_m: Float
    y_m: Float
    heading_rad: Float
    curvature: Float


@dataclass(frozen=True)
class ArcLengths:
    """Arc length at `_PANELS + 1` equal steps of the parameter of each parametric cubic.

    Attributes:
        row: `(n_primitives,)` row of `s_m`, or -1 for other primitives.
        s_m: `(n_cubics, _PANELS + 1)`.
    """

    row: Int
    s_m: Float


def _speed(params: Float, p: Float) -> Float:
    """|dr/dp| of cubics; `params` `(..., 8)`, `p` of a shape that broadcasts with it."""
    du = params[..., 1] + p * (2 * params[..., 2] + p * 3 * params[..., 3])
    dv = params[..., 5] + p * (2 * params[..., 6] + p * 3 * params[..., 7])
    return np.asarray(np.hypot(du, dv))


def arc_lengths(plan: PlanView) -> ArcLengths:
    """The table by which s becomes the parameter of a cubic."""
    cubic = plan.kind >= GeometryKind.POLY3
    row = np.where(cubic, np.cumsum(cubic) - 1, -1)
    params, step = plan.params[cubic], plan.p_end[cubic] / _PANELS
    p = (np.arange(_PANELS)[None, :, None] + _SHORT_NODES) * step[:, None, None]
    panel = (_speed(params[:, None, None, :], p) * _SHORT_WEIGHTS).sum(axis=2) * step[:, None]
    return ArcLengths(row, np.concatenate([np.zeros((len(step), 1)), np.cumsum(panel, axis=1)], axis=1))


def points_on(plan: PlanView, lengths: ArcLengths, rows: Int, s_m: Float) -> LinePoints:
    """Points of the primitives `rows` at the stations `s_m` of their roads, both `(k,)`."""
    ds, heading0 = s_m - plan.start_m[rows], plan.heading_rad[rows]
    kind, params = plan.kind[rows], plan.params[rows]
    u, v, turn, curvature = ds.copy(), np.zeros(len(ds)), np.zeros(len(ds)), np.zeros(len(ds))
    for of, move in ((GeometryKind.ARC, _arc), (GeometryKind.SPIRAL, _spiral)):
        mine = kind == of
        if mine.any():
            u[mine], v[mine], turn[mine], curvature[mine] = move(params[mine], ds[mine], plan.length_m[rows[mine]])
    mine = kind >= GeometryKind.POLY3
    if mine.any():
        p = _parameter(plan, lengths, rows[mine], ds[mine])
        u[mine], v[mine], turn[mine], curvature[mine] = _cubic(params[mine], p)
    cos, sin = np.cos(heading0), np.sin(heading0)
    x, y = plan.x_m[rows] + u * cos - v * sin, plan.y_m[rows] + u * sin + v * cos
    return LinePoints(x, y, heading0 + turn, curvature)


def _arc(params: Float, ds: Float, _length_m: Float) -> tuple[Float, Float, Float, Float]:
    turn = params[:, 0] * ds
    chord = ds * np.sinc(turn / (2 * np.pi))
    return chord * np.cos(turn / 2), chord * np.sin(turn / 2), turn, params[:, 0]


def _spiral(params: Float, ds: Float, length_m: Float) -> tuple[Float, Float, Float, Float]:
    start, rate = params[:, 0], (params[:, 1] - params[:, 0]) / length_m
    most = np.abs(ds) * np.maximum(np.abs(start), np.abs(start + rate * ds))
    panels = int(np.ceil(most.max() / np.pi)) or 1
    u, v = np.zeros(len(ds)), np.zeros(len(ds))
    for i in range(panels):
        at = ds[:, None] * (i + _NODES) / panels
        turn = at * (start[:, None] + rate[:, None] * at / 2)
        u += (np.cos(turn) * _WEIGHTS).sum(axis=1) * ds / panels
        v += (np.sin(turn) * _WEIGHTS).sum(axis=1) * ds / panels
    return u, v, ds * (start + rate * ds / 2), start + rate * ds


def _parameter(plan: PlanView, lengths: ArcLengths, rows: Int, ds: Float) -> Float:
    table = lengths.s_m[lengths.row[rows]]
    params, step = plan.params[rows], plan.p_end[rows] / _PANELS
    panel = np.clip((table <= ds[:, None]).sum(axis=1) - 1, 0, _PANELS - 1)
    index = np.arange(len(rows))
    s0, s1 = table[index, panel], table[index, panel + 1]
    begin = panel * step
    p = begin + step * (ds - s0) / np.where(s1 > s0, s1 - s0, 1.0)
    for _ in range(_NEWTON_STEPS):
        span = p - begin
        nodes = begin[:, None] + span[:, None] * _SHORT_NODES
        reached = s0 + span * (_speed(params[:, None, :], nodes) * _SHORT_WEIGHTS).sum(axis=1)
        p = p - (reached - ds) / np.maximum(_speed(params, p), 1e-9)
    return np.asarray(p)


def _cubic(params: Float, p: Float) -> tuple[Float, Float, Float, Float]:
    a, b, c, d = params[:, 0:4].T
    e, f, g, h = params[:, 4:8].T
    u, v = a + p * (b + p * (c + p * d)), e + p * (f + p * (g + p * h))
    du, dv = b + p * (2 * c + p * 3 * d), f + p * (2 * g + p * 3 * h)
    ddu, ddv = 2 * c + 6 * d * p, 2 * g + 6 * h * p
    speed = np.maximum(np.hypot(du, dv), 1e-9)
    return u, v, np.arctan2(dv, du), (du * ddv - dv * ddu) / speed**3
