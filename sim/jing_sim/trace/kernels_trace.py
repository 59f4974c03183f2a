"""What the recorder does for every vehicle of every frame, compiled: packing, link sums, sorting.

Nothing is inlined from other files, so numba's own cache notices every change.
"""

from collections.abc import Callable
from typing import TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["add_to_links", "pack_column", "place_rows", "put_rows", "remember_places"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

_F = TypeVar("_F", bound=Callable[..., object])


def _kernel(function: _F) -> _F:
    compiled: _F = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
    return compiled


@_kernel
def pack_column(
    values: F64, factor: float, wrap: float, low: float, high: float, out: NDArray[np.signedinteger]
) -> int:
    """Writes `(n,)` values times `factor`, rounded to whole numbers, modulo `wrap` if that is not 0.

    Returns how many are not within `low` to `high`; these are written as the nearer bound, if they are numbers.
    """
    unfit = 0
    for k in range(len(values)):
        q = np.rint(values[k] * factor)
        if wrap > 0.0:
            q -= np.floor(q / wrap) * wrap
        if not (low <= q <= high):
            unfit += 1
            q = low if q < low else high
        out[k] = q
    return unfit


@_kernel
def add_to_links(
    step_s: float, n_lanes: int, halting_mps: float, lane: I32, vehicle: I32, speed: F64, road_of: I32, limit_mps: F64,
    max_speed_mps: F64, last_road: I32, count: I64, sums: F64,
) -> None:  # fmt: skip
    """Adds a frame to the sums of a bin.

    `road_of`, `limit_mps` `(n_lanes + n_connectors,)`; `max_speed_mps`, `last_road` `(n_vehicles,)`; `count`
    `(n_roads,)`; `sums` `(n_roads, 4)`: time, way, delay, halting time.
    """
    for k in range(len(lane)):
        way = lane[k]
        if way < 0 or way >= len(road_of):
            continue
        v, road = vehicle[k], road_of[way]
        if last_road[v] != road:
            last_road[v] = road
            if way < n_lanes:
                count[road] += 1
        wish = min(limit_mps[way], max_speed_mps[v])
        sums[road, 0] += step_s
        sums[road, 1] += speed[k] * step_s
        sums[road, 2] += max(1.0 - speed[k] / wish, 0.0) * step_s
        if speed[k] < halting_mps:
            sums[road, 3] += step_s


@_kernel
def remember_places(vehicle: I32, x_m: F64, y_m: F64, last_xy: F64) -> None:
    """Where each vehicle of a frame was last seen, `last_xy` `(n_vehicles, 2)`."""
    for k in range(len(vehicle)):
        last_xy[vehicle[k], 0] = x_m[k]
        last_xy[vehicle[k], 1] = y_m[k]


@_kernel
def place_rows(vehicle: NDArray[np.uint32], following: I64, place: I64) -> None:
    """Row of each entry of a frame in a segment sorted by vehicle; `following` is the next free row of a vehicle."""
    for k in range(len(vehicle)):
        place[k] = following[vehicle[k]]
        following[vehicle[k]] += 1


@_kernel
def put_rows(values: NDArray[np.unsignedinteger], place: I64, out: NDArray[np.unsignedinteger]) -> None:
    """`out[place] = values`, with the interpreter's lock released."""
    for k in range(len(values)):
        out[place[k]] = values[k]
