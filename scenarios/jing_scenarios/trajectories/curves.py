"""Clothoids and NURBS as tables of samples."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from jing_scenarios.roads.kernels_line import line_at
from jing_scenarios.trajectories.path_rows import LIFTED, PH, PP, PR, PX, PY, PZ, SAID, TANGENT, TIME, WIDTH, D
from jing_scenarios.trajectories.polyline import Vertex, with_motion

__all__ = ["ClothoidPiece", "clothoid_end", "clothoid_table", "nurbs_table"]

Float = NDArray[np.float64]

_STEP_M = 0.5
_NURBS_STEP_M = 0.25
_SPIRAL = 2.0
_BESIDE = 1e-3


class ClothoidPiece(NamedTuple):
    """A clothoid: begin [m, rad], curvature at begin and end [1/m], length [m], and times of both ends [s] or NaN."""

    x: float
    y: float
    heading: float
    curvature_start: float
    curvature_end: float
    length: float
    begin_s: float = math.nan
    end_s: float = math.nan


def clothoid_end(piece: ClothoidPiece) -> tuple[float, float, float]:
    """x, y and heading at the end of a piece."""
    x, y, heading, _ = line_at(_row(piece), np.zeros((0, 33)), 0, 1, piece.length)
    return x, y, heading


def clothoid_table(pieces: Sequence[ClothoidPiece]) -> Float:
    """The table of clothoids, one behind the other; samples every `_STEP_M` at most and at all joints."""
    rows: list[Float] = []
    passed = 0.0
    for piece in pieces:
        count = max(math.ceil(piece.length / _STEP_M), 1) + 1
        table = np.full((count, WIDTH), np.nan)
        s, spiral = np.linspace(0.0, piece.length, count), _row(piece)
        points = [line_at(spiral, np.zeros((0, 33)), 0, 1, value) for value in s.tolist()]
        table[:, [PX, PY, TANGENT]] = np.array(points)[:, :3]
        table[:, PH], table[:, D] = table[:, TANGENT], s + passed
        table[:, [SAID, LIFTED]] = 0.0
        table[:, TIME] = np.linspace(piece.begin_s, piece.end_s, count)
        passed += piece.length
        rows.append(table)
    whole = np.concatenate(rows)
    with_motion(whole, None)
    return whole


def _row(piece: ClothoidPiece) -> Float:
    """As a piece of a reference line, which the road kernels evaluate exactly."""
    row = np.zeros((1, 16))
    row[0, :10] = (
        0.0, piece.x, piece.y, piece.heading, max(piece.length, 1e-9), piece.length, _SPIRAL, -1.0,
        piece.curvature_start, piece.curvature_end,
    )  # fmt: skip
    return row


def nurbs_table(points: Sequence[Vertex], weights: Sequence[float], knots: Sequence[float], order: int) -> Float:
    """The table of a NURBS of an order (degree + 1) over its whole range of knots.

    x and y are rational B-splines (Piegl and Tiller, The NURBS Book, 4.1); z and angles where control points have them
    are as well. Times of control points hold where the influence of each is greatest. As in esmini, speed is even
    between samples that are about a metre apart.
    """
    degree, count = order - 1, len(points)
    spline = _Rational(np.array(points, dtype=np.float64), np.array(weights, dtype=np.float64), knots, degree)
    control = np.array(points, dtype=np.float64)[:, :2]
    around = float(np.hypot(*np.diff(control, axis=0).T).sum())
    samples = max(math.ceil(around / _NURBS_STEP_M), 8 * count) + 1
    inside = [knot for knot in knots if spline.begin < knot < spline.end]
    coarse = np.linspace(spline.begin, spline.end, 2 + math.floor(around))
    u = np.union1d(np.union1d(np.linspace(spline.begin, spline.end, samples), inside), coarse)
    table = np.full((len(u), WIDTH), np.nan)
    table[:, [PX, PY]] = spline.at(u, [0, 1])
    table[:, TANGENT] = spline.direction(u)
    table[:, D] = spline.arc_length(u)
    table[:, SAID] = float(not np.isnan([p.h for p in points]).any())
    table[:, PH] = spline.angle(u, 4) if table[0, SAID] else table[:, TANGENT]
    table[:, LIFTED] = float(not np.isnan([p.z for p in points]).any())
    if table[0, LIFTED]:
        table[:, PZ] = spline.at(u, [3])[:, 0]
        slope = -np.arctan2(np.gradient(table[:, PZ]), np.maximum(np.gradient(table[:, D]), 1e-9))
        table[:, PP] = slope if np.isnan([p.p for p in points]).any() else spline.angle(u, 5)
        table[:, PR] = 0.0 if np.isnan([p.r for p in points]).any() else spline.angle(u, 6)
    times = np.interp(coarse, spline.peaks(coarse), [p.time for p in points])
    table[:, TIME] = np.interp(table[:, D], table[np.searchsorted(u, coarse), D], times)
    with_motion(table, None)
    return table


class _Rational:
    """A rational B-spline over `(n, 7)` control values."""

    def __init__(self, values: Float, weights: Float, knots: Sequence[float], degree: int) -> None:
        self._values, self._weights = values, weights
        self._basis = BSpline(np.array(knots, dtype=np.float64), np.eye(len(values)), degree, extrapolate=False)
        self._slopes = self._basis.derivative() if degree else None
        self.begin, self.end = float(knots[degree]), float(knots[len(values)])

    def _influence(self, u: Float) -> tuple[Float, Float]:
        """Rational basis `(k, n)` and its derivative."""
        # The end of the range belongs to the last span.
        inside = np.clip(u, self.begin, np.nextafter(self.end, self.begin))
        plain = np.asarray(self._basis(inside)) * self._weights
        slope = np.zeros_like(plain) if self._slopes is None else np.asarray(self._slopes(inside)) * self._weights
        total, change = plain.sum(axis=1, keepdims=True), slope.sum(axis=1, keepdims=True)
        return plain / total, (slope - plain * change / total) / total

    def at(self, u: Float, columns: list[int]) -> Float:
        """`(k, len(columns))` values."""
        return np.asarray(self._influence(u)[0] @ self._values[:, columns])

    def angle(self, u: Float, column: int) -> Float:
        """`(k,)` angles; from each control point to the next one the short way round."""
        return np.asarray(self._influence(u)[0] @ np.unwrap(self._values[:, column]))

    def direction(self, u: Float) -> Float:
        """`(k,)` direction of the curve; where it stands still that of its neighbour."""
        speed = self._influence(u)[1] @ self._values[:, :2]
        moving = np.hypot(speed[:, 0], speed[:, 1]) > 1e-9
        angle = np.arctan2(speed[:, 1], speed[:, 0])
        if moving.any() and not moving.all():
            rows = np.arange(len(u))
            good = rows[moving]
            angle = angle[good[np.minimum(np.searchsorted(good, rows), len(good) - 1)]]
        return np.asarray(angle)

    def arc_length(self, u: Float) -> Float:
        """`(k,)` arc length from the begin, by Gauss-Legendre quadrature of the speed between samples."""
        nodes, weights = np.polynomial.legendre.leggauss(4)
        step = np.diff(u)
        inner = (u[:-1, None] + step[:, None] * (nodes + 1) / 2).ravel()
        speed = self._influence(inner)[1] @ self._values[:, :2]
        size = np.hypot(speed[:, 0], speed[:, 1]).reshape(len(step), 4)
        return np.concatenate([[0.0], np.cumsum((size * weights).sum(axis=1) * step / 2)])

    def peaks(self, u: Float) -> Float:
        """`(n,)` parameters at which the influence of each control point is greatest, rising; out of `u`."""
        away = min(_BESIDE, float(u[1] - u[0]))
        # Just behind each sample (before the last one), where knots have no say.
        beside = u + np.append(np.full(len(u) - 1, away), -away)
        plain = np.asarray(self._basis(np.clip(beside, self.begin, np.nextafter(self.end, self.begin))))
        return np.maximum.accumulate(u[np.argmax(plain, axis=0)])
