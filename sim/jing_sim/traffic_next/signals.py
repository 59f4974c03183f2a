"""Signals of a world: programs by the clock or prolonged by vehicles, or stages that a controller asks for."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs, SignalState
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalController, SignalObservation
from jing_sim.traffic_next.actuation import actuation, no_actuation
from jing_sim.traffic_next.kernels_signals import advance_signals
from jing_sim.traffic_next.options import SimulationError
from jing_sim.traffic_next.rows import N_TYPE_FLOATS, N_WORDS
from jing_sim.traffic_next.stages import change_times_s, stages_of
from jing_sim.traffic_next.tables import WayTables, way_tables

__all__ = ["Rows", "SignalMemory", "SignalTables", "Signals", "signal_tables", "stages_of"]

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

Rows = tuple[I32, NDArray[np.float32], I32, F64]
"""The vehicles of a world: `first` `(n_ways + 1,)`, `f` and `i` `(capacity, N_WORDS)`, `typef` of `state.Demand`."""


@dataclass(frozen=True)
class SignalTables:
    """What does not change: programs, loops and stages as `advance_signals` reads them, in its order.

    Attributes:
        first_group: `(n_controllers + 1,)`.
        program, actuated: `(n_controllers,)` the program in force, in the one if its phases are fixed, in the other if
            vehicles prolong them; -1 = none.
        offset_s, first_phase, duration_s, cycle_s, min_ms, max_ms, goes: programs and phases; `goes` = green, no yellow.
        first_state, shown: what a phase shows, as in `Programs`.
        first_phase_loop, phase_loop, first_watch, watch_way, watch_at_m, watch_via: see `actuation.Actuation`.
        first_stage, min_green_s, stage_state, stage_shown: as in `Stages`.
        yellow_s, red_s: `(n_controllers,)` between two stages.
    """

    first_group: I32
    program: I32
    actuated: I32
    offset_s: F64
    first_phase: I32
    duration_s: F64
    cycle_s: F64
    min_ms: I64
    max_ms: I64
    goes: U8
    first_state: I32
    shown: U8
    first_phase_loop: I32
    phase_loop: I32
    first_watch: I32
    watch_way: I32
    watch_at_m: F64
    watch_via: I32
    first_stage: I32
    min_green_s: F64
    stage_state: I32
    stage_shown: U8
    yellow_s: F64
    red_s: F64

    def arrays(self) -> list[NDArray[np.generic]]:
        """All tables, in the order of the kernel's arguments."""
        return [getattr(self, column.name) for column in fields(self)]


@dataclass
class SignalMemory:
    """All that changes in the signals of a world; the order is that of the arguments of `advance_signals`.

    Attributes:
        state: `(n_groups,)` `SignalState` shown.
        phase, since_ms, next_ms: `(n_controllers,)` of actuated programs: phase, when it began, when to look again.
        occupied, left_s: `(n_loops,)` a vehicle is on the loop; when the last one left it.
        stage, before, age_s, wanted: `(n_controllers,)` stage in force or coming, that which ends (-1 = none), time
            since the green began (negative in a change), and what the controller asked for (-1 = nothing new).
        clock_s: time; time until the controller is asked again.
    """

    state: U8
    phase: I32
    since_ms: I64
    next_ms: I64
    occupied: U8
    left_s: F64
    stage: I32
    before: I32
    age_s: F64
    wanted: I32
    clock_s: F64

    def copy(self) -> "SignalMemory":
        """A snapshot."""
        return SignalMemory(*(getattr(self, column.name).copy() for column in fields(self)))

    def arrays(self) -> list[NDArray[np.generic]]:
        """All columns, in the order of the kernel's arguments."""
        return [getattr(self, column.name) for column in fields(self)]


