"""What traffic lights show over time: the lights of a junction take turns, or follow a signal program.

Without a program one turn of a junction (the lights of one controller) is green, then yellow, then red before the next
one begins; times are each light's own, and can be changed while it runs. With a program, lights show what their group
shows, until somebody sets a time of theirs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import SignalState
from jing_maps.network import RoadNetwork
from jing_sim.driving.light_places import SignPlaces

__all__ = ["LightCycle", "LightProgram", "LightShow", "program_of"]

Float = NDArray[np.float64]
Int = NDArray[np.int32]


class LightShow:
    """What a light shows, as small whole numbers."""

    RED = 0
    YELLOW = 1
    GREEN = 2
    OFF = 3


_SHOWN = np.full(6, LightShow.RED, np.int8)
_SHOWN[SignalState.YELLOW] = LightShow.YELLOW
_SHOWN[[SignalState.GREEN, SignalState.PERMISSIVE]] = LightShow.GREEN
_SHOWN[SignalState.OFF] = LightShow.OFF
_TIMES_S = {LightShow.RED: 2.0, LightShow.YELLOW: 3.0, LightShow.GREEN: 10.0}


@dataclass(frozen=True)
class LightProgram:
    """`(n,)` for each light the phases that it follows, cut by `first` `(n + 1,)`; lights without one have no phase.

    Attributes:
        duration_s, show: of each phase. offset_s: `(n,)` the cycle begins at times `offset_s` modulo the cycle.
    """

    first: Int
    duration_s: Float
    show: NDArray[np.int8]
    offset_s: Float

    def at(self, light: int, time_s: float) -> tuple[int, float, float]:
        """What a light shows at a time, for how long it has, and how long the phase goes on."""
        rows = slice(int(self.first[light]), int(self.first[light + 1]))
        ends = np.cumsum(self.duration_s[rows])
        t = (time_s - self.offset_s[light]) % ends[-1]
        phase = int(np.searchsorted(ends, t, side="right"))
        show = self.show[rows]
        begin = phase
        # A light that shows the same in several phases has shown it since the first of them.
        while begin > 0 and show[begin - 1] == show[phase]:
            begin -= 1
        return int(show[phase]), float(t - (ends[begin - 1] if begin else 0.0)), float(ends[phase] - t)


def program_of(lights: SignPlaces, network: RoadNetwork) -> LightProgram:
    """The programs in force in a network whose OpenDRIVE file the lights come from: controller `k + 1` is group `k`.

    Junctions in which lights of one turn do not always show the same follow none.
    """
    programs, groups = network.programs, network.signal_groups
    first, duration, show, offset = [0], [], [], []
    for name in lights.controller:
        group = int(name) - 1 if name.isdecimal() else -1
        known = 0 <= group < len(groups)
        rows: Int = np.flatnonzero(known and programs.controller == groups.controller[group]).astype(np.int32)
        offset.append(float(programs.offset_s[rows[0]]) if len(rows) else 0.0)
        if len(rows):
            place = group - int(network.controllers.first_group[groups.controller[group]])
            for phase in range(int(programs.first_phase[rows[0]]), int(programs.first_phase[rows[0] + 1])):
                duration.append(float(programs.duration_s[phase]))
                show.append(int(_SHOWN[programs.state[programs.first_state[phase] + place]]))
        first.append(len(duration))
    program = LightProgram(np.array(first, np.int32), np.array(duration), np.array(show, np.int8), np.array(offset))
    return _of_one_mind(program, lights)


def _of_one_mind(program: LightProgram, lights: SignPlaces) -> LightProgram:
    """The program without the phases of junctions in which lights of one turn differ."""
    shows = [tuple(part) for part in np.split(program.show, program.first[1:-1])]
    turns: dict[tuple[int, int], set[tuple[int, ...]]] = {}
    for junction, turn, shown in zip(lights.junction.tolist(), lights.turn.tolist(), shows, strict=True):
        turns.setdefault((junction, turn), set()).add(shown)
    torn = [junction for (junction, _), shown in turns.items() if len(shown) > 1]
    count = np.where(np.isin(lights.junction, torn), 0, np.diff(program.first))
    kept = np.repeat(count > 0, np.diff(program.first))
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    return LightProgram(first, program.duration_s[kept], program.show[kept], program.offset_s)


class LightCycle:
    """All lights of a world.

    Attributes:
        show: `(n,)` `LightShow` now. elapsed_s: `(n,)` since it began.
        time_s: `(n, 3)` of red, yellow and green of each light, by `LightShow`.
        frozen: `(n,)` keeps what it shows.
    """

    def __init__(self, lights: SignPlaces, program: LightProgram | None = None) -> None:
        n = len(lights)
        self.lights, self.program = lights, program
        self.show = np.full(n, LightShow.RED, np.int8)
        self.elapsed_s = np.zeros(n)
        self.time_s = np.tile([_TIMES_S[k] for k in range(3)], (n, 1))
        self.frozen = np.zeros(n, np.bool_)
        n_junctions = int(lights.junction.max(initial=-1)) + 1
        self._turns = np.array([self._last_turn(j) + 1 for j in range(n_junctions)], np.int32)
        self._turn = np.zeros(n_junctions, np.int32)
        self._rows = [
            [np.flatnonzero((lights.junction == j) & (lights.turn == t)) for t in range(self._turns[j])]
            for j in range(n_junctions)
        ]
        self._lead = np.zeros((n_junctions, int(self._turns.max(initial=1))), np.int64)
        for junction, turns in enumerate(self._rows):
            self._lead[junction, : len(turns)] = [turn[0] for turn in turns]
        self._next_phase_s = 0.0
        self._follows = np.zeros(n, np.bool_)
        self._clock_s = 0.0
        if program is not None:
            self._follows = np.diff(program.first) > 0
        self.reset()

    def group(self, light: int) -> list[int]:
        """All lights of the junction of a light."""
        return np.flatnonzero(self.lights.junction == self.lights.junction[light]).tolist()

    def reset(self) -> None:
        """All junctions, and the clock of the programs, begin again."""
        self.frozen[:] = False
        self._clock_s = 0.0
        for junction in range(len(self._turns)):
            self._begin_junction(junction)
        self._follow_anew()

    def reset_junction(self, junction: int) -> None:
        """The first turn of a junction has green; where a program is followed, it goes on."""
        self._begin_junction(junction)
        self._follow_anew()

    def _begin_junction(self, junction: int) -> None:
        self._turn[junction] = 0
        mine = self.lights.junction == junction
        self.show[mine & ~self._follows] = LightShow.RED
        self._begin(np.flatnonzero(mine & (self.lights.turn == 0) & ~self._follows), LightShow.GREEN)

    def _follow_anew(self) -> None:
        self._next_phase_s = 0.0
        self._follow(0.0)

    def set_show(self, light: int, show: int) -> None:
        """The light, and those of its turn, show this now and go on from there."""
        self._begin(self._rows[self.lights.junction[light]][self.lights.turn[light]], show)
        if not self.frozen[light]:
            self._leave_program(light)
            self._turn[self.lights.junction[light]] = self.lights.turn[light]

    def set_time(self, light: int, show: int, seconds: float) -> None:
        """How long the light shows red, yellow or green; a junction whose times are set follows no program."""
        self.time_s[light, show] = seconds
        self._leave_program(light)

    def freeze(self, frozen: bool) -> None:
        """All lights keep what they show, or go on."""
        self.frozen[:] = frozen
        self._next_phase_s = 0.0

    def step(self, dt_s: float) -> None:
        """Time goes on for all lights that are not frozen."""
        self._clock_s += dt_s
        free = ~self.frozen
        self.elapsed_s[free & ~self._follows] += dt_s
        for junction in self._due():
            self._next(junction)
        self._follow(dt_s)

    def _due(self) -> list[int]:
        """Junctions whose lights have shown for long enough what they show."""
        if not len(self._turns):
            return []
        lead = self._lead[np.arange(len(self._turns)), self._turn]
        limit = self.time_s[lead, np.minimum(self.show[lead], LightShow.GREEN)]
        due: list[int] = np.flatnonzero(self.elapsed_s[lead] >= limit - 1e-9).tolist()
        return due

    def _next(self, junction: int) -> None:
        """Yellow after green, red after yellow, and after red the next turn."""
        rows = self._rows[junction][self._turn[junction]]
        lead = rows[0]
        show = int(self.show[lead])
        if self._follows[lead] or self.frozen[lead] or show > LightShow.GREEN:
            return
        if self.elapsed_s[lead] < self.time_s[lead, show] - 1e-9:
            return
        if show == LightShow.RED:
            self._turn[junction] = (self._turn[junction] + 1) % self._turns[junction]
            self._begin(self._rows[junction][self._turn[junction]], LightShow.GREEN)
        else:
            self._begin(rows, show - 1)

    def _follow(self, dt_s: float) -> None:
        """Lights with a program; they are looked up when the next phase of any of them begins."""
        if self.program is None:
            return
        rows = np.flatnonzero(self._follows & ~self.frozen)
        self.elapsed_s[rows] += dt_s
        if self._clock_s < self._next_phase_s - 1e-9:
            return
        left = np.inf
        for light in rows:
            # A hair later, so that sums of steps do not fall short of a change.
            self.show[light], since, lasts = self.program.at(int(light), self._clock_s + 1e-6)
            self.elapsed_s[light] = since
            left = min(left, lasts)
        self._next_phase_s = self._clock_s + left

    def _leave_program(self, light: int) -> None:
        mine = self.lights.junction == self.lights.junction[light]
        if self._follows[mine].any():
            self._follows[mine] = False
            self._turn[self.lights.junction[light]] = self.lights.turn[light]

    def _begin(self, rows: NDArray[np.int64], show: int) -> None:
        self.show[rows] = show
        self.elapsed_s[rows] = 0.0

    def _last_turn(self, junction: int) -> int:
        return int(self.lights.turn[self.lights.junction == junction].max(initial=0))
