"""Scenario files -> resolved, typed trees that everything downstream reads."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jing_scenarios.openscenario.node import Node, OpenScenarioError, Value
from jing_scenarios.openscenario.xml_tree import parse_file

__all__ = ["Scenario", "load_scenario", "scenario_of"]


@dataclass(frozen=True)
class Scenario:
    """A scenario that is ready to be compiled.

    Attributes:
        path: its file; None for one made by a program.
        version: that the file declares, e.g. (1, 2).
        root: the element OpenSCENARIO with names of version 1.3: parameters and expressions resolved, attributes typed,
            a CatalogReference replaced by the element it refers to.
        parameters: of the scenario, with the values given or their defaults.
        parameter_types: `integer`, `double`, `string`, `boolean`, `dateTime` ... by name.
        variables: initial values by name.
        monitors: initial values by name.
        road_file: the OpenDRIVE file; None where the scenario has no roads.
        warnings: what is odd but harmless, each with its place.
    """

    path: Path | None
    version: tuple[int, int]
    root: Node
    parameters: Mapping[str, Value] = field(default_factory=dict)
    parameter_types: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    variable_types: Mapping[str, str] = field(default_factory=dict)
    monitors: Mapping[str, bool] = field(default_factory=dict)
    road_file: Path | None = None
    warnings: tuple[str, ...] = ()

    @property
    def entities(self) -> list[Node]:
        """The ScenarioObject elements."""
        return self.root.child("Entities").every("ScenarioObject")

    @property
    def selections(self) -> list[Node]:
        """The EntitySelection elements."""
        return self.root.child("Entities").every("EntitySelection")

    @property
    def storyboard(self) -> Node:
        """The Storyboard element."""
        return self.root.child("Storyboard")

    @property
    def signal_controllers(self) -> list[Node]:
        """The TrafficSignalController elements of the road network."""
        signals = self.root.child("RoadNetwork").find("TrafficSignals")
        return signals.every("TrafficSignalController") if signals else []


def load_scenario(path: str | Path, parameters: Mapping[str, str] | None = None) -> Scenario:
    """A file, checked against the version it declares, resolved and typed; raises OpenScenarioError.

    Args:
        path: of the .xosc file.
        parameters: values that replace the defaults of the scenario's ParameterDeclarations.
    """
    path = Path(path)
    return scenario_of(parse_file(path), path, parameters)


def scenario_of(root: Node, path: Path | None = None, parameters: Mapping[str, str] | None = None) -> Scenario:
    """The same for a tree made by a program (attributes as text or typed); file names are relative to `path`."""
    header = root.child("FileHeader")
    version = (int(header.string("revMajor")), int(header.string("revMinor")))
    declared = root.find("ParameterDeclarations")
    types = {node.string("name"): node.string("parameterType") for node in declared or ()}
    values = {node.string("name"): node.string("value") for node in declared or ()}
    values.update(parameters or {})
    folder = path.parent if path else Path()
    known: dict[str, Value] = {name: _typed(text) for name, text in values.items()}
    resolved = _resolve(root, known, _catalog_files(root, folder))
    road = resolved.child("RoadNetwork").find("LogicFile")
    variables = resolved.find("VariableDeclarations")
    return Scenario(
        path=path,
        version=version,
        root=resolved,
        parameters=known,
        parameter_types=types,
        variables={node.string("name"): _typed(node.string("value")) for node in variables or ()},
        variable_types={node.string("name"): node.string("variableType") for node in variables or ()},
        road_file=folder / road.string("filepath") if road else None,
    )


def _catalog_files(root: Node, folder: Path) -> list[Path]:
    found: list[Path] = []
    for location in root.find("CatalogLocations") or ():
        found += sorted((folder / location.child("Directory").string("path")).glob("*.xosc"))
    return found


def _resolve(node: Node, scope: Mapping[str, Value], catalogs: Iterable[Path]) -> Node:
    if node.tag == "CatalogReference":
        return _referred(node, scope, catalogs)
    own = {d.string("name"): _typed(d.string("value")) for d in node.find("ParameterDeclarations") or ()}
    inner = {**own, **scope} if node.tag == "OpenSCENARIO" else {**scope, **own}
    values = {name: _value(node, name, value, inner) for name, value in node.values.items()}
    children = tuple(_resolve(child, inner, catalogs) for child in node.children)
    return Node(node.tag, values, children, node.place, node.text)


def _referred(node: Node, scope: Mapping[str, Value], catalogs: Iterable[Path]) -> Node:
    catalog, entry = (str(_value(node, name, node.values[name], scope)) for name in ("catalogName", "entryName"))
    given = {
        a.string("parameterRef"): _value(a, "value", a.values["value"], scope)
        for a in node.find("ParameterAssignments") or ()
    }
    for file in catalogs:
        found = parse_file(file).find("Catalog")
        if found is None or found.values.get("name") != catalog:
            continue
        for element in found:
            if element.values.get("name") == entry:
                return _resolve(element, {**scope, **given}, catalogs)
    raise OpenScenarioError(f"{node.place}: catalog {catalog!r} has no entry {entry!r}")


def _value(node: Node, name: str, value: Value, scope: Mapping[str, Value]) -> Value:
    if not isinstance(value, str) or not value.startswith("$"):
        return _typed(value) if isinstance(value, str) else value
    if value[1:] in scope:
        return scope[value[1:]]
    raise OpenScenarioError(f"{node.place}: {node.tag} {name}={value!r}: no such parameter")


def _typed(text: str) -> Value:
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text
