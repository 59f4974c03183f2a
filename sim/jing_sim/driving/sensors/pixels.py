"""What is made of pictures: bytes, and the events of a camera that tells of changes only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_pixels import find_events, pack_pixels
from jing_sim.driving.sensors.sensor_options import check_positive

__all__ = ["Dvs", "DvsOptions", "Events", "bgra_of"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

_MOST_A_PIXEL = 4


def bgra_of(picture: F32) -> U8:
    """`(height, width, 4)` bytes blue, green, red and 255 of red, green and blue from 0 to 1 `(height, width, 3)`."""
    packed = np.empty((*picture.shape[:2], 4), np.uint8)
    pack_pixels(picture.reshape(-1, 3), packed.reshape(-1, 4))
    return packed


@dataclass(frozen=True)
class DvsOptions:
    """As CARLA's `sensor.camera.dvs`: changes of log(log_eps + brightness) that make an event."""

    rise: float = 0.3
    fall: float = 0.3
    log_eps: float = 1.0e-3

    def __post_init__(self) -> None:
        check_positive("dvs", rise=self.rise, fall=self.fall, log_eps=self.log_eps)


@dataclass(frozen=True)
class Events:
    """`(n,)` events in the order of time: column, row, share of the time since the last picture, whether it rose."""

    column: I32
    row: I32
    share: F32
    rises: NDArray[np.bool_]


class Dvs:
    """A dynamic vision sensor: each pixel tells when its brightness has changed, and says nothing otherwise."""

    def __init__(self, options: DvsOptions = DvsOptions()) -> None:
        self.options = options
        self._memory: F32 = np.zeros(0, np.float32)
        self._last: F32 = np.zeros(0, np.float32)

    def sense(self, picture: F32) -> Events:
        """Events since the last picture; none with the first one, and four a pixel on average at most."""
        o, (height, width) = self.options, picture.shape[:2]
        flat = picture.reshape(-1, 3)
        if len(self._last) != height * width:
            light = flat.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
            self._last = np.log(o.log_eps + light).astype(np.float32)
            self._memory = self._last.copy()
            room = 0
        else:
            room = _MOST_A_PIXEL * len(flat)
        place, share = np.empty(room, np.int32), np.empty(room, np.float32)
        rises = np.empty(room, np.bool_)
        if not room:
            return Events(place, place, share, rises)
        count = find_events(
            flat, self._memory, self._last, float(o.rise), float(o.fall), float(o.log_eps), place, share, rises
        )
        order = np.lexsort((place[:count], share[:count]))
        place = place[order]
        return Events(place % width, place // width, share[order], rises[order])
