"""Criteria that files for other runners write as conditions."""

from dataclasses import replace

from jing_scenarios.openscenario.findings import Findings
from jing_scenarios.openscenario.node import Node

__all__ = ["without_criteria"]

_PREFIX = "criteria_"
_NEVER = {"value": "INF", "rule": "greaterThan"}


def without_criteria(root: Node, findings: Findings) -> Node:
    """The tree, whose conditions `criteria_NAME` on parameters that nobody declares never hold.

    CARLA's ScenarioRunner takes such conditions of the stop trigger for criteria of the run. Each becomes a
    SimulationTimeCondition on a time that never comes, with a warning, so that the file's other conditions count.
    """
    declared = {node.string("name", "") for node in root.descendants() if node.tag == "ParameterDeclaration"}
    return _without(root, declared, findings)


def _without(node: Node, declared: set[str], findings: Findings) -> Node:
    if node.tag == "Condition" and node.string("name", "").startswith(_PREFIX):
        return _judged(node, declared, findings)
    children = tuple(_without(child, declared, findings) for child in node.children)
    return node if children == node.children else replace(node, children=children)


def _judged(node: Node, declared: set[str], findings: Findings) -> Node:
    by_value = node.find("ByValueCondition")
    on = by_value.find("ParameterCondition") if by_value is not None else None
    if by_value is None or on is None or on.string("parameterRef", "") in declared:
        return node
    findings.warn(node, "is a criterion of another runner, which never holds here; write criteria in a verdict.yaml")
    never = Node("SimulationTimeCondition", dict(_NEVER), (), on.place)
    return replace(node, children=(replace(by_value, children=(never,)),))
