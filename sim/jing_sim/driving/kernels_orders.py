"""Orders from outside, written into the records: thousands a second, so they go through a kernel."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel

__all__ = ["write_control", "write_controls"]

Records = NDArray[np.void]


@kernel
def write_control(
    cars: Records, extra: Records, i: int, throttle: float, steer: float, brake: float, hand_brake: bool,
    reverse: bool, manual: bool, gear: int,
) -> None:  # fmt: skip
    """Pedals of vehicle `i`, brought into their range; a vehicle asleep wakes where something changes."""
    c = cars[i]
    throttle, brake = min(max(throttle, 0.0), 1.0), min(max(brake, 0.0), 1.0)
    steer = min(max(steer, -1.0), 1.0)
    same = (
        c.throttle == throttle and c.steer == steer and c.brake == brake and c.hand_brake == hand_brake
        and c.reverse == reverse and c.manual == manual and c.wish == gear and not c.ackermann
    )  # fmt: skip
    if same:
        return
    c.throttle, c.steer, c.brake, c.hand_brake = throttle, steer, brake, hand_brake
    c.reverse, c.manual, c.wish, c.ackermann = reverse, manual, gear, False
    extra[i].still = 0


@kernel
def write_controls(cars: Records, extra: Records, rows: NDArray[np.int64], orders: NDArray[np.float64]) -> None:
    """Pedals of the vehicles `rows` `(n,)`; `orders` `(n, 7)` in the order of `write_control`'s arguments."""
    for k in range(len(rows)):
        o = orders[k]
        write_control(cars, extra, rows[k], o[0], o[1], o[2], o[3] != 0.0, o[4] != 0.0, o[5] != 0.0, int(o[6]))
