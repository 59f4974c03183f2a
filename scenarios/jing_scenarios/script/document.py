"""The whole tree of a script: header, declarations, roads, entities, storyboard."""

from collections.abc import Iterator, Mapping, Sequence

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.actions import controller
from jing_scenarios.script.actors import Actor
from jing_scenarios.script.distributions import ParameterValue
from jing_scenarios.script.models import pedestrian_element, thing_element, vehicle_element
from jing_scenarios.script.values import Param, ScriptError, TermText, text_of

__all__ = ["header_element", "params_below", "root_element"]

_DATE = "2026-01-01T00:00:00"
"""Of every script: the same script gives the same file."""


def root_element(
    description: str,
    road_file: str,
    actors: Sequence[Actor],
    storyboard: Node,
    variables: Mapping[str, ParameterValue],
) -> Node:
    """The element OpenSCENARIO 1.3; `road_file` empty = no roads.

    Raises:
        ScriptError: two parameters share a name but differ.
    """
    body = (
        Node("CatalogLocations"),
        Node("RoadNetwork", children=(Node("LogicFile", {"filepath": road_file}),) if road_file else ()),
        Node("Entities", children=tuple(_entity(actor) for actor in actors)),
        storyboard,
    )
    declared = []
    if params := params_below(body):
        declared.append(Node("ParameterDeclarations", children=tuple(map(_declaration, params.values()))))
    if variables:
        found = tuple(
            Node("VariableDeclaration", {"name": name, "variableType": _type(value), "value": text_of(value)})
            for name, value in variables.items()
        )
        declared.append(Node("VariableDeclarations", children=found))
    return Node("OpenSCENARIO", children=(header_element(description), *declared, *body))


def header_element(description: str) -> Node:
    """The `FileHeader` of version 1.3."""
    values = {"revMajor": "1", "revMinor": "3", "date": _DATE, "description": description, "author": "jingsim"}
    return Node("FileHeader", values)


def params_below(nodes: Sequence[Node]) -> dict[str, Param]:
    """The parameters in some elements, by name, in order; raises ScriptError where two share a name but differ."""
    found: dict[str, Param] = {}
    for param in _used(nodes):
        if found.setdefault(param.name, param) != param:
            raise ScriptError(f"two parameters are called {param.name!r} but differ; make it once and use it twice")
    return found


def _used(nodes: Sequence[Node]) -> Iterator[Param]:
    for node in nodes:
        for value in node.values.values():
            if isinstance(value, TermText):
                yield from value.params
        yield from _used(node.children)


def _entity(actor: Actor) -> Node:
    make = {"vehicle": vehicle_element, "pedestrian": pedestrian_element, "thing": thing_element}[actor.kind]
    driver = (controller(actor.driver),) if actor.driver else ()
    return Node("ScenarioObject", {"name": actor.name}, (make(actor.name, actor.model), *driver))


def _declaration(param: Param) -> Node:
    values = {"name": param.name, "parameterType": _type(param.nominal), "value": text_of(param.nominal)}
    return Node("ParameterDeclaration", values)


def _type(value: ParameterValue) -> str:
    return "string" if isinstance(value, str) else "int" if isinstance(value, int) else "double"
