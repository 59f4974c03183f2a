"""The signals of a world as flat arrays for the kernels: what does not change, and what does."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs, SignalState
from jing_maps.network import RoadNetwork
from jing_sim.traffic.actuation import actuation, no_actuation
from jing_sim.traffic.kernels_signals import MAX_GAP_S
from jing_sim.traffic.stages import change_times_s, stages_of
from jing_sim.traffic.tables import WayTables, way_tables

__all__ = ["SignalMemory", "SignalTables", "hasty_programs", "new_memory", "signal_tables"]

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]


@dataclass(frozen=True)
class SignalTables:
    """What does not change: programs, loops and stages as `advance_programs` and `advance_stages` read them.

    Attributes:
        first_group: `(n_controllers + 1,)`.
        program, actuated: `(n_controllers,)` the program in force, in the one if its phases are fixed, in the other if
            vehicles prolong them; -1 = none.
        offset_s, first_phase, duration_s, cycle_s, min_ms, max_ms: programs and phases; goes: some green and no yellow.
        first_state, shown: what a phase shows, as in `Programs`.
        first_phase_loop, phase_loop, first_watch, watch_way, watch_at_m, watch_via, watch_past: see `Actuation`.
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
    watch_past: I32
    first_stage: I32
    min_green_s: F64
    stage_state: I32
    stage_shown: U8
    yellow_s: F64
    red_s: F64


@dataclass
class SignalMemory:
    """All that changes in the signals of a world.

    Attributes:
        state: `(n_groups,)` `SignalState` shown.
        phase, since_ms: `(n_controllers,)` of actuated programs: phase, and when it began.
        next_ms: `(n_controllers,)` when to look again at a program.
        occupied, left_s: `(n_loops,)` a vehicle is on the loop; when the last one left it. Kept up where it matters.
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

    def arrays(self) -> list[Any]:
        """All columns."""
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
    loops = (
        actuation(network, programs, actuated, tables or way_tables(network)) if acts.any() else no_actuation(programs)
    )
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
        watch_past=loops.watch_past,
        first_stage=stages.first_stage,
        min_green_s=stages.min_green_s.astype(np.float64),
        stage_state=stages.first_state,
        stage_shown=stages.state,
        yellow_s=yellow_s,
        red_s=red_s,
    )


def hasty_programs(tables: SignalTables, dt_s: float) -> U8:
    """`(n_programs,)` whether vehicles prolong a green so short that it may begin and end within the gap that ends one.

    Their loops are watched all the time.
    """
    short = tables.min_ms < int((MAX_GAP_S + 2.0 * dt_s) * 1000.0)
    shorts = np.concatenate([[0], np.cumsum(short & (np.diff(tables.first_phase_loop) > 0))])
    return (np.diff(shorts[tables.first_phase]) > 0).astype(np.uint8)


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
