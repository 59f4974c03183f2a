"""The traffic engine beside a scenario: its vehicles are entities, the scenario's entities are outside vehicles there.

The traffic engine steps ahead of the scenario by 0.2 s and its vehicles are drawn between its steps. Entities of the
file are put where they will be at the end of its step if they go on as they do, so that both see and yield to each
other. What the scenario's signals show is shown there too; signals that the scenario says nothing of run the programs
that the network has been given.
"""

from __future__ import annotations

import math
import weakref
from typing import TYPE_CHECKING

import numpy as np

from jing_maps.columns import SignalState
from jing_maps.errors import JingError
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.network import to_network
from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.roads.place import find_place
from jing_scenarios.roads.place_rows import POSE_SET, P, R, Z
from jing_scenarios.roads.placement import Pose6
from jing_scenarios.worlds.signal_words import light_of
from jing_scenarios.worlds.traffic_kinds import KINDS, Kind, category_kind, kinds_of, types_of
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld
from jing_sim.traffic.between_steps import BetweenSteps, Drawn
from jing_sim.traffic.dropping import drop, room_on
from jing_sim.traffic.placement import row_of
from jing_sim.trips import Trips

if TYPE_CHECKING:
    from jing_scenarios.roads.plan import RoadPlan
    from jing_scenarios.storyboard.engine import Engine
    from jing_scenarios.worlds.background import Background

__all__ = ["TrafficCoupling", "coupling_of"]

STEP_S = 0.2
_ON_LANE_M, _ASIDE_M, _ROOM_M = 1.8, 0.05, 0.4
_MOST_ROADS = 40
_SHOWN = {"red": SignalState.RED, "yellow": SignalState.YELLOW, "green": SignalState.PERMISSIVE, "off": SignalState.OFF}

_networks: weakref.WeakKeyDictionary[RoadPlan, RoadNetwork] = weakref.WeakKeyDictionary()
_couplings: weakref.WeakKeyDictionary[Engine, TrafficCoupling] = weakref.WeakKeyDictionary()


def coupling_of(engine: Engine) -> TrafficCoupling:
    """The one coupling of a running scenario, made when it is first asked for."""
    found = _couplings.get(engine)
    if found is None:
        found = _couplings[engine] = TrafficCoupling(engine)
    return found


