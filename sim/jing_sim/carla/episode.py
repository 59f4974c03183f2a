"""One episode: a driving world with actors in it, on one map, from its loading to the next one."""

import logging
import math
import os
from dataclasses import dataclass

import numpy as np

from jing_sim.carla.actors import ActorEntry, ActorKind, ActorRegister
from jing_sim.carla.blueprints import BlueprintShelf
from jing_sim.carla.debug_shapes import DebugShapes
from jing_sim.carla.frames import Six, compose, degrees_of, mirrored
from jing_sim.carla.map_actors import light_entries, sign_entries
from jing_sim.carla.rpc import RefusedError
from jing_sim.carla.sensor_streams import SensorStreams
from jing_sim.carla.snapshot_table import SnapshotTable
from jing_sim.carla.stage import Stage
from jing_sim.carla.streams import Streams
from jing_sim.carla.structs import Actor, ActorDescription, BoundingBox, EpisodeSettings
from jing_sim.carla.structs_control import Weather
from jing_sim.carla.weather import CLEAR, driving_weather
from jing_sim.driving.errors import PhysicsError
from jing_sim.driving.light_cycle import LightCycle, LightShow
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.world import DrivingOptions, DrivingWorld

__all__ = ["Changes", "Episode"]

_LOG = logging.getLogger(__name__)
_MOST_SUBSTEPS = 1000

_THREADS = len(os.sched_getaffinity(0))


@dataclass
class Changes:
    """What clients must ask for again."""

    map: bool = False
    lights: bool = False


