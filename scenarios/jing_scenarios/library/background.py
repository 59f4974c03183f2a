"""Background traffic of suites: a swarm around the ego that the traffic engine drives."""

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script import Actor, Scenario, Step
from jing_scenarios.script.actions import global_action

__all__ = ["BACKGROUND", "background_traffic"]

BACKGROUND = {"none": 0, "background": 25}
"""Vehicles by tag of the ODD."""
_NAME = "background"


def background_traffic(scenario: Scenario, ego: Actor, count: int, inner_m: float = 60.0) -> Step:
    """So many vehicles on the roads between `inner_m` and 200 m around the ego, replaced as they leave."""
    values = {
        "innerRadius": repr(inner_m),
        "semiMajorAxis": "200.0",
        "semiMinorAxis": "150.0",
        "numberOfVehicles": str(count),
        "offset": "0.0",
    }
    swarm = Node("TrafficSwarmAction", values, (Node("CentralObject", {"entityRef": ego.name}),))
    action = global_action(Node("TrafficAction", {"trafficName": _NAME}), swarm)
    return Step(scenario.fresh_name(_NAME), (), (action,))
