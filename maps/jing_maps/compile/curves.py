"""Lines of the compiler: smooth centre lines, parallels, and bends between two directed points."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

__all__ = ["bend", "headings", "least_radius_m", "parallel", "smooth", "stretch", "with_points"]

Float = NDArray[np.float64]

_STEP_RAD = np.radians(9.0)


def smooth(line: Float, rounds: int = 2) -> Float:
    """The `(k, 2)` line with its corners cut (Chaikin 1974); the ends stay.

    A corner is cut by a quarter of each side at most, and by no more than 15 m: long straight sides stay straight.
    """
    for _ in range(rounds):
        if len(line) < 3:
            break
        pieces = [line[:1]]
        for before, corner, after in zip(line, line[1:], line[2:], strict=False):
            pieces.append(np.stack([_towards(corner, before), _towards(corner, after)]))
        line = np.concatenate([*pieces, line[-1:]])
    return line


def _towards(corner: Float, end: Float) -> Float:
    length_m = float(np.hypot(*(end - corner)))
    return corner + (end - corner) * min(0.25, 15.0 / max(length_m, 1e-9))


def stretch(line: Float, begin_m: float, end_m: float) -> Float:
    """The part of the line from station `begin_m` to `end_m`."""
    part = substring(shapely.LineString(line), begin_m, end_m)
    return _distinct(shapely.get_coordinates(part))


def with_points(line: Float, step_m: float) -> tuple[Float, Float]:
    """The line with points no farther apart than `step_m`, and their stations `(k,)`."""
    station = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    between = np.linspace(0.0, station[-1], int(np.ceil(station[-1] / step_m)) + 1)[1:-1]
    between = between[np.abs(between[:, None] - station).min(axis=1) > step_m / 4]
    fine = np.sort(np.concatenate([station, between]))
    return np.stack([np.interp(fine, station, line[:, k]) for k in (0, 1)], axis=1), fine


def parallel(line: Float, right_m: float | Float) -> Float:
    """The line shifted to its right by `right_m` (left if negative), one value or one for each point.

    Corners are mitred; where the inner side of a bend is too tight for the shift, its folds are cut out.
    """
    shift_m = np.broadcast_to(np.asarray(right_m, dtype=float), len(line))
    if np.abs(shift_m).max() < 1e-9:
        return line
    while True:
        moved = _moved(line, shift_m)
        backward = (np.diff(moved, axis=0) * np.diff(line, axis=0)).sum(axis=1) <= 0
        if not backward.any() or len(line) == 2:
            return _distinct(moved)
        fold = int(np.flatnonzero(backward)[0])
        dropped = fold + 1 if fold + 2 < len(line) else fold
        line, shift_m = np.delete(line, dropped, axis=0), np.delete(shift_m, dropped)


def _moved(line: Float, shift_m: Float) -> Float:
    side = np.diff(line, axis=0)
    side /= np.hypot(side[:, 0], side[:, 1])[:, None]
    normal = np.stack([side[:, 1], -side[:, 0]], axis=1)
    at_point = np.concatenate([normal[:1], normal[:-1] + normal[1:], normal[-1:]])
    at_point /= np.hypot(at_point[:, 0], at_point[:, 1])[:, None]
    reference = np.concatenate([normal[:1], normal[1:], normal[-1:]])[: len(line)]
    mitre = 1.0 / np.maximum((at_point * reference).sum(axis=1), 0.5)
    return np.asarray(line + at_point * (mitre * shift_m)[:, None])


def headings(line: Float) -> tuple[float, float]:
    """Heading [rad] of the first and of the last segment."""
    first, last = line[1] - line[0], line[-1] - line[-2]
    return float(np.arctan2(first[1], first[0])), float(np.arctan2(last[1], last[0]))


def bend(start: Float, heading_in: float, end: Float, heading_out: float) -> Float:
    """A smooth line from one directed point to another: a cubic Bezier close to a circular arc.

    Points lie 2 m apart, closer in tight bends; a straight has two.
    """
    chord = end - start
    chord_m = float(np.hypot(*chord))
    direction = float(np.arctan2(chord[1], chord[0]))
    turned = [abs(_wrap(direction - heading_in)), abs(_wrap(heading_out - direction))]
    if max(turned) < np.radians(0.2):
        return np.stack([start, end])
    angle = float(sum(turned))
    # Control length of the Bezier that approximates an arc of this angle and chord.
    reach_m = float(chord_m * 2 / 3 * np.tan(angle / 4) / np.sin(min(angle, np.pi) / 2))
    reach_m = min(reach_m, chord_m * 0.9)
    a = start + reach_m * np.array([np.cos(heading_in), np.sin(heading_in)])
    b = end - reach_m * np.array([np.cos(heading_out), np.sin(heading_out)])
    n = int(np.clip(np.ceil(max(chord_m * (1 + angle / 4) / 2.0, angle / _STEP_RAD)), 4, 40))
    t = np.linspace(0.0, 1.0, n + 1)[:, None]
    return np.asarray(start * (1 - t) ** 3 + a * 3 * t * (1 - t) ** 2 + b * 3 * t**2 * (1 - t) + end * t**3)


def least_radius_m(line: Float) -> float:
    """The tightest radius of a sampled bend, from the turn between its segments; infinite for a straight."""
    if len(line) < 3:
        return float("inf")
    step = np.diff(line, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    direction = np.arctan2(step[:, 1], step[:, 0])
    turn = np.abs(_wrap(np.diff(direction)))
    arc = (length[:-1] + length[1:]) / 2
    return float((arc / np.maximum(turn, 1e-9)).min())


def _wrap(angle: Float | float) -> Float:
    return np.asarray((np.asarray(angle) + np.pi) % (2 * np.pi) - np.pi)


def _distinct(line: Float) -> Float:
    keep = np.concatenate([[True], np.hypot(*np.diff(line, axis=0).T) > 1e-3])
    if keep.sum() < 2:
        return line[[0, -1]]
    return np.asarray(line[keep])