class Episode:
    """A world and its actors.

    Attributes:
        number: of the episode, rising.
        stage: its map.
        world: the bodies.
        actors: bodies and all others.
        cycle: what the traffic lights show; row `k` is `light_ids[k]`.
        spectator: id of the actor that clients move about.
        weather: as set last.
        hidden: ids of objects of the map that clients have hidden.
        now_s: simulated time since the episode began.
    """

    def __init__(self, number: int, stage: Stage, seed: int, first_id: int, streams: Streams) -> None:
        self.number = number
        self.stage: Stage = stage
        self.streams = streams
        self.world = DrivingWorld(stage.scene, DrivingOptions(seed=seed))
        self.world.next_id = first_id
        self.blueprints = BlueprintShelf()
        self.actors = ActorRegister()
        self.cycle = LightCycle(stage.scene.lights, stage.program)
        _show_program_times(self.cycle)
        self.weather = CLEAR
        self.hidden: set[int] = set()
        self.shapes = DebugShapes()
        self.now_s = 0.0
        self.world.weather = driving_weather(CLEAR)
        self.spectator = self._add_spectator()
        self.light_ids = self._add_map_actors()
        self.sensors = SensorStreams(self)
        self._table = SnapshotTable(self)
        self._changes = Changes(map=number > 1)
        self._rays: RayScene | None = None
        self._rays_at = -1

    def _add_spectator(self) -> int:
        entry = ActorEntry(
            self.world.reserve_id(), ActorKind.OTHER, ActorDescription(0, "spectator", ()), {}, BoundingBox()
        )
        self.actors.add(entry)
        return entry.id

    def _add_map_actors(self) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        lights = light_entries(self.stage.scene, self.world.reserve_id)
        for entry in [*lights, *sign_entries(self.stage.scene, self.world.reserve_id)]:
            self.actors.add(entry)
        return np.array([entry.id for entry in lights], np.uint32)

    # -- actors --------------------------------------------------------------------------------------------------

    def entry(self, actor: int, kind: ActorKind | None = None) -> ActorEntry:
        """The actor of this id.

        Raises:
            RefusedError: there is none, or it is of another kind.
        """
        found = self.actors.by_id.get(actor)
        if found is None:
            raise RefusedError(f"unable to find actor: there is no actor {actor}")
        if kind is not None and found.kind != kind:
            raise RefusedError(f"actor {actor} is a {found.description.id}, not a {kind.name.lower()}")
        return found

    def record(self, entry: ActorEntry) -> Actor:
        """An actor as clients get it."""
        return entry.record(self.streams.token(entry.stream.id) if entry.stream else b"")

    def pose_of(self, entry: ActorEntry) -> Six:
        """Where an actor is, in CARLA's frame."""
        if entry.has_body:
            row = self.world.row_of(entry.id)
            x, y, z = mirrored(self.world.bodies.position[row]).tolist()
            pitch, yaw, roll = degrees_of(self.world.bodies.rotation[row]).tolist()
            return x, y, z, pitch, yaw, roll
        if entry.parent:
            return compose(self.pose_of(self.actors.by_id[entry.parent]), entry.mount)
        return entry.pose

    def carrier_of(self, entry: ActorEntry) -> ActorEntry | None:
        """The body that an actor is mounted on, through whatever is between them."""
        while entry.parent:
            entry = self.actors.by_id[entry.parent]
            if entry.has_body:
                return entry
        return None

    def rays(self) -> RayScene:
        """What rays can hit, as it stands in this tick."""
        if self._rays is None:
            self._rays = RayScene(self.stage.still_tree, _THREADS)
            self._rays_at = -1
        if self._rays_at != self.world.frame:
            self._rays.update(self.world.bodies)
            self._rays_at = self.world.frame
        return self._rays

    def destroy(self, actor: int) -> bool:
        """The actor is gone; False where it is not there, or belongs to the map."""
        entry = self.actors.by_id.get(actor)
        if entry is None or entry.kind in {ActorKind.LIGHT, ActorKind.SIGN} or actor == self.spectator:
            return False
        for child in list(entry.children):
            mounted = self.actors.by_id[child]
            pose = self.pose_of(mounted)
            mounted.pose = pose if all(map(math.isfinite, pose)) else mounted.mount
        self.sensors.forget(entry)
        self.actors.remove(actor)
        if entry.has_body:
            self.world.remove(actor)
        if entry.zone:
            self.world.remove_friction_zone(entry.zone)
        self._close_streams(entry)
        return True

    def _close_streams(self, entry: ActorEntry) -> None:
        for stream in ([entry.stream] if entry.stream else []) + list(entry.gbuffers.values()):
            self.streams.close(stream)

    def close(self) -> None:
        """All streams of its sensors end."""
        for entry in self.actors.by_id.values():
            self._close_streams(entry)

    def set_weather(self, weather: Weather) -> None:
        """It rules friction and sight from now on.

        Raises:
            PhysicsError: a number is not finite.
        """
        self.world.weather = driving_weather(weather)
        self.weather = weather

    # -- ticks ---------------------------------------------------------------------------------------------------

    def step(self, delta_s: float, settings: EpisodeSettings) -> None:
        """The world, the lights and the clock go on."""
        self.cycle.step(delta_s)
        substep = None
        if settings.substepping and settings.max_substep_delta_s > 0.0:
            substep = max(settings.max_substep_delta_s, delta_s / min(max(settings.max_substeps, 1), _MOST_SUBSTEPS))
        try:
            self.world.step(delta_s, substep)
        except PhysicsError:
            if not self._destroy_lost():
                raise
        self.now_s += delta_s

    def _destroy_lost(self) -> bool:
        """Bodies whose state is no longer finite are gone, so that the others can go on; whether there were any."""
        bodies = self.world.bodies
        columns = (bodies.position, bodies.rotation, bodies.velocity, bodies.angular)
        lost = ~np.isfinite(np.concatenate(columns, axis=1)).all(axis=1) & (bodies.id > 0)
        for actor in bodies.id[lost].tolist():
            _LOG.warning("actor %d is destroyed: what it was told to do has thrown it out of the world", actor)
            self.destroy(actor)
        return bool(lost.any())

    def records(self) -> bytes:
        """All actors as the snapshot has them."""
        return self._table.filled()

    def emit(self, frame: int, *, may_drop: bool) -> None:
        """Sensors whose time has come send what they see; controls that are not sticky end."""
        self.sensors.emit(frame, may_drop=may_drop)

    def mark_lights_changed(self) -> None:
        """Clients ask for the lights of the scene again."""
        self._changes.lights = True

    def take_changes(self) -> Changes:
        """What clients have not been told yet; afterwards they have."""
        told, self._changes = self._changes, Changes()
        return told


def _show_program_times(cycle: LightCycle) -> None:
    """Lights that follow a program say how long it has them green and yellow in a cycle.

    Their time of red stays the gap between turns: that is what it means once a client has set a time of theirs.
    """
    program = cycle.program
    if program is None:
        return
    light = np.repeat(np.arange(len(cycle.show)), np.diff(program.first))
    for show in (LightShow.GREEN, LightShow.YELLOW):
        phases = program.show == show
        total = np.bincount(light[phases], program.duration_s[phases], minlength=len(cycle.show))
        cycle.time_s[total > 0.0, show] = total[total > 0.0]
