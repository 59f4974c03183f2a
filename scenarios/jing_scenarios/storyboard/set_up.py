"""What a scenario needs before its storyboard: roads, columns of entities, the scene of positions."""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jing_maps.opendrive.read import read_opendrive
from jing_scenarios.actions.trailers import with_trailers
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.roads.motion import RoadMotion
from jing_scenarios.roads.place_rows import DRIVING, WALKING
from jing_scenarios.roads.plan import RoadPlan, empty_plan, road_plan
from jing_scenarios.scene import Scene
from jing_scenarios.storyboard.entities import Entities
from jing_scenarios.worlds.body import body_of

if TYPE_CHECKING:
    from jing_scenarios.openscenario.read import Scenario

__all__ = ["entities_of", "plan_of", "rows_kept", "scene_of", "surprises_in"]

_PLANS_KEPT = 16
_TRAFFIC_ROWS = {"TrafficSourceAction": 64}

_plans: OrderedDict[tuple[str, int, int], RoadPlan] = OrderedDict()


def plan_of(road_file: Path | None) -> RoadPlan:
    """The roads of a file; the last ones read are kept. Raises MapFormatError, OpenScenarioError."""
    if road_file is None:
        return empty_plan()
    if not road_file.is_file():
        raise OpenScenarioError(f"{road_file}: the scenario's road network is not there")
    stat = road_file.stat()
    key = (str(road_file.resolve()), stat.st_mtime_ns, stat.st_size)
    if key not in _plans:
        _plans[key] = road_plan(read_opendrive(road_file))
        while len(_plans) > _PLANS_KEPT:
            _plans.popitem(last=False)
    _plans.move_to_end(key)
    return _plans[key]


def rows_kept(storyboard: Node) -> int:
    """Rows to be kept for the traffic that a scenario may add."""
    count = 0
    for node in storyboard.descendants():
        if node.tag == "TrafficSwarmAction":
            count += math.ceil(node.number("numberOfVehicles", 0.0))
        if node.tag == "TrafficAreaAction":
            count += math.ceil(node.number("numberOfEntities", 0.0))
        count += _TRAFFIC_ROWS.get(node.tag, 0)
    return count


def entities_of(scenario: Scenario, plan: RoadPlan) -> Entities:
    """The columns of the file's entities and of the trailers described inside of them; raises OpenScenarioError.

    Those that Init says nothing about are not there until an AddEntityAction brings them.
    """
    nodes = with_trailers(scenario.entities)
    bodies = [body_of(node) for node in nodes]
    entities = Entities.at_rest(nodes, bodies, RoadMotion(plan, len(nodes) + rows_kept(scenario.storyboard)))
    there = _in_init(scenario)
    for row, name in enumerate(entities.names):
        entities.alive[row] = name.rstrip("+") in there
        if bodies[row].kind == "pedestrian":
            entities.place.keep_to(row, DRIVING | WALKING)
    for node in nodes:
        own_name = _trailer_within(node)
        if own_name:
            entities.aliases[own_name] = f"{node.string('name')}+"
    return entities


def _trailer_within(node: Node) -> str:
    """The name that the file gives to the trailer that a vehicle has inside; empty = it has none."""
    vehicle = node.find("Vehicle")
    within = vehicle.find("Trailer") if vehicle is not None else None
    inner = within.find("Trailer") if within is not None else None
    return inner.string("name", "") if inner is not None else ""


def surprises_in(scenario: Scenario, entities: Entities) -> list[str]:
    """What an author may not expect, each a warning: who is not there, who is nowhere, who cannot move."""
    found = []
    if scenario.road_file is None and entities.nodes:
        found.append("the scenario has no road network: trajectories and teleports alone move entities")
    added = {
        node.string("entityRef")
        for node in scenario.storyboard.descendants()
        if node.tag == "EntityAction" and node.find("AddEntityAction") is not None
    }
    placed = _in_init(scenario, ("TeleportAction", "FollowTrajectoryAction"))
    for row, node in enumerate(entities.nodes):
        name = entities.names[row]
        if not entities.alive[row] and name not in added:
            found.append(
                f"{node.place}: {name!r} gets no position in Init, and no AddEntityAction brings it: it is not there"
            )
        elif entities.alive[row] and name.rstrip("+") not in placed:
            found.append(f"{node.place}: {name!r} has no TeleportAction in Init: it stands at the origin of the map")
    return found


def _in_init(scenario: Scenario, actions_wanted: tuple[str, ...] = ()) -> set[str]:
    """Names of entities for which Init has actions (of these elements, if any are named), and of what they tow."""
    actions = scenario.storyboard.child("Init").find("Actions") or Node("Actions")
    names = {
        private.string("entityRef")
        for private in actions.every("Private")
        if not actions_wanted or any(node.tag in actions_wanted for node in private.descendants())
    }
    for selection in scenario.selections:
        if selection.string("name") in names:
            names |= {ref.string("entityRef") for ref in selection.child("Members").every("EntityRef")}
    trailers = [ref for node in scenario.entities for ref in node.descendants() if ref.tag == "TrailerRef"]
    return names | {ref.string("entityRef") for ref in trailers}


def scene_of(plan: RoadPlan, entities: Entities, seed: int) -> Scene:
    """What positions and distances are computed in."""
    boxes = np.zeros((len(entities), 6))
    for row, body in enumerate(entities.bodies):
        boxes[row] = (*body.size_m, *body.centre_m)
    return Scene(plan=plan, motion=entities.place, row_of=entities.row_of, boxes=boxes, seed=seed)
