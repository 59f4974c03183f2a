"""A plain driver over the carla library: follows its lane, keeps its distance, stops at red.

Pure pursuit for the wheel (R. C. Coulter, CMU-RI-TR-92-01), the intelligent driver model (Treiber et al. 2000) for the
pedals. It is there to try a server with, not to be a good driver.
"""

import math
import time
from dataclasses import dataclass, field
from typing import Any

import carla

__all__ = ["DriveFigures", "LaneFollower", "drive"]

_SPACING_M = 2.0
_PLAN = 30
_REACTION_S, _GAP_M, _ACCEL, _DECEL = 1.2, 3.0, 2.0, 3.0
_LATERAL = 1.5
_HALF_LANE_M = 1.8


@dataclass
class LaneFollower:
    """Drives one vehicle; `step` once before each tick.

    Attributes:
        vehicle, map: of the carla library. wish_mps: where nothing is in the way.
        path: waypoints ahead, 2 m apart.
    """

    vehicle: Any
    map: Any
    wish_mps: float = 12.0
    path: list[Any] = field(default_factory=list)

    def step(self, others: list[Any]) -> None:
        """Applies the next control; `others`: vehicles that may be in the way."""
        place, speed = self.vehicle.get_transform(), self.vehicle.get_velocity().length()
        self._plan(place)
        accel = self._accel(place, speed, others)
        control = carla.VehicleControl(steer=self._steer(place, speed))
        if accel >= 0.0:
            control.throttle = min(0.25 + 0.25 * accel, 0.8) if speed < self.wish_mps else 0.2
        else:
            control.brake = min(-accel / 6.0, 1.0)
        self.vehicle.apply_control(control)

    def _plan(self, place: Any) -> None:
        if not self.path:
            self.path = [self.map.get_waypoint(place.location)]
        while len(self.path) > 1 and _ahead(place, self.path[0].transform.location)[0] < 0.5:
            self.path.pop(0)
        while len(self.path) < _PLAN:
            ways = self.path[-1].next(_SPACING_M)
            if not ways:
                break
            # Of several ways the straightest, by the heading a little farther on.
            here = self.path[-1].transform.rotation.yaw
            self.path.append(min(ways, key=lambda way: _bend(here, way)))

    def _steer(self, place: Any, speed: float) -> float:
        reach = max(4.0, 0.6 * speed)
        goal = next(
            (w for w in self.path if _ahead(place, w.transform.location)[0] >= reach), self.path[-1]
        ).transform.location  # fmt: skip
        x, y = _ahead(place, goal)
        bend = 2.0 * y / max(x * x + y * y, 1.0)
        return max(-1.0, min(1.0, math.atan(bend * 2.9) / math.radians(60.0) * 1.4))

    def _accel(self, place: Any, speed: float, others: list[Any]) -> float:
        wish = max(self.wish_mps * self._slow_for_bends(), 2.0)
        free = _ACCEL * (1.0 - (speed / wish) ** 4)
        gap, leader = self._leader(place, others)
        if (
            self.vehicle.is_at_traffic_light()
            and self.vehicle.get_traffic_light_state() != carla.TrafficLightState.Green
        ):
            stop = self._to_junction()
            if stop < 25.0 and stop > 0.0:
                gap, leader = min((gap, leader), (max(stop - 1.0, 0.1), 0.0))
        if math.isinf(gap):
            return free
        wanted = _GAP_M + speed * _REACTION_S + speed * (speed - leader) / (2.0 * math.sqrt(_ACCEL * _DECEL))
        return free - _ACCEL * (max(wanted, 0.0) / max(gap, 0.1)) ** 2

    def _slow_for_bends(self) -> float:
        """Share of the wished speed at which bends ahead pull no harder than is comfortable."""
        turn = max((_bend(self.path[0].transform.rotation.yaw, way) for way in self.path[:12]), default=0.0)
        if turn < 8.0:
            return 1.0
        radius = 22.0 / math.radians(turn)
        return min(1.0, math.sqrt(_LATERAL * radius) / self.wish_mps)

    def _to_junction(self) -> float:
        """Metres until the path enters a junction; negative inside one, infinite where none comes."""
        if self.path[0].is_junction:
            return -1.0
        for number, way in enumerate(self.path):
            if way.is_junction:
                return number * _SPACING_M
        return math.inf

    def _leader(self, place: Any, others: list[Any]) -> tuple[float, float]:
        """Gap to and speed of the first vehicle on the path."""
        best = (math.inf, 0.0)
        own = self.vehicle.bounding_box.extent.x
        for other in others:
            if other.id == self.vehicle.id:
                continue
            spot = other.get_location()
            if spot.distance(place.location) > _PLAN * _SPACING_M:
                continue
            for number, way in enumerate(self.path):
                if way.transform.location.distance(spot) < _HALF_LANE_M + 0.2:
                    gap = number * _SPACING_M - own - other.bounding_box.extent.x
                    best = min(best, (max(gap, 0.1), other.get_velocity().length()))
                    break
        return best


def _ahead(place: Any, spot: Any) -> tuple[float, float]:
    """How far a spot is ahead and to the right."""
    f, r = place.get_forward_vector(), place.get_right_vector()
    dx, dy = spot.x - place.location.x, spot.y - place.location.y
    return dx * f.x + dy * f.y, dx * r.x + dy * r.y


def _bend(yaw: float, way: Any) -> float:
    """Degrees between a heading and a waypoint's."""
    return abs((float(way.transform.rotation.yaw) - yaw + 180.0) % 360.0 - 180.0)


@dataclass(frozen=True)
class DriveFigures:
    """What came out of a drive.

    Attributes:
        way_m: driven. seconds: simulated. ticks_per_s: of the clock. vehicles: seen at the end, itself among them.
        collisions: events that the collision sensor told of. red_lights: junctions entered against red.
    """

    way_m: float
    seconds: float
    ticks_per_s: float
    vehicles: int
    collisions: int
    red_lights: int


def drive(world: Any, start: int, seconds: float, dt_s: float = 0.05) -> DriveFigures:
    """Lets a follower drive from a spawn point in a world that is in synchronous mode."""
    library, town = world.get_blueprint_library(), world.get_map()
    points = town.get_spawn_points()
    car = None
    for number in range(50):
        blueprint = library.find("vehicle.lincoln.mkz_2020")
        blueprint.set_attribute("role_name", "hero")
        car = world.try_spawn_actor(blueprint, points[(start + 37 * number) % len(points)])
        if car is not None:
            break
    if car is None:
        raise RuntimeError("no spawn point is free")
    hits: list[Any] = []
    sensor = world.spawn_actor(library.find("sensor.other.collision"), carla.Transform(), attach_to=car)
    sensor.listen(hits.append)
    follower = LaneFollower(car, town)
    way, red, inside = 0.0, 0, False
    world.tick()
    last, begin, ticks = car.get_location(), time.monotonic(), int(seconds / dt_s)
    for _ in range(ticks):
        follower.step(list(world.get_actors().filter("vehicle.*")))
        before = car.get_traffic_light_state()
        world.tick()
        here = car.get_location()
        way, last = way + here.distance(last), here
        now_inside = bool(follower.path[0].is_junction)
        red += now_inside and not inside and before == carla.TrafficLightState.Red
        inside = now_inside
    rate = ticks / max(time.monotonic() - begin, 1e-9)
    seen = len(world.get_actors().filter("vehicle.*"))
    sensor.stop()
    for actor in (sensor, car):
        actor.destroy()
    world.tick()
    return DriveFigures(way, ticks * dt_s, rate, seen, len(hits), red)
