"""The native world with bodies: vehicles with dynamics, others as bodies that go where they are put, and contacts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.worlds.blueprints import blueprint_for, rear_axle_m
from jing_scenarios.worlds.world import Contact, EntityBody, Environment, PoseColumns, WorldError
from jing_sim.driving.blueprint import Blueprint
from jing_sim.driving.bodies import BodyKind, Motion
from jing_sim.driving.controls import Pose, VehicleControl
from jing_sim.driving.errors import OverlapError
from jing_sim.driving.physics import VehiclePhysics
from jing_sim.driving.pushes import carry
from jing_sim.driving.scene import StaticScene
from jing_sim.driving.world import DrivingWorld

__all__ = ["BodiesWorld"]

Float = NDArray[np.float64]

_JUMP_M = 1.0
"""More than this beyond twice its speed in one step is no motion."""


@dataclass(frozen=True)
class _Guest:
    """An entity in the driving world: its body's id, where its origin is from the reference point, its blueprint."""

    id: int
    body: EntityBody
    ahead_m: float
    up_m: float
    physics: VehiclePhysics | None
    said: str


class BodiesWorld:
    """A `ScenarioWorld` on a scene. Boxes have the sizes of the scenario, physics those of the nearest blueprint.

    Entities that the engine moves are bodies of infinite mass; they have their poses at the end of each step, and in
    between they move evenly.
    """

    name = "native"

    def __init__(self, scene: StaticScene, world: DrivingWorld | None = None) -> None:
        """`world`: one of a batch of the same scene, which others step; None = one of its own."""
        self.world = DrivingWorld(scene) if world is None else world
        self._guests: dict[int, _Guest] = {}
        self._row_of: dict[int, int] = {}
        self._said: dict[str, None] = {}
        self._friction = 1.0
        self._order: tuple[NDArray[np.int64], NDArray[np.int64], Float, Float] | None = None
        self._before: Float = np.zeros((0, 6))

    def add(self, row: int, body: EntityBody, columns: PoseColumns) -> None:
        """Inherited, see `ScenarioWorld`; who is there already comes anew."""
        self.remove(row)
        blueprint, said = blueprint_for(body)
        driven = bool(columns.driven[row])
        shaped, ahead, up = _shaped(blueprint, body)
        place = _pose(row, columns, ahead, up)
        try:
            number = self.world.add(shaped, place, may_overlap=not driven)
        except OverlapError as error:
            raise WorldError(f"{body.place}: {body.name!r} cannot be driven from where it is put: {error}") from error
        physics = shaped.vehicle.physics if shaped.vehicle is not None else None
        self._guests[row] = guest = _Guest(number, body, ahead, up, physics, said)
        self._row_of[number] = row
        if self._friction != 1.0:
            self._grip(guest)
        self.drive(row, columns)

    def remove(self, row: int) -> None:
        """Inherited, see `ScenarioWorld`."""
        guest = self._guests.pop(row, None)
        if guest is not None:
            del self._row_of[guest.id]
            self.world.remove(guest.id)
            self._order = None

    def drive(self, row: int, columns: PoseColumns) -> None:
        """Inherited, see `ScenarioWorld`."""
        guest = self._guests[row]
        driven = bool(columns.driven[row])
        if driven:
            if guest.physics is None:
                body = guest.body
                raise WorldError(f"{body.place}: {body.name!r} is a {body.kind}; only vehicles are driven by pedals")
            self._said.setdefault(guest.said)
        self.world.set_pose(guest.id, _pose(row, columns, guest.ahead_m, guest.up_m))
        self.world.set_motion(guest.id, Motion.DYNAMIC if driven else Motion.KINEMATIC)
        speed, heading = float(columns.speed[row]), float(columns.h[row])
        self.world.set_velocity(guest.id, (speed * math.cos(heading), speed * math.sin(heading), 0.0))
        self.world.set_angular(guest.id, (0.0, 0.0, 0.0))
        self._order = None

    def control(self, row: int, control: VehicleControl) -> None:
        """Inherited, see `ScenarioWorld`."""
        self.world.control(self._guests[row].id, control)

    def step(self, columns: PoseColumns, dt_s: float) -> None:
        """Inherited, see `ScenarioWorld`."""
        if dt_s <= 0.0:
            return
        self.begin_step(columns, dt_s)
        self.world.step(dt_s)
        self.end_step(columns)

    def begin_step(self, columns: PoseColumns, dt_s: float) -> None:
        """Who is carried is on its way to where the columns have it."""
        if self._order is None:
            self._sort(columns)
        assert self._order is not None
        rows, bodies, ahead, up = self._order
        if len(rows):
            now = _origins(columns, rows, ahead, up)
            change = now - self._before
            # Who was put elsewhere does not sweep through what lies between.
            far = np.hypot(change[:, 0], change[:, 1]) > 2.0 * np.abs(columns.speed[rows]) * dt_s + _JUMP_M
            self._before[far], change[far] = now[far], 0.0
            change[:, 3] = (change[:, 3] + math.pi) % (2.0 * math.pi) - math.pi
            state = self.world.state
            carry(state, bodies, self._before[:, :3], self._before[:, 3:], change[:, :3] / dt_s)
            state.bodies.angular[bodies, 2] = change[:, 3] / dt_s
            self._before = now

    def end_step(self, columns: PoseColumns) -> None:
        """The columns have whoever is driven where the world has it."""
        for row, guest in self._guests.items():
            if columns.driven[row]:
                self._read(row, guest, columns)

    def contacts(self) -> Sequence[Contact]:
        """Inherited, see `ScenarioWorld`."""
        return [
            Contact(self._row_of[hit.body], self._row_of.get(hit.other, -1), math.hypot(*hit.impulse))
            for hit in self.world.collisions
            if hit.body in self._row_of
        ]

    def set_environment(self, environment: Environment) -> None:
        """Inherited, see `ScenarioWorld`; a friction that is said replaces the weather's effect."""
        self.world.weather = environment.weather
        wet = environment.weather.road_friction
        self._friction = 1.0 if environment.friction is None else environment.friction / wet
        for guest in self._guests.values():
            self._grip(guest)

    def show_signal(self, signal: str, state: str) -> None:
        """Inherited, see `ScenarioWorld`: nothing here sees lights but drivers, whom the engine tells."""

    def warnings(self) -> tuple[str, ...]:
        """Which blueprints' physics were taken for driven vehicles."""
        return tuple(said for said in self._said if said)

    def close(self) -> None:
        """Inherited, see `ScenarioWorld`."""

    def _grip(self, guest: _Guest) -> None:
        if guest.physics is None:
            return
        wheels = tuple(
            replace(wheel, tyre_friction=wheel.tyre_friction * self._friction) for wheel in guest.physics.wheels
        )
        self.world.set_physics(guest.id, replace(guest.physics, wheels=wheels))

    def _sort(self, columns: PoseColumns) -> None:
        """Who is carried, in columns; where they are now is where they begin the next step."""
        carried = [(row, guest) for row, guest in self._guests.items() if not columns.driven[row]]
        rows = np.array([row for row, _ in carried], np.int64)
        bodies = np.array([self.world.row_of(guest.id) for _, guest in carried], np.int64)
        ahead = np.array([guest.ahead_m for _, guest in carried])
        up = np.array([guest.up_m for _, guest in carried])
        self._order = rows, bodies, ahead, up
        self._before = np.column_stack([self.world.bodies.position[bodies], self.world.bodies.rotation[bodies]])

    def _read(self, row: int, guest: _Guest, columns: PoseColumns) -> None:
        bodies = self.world.bodies
        at = self.world.row_of(guest.id)
        x, y, z = bodies.position[at].tolist()
        yaw, pitch, roll = bodies.rotation[at].tolist()
        vx, vy, _ = bodies.velocity[at].tolist()
        ax, ay, _ = bodies.acceleration[at].tolist()
        cos, sin = math.cos(yaw), math.sin(yaw)
        columns.x[row], columns.y[row] = x - guest.ahead_m * cos, y - guest.ahead_m * sin
        columns.z[row] = z - guest.ahead_m * math.sin(pitch)
        columns.h[row], columns.p[row], columns.r[row] = yaw, -pitch, roll
        columns.speed[row], columns.accel[row] = vx * cos + vy * sin, ax * cos + ay * sin


