"""A driving world: bodies that move freely on the ground of a scene, told by controls, seen through columns."""

import copy
import hashlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.blueprint import Blueprint
from jing_sim.driving.bodies import Bodies, BodyKind, Motion
from jing_sim.driving.collisions import Collision
from jing_sim.driving.controls import AckermannControl, AckermannGains, Pose, VehicleControl, WalkerControl
from jing_sim.driving.errors import NoBodyError, OverlapError, PhysicsError
from jing_sim.driving.kernels_step import StateArrays, overlap_of, step_bodies
from jing_sim.driving.obstacles import obstacle_grid
from jing_sim.driving.physics import VehiclePhysics, VehicleTelemetry
from jing_sim.driving.records import fill_car
from jing_sim.driving.rows import GroundArrays
from jing_sim.driving.scene import StaticScene
from jing_sim.driving.state import grown, new_state
from jing_sim.driving.telemetry import telemetry_of
from jing_sim.driving.weather import Weather

__all__ = ["DrivingOptions", "DrivingWorld", "WorldSnapshot"]

Float = NDArray[np.float64]
Vector = tuple[float, float, float] | Float

_LONGEST_SUBSTEP_S = 0.02


@dataclass(frozen=True)
class DrivingOptions:
    """How a world is run.

    Attributes:
        gravity_mps2: downwards.
        seed: of whatever is random in the world's sensors.
        substep_s: longest substep; the models are made for 0.02 s at most.
        rows: room at the start; it grows.
    """

    gravity_mps2: float = 9.80665
    seed: int = 0
    substep_s: float = 0.01
    rows: int = 32

    def __post_init__(self) -> None:
        if not 0.0 < self.substep_s <= _LONGEST_SUBSTEP_S:
            msg = f"substep_s is {self.substep_s}; above 0 and at most {_LONGEST_SUBSTEP_S} is right"
            raise PhysicsError(msg)
        if self.rows < 1:
            msg = f"rows is {self.rows}; 1 or more is right"
            raise PhysicsError(msg)


@dataclass(frozen=True)
class WorldSnapshot:
    """All that changes in a world, copied."""

    bodies: Bodies
    state: StateArrays
    rows: dict[int, int]
    blueprints: dict[int, Blueprint]
    physics: dict[int, VehiclePhysics]
    zones: dict[int, tuple[float, ...]]
    time_s: float
    frame: int
    next_id: int
    gravity_mps2: float
    weather: Weather
    collisions: tuple[Collision, ...]


