"""A driving world: bodies that move freely on the ground of a scene, told by controls, seen through columns."""

import math
from typing import Any

import numpy as np

from jing_sim.driving.ackermann import read_gains, write_ackermann, write_gains
from jing_sim.driving.blueprint import Blueprint
from jing_sim.driving.bodies import Bodies, BodyKind, Motion
from jing_sim.driving.collisions import Collision, collisions_of
from jing_sim.driving.controls import AckermannControl, AckermannGains, Pose, VehicleControl, WalkerControl
from jing_sim.driving.errors import NoBodyError, OverlapError, PhysicsError
from jing_sim.driving.kernels_orders import write_control
from jing_sim.driving.kernels_step import StateArrays, overlap_of, step_worlds
from jing_sim.driving.memory import WorldSnapshot, hash_of
from jing_sim.driving.options import DrivingOptions, scene_arrays, substeps_of
from jing_sim.driving.physics import VehiclePhysics, VehicleTelemetry
from jing_sim.driving.pushes import Vector, add_angular_impulse, add_impulse, keep_velocity
from jing_sim.driving.records import fill_body, fill_car
from jing_sim.driving.rows import GroundArrays, ObstacleArrays
from jing_sim.driving.scene import StaticScene
from jing_sim.driving.state import bodies_of, copied, fill, grown, new_state, world_of
from jing_sim.driving.telemetry import telemetry_of
from jing_sim.driving.weather import Weather

__all__ = ["DrivingOptions", "DrivingWorld"]


