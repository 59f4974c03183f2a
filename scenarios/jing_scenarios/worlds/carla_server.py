"""A CARLA server as the world of a scenario: its actors go where the engine says, driven ones where physics takes them.

CARLA's frame stays in `jing_sim.carla`. The origin of CARLA's vehicles is the middle of their wheels' rectangle, the
standard's the rear axle: poses are turned with the wheelbase of the blueprint that was chosen.
"""

import math
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from jing_scenarios.worlds.blueprints import blueprint_for, rear_axle_m
from jing_scenarios.worlds.deviation import SeenTrack
from jing_scenarios.worlds.signal_words import light_of
from jing_scenarios.worlds.world import Contact, EntityBody, Environment, PoseColumns, WorldError
from jing_sim.carla.client import CarlaWorld
from jing_sim.carla.client_show import on_map, ruled_lights, weather_of
from jing_sim.driving.controls import Pose, VehicleControl

__all__ = ["CarlaScenarioWorld"]

_LIFT_M = 0.3
"""Above the road where vehicles are spawned, so that they do not stand in it."""
_HIGH_M = 20.0
_PROBE_MPS = 1.0
_ROLES = {True: "hero", False: "scenario"}
Six = tuple[float, float, float, float, float, float]


@dataclass
class _Actor:
    """An entity on the server.

    `before` is the pose of its origin at the end of the last step; `steer_share` of the server's steering is all that
    the scenario's vehicle has.
    """

    id: int
    body: EntityBody
    ahead_m: float
    up_m: float
    moves: bool
    before: Six
    steer_share: float = 1.0


