"""Signals of a world: fixed programs by the clock, or stages that a controller asks for."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs, SignalState
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalController, SignalObservation, Stages
from jing_sim.traffic.options import SimulationError

__all__ = ["ProgramPlayer", "StagePlayer", "stages_of"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]
State = NDArray[np.uint8]

_GOES = (SignalState.GREEN, SignalState.PERMISSIVE)
_CHANGES = (SignalState.YELLOW, SignalState.RED_YELLOW)
_LEAST_GREEN_S = 10.0


def stages_of(network: RoadNetwork, programs: Programs) -> Stages:
    """The stages of the programs in force: phases with some green and no yellow, in the order of the program.

    A controller whose program has none (flashing all the time) has its first phase as its only stage.
    """
    phases: list[int] = []
    owner: list[int] = []
    for controller in range(len(network.controllers)):
        rows = np.flatnonzero(programs.controller == controller)
        if not len(rows):
            continue
        own = range(int(programs.first_phase[rows[0]]), int(programs.first_phase[rows[0] + 1]))
        found = [phase for phase in own if _is_stage(programs, phase)] or [own[0]]
        phases += found
        owner += [controller] * len(found)
    states = [programs.state[programs.first_state[p] : programs.first_state[p + 1]] for p in phases]
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


def _is_stage(programs: Programs, phase: int) -> bool:
    state = programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]
    return bool(np.isin(state, _GOES).any() and not np.isin(state, _CHANGES).any())


class ProgramPlayer:
    """Fixed-time control: each controller runs its program in force, by the clock."""

    def __init__(self, network: RoadNetwork, programs: Programs) -> None:
        rows = [np.flatnonzero(programs.controller == c)[:1] for c in range(len(network.controllers))]
        self._program = np.array([int(row[0]) if len(row) else -1 for row in rows], dtype=np.int32)
        self._programs = programs
        self._first_group = network.controllers.first_group
        self.state: State = np.full(len(network.signal_groups), SignalState.OFF, dtype=np.uint8)
        self._phase = np.full(len(rows), -1, dtype=np.int32)
        self._cycles = [self._ends(int(p)) for p in self._program]

    def _ends(self, program: int) -> Float:
        if program < 0:
            return np.ones(1)
        rows = slice(int(self._programs.first_phase[program]), int(self._programs.first_phase[program + 1]))
        return np.asarray(np.cumsum(self._programs.duration_s[rows]))

    def advance(self, time_s: float) -> None:
        """Shows what the programs show at this time."""
        programs = self._programs
        for controller, program in enumerate(self._program):
            if program < 0:
                continue
            ends = self._cycles[controller]
            # A microsecond of grace: sums of steps must not show the phase before for one step too long.
            clock = (time_s - programs.offset_s[program] + 1e-6) % ends[-1]
            phase = int(programs.first_phase[program]) + int(np.searchsorted(ends, clock, side="right"))
            if phase != self._phase[controller]:
                self._phase[controller] = phase
                groups = slice(int(self._first_group[controller]), int(self._first_group[controller + 1]))
                self.state[groups] = programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]


class StagePlayer:
    """Stage-based control: shows the stages that a controller asks for, with yellow and all-red between them."""

    def __init__(self, network: RoadNetwork, programs: Programs, controller: SignalController, dt_s: float) -> None:
        self._network, self._programs, self._controller, self._dt_s = network, programs, controller, dt_s
        self._stages = stages_of(network, programs)
        controller.reset(network, self._stages)
        n = len(network.controllers)
        self.state: State = np.full(len(network.signal_groups), SignalState.OFF, dtype=np.uint8)
        self._stage = np.zeros(n, dtype=np.int32)
        self._age_s = np.zeros(n)
        self._next_question_s = 0.0
        self._change_s = np.array([self._times(c) for c in range(n)]).reshape(n, 2)
        self._from = np.full(n, -1, dtype=np.int32)
        self._in_yellow = np.zeros(n, dtype=np.bool_)
        self._counts = np.diff(self._stages.first_stage)
        for c in range(n):
            self._show(c)

    def _times(self, controller: int) -> tuple[float, float]:
        """Yellow and all-red of a controller, from its program; 3 s and 2 s where the program has none."""
        programs = self._programs
        rows = np.flatnonzero(programs.controller == controller)
        yellow, red = 3.0, 2.0
        if len(rows):
            own = range(int(programs.first_phase[rows[0]]), int(programs.first_phase[rows[0] + 1]))
            kinds = [programs.state[programs.first_state[p] : programs.first_state[p + 1]] for p in own]
            yellows = [programs.duration_s[p] for p, s in zip(own, kinds, strict=True) if np.isin(s, _CHANGES).any()]
            reds = [programs.duration_s[p] for p, s in zip(own, kinds, strict=True) if (s == SignalState.RED).all()]
            yellow, red = max(yellows, default=yellow), max(reds, default=red)
        return float(yellow), float(red)

    @property
    def due(self) -> bool:
        """Whether the controller is to be asked before the next step."""
        return self._next_question_s <= 0.0

    def ask(self, seen: SignalObservation) -> None:
        """Lets the controller decide; changes begin where it wants another stage and the minimum green is over.

        Raises:
            SimulationError: the answer is not one stage for each controller.
        """
        wanted = np.asarray(self._controller.decide(seen))
        self._next_question_s = self._controller.interval_s
        if wanted.shape != self._stage.shape:
            raise SimulationError(
                f"time {seen.time_s:g} s: the signal controller answered with shape {wanted.shape}, "
                f"not {self._stage.shape}"
            )
        bad = np.flatnonzero((wanted < 0) | (wanted >= np.maximum(self._counts, 1)))
        if len(bad):
            first = int(bad[0])
            raise SimulationError(
                f"time {seen.time_s:g} s: signal controller {self._network.controllers.ext_id[first]!r} was asked for "
                f"stage {wanted[first]}; it has stages 0 to {self._counts[first] - 1}"
            )
        rows = self._stages.first_stage[:-1] + self._stage
        for c in np.flatnonzero((wanted != self._stage) & (self._counts > 1)):
            if self._from[c] < 0 and self._age_s[c] >= self._stages.min_green_s[rows[c]]:
                self._from[c] = self._stage[c]
                self._stage[c] = wanted[c]
                self._age_s[c] = -float(self._change_s[c].sum())
                self._show(int(c))

    def advance(self, time_s: float) -> None:
        """One step further in every change and every green."""
        del time_s
        self._next_question_s -= self._dt_s
        self._age_s += self._dt_s
        changing = np.flatnonzero(self._from >= 0)
        over = self._age_s[changing] >= -1e-6
        self._from[changing[over]] = -1
        self._age_s[changing[over]] = np.maximum(self._age_s[changing[over]], 0.0)
        to_red = self._in_yellow[changing] & (self._age_s[changing] >= -self._change_s[changing, 1] - 1e-6)
        for c in changing[over | to_red]:
            self._show(int(c))

    def observe(self) -> tuple[Int, Float]:
        """Stage and age of each controller."""
        return self._stage.copy(), self._age_s.copy()

    def _show(self, controller: int) -> None:
        if not self._counts[controller]:
            return
        groups = slice(
            int(self._network.controllers.first_group[controller]),
            int(self._network.controllers.first_group[controller + 1]),
        )  # fmt: skip
        target = self._state_of(controller, int(self._stage[controller]))
        if self._from[controller] < 0:
            self.state[groups] = target
            self._in_yellow[controller] = False
            return
        before = self._state_of(controller, int(self._from[controller]))
        stays = np.isin(before, _GOES) & np.isin(target, _GOES)
        in_yellow = bool(self._age_s[controller] < -self._change_s[controller, 1] - 1e-6)
        self._in_yellow[controller] = in_yellow
        ends = np.isin(before, _GOES) & ~stays
        shown = np.where(stays, before, SignalState.RED)
        self.state[groups] = np.where(ends & in_yellow, SignalState.YELLOW, shown)

    def _state_of(self, controller: int, stage: int) -> State:
        row = int(self._stages.first_stage[controller]) + stage
        return self._stages.state[self._stages.first_state[row] : self._stages.first_state[row + 1]]
