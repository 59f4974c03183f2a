"""Orders from outside, written into the records: thousands a second, so they go through a kernel."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel

__all__ = ["write_control"]

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
