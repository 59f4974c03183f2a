"""A tree as read from a file against the grammar of the version that it declares."""

from collections.abc import Iterator

from jing_scenarios.openscenario.findings import Findings, nearest, one_of
from jing_scenarios.openscenario.grammar import NEWEST, Attribute, ElementType, Grammar, homes_of, versions_of
from jing_scenarios.openscenario.node import Node
from jing_scenarios.openscenario.values import is_expression, is_parameter, right_value, text_of, value_of

__all__ = ["child_types", "enumeration_of", "validate"]


def validate(node: Node, kind: ElementType, grammar: Grammar, findings: Findings) -> None:
    """Collects what breaks the grammar in an element of this type and below it, and what is deprecated there."""
    _check_attributes(node, kind, grammar, findings)
    _check_content(node, kind, grammar, findings)
    for child, child_kind in child_types(node, kind, grammar):
        validate(child, child_kind, grammar, findings)


def child_types(node: Node, kind: ElementType, grammar: Grammar) -> Iterator[tuple[Node, ElementType]]:
    """The children that the grammar knows, each with its type."""
    for child in node.children:
        name = kind.content.types.get(child.tag)
        if name is not None:
            yield child, grammar.types[name]


def enumeration_of(attribute: Attribute, grammar: Grammar) -> dict[str, bool] | None:
    """The values that the attribute may have (True: deprecated), where its type is an enumeration."""
    return grammar.enumerations.get(attribute.type)


def _check_attributes(node: Node, kind: ElementType, grammar: Grammar, findings: Findings) -> None:
    for name, value in node.values.items():
        attribute = kind.attributes.get(name)
        if attribute is None:
            findings.error(node, f"has no attribute {name!r}; {_attribute_cure(kind, name, grammar)}")
            continue
        if attribute.old:
            findings.warn(node, f"{name} is deprecated")
        _check_value(node, attribute, text_of(value), grammar, findings)
    for name, attribute in kind.attributes.items():
        if attribute.required and name not in node.values:
            findings.error(node, f"lacks the attribute {name} ({_right(attribute, grammar)})")


def _attribute_cure(kind: ElementType, name: str, grammar: Grammar) -> str:
    elsewhere = versions_of(kind.name, attribute=name)
    if elsewhere:
        return f"versions {elsewhere} have it, the file declares {_version(grammar)}"
    return nearest(name, kind.attributes)


def _check_value(node: Node, attribute: Attribute, text: str, grammar: Grammar, findings: Findings) -> None:
    if is_parameter(text):
        return
    values = enumeration_of(attribute, grammar)
    if values is not None:
        if text not in values:
            known = f"{nearest(text, values)} ({attribute.type})"
            findings.error(node, f"{attribute.name}={text!r}; {known}")
        elif values[text]:
            findings.warn(node, f"{attribute.name}={text!r} is deprecated")
    elif is_expression(text) and attribute.type not in {"String", "DateTime"}:
        if grammar.version == (1, 0):
            findings.error(node, f"{attribute.name}={text!r}: expressions came with 1.1, the file declares 1.0")
    elif value_of(text, attribute.type) is None or _is_loose(text, attribute.type):
        findings.error(node, f"{attribute.name}={text!r}; {right_value(attribute.type)} is right")


def _is_loose(text: str, kind: str) -> bool:
    """Written literally, a whole number has no decimal point."""
    return kind in {"Int", "UnsignedInt", "UnsignedShort"} and not text.strip().lstrip("+-").isdigit()


def _right(attribute: Attribute, grammar: Grammar) -> str:
    values = enumeration_of(attribute, grammar)
    return right_value(attribute.type) if values is None else f"one of {one_of(values)}"


def _check_content(node: Node, kind: ElementType, grammar: Grammar, findings: Findings) -> None:
    if node.text and not kind.text:
        findings.error(node, f"has the text {node.text[:40]!r}; only elements are right here")
    tags = [child.tag for child in node.children]
    if tags == [] and not kind.content.types:
        return
    for problem in kind.content.problems(tags):
        if problem.index is None:
            findings.error(node, f"lacks {_choice(problem.expected)}")
        else:
            findings.error(
                node.children[problem.index], _misplaced(node, problem.index, problem.expected, kind, grammar)
            )
    for child in node.children:
        if child.tag in kind.old:
            findings.warn(child, f"is deprecated in {node.tag}")


def _misplaced(node: Node, index: int, expected: tuple[str, ...], kind: ElementType, grammar: Grammar) -> str:
    tag = node.children[index].tag
    if tag in kind.content.types:
        where = f"cannot stand here in {node.tag}"
        return f"{where}; {_choice(expected)} is right" if expected else f"{where}: nothing more is right"
    elsewhere = versions_of(kind.name, child=tag)
    if elsewhere:
        return (
            f"is no element of {node.tag} in {_version(grammar)}, which the file declares; versions {elsewhere} have it"
        )
    homes = homes_of(grammar.version, tag) or homes_of(NEWEST, tag)
    cure = f"it belongs into {one_of(homes, 4)}" if homes else nearest(tag, kind.content.types)
    return f"is no element of {node.tag}; {cure}"


def _choice(tags: tuple[str, ...]) -> str:
    return f"one of {one_of(tags)}" if len(tags) > 1 else "".join(tags)


def _version(grammar: Grammar) -> str:
    return f"{grammar.version[0]}.{grammar.version[1]}"
