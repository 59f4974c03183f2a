"""Documents -> trees without parameters, expressions and catalog references, attributes typed, names of 1.3."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jing_scenarios.openscenario.catalogs import Catalogs
from jing_scenarios.openscenario.document import Document
from jing_scenarios.openscenario.findings import Findings, nearest
from jing_scenarios.openscenario.grammar import Attribute, ElementType, Grammar
from jing_scenarios.openscenario.migrate import migrated
from jing_scenarios.openscenario.node import Node, OpenScenarioError, Value
from jing_scenarios.openscenario.parameters import Scope, UnresolvedError, declared_scope, names_in, resolved_text
from jing_scenarios.openscenario.values import right_value, text_of, value_of

__all__ = ["Resolver"]

_DEEPEST = 8
"""Catalog entries within catalog entries: more of them refer to each other in a circle."""


@dataclass
class Resolver:
    """Resolves one file; entries of catalogs are resolved by the grammar of their own file.

    Attributes:
        document: the file.
        catalogs: that its references look into.
        findings: takes what cannot be resolved.
        shared: the scenario's parameters: entries of catalogs may borrow them, with a warning.
    """

    document: Document
    catalogs: Catalogs
    findings: Findings
    shared: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0

    @property
    def grammar(self) -> Grammar:
        """Of the version that the file declares."""
        return self.document.grammar

    def node(self, node: Node, kind: ElementType, scope: Scope, given: Mapping[str, str] | None = None) -> Node:
        """The element resolved; `given` are values for the parameters that it declares itself."""
        declarations = node.find("ParameterDeclarations")
        if declarations is not None:
            scope = declared_scope(declarations, scope, given or {}, self.findings)
        if node.tag == "ParameterDeclarations":
            return self._declarations(node, scope)
        if node.tag == "ManeuverGroup":
            scope = self._with_owner(node, scope)
        values = {name: self._value(node, kind.attributes[name], value, scope) for name, value in node.values.items()}
        children = tuple(self._child(child, kind, scope) for child in node.children)
        resolved = Node(node.tag, values, children, node.place, node.text)
        if self.findings.errors:  # no scenario comes of it, and text that stands for nothing has no newer form
            return resolved
        return migrated(resolved, self.document.version)

    def _with_owner(self, group: Node, scope: Scope) -> Scope:
        """The scope below a maneuver group: in 0.9 `$owner` was its actor, and examples of 1.x still say so."""
        actors = group.child("Actors").every("EntityRef")
        if len(actors) != 1:
            return scope
        reference = self.grammar.types["EntityRef"].attributes["entityRef"]
        owner = text_of(self._value(actors[0], reference, actors[0].values["entityRef"], scope))
        return scope.lending({"owner": owner}, f"no parameter 'owner'; read as in 0.9: the actor {owner!r}")

    def _child(self, child: Node, kind: ElementType, scope: Scope) -> Node:
        if child.tag == "CatalogReference":
            return self._entry(child, kind, scope)
        known = self.document.resolved.get(id(child))
        if known is not None:
            return known
        resolved = self.node(child, self.grammar.types[kind.content.types[child.tag]], scope)
        if id(child) in self.document.constants and not self.findings.errors:
            self.document.resolved[id(child)] = resolved
        return resolved

    def _declarations(self, node: Node, scope: Scope) -> Node:
        declared = []
        for child in node.children:
            values = {**child.values, "value": scope.texts[child.string("name")]}
            declared.append(migrated(Node(child.tag, values, child.children, child.place), self.document.version))
        return Node(node.tag, {}, tuple(declared), node.place)

    def _entry(self, reference: Node, kind: ElementType, scope: Scope) -> Node:
        names = self.grammar.types["CatalogReference"].attributes
        catalog, entry = (
            str(self._value(reference, names[name], reference.values[name], scope))
            for name in ("catalogName", "entryName")
        )
        try:
            found, node = self.catalogs.entry(catalog, entry, reference.place)
        except OpenScenarioError as error:
            self.findings.take(error)
            return reference
        if node.tag not in kind.content.types:
            fitting = [name for name in self.grammar.types["Catalog"].content.types if name in kind.content.types]
            self.findings.error(reference, f"{catalog}/{entry} is a {node.tag}; {' or '.join(fitting)} is right here")
            return reference
        if self.depth == _DEEPEST:
            self.findings.error(reference, f"{catalog}/{entry} refers to itself through other entries")
            return reference
        given = self._assignments(reference, node, scope)
        grammar = found.document.grammar
        inner = Resolver(found.document, self.catalogs, self.findings, self.shared, self.depth + 1)
        borrowed = Scope().lending(self.shared, "the catalog does not declare this parameter, the scenario does")
        return inner.node(node, grammar.types[node.tag], borrowed, given)

    def _assignments(self, reference: Node, entry: Node, scope: Scope) -> dict[str, str]:
        declared = {node.string("name") for node in entry.find("ParameterDeclarations") or ()}
        given = {}
        for assignment in reference.find("ParameterAssignments") or ():
            name = assignment.string("parameterRef")
            if name not in declared:
                said = f"{entry.tag} {entry.string('name')!r} has no parameter {name!r}; {nearest(name, declared)}"
                self.findings.warn(assignment, said)
            given[name] = self._text(assignment, "value", assignment.string("value"), "String", scope)
        return given

    def _value(self, node: Node, attribute: Attribute, value: Value, scope: Scope) -> Value:
        said = text_of(value)
        values = self.grammar.enumerations.get(attribute.type)
        kind = "String" if values is not None else attribute.type
        text = self._text(node, attribute.name, said, kind, scope)
        meant = "" if text == said else f" ({said})"
        if values is not None:
            if text not in values:
                self.findings.error(node, f"{attribute.name}={text!r}{meant}; {nearest(text, values)}")
            return text
        typed = value_of(text, kind)
        if typed is None:
            if text != said:
                self.findings.error(node, f"{attribute.name}={text!r}{meant}; {right_value(kind)} is right")
            return text
        return typed

    def _text(self, node: Node, name: str, said: str, kind: str, scope: Scope) -> str:
        try:
            text = resolved_text(said, kind, scope)
        except UnresolvedError as error:
            self.findings.error(node, f"{name}={said!r}: {error}")
            return said
        for used in names_in(said):
            if used in scope.borrowed:
                self.findings.warn(node, f"{name}={said!r}: {scope.borrowed[used]}")
        return text
