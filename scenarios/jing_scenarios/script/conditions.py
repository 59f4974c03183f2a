"""When something happens: quantities compared with numbers, and states; combined with `&` and `|`.

>>> condition = (time_s() > 2.0) & (time_s() < 5.0)
>>> [len(group) for group in condition.groups]
[2]
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.places import Place, position_element
from jing_scenarios.script.values import Number, ScriptError, text_of

__all__ = [
    "Condition",
    "Part",
    "Quantity",
    "acceleration",
    "collided",
    "distance",
    "gap",
    "off_road",
    "reached",
    "signal",
    "speed",
    "standing",
    "time_gap",
    "time_of_day",
    "time_s",
    "travelled",
    "trigger_element",
    "ttc",
    "variable",
]


class Named(Protocol):
    """An actor."""

    @property
    def name(self) -> str:
        """Of the entity."""
        ...


@dataclass(frozen=True)
class Part:
    """One condition of the standard: ByEntityCondition or ByValueCondition, true for `delay_s` ago."""

    element: Node
    delay_s: Number = 0.0


@dataclass(frozen=True)
class Condition:
    """True where all parts of one of its groups are."""

    groups: tuple[tuple[Part, ...], ...]

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(tuple(mine + yours for mine in self.groups for yours in other.groups))

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(self.groups + other.groups)

    def __bool__(self) -> bool:
        raise ScriptError("a condition is not known before the run; combine conditions with & and |, not with and/or")

    def for_s(self, seconds: Number) -> "Condition":
        """What was true so long ago."""
        late = tuple(tuple(replace(part, delay_s=part.delay_s + seconds) for part in group) for group in self.groups)
        return Condition(late)


@dataclass(frozen=True, eq=False)
class Quantity:
    """A number of the run that can be compared: `<`, `<=`, `>`, `>=` and `equals` give conditions."""

    compare: Callable[[str, Number], Node]

    def __lt__(self, value: Number) -> Condition:
        return self._is("lessThan", value)

    def __le__(self, value: Number) -> Condition:
        return self._is("lessOrEqual", value)

    def __gt__(self, value: Number) -> Condition:
        return self._is("greaterThan", value)

    def __ge__(self, value: Number) -> Condition:
        return self._is("greaterOrEqual", value)

    def equals(self, value: Number) -> Condition:
        """It is exactly this."""
        return self._is("equalTo", value)

    def _is(self, rule: str, value: Number) -> Condition:
        return Condition(((Part(self.compare(rule, value)),),))


def _of_value(tag: str, values: dict[str, str]) -> Node:
    return Node("ByValueCondition", children=(Node(tag, values),))


def _of_entity(who: Named, condition: Node) -> Node:
    actors = Node("TriggeringEntities", {"triggeringEntitiesRule": "any"}, (_entity(who.name),))
    return Node("ByEntityCondition", children=(actors, Node("EntityCondition", children=(condition,))))


def _entity(name: str) -> Node:
    return Node("EntityRef", {"entityRef": name})


def _between(tag: str, who: Named, whom: Named, values: dict[str, str]) -> Quantity:
    def compare(rule: str, value: Number) -> Node:
        given = {"entityRef": whom.name, "rule": rule, "value": text_of(value), **values}
        return _of_entity(who, Node(tag, given))

    return Quantity(compare)


def _own(tag: str, who: Named, name: str = "value", **values: str) -> Quantity:
    def compare(rule: str, value: Number) -> Node:
        return _of_entity(who, Node(tag, {"rule": rule, name: text_of(value), **values}))

    return Quantity(compare)


def time_s() -> Quantity:
    """Seconds since the start of the run."""
    return Quantity(lambda rule, value: _of_value("SimulationTimeCondition", {"rule": rule, "value": text_of(value)}))


def distance(who: Named, whom: Named) -> Quantity:
    """Metres between the bodies, in a straight line."""
    values = {"freespace": "true", "coordinateSystem": "entity", "relativeDistanceType": "euclidianDistance"}
    return _between("RelativeDistanceCondition", who, whom, values)


def gap(who: Named, whom: Named) -> Quantity:
    """Metres between the bodies along the heading of `who`."""
    values = {"freespace": "true", "coordinateSystem": "entity", "relativeDistanceType": "longitudinal"}
    return _between("RelativeDistanceCondition", who, whom, values)


def time_gap(who: Named, whom: Named) -> Quantity:
    """Seconds until `who` is where `whom` is, at its own speed, between the bodies."""
    values = {"freespace": "true", "coordinateSystem": "entity", "relativeDistanceType": "longitudinal"}
    return _between("TimeHeadwayCondition", who, whom, values)


def ttc(who: Named, whom: Named) -> Quantity:
    """Seconds until the bodies meet if both keep their speed."""

    def compare(rule: str, value: Number) -> Node:
        values = {
            "freespace": "true", "coordinateSystem": "entity", "relativeDistanceType": "longitudinal",
            "rule": rule, "value": text_of(value),
        }  # fmt: skip
        target = Node("TimeToCollisionConditionTarget", children=(_entity(whom.name),))
        return _of_entity(who, Node("TimeToCollisionCondition", values, (target,)))

    return Quantity(compare)


def speed(who: Named) -> Quantity:
    """Metres a second."""
    return _own("SpeedCondition", who)


def acceleration(who: Named) -> Quantity:
    """Metres a second squared, along."""
    return _own("AccelerationCondition", who, direction="longitudinal")


def travelled(who: Named, metres: Number) -> Condition:
    """It has driven or walked so far since the start."""
    return _state(who, Node("TraveledDistanceCondition", {"value": text_of(metres)}))


def standing(who: Named, seconds: Number) -> Condition:
    """It has stood still for so long."""
    return _state(who, Node("StandStillCondition", {"duration": text_of(seconds)}))


def off_road(who: Named, seconds: Number = 0.0) -> Condition:
    """It has been off the road for so long."""
    return _state(who, Node("OffroadCondition", {"duration": text_of(seconds)}))


def collided(who: Named, whom: Named) -> Condition:
    """The two touch."""
    return _state(who, Node("CollisionCondition", children=(_entity(whom.name),)))


def reached(who: Named, place: Place, within_m: Number = 2.0) -> Condition:
    """It is no farther from the place than this."""
    where = position_element(place)
    return _state(who, Node("ReachPositionCondition", {"tolerance": text_of(within_m)}, (where,)))


def signal(name: str, state: str) -> Condition:
    """A traffic signal of the map (its id) shows this: as the map says, or red, yellow, green, off."""
    return _value("TrafficSignalCondition", {"name": name, "state": state})


def variable(name: str, value: str | Number, rule: str = "equalTo") -> Condition:
    """A variable of the scenario is this."""
    return _value("VariableCondition", {"variableRef": name, "rule": rule, "value": text_of(value)})


def time_of_day(after: str) -> Condition:
    """The clock of the scenario is past an ISO 8601 date and time."""
    return _value("TimeOfDayCondition", {"rule": "greaterThan", "dateTime": after})


def element_state(kind: str, name: str, state: str) -> Condition:
    """A storyboard element is in this state."""
    values = {"storyboardElementType": kind, "storyboardElementRef": name, "state": state}
    return _value("StoryboardElementStateCondition", values)


def _state(who: Named, condition: Node) -> Condition:
    return Condition(((Part(_of_entity(who, condition)),),))


def _value(tag: str, values: dict[str, str]) -> Condition:
    return Condition(((Part(_of_value(tag, values)),),))


def trigger_element(tag: str, condition: Condition, name: str) -> Node:
    """A `StartTrigger` or `StopTrigger`; its conditions are called `name`_1, `name`_2 ..."""
    groups, count = [], 0
    for group in condition.groups:
        parts = []
        for part in group:
            count += 1
            values = {"name": f"{name}_{count}", "delay": text_of(part.delay_s), "conditionEdge": "none"}
            parts.append(Node("Condition", values, (part.element,)))
        groups.append(Node("ConditionGroup", children=tuple(parts)))
    return Node(tag, children=tuple(groups))
