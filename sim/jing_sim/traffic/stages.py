"""The stages that a signal controller can choose from, and the times between them."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs, SignalState
from jing_maps.network import RoadNetwork
from jing_sim.protocols import Stages

__all__ = ["change_times_s", "stages_of"]

Float = NDArray[np.float64]

_GOES = (SignalState.GREEN, SignalState.PERMISSIVE)
_CHANGES = (SignalState.YELLOW, SignalState.RED_YELLOW)
_LEAST_GREEN_S = 10.0
_YELLOW_S, _RED_S = 3.0, 2.0


def stages_of(network: RoadNetwork, programs: Programs) -> Stages:
    """The stages of the programs in force: phases with some green and no yellow, in the order of the program.

    A controller whose program has none (flashing all the time) has its first phase as its only stage.
    """
    phases: list[int] = []
    owner: list[int] = []
    for controller in range(len(network.controllers)):
        own = _phases(programs, controller)
        if not len(own):
            continue
        found = [phase for phase in own if _is_stage(programs, phase)] or [own[0]]
        phases += found
        owner += [controller] * len(found)
    states = [_state(programs, p) for p in phases]
    phase = np.array(phases, dtype=np.int32)
    # A program of fixed durations says nothing of what a controller may do.
    fixed = programs.min_s[phase] == programs.max_s[phase]
    return Stages(
        controller=np.array(owner, dtype=np.int32),
        first_stage=np.searchsorted(owner, np.arange(len(network.controllers) + 1)).astype(np.int32),
        phase=phase,
        min_green_s=np.where(fixed, np.minimum(programs.duration_s[phase], _LEAST_GREEN_S), programs.min_s[phase]),
        max_green_s=np.where(fixed, np.maximum(2.0 * programs.duration_s[phase], 60.0), programs.max_s[phase]),
        first_state=np.concatenate([[0], np.cumsum([len(state) for state in states])]).astype(np.int32),
        state=np.concatenate([*states, np.zeros(0, np.uint8)]).astype(np.uint8),
    )


def change_times_s(network: RoadNetwork, programs: Programs) -> tuple[Float, Float]:
    """`(n_controllers,)` yellow and all-red, from the programs in force; 3 s and 2 s where a program has none."""
    n = len(network.controllers)
    yellow_s, red_s = np.full(n, _YELLOW_S), np.full(n, _RED_S)
    for controller in range(n):
        kinds = [(programs.duration_s[p], _state(programs, p)) for p in _phases(programs, controller)]
        yellow_s[controller] = max((d for d, s in kinds if np.isin(s, _CHANGES).any()), default=_YELLOW_S)
        red_s[controller] = max((d for d, s in kinds if (s == SignalState.RED).all()), default=_RED_S)
    return yellow_s, red_s


def _phases(programs: Programs, controller: int) -> range:
    rows = np.flatnonzero(programs.controller == controller)
    return range(*programs.first_phase[rows[0] : rows[0] + 2].tolist()) if len(rows) else range(0)


def _state(programs: Programs, phase: int) -> NDArray[np.uint8]:
    return programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]


def _is_stage(programs: Programs, phase: int) -> bool:
    state = _state(programs, phase)
    return bool(np.isin(state, _GOES).any() and not np.isin(state, _CHANGES).any())