def signal_tables(
    network: RoadNetwork, programs: Programs, tables: WayTables | None = None, *, by_clock: bool = False
) -> SignalTables:
    """The tables of a network whose controllers run the first of their programs.

    `by_clock`: programs that vehicles may prolong run with the durations that they name.
    """
    n = len(network.controllers)
    rows = [np.flatnonzero(programs.controller == c)[:1] for c in range(n)]
    force = np.array([int(row[0]) if len(row) else -1 for row in rows], dtype=np.int32)
    first = programs.first_phase
    spans = list(zip(first[:-1].tolist(), first[1:].tolist(), strict=True))
    stretches = np.array([bool((programs.min_s[a:b] < programs.max_s[a:b]).any()) for a, b in spans], bool)
    acts = (force >= 0) & (not by_clock)
    acts[acts] = stretches[force[acts]]
    actuated = np.where(acts, force, -1).astype(np.int32)
    loops = actuation(network, programs, actuated, tables or way_tables(network)) if acts.any() else no_actuation(programs)
    stages = stages_of(network, programs)
    yellow_s, red_s = change_times_s(network, programs)
    return SignalTables(
        first_group=network.controllers.first_group.astype(np.int32),
        program=np.where(acts, -1, force).astype(np.int32),
        actuated=actuated,
        offset_s=programs.offset_s.astype(np.float64),
        first_phase=first.astype(np.int32),
        duration_s=programs.duration_s.astype(np.float64),
        cycle_s=np.array([programs.duration_s[a:b].sum() for a, b in spans], np.float64),
        min_ms=np.rint(programs.min_s * 1000.0).astype(np.int64),
        max_ms=np.rint(programs.max_s * 1000.0).astype(np.int64),
        goes=_goes(programs),
        first_state=programs.first_state.astype(np.int32),
        shown=programs.state.astype(np.uint8),
        first_phase_loop=loops.first_phase_loop,
        phase_loop=loops.phase_loop,
        first_watch=loops.first_watch,
        watch_way=loops.watch_way,
        watch_at_m=loops.watch_at_m,
        watch_via=loops.watch_via,
        first_stage=stages.first_stage,
        min_green_s=stages.min_green_s.astype(np.float64),
        stage_state=stages.first_state,
        stage_shown=stages.state,
        yellow_s=yellow_s,
        red_s=red_s,
    )


def _goes(programs: Programs) -> U8:
    pairs = zip(programs.first_state[:-1].tolist(), programs.first_state[1:].tolist(), strict=True)
    states = [programs.state[a:b] for a, b in pairs]
    green = (SignalState.GREEN, SignalState.PERMISSIVE)
    return np.array([np.isin(s, green).any() and not (s == SignalState.YELLOW).any() for s in states], np.uint8)


def new_memory(tables: SignalTables) -> SignalMemory:
    """Signals before the first step; they show nothing before they are advanced to time 0."""
    n, n_loops = len(tables.program), len(tables.first_watch) - 1
    phase = np.array([_first_phase(tables, int(p)) for p in tables.actuated], np.int32).reshape(n)
    return SignalMemory(
        state=np.full(int(tables.first_group[-1]) if n else 0, SignalState.OFF, np.uint8),
        phase=phase,
        since_ms=np.zeros(n, np.int64),
        next_ms=tables.min_ms[phase] if n and len(tables.min_ms) else np.zeros(n, np.int64),
        occupied=np.zeros(n_loops, np.uint8),
        left_s=np.full(n_loops, -3600.0),
        stage=np.zeros(n, np.int32),
        before=np.full(n, -1, np.int32),
        age_s=np.zeros(n),
        wanted=np.full(n, -1, np.int32),
        clock_s=np.zeros(2),
    )


def _first_phase(tables: SignalTables, program: int) -> int:
    """The phase of an actuated program at time 0, if it had run by the clock until then."""
    if program < 0:
        return 0
    clock = -tables.offset_s[program] % tables.cycle_s[program]
    phase = int(tables.first_phase[program])
    while clock >= tables.duration_s[phase]:
        clock -= tables.duration_s[phase]
        phase += 1
    return phase


