"""Traffic that a scenario asks for: swarms around an entity, sources, sinks, and areas, fed by the traffic engine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from jing_scenarios.actions.traffic_spec import AreaSpec, SinkSpec, SourceSpec, SwarmSpec, TrafficMix, TrafficSpec
from jing_scenarios.roads.place import NoSuchPlaceError, placed_on_lane
from jing_scenarios.storyboard.randoms import counter_random
from jing_scenarios.worlds.traffic_coupling import TrafficCoupling, coupling_of
from jing_scenarios.worlds.traffic_kinds import KINDS, Kind, category_kind

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Background", "background_of"]

_TRIES = 12
"""Places that are looked at for one vehicle in one step of the traffic engine."""
_FIRST_TRIES = 60
_LEAVES = 1.15
"""Vehicles of a swarm leave it at this share of its ellipse, so that nobody comes and goes on its edge."""
_NEAR_LANE_M = 12.0
_SAFE_SHARE = 0.9


class Background:
    """The traffic of one action, until it is stopped.

    Attributes:
        name: of the traffic; TrafficStopAction knows it by that. title: its vehicles are called so, and a number.
    """

    title = "traffic"

    def __init__(self, coupling: TrafficCoupling, mix: TrafficMix, number: int, engine: Engine) -> None:
        self.name = ""
        self._coupling, self._mix, self._number = coupling, mix, number
        self._seed, self._asked, self._begun = engine.options.seed, 0, False
        self._kinds = _weighted_kinds(coupling, mix)
        if mix.controllers:
            engine.log.warn("controllers of traffic are left out: the traffic engine drives its vehicles")

    def step(self, engine: Engine, dt_s: float) -> None:
        """Its vehicles have decided how to go on."""
        if not self._begun:
            self._begun = True
            self.begin(engine)
        self._coupling.step(engine, dt_s)

    def stop(self, engine: Engine) -> None:
        """Its vehicles are gone."""
        for vehicle in self._coupling.vehicles_of(self):
            self._coupling.remove(engine, vehicle)

    def begin(self, engine: Engine) -> None:
        """Before its first step."""

    def decide(self, engine: Engine, dt_s: float) -> None:
        """After a step of the traffic engine: who comes and who goes."""

    def pick(self) -> float:
        """In [0, 1): the next number of this part."""
        self._asked += 1
        return counter_random(self._seed, self._number, self._coupling.steps, self._asked)

    def bring(self, xy: tuple[float, float], speed_mps: float | None, heading_rad: float | None = None) -> bool:
        """Whether a vehicle came in on the lane nearest to a place; None = as fast as the limit allows, nearly."""
        coupling = self._coupling
        found = coupling.world.lane_index.nearest(*xy, heading_rad=heading_rad, max_distance_m=_NEAR_LANE_M)
        lane = int(found.lane[0])
        if not 0 <= lane < len(coupling.network.lanes):
            return False
        kind, limit = self._kind(), _SAFE_SHARE * coupling.limit_mps(lane)
        speed = limit if speed_mps is None else speed_mps
        return coupling.drop(self, kind, lane, float(found.pos_m[0]), speed, self.pick())

    def _kind(self) -> Kind:
        total = sum(weight for _, weight in self._kinds)
        at = self.pick() * total
        for kind, weight in self._kinds:
            at -= weight
            if at < 0.0:
                return kind
        return self._kinds[-1][0]


def background_of(spec: TrafficSpec, engine: Engine) -> Background:
    """The traffic of a spec, from the next step on.

    Raises:
        OpenScenarioError: the scenario has no road network that vehicles can drive on.
    """
    coupling, number = coupling_of(engine), len(engine.traffic)
    if isinstance(spec, SwarmSpec):
        return _Swarm(spec, coupling, number, engine)
    if isinstance(spec, SourceSpec):
        return _Source(spec, coupling, number, engine)
    if isinstance(spec, SinkSpec):
        return _Sink(spec, coupling, number, engine)
    return _Area(spec, coupling, number, engine)


class _Swarm(Background):
    """Vehicles in the ring between a circle and an ellipse around an entity; who leaves the ellipse is replaced."""

    title = "swarm"

    def __init__(self, spec: SwarmSpec, coupling: TrafficCoupling, number: int, engine: Engine) -> None:
        super().__init__(coupling, spec.mix, number, engine)
        self._spec = spec

    def begin(self, engine: Engine) -> None:
        """The whole ring is filled."""
        for _ in range(_FIRST_TRIES * self._spec.count):
            if len(self._coupling.vehicles_of(self)) >= self._spec.count:
                return
            self._try(engine, 0.0)

    def decide(self, engine: Engine, dt_s: float) -> None:
        """Who has left is gone, and others come in the outer part of the ring, out of sight."""
        del dt_s
        for vehicle in self._coupling.vehicles_of(self):
            place = self._coupling.place_of(engine, vehicle)
            if place is not None and self._share(engine, *place) > _LEAVES:
                self._coupling.remove(engine, vehicle)
        missing = self._spec.count - len(self._coupling.vehicles_of(self))
        for _ in range(min(missing, 2) * _TRIES):
            if self._try(engine, 0.7):
                break

    def _centre(self, engine: Engine) -> tuple[float, float, float]:
        entities, row = engine.entities, self._spec.centre
        h = entities.h.item(row)
        x, y = entities.x.item(row), entities.y.item(row)
        return x + self._spec.offset_m * math.cos(h), y + self._spec.offset_m * math.sin(h), h

    def _share(self, engine: Engine, x: float, y: float) -> float:
        """0 in the middle, 1 on the ellipse."""
        cx, cy, h = self._centre(engine)
        along = (x - cx) * math.cos(h) + (y - cy) * math.sin(h)
        across = (y - cy) * math.cos(h) - (x - cx) * math.sin(h)
        return math.hypot(along / self._spec.semi_major_m, across / self._spec.semi_minor_m)

    def _try(self, engine: Engine, least: float) -> bool:
        spec = self._spec
        cx, cy, h = self._centre(engine)
        turn, far = 2.0 * math.pi * self.pick(), math.sqrt(least * least + (1.0 - least * least) * self.pick())
        along, across = spec.semi_major_m * far * math.cos(turn), spec.semi_minor_m * far * math.sin(turn)
        x, y = cx + along * math.cos(h) - across * math.sin(h), cy + along * math.sin(h) + across * math.cos(h)
        if math.hypot(x - cx, y - cy) < spec.inner_radius_m:
            return False
        heading = None
        if spec.opposite is not None:
            heading = h + math.pi if self.pick() < spec.opposite else h
        low, high = spec.speed_mps or (0.0, 0.0)
        speed = None if spec.speed_mps is None else low + (high - low) * self.pick()
        return self.bring((x, y), speed, heading)


class _Source(Background):
    """Vehicles come at a rate near a place; who finds no room comes later."""

    title = "source"

    def __init__(self, spec: SourceSpec, coupling: TrafficCoupling, number: int, engine: Engine) -> None:
        super().__init__(coupling, spec.mix, number, engine)
        self._spec, self._due = spec, 1.0

    def begin(self, engine: Engine) -> None:
        """The first one is there."""
        self.decide(engine, 0.0)

    def decide(self, engine: Engine, dt_s: float) -> None:
        """Those whose time has come, where there is room."""
        del engine
        self._due += self._spec.rate_per_s * dt_s
        place = self._spec.place
        for _ in range(_TRIES):
            if self._due < 1.0:
                return
            far, turn = self._spec.radius_m * math.sqrt(self.pick()), 2.0 * math.pi * self.pick()
            xy = place.x + far * math.cos(turn), place.y + far * math.sin(turn)
            if self.bring(xy, self._spec.speed_mps, place.h):
                self._due -= 1.0


class _Sink(Background):
    """Vehicles of the traffic vanish near a place."""

    title = "sink"

    def __init__(self, spec: SinkSpec, coupling: TrafficCoupling, number: int, engine: Engine) -> None:
        super().__init__(coupling, spec.mix, number, engine)
        self._spec, self._may = spec, 1.0

    def decide(self, engine: Engine, dt_s: float) -> None:
        """Those who are there now, as many as the rate allows."""
        rate = self._spec.rate_per_s
        self._may = math.inf if rate is None else min(self._may + rate * dt_s, max(1.0, rate))
        for vehicle in list(self._coupling.part_of):
            place = self._coupling.place_of(engine, vehicle)
            if self._may < 1.0:
                return
            if place is None:
                continue
            if math.hypot(place[0] - self._spec.place.x, place[1] - self._spec.place.y) <= self._spec.radius_m:
                self._coupling.remove(engine, vehicle)
                self._may -= 1.0


class _Area(Background):
    """A number of vehicles in a polygon or on parts of roads."""

    title = "area"

    def __init__(self, spec: AreaSpec, coupling: TrafficCoupling, number: int, engine: Engine) -> None:
        super().__init__(coupling, spec.mix, number, engine)
        self._spec = spec
        self._corners = np.array(spec.polygon, np.float64).reshape(-1, 2)
        self._lengths = [abs(strip.end_m - strip.begin_m) for strip in spec.strips]

    def begin(self, engine: Engine) -> None:
        """The area is filled."""
        for _ in range(_FIRST_TRIES * self._spec.count):
            if len(self._coupling.vehicles_of(self)) >= self._spec.count:
                return
            self._try(engine)

    def decide(self, engine: Engine, dt_s: float) -> None:
        """Who has arrived somewhere or left the polygon is replaced, if that is wanted."""
        del dt_s
        if not self._spec.continuous:
            return
        if len(self._corners):
            for vehicle in self._coupling.vehicles_of(self):
                place = self._coupling.place_of(engine, vehicle)
                if place is not None and not _inside(self._corners, *place):
                    self._coupling.remove(engine, vehicle)
        for _ in range(_TRIES):
            if len(self._coupling.vehicles_of(self)) >= self._spec.count:
                return
            self._try(engine)

    def _try(self, engine: Engine) -> bool:
        if len(self._corners):
            low, high = self._corners.min(axis=0), self._corners.max(axis=0)
            x, y = (low + (high - low) * [self.pick(), self.pick()]).tolist()
            return _inside(self._corners, x, y) and self.bring((x, y), None)
        strips, at = self._spec.strips, self.pick() * sum(self._lengths)
        for strip, length in zip(strips, self._lengths, strict=True):
            if at <= length:
                return self._on_strip(engine, strip.road, strip.begin_m + at, strip.lanes)
            at -= length
        return False

    def _on_strip(self, engine: Engine, road: int, s_m: float, lanes: tuple[int, ...]) -> bool:
        section = [part for part in engine.plan.odr.roads[road].sections if part.start_m <= s_m + 1e-6][-1]
        driven = [lane for lane, one in section.lanes.items() if lane and one.type == "driving"]
        choice = [lane for lane in lanes if lane in section.lanes] or driven
        if not choice:
            return False
        try:
            place = placed_on_lane(engine.plan, road, choice[int(self.pick() * len(choice))], s_m)
        except NoSuchPlaceError:
            return False
        return self.bring((place.x, place.y), None, place.h)


def _weighted_kinds(coupling: TrafficCoupling, mix: TrafficMix) -> list[tuple[Kind, float]]:
    """Templates, else categories, else cars."""
    if mix.templates:
        return [(coupling.kind_of_template(node), weight) for node, weight in mix.templates]
    return [(category_kind(word), weight) for word, weight in mix.categories if weight > 0] or [(KINDS["car"], 1.0)]


def _inside(corners: np.ndarray[tuple[int, int], np.dtype[np.float64]], x: float, y: float) -> bool:
    """A point is in a polygon (even-odd rule)."""
    inside = False
    x1, y1 = corners[-1].tolist()
    for x2, y2 in corners.tolist():
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        x1, y1 = x2, y2
    return inside
