"""Drives thinned to keyframes between which the page interpolates: a swing filter with a bound on the error.

The filter keeps, for each coordinate, the cone of slopes from the last keyframe that passes all samples since within
the bound; when the cone closes, the sample before becomes a keyframe (Elmeleegy et al., "Online piece-wise linear
approximation of numerical streams with precision guarantees", VLDB 2009, swing filter). Heading is a third
coordinate, so that boxes stand as they stood.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numba
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from jing_citybrain.replay.errors import ReplayError
from jing_citybrain.replay.packing import deltas, pack
from jing_citybrain.replay.plane import Plane
from jing_maps.projection import LocalFrame

__all__ = ["HEADING_BOUND_DEG", "Keyframes", "count_samples", "pack_keyframes", "read_keyframes", "thin"]

Int = NDArray[np.int32]
Long = NDArray[np.int64]
Float = NDArray[np.float64]

HEADING_BOUND_DEG = 5.0
_COLUMNS = ["time_ms", "vehicle", "x_cm", "y_cm", "heading_cdeg"]
_GAP_MS = 5000
# Longer than any recorder's interval: a vehicle unseen for longer has left and come back.


@dataclass(frozen=True)
class Keyframes:
    """`(n,)` keyframes sorted by vehicle and time, map frame.

    Attributes:
        vehicle: row of the run's vehicles.
        time_ms: simulation time.
        x_cm, y_cm: front bumper.
        heading_cdeg: counter-clockwise from east, not wrapped within one drive.
        first: True where a drive begins; nothing is drawn between a drive's end and the next one's begin.
    """

    vehicle: Int
    time_ms: Int
    x_cm: Long
    y_cm: Long
    heading_cdeg: Long
    first: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.vehicle)


def _swing(time: Long, vehicle: Long, value: Float, bound: Float, gap_ms: int) -> tuple[Long, Float]:
    """Rows that become keyframes and their values; `value` `(n, 3)`, sorted by (vehicle, time)."""
    n = len(time)
    keep = np.zeros(2 * n, np.int64)
    out = np.zeros((2 * n, 3))
    low, high, apex = np.zeros(3), np.zeros(3), np.zeros(3)
    count, start = 0, -1
    for i in range(n):
        fresh = i == 0 or vehicle[i] != vehicle[i - 1] or time[i] - time[i - 1] > gap_ms
        if not fresh:
            dt = time[i] - time[start]
            fits = True
            for d in range(3):
                a, b = (value[i, d] - bound[d] - apex[d]) / dt, (value[i, d] + bound[d] - apex[d]) / dt
                if max(a, low[d]) > min(b, high[d]):
                    fits = False
            if fits:
                for d in range(3):
                    low[d] = max(low[d], (value[i, d] - bound[d] - apex[d]) / dt)
                    high[d] = min(high[d], (value[i, d] + bound[d] - apex[d]) / dt)
            else:
                back = time[i - 1] - time[start]
                for d in range(3):
                    slope = min(max((value[i - 1, d] - apex[d]) / back, low[d]), high[d])
                    apex[d] = np.rint(apex[d] + slope * back)
                    out[count, d] = apex[d]
                keep[count] = i - 1
                count += 1
                start = i - 1
                for d in range(3):
                    low[d] = (value[i, d] - bound[d] - apex[d]) / (time[i] - time[start])
                    high[d] = (value[i, d] + bound[d] - apex[d]) / (time[i] - time[start])
        if fresh:
            keep[count] = i
            for d in range(3):
                apex[d], low[d], high[d] = value[i, d], -np.inf, np.inf
                out[count, d] = value[i, d]
            count += 1
            start = i
        last = i == n - 1 or vehicle[i + 1] != vehicle[i] or time[i + 1] - time[i] > gap_ms
        if last and start != i:
            # The end too must lie in the cone, or samples before it would leave the bound.
            span = time[i] - time[start]
            keep[count] = i
            for d in range(3):
                out[count, d] = apex[d] + min(max((value[i, d] - apex[d]) / span, low[d]), high[d]) * span
            count += 1
    return keep[:count], out[:count]


_swing_kernel: Callable[..., tuple[Long, Float]] = numba.njit(cache=True)(_swing)


def thin(time_ms: Int, vehicle: Int, x_cm: Int, y_cm: Int, heading_cdeg: Int, bound_m: float) -> Keyframes:
    """Keyframes of samples sorted by (vehicle, time), `(n,)` each; within `bound_m` of them in x and in y."""
    heading = _unwrapped(vehicle, heading_cdeg)
    value = np.stack([x_cm.astype(float), y_cm.astype(float), heading], axis=1)
    bound = np.array([bound_m * 100, bound_m * 100, HEADING_BOUND_DEG * 100])
    rows, kept = _swing_kernel(time_ms.astype(np.int64), vehicle.astype(np.int64), value, bound, _GAP_MS)
    x, y, turned = np.rint(kept).astype(np.int64).T
    who, when = vehicle[rows].astype(np.int32), time_ms[rows].astype(np.int32)
    return Keyframes(who, when, x, y, turned, _begins(vehicle, time_ms)[rows])


def _begins(vehicle: Int, time_ms: Int) -> NDArray[np.bool_]:
    first = np.ones(len(vehicle), dtype=bool)
    first[1:] = (vehicle[1:] != vehicle[:-1]) | (np.diff(time_ms) > _GAP_MS)
    return first


def _unwrapped(vehicle: Int, heading_cdeg: Int) -> Float:
    heading = heading_cdeg.astype(float)
    step = np.diff(heading, prepend=heading[:1])
    step = (step + 18000.0) % 36000.0 - 18000.0
    first = np.ones(len(vehicle), dtype=bool)
    first[1:] = vehicle[1:] != vehicle[:-1]
    run = np.cumsum(np.where(first, 0.0, step))
    group = np.cumsum(first) - 1
    return heading[first][group] + run - run[first][group] if len(heading) else heading


def count_samples(segments: tuple[Path, ...]) -> int:
    """Recorded positions in the segments, from their footers.

    Raises:
        ReplayError: a segment cannot be read.
    """
    total = 0
    for path in segments:
        try:
            total += pq.read_metadata(path).num_rows
        except (pa.ArrowInvalid, OSError) as error:
            raise ReplayError(f"{path}: damaged segment of states: {error}; record the run again") from error
    return total


def read_keyframes(segments: tuple[Path, ...], bound_m: float) -> tuple[Keyframes, int]:
    """Keyframes of the segments of states (in the order of time), and how many samples they stand for.

    Raises:
        ReplayError: a segment cannot be read.
    """
    parts, samples = [], 0
    for path in segments:
        try:
            table = pq.ParquetFile(path).read(_COLUMNS)
        except (pa.ArrowInvalid, pa.ArrowKeyError, OSError, KeyError) as error:
            raise ReplayError(f"{path}: damaged segment of states: {error}; record the run again") from error
        samples += table.num_rows
        time_ms, vehicle, x, y, heading = (table.column(name).to_numpy().astype(np.int32) for name in _COLUMNS)
        order = np.lexsort((time_ms, vehicle))
        parts.append(thin(time_ms[order], vehicle[order], x[order], y[order], heading[order], bound_m))
    return _joined(parts), samples


def _joined(parts: list[Keyframes]) -> Keyframes:
    none = np.zeros(0, np.int64)
    if not parts:
        return Keyframes(none.astype(np.int32), none.astype(np.int32), none, none, none, none.astype(bool))
    vehicle = np.concatenate([part.vehicle for part in parts])
    time_ms = np.concatenate([part.time_ms for part in parts])
    order = np.lexsort((time_ms, vehicle))
    vehicle, time_ms = vehicle[order], time_ms[order]
    x, y, heading, first = (
        np.concatenate([getattr(part, name) for part in parts])[order]
        for name in ("x_cm", "y_cm", "heading_cdeg", "first")
    )
    # A segment's first sample goes on the drive of the segment before, unless the vehicle was away in between.
    continued = np.zeros(len(vehicle), dtype=bool)
    continued[1:] = (vehicle[1:] == vehicle[:-1]) & (np.diff(time_ms) <= _GAP_MS)
    turn = np.diff(heading, prepend=heading[:1])
    jump = np.where(continued & first, np.rint(turn / 36000.0) * 36000, 0).astype(np.int64)
    run = np.cumsum(jump)
    starts = np.flatnonzero(~continued)
    base = run[starts][np.cumsum(~continued) - 1] if len(starts) else run
    return Keyframes(vehicle, time_ms, x, y, heading - (run - base), first & ~continued)


def pack_keyframes(keys: Keyframes, frame: LocalFrame, plane: Plane, tick_ms: int, quantum_m: float) -> bytes:
    """The keyframes as `decode.js` reads them: drives, then columns of differences, in the page's plane."""
    x_m, y_m = plane.of_frame(frame, keys.x_cm / 100.0, keys.y_cm / 100.0)
    heading = (keys.heading_cdeg / 100.0 + plane.turn_deg(frame)) * 256 / 360
    starts = np.flatnonzero(keys.first)
    counts = np.diff(np.append(starts, len(keys)))
    head = [np.array([len(starts), len(keys)]), np.diff(keys.vehicle[starts], prepend=0), counts]
    columns = [keys.time_ms // tick_ms, np.rint(x_m / quantum_m), np.rint(y_m / quantum_m), np.rint(heading)]
    return pack([*head, *(deltas(column.astype(np.int64), keys.first) for column in columns)])