class Signals:
    """The signals of one world.

    The step from `t` to `t + dt` is driven under what is shown at `t + dt`: ask, advance to `t + dt`, then move the
    vehicles.

    Args:
        network: where.
        programs: what runs where there is no controller; else, where the stages come from.
        controller: chooses stages; None = the programs run.
        dt_s: length of a step.
        tables: of the network; None = made here where loops need them.
        by_clock: programs that vehicles may prolong run with the durations that they name.

    Attributes:
        tables, memory: for a kernel that moves many worlds.
        controlled: whether a controller is asked.
    """

    def __init__(
        self,
        network: RoadNetwork,
        programs: Programs,
        controller: SignalController | None,
        dt_s: float,
        tables: WayTables | None = None,
        *,
        by_clock: bool = False,
    ) -> None:
        self._names, self._controller, self.dt_s = network.controllers.ext_id, controller, dt_s
        self.controlled = controller is not None
        self.tables = signal_tables(network, programs, tables, by_clock=by_clock or self.controlled)
        self.memory = new_memory(self.tables)
        nobody = np.zeros((0, N_WORDS), np.int32)
        ways = int(self.tables.watch_way.max(initial=-1)) + 2
        self._nobody: Rows = (
            np.zeros(ways, np.int32), nobody.view(np.float32), nobody, np.zeros((0, N_TYPE_FLOATS))
        )  # fmt: skip
        if controller is not None:
            controller.reset(network, stages_of(network, programs))
        self.advance(0.0)

    @property
    def state(self) -> U8:
        """`(n_groups,)` `SignalState` shown now; changes in place."""
        return self.memory.state

    def advance(self, time_s: float, rows: Rows | None = None) -> None:
        """Shows what is shown at this time; `rows`: the vehicles as the last step left them (None = none)."""
        advance_signals(
            time_s, self.dt_s, self.controlled, *self.tables.arrays(), *self.memory.arrays(), *(rows or self._nobody)
        )  # fmt: skip

    @property
    def due(self) -> bool:
        """Whether a controller is to be asked before the next step."""
        return self.controlled and bool(self.memory.clock_s[1] <= 1e-6)

    def ask(self, seen: SignalObservation) -> None:
        """Lets the controller decide; with the next step begin the changes to other stages, where minimum greens are over.

        Raises:
            SimulationError: the answer is not one stage for each controller.
        """
        if self._controller is None:
            return
        wanted = np.asarray(self._controller.decide(seen))
        self.memory.clock_s[1] = self._controller.interval_s
        self.want(wanted, f"time {seen.time_s:g} s")

    def want(self, wanted: NDArray[np.integer], place: str) -> None:
        """Takes down `(n_controllers,)` stages; `place` (world, time) begins the messages of errors.

        Raises:
            SimulationError: this is not one stage for each controller.
        """
        if wanted.shape != self.memory.stage.shape:
            msg = f"{place}: the signal controller answered with shape {wanted.shape}, not {self.memory.stage.shape}"
            raise SimulationError(msg)
        if not np.issubdtype(wanted.dtype, np.integer):
            msg = f"{place}: the signal controller answered with {wanted.dtype} values; stages are whole numbers"
            raise SimulationError(msg)
        counts = np.diff(self.tables.first_stage)
        bad = np.flatnonzero((wanted < 0) | (wanted >= np.maximum(counts, 1)))
        if len(bad):
            row = int(bad[0])
            msg = (
                f"{place}: signal controller {self._names[row]!r} was asked for stage {wanted[row]}; "
                f"it has stages 0 to {counts[row] - 1}"
            )
            raise SimulationError(msg)
        self.memory.wanted[:] = wanted

    def observe(self) -> tuple[I32, F64]:
        """Stage and age of each controller, as `SignalObservation` has them."""
        return self.memory.stage.copy(), self.memory.age_s.copy()

    def snapshot(self) -> SignalMemory:
        """A copy of all that changes."""
        return self.memory.copy()

    def restore(self, memory: SignalMemory) -> None:
        """Goes back to a snapshot, which stays as it is."""
        for own, kept in zip(self.memory.arrays(), memory.arrays(), strict=True):
            own[...] = kept
