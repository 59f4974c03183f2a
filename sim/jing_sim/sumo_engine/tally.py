"""Counts of a SUMO run: who entered, who arrived, what went wrong."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.protocols import Recorder
from jing_sim.sumo_engine.library import Sumo

__all__ = ["Tally"]

Int = NDArray[np.int32]


class Tally:
    """Kept up to date after every step of SUMO, and told to the recorder.

    Attributes:
        entered_s, arrived_s: `(n_trips,)`; NaN = not yet.
        time_loss_s: `(n_trips,)` SUMO's time loss of those that arrived.
        updates: sum over the steps of the vehicles moved.
        collisions: pairs of vehicles that began to collide, as SUMO reports them.
        teleports: vehicles that SUMO took off the road.
    """

    def __init__(self, sumo: Sumo, row_of: dict[str, int], recorder: Recorder | None) -> None:
        self._api, self._row_of, self._recorder = sumo.api, row_of, recorder
        n = len(row_of)
        self.entered_s, self.arrived_s, self.time_loss_s = (np.full(n, np.nan) for _ in range(3))
        self.updates = self.collisions = self.teleports = 0
        self._colliding: set[tuple[str, str]] = set()

    def take(self, time_s: float) -> None:
        """Counts what happened in the step that led to `time_s`."""
        api = self._api.simulation
        arrived, entered = self._rows(api.getArrivedIDList()), self._rows(api.getDepartedIDList())
        self.arrived_s[arrived], self.entered_s[entered] = time_s, time_s
        for name in api.getArrivedIDList():
            self.time_loss_s[self._row_of[name]] = self._api.vehicle.getTimeLoss(name)
        if self._recorder is not None and len(arrived):
            self._recorder.arrived(time_s, arrived)
        if self._recorder is not None and len(entered):
            self._recorder.entered(time_s, entered)
        self._collisions(time_s, api.getCollisions())
        for name in api.getStartingTeleportIDList():
            self.teleports += 1
            self._event(time_s, "teleport", name, "SUMO took it off the road")

    def _collisions(self, time_s: float, reported: Any) -> None:  # noqa: ANN401 - libsumo has no types
        now = {(hit.collider, hit.victim) for hit in reported}
        for collider, victim in sorted(now - self._colliding):
            self.collisions += 1
            self._event(time_s, "collision", collider, f"with vehicle {victim}, as SUMO reports")
        self._colliding = now

    def _event(self, time_s: float, kind: str, name: str, text: str) -> None:
        if self._recorder is not None:
            self._recorder.event(time_s, kind, self._row_of[name], text)

    def _rows(self, names: tuple[str, ...]) -> Int:
        return np.sort(np.array([self._row_of[name] for name in names], dtype=np.int32))
