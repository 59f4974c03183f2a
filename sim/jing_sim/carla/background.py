"""Background traffic: the traffic engine drives vehicles through a server's world, as actors like all others.

The engine steps ahead of the world and its vehicles are drawn between its steps. Vehicles of clients take part in the
engine as vehicles moved from outside, so that both see and yield to each other; what the lights show is the server's.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_maps.areas import load_area
from jing_maps.columns import SignalState
from jing_maps.network import RoadNetwork
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.network import to_network
from jing_sim.carla.background_fleet import Fleet
from jing_sim.carla.maps import MapSource
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.driving.bodies import BodyKind
from jing_sim.driving.light_cycle import LightShow
from jing_sim.driving.light_places import SignPlaces
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld
from jing_sim.trips import Trips

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode
    from jing_sim.carla.service import Service

__all__ = ["BackgroundTraffic", "lights_of_groups", "network_of"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

_STEP_S = 0.2
_ROUTES = 400
_ROUTES_PER_HOUR = 3600.0
_NEW_PER_STEP = 4
_SEEN = np.full(4, SignalState.RED, np.uint8)
_SEEN[LightShow.YELLOW] = SignalState.YELLOW
# Clients' lights do not say whether a green is protected: drivers who turn left give way.
_SEEN[LightShow.GREEN] = SignalState.PERMISSIVE
_SEEN[LightShow.OFF] = SignalState.OFF


def network_of(source: MapSource) -> RoadNetwork:
    """The road network of a map on offer."""
    if source.area:
        return load_area(source.area)
    return to_network(read_opendrive(source.xodr_file()), source.name)


class BackgroundTraffic:
    """Keeps about `count` vehicles of the traffic engine in the episodes of a service.

    They are there from the first tick on; a new episode gets new ones.
    """

    def __init__(self, service: "Service", count: int, seed: int = 0) -> None:
        self.count, self.seed = count, seed
        self._episode: Episode | None = None
        service.before_tick.append(self._before_tick)
        self._join(service)

    def _join(self, service: "Service") -> None:
        episode = service.episode
        self._episode = episode
        network = network_of(service.shelf.find(episode.stage.name))
        demand = DemandOptions(duration_s=3600.0 * _ROUTES / _ROUTES_PER_HOUR, seed=self.seed)
        self._wishes, _ = random_trips(network, _ROUTES_PER_HOUR, demand)
        self.world = TrafficWorld(
            network, _nobody(self._wishes), TrafficOptions(dt_s=_STEP_S, seed=self.seed, car_following="idm")
        )
        self._lights = lights_of_groups(network, episode.stage.scene.lights)
        self.fleet = Fleet(episode, self.world)
        self._asked = 0
        self._outside: dict[int, int] = {}
        self._ahead_s = 0.0

    def _before_tick(self, service: "Service", delta_s: float) -> None:
        if service.episode is not self._episode:
            self._join(service)
        self._ahead_s -= delta_s
        while self._ahead_s < 0.0:
            self._step()
            self._ahead_s += _STEP_S
        self.fleet.place(1.0 - self._ahead_s / _STEP_S, _STEP_S)

    def _step(self) -> None:
        world = self.world
        assert self._episode is not None
        self._ask_for_more()
        self._place_outside(self._episode)
        ruled = self._lights >= 0
        # The engine plays the map's programs; the server's lights are put over them for those who drive now.
        world.signals.hold(np.flatnonzero(ruled), _SEEN[self._episode.cycle.show[self._lights[ruled]]])
        world.step()
        self.fleet.follow()

    def _ask_for_more(self) -> None:
        """New vehicles where some have arrived, a few at a time."""
        missing = self.count - self.fleet.running - int(self.world.state.pointers[1])
        for _ in range(min(missing, _NEW_PER_STEP if self.world.steps > 0 else self.count)):
            wish = self._asked % len(self._wishes)
            first, last = self._wishes.first_road[wish : wish + 2]
            self.world.insert("car", self._wishes.roads[first:last], f"background-{self._asked}")
            self._asked += 1

    def _place_outside(self, episode: "Episode") -> None:
        """Vehicles that clients drive, where they will be at the end of the engine's step."""
        bodies = episode.world.bodies
        rows = np.flatnonzero(bodies.kind == BodyKind.VEHICLE)
        here = {int(bodies.id[row]): int(row) for row in rows}
        theirs = {body: row for body, row in here.items() if body not in self.fleet.vehicle_of}
        for body in [body for body in self._outside if body not in theirs]:
            self.world.remove_outside(self._outside.pop(body))
        for body, row in theirs.items():
            yaw = float(bodies.rotation[row, 0])
            ahead = np.array([np.cos(yaw), np.sin(yaw)])
            nose = bodies.half_extent[row, 0] + bodies.box_centre[row, 0]
            speed = max(float(bodies.velocity[row, :2] @ ahead), 0.0)
            x, y = bodies.position[row, :2] + ahead * (nose + speed * _STEP_S)
            try:
                if body not in self._outside:
                    self._outside[body] = self.world.add_outside("car", x, y, yaw, speed, ext_id=f"client-{body}")
                self.world.place_outside(self._outside[body], x, y, yaw, speed)
            except SimulationError:
                # Thrown far off the map: nobody's concern.
                continue


def lights_of_groups(network: RoadNetwork, lights: SignPlaces, reach_m: float = 20.0) -> Int:
    """`(n_groups,)` a light that shows what each signal group shows, met where its lanes end; -1 = none."""
    found = np.full(len(network.signal_groups), -1, np.int32)
    if not len(lights):
        return found
    connectors, lanes = network.connectors, network.lanes
    box = lights.trigger
    for connector in np.flatnonzero(connectors.signal_group >= 0):
        group = int(connectors.signal_group[connector])
        line = lanes.centre[int(connectors.from_lane[connector])]
        way = line[-1, :2] - line[-2, :2]
        away = np.hypot(*(box.centre[:, :2] - line[-1, :2]).T)
        facing = np.cos(box.yaw - np.arctan2(way[1], way[0])) > 0.7
        named = np.array([_is_group(name, group) for name in lights.controller])
        near = (away < reach_m) & facing
        choice = near & named if (near & named).any() else near
        if found[group] < 0 and choice.any():
            found[group] = int(np.argmin(np.where(choice, away, np.inf)))
    return found


def _is_group(controller: str, group: int) -> bool:
    """Files that we wrote number the controllers of signal groups from 1."""
    return controller.isdecimal() and int(controller) == group + 1


def _nobody(trips: Trips) -> Trips:
    """The same vehicle types, and no trip."""
    return Trips(
        trips.types, (), trips.vehicle_type[:0], trips.depart_s[:0], np.zeros(1, np.int32), trips.roads[:0]
    )  # fmt: skip
