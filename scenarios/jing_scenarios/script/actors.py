"""The actors of a script, and what they can do: each method gives a `Step` that the scenario then puts in order."""

from collections.abc import Sequence
from typing import Literal, Protocol

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.actions import (
    activate,
    command,
    follow_line,
    global_action,
    lateral,
    longitudinal,
    private,
    route_element,
    signal_state,
    speed_action,
    teleport,
)
from jing_scenarios.script.behaviour import Behaviour
from jing_scenarios.script.dynamics import ShapeName, dynamics_element
from jing_scenarios.script.maneuvers import Maneuver, Step, serial
from jing_scenarios.script.models import Model
from jing_scenarios.script.places import Body, Place, position_element
from jing_scenarios.script.values import Number, ScriptError, text_of

__all__ = ["Actor", "LightName"]

LightName = Literal[
    "brakeLights", "daytimeRunningLights", "fogLights", "highBeam", "indicatorLeft", "indicatorRight", "lowBeam",
    "reversingLights", "specialPurposeLights", "warningLights",
]  # fmt: skip
Kind = Literal["vehicle", "pedestrian", "thing"]


class Book(Protocol):
    """What an actor needs of its scenario."""

    def fresh_name(self, stem: str) -> str:
        """A name that nothing else in the scenario has."""
        ...

    def keep_command(self, name: str, function: Behaviour) -> None:
        """The function is called by this name during the run."""
        ...


