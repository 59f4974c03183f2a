"""Trees -> text of .xosc files: indented, attributes and children in the order of the standard."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from jing_scenarios.openscenario.grammar import NEWEST, ElementType, Grammar, grammar_of
from jing_scenarios.openscenario.node import Node
from jing_scenarios.openscenario.values import text_of

__all__ = ["write_xosc", "xosc_text"]

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ENTITIES = {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


def xosc_text(root: Node) -> str:
    """The text of a file with this root; reading it again gives the same tree.

    >>> print(xosc_text(Node("Act", {"name": "a & b"}, (Node("StopTrigger"),))), end="")
    <?xml version="1.0" encoding="UTF-8"?>
    <Act name="a &amp; b">
      <StopTrigger/>
    </Act>
    """
    grammar = grammar_of(NEWEST)
    lines: list[str] = []
    _write(root, grammar.root if root.tag == "OpenSCENARIO" else grammar.types.get(root.tag), grammar, lines, "")
    return _HEAD + "\n".join(lines) + "\n"


def write_xosc(root: Node, path: str | Path) -> None:
    """Writes the file."""
    Path(path).write_text(xosc_text(root), encoding="utf-8")


def _write(node: Node, kind: ElementType | None, grammar: Grammar, lines: list[str], indent: str) -> None:
    pairs = (f" {name}={quoteattr(text_of(node.values[name]), _ENTITIES)}" for name in node.values)
    start = f"{indent}<{node.tag}{''.join(pairs)}"
    if not node.children:
        text = escape(node.text)
        lines.append(f"{start}>{text}</{node.tag}>" if text else f"{start}/>")
        return
    lines.append(f"{start}>")
    for child in _ordered(node, kind):
        child_kind = kind.content.types.get(child.tag) if kind else None
        _write(child, grammar.types[child_kind] if child_kind else None, grammar, lines, f"{indent}  ")
    lines.append(f"{indent}</{node.tag}>")


def _ordered(node: Node, kind: ElementType | None) -> list[Node]:
    """The children; if they break the standard's sequence and sorting them heals that, sorted."""
    children = list(node.children)
    if kind is None or _is_right(children, kind):
        return children
    places = {tag: place for place, tag in enumerate(kind.content.types)}
    by_place = sorted(children, key=lambda child: places.get(child.tag, len(places)))
    return by_place if _is_right(by_place, kind) else children


def _is_right(children: list[Node], kind: ElementType) -> bool:
    return not any(True for _ in kind.content.problems([child.tag for child in children]))