class TrafficCoupling:
    """Both worlds side by side.

    Attributes:
        network, world: of the traffic engine. row_of: row of an entity by vehicle. part_of: who brought a vehicle.
        steps: of the traffic engine. kinds: by name.
    """

    def __init__(self, engine: Engine) -> None:
        self.network = _network(engine.plan)
        self._templates = kinds_of(engine.scenario.storyboard)
        self.kinds = KINDS | {kind.name: kind for kind in self._templates.values()}
        none = np.zeros(0, np.int32)
        trips = Trips(types_of(list(self.kinds.values())), (), none, np.zeros(0), np.zeros(1, np.int32), none)
        options = TrafficOptions(dt_s=STEP_S, seed=engine.options.seed, car_following="idm", frame_s=STEP_S)
        self.world = TrafficWorld(self.network, trips, options)
        self._between, self._ahead_s, self._seen = BetweenSteps(), 0.0, -1
        self.row_of: dict[int, int] = {}
        self.part_of: dict[int, Background] = {}
        self._kind_of: dict[int, Kind] = {}
        self._outside: dict[int, int] = {}
        self.steps = 0
        tail, head = self.network.road_of_connector()
        self._next_roads: list[list[int]] = [[] for _ in range(len(self.network.roads))]
        for a, b in sorted(set(zip(tail.tolist(), head.tolist(), strict=True))):
            self._next_roads[a].append(b)
        signals = {s: c.name or c.id for c in reversed(engine.plan.odr.controllers) for s in c.signals}
        names = self.network.signal_groups.name
        self._group_of = {name: k for k, name in enumerate(names)}
        self._group_name = signals

    def kind_of_template(self, template: object) -> Kind:
        """The kind of a ScenarioObjectTemplate element."""
        return self._templates[id(template)]

    def step(self, engine: Engine, dt_s: float) -> None:
        """The traffic of the step under way, once however many parts ask for it."""
        if self._seen == engine.step_count:
            return
        self._seen = engine.step_count
        self._ahead_s -= dt_s
        while self._ahead_s < -1e-9:
            self._place_outside(engine)
            self._show_signals(engine)
            self.world.step()
            self.steps += 1
            self._between.follow(self.world.frame(), self.world.happenings.outside, STEP_S)
            self._ahead_s += STEP_S
            for part in engine.traffic:
                decide = getattr(part, "decide", None)
                if decide is not None:
                    decide(engine, STEP_S)
        self._draw(engine, self._between.at(1.0 - self._ahead_s / STEP_S, STEP_S))

    def drop(self, part: Background, kind: Kind, lane: int, pos_m: float, speed_mps: float, pick: float) -> bool:
        """Whether a vehicle could be put there; `pick` in [0, 1) chooses its way."""
        if not room_on(self.world, kind.name, lane, pos_m, speed_mps):
            return False
        route = self._route(int(self.network.lanes.road[lane]), pick)
        try:
            vehicle = drop(self.world, kind.name, (lane, pos_m, speed_mps), route)
        except SimulationError:
            return False  # this kind may not drive there, or not along that way
        self.part_of[vehicle], self._kind_of[vehicle] = part, kind
        self._between.follow(self.world.frame(), self.world.happenings.outside, STEP_S)
        return True

    def remove(self, engine: Engine, vehicle: int) -> None:
        """The vehicle is gone in both worlds."""
        if row_of(self.world.state, vehicle) >= 0:
            self.world.remove(vehicle)
        self._forget(engine, vehicle)

    def vehicles_of(self, part: Background) -> list[int]:
        """Those that a part has brought and that are still there."""
        return [vehicle for vehicle, owner in self.part_of.items() if owner is part]

    def place_of(self, engine: Engine, vehicle: int) -> tuple[float, float] | None:
        """x and y of an entity of the traffic; None = it has not been drawn yet."""
        row = self.row_of.get(vehicle)
        return None if row is None else (engine.entities.x.item(row), engine.entities.y.item(row))

    def limit_mps(self, lane: int) -> float:
        """Speed limit of a lane."""
        return float(self.network.lanes.speed_limit_mps[lane])

    def _forget(self, engine: Engine, vehicle: int) -> None:
        row = self.row_of.pop(vehicle, None)
        self.part_of.pop(vehicle, None)
        self._kind_of.pop(vehicle, None)
        if row is not None and engine.entities.alive[row]:
            engine.remove_entity(row)

    def _route(self, road: int, pick: float) -> list[int]:
        """Roads from this one, chosen by the digits of a number; it ends where the network does."""
        roads = [road]
        while len(roads) < _MOST_ROADS:
            ways = [way for way in self._next_roads[roads[-1]] if way not in roads[-2:]]
            if not ways:
                break
            pick = (pick * 997.0 + 0.618) % 1.0
            roads.append(ways[int(pick * len(ways))])
        return roads

    def _place_outside(self, engine: Engine) -> None:
        """The file's entities, where they will be at the end of the traffic engine's step."""
        entities, ours = engine.entities, set(self.row_of.values())
        theirs = [row for row in np.flatnonzero(entities.alive).tolist() if row not in ours]
        for row in [row for row in self._outside if row not in theirs]:
            self.world.remove_outside(self._outside.pop(row))
        for row in theirs:
            body, h, speed = entities.bodies[row], entities.h.item(row), entities.speed.item(row)
            front = body.centre_m[0] + body.size_m[0] / 2 + max(speed, 0.0) * STEP_S
            x, y = entities.x.item(row) + front * math.cos(h), entities.y.item(row) + front * math.sin(h)
            if body.kind != "vehicle" and not self._on_lane(x, y):
                if row in self._outside:
                    self.world.remove_outside(self._outside.pop(row))
                continue
            if row not in self._outside:
                kind = category_kind(body.category).name if body.kind == "vehicle" else "bicycle"
                self._outside[row] = self.world.add_outside(kind, x, y, h, max(speed, 0.0), ext_id=f"entity {row}")
            self.world.place_outside(self._outside[row], x, y, h, max(speed, 0.0))

    def _on_lane(self, x: float, y: float) -> bool:
        """People beside the road are nobody's concern."""
        return bool(self.world.lane_index.nearest(x, y, max_distance_m=_ON_LANE_M).lane[0] >= 0)

    def _show_signals(self, engine: Engine) -> None:
        held: dict[int, SignalState] = {}
        for signal, state in engine.signals.states.items():
            group = self._group_of.get(self._group_name.get(signal, signal))
            if group is not None:
                held[group] = _SHOWN[light_of(state)]
        if held:
            self.world.signals.hold(np.array(list(held), np.int64), np.array(list(held.values()), np.uint8))

    def _draw(self, engine: Engine, drawn: Drawn) -> None:
        """Entities of all vehicles of the traffic, where these are now; who has arrived is gone."""
        vehicles = drawn.vehicle.tolist()
        for vehicle in [vehicle for vehicle in self.part_of if vehicle not in set(vehicles)]:
            self._forget(engine, vehicle)
        for k, vehicle in enumerate(vehicles):
            if vehicle not in self.part_of:
                continue
            front = self._front_m(vehicle)
            yaw = float(drawn.yaw_rad[k])
            x, y = float(drawn.x_m[k]) - front * math.cos(yaw), float(drawn.y_m[k]) - front * math.sin(yaw)
            aside = float(drawn.aside_m[k])
            if abs(aside) > _ASIDE_M and self._brushes(engine, vehicle, (x, y, yaw)):
                self._between.hurry(vehicle)
                x, y = x + aside * math.sin(yaw), y - aside * math.cos(yaw)
            row = self.row_of.get(vehicle)
            if row is None:
                row = self._enter(engine, vehicle, (x, y, yaw))
                if row < 0:
                    continue
            pose = engine.place.pose[row]
            pose[0], pose[1], pose[3] = x, y, yaw
            pose[Z] = pose[P] = pose[R] = math.nan
            engine.place.how[row] = POSE_SET
            engine.entities.speed[row] = drawn.speed_mps[k]
            engine.motion.speed_set[row] = engine.motion.long_set[row] = engine.motion.lat_set[row] = True

    def _brushes(self, engine: Engine, vehicle: int, pose: tuple[float, float, float]) -> bool:
        """A vehicle that is drawn between two lanes would touch an entity of the file."""
        own, (x, y, yaw), entities = self._kind_of[vehicle].body, pose, engine.entities
        cos, sin = math.cos(yaw), math.sin(yaw)
        for row in self._outside:
            other, h = entities.bodies[row], entities.h.item(row)
            ahead = entities.x.item(row) + other.centre_m[0] * math.cos(h) - x - own.centre_m[0] * cos
            left = entities.y.item(row) + other.centre_m[0] * math.sin(h) - y - own.centre_m[0] * sin
            along, across = ahead * cos + left * sin, left * cos - ahead * sin
            if (
                abs(along) < (own.size_m[0] + other.size_m[0]) / 2 + _ROOM_M
                and abs(across) < (own.size_m[1] + other.size_m[1]) / 2 + _ROOM_M
            ):
                return True
        return False

    def _front_m(self, vehicle: int) -> float:
        body = self._kind_of[vehicle].body
        return body.centre_m[0] + body.size_m[0] / 2

    def _enter(self, engine: Engine, vehicle: int, pose: tuple[float, float, float]) -> int:
        x, y, yaw = pose
        placement = find_place(engine.plan, Pose6(x, y, math.nan, yaw, math.nan, math.nan))
        name = f"{self.part_of[vehicle].title} {vehicle}"
        try:
            row = engine.spawn(self._kind_of[vehicle].body, placement, name)
        except OpenScenarioError as error:
            engine.log.warn(str(error).split(": ", 1)[-1])
            self.remove(engine, vehicle)
            return -1
        self.row_of[vehicle] = row
        return row


def _network(plan: RoadPlan) -> RoadNetwork:
    found = _networks.get(plan)
    if found is None:
        try:
            found = _networks[plan] = to_network(plan.odr, "scenario")
        except JingError as error:
            raise OpenScenarioError(f"traffic needs lanes to drive on: {error}") from error
    return found
