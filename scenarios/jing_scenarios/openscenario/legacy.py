"""OpenSCENARIO 0.9.1 -> elements of 1.x, where there is a counterpart; what has none is an error that names it.

Most elements are renamed by the table in `legacy.txt`; here are the ones whose structure changed. Without counterpart
are Meeting, Script, Jam, Source and Swarm traffic (their drivers cannot be told), the priority `following`, clothoids
and splines between the vertices of a trajectory. End and Cancel conditions of an act both stop it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jing_scenarios.openscenario.findings import Findings, nearest
from jing_scenarios.openscenario.grammar import NEWEST, grammar_of
from jing_scenarios.openscenario.node import Node

__all__ = ["converted_from_0_9"]

_DIMENSIONS = ("rate", "time", "distance")


@dataclass(slots=True)
class _Context:
    """How an element is converted: new tag and context of its children, new name and values of its attributes."""

    children: dict[str, tuple[str, str]] = field(default_factory=dict)
    attributes: dict[str, tuple[str, str]] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)


def converted_from_0_9(root: Node, findings: Findings) -> Node:
    """The tree with the elements of 1.x; findings take what has no counterpart there."""
    return _Converter(findings).convert(root, "OpenSCENARIO", "OpenSCENARIO")


@cache
def _tables() -> tuple[dict[str, _Context], dict[str, dict[str, str]]]:
    contexts: dict[str, _Context] = {}
    values: dict[str, dict[str, str]] = {}
    context = _Context()
    table: dict[str, str] | None = None
    for line in Path(__file__).with_name("legacy.txt").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if line.startswith("#"):
            continue
        if words[0] == "values":
            table = values.setdefault(words[1], {})
        elif table is not None:
            table[words[0]] = words[1]
        elif not line.startswith(" "):
            context = contexts.setdefault(words[0], _Context())
        else:
            _add(context, words)
    return contexts, values


def _add(context: _Context, words: list[str]) -> None:
    name, *rest = words
    if name.startswith("+"):
        context.added[name[1:]] = rest[0]
        return
    new = rest[rest.index("=") + 1] if "=" in rest else name.removeprefix("@")
    after = rest[rest.index(":") + 1] if ":" in rest else ""
    if name.startswith("@"):
        context.attributes[name[1:]] = (new, after)
    else:
        context.children[name] = (new, after or new)


@dataclass(slots=True)
class _Converter:
    findings: Findings

    def convert(self, node: Node, tag: str, context: str) -> Node:
        """The element under its new tag."""
        special = _SPECIAL.get(context)
        return special(self, node, tag) if special else self.renamed(node, tag, context)

    def renamed(self, node: Node, tag: str, context: str) -> Node:
        """The element with new names for its attributes and children."""
        facts = _tables()[0][context]
        values = dict(facts.added)
        for name, value in node.values.items():
            if name in facts.attributes:
                new, table = facts.attributes[name]
                values[new] = self._value(node, name, str(value), table)
            else:
                self.findings.warn(node, f"has the attribute {name!r}, which has no counterpart in 1.x; it is dropped")
        return Node(tag, values, self.children(node, context), node.place, node.text)

    def children(self, node: Node, context: str) -> tuple[Node, ...]:
        """Its children, converted; those without a counterpart are taken down."""
        facts = _tables()[0][context]
        converted = []
        for child in node.children:
            if child.tag in facts.children and (context != "CatalogLocations" or child.children):
                tag, after = facts.children[child.tag]
                converted.append(self.convert(child, tag, after))
            elif context == "CatalogLocations" and not child.children:
                self.findings.warn(child, "has no Directory; it is dropped")
            elif child.tag == "PedestrianControllerCatalog":
                self.findings.warn(child, "is dropped: 1.x has one catalog of controllers, DriverCatalog's")
            elif child.tag != "UserData":
                cure = nearest(child.tag, facts.children)
                self.findings.error(child, f"of {node.tag} in 0.9 has no counterpart in 1.x; {cure}")
        kind = grammar_of(NEWEST).types.get(context)
        if kind is None or kind.content.unordered is not None:
            return tuple(converted)
        places = {tag: place for place, tag in enumerate(kind.content.types)}
        return tuple(sorted(converted, key=lambda child: places.get(child.tag, len(places))))

    def _value(self, node: Node, name: str, value: str, table: str) -> str:
        if table == "parameter":
            return value.removeprefix("$")
        if table == "priority" and value == "following":
            self.findings.error(
                node, f"{name}={value!r} has no counterpart in 1.x; overwrite, skip or parallel is right"
            )
        known = _tables()[1].get(table, {})
        return known.get(value, value if value.startswith("$") else known.get("*", value))

    def scenario(self, node: Node, tag: str) -> Node:
        """The root; what 1.x asks for is there, be it empty."""
        made = self.renamed(node, tag, "OpenSCENARIO")
        if made.find("Storyboard") is None or made.find("CatalogLocations") is not None:
            return made
        at = next((index for index, child in enumerate(made.children) if child.tag == "RoadNetwork"), 0)
        empty = Node("CatalogLocations", {}, (), node.place)
        return Node(tag, made.values, (*made.children[:at], empty, *made.children[at:]), node.place)

    def performance(self, node: Node, tag: str) -> Node:
        """Performance: 0.9 has the mass here and no greatest acceleration."""
        values = {name: value for name, value in node.values.items() if name != "mass"}
        if "maxAcceleration" not in values and "maxDeceleration" in values:
            self.findings.warn(node, "has no maxAcceleration in 0.9; maxDeceleration is taken for it")
            values["maxAcceleration"] = values["maxDeceleration"]
        return Node(tag, values, (), node.place)

    def description(self, node: Node, tag: str) -> Node:
        """Description of a driver: weight, age ... become properties."""
        own = [Node("Property", {"name": name, "value": value}, (), node.place) for name, value in node.values.items()]
        properties = node.find("Properties")
        return Node(tag, {}, (*own, *(self.children(properties, "Properties") if properties else ())), node.place)

    def condition(self, node: Node, tag: str) -> Node:
        """RoadCondition: effects on the surface have no counterpart."""
        for child in node.children:
            self.findings.warn(child, "of RoadCondition has no counterpart in 1.x; it is dropped")
        return Node(tag, {"frictionScaleFactor": node.string("frictionScale")}, (), node.place)

    def time_of_day(self, node: Node, tag: str) -> Node:
        """Time and Date become one dateTime."""
        time, date = node.child("Time"), node.child("Date")
        day = f"{date.string('year').zfill(4)}-{date.string('month').zfill(2)}-{date.string('day').zfill(2)}"
        clock = ":".join(time.string(name).split(".")[0].zfill(2) for name in ("hour", "min", "sec"))
        values = {**node.values, "dateTime": f"{day}T{clock}"}
        if "rule" in values:
            values["rule"] = self._value(node, "rule", node.string("rule"), "rule")
        return Node(tag, values, (), node.place)

    def story(self, node: Node, tag: str) -> Node:
        """Story: its owner becomes the parameter `owner`, for `$owner`."""
        acts = tuple(self.act(act) for act in node.every("Act"))
        owner = node.string("owner", "")
        if not owner:
            return Node(tag, {"name": node.string("name")}, acts, node.place)
        values = {"name": "owner", "parameterType": "string", "value": owner}
        declarations = Node(
            "ParameterDeclarations", {}, (Node("ParameterDeclaration", values, (), node.place),), node.place
        )
        return Node(tag, {"name": node.string("name")}, (declarations, *acts), node.place)

    def act(self, node: Node) -> Node:
        """Act: Conditions / Start, End, Cancel become the triggers."""
        groups = [self.convert(each, "ManeuverGroup", "ManeuverGroup") for each in node.every("Sequence")]
        conditions = node.find("Conditions") or Node("Conditions")
        starts = [self.convert(each, "StartTrigger", "Trigger") for each in conditions.every("Start")]
        ends = [each for each in conditions if each.tag in {"End", "Cancel"}]
        ways = tuple(group for each in ends for group in self.children(each, "Trigger"))
        stops = [Node("StopTrigger", {}, ways, ends[0].place)] if ends else []
        return Node("Act", {"name": node.string("name")}, (*groups, *starts, *stops), node.place)

    def actors(self, node: Node, tag: str) -> Node:
        """Actors: ByCondition says that those who trigger act."""
        by = node.find("ByCondition")
        if by is not None and by.string("actor", "") != "triggeringEntity":
            self.findings.error(by, f"actor={by.string('actor', '')!r} has no counterpart; triggeringEntity is right")
        references = tuple(self.convert(each, "EntityRef", "EntityRef") for each in node.every("Entity"))
        selects = "true" if by is not None else "false"
        return Node(tag, {"selectTriggeringEntities": selects}, references, node.place)

    def dynamics(self, node: Node, tag: str) -> Node:
        """Dynamics: rate, time or distance; a step needs none of them."""
        given = [name for name in _DIMENSIONS if name in node.values]
        shape = node.string("shape", "step" if not given else "linear")
        if shape != "step" and len(given) != 1:
            self.findings.error(
                node, f"has {' and '.join(given) or 'none of them'}; one of rate, time, distance is right"
            )
        name = given[0] if len(given) == 1 else "time"
        values = {"dynamicsShape": shape, "dynamicsDimension": name}
        return Node(tag, {**values, "value": node.string(name, "0") if len(given) == 1 else "0"}, (), node.place)

    def constraints(self, node: Node, tag: str) -> Node:
        """Dynamics of distances: None or Limited."""
        limited = node.find("Limited")
        return Node(tag, dict(limited.values) if limited else {}, (), node.place)

    def teleport(self, node: Node, tag: str) -> Node:
        """Position as an action."""
        return Node(tag, {}, (self.renamed(node, "Position", "Position"),), node.place)

    def autonomous(self, node: Node, tag: str) -> Node:
        """Autonomous: a domain is activated or not."""
        domain, value = node.string("domain", "both"), node.string("activate")
        domains = ("lateral", "longitudinal") if domain == "both" else (domain,)
        return Node(tag, dict.fromkeys(domains, value), (), node.place)

    def command(self, node: Node, tag: str) -> Node:
        """Command: its text is kept."""
        return Node(tag, {"type": node.string("type", "command")}, (), node.place, node.text)

    def trajectory(self, node: Node, tag: str) -> Node:
        """Trajectory: vertices with a shape each become a polyline; over distance they have no times."""
        timed = node.string("domain", "time") == "time"
        declarations = [
            self.convert(each, "ParameterDeclarations", "ParameterDeclarations")
            for each in node.every("ParameterDeclaration")
        ]
        vertices = tuple(self._vertex(vertex, timed=timed) for vertex in node.every("Vertex"))
        line = Node("Polyline", {}, vertices, node.place)
        values = {name: node.values[name] for name in ("name", "closed") if name in node.values}
        return Node(tag, values, (*declarations, Node("Shape", {}, (line,), node.place)), node.place)

    def _vertex(self, node: Node, *, timed: bool) -> Node:
        for shape in (child for each in node.every("Shape") for child in each if child.tag != "Polyline"):
            self.findings.error(shape, "between vertices has no counterpart in 1.x; Polyline is right")
        positions = tuple(self.convert(each, "Position", "Position") for each in node.every("Position"))
        values = {"time": node.string("reference")} if timed and node.has("reference") else {}
        return Node("Vertex", values, positions, node.place)


_SPECIAL: dict[str, Callable[[_Converter, Node, str], Node]] = {
    "OpenSCENARIO": _Converter.scenario,
    "Performance": _Converter.performance,
    "Description": _Converter.description,
    "RoadCondition": _Converter.condition,
    "TimeOfDay": _Converter.time_of_day,
    "TimeOfDayCondition": _Converter.time_of_day,
    "Story": _Converter.story,
    "Actors": _Converter.actors,
    "Dynamics": _Converter.dynamics,
    "Constraints": _Converter.constraints,
    "TeleportAction": _Converter.teleport,
    "ActivateControllerAction": _Converter.autonomous,
    "CustomCommandAction": _Converter.command,
    "Trajectory": _Converter.trajectory,
}
