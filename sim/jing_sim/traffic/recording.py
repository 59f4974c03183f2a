"""What a world tells its recorder after each step."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_sim.protocols import LateRecorder, Recorder, RunKeeper
from jing_sim.traffic import rows as r

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = ["Telling"]

_LINES_EVERY_S = 60.0


class Telling:
    """Arrivals, entries, signals that changed, frames; and lines of waiting vehicles that no road can hold."""

    def __init__(self) -> None:
        self._shown: NDArray[np.uint8] | None = None
        self._late: tuple[Recorder, LateRecorder | None] | None = None

    def begin(self, world: "TrafficWorld") -> None:
        """Tells who is there at the time 0."""
        n_in = int(world.state.pointers[4])
        if world.recorder is not None and n_in:
            world.recorder.entered(world.time_s, np.sort(world.scratch.told[:n_in]))

    def step(self, world: "TrafficWorld") -> None:
        """Tells of the step that is over."""
        recorder = world.recorder
        if recorder is None:
            return
        n_in, n_out = int(world.state.pointers[4]), int(world.state.pointers[5])
        if n_out:
            recorder.arrived(world.time_s, np.sort(world.scratch.told[:n_out]))
        if n_in:
            recorder.entered(world.time_s, np.sort(world.scratch.told[n_out : n_out + n_in]))
        state = world.state.state
        if self._shown is None or not np.array_equal(state, self._shown):
            self._shown = state.copy()
            recorder.signals(world.time_s, self._shown)
        if world.steps % round(world.options.frame_s / world.options.dt_s) == 0:
            self._tell_frame(world, recorder)
        if world.state.pointers[1] and world.time_s % _LINES_EVERY_S < world.options.dt_s - 1e-9:
            warn_of_lines(world, recorder)

    def _tell_frame(self, world: "TrafficWorld", recorder: Recorder) -> None:
        # What a recorder offers is asked once: the question takes as long as a part of the step.
        if self._late is None or self._late[0] is not recorder:
            self._late = (recorder, recorder if isinstance(recorder, LateRecorder) else None)
        late = self._late[1]
        if late is None:
            recorder.frame(world.time_s, world.frame())
        else:
            late.frame_later(world.time_s, world.glance().frame)


def warn_of_lines(world: "TrafficWorld", recorder: Recorder) -> None:
    """A warning for the run where more vehicles wait to enter a road than fit on it, or more are due than have rows."""
    if not isinstance(recorder, RunKeeper):
        return
    demand, state, tables = world.demand, world.state, world.tables
    waiting = state.queue[: state.pointers[1]]
    if state.pointers[3] >= state.rows.shape[1]:
        text = f"{world.place}: {len(waiting)} vehicles wait while all {state.rows.shape[1]} rows are taken"
        recorder.warn("demand beyond storage", text)
    road = demand.route[demand.route_first[waiting]]
    length_m = demand.typef[demand.type_of[waiting]][:, [r.T_LENGTH, r.T_GAP]].sum(axis=1)
    line_m = np.bincount(road, weights=length_m, minlength=len(tables.road_first) - 1)
    lanes_m = np.add.reduceat(tables.wayf[: tables.n_lanes, r.W_LENGTH], tables.road_first[:-1])
    for full in np.flatnonzero(line_m > lanes_m):
        name, n = world.network.roads.ext_id[full], int((road == full).sum())
        text = f"{world.place}: {n} vehicles wait to enter road {name!r}, more than fit on it; they stay in line"
        recorder.warn("demand beyond storage", text)