def _shaped(blueprint: Blueprint, body: EntityBody) -> tuple[Blueprint, float, float]:
    """The blueprint with the scenario's box; how far its origin is ahead of and above the reference point."""
    assert blueprint.body is not None
    length, width, height = body.size_m
    x, y, z = body.centre_m
    ahead, up, centre = rear_axle_m(blueprint), 0.0, (x, y, z)
    if blueprint.vehicle is not None:
        centre = (x - ahead, y, z)
    elif blueprint.body.kind == BodyKind.WALKER:
        ahead, up, centre = x, z, (0.0, y, 0.0)
    figures = replace(blueprint.body, half_extent=(length / 2, width / 2, height / 2), box_centre=centre)
    vehicle = blueprint.vehicle
    if vehicle is not None:
        physics = _heavier(vehicle.physics, body.mass_kg) if body.mass_kg > 0.0 else vehicle.physics
        vehicle = replace(vehicle, physics=_steering(physics, body.max_steer_rad))
    return replace(blueprint, body=figures, vehicle=vehicle), ahead, up


def _heavier(physics: VehiclePhysics, mass_kg: float) -> VehiclePhysics:
    """Another mass; brakes and tyres grow with it, so that decelerations stay."""
    by = mass_kg / physics.mass_kg
    wheels = tuple(
        replace(
            wheel,
            max_brake_nm=wheel.max_brake_nm * by,
            max_handbrake_nm=wheel.max_handbrake_nm * by,
            long_stiff_value=wheel.long_stiff_value * by,
        )
        for wheel in physics.wheels
    )
    return replace(physics, mass_kg=mass_kg, wheels=wheels)


def _steering(physics: VehiclePhysics, max_steer_rad: float) -> VehiclePhysics:
    """Front wheels that turn as far as the scenario's do, so that full steering is the same angle in all worlds."""
    if max_steer_rad <= 0.0:
        return physics
    wheels = tuple(
        replace(wheel, max_steer_rad=max_steer_rad) if wheel.max_steer_rad > 0.0 else wheel for wheel in physics.wheels
    )
    return replace(physics, wheels=wheels)


def _pose(row: int, columns: PoseColumns, ahead_m: float, up_m: float) -> Pose:
    x, y, z, yaw, pitch, roll = _origins(columns, np.array([row]), np.array([ahead_m]), np.array([up_m]))[0].tolist()
    return Pose(x, y, z, yaw, pitch, roll)


def _origins(columns: PoseColumns, rows: NDArray[np.int64], ahead: Float, up: Float) -> Float:
    """`(k, 6)` x, y, z, yaw, pitch, roll of the bodies' origins."""
    h, p = columns.h[rows], columns.p[rows]
    flat = ahead * np.cos(p)
    return np.column_stack([
        columns.x[rows] + flat * np.cos(h), columns.y[rows] + flat * np.sin(h),
        columns.z[rows] - ahead * np.sin(p) + up, h, -p, columns.r[rows],
    ])  # fmt: skip