class DrivingWorld:
    """Bodies on a scene; see `Bodies` for frames and units.

    `bodies` are the live columns; they are new arrays after a growth, so ask for them anew each step.
    """

    def __init__(self, scene: StaticScene, options: DrivingOptions | None = None) -> None:
        self.options = options or DrivingOptions()
        self.scene = scene
        self.ground = GroundArrays(*scene.ground.columns())
        b = scene.boxes
        self.walls = obstacle_grid(np.column_stack([b.centre, b.half, b.yaw, b.label]))
        self.bodies = Bodies.empty(self.options.rows)
        self.state = new_state(self.bodies)
        self.time_s, self.frame, self.next_id = 0.0, 0, 1
        self.gravity_mps2 = self.options.gravity_mps2
        self.collisions: list[Collision] = []
        self._weather = Weather()
        self._rows: dict[int, int] = {}
        self._blueprints: dict[int, Blueprint] = {}
        self._physics: dict[int, VehiclePhysics] = {}
        self._zones: dict[int, tuple[float, ...]] = {}

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
        self._fill(row, body, blueprint, pose)
        if figures.kind != BodyKind.PROP and not may_overlap:
            self._refuse_overlap(row, blueprint, pose)
        self._rows[body], self._blueprints[body] = row, blueprint
        if blueprint.vehicle is not None:
            self._physics[body] = blueprint.vehicle.physics
        return body

    def _free_row(self) -> int:
        free = np.flatnonzero(self.bodies.kind == BodyKind.FREE)
        if len(free) == 0:
            free = np.array([len(self.bodies)])
            self.bodies, self.state = grown(self.state, 2 * len(self.bodies))
        return int(free[0])

    def _fill(self, row: int, body: int, blueprint: Blueprint, pose: Pose) -> None:
        figures = blueprint.body
        assert figures is not None
        for column in (*self.state.bodies, self.state.cars, self.state.extra):
            column[row] = np.zeros((), column.dtype)
        b = self.bodies
        b.id[row], b.kind[row], b.motion[row], b.label[row] = body, figures.kind, figures.motion, figures.label
        b.position[row] = pose.x, pose.y, pose.z
        b.rotation[row] = pose.yaw, pose.pitch, pose.roll
        b.half_extent[row], b.box_centre[row] = figures.half_extent, figures.box_centre
        b.mass_kg[row] = figures.mass_kg
        hx, hy = figures.half_extent[:2]
        b.yaw_inertia[row] = figures.mass_kg * (hx * hx + hy * hy) / 3.0
        b.friction[row], b.restitution[row] = figures.friction, figures.restitution
        b.collides[row] = b.gravity[row] = True
        if blueprint.vehicle is not None:
            car = self.state.cars[row]
            self._set_figures(row, blueprint, blueprint.vehicle.physics)
            gains = AckermannGains()
            car["gains"] = tuple(vars(gains).values())
            car["gear"], car["rpm"] = 1, blueprint.vehicle.idle_rpm

    def _set_figures(self, row: int, blueprint: Blueprint, physics: VehiclePhysics) -> None:
        assert blueprint.vehicle is not None
        fill_car(self.state.cars[row], blueprint.vehicle, physics, self.bodies.half_extent[row])
        self.bodies.mass_kg[row] = physics.mass_kg
        self.bodies.yaw_inertia[row] = self.state.cars[row]["yaw_inertia"]

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
    def _car(self, body: int) -> Any:  # noqa: ANN401
        row = self.row_of(body)
        if self.bodies.kind[row] != BodyKind.VEHICLE:
            msg = f"body {body} is a {BodyKind(int(self.bodies.kind[row])).name.lower()}, not a vehicle"
            raise NoBodyError(msg)
        return self.state.cars[row]

    def control(self, body: int, control: VehicleControl) -> None:
        """Takes these pedals until others come; values are brought into their range."""
        car = self._car(body)
        throttle, brake = min(max(control.throttle, 0.0), 1.0), min(max(control.brake, 0.0), 1.0)
        steer = min(max(control.steer, -1.0), 1.0)
        new: tuple[float | bool, ...] = (
            throttle, steer, brake, control.hand_brake, control.reverse, control.manual_gear, control.gear, False,
        )  # fmt: skip
        names = ("throttle", "steer", "brake", "hand_brake", "reverse", "manual", "wish", "ackermann")
        if any(car[name] != value for name, value in zip(names, new, strict=True)):
            for name, value in zip(names, new, strict=True):
                car[name] = value
            self._wake(self._rows[body])

    def control_of(self, body: int) -> VehicleControl:
        """The pedals in force; `gear` is the one that is in."""
        car = self._car(body)
        return VehicleControl(
            float(car["throttle"]),
            float(car["steer"]),
            float(car["brake"]),
            bool(car["hand_brake"]),
            bool(car["reverse"]),
            bool(car["manual"]),
            int(car["gear"]),
        )

    def ackermann(self, body: int, control: AckermannControl) -> None:
        """A controller finds the pedals from now on, until `control` is called."""
        car = self._car(body)
        if not car["ackermann"]:
            for name in ("a_error", "a_sum", "a_target", "a_pedal", "a_measured"):
                car[name] = 0.0
            velocity, yaw = self.bodies.velocity[self._rows[body]], self.bodies.rotation[self._rows[body], 0]
            car["a_last_speed"] = velocity[0] * math.cos(yaw) + velocity[1] * math.sin(yaw)
        car["ackermann"], car["manual"], car["hand_brake"] = True, False, False
        car["a_steer"], car["a_steer_speed"] = control.steer_rad, abs(control.steer_speed_radps)
        car["a_speed"], car["a_accel"] = control.speed_mps, abs(control.acceleration_mps2)
        car["a_jerk"] = abs(control.jerk_mps3)
        self._wake(self._rows[body])

    def set_gains(self, body: int, gains: AckermannGains) -> None:
        """Of the controller behind `ackermann`."""
        self._car(body)["gains"] = tuple(vars(gains).values())

    def gains(self, body: int) -> AckermannGains:
        """Of the controller behind `ackermann`."""
        return AckermannGains(*(float(value) for value in self._car(body)["gains"]))

    def walk(self, body: int, control: WalkerControl) -> None:
        """Where a walker goes until told otherwise."""
        row = self.row_of(body)
        if self.bodies.kind[row] != BodyKind.WALKER:
            msg = f"body {body} is a {BodyKind(int(self.bodies.kind[row])).name.lower()}, not a walker"
            raise NoBodyError(msg)
        extra = self.state.extra[row]
        extra["walk"], extra["walk_mps"], extra["jump"] = control.direction, max(control.speed_mps, 0.0), control.jump

    def walk_of(self, body: int) -> WalkerControl:
        """Where a walker goes."""
        extra = self.state.extra[self.row_of(body)]
        x, y, z = (float(v) for v in extra["walk"])
        return WalkerControl((x, y, z), float(extra["walk_mps"]), bool(extra["jump"]))

    # -- from outside ------------------------------------------------------------------------------------------------
    def _wake(self, row: int) -> None:
        self.state.extra[row]["still"] = 0

    def _wake_all(self) -> None:
        self.state.extra["still"] = 0

    def set_pose(self, body: int, pose: Pose) -> None:
        """There at once; its velocity stays."""
        row = self.row_of(body)
        self.bodies.position[row] = pose.x, pose.y, pose.z
        self.bodies.rotation[row] = pose.yaw, pose.pitch, pose.roll
        self._wake(row)

    def set_velocity(self, body: int, velocity_mps: Vector) -> None:
        """Map frame; the next step keeps it exactly, then the models go on from it. Wheels roll along."""
        row = self.row_of(body)
        self.bodies.velocity[row] = velocity_mps
        extra = self.state.extra[row]
        extra["held"], extra["held_velocity"] = True, velocity_mps
        if self.bodies.kind[row] == BodyKind.VEHICLE:
            yaw = self.bodies.rotation[row, 0]
            along = float(velocity_mps[0]) * math.cos(yaw) + float(velocity_mps[1]) * math.sin(yaw)
            car = self.state.cars[row]
            n = int(car["n_wheels"])
            car["omega"][:n] = along / car["radius"][:n]
        self._wake(row)

    def set_angular(self, body: int, angular_radps: Vector) -> None:
        """Map frame."""
        row = self.row_of(body)
        self.bodies.angular[row] = angular_radps
        self._wake(row)

    def add_impulse(self, body: int, impulse_ns: Vector, at: Vector | None = None) -> None:
        """Map frame; `at` the middle of the mass unless a point is given."""
        row = self.row_of(body)
        if self.bodies.motion[row] != Motion.DYNAMIC:
            return
        impulse = np.asarray(impulse_ns, np.float64)
        self.bodies.velocity[row] += impulse / self.bodies.mass_kg[row]
        if at is not None:
            arm = np.asarray(at, np.float64) - self.bodies.position[row]
            self.add_angular_impulse(body, np.cross(arm, impulse))
        self._wake(row)

    def add_angular_impulse(self, body: int, impulse_nms: Vector) -> None:
        """Map frame."""
        row = self.row_of(body)
        if self.bodies.motion[row] != Motion.DYNAMIC:
            return
        self.bodies.angular[row] += np.asarray(impulse_nms, np.float64) / self.bodies.yaw_inertia[row]
        self._wake(row)

    def add_force(self, body: int, force_n: Vector) -> None:
        """Map frame, over the next step."""
        row = self.row_of(body)
        self.state.extra[row]["force"] += np.asarray(force_n, np.float64)
        self._wake(row)

    def add_torque(self, body: int, torque_nm: Vector) -> None:
        """Map frame, over the next step."""
        row = self.row_of(body)
        self.state.extra[row]["torque"] += np.asarray(torque_nm, np.float64)
        self._wake(row)

    def set_motion(self, body: int, motion: Motion) -> None:
        """Who moves it."""
        row = self.row_of(body)
        self.bodies.motion[row] = motion
        self._wake(row)

    def set_gravity(self, body: int, on: bool) -> None:
        """It falls or not."""
        row = self.row_of(body)
        self.bodies.gravity[row] = on
        self._wake(row)

    def set_world_gravity(self, gravity_mps2: float) -> None:
        """Downwards, for all."""
        if not math.isfinite(gravity_mps2):
            msg = f"gravity is {gravity_mps2}; a finite number is right"
            raise PhysicsError(msg)
        self.gravity_mps2 = gravity_mps2
        self._wake_all()

    def set_collides(self, body: int, on: bool) -> None:
        """Contacts are looked for or not."""
        row = self.row_of(body)
        self.bodies.collides[row] = on
        self._wake(row)

    def constant_velocity(self, body: int, velocity_mps: Vector | None) -> None:
        """In the body's own frame (x forward, y left, z up), in every substep; None = no longer."""
        row = self.row_of(body)
        extra = self.state.extra[row]
        extra["constant"] = velocity_mps is not None
        extra["constant_velocity"] = (0.0, 0.0, 0.0) if velocity_mps is None else velocity_mps
        self._wake(row)

    def add_friction_zone(self, pose: Pose, half_extent: Vector, friction: float) -> int:
        """Tyres inside the box have this friction instead of their own; returns an id for `remove_friction_zone`."""
        zone = self.reserve_id()
        hx, hy, hz = (float(v) for v in half_extent)
        self._zones[zone] = (pose.x, pose.y, pose.z, hx, hy, hz, math.cos(pose.yaw), math.sin(pose.yaw), friction)
        self._set_zones()
        return zone

    def remove_friction_zone(self, zone: int) -> None:
        """Tyres have their own friction again."""
        if zone not in self._zones:
            msg = f"there is no friction zone {zone}"
            raise NoBodyError(msg)
        del self._zones[zone]
        self._set_zones()

    def _set_zones(self) -> None:
        self.state = self.state._replace(zones=np.array(list(self._zones.values()), np.float64).reshape(-1, 9))
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
        row = self._rows[body]
        self._set_figures(row, self._blueprints[body], physics)
        car["gear"] = min(int(car["gear"]), len(physics.forward_gears))
        car["next_gear"] = min(int(car["next_gear"]), len(physics.forward_gears))
        self._physics[body] = physics
        self._wake(row)

    def telemetry(self, body: int) -> VehicleTelemetry:
        """Of the last substep."""
        car = self._car(body)
        return telemetry_of(car, float(np.linalg.norm(self.bodies.velocity[self._rows[body]])))

    # -- time --------------------------------------------------------------------------------------------------------
    def step(self, dt_s: float, substep_s: float | None = None) -> None:
        """Moves the world on by `dt_s` in equal substeps of at most `substep_s` (and of 0.02 s)."""
        if not (math.isfinite(dt_s) and dt_s > 0.0):
            msg = f"dt_s is {dt_s}; a positive number of seconds is right"
            raise PhysicsError(msg)
        longest = min(substep_s or self.options.substep_s, _LONGEST_SUBSTEP_S)
        substeps = max(math.ceil(dt_s / longest - 1e-9), 1)
        step_bodies(self.state, self.ground, self.walls, self.gravity_mps2, self._weather.road_friction, dt_s, substeps)
        self.time_s += dt_s
        self.frame += 1
        self._tell()

    def _tell(self) -> None:
        n, lost = (int(v) for v in self.state.counts)
        if lost < 0:
            msg = f"the state of body {self.bodies.id[-1 - lost]} is no longer finite"
            raise PhysicsError(msg)
        self.collisions = (
            []
            if n == 0
            else sorted((self._collision(hit) for hit in self.state.hits[:n]), key=lambda one: (one.body, one.other))
        )

    def _collision(self, hit: Any) -> Collision:  # noqa: ANN401
        impulse = tuple(float(v) for v in hit["impulse"])
        x, y, z = (float(v) for v in hit["point"])
        a, b = int(hit["a"]), int(hit["b"])
        body = int(self.bodies.id[a])
        if b < 0:
            return Collision(body, 0, int(hit["label"]), (impulse[0], impulse[1], impulse[2]), (x, y, z))
        other = int(self.bodies.id[b])
        if other < body:
            a, b, body, other = b, a, other, body
            impulse = (-impulse[0], -impulse[1], -impulse[2])
        return Collision(body, other, int(self.bodies.label[b]), (impulse[0], impulse[1], impulse[2]), (x, y, z))

    # -- memory ------------------------------------------------------------------------------------------------------
    def snapshot(self) -> WorldSnapshot:
        """All that changes, copied."""
        bodies, state = grown(self.state, len(self.bodies))
        return WorldSnapshot(
            bodies, state._replace(zones=self.state.zones.copy(), hits=self.state.hits.copy(),
                                   counts=self.state.counts.copy()),
            dict(self._rows), dict(self._blueprints), dict(self._physics), dict(self._zones), self.time_s, self.frame,
            self.next_id, self.gravity_mps2, self._weather, tuple(self.collisions),
        )  # fmt: skip

    def restore(self, snapshot: WorldSnapshot) -> None:
        """As it was when the snapshot was taken; the snapshot stays as it is."""
        self.bodies, self.state = grown(snapshot.state, len(snapshot.bodies))
        self.state = self.state._replace(hits=self.state.hits.copy(), counts=self.state.counts.copy())
        self._rows, self._blueprints = dict(snapshot.rows), dict(snapshot.blueprints)
        self._physics, self._zones = dict(snapshot.physics), dict(snapshot.zones)
        self.time_s, self.frame, self.next_id = snapshot.time_s, snapshot.frame, snapshot.next_id
        self.gravity_mps2, self._weather = snapshot.gravity_mps2, snapshot.weather
        self.collisions = list(copy.copy(snapshot.collisions))

    def state_hash(self) -> str:
        """SHA-256 over all state of all bodies in the order of their ids."""
        digest = hashlib.sha256(np.array([self.time_s, self.frame, self.gravity_mps2]).tobytes())
        rows = [self._rows[body] for body in sorted(self._rows)]
        for column in self.state.bodies:
            digest.update(column[rows].tobytes())
        for records in (self.state.cars, self.state.extra):
            # Field by field: between the fields of a record there may be bytes without a meaning.
            for name in records.dtype.names or ():
                digest.update(records[name][rows].tobytes())
        return digest.hexdigest()
