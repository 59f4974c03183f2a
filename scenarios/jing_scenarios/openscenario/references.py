"""What the elements of a resolved scenario refer to must be there; names on one level must differ.

The rules are those of annex C of the standard (`reference_control` and `data_type`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from jing_scenarios.openscenario.findings import Findings, nearest
from jing_scenarios.openscenario.node import Node
from jing_scenarios.openscenario.parameters import PARAMETER_TYPES
from jing_scenarios.openscenario.storyboard_names import STORYBOARD_TAGS, StoryboardNames, storyboard_names
from jing_scenarios.openscenario.values import BOUNDS, right_value, text_of, value_of

__all__ = ["check_references"]

_ENTITY_ATTRIBUTES = ("entityRef", "masterEntityRef")
_UNIQUE = {
    "Entities": (1, 0),
    "TrafficSignals": (1, 0),
    "VariableDeclarations": (1, 0),
    "MonitorDeclarations": (1, 0),
    "Storyboard": (1, 2),
    "Story": (1, 2),
    "ManeuverGroup": (1, 2),
    "Maneuver": (1, 2),
}
"""Elements whose children must have different names, and since which version; before it that is a warning."""

_BETTER_UNIQUE = {"Act", "Event"}
"""Here it is a warning in every version: maneuver groups and actions of one name are common and harmless."""

_NOT_NEGATIVE = {
    "Phase": "duration",
    "LightStateAction": "transitionTime",
    "TrafficSignalController": "delay",
    "Condition": "delay",
    "AnimationAction": "animationDuration",
}


@dataclass(frozen=True, slots=True)
class _Names:
    """What can be referred to; `signals` is asked only where a signal is named.

    `types`: simple type of each variable and parameter whose declarations agree on it.
    """

    version: tuple[int, int]
    entities: tuple[str, ...]
    controllers: dict[str, Node]
    variables: tuple[str, ...]
    monitors: tuple[str, ...]
    parameters: tuple[str, ...]
    types: dict[str, str]
    elements: StoryboardNames
    signals: Callable[[], frozenset[str]] | None


def check_references(
    root: Node,
    version: tuple[int, int],
    signals: Callable[[], frozenset[str]] | None,
    findings: Findings,
) -> None:
    """Collects references to nothing, doubled names and values out of bounds of a resolved tree.

    Args:
        root: the element OpenSCENARIO, resolved, with names of 1.3.
        version: that the file declares: some rules came with 1.2.
        signals: ids of the signals of the map; None where there is no map.
        findings: takes what is wrong.
    """
    names = _Names(
        version=version,
        entities=tuple(_entity_names(root.child("Entities"))),
        controllers={node.string("name"): node for node in _controllers(root)},
        variables=_declared(root, "VariableDeclarations"),
        monitors=_declared(root, "MonitorDeclarations"),
        parameters=tuple(node.string("name") for node in root.descendants() if node.tag == "ParameterDeclaration"),
        types=_value_types(root),
        elements=storyboard_names(root.child("Storyboard")),
        signals=signals,
    )
    for node in root.descendants():
        _check_entities(node, names, findings)
        _check_level(node, names, findings)
        _check_bounds(node, findings)
        check = _CHECKS.get(node.tag)
        if check is not None:
            check(node, names, findings)
    for node, path in _with_paths(root.child("Storyboard"), ()):
        _check_state(node, path, names, findings)
    _check_selections(root.child("Entities"), findings)


def _entity_names(entities: Node) -> Iterable[str]:
    for node in entities.descendants():
        if node.tag in {"ScenarioObject", "EntitySelection", "Trailer"} and node.has("name"):
            yield node.string("name")
        if node.tag == "ScenarioObject":  # what is described inside of it as its trailer is NAME+ in a run
            inside = sum(child.tag == "Trailer" and child.has("name") for child in node.descendants())
            yield from (node.string("name") + "+" * depth for depth in range(1, inside + 1))


def _controllers(root: Node) -> Iterable[Node]:
    return root.child("RoadNetwork").find("TrafficSignals") or ()


def _declared(root: Node, tag: str) -> tuple[str, ...]:
    return tuple(node.string("name") for node in root.find(tag) or ())


def _value_types(root: Node) -> dict[str, str]:
    kinds: dict[str, set[str]] = {}
    for node in root.descendants():
        if node.tag in {"ParameterDeclaration", "VariableDeclaration"}:
            kind = PARAMETER_TYPES[node.string(node.tag.removesuffix("Declaration").lower() + "Type")]
            kinds.setdefault(node.string("name"), set()).add("Double" if kind in BOUNDS else kind)
    return {name: kind.pop() for name, kind in kinds.items() if len(kind) == 1}


def _check_entities(node: Node, names: _Names, findings: Findings) -> None:
    for attribute in _ENTITY_ATTRIBUTES:
        if node.has(attribute):
            name = node.string(attribute)
            if name not in names.entities:
                findings.error(node, f"{attribute}={name!r}: no such entity; {nearest(name, names.entities)}")


def _check_selections(entities: Node, findings: Findings) -> None:
    """A selection must not hold itself, be it through others."""
    members = {
        node.string("name"): [reference.string("entityRef", "") for reference in node.child("Members")]
        for node in entities.every("EntitySelection")
    }
    for node in entities.every("EntitySelection"):
        seen: set[str] = set()
        waiting = list(members[node.string("name")])
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += members.get(name, [])
        if node.string("name") in seen:
            findings.error(node, f"name={node.string('name')!r} has itself among its members")


def _check_level(node: Node, names: _Names, findings: Findings) -> None:
    since = _UNIQUE.get(node.tag)
    if since is None and node.tag not in _BETTER_UNIQUE:
        return
    report = findings.error if since is not None and names.version >= since else findings.warn
    first: dict[str, Node] = {}
    for child in node.children:
        if not child.has("name"):
            continue
        name = child.string("name")
        other = first.setdefault(name, child)
        if other is not child:
            report(child, f"name={name!r} is taken in this {node.tag} by the {other.tag} at {other.place}")


def _check_bounds(node: Node, findings: Findings) -> None:
    attribute = _NOT_NEGATIVE.get(node.tag, "")
    if node.has(attribute) and node.number(attribute) < 0:
        findings.error(node, f"{attribute}={node.number(attribute):g}; 0 or more is right")


def _with_paths(node: Node, path: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """The conditions on states below an element, each with the names around it."""
    for child in node.children:
        if child.tag == "StoryboardElementStateCondition":
            yield child, path
        else:
            named = child.tag in STORYBOARD_TAGS
            yield from _with_paths(child, (*path, child.string("name")) if named else path)


def _check_state(node: Node, path: tuple[str, ...], names: _Names, findings: Findings) -> None:
    reference, kind = node.string("storyboardElementRef"), node.string("storyboardElementType")
    found = names.elements.meant(reference, kind, path)
    if not found:
        findings.error(node, f"storyboardElementRef={reference!r}: {names.elements.problem(reference, kind)}")
    elif len(found) > 1:
        places = ", ".join(str(element.node.place.line) for element in found[:4])
        report = findings.error if names.version >= (1, 2) else findings.warn
        cure = f"{len(found)} of type {kind} are called so (lines {places}); put outer names before it: Act::Event"
        report(node, f"storyboardElementRef={reference!r}: {cure}")


def _check_controller(node: Node, names: _Names, findings: Findings) -> None:
    name = node.string("trafficSignalControllerRef")
    controller = names.controllers.get(name)
    if controller is None:
        cure = nearest(name, names.controllers)
        findings.error(node, f"trafficSignalControllerRef={name!r}: no such TrafficSignalController; {cure}")
        return
    phases = [phase.string("name") for phase in controller]
    if node.string("phase") not in phases:
        cure = nearest(node.string("phase"), phases)
        findings.error(node, f"phase={node.string('phase')!r}: {name!r} has no such phase; {cure}")


def _check_chain(node: Node, names: _Names, findings: Findings) -> None:
    """A controller with a delay refers to the one after which it starts."""
    name = node.string("reference", "")
    if name and name not in names.controllers:
        findings.error(node, f"reference={name!r}: no such TrafficSignalController; {nearest(name, names.controllers)}")


def _signal_check(attribute: str) -> Callable[[Node, _Names, Findings], None]:
    """A signal must be in the map; of a controller it is a warning, others of its signals may be there."""

    def check(node: Node, names: _Names, findings: Findings) -> None:
        if names.signals is not None and node.string(attribute) not in names.signals():
            name = node.string(attribute)
            report = findings.warn if node.tag == "TrafficSignalState" else findings.error
            report(node, f"{attribute}={name!r}: the map has no such signal; {nearest(name, names.signals())}")

    return check


def _name_check(attribute: str, kind: str) -> Callable[[Node, _Names, Findings], None]:
    def check(node: Node, names: _Names, findings: Findings) -> None:
        known = {"variable": names.variables, "monitor": names.monitors, "parameter": names.parameters}[kind]
        name = node.string(attribute)
        _check_value(node, name, names, findings)
        if name in known:
            return
        if kind == "variable" and name in names.parameters:
            findings.warn(node, f"{attribute}={name!r} is a parameter; it serves as a variable with its value")
        else:
            findings.error(node, f"{attribute}={name!r}: no such {kind}; {nearest(name, known)}")

    return check


def _check_value(node: Node, name: str, names: _Names, findings: Findings) -> None:
    """What a variable or parameter is compared with is of its type; any number for a number."""
    kind = names.types.get(name, "String")
    if node.tag.endswith("Condition") and node.has("value"):
        text = text_of(node.values["value"])
        if value_of(text, kind) is None:
            findings.error(node, f"value={text!r} is compared with {name!r}; {right_value(kind)} is right")


def _check_actors(node: Node, _names: _Names, findings: Findings) -> None:
    """A private action needs somebody who does it: an entity named, or one that triggers."""
    actors = node.child("Actors")
    if actors.every("EntityRef") or not any(child.tag == "PrivateAction" for child in node.descendants()):
        return
    triggers = [child for child in node.descendants() if child.tag == "ByEntityCondition"]
    if actors.boolean("selectTriggeringEntities") and triggers:
        return
    findings.error(actors, "names no entity, but there are private actions; add an EntityRef")


def _check_ways(node: Node, _names: _Names, findings: Findings) -> None:
    """How far along the lane is said once."""
    if node.has("ds") == node.has("dsLane"):
        said = "both ds and dsLane; dsLane is taken" if node.has("ds") else "neither ds nor dsLane; 0 is taken"
        findings.warn(node, f"has {said}, one of them is right")


_CHECKS: dict[str, Callable[[Node, _Names, Findings], None]] = {
    "TrafficSignalControllerAction": _check_controller,
    "TrafficSignalControllerCondition": _check_controller,
    "TrafficSignalController": _check_chain,
    "TrafficSignalStateAction": _signal_check("name"),
    "TrafficSignalCondition": _signal_check("name"),
    "TrafficSignalState": _signal_check("trafficSignalId"),
    "VariableAction": _name_check("variableRef", "variable"),
    "VariableCondition": _name_check("variableRef", "variable"),
    "SetMonitorAction": _name_check("monitorRef", "monitor"),
    "ParameterAction": _name_check("parameterRef", "parameter"),
    "ParameterCondition": _name_check("parameterRef", "parameter"),
    "ManeuverGroup": _check_actors,
    "RelativeLanePosition": _check_ways,
}