class CarlaScenarioWorld:
    """A `ScenarioWorld` on a server; `close` gives map, weather, lights and settings back and destroys the actors.

    Attributes:
        seen: where the server has had the actors after each step, by row.

    Raises:
        UnreachableError: nobody answers there.
    """

    name = "carla"

    def __init__(self, host: str, port: int, road_file: Path | None, dt_s: float) -> None:
        self.server = CarlaWorld(host, port, timeout_s=120.0)
        self._dt_s = dt_s
        self._actors: dict[int, _Actor] = {}
        self._pedals: dict[int, VehicleControl] = {}
        self._said: dict[str, None] = {}
        self._carries: bool | None = None
        self.seen = SeenTrack()
        self._stack = ExitStack()
        try:
            if road_file is not None:
                self._stack.enter_context(on_map(self.server, road_file.read_bytes().decode()))
            self._stack.enter_context(self.server.synchronous(dt_s))
            self._weather = self._stack.enter_context(weather_of(self.server))
            self._lights = self._stack.enter_context(ruled_lights(self.server))
        except BaseException:
            self._stack.close()
            raise
        self._offered = self.server.blueprint_ids()

    def add(self, row: int, body: EntityBody, columns: PoseColumns) -> None:
        """Inherited, see `ScenarioWorld`; who is there already comes anew."""
        self.remove(row)
        blueprint, said = blueprint_for(body, self._offered)
        driven = bool(columns.driven[row])
        if driven and blueprint.vehicle is None:
            raise WorldError(f"{body.place}: {body.name!r} is a {body.kind}; only vehicles are driven by pedals")
        self._said.setdefault(said)
        walker = body.kind == "pedestrian"
        ahead = body.centre_m[0] if walker else rear_axle_m(blueprint)
        figures = blueprint.body
        assert figures is not None
        up = figures.half_extent[2] if walker else 0.0
        at = _origin(row, columns, ahead, up)
        role = {"role_name": _ROLES[driven]} if blueprint.attribute("role_name") else {}
        number = self._spawn(body, blueprint.id, at, role, not driven)
        self._actors[row] = _Actor(number, body, ahead, up, body.kind != "misc", at)
        self.drive(row, columns)

    def remove(self, row: int) -> None:
        """Inherited, see `ScenarioWorld`."""
        actor = self._actors.pop(row, None)
        self._pedals.pop(row, None)
        if actor is not None:
            self.server.destroy(actor.id)

    def drive(self, row: int, columns: PoseColumns) -> None:
        """Inherited, see `ScenarioWorld`."""
        actor = self._actors[row]
        driven = bool(columns.driven[row])
        self.server.set_physics(actor.id, driven)
        if driven:
            x, y, z, *turned = _origin(row, columns, actor.ahead_m, actor.up_m)
            speed = float(columns.speed[row])
            velocity = (speed * math.cos(turned[0]), speed * math.sin(turned[0]), 0.0)
            self.server.order([(actor.id, Pose(x, y, z, *turned))], [(actor.id, velocity)])
            lock = self.server.max_steer_rad(actor.id)
            actor.steer_share = min(actor.body.max_steer_rad / lock, 1.0) if actor.body.max_steer_rad > 0.0 else 1.0

    def control(self, row: int, control: VehicleControl) -> None:
        """Inherited, see `ScenarioWorld`."""
        self._pedals[row] = replace(control, steer=control.steer * self._actors[row].steer_share)

    def step(self, columns: PoseColumns, dt_s: float) -> None:
        """Inherited, see `ScenarioWorld`; raises WorldError for another step than the one of the start."""
        if dt_s <= 0.0:
            return
        if abs(dt_s - self._dt_s) > 1e-9:
            raise WorldError(f"a step of {dt_s} s on a server that was set to steps of {self._dt_s} s")
        carried = [(row, actor) for row, actor in self._actors.items() if not columns.driven[row]]
        if self._carries is None:
            self._carries = self._probe([actor for _, actor in carried if actor.moves])
            for row in self._actors:
                if columns.driven[row]:
                    self.drive(row, columns)  # back to where it begins
        places, velocities = [], []
        for row, actor in carried:
            now = _origin(row, columns, actor.ahead_m, actor.up_m)
            way = now[0] - actor.before[0], now[1] - actor.before[1], now[2] - actor.before[2]
            jump = math.hypot(*way) > 2.0 * abs(float(columns.speed[row])) * dt_s + 1.0
            if self._carries and actor.moves and not jump:
                # It begins where it was, turned as it will be, and its velocity brings it to where it has to be.
                places.append((actor.id, Pose(*actor.before[:3], *now[3:])))
                velocities.append((actor.id, (way[0] / dt_s, way[1] / dt_s, way[2] / dt_s)))
            else:
                places.append((actor.id, Pose(*now)))
                if actor.moves:
                    velocities.append((actor.id, (0.0, 0.0, 0.0)))
            actor.before = now
        pedals = [(self._actors[row].id, control) for row, control in self._pedals.items() if row in self._actors]
        self._order(places, velocities, pedals)
        self.server.step()
        self._read(columns, dt_s)

    def contacts(self) -> Sequence[Contact]:
        """None: the engine finds overlaps of boxes; servers tell of contacts to sensors alone."""
        return ()

    def set_environment(self, environment: Environment) -> None:
        """Inherited, see `ScenarioWorld`; the friction of roads cannot be set on a server."""
        self._weather(environment.weather)
        if environment.friction is not None and environment.friction != 1.0:
            self._said.setdefault(
                f"the road's friction of {environment.friction:g} is not shown on a CARLA server: its roads keep theirs"
            )

    def show_signal(self, signal: str, state: str) -> None:
        """Inherited, see `ScenarioWorld`."""
        if not self._lights(signal, light_of(state)):
            self._said.setdefault(f"traffic signal {signal!r} has no light on the server")

    def warnings(self) -> tuple[str, ...]:
        """Which blueprints stand for which entities, and what the server cannot show."""
        return tuple(said for said in self._said if said)

    def close(self) -> None:
        """Inherited, see `ScenarioWorld`."""
        for actor in self._actors.values():
            self.server.destroy(actor.id)
        self._actors.clear()
        self._stack.close()

    def _spawn(self, body: EntityBody, blueprint: str, at: Six, role: dict[str, str], anywhere: bool) -> int:
        """The actor's id; `anywhere`: where something stands at its place it comes into being high above it."""
        x, y, z, *turned = at
        try:
            return self.server.spawn(blueprint, Pose(x, y, z + _LIFT_M, *turned), **role)
        except RuntimeError as error:
            if not anywhere:
                place = f"({x:.2f}, {y:.2f}, {z:.2f})"
                text = f"{body.place}: {body.name!r} cannot be put at {place} on the server: {error}"
                raise WorldError(text) from error
        return self.server.spawn(blueprint, Pose(x, y, z + _HIGH_M * (1 + len(self._actors)), *turned), **role)

    def _order(
        self,
        places: list[tuple[int, Pose]],
        velocities: list[tuple[int, tuple[float, float, float]]],
        pedals: list[tuple[int, VehicleControl]],
    ) -> None:
        try:
            self.server.order(places, velocities, pedals)
        except RuntimeError as error:
            raise WorldError(f"the CARLA server refuses a command: {error}") from error

    def _probe(self, actors: list[_Actor]) -> bool:
        """One tick before the first step: whether the server moves actors without physics by their velocity.

        Where it does, others see true velocities; where not, actors are put where they are at the end of each step.
        """
        if not actors:
            return False
        actor = actors[0]
        self._order([(actor.id, Pose(*actor.before))], [(actor.id, (_PROBE_MPS, 0.0, 0.0))], [])
        self.server.step()
        moved = self.server.seen([actor.id]).position[0, 0] - actor.before[0]
        return bool(abs(moved - _PROBE_MPS * self._dt_s) < 0.2 * _PROBE_MPS * self._dt_s)

    def _read(self, columns: PoseColumns, dt_s: float) -> None:
        rows = list(self._actors)
        found = self.server.seen([self._actors[row].id for row in rows])
        by_id = {number: k for k, number in enumerate(found.id.tolist())}
        self.seen.tick(dt_s)
        for row in rows:
            actor = self._actors[row]
            k = by_id.get(actor.id)
            if k is None:
                raise WorldError(f"somebody has destroyed {actor.body.name!r} on the server")
            x, y, z = found.position[k].tolist()
            yaw, pitch, roll = found.rotation[k].tolist()
            flat = actor.ahead_m * math.cos(pitch)
            x, y = x - flat * math.cos(yaw), y - flat * math.sin(yaw)
            z -= actor.ahead_m * math.sin(pitch) + actor.up_m
            self.seen.add(row, x, y, z, yaw)
            if columns.driven[row]:
                cos, sin = math.cos(yaw), math.sin(yaw)
                vx, vy, _ = found.velocity[k].tolist()
                ax, ay, _ = found.acceleration[k].tolist()
                columns.x[row], columns.y[row], columns.z[row] = x, y, z
                columns.h[row], columns.p[row], columns.r[row] = yaw, -pitch, roll
                columns.speed[row], columns.accel[row] = vx * cos + vy * sin, ax * cos + ay * sin


def _origin(row: int, columns: PoseColumns, ahead_m: float, up_m: float) -> Six:
    """Of the actor: x, y, z, yaw, pitch, roll."""
    h, p = float(columns.h[row]), float(columns.p[row])
    flat = ahead_m * math.cos(p)
    x, y = float(columns.x[row]) + flat * math.cos(h), float(columns.y[row]) + flat * math.sin(h)
    return x, y, float(columns.z[row]) - ahead_m * math.sin(p) + up_m, h, -p, float(columns.r[row])
