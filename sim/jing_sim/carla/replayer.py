"""The replayer: actors of a recording come, go and move again, as they did."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError
from jing_sim.carla.actors import ActorKind
from jing_sim.carla.frames import Six, axial_mirrored, compose, mirrored
from jing_sim.carla.recording import Added, FrameRecord, Recording
from jing_sim.carla.snapshot import VEHICLE, WALKER
from jing_sim.carla.spawning import pose_of_six, spawn
from jing_sim.driving.bodies import Motion
from jing_sim.driving.controls import VehicleControl, WalkerControl

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["ReplayOptions", "Replayer"]

_MOVED = {ActorKind.VEHICLE, ActorKind.WALKER, ActorKind.PROP}
_HEROES = {"hero", "ego_vehicle"}


@dataclass(frozen=True)
class ReplayOptions:
    """Which part of a recording is replayed, and how.

    Attributes:
        start_s: below 0 it counts from the end. duration_s: 0 = to the end.
        follow: recorded id of the actor that the spectator follows from `offset`, 0 = none.
        sensors: recorded sensors come, too.
        ignore_hero, ignore_spectator: they are left alone.
    """

    start_s: float = 0.0
    duration_s: float = 0.0
    follow: int = 0
    sensors: bool = False
    offset: Six = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    ignore_hero: bool = False
    ignore_spectator: bool = True


class Replayer:
    """A replay on an episode of the recording's map.

    Attributes:
        ids: recorded id to the id here, of what the replay moves.
        now_s: time of the recording. end_s: where it stops.
    """

    def __init__(self, episode: "Episode", recording: Recording, options: ReplayOptions) -> None:
        self._episode, self._options = episode, options
        self._frames = recording.frames
        self._times = [frame.time_s for frame in recording.frames]
        total = recording.duration_s
        self.now_s = max(0.0, total + options.start_s if options.start_s < 0.0 else options.start_s)
        self.end_s = min(total, self.now_s + options.duration_s) if options.duration_s > 0.0 else total
        self.ids: dict[int, int] = {}
        self._made: set[int] = set()
        self._lights: dict[int, tuple[int, bool]] = {}
        self._next = 0

    def advance(self, delta_s: float) -> bool:
        """All is as it was `delta_s` later in the recording; False when that is its end."""
        self.now_s = min(self.now_s + delta_s, self.end_s)
        while self._next < len(self._frames) and self._times[self._next] <= self.now_s + 1e-9:
            self._happen(self._frames[self._next])
            self._next += 1
        if self._frames:
            self._place()
        for row, (show, frozen) in self._lights.items():
            self._episode.cycle.show[row], self._episode.cycle.frozen[row] = show, frozen
        return self.now_s < self.end_s

    def stop(self, *, keep_actors: bool) -> None:
        """Actors move by themselves again, or those that the replay has made are gone."""
        for actor in self.ids.values():
            entry = self._episode.actors.by_id.get(actor)
            if entry is None:
                continue
            if not keep_actors and actor in self._made:
                self._episode.destroy(actor)
            elif entry.has_body and entry.kind != ActorKind.PROP:
                self._episode.world.set_motion(actor, Motion.DYNAMIC)
        self.ids.clear()

    # -- what comes and goes ---------------------------------------------------------------------------------------

    def _happen(self, frame: FrameRecord) -> None:
        for one in frame.added:
            if self._is_wanted(one):
                self._add(one)
        for recorded in frame.removed:
            actor = self.ids.pop(recorded, 0)
            if actor:
                self._episode.destroy(actor)
        for look in frame.looks:
            entry = self._episode.actors.by_id.get(self.ids.get(look.id, 0))
            if entry:
                entry.lights, entry.doors = look.lights, look.doors
        for shape in frame.shapes:
            life_s = None if shape.life_s < 0.0 else shape.life_s
            self._episode.shapes.draw(shape.primitive, shape.colour, self._episode.now_s, life_s)
        for light in frame.lights:
            if light.row < len(self._episode.cycle.show):
                self._lights[light.row] = (light.show, light.frozen)

    def _is_wanted(self, one: Added) -> bool:
        if one.kind == ActorKind.SENSOR:
            return self._options.sensors
        if one.description.id == "spectator":
            return not self._options.ignore_spectator
        role = {value.id: value.value for value in one.description.attributes}.get("role_name")
        return one.kind in _MOVED and not (self._options.ignore_hero and role in _HEROES)

    def _add(self, one: Added) -> None:
        """It is here: the actor itself if it is still there, or a new one."""
        if one.description.id == "spectator":
            self.ids[one.id] = self._episode.spectator
            return
        entry = self._episode.actors.by_id.get(one.id)
        if entry is None or entry.description.id != one.description.id:
            parent = self.ids.get(one.parent, 0)
            if one.parent and not parent:
                return
            try:
                at = one.mount if one.parent else one.at
                entry = spawn(self._episode, one.description, at, parent, may_overlap=True)
            except JingError:  # a blueprint that is no longer in the catalogue cannot come back
                return
            self._made.add(entry.id)
        self.ids[one.id] = entry.id
        if entry.has_body and entry.kind != ActorKind.PROP:
            self._episode.world.set_motion(entry.id, Motion.KINEMATIC)

    # -- where all is ----------------------------------------------------------------------------------------------

    def _place(self) -> None:
        k = max(bisect_right(self._times, self.now_s + 1e-9) - 1, 0)
        before = self._frames[k].records()
        after, share = before, 0.0
        if k + 1 < len(self._frames) and self.now_s > self._times[k]:
            after = self._frames[k + 1].records()
            share = (self.now_s - self._times[k]) / (self._times[k + 1] - self._times[k])
        later = {int(actor): row for row, actor in enumerate(after["id"])}
        for row, recorded in enumerate(before["id"].tolist()):
            actor = self.ids.get(recorded)
            if actor is not None:
                pose = _between(before[row], after[later[recorded]] if recorded in later else before[row], share)
                self._set(actor, before[row : row + 1], pose)
            if recorded == self._options.follow and actor is not None:
                spectator = self._episode.actors.by_id[self._episode.spectator]
                spectator.pose = compose(self._episode.pose_of(self._episode.actors.by_id[actor]), self._options.offset)

    def _set(self, actor: int, record: NDArray[np.void], pose: Six) -> None:
        entry = self._episode.actors.by_id.get(actor)
        if entry is None:
            return
        if not entry.has_body:
            if not entry.parent:
                entry.pose = pose
            return
        world = self._episode.world
        row, bodies = world.row_of(actor), world.bodies
        world.set_pose(actor, pose_of_six(pose))
        bodies.velocity[row] = mirrored(record["velocity"][0].astype(np.float64))
        bodies.angular[row] = np.radians(axial_mirrored(record["angular"][0].astype(np.float64)))
        bodies.acceleration[row] = mirrored(record["acceleration"][0].astype(np.float64))
        if entry.kind == ActorKind.VEHICLE:
            world.control(actor, _control(record.view(VEHICLE)[0]))
        elif entry.kind == ActorKind.WALKER:
            one = record.view(WALKER)[0]
            x, y, z = mirrored(one["direction"].astype(np.float64)).tolist()
            world.walk(actor, WalkerControl((x, y, z), float(one["speed"]), False))


def _between(before: np.void, after: np.void, share: float) -> Six:
    """The pose at a share of the way between two records; angles go the short way."""
    x, y, z = ((1.0 - share) * before["location"] + share * after["location"]).tolist()
    turn = (after["rotation"] - before["rotation"] + 180.0) % 360.0 - 180.0
    pitch, yaw, roll = (before["rotation"] + share * turn).tolist()
    return x, y, z, pitch, yaw, roll


def _control(car: np.void) -> VehicleControl:
    return VehicleControl(
        float(car["throttle"]),
        -float(car["steer"]),
        float(car["brake"]),
        bool(car["hand_brake"]),
        bool(car["reverse"]),
        bool(car["manual"]),
        int(car["gear"]),
    )
