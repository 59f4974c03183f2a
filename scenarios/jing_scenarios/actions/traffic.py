"""TrafficSource, Sink, Swarm, Area and Stop: the life of traffic around the file's entities.

The elements become values (`traffic_spec`) when their action starts; `worlds.background` makes the traffic. Traffic
goes on until the action is stopped, by a TrafficStopAction of the same name or by the storyboard.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from jing_maps.errors import UnknownNameError
from jing_scenarios.actions.action import Action, Once, Owned, UnsupportedElementError
from jing_scenarios.actions.traffic_spec import (
    AreaSpec,
    RoadStrip,
    SinkSpec,
    SourceSpec,
    SwarmSpec,
    TrafficMix,
    TrafficSpec,
    mix_of,
)
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.worlds.background import Background, background_of

if TYPE_CHECKING:
    from jing_scenarios.roads.plan import RoadPlan
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["TrafficAction", "traffic_action_of"]

MakeSpec = Callable[["Engine"], TrafficSpec]


def traffic_action_of(node: Node, context: CompileContext) -> Action:
    """The action of a `TrafficAction` element; raises OpenScenarioError."""
    name, action = node.string("trafficName", ""), node.only()
    if action.tag == "TrafficStopAction":
        return Once(action.tag, lambda engine: _stop(engine, name))
    makers: dict[str, Callable[[Node, TrafficMix, CompileContext], MakeSpec]] = {
        "TrafficSwarmAction": _swarm,
        "TrafficSourceAction": _source,
        "TrafficSinkAction": _sink,
        "TrafficAreaAction": _area,
    }
    if action.tag not in makers:
        raise UnsupportedElementError(f"{action.place}: {action.tag} in TrafficAction is not supported")
    return TrafficAction(action.tag, name, makers[action.tag](action, mix_of(action), context))


class TrafficAction:
    """Traffic that goes on until it is stopped."""

    def __init__(self, kind: str, name: str, make: MakeSpec) -> None:
        self.kind, self.name = kind, name
        self.owns: tuple[Owned, ...] = ()
        self._make = make
        self._part: Background | None = None

    def start(self, engine: Engine) -> None:
        """The traffic begins."""
        self._part = background_of(self._make(engine), engine)
        self._part.name = self.name
        engine.traffic.append(self._part)

    def step(self, engine: Engine, dt_s: float) -> bool:  # noqa: ARG002
        """The engine steps the traffic by itself; it has ended when somebody has stopped it."""
        return self._part not in engine.traffic

    def stop(self, engine: Engine) -> None:
        """The traffic has stopped; its vehicles are gone."""
        if self._part is not None and self._part in engine.traffic:
            engine.traffic.remove(self._part)
            self._part.stop(engine)


def _stop(engine: Engine, name: str) -> None:
    """Traffic of this name stops; without a name all traffic does."""
    for part in [part for part in engine.traffic if isinstance(part, Background) and name in ("", part.name)]:
        engine.traffic.remove(part)
        part.stop(engine)


def _swarm(node: Node, mix: TrafficMix, context: CompileContext) -> MakeSpec:
    centre = node.child("CentralObject")
    travel = node.find("DirectionOfTravelDistribution")
    spec = SwarmSpec(
        centre=context.row_of(centre.string("entityRef"), centre),
        semi_major_m=node.number("semiMajorAxis"),
        semi_minor_m=node.number("semiMinorAxis"),
        inner_radius_m=node.number("innerRadius"),
        offset_m=node.number("offset", 0.0),
        count=node.integer("numberOfVehicles"),
        speed_mps=_speeds(node),
        opposite=None if travel is None else _share(travel),
        mix=mix,
    )
    return lambda _: spec


def _speeds(node: Node) -> tuple[float, float] | None:
    limits = node.find("InitialSpeedRange")
    if limits is not None:
        return limits.number("lowerLimit"), limits.number("upperLimit")
    return (node.number("velocity"), node.number("velocity")) if node.has("velocity") else None


def _share(travel: Node) -> float:
    same, opposite = travel.number("same"), travel.number("opposite")
    if min(same, opposite) < 0.0 or same + opposite <= 0.0:
        raise OpenScenarioError(f"{travel.place}: same={same} opposite={opposite}; weights of at least 0 are right")
    return opposite / (same + opposite)


def _source(node: Node, mix: TrafficMix, context: CompileContext) -> MakeSpec:
    where = context.position_of(node.child("Position"))
    speed = node.number("speed", node.number("velocity", inf))
    radius, rate = node.number("radius"), node.number("rate")
    return lambda _: SourceSpec(where(), radius, rate, speed if speed < inf else None, mix)


def _sink(node: Node, mix: TrafficMix, context: CompileContext) -> MakeSpec:
    where = context.position_of(node.child("Position"))
    radius, rate = node.number("radius"), node.number("rate", inf)
    return lambda _: SinkSpec(where(), radius, rate if rate < inf else None, mix)


def _area(node: Node, mix: TrafficMix, context: CompileContext) -> MakeSpec:
    area, count, continuous = node.child("TrafficArea"), node.integer("numberOfEntities"), node.boolean("continuous")
    outline = area.find("Polygon")
    corners = [context.position_of(corner) for corner in outline.every("Position")] if outline is not None else []
    strips = tuple(strip for each in area.every("RoadRange") for strip in _strips(each, context))

    def make(_: Engine) -> TrafficSpec:
        places = [corner() for corner in corners]
        return AreaSpec(tuple((place.x, place.y) for place in places), strips, count, continuous, mix)

    return make


def _strips(node: Node, context: CompileContext) -> list[RoadStrip]:
    """Parts of roads from the first cursor over the others to the last one, at most `length` metres of them."""
    cursors, plan, left = node.every("RoadCursor"), context.plan, node.number("length", inf)
    strips: list[RoadStrip] = []
    for number, cursor in enumerate(cursors):
        road = _road(plan, cursor)
        whole, s = plan.length_m(road), cursor.number("s", 0.0)
        lanes = tuple(lane.integer("id") for lane in cursor.every("Lane"))
        before = cursors[number - 1] if number else None
        if before is not None and before.string("roadId") == cursor.string("roadId") and strips:
            open_end = strips.pop()
            left += open_end.end_m - open_end.begin_m
            begin, end = sorted((open_end.begin_m, s))
            lanes = lanes or open_end.lanes
        else:
            last = number == len(cursors) - 1
            begin, end = (s, whole) if number == 0 else (0.0, s if last and cursor.has("s") else whole)
        strips.append(RoadStrip(road, begin, min(end, begin + left), lanes))
        left -= min(left, end - begin)
    return strips


def _road(plan: RoadPlan, cursor: Node) -> int:
    try:
        return plan.row(cursor.string("roadId"))
    except UnknownNameError as error:
        raise OpenScenarioError(f"{cursor.place}: {error}") from None