class Actor:
    """A vehicle, a pedestrian or a thing.

    Attributes:
        name: of the entity. kind: vehicle, pedestrian or thing. model: its body.
        at: where it stands at the start; None = it appears later. speed_mps: at the start.
        driver: spec of the built-in driver that drives it from the start; empty = the scenario alone.
    """

    def __init__(
        self, book: Book, name: str, kind: Kind, model: Model, at: Place | None, speed_mps: Number, driver: str = ""
    ) -> None:
        self._book, self.name, self.kind, self.model, self.driver = book, name, kind, model, driver
        self.at, self.speed_mps = at, speed_mps

    def __repr__(self) -> str:
        return f"{self.kind} {self.name}"

    def speed(
        self,
        to_mps: Number,
        *,
        over_s: Number | None = None,
        rate_mps2: Number | None = None,
        over_m: Number | None = None,
        shape: ShapeName = "linear",
    ) -> Step:
        """Changes to a speed over some seconds, at a rate, or over some metres; at once where none is given."""
        dynamics = dynamics_element("SpeedActionDynamics", shape, over_s, rate_mps2, over_m)
        return self._step("speed", speed_action(dynamics, to_mps))

    def accelerate(self, to_mps: Number, rate_mps2: Number = 2.0) -> Step:
        """Gains speed at a rate."""
        return self.speed(to_mps, rate_mps2=rate_mps2)

    def brake(self, rate_mps2: Number = 4.0, to_mps: Number = 0.0) -> Step:
        """Loses speed at a rate (positive)."""
        return self.speed(to_mps, rate_mps2=rate_mps2)

    def stop(self, rate_mps2: Number = 3.0) -> Step:
        """Brakes to a standstill."""
        return self.brake(rate_mps2)

    def match_speed(self, other: Body, *, delta_mps: Number | None = None, factor: Number | None = None) -> Step:
        """Keeps the speed of another actor plus `delta_mps`, or times `factor`; it has no end of its own."""
        if delta_mps is not None and factor is not None:
            raise ScriptError("match_speed: delta_mps and factor are both given; one would be right")
        value, kind = (factor, "factor") if factor is not None else (delta_mps or 0.0, "delta")
        values = {"entityRef": other.name, "value": text_of(value), "speedTargetValueType": kind, "continuous": "true"}
        target = Node("SpeedActionTarget", children=(Node("RelativeTargetSpeed", values),))
        dynamics = dynamics_element("SpeedActionDynamics", "step", None, None, None)
        return self._step("match_speed", longitudinal(Node("SpeedAction", children=(dynamics, target))))

    def follow_lane(self, speed_mps: Number | None = None, offset_m: Number = 0.0) -> Step:
        """Drives on along the middle of its lane (or `offset_m` to its left), at `speed_mps` where it is given."""
        actions = [] if speed_mps is None else [
            speed_action(dynamics_element("SpeedActionDynamics", "linear", None, 2.0, None), speed_mps)
        ]  # fmt: skip
        return self._step("follow_lane", _offset(offset_m, None, "sinusoidal"), *actions)

    def change_lane(
        self,
        *,
        left: Number = 0,
        right: Number = 0,
        to_lane: Number | None = None,
        beside: Body | None = None,
        over_s: Number | None = None,
        rate_mps: Number | None = None,
        over_m: Number | None = None,
        shape: ShapeName = "sinusoidal",
        offset_m: Number = 0.0,
    ) -> Step:
        """Changes to another lane.

        Args:
            left, right: so many lanes from its own, or from that of `beside`; or
            to_lane: id of the lane. With `beside` alone: to that actor's lane.
            beside: another actor.
            over_s, rate_mps, over_m: how long it takes; 3 s where none is given.
            shape: of the path.
            offset_m: from the middle of the new lane.
        """
        if to_lane is not None:
            target = Node("AbsoluteTargetLane", {"value": text_of(to_lane)})
        else:
            away = -right if not _zero(right) else left
            who = beside.name if beside else self.name
            target = Node("RelativeTargetLane", {"entityRef": who, "value": text_of(away)})
        over_s = 3.0 if over_s is rate_mps is over_m is None else over_s
        dynamics = dynamics_element("LaneChangeActionDynamics", shape, over_s, rate_mps, over_m)
        values = {} if _zero(offset_m) else {"targetLaneOffset": text_of(offset_m)}
        change = Node("LaneChangeAction", values, (dynamics, Node("LaneChangeTarget", children=(target,))))
        return self._step("change_lane", lateral(change))

    def lane_offset(
        self, offset_m: Number, *, max_lateral_mps2: Number | None = 1.0, shape: ShapeName = "sinusoidal"
    ) -> Step:
        """Moves to `offset_m` left of the middle of its lane."""
        return self._step("lane_offset", _offset(offset_m, max_lateral_mps2, shape))

    def keep_gap(
        self,
        other: Body,
        *,
        gap_m: Number | None = None,
        time_gap_s: Number | None = None,
        max_accel_mps2: Number = 3.0,
        max_decel_mps2: Number = 6.0,
        max_speed_mps: Number = 40.0,
    ) -> Step:
        """Follows another actor at a distance between the bodies, or a time gap; it has no end of its own."""
        if (gap_m is None) == (time_gap_s is None):
            raise ScriptError("keep_gap needs gap_m or time_gap_s, one of them")
        values = {"entityRef": other.name, "freespace": "true", "continuous": "true", "coordinateSystem": "lane"}
        values |= {"distance": text_of(gap_m)} if gap_m is not None else {"timeGap": text_of(time_gap_s or 0.0)}
        return self._step("keep_gap", longitudinal(Node("LongitudinalDistanceAction", values, (
            Node("DynamicConstraints", {
                "maxAcceleration": text_of(max_accel_mps2), "maxDeceleration": text_of(max_decel_mps2),
                "maxSpeed": text_of(max_speed_mps),
            }),
        ))))  # fmt: skip

    def keep_lateral_gap(self, other: Body, gap_m: Number) -> Step:
        """Keeps a distance across the lane to another actor; it has no end of its own."""
        values = {
            "entityRef": other.name, "distance": text_of(gap_m), "freespace": "true", "continuous": "true",
            "coordinateSystem": "lane",
        }  # fmt: skip
        return self._step("keep_lateral_gap", lateral(Node("LateralDistanceAction", values)))

    def follow_trajectory(self, points: Sequence[tuple[Number, Place]]) -> Step:
        """Is at each place at its time, seconds from the begin of the maneuver; straight in between."""
        name = self._book.fresh_name(f"{self.name}_trajectory")
        return self._step("follow_trajectory", follow_line(name, points, self))

    def follow_line(self, places: Sequence[Place], speed_mps: Number) -> Step:
        """Goes from place to place in straight lines, at a speed."""
        dynamics = dynamics_element("SpeedActionDynamics", "step", None, None, None)
        name = self._book.fresh_name(f"{self.name}_line")
        line = follow_line(name, [(None, place) for place in places], self)
        return self._step("follow_line", speed_action(dynamics, speed_mps), line)

    def follow_route(self, places: Sequence[Place], strategy: str = "shortest") -> Step:
        """Takes the roads over these places; strategy: shortest, fastest, leastIntersections, random."""
        route = route_element(self._book.fresh_name(f"{self.name}_route"), places, self, strategy)
        action = Node("AssignRouteAction", children=(route,))
        return self._step("follow_route", private(Node("RoutingAction"), action))

    def go_to(self, place: Place) -> Step:
        """Takes the way to a place."""
        action = Node("AcquirePositionAction", children=(position_element(place, self),))
        return self._step("go_to", private(Node("RoutingAction"), action))

    def teleport(self, place: Place) -> Step:
        """Is there at once."""
        return self._step("teleport", teleport(place, self))

    def synchronise(
        self, other: Body, own: Place, others: Place, final_speed_mps: Number | None = None, within_m: Number = 1.0
    ) -> Step:
        """Is at `own` when `other` is at `others`, by its speed alone, and has `final_speed_mps` then."""
        values = {
            "masterEntityRef": other.name, "targetTolerance": text_of(within_m),
            "targetToleranceMaster": text_of(within_m),
        }  # fmt: skip
        children = [
            Node("TargetPositionMaster", children=(others.element(None),)),
            Node("TargetPosition", children=(own.element(None),)),
        ]
        if final_speed_mps is not None:
            speed = Node("AbsoluteSpeed", {"value": text_of(final_speed_mps)})
            children.append(Node("FinalSpeed", children=(speed,)))
        return self._step("synchronise", private(Node("SynchronizeAction", values, tuple(children))))

    def cross(self, to: Place, speed_mps: Number = 1.4) -> Maneuver:
        """Walks (or rides) from where it stands at the start to a place, straight, and stands there."""
        if self.at is None:
            raise ScriptError(f"{self.name} has no place to cross from; give it at=")
        return serial(self.follow_line([self.at, to], speed_mps), self.speed(0.0))

    def run_red(self, *signals: str, speed_mps: Number) -> Step:
        """Drives on at a speed while the signals that it passes (ids of the map) show red."""
        dynamics = dynamics_element("SpeedActionDynamics", "linear", None, 2.0, None)
        reds = [signal_state(name, "red") for name in signals]
        return self._step("run_red", *reds, speed_action(dynamics, speed_mps))

    def light(self, which: LightName, mode: Literal["on", "off", "flashing"] = "on") -> Step:
        """Turns a light on or off, or lets it flash."""
        kind = Node("LightType", children=(Node("VehicleLight", {"vehicleLightType": which}),))
        action = Node("LightStateAction", children=(kind, Node("LightState", {"mode": mode})))
        return self._step("light", private(Node("AppearanceAction"), action))

    def appear(self, place: Place) -> Step:
        """Comes into being."""
        add = Node("AddEntityAction", children=(position_element(place, self),))
        return self._step("appear", global_action(Node("EntityAction", {"entityRef": self.name}), add))

    def vanish(self) -> Step:
        """Is taken away."""
        entity = Node("EntityAction", {"entityRef": self.name})
        return self._step("vanish", global_action(entity, Node("DeleteEntityAction")))

    def hand_over(self, *, along: bool = True, across: bool = True) -> Step:
        """Its driver takes the pedals (along) and the wheel (across), or lets go of them where False."""
        return self._step("hand_over", activate(along=along, across=across))

    def behave(self, function: Behaviour) -> Step:
        """Does what a Python function says, step by step, until it returns None; cannot be exported."""
        name = self._book.fresh_name(f"{self.name}_{getattr(function, '__name__', 'behaviour')}")
        self._book.keep_command(name, function)
        return self._step("behave", command(name))

    def _step(self, verb: str, *actions: Node) -> Step:
        return Step(self._book.fresh_name(f"{self.name}_{verb}"), (self.name,), actions)


def _offset(offset_m: Number, max_lateral_mps2: Number | None, shape: str) -> Node:
    limit = {} if max_lateral_mps2 is None else {"maxLateralAcc": text_of(max_lateral_mps2)}
    dynamics = Node("LaneOffsetActionDynamics", {"dynamicsShape": shape, **limit})
    target = Node("LaneOffsetTarget", children=(Node("AbsoluteTargetLaneOffset", {"value": text_of(offset_m)}),))
    return lateral(Node("LaneOffsetAction", {"continuous": "false"}, (dynamics, target)))


def _zero(value: Number) -> bool:
    return isinstance(value, int | float) and value == 0
