"""The bench on which a check works: a client in synchronous mode, and actors that are cleared away afterwards."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import carla

__all__ = ["Bench", "DiffersError", "equal", "near", "true"]

_TIMEOUT_S = 20.0
_GREETING_S = 5.0
"""For the first call, which needs no tick."""
DELTA_S = 0.05


class DiffersError(AssertionError):
    """The server does otherwise than CARLA's documentation says."""


def true(condition: object, what: str) -> None:
    """Raises DiffersError with `what` unless `condition` holds."""
    if not condition:
        raise DiffersError(what)


def equal(found: object, wanted: object, what: str) -> None:
    """Raises DiffersError unless both are equal."""
    if found != wanted:
        raise DiffersError(f"{what} is {found!r}, not {wanted!r}")


def near(found: float, wanted: float, tolerance: float, what: str) -> None:
    """Raises DiffersError unless both are within `tolerance`."""
    if not abs(found - wanted) <= tolerance:
        raise DiffersError(f"{what} is {found:.6g}, not {wanted:.6g} within {tolerance:g}")


class Bench:
    """A connection to one server.

    Attributes:
        client, world: of the carla library. library: all blueprints. version: of the server.
    """

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.client = carla.Client(host, port)
        self.client.set_timeout(_GREETING_S)
        self.version: str = self.client.get_server_version()
        self.client.set_timeout(_TIMEOUT_S)
        self.world: Any = self.client.get_world()
        self.library: Any = self.world.get_blueprint_library()
        self._map: Any = None
        self._made: list[Any] = []

    def other_client(self) -> Any:
        """A second client of the same server."""
        client = carla.Client(self.host, self.port)
        client.set_timeout(_TIMEOUT_S)
        return client

    @property
    def map(self) -> Any:
        """The map of the world."""
        if self._map is None:
            self._map = self.world.get_map()
        return self._map

    def set_up(self) -> None:
        """Synchronous mode with 0.05 s, clear weather, one tick done."""
        self.world = self.client.get_world()
        self.synchronous(DELTA_S)
        self.world.set_weather(carla.WeatherParameters.ClearNoon)
        self.tick()

    def clear(self) -> None:
        """All actors made here are gone, lights go on, and time runs by itself."""
        for actor in reversed(self._made):
            if hasattr(actor, "stop") and getattr(actor, "is_listening", False):
                actor.stop()
            if actor.is_alive:
                actor.destroy()
        self._made.clear()
        self.world.freeze_all_traffic_lights(False)
        settings = self.world.get_settings()
        settings.synchronous_mode, settings.fixed_delta_seconds = False, None
        self.world.apply_settings(settings)

    def forget(self) -> None:
        """The actors made here go with their episode."""
        self._made.clear()

    def synchronous(self, delta_s: float) -> None:
        """The world waits for ticks of this length."""
        settings = self.world.get_settings()
        settings.synchronous_mode, settings.fixed_delta_seconds = True, delta_s
        self.world.apply_settings(settings)

    def tick(self, times: int = 1) -> int:
        """The frame after so many ticks."""
        frame = 0
        for _ in range(times):
            frame = self.world.tick()
        return frame

    def keep(self, actor: Any) -> Any:
        """The actor is destroyed with the others."""
        self._made.append(actor)
        return actor

    def spawn(self, blueprint: str, place: Any, parent: Any = None, **attributes: object) -> Any:
        """An actor with these attributes, at a transform."""
        found = self.library.find(blueprint)
        for name, value in attributes.items():
            found.set_attribute(name, str(value))
        return self.keep(self.world.spawn_actor(found, place, attach_to=parent))

    def point(self, number: int = 0) -> Any:
        """A spawn point of the map, one of those with a straight lane ahead first."""
        points = self._straight or self.map.get_spawn_points()
        return points[number % len(points)]

    @property
    def _straight(self) -> list[Any]:
        if not hasattr(self, "_straight_points"):
            self._straight_points = [p for p in self.map.get_spawn_points()[:400] if self._runs_straight(p)]
        return self._straight_points

    def _runs_straight(self, place: Any) -> bool:
        way = self.map.get_waypoint(place.location)
        ahead = way.next(40.0)
        behind = way.previous(15.0)
        turns = [abs((w.transform.rotation.yaw - place.rotation.yaw + 180) % 360 - 180) for w in ahead + behind]
        return bool(ahead) and bool(behind) and max(turns) < 2.0

    def car(self, number: int = 0, blueprint: str = "vehicle.tesla.model3", *, settle: bool = True) -> Any:
        """A car on the road, at rest."""
        car = self.spawn(blueprint, self.point(number))
        if settle:
            self.tick(40)
        return car

    def ahead(self, place: Any, forward: float, right: float = 0.0, up: float = 0.0) -> Any:
        """A transform so far before, beside and above another one."""
        f, r = place.get_forward_vector(), place.get_right_vector()
        location = place.location + f * forward + r * right + carla.Location(z=up)
        return carla.Transform(location, place.rotation)

    @contextmanager
    def listening(self, sensor: Any) -> Iterator[list[Any]]:
        """What the sensor sends meanwhile."""
        seen: list[Any] = []
        sensor.listen(seen.append)
        try:
            yield seen
        finally:
            sensor.stop()

    def until(self, condition: Callable[[], object], what: str, seconds: float = 3.0) -> None:
        """Waits for what comes by another thread."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.01)
        raise DiffersError(f"{what}: not within {seconds:g} s")

    def sense(self, blueprint: str, place: Any, parent: Any = None, ticks: int = 3, **attributes: object) -> list[Any]:
        """What a sensor sends in so many ticks; at least one message."""
        sensor = self.spawn(blueprint, place, parent, **attributes)
        with self.listening(sensor) as seen:
            self.tick(ticks)
            self.until(lambda: seen, f"{blueprint} sends nothing")
            self.until(lambda: len(seen) >= ticks or sensor is None, f"{blueprint} sends {len(seen)} of {ticks}")
        return seen
