"""Parameters: declarations with their constraints, scopes, and the text that `$name` and `${...}` stand for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from jing_maps.errors import JingError
from jing_scenarios.openscenario.comparison import holds
from jing_scenarios.openscenario.expressions import ExpressionError, evaluated, joined
from jing_scenarios.openscenario.findings import Findings, nearest
from jing_scenarios.openscenario.node import Node, Value
from jing_scenarios.openscenario.values import BOUNDS, is_expression, is_parameter, right_value, text_of, value_of

__all__ = ["PARAMETER_TYPES", "Scope", "UnresolvedError", "declared_scope", "names_in", "resolved_text"]

PARAMETER_TYPES = {
    "integer": "Int",
    "int": "Int",
    "double": "Double",
    "string": "String",
    "unsignedInt": "UnsignedInt",
    "unsignedShort": "UnsignedShort",
    "boolean": "Boolean",
    "dateTime": "DateTime",
}
"""`parameterType` and `variableType` of the standard -> simple type of attributes."""

_NAME = re.compile(r"\$([A-Za-z_]\w*)")


class UnresolvedError(JingError, ValueError):
    """A text that refers to no parameter, or an expression without a value; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The parameters that can be seen from an element.

    Attributes:
        texts: value of each parameter, as text.
        borrowed: those that are seen although the standard does not say so, with the reason.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    borrowed: Mapping[str, str] = field(default_factory=dict)

    def lending(self, texts: Mapping[str, str], reason: str) -> "Scope":
        """The scope with further parameters, that are used with a warning; its own go before."""
        new = {name: text for name, text in texts.items() if name not in self.texts}
        return Scope({**new, **self.texts}, {**self.borrowed, **dict.fromkeys(new, reason)})


def resolved_text(text: str, kind: str, scope: Scope) -> str:
    """What an attribute of this simple type stands for, as text; raises UnresolvedError.

    >>> resolved_text("${$v * 2}", "Double", Scope({"v": "1.5"}))
    '3.0'
    """
    if is_parameter(text):
        if text[1:] not in scope.texts:
            raise UnresolvedError(f"no parameter {text[1:]!r}; {nearest(text[1:], scope.texts)}")
        return scope.texts[text[1:]]
    if text.startswith("\\$"):
        return text[1:]
    if not is_expression(text):
        return text
    try:
        return text_of(evaluated(text, scope.texts))
    except ExpressionError as error:
        words = joined(text, scope.texts) if kind == "String" else None
        if words is None:
            raise UnresolvedError(str(error)) from None
        return words


def names_in(text: str) -> list[str]:
    """The parameters that a text refers to."""
    return _NAME.findall(text) if text.startswith("$") else []


def declared_scope(node: Node, outer: Scope, given: Mapping[str, str], findings: Findings) -> Scope:
    """The scope below an element with these ParameterDeclarations: `given` values, else the defaults, checked.

    A default may refer to parameters of the outer scope and of its own level.
    """
    declarations = _Declarations({declaration.string("name"): declaration for declaration in node}, outer, findings)
    for declaration in node:
        _check_unique(declaration, declarations.nodes[declaration.string("name")], findings)
    for name in declarations.nodes:
        declarations.settle(name, given)
    own = declarations.texts
    borrowed = {name: reason for name, reason in outer.borrowed.items() if name not in own}
    scope = Scope({**outer.texts, **own}, borrowed)
    for declaration in declarations.nodes.values():
        _check_constraints(declaration, scope, findings)
    return scope


def _check_unique(declaration: Node, last: Node, findings: Findings) -> None:
    if declaration is not last:
        said = f"name={declaration.string('name')!r} is declared again at {last.place}, which counts"
        findings.warn(declaration, said)


@dataclass(slots=True)
class _Declarations:
    """The parameters of one level while their values are settled."""

    nodes: dict[str, Node]
    outer: Scope
    findings: Findings
    texts: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def settle(self, name: str, given: Mapping[str, str]) -> None:
        """Settles the value of a parameter, those first to which its default refers."""
        if name in self.texts:
            return
        declaration = self.nodes[name]
        text = given.get(name, declaration.string("value"))
        self.waiting.append(name)
        for other in names_in(text):
            if other in self.waiting and other in self.outer.texts:
                continue
            if other in self.waiting:
                self.findings.error(declaration, f"{name!r} refers to itself: {' -> '.join([*self.waiting, other])}")
                text = "0"
            elif other in self.nodes:
                self.settle(other, given)
        self.waiting.pop()
        self.texts[name] = self._checked(declaration, text)

    def _checked(self, declaration: Node, text: str) -> str:
        said = declaration.string("parameterType")
        kind = PARAMETER_TYPES.get(said, "String")
        if said not in PARAMETER_TYPES:
            self.findings.error(declaration, f"parameterType={said!r}; {nearest(said, PARAMETER_TYPES)}")
        scope = Scope({**self.outer.texts, **self.texts})
        name = declaration.string("name")
        try:
            resolved = resolved_text(text, kind, scope)
        except UnresolvedError as error:
            self.findings.error(declaration, f"{name!r} = {text!r}: {error}")
            return text
        value = value_of(resolved, kind)
        if value is None:
            self.findings.warn(declaration, f"{name!r} = {resolved!r}; {right_value(kind)} is right")
        return text_of(value) if kind in BOUNDS and value is not None else resolved


def _check_constraints(declaration: Node, scope: Scope, findings: Findings) -> None:
    """Of the constraint groups one must hold; a group holds if all its constraints hold."""
    groups = declaration.every("ConstraintGroup")
    kind = PARAMETER_TYPES.get(declaration.string("parameterType"), "String")
    text = scope.texts[declaration.string("name")]
    broken = [_broken(group, value_of(text, kind), kind, scope, findings) for group in groups]
    if groups and all(broken):
        asked = " or ".join(" and ".join(constraints) for constraints in broken)
        findings.constraint(declaration, f"{declaration.string('name')!r} is {text}; its constraints ask for {asked}")


def _broken(group: Node, value: Value | None, kind: str, scope: Scope, findings: Findings) -> list[str]:
    """The constraints of a group that do not hold."""
    broken = []
    for constraint in group:
        try:
            text = resolved_text(constraint.string("value"), kind, scope)
        except UnresolvedError as error:
            findings.error(constraint, f"value={constraint.string('value')!r}: {error}")
            continue
        limit = value_of(text, kind)
        rule = constraint.string("rule")
        if limit is None:
            findings.error(constraint, f"value={text!r}; {right_value(kind)} is right")
        elif value is not None and not holds(rule, value, limit, kind):
            broken.append(f"{rule} {text}")
    return broken
