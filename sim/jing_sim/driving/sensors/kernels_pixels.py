"""Pixels: packed into bytes, and compared with those of the last picture."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf

__all__ = ["find_events", "pack_pixels"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]


@leaf
def pack_pixels(picture: F32, packed: NDArray[np.uint8]) -> None:
    """Red, green and blue from 0 to 1 `(n, 3)` as bytes: blue, green, red, 255 `(n, 4)`."""
    for k in range(len(picture)):
        for c in range(3):
            value = picture[k, c] * np.float32(255.0) + np.float32(0.5)
            packed[k, 2 - c] = np.uint8(min(max(value, np.float32(0.0)), np.float32(255.0)))
        packed[k, 3] = 255


@leaf
def find_events(
    picture: F32, memory: F32, last: F32, rise: float, fall: float, least: float, place: I32, share: F32,
    rises: NDArray[np.bool_],
) -> int:  # fmt: skip
    """Number of events; pixels whose logarithm of brightness has moved by a threshold from that of their last event.

    `picture` `(n, 3)`; `memory` `(n,)` logarithm at the last event, `last` `(n,)` in the last picture: both are brought
    up to date. An event: `place` of its pixel, `share` of the time between the pictures, along a straight line (H.
    Rebecq et al., "ESIM: an Open Event Camera Simulator", 2018). Those for which there is no room are not told.
    """
    count = 0
    for k in range(len(picture)):
        light = 0.299 * picture[k, 0] + 0.587 * picture[k, 1] + 0.114 * picture[k, 2]
        now, before = np.log(least + light), np.float64(last[k])
        last[k] = now
        while True:
            step = rise if now > before else -fall
            mark = np.float64(memory[k]) + step
            # Rounding to float32 must not make an event out of nothing.
            if (step > 0.0 and now < mark - 1.0e-6) or (step < 0.0 and now > mark + 1.0e-6) or now == before:
                break
            memory[k] = mark
            if count < len(place):
                place[count], rises[count] = k, step > 0.0
                share[count] = min(max((mark - before) / (now - before), 0.0), 1.0)
                count += 1
    return count