class DrivingWorld:
    """Bodies on a scene; see `Bodies` for frames and units.

    `bodies` are the live columns; they are new arrays after a growth, so ask for them anew each step.
    `state` `(1, n)` of a batch of one world, or of the batch that the world belongs to.

    >>> from jing_sim.driving.catalogue import blueprint
    >>> from jing_sim.driving.scene import flat_scene
    >>> world = DrivingWorld(flat_scene())
    >>> car = world.add(blueprint("vehicle.audi.tt"), Pose(x=5.0))
    >>> world.control(car, VehicleControl(throttle=1.0))
    >>> world.step(0.05)
    >>> bool(world.bodies.velocity[world.row_of(car), 0] > 0.0)
    True
    """

    def __init__(
        self,
        scene: StaticScene,
        options: DrivingOptions | None = None,
        *,
        state: StateArrays | None = None,
        arrays: tuple[GroundArrays, ObstacleArrays] | None = None,
    ) -> None:
        """A world of its own, or (`state`, `arrays` given) the one of a batch."""
        self.options = options or DrivingOptions()
        self.scene = scene
        self.ground, self.walls = arrays or scene_arrays(scene)
        self._may_grow = state is None
        self._take_state(new_state(1, self.options.rows) if state is None else state)
        self.time_s, self.frame, self.next_id = 0.0, 0, 1
        self.gravity_mps2 = self.options.gravity_mps2
        self._collisions: list[Collision] | None = []
        self._weather = Weather()
        self._rows: dict[int, int] = {}
        self._blueprints: dict[int, Blueprint] = {}
        self._physics: dict[int, VehiclePhysics] = {}
        self._zones: dict[int, int] = {}

    def _take_state(self, state: StateArrays) -> None:
        self._all = state
        self.state = world_of(state, 0)
        self.bodies: Bodies = bodies_of(self.state)

    # -- what is there -----------------------------------------------------------------------------------------------
    @property
    def ids(self) -> list[int]:
        """Of all bodies, in the order in which they came."""
        return list(self._rows)

    @property
    def weather(self) -> Weather:
        """As set last."""
        return self._weather

    @weather.setter
    def weather(self, weather: Weather) -> None:
        self._weather = weather
        self._wake_all()

    @property
    def collisions(self) -> list[Collision]:
        """Of the last step, in the order of the ids."""
        if self._collisions is None:
            self._collisions = collisions_of(self.state.hits[: self.state.counts[0]])
        return self._collisions

    @property
    def lost_contacts(self) -> int:
        """Contacts of the last step for which there was no room (far more than eight a body)."""
        return int(self.state.counts[1])

    def reserve_id(self) -> int:
        """The next id, for something that has no body here."""
        self.next_id += 1
        return self.next_id - 1

    def row_of(self, body: int) -> int:
        """Its row in the columns; raises NoBodyError."""
        row = self._rows.get(body)
        if row is None:
            msg = f"there is no body {body}; {len(self._rows)} bodies are there"
            raise NoBodyError(msg)
        return row

    def has(self, body: int) -> bool:
        """It is there."""
        return body in self._rows

    def blueprint_of(self, body: int) -> Blueprint:
        """What it was made of."""
        self.row_of(body)
        return self._blueprints[body]

    def pose_of(self, body: int) -> Pose:
        """Where it is."""
        row = self.row_of(body)
        x, y, z = (float(v) for v in self.bodies.position[row])
        yaw, pitch, roll = (float(v) for v in self.bodies.rotation[row])
        return Pose(x, y, z, yaw, pitch, roll)

    # -- come and go -------------------------------------------------------------------------------------------------
    def add(self, blueprint: Blueprint, pose: Pose, *, body: int | None = None, may_overlap: bool = False) -> int:
        """Puts a body there at rest; returns its id (`body` where an id was reserved before).

        Raises OverlapError where a vehicle or walker would overlap another body or a static box, PhysicsError for a
        blueprint without a body.
        """
        figures = blueprint.body
        if figures is None:
            msg = f"{blueprint.id} has no body; vehicles, walkers and props have one"
            raise PhysicsError(msg)
        row = self._free_row()
        body = self.reserve_id() if body is None else body
        if body in self._rows:
            msg = f"body {body} is there already; reserve_id() gives a new id"
            raise PhysicsError(msg)
        fill_body(self.state, row, body, blueprint, pose)
        if figures.kind != BodyKind.PROP and not may_overlap:
            self._refuse_overlap(row, blueprint, pose)
        self._rows[body], self._blueprints[body] = row, blueprint
        if blueprint.vehicle is not None:
            self._physics[body] = blueprint.vehicle.physics
        return body

    def _free_row(self) -> int:
        free = np.flatnonzero(self.bodies.kind == BodyKind.FREE)
        if len(free) == 0:
            self._grow(2 * len(self.bodies), self.state.zones.shape[0])
            return len(self.bodies) // 2
        return int(free[0])

    def _grow(self, rows: int, zones: int) -> None:
        if not self._may_grow:
            msg = f"the worlds of a batch have room for {len(self.bodies)} bodies; set `rows` of its options higher"
            raise PhysicsError(msg)
        self._take_state(grown(self._all, rows, zones))

    def _refuse_overlap(self, row: int, blueprint: Blueprint, pose: Pose) -> None:
        hit = overlap_of(self.state, row, self.walls)
        if hit == len(self.bodies):
            return
        other = f"body {self.bodies.id[hit]}" if hit >= 0 else f"static box {-1 - hit}"
        self.bodies.kind[row] = BodyKind.FREE
        msg = f"{blueprint.id} at ({pose.x:.2f}, {pose.y:.2f}, {pose.z:.2f}) would overlap {other}; take a free place"
        raise OverlapError(msg)

    def remove(self, body: int) -> None:
        """It is gone; its id is not used again."""
        row = self.row_of(body)
        self.bodies.kind[row] = BodyKind.FREE
        self.bodies.id[row] = 0
        del self._rows[body], self._blueprints[body]
        self._physics.pop(body, None)

    # -- controls ----------------------------------------------------------------------------------------------------
    def _row_of_kind(self, body: int, kind: BodyKind) -> int:
        row = self.row_of(body)
        if int(self.bodies.kind[row]) != kind:
            found = BodyKind(int(self.bodies.kind[row])).name.lower()
            msg = f"body {body} is a {found}, not a {kind.name.lower()}"
            raise NoBodyError(msg)
        return row

    def _car(self, body: int) -> Any:  # noqa: ANN401
        return self.state.cars[self._row_of_kind(body, BodyKind.VEHICLE)]

    def control(self, body: int, control: VehicleControl) -> None:
        """Takes these pedals until others come; values are brought into their range."""
        row = self._row_of_kind(body, BodyKind.VEHICLE)
        c = control
        write_control(
            self.state.cars, self.state.extra, row, c.throttle, c.steer, c.brake, c.hand_brake, c.reverse,
            c.manual_gear, c.gear,
        )  # fmt: skip

    def control_of(self, body: int) -> VehicleControl:
        """The pedals in force; `gear` is the one that is in."""
        c = self._car(body)
        pedals = (float(c["throttle"]), float(c["steer"]), float(c["brake"]), bool(c["hand_brake"]))
        return VehicleControl(*pedals, bool(c["reverse"]), bool(c["manual"]), int(c["gear"]))

    def ackermann(self, body: int, control: AckermannControl) -> None:
        """A controller finds the pedals from now on, until `control` is called."""
        write_ackermann(self.state, self._row_of_kind(body, BodyKind.VEHICLE), control)

    def set_gains(self, body: int, gains: AckermannGains) -> None:
        """Of the controller behind `ackermann`."""
        write_gains(self._car(body), gains)

    def gains(self, body: int) -> AckermannGains:
        """Of the controller behind `ackermann`."""
        return read_gains(self._car(body))

    def walk(self, body: int, control: WalkerControl) -> None:
        """Where a walker goes until told otherwise."""
        extra = self.state.extra[self._row_of_kind(body, BodyKind.WALKER)]
        extra["walk"], extra["walk_mps"], extra["jump"] = control.direction, max(control.speed_mps, 0.0), control.jump

    def walk_of(self, body: int) -> WalkerControl:
        """Where a walker goes."""
        extra = self.state.extra[self._row_of_kind(body, BodyKind.WALKER)]
        x, y, z = (float(v) for v in extra["walk"])
        return WalkerControl((x, y, z), float(extra["walk_mps"]), bool(extra["jump"]))

    # -- from outside ------------------------------------------------------------------------------------------------
    def _woken(self, body: int) -> int:
        row = self.row_of(body)
        self.state.extra[row]["still"] = 0
        return row

    def _wake_all(self) -> None:
        self.state.extra["still"] = 0

    def set_pose(self, body: int, pose: Pose) -> None:
        """There at once; its velocity stays."""
        row = self._woken(body)
        self.bodies.position[row] = pose.x, pose.y, pose.z
        self.bodies.rotation[row] = pose.yaw, pose.pitch, pose.roll

    def set_velocity(self, body: int, velocity_mps: Vector) -> None:
        """Map frame; the next step keeps it exactly, then the models go on from it. Wheels roll along."""
        keep_velocity(self.state, self._woken(body), velocity_mps)

    def set_angular(self, body: int, angular_radps: Vector) -> None:
        """Map frame."""
        self.bodies.angular[self._woken(body)] = angular_radps

    def add_impulse(self, body: int, impulse_ns: Vector, at: Vector | None = None) -> None:
        """Map frame; on the middle of the mass unless a point is given."""
        add_impulse(self.state, self._woken(body), impulse_ns, at)

    def add_angular_impulse(self, body: int, impulse_nms: Vector) -> None:
        """Map frame."""
        add_angular_impulse(self.state, self._woken(body), impulse_nms)

    def add_force(self, body: int, force_n: Vector) -> None:
        """Map frame, over the next step."""
        self.state.extra[self._woken(body)]["force"] += np.asarray(force_n, np.float64)

    def add_torque(self, body: int, torque_nm: Vector) -> None:
        """Map frame, over the next step."""
        self.state.extra[self._woken(body)]["torque"] += np.asarray(torque_nm, np.float64)

    def set_motion(self, body: int, motion: Motion) -> None:
        """Who moves it."""
        self.bodies.motion[self._woken(body)] = motion

    def set_gravity(self, body: int, on: bool) -> None:
        """It falls or not."""
        self.bodies.gravity[self._woken(body)] = on

    def set_world_gravity(self, gravity_mps2: float) -> None:
        """Downwards, for all."""
        if not math.isfinite(gravity_mps2):
            msg = f"gravity is {gravity_mps2}; a finite number is right"
            raise PhysicsError(msg)
        self.gravity_mps2 = gravity_mps2
        self._wake_all()

    def set_collides(self, body: int, on: bool) -> None:
        """Contacts are looked for or not."""
        self.bodies.collides[self._woken(body)] = on

    def constant_velocity(self, body: int, velocity_mps: Vector | None) -> None:
        """In the body's own frame (x forward, y left, z up), in every substep; None = no longer."""
        extra = self.state.extra[self._woken(body)]
        extra["constant"] = velocity_mps is not None
        extra["constant_velocity"] = (0.0, 0.0, 0.0) if velocity_mps is None else velocity_mps

    def add_friction_zone(self, pose: Pose, half_extent: Vector, friction: float) -> int:
        """Tyres inside the box have this friction instead of their own; returns an id for `remove_friction_zone`."""
        room = len(self.state.zones)
        row = next((k for k in range(room) if k not in self._zones.values()), room)
        if row == room:
            self._grow(len(self.bodies), 2 * room)
        zone = self.reserve_id()
        self._zones[zone] = row
        place = (pose.x, pose.y, pose.z, *(float(v) for v in half_extent))
        self.state.zones[row] = (*place, math.cos(pose.yaw), math.sin(pose.yaw), friction)
        self._wake_all()
        return zone

    def remove_friction_zone(self, zone: int) -> None:
        """Tyres have their own friction again."""
        row = self._zones.pop(zone, None)
        if row is None:
            msg = f"there is no friction zone {zone}; {len(self._zones)} are there"
            raise NoBodyError(msg)
        self.state.zones[row, 3:6] = -1.0
        self._wake_all()

    # -- figures -----------------------------------------------------------------------------------------------------
    def physics(self, body: int) -> VehiclePhysics:
        """The figures in force."""
        self._car(body)
        return self._physics[body]

    def set_physics(self, body: int, physics: VehiclePhysics) -> None:
        """These figures from the next step on; raises PhysicsError for another number of wheels."""
        car = self._car(body)
        if len(physics.wheels) != car["n_wheels"]:
            msg = f"{len(physics.wheels)} wheels for a vehicle with {car['n_wheels']}; give as many as it has"
            raise PhysicsError(msg)
        figures = self._blueprints[body].vehicle
        assert figures is not None
        fill_car(self.state, self._woken(body), figures, physics)
        for name in ("gear", "next_gear"):
            car[name] = min(int(car[name]), len(physics.forward_gears))
        self._physics[body] = physics

    def telemetry(self, body: int) -> VehicleTelemetry:
        """Of the last substep."""
        car = self._car(body)
        return telemetry_of(car, float(np.linalg.norm(self.bodies.velocity[self._rows[body]])))

    # -- time --------------------------------------------------------------------------------------------------------
    def step(self, dt_s: float, substep_s: float | None = None) -> None:
        """Moves the world on by `dt_s` in equal substeps of at most `substep_s` (and of 0.01 s)."""
        substeps = substeps_of(dt_s, self.options.substep_s if substep_s is None else substep_s)
        gravity, road = np.array([self.gravity_mps2]), np.array([self._weather.road_friction])
        step_worlds(self._all, 0, 1, self.ground, self.walls, gravity, road, dt_s, substeps)
        self.stepped(dt_s)

    def stepped(self, dt_s: float) -> None:
        """Notes that the state was moved on by `dt_s`; raises PhysicsError where it is no longer finite."""
        self.time_s += dt_s
        self.frame += 1
        self._collisions = None
        lost = int(self.state.counts[2])
        if lost > 0:
            msg = f"the state of body {self.bodies.id[lost - 1]} is no longer finite; look at its physics and forces"
            raise PhysicsError(msg)

    # -- memory ------------------------------------------------------------------------------------------------------
    def snapshot(self) -> WorldSnapshot:
        """All that changes, copied."""
        maps = (dict(self._rows), dict(self._blueprints), dict(self._physics), dict(self._zones))
        numbers = (self.time_s, self.frame, self.next_id, self.gravity_mps2)
        return WorldSnapshot(copied(self.state), *maps, *numbers, self._weather)

    def restore(self, snapshot: WorldSnapshot) -> None:
        """As it was when the snapshot was taken; the snapshot stays as it is."""
        s = snapshot
        if s.state.cars.shape != self.state.cars.shape or s.state.zones.shape != self.state.zones.shape:
            if not self._may_grow:
                msg = "the snapshot is of a world of another size; restore it in a world of the same batch"
                raise PhysicsError(msg)
            self._take_state(new_state(1, len(s.state.cars), len(s.state.zones)))
        fill(self.state, s.state)
        self._rows, self._blueprints = dict(s.rows), dict(s.blueprints)
        self._physics, self._zones = dict(s.physics), dict(s.zones)
        self.time_s, self.frame, self.next_id = s.time_s, s.frame, s.next_id
        self.gravity_mps2, self._weather, self._collisions = s.gravity_mps2, s.weather, None

    def state_hash(self) -> str:
        """SHA-256 over all state of all bodies in the order of their ids."""
        rows = [self._rows[body] for body in sorted(self._rows)]
        return hash_of(self.state, rows, (self.time_s, self.frame, self.gravity_mps2, self._weather.road_friction))
