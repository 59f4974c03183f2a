"""Signals of a world: programs by the clock or prolonged by vehicles, or stages that a controller asks for."""

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalController, SignalObservation
from jing_sim.traffic.arguments import collector
from jing_sim.traffic.kernels_signals import advance_programs, advance_stages
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.rows import N_TYPE_FLOATS, N_WORDS
from jing_sim.traffic.signal_tables import SignalMemory, SignalTables, hasty_programs, new_memory, signal_tables
from jing_sim.traffic.stages import stages_of
from jing_sim.traffic.tables import WayTables

__all__ = ["Rows", "Signals", "stages_of"]

I32 = NDArray[np.int32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

Rows = tuple[I32, NDArray[np.float32], I32, F64]
"""The vehicles of a world: `first` `(n_ways + 1,)`, `f` and `i` `(capacity, N_WORDS)`, `typef` of `state.Demand`."""

_HOLDERS = {"tables": SignalTables, "memory": SignalMemory}
_OF_PROGRAMS = collector(advance_programs, _HOLDERS, {"hasty": "hasty"})
_OF_STAGES = collector(advance_stages, _HOLDERS)


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
        hasty: see `hasty_programs`.
        controller: what chooses the stages, or None.
        controlled: whether it is asked.
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
        self._world, self._names = network.name, network.controllers.ext_id
        self.controller, self.dt_s = controller, dt_s
        self.controlled = controller is not None
        self.tables = signal_tables(network, programs, tables, by_clock=by_clock or self.controlled)
        self.memory = new_memory(self.tables)
        self.hasty = hasty_programs(self.tables, dt_s)
        self._arrays = self._collect()
        self._anew = True
        self._held: tuple[NDArray[np.integer], U8] = np.zeros(0, np.int64), np.zeros(0, np.uint8)
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
        if self.controlled:
            advance_stages(time_s, *self._arrays)
        else:
            advance_programs(time_s, self.dt_s, self._anew, *(*self._arrays, *(rows or self._nobody)))
            self._anew = False
        groups, shown = self._held
        if len(groups):
            self.memory.state[groups] = shown

    def hold(self, groups: NDArray[np.integer], shown: U8) -> None:
        """These groups show this `SignalState` from now on, whatever their programs say: their lights are switched
        outside. Called anew, it replaces what was held."""
        self._held, self._anew = (groups, shown), True

    @property
    def due(self) -> bool:
        """Whether a controller is to be asked before the next step."""
        return self.controlled and bool(self.memory.clock_s[1] <= 1e-6)

    def ask(self, seen: SignalObservation) -> None:
        """Lets the controller decide; changes begin with the next step, where the minimum green is over.

        Raises:
            SimulationError: the answer is not one stage for each controller.
        """
        if self.controller is None:
            return
        wanted = np.asarray(self.controller.decide(seen))
        self.memory.clock_s[1] = self.controller.interval_s
        self.want(wanted, f"world {self._world!r}, time {seen.time_s:g} s")

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
        self._anew = True

    def twin(self) -> "Signals":
        """Signals that show the same, on the same tables, with a memory of their own."""
        other = copy(self)
        other.memory = self.memory.copy()
        other._arrays, other._anew = other._collect(), True
        return other

    def _collect(self) -> tuple[Any, ...]:
        return (_OF_STAGES if self.controlled else _OF_PROGRAMS)(self)
