"""Signals of a world: fixed programs as they are, or stages that a controller chooses, with the changes between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs, SignalState
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalController, SignalObservation, Stages
from jing_sim.traffic.kernels_signal import play
from jing_sim.traffic.options import SimulationError, TrafficOptions

__all__ = ["FixedSignals", "StagedSignals", "stages_of"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]
States = NDArray[np.uint8]

_GOES = (SignalState.GREEN, SignalState.PERMISSIVE)
_NEVER_S = 1e9


def programs_in_force(network: RoadNetwork, programs: Programs) -> Int:
    """`(n_controllers,)` first program of each controller, -1 where it has none."""
    rows = np.full(len(network.controllers), -1, dtype=np.int32)
    for row in range(len(programs) - 1, -1, -1):
        rows[programs.controller[row]] = row
    return rows


class FixedSignals:
    """Plays the programs in force; a controller without one leaves its groups dark."""

    def __init__(self, network: RoadNetwork, programs: Programs) -> None:
        self.state = np.full(len(network.signal_groups), SignalState.OFF, dtype=np.uint8)
        self.red_in_s = np.full(len(network.signal_groups), _NEVER_S)
        self._first_group = network.controllers.first_group.astype(np.int32)
        self._program = programs_in_force(network, programs)
        self._columns = (
            programs.offset_s.astype(np.float64),
            programs.first_phase.astype(np.int32),
            programs.duration_s.astype(np.float64),
            programs.first_state.astype(np.int32),
            programs.state.astype(np.uint8),
        )

    def advance(self, time_s: float) -> None:
        """Shows what holds from `time_s` on."""
        play(time_s, self._program, *self._columns, self._first_group, self.state, self.red_in_s)

    def columns(self) -> tuple[NDArray[np.generic], ...]:
        """Everything that decides how it goes on."""
        return (self.state,)


def stages_of(network: RoadNetwork, programs: Programs) -> Stages:
    """The green phases of the programs in force: some group goes, and none is yellow."""
    in_force = programs_in_force(network, programs)
    rows: list[tuple[int, int]] = []
    for controller, program in enumerate(in_force):
        if program >= 0:
            low, high = (int(i) for i in programs.first_phase[program : program + 2])
            rows.extend((controller, phase) for phase in range(low, high) if _is_stage(_phase_states(programs, phase)))
    owner = np.array([controller for controller, _ in rows], dtype=np.int32)
    phases = np.array([phase for _, phase in rows], dtype=np.int32)
    states = [_phase_states(programs, int(phase)) for phase in phases]
    return Stages(
        controller=owner,
        first_stage=_offsets(np.bincount(owner, minlength=len(in_force))),
        phase=phases,
        min_green_s=programs.min_s[phases],
        max_green_s=programs.max_s[phases],
        first_state=_offsets(np.array([len(state) for state in states], dtype=np.int64)),
        state=np.concatenate(states) if states else np.zeros(0, np.uint8),
    )


def _phase_states(programs: Programs, phase: int) -> States:
    return programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]


def _is_stage(states: States) -> bool:
    return bool(np.isin(states, _GOES).any() and not (states == SignalState.YELLOW).any())


def _offsets(counts: NDArray[np.int64]) -> Int:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


@dataclass(frozen=True)
class _Change:
    """Times from the end of a stage's green: yellow, then all red."""

    yellow_s: float
    all_red_s: float


