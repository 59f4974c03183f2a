"""What traffic actions ask for, as values: whoever makes the traffic reads these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from jing_scenarios.openscenario.node import Node, OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.roads.placement import Placement

__all__ = [
    "AreaSpec",
    "RoadStrip",
    "SinkSpec",
    "SourceSpec",
    "SwarmSpec",
    "TrafficMix",
    "TrafficSpec",
    "Weighted",
    "mix_of",
]

Weighted = tuple[tuple[Node, float], ...]
"""Elements and their weights."""


@dataclass(frozen=True)
class TrafficMix:
    """Of which kinds the traffic is; what is empty is left to whoever makes it.

    Attributes:
        categories, roles: words of the standard (`car`, `truck` ...) and weights.
        controllers: `Controller` elements. templates: `ScenarioObjectTemplate` elements.
    """

    categories: tuple[tuple[str, float], ...] = ()
    roles: tuple[tuple[str, float], ...] = ()
    controllers: Weighted = ()
    templates: Weighted = ()


@dataclass(frozen=True)
class SwarmSpec:
    """Vehicles around an entity, in the ring between a circle and an ellipse.

    Attributes:
        centre: row of the entity. semi_major_m (along its heading), semi_minor_m: of the ellipse.
        inner_radius_m: of the circle. offset_m: of the middle ahead of the entity. count: vehicles at a time.
        speed_mps: least and greatest speed at the begin; None = as the road allows.
        opposite: share that drives against the entity's direction; None = as the roads have it.
    """

    centre: int
    semi_major_m: float
    semi_minor_m: float
    inner_radius_m: float
    offset_m: float
    count: int
    speed_mps: tuple[float, float] | None
    opposite: float | None
    mix: TrafficMix


@dataclass(frozen=True)
class SourceSpec:
    """Vehicles that appear within `radius_m` of a place, `rate_per_s` of them; speed None = as the road allows."""

    place: Placement
    radius_m: float
    rate_per_s: float
    speed_mps: float | None
    mix: TrafficMix


@dataclass(frozen=True)
class SinkSpec:
    """Vehicles of the traffic vanish within `radius_m` of a place, at most `rate_per_s` (None = all)."""

    place: Placement
    radius_m: float
    rate_per_s: float | None
    mix: TrafficMix


class RoadStrip(NamedTuple):
    """A part of a road: its row, from s to s, lanes (none = all)."""

    road: int
    begin_m: float
    end_m: float
    lanes: tuple[int, ...]


@dataclass(frozen=True)
class AreaSpec:
    """A number of entities in an area; `continuous`: who leaves is replaced.

    Attributes:
        polygon: x, y of its corners; empty = `strips` are the area.
    """

    polygon: tuple[tuple[float, float], ...]
    strips: tuple[RoadStrip, ...]
    count: int
    continuous: bool
    mix: TrafficMix


TrafficSpec = SwarmSpec | SourceSpec | SinkSpec | AreaSpec


def mix_of(node: Node) -> TrafficMix:
    """The mix of a traffic action: its TrafficDefinition and TrafficDistribution; raises OpenScenarioError."""
    definition, distribution = node.find("TrafficDefinition"), node.find("TrafficDistribution")
    categories: tuple[tuple[str, float], ...] = ()
    roles: tuple[tuple[str, float], ...] = ()
    controllers: Weighted = ()
    if definition is not None:
        categories = _words(definition.find("VehicleCategoryDistribution"), "category")
        roles = _words(definition.find("VehicleRoleDistribution"), "role")
        controllers = _weighted(definition.find("ControllerDistribution"), lambda entry: entry.only())
    templates: list[tuple[Node, float]] = []
    for entry in distribution.every("TrafficDistributionEntry") if distribution is not None else ():
        share = entry.number("weight")
        inner = _weighted(entry.child("EntityDistribution"), lambda each: each.child("ScenarioObjectTemplate"))
        total = sum(weight for _, weight in inner) or 1.0
        templates += [(template, share * weight / total) for template, weight in inner]
    return TrafficMix(categories, roles, controllers, tuple(templates))


def _words(node: Node | None, name: str) -> tuple[tuple[str, float], ...]:
    return tuple((entry.string(name), _weight(entry)) for entry in (node or ()))


def _weighted(node: Node | None, element: Callable[[Node], Node]) -> Weighted:
    return tuple((element(entry), _weight(entry)) for entry in (node or ()))


def _weight(entry: Node) -> float:
    weight = entry.number("weight")
    if weight < 0.0:
        raise OpenScenarioError(f"{entry.place}: {entry.tag} weight={weight}; 0 or more is right")
    return weight
