"""What the signal groups show while fixed programs play."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jing_sim.traffic import layout as at

__all__ = ["play"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@njit(nogil=True, cache=True)
def play(
    time_s: float,
    program: Int,
    offset: Float,
    first_phase: Int,
    duration: Float,
    first_state: Int,
    state: NDArray[np.uint8],
    first_group: Int,
    signal: NDArray[np.uint8],
    red_in: Float,
) -> None:
    """Sets `signal` `(n_groups,)` for time `time_s`, and `red_in`: time until a yellow group turns red.

    `program` `(n_controllers,)`: row in force, or -1: its groups are OFF.
    """
    for controller in range(len(program)):
        begin, stop = first_group[controller], first_group[controller + 1]
        row = program[controller]
        if row < 0:
            for group in range(begin, stop):
                signal[group] = at.OFF
            continue
        low, high = first_phase[row], first_phase[row + 1]
        cycle = 0.0
        for phase in range(low, high):
            cycle += duration[phase]
        now = (time_s - offset[row] + 1e-6) % cycle
        phase = low
        while phase < high - 1 and now >= duration[phase]:
            now -= duration[phase]
            phase += 1
        for group in range(begin, stop):
            shown = state[first_state[phase] + group - begin]
            signal[group] = shown
            red_in[group] = at.INF
            if shown == at.YELLOW:
                left = duration[phase] - now
                k = phase
                for _ in range(high - low):
                    k = k + 1 if k + 1 < high else low
                    if state[first_state[k] + group - begin] != at.YELLOW:
                        break
                    left += duration[k]
                red_in[group] = left + 1e-6