class StagedSignals:
    """Shows the stages that a controller chooses; keeps minimum green, yellow and all-red."""

    def __init__(
        self, network: RoadNetwork, programs: Programs, controller: SignalController, options: TrafficOptions
    ) -> None:
        self.stages = stages_of(network, programs)
        n = len(network.controllers)
        self.state = np.full(len(network.signal_groups), SignalState.OFF, dtype=np.uint8)
        self.red_in_s = np.full(len(network.signal_groups), _NEVER_S)
        self.stage = np.zeros(n, dtype=np.int32)
        self.green_from_s = np.zeros(n)
        self._left = np.zeros(n, dtype=np.int32)
        self._busy_until_s = np.full(n, -1.0)
        self._changes = [_change_after(programs, int(phase), options) for phase in self.stages.phase]
        self._network, self._controller = network, controller
        self._asked = 0
        self._staged = np.flatnonzero(np.diff(self.stages.first_stage) > 0)
        if not controller.interval_s > 0:
            raise SimulationError(f"the controller's interval_s is {controller.interval_s}; it must be positive")
        controller.reset(network, self.stages)

    def due(self, time_s: float) -> bool:
        """Whether the controller has to be asked now."""
        return time_s + 1e-6 >= self._asked * self._controller.interval_s

    def ask(self, seen: SignalObservation) -> None:
        """Asks the controller and begins the changes that it wants.

        Raises:
            SimulationError: it answered with a stage that is not there, or not one stage for each controller.
        """
        self._asked += 1
        while self.due(seen.time_s):
            self._asked += 1
        wanted = np.asarray(self._controller.decide(seen))
        ids = self._network.controllers.ext_id
        if wanted.shape != self.stage.shape or not np.issubdtype(wanted.dtype, np.integer):
            raise SimulationError(
                f"at {seen.time_s} s the controller answered with {wanted.dtype} of shape {wanted.shape}; "
                f"it must name one stage for each of {len(ids)} signal controllers"
            )
        counts = np.diff(self.stages.first_stage)
        for c in self._staged:
            if not 0 <= wanted[c] < counts[c]:
                raise SimulationError(
                    f"at {seen.time_s} s the controller chose stage {int(wanted[c])} for signal controller {ids[c]!r}; "
                    f"it has stages 0 to {counts[c] - 1}"
                )
            row = int(self.stages.first_stage[c] + self.stage[c])
            ready = seen.time_s + 1e-6 >= self.green_from_s[c] + self.stages.min_green_s[row]
            if wanted[c] != self.stage[c] and self._busy_until_s[c] < seen.time_s and ready:
                self._begin(int(c), int(wanted[c]), seen.time_s)

    def _begin(self, c: int, wanted: int, time_s: float) -> None:
        row = int(self.stages.first_stage[c] + self.stage[c])
        change = self._changes[row]
        self._left[c] = self.stage[c]
        self.stage[c] = wanted
        self.green_from_s[c] = time_s + change.yellow_s + change.all_red_s
        self._busy_until_s[c] = self.green_from_s[c] - 1e-6

    def advance(self, time_s: float) -> None:
        """Shows what holds from `time_s` on."""
        first_group = self._network.controllers.first_group
        for c in self._staged:
            groups = slice(int(first_group[c]), int(first_group[c + 1]))
            coming = self._stage_states(int(c), int(self.stage[c]))
            if self._busy_until_s[c] <= time_s:
                self.state[groups] = coming
                self.red_in_s[groups] = _NEVER_S
                continue
            change = self._changes[int(self.stages.first_stage[c] + self._left[c])]
            leaving = self._stage_states(int(c), int(self._left[c]))
            since_s = time_s - (self.green_from_s[c] - change.yellow_s - change.all_red_s)
            goes_on = np.isin(leaving, _GOES) & np.isin(coming, _GOES)
            ends = np.isin(leaving, _GOES) & ~goes_on
            shown = np.where(goes_on, np.minimum(leaving, coming), np.uint8(SignalState.RED))
            shown[goes_on & (leaving != coming)] = SignalState.PERMISSIVE
            yellow = since_s < change.yellow_s - 1e-6
            if yellow:
                shown[ends] = SignalState.YELLOW
            self.state[groups] = shown
            self.red_in_s[groups] = np.where(ends & yellow, change.yellow_s - since_s + 1e-6, _NEVER_S)

    def age_s(self, time_s: float) -> Float:
        """`(n_controllers,)` time since the green of the stage in force began; negative before it."""
        return time_s - self.green_from_s

    def columns(self) -> tuple[NDArray[np.generic], ...]:
        """Everything that decides how it goes on, but for the controller's own memory."""
        return (self.state, self.stage, self.green_from_s, self._left, self._busy_until_s)

    def _stage_states(self, c: int, stage: int) -> States:
        row = int(self.stages.first_stage[c]) + stage
        return self.stages.state[self.stages.first_state[row] : self.stages.first_state[row + 1]]


def _change_after(programs: Programs, phase: int, options: TrafficOptions) -> _Change:
    """Yellow and all-red that the program itself shows after a stage, else those of the options."""
    row = int(np.searchsorted(programs.first_phase, phase, side="right") - 1)
    low, high = int(programs.first_phase[row]), int(programs.first_phase[row + 1])
    yellow_s = all_red_s = 0.0
    at = phase
    for _ in range(high - low - 1):
        at = at + 1 if at + 1 < high else low
        states = _phase_states(programs, at)
        if (states == SignalState.YELLOW).any():
            yellow_s += float(programs.duration_s[at])
        elif not np.isin(states, _GOES).any():
            all_red_s += float(programs.duration_s[at])
        else:
            break
    return _Change(yellow_s or options.yellow_s, all_red_s or options.all_red_s)
