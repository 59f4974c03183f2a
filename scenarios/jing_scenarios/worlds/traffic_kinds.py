"""Kinds of vehicles in the traffic around a scenario: types of the traffic engine, and bodies for the scenario.

| `vehicleCategory` | type | size [m] |
|---|---|---|
| car | car | 5.0 x 1.8 x 1.5 |
| van | van | 5.5 x 2.0 x 2.4 |
| truck, semitrailer, trailer | truck | 7.1 x 2.4 x 3.2 |
| bus, tram, train | bus | 12.0 x 2.5 x 3.2 |
| motorbike | motorbike | 2.2 x 0.8 x 1.5 |
| bicycle | bicycle | 1.6 x 0.65 x 1.7 |

A `ScenarioObjectTemplate` is a type of its own, with the size and performance of its vehicle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.worlds.body import body_of
from jing_scenarios.worlds.world import EntityBody
from jing_sim.vehicle_types import STANDARD_TYPES, VehicleTypes

__all__ = ["KINDS", "Kind", "category_kind", "kinds_of", "types_of"]


@dataclass(frozen=True)
class Kind:
    """A type of the traffic engine (`name`), and the body that its vehicles get."""

    name: str
    like: str
    body: EntityBody


def _body(category: str, size: tuple[float, float, float], wheelbase_m: float, overhang_m: float) -> EntityBody:
    """`overhang_m`: from the rear axle to the rear end."""
    length, _, height = size
    return EntityBody(
        "", "vehicle", category, size_m=size, centre_m=(length / 2 - overhang_m, 0.0, height / 2),
        wheelbase_m=wheelbase_m,
    )  # fmt: skip


KINDS = {
    kind.name: kind
    for kind in (
        Kind("car", "car", _body("car", (5.0, 1.8, 1.5), 2.9, 1.1)),
        Kind("van", "car", _body("van", (5.5, 2.0, 2.4), 3.4, 1.1)),
        Kind("truck", "truck", _body("truck", (7.1, 2.4, 3.2), 4.2, 1.6)),
        Kind("bus", "bus", _body("bus", (12.0, 2.5, 3.2), 6.0, 3.3)),
        Kind("motorbike", "car", _body("motorbike", (2.2, 0.8, 1.5), 1.4, 0.4)),
        Kind("bicycle", "bicycle", _body("bicycle", (1.6, 0.65, 1.7), 1.1, 0.3)),
    )
}
_CATEGORIES = {
    "semitrailer": "truck", "trailer": "truck", "tram": "bus", "train": "bus", "workMachine": "truck",
    "standupScooter": "bicycle", "wheelchair": "bicycle",
}  # fmt: skip


def category_kind(category: str) -> Kind:
    """The kind of a word of the standard; what it does not name is a car."""
    return KINDS.get(_CATEGORIES.get(category, category), KINDS["car"])


def kinds_of(storyboard: Node) -> dict[int, Kind]:
    """The kinds of all templates below a node, by `id()` of their elements."""
    templates = [node for node in storyboard.descendants() if node.tag == "ScenarioObjectTemplate"]
    return {id(node): _of_template(node, number) for number, node in enumerate(templates)}


def _of_template(node: Node, number: int) -> Kind:
    name = f"template {number + 1}"
    body = body_of(replace(node, values={**node.values, "name": name}))
    if body.kind != "vehicle":
        raise OpenScenarioError(f"{node.place}: traffic of the kind {body.kind} is not supported; a Vehicle is right")
    return Kind(name, category_kind(body.category).like, body)


def types_of(kinds: list[Kind]) -> VehicleTypes:
    """The traffic engine's types: each is like a standard one, with the size and performance of its body."""
    columns: dict[str, Any] = {}
    rows = [STANDARD_TYPES.name.index(kind.like) for kind in kinds]
    for field in fields(STANDARD_TYPES):
        column = getattr(STANDARD_TYPES, field.name)
        columns[field.name] = column[rows].copy() if isinstance(column, np.ndarray) else ()
    columns["name"] = tuple(kind.name for kind in kinds)
    for at, kind in enumerate(kinds):
        body = kind.body
        columns["length_m"][at], columns["width_m"][at] = body.size_m[:2]
        if math.isfinite(body.max_speed_mps):
            columns["max_speed_mps"][at] = min(columns["max_speed_mps"][at], body.max_speed_mps)
        if math.isfinite(body.max_acceleration_mps2):
            columns["accel_mps2"][at] = min(columns["accel_mps2"][at], body.max_acceleration_mps2)
    return VehicleTypes(**columns)
