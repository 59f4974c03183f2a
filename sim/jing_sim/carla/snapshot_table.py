"""The records of all actors of an episode, filled anew every tick from the columns of the world."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.actors import ActorEntry, ActorKind
from jing_sim.carla.frames import axial_mirrored, degrees_of, mirrored
from jing_sim.carla.meeting import LightMeeting, SpeedLimits
from jing_sim.carla.snapshot import SIGNAL, VEHICLE, WALKER, records

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["SnapshotTable"]

Int = NDArray[np.int64]

_GREEN = 2
_FALLEN_RAD = 1.2


class SnapshotTable:
    """Records in the order of the register; laid out anew when actors come or go."""

    def __init__(self, episode: "Episode") -> None:
        self._episode = episode
        self._changes = -1
        self._limits = SpeedLimits(episode.stage)
        self._meeting = LightMeeting(episode.stage.scene.lights.trigger)

    def filled(self) -> bytes:
        """The records of this tick."""
        if self._changes != self._episode.actors.changes:
            self._lay_out()
        self._fill_bodies()
        self._fill_vehicles()
        self._fill_walkers()
        self._fill_lights()
        for place, entry in self._posed:
            pose = self._episode.pose_of(entry)
            self._table["location"][place] = pose[:3]
            self._table["rotation"][place] = pose[3:]
        return self._table.tobytes()

    def _lay_out(self) -> None:
        episode = self._episode
        self._changes = episode.actors.changes
        entries = list(episode.actors.by_id.values())
        self._table = records(len(entries))
        self._table["id"] = [entry.id for entry in entries]
        place = {entry.id: k for k, entry in enumerate(entries)}
        with_body = [entry for entry in entries if entry.has_body]
        self._bodies, self._rows = self._where(with_body, place)
        self._vehicles, self._vehicle_rows = self._where([e for e in with_body if e.kind == ActorKind.VEHICLE], place)
        self._walkers, self._walker_rows = self._where([e for e in with_body if e.kind == ActorKind.WALKER], place)
        self._lights = np.array([place[actor] for actor in episode.light_ids.tolist()], np.int64)
        self._posed = [(k, e) for k, e in enumerate(entries) if not e.has_body and self._moves(e)]
        self._limits.forget(len(self._vehicles))
        self._lay_out_fixed(entries)

    def _where(self, entries: list[ActorEntry], place: dict[int, int]) -> tuple[Int, Int]:
        places = np.array([place[entry.id] for entry in entries], np.int64)
        rows = np.array([self._episode.world.row_of(entry.id) for entry in entries], np.int64)
        return places, rows

    def _moves(self, entry: ActorEntry) -> bool:
        return entry.parent != 0 or entry.kind not in {ActorKind.LIGHT, ActorKind.SIGN}

    def _lay_out_fixed(self, entries: list[ActorEntry]) -> None:
        """What never changes while the same actors are there."""
        scene = self._episode.stage.scene
        for k, entry in enumerate(entries):
            if not entry.has_body and not self._moves(entry):
                self._table["location"][k], self._table["rotation"][k] = entry.pose[:3], entry.pose[3:]
        signals = self._table.view(SIGNAL)
        if len(self._lights):
            signals["sign_id"][self._lights] = [name.encode()[:31] for name in scene.lights.sign_id]
            signals["pole"][self._lights] = scene.lights.pole
        signs = [k for k, entry in enumerate(entries) if entry.kind == ActorKind.SIGN]
        if signs:
            signals["sign_id"][signs] = [name.encode()[:31] for name in scene.signs.sign_id]

    def _fill_bodies(self) -> None:
        bodies, at, rows = self._episode.world.bodies, self._bodies, self._rows
        if not len(at):
            return
        table = self._table
        table["location"][at] = mirrored(bodies.position[rows])
        table["rotation"][at] = degrees_of(bodies.rotation[rows])
        table["velocity"][at] = mirrored(bodies.velocity[rows])
        table["angular"][at] = np.degrees(axial_mirrored(bodies.angular[rows]))
        table["acceleration"][at] = mirrored(bodies.acceleration[rows])

    def _fill_vehicles(self) -> None:
        at, rows = self._vehicles, self._vehicle_rows
        if not len(at):
            return
        table, bodies = self._table.view(VEHICLE), self._episode.world.bodies
        cars = self._episode.world.state.cars
        for name in ("throttle", "brake", "hand_brake", "reverse", "manual", "gear"):
            table[name][at] = cars[name][rows]
        table["steer"][at] = -cars["steer"][rows]
        table["speed_limit_kmh"][at] = self._limits.at(bodies.position[rows])
        table["failure"][at] = np.abs(bodies.rotation[rows, 2]) > _FALLEN_RAD
        middle = bodies.position[rows]
        middle[:, 2] += 0.5 * bodies.half_extent[rows, 2]
        met = self._meeting.met(middle, bodies.rotation[rows], bodies.half_extent[rows, 0])
        meets = met >= 0
        table["has_light"][at] = meets
        table["light_state"][at] = _GREEN
        table["light_id"][at] = 0
        if meets.any():
            table["light_state"][at[meets]] = self._episode.cycle.show[met[meets]]
            table["light_id"][at[meets]] = self._episode.light_ids[met[meets]]

    def _fill_walkers(self) -> None:
        at, rows = self._walkers, self._walker_rows
        if not len(at):
            return
        table, extra = self._table.view(WALKER), self._episode.world.state.extra
        table["direction"][at] = mirrored(extra["walk"][rows])
        table["speed"][at] = extra["walk_mps"][rows]
        table["jump"][at] = extra["jump"][rows]

    def _fill_lights(self) -> None:
        at, cycle = self._lights, self._episode.cycle
        if not len(at):
            return
        table = self._table.view(SIGNAL)
        table["light"][at] = cycle.show
        table["elapsed_s"][at] = cycle.elapsed_s
        table["frozen"][at] = cycle.frozen
        for show, name in enumerate(("red_s", "yellow_s", "green_s")):
            table[name][at] = cycle.time_s[:, show]
