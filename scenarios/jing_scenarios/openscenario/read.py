"""Scenario files -> resolved, typed trees that everything downstream reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jing_scenarios.openscenario.catalogs import Catalogs
from jing_scenarios.openscenario.document import Document, document_of, read_document
from jing_scenarios.openscenario.findings import Findings, nearest
from jing_scenarios.openscenario.node import NO_PLACE, Node, OpenScenarioError, Place, Value
from jing_scenarios.openscenario.parameters import (
    PARAMETER_TYPES,
    Scope,
    UnresolvedError,
    declared_scope,
    resolved_text,
)
from jing_scenarios.openscenario.references import check_references
from jing_scenarios.openscenario.resolve import Resolver
from jing_scenarios.openscenario.road_file import FILES_AND_AREAS, RoadMaps, road_file_of
from jing_scenarios.openscenario.road_signals import signal_ids
from jing_scenarios.openscenario.values import right_value, text_of, value_of

__all__ = ["Scenario", "load_scenario", "resolve_document", "scenario_of"]


_ON_PARAMETERS = {"ParameterAction", "ParameterCondition"}


@dataclass(frozen=True)
class Scenario:
    """A scenario that is ready to be compiled.

    Attributes:
        path: its file; None for one made by a program.
        version: that the file declares, e.g. (1, 2).
        root: the element OpenSCENARIO with names of version 1.3: parameters and expressions resolved, attributes typed,
            a CatalogReference replaced by the element it refers to. What an older name became: `migrate`.
        parameters: of the scenario, with the values given or their defaults; beside them those of stories and maneuvers
            that actions and conditions refer to.
        parameter_types: `int`, `double`, `string`, `boolean`, `dateTime` ... by name.
        variables: initial values by name.
        variable_types: as `parameter_types`.
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


def load_scenario(
    path: str | Path, parameters: Mapping[str, str] | None = None, maps: RoadMaps = FILES_AND_AREAS
) -> Scenario:
    """A file, checked against the version it declares, resolved and typed.

    Args:
        path: of the .xosc file.
        parameters: values that replace the defaults of the scenario's ParameterDeclarations.
        maps: where road networks are found that the file names.

    Raises:
        OpenScenarioError: everything that is wrong with it, each finding with file, line and column.
    """
    path = Path(path)
    return resolve_document(read_document(path), path, parameters, maps)


def scenario_of(root: Node, path: Path | None = None, parameters: Mapping[str, str] | None = None) -> Scenario:
    """The same for a tree made by a program (attributes as text or values); file names are relative to `path`."""
    return resolve_document(document_of(root), path, parameters)


def resolve_document(
    document: Document,
    path: Path | None = None,
    parameters: Mapping[str, str] | None = None,
    maps: RoadMaps = FILES_AND_AREAS,
) -> Scenario:
    """The same for a document that is read and checked already: sweeps resolve one of them many times.

    Raises:
        ParameterConstraintError: the parameters are outside their constraints.
        OpenScenarioError: what else is wrong.
    """
    parameters = parameters or {}
    root = document.root
    if root.find("Storyboard") is None:
        has = root.children[-1].tag
        raise OpenScenarioError(
            f"{root.place}: the file holds {has}; a scenario with Entities and Storyboard is right here"
        )
    findings = Findings(warnings=list(document.warnings))
    folder = path.parent if path else Path()
    scope = _scenario_scope(root, parameters, findings)
    findings.raise_errors()
    catalogs = Catalogs(_directories(root, folder, scope, findings))
    resolver = Resolver(document, catalogs, findings, scope.texts)
    resolved = resolver.node(root, document.grammar.root, Scope(), parameters)
    road_file = road_file_of(resolved, folder, maps, findings)
    signals = (lambda: signal_ids(road_file)) if road_file is not None else None
    findings.raise_errors()
    check_references(resolved, document.version, signals, findings)
    findings.raise_errors()
    types = _types(resolved.find("ParameterDeclarations"), "parameterType")
    variables = resolved.find("VariableDeclarations")
    variable_types = _types(variables, "variableType")
    inner = _inner_parameters(resolved)
    types = {**{name: node.string("parameterType") for name, node in inner.items()}, **types}
    texts = {**{name: node.string("value") for name, node in inner.items()}, **scope.texts}
    values = {name: _typed(texts[name], kind) for name, kind in types.items()}
    return Scenario(
        path=path,
        version=document.version,
        root=resolved,
        parameters=values,
        parameter_types=types,
        variables={**_borrowed_variables(resolved, values), **_variables(variables, findings)},
        variable_types={**types, **variable_types},
        monitors={node.string("name"): node.boolean("value") for node in resolved.find("MonitorDeclarations") or ()},
        road_file=road_file,
        warnings=findings.counted_warnings(),
    )


def _scenario_scope(root: Node, parameters: Mapping[str, str], findings: Findings) -> Scope:
    declarations = root.find("ParameterDeclarations") or Node("ParameterDeclarations")
    declared = {node.string("name"): node for node in declarations}
    for name, text in parameters.items():
        if name not in declared:
            place = declarations.place if declarations.place is not NO_PLACE else root.place
            findings.error(place, f"no parameter {name!r} is declared; {nearest(name, declared)}")
            continue
        kind = PARAMETER_TYPES.get(declared[name].string("parameterType"), "String")
        if value_of(text, kind) is None and not text.startswith("$"):
            findings.error(declared[name], f"{name!r} is given {text!r}; {right_value(kind)} is right")
    return declared_scope(declarations, Scope(), parameters, findings)


def _directories(root: Node, folder: Path, scope: Scope, findings: Findings) -> list[tuple[Path, Place]]:
    directories = []
    for location in root.child("CatalogLocations"):
        directory = location.child("Directory")
        try:
            text = resolved_text(directory.string("path"), "String", scope)
        except UnresolvedError as error:
            findings.error(directory, f"path={directory.string('path')!r}: {error}")
            continue
        directories.append((folder / text, directory.place))
    return directories


def _types(declarations: Node | None, name: str) -> dict[str, str]:
    return {node.string("name"): node.string(name) for node in declarations or ()}


def _typed(text: str, kind: str) -> Value:
    value = value_of(text, PARAMETER_TYPES[kind])
    return text if value is None else value


def _variables(declarations: Node | None, findings: Findings) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for node in declarations or ():
        kind = PARAMETER_TYPES[node.string("variableType")]
        value = value_of(text_of(node.values["value"]), kind)
        if value is None:
            findings.error(node, f"value={node.string('value')!r}; {right_value(kind)} is right")
        else:
            values[node.string("name")] = value
    findings.raise_errors()
    return values


def _inner_parameters(root: Node) -> dict[str, Node]:
    """Declarations of parameters, at whatever level, that actions and conditions refer to, by name."""
    wanted = {node.string("parameterRef") for node in root.descendants() if node.tag in _ON_PARAMETERS}
    if not wanted:
        return {}
    declared = (node for node in root.descendants() if node.tag == "ParameterDeclaration")
    return {node.string("name"): node for node in declared if node.string("name") in wanted}


def _borrowed_variables(root: Node, parameters: Mapping[str, Value]) -> dict[str, Value]:
    """Parameters that actions and conditions on variables refer to."""
    references = [node.string("variableRef") for node in root.descendants() if node.has("variableRef")]
    return {name: parameters[name] for name in references if name in parameters}
