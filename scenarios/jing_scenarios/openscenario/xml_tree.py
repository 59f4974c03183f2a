"""Text of a file -> nodes; every element knows its line and column."""

from pathlib import Path
from xml.parsers import expat

from jing_scenarios.openscenario.node import Node, OpenScenarioError, Place

__all__ = ["parse_file", "parse_text"]


_DEEPEST = 200


class _Builder:
    """Collects elements while the parser reads. Document types are not looked at; entities (bombs) are refused."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity
        self.open: list[tuple[str, dict[str, str], Place, list[Node], list[str]]] = []
        self.root: Node | None = None

    def _here(self) -> Place:
        return Place(self.path, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _start(self, tag: str, attributes: list[str]) -> None:
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        values = {name: value for name, value in pairs if not name.startswith(("xmlns", "xsi:", "xml:"))}
        if len(self.open) == _DEEPEST:
            raise OpenScenarioError(f"{self._here()}: {tag} is {_DEEPEST} elements deep; no scenario is")
        self.open.append((tag, values, self._here(), [], []))

    def _end(self, _tag: str) -> None:
        tag, values, place, children, text = self.open.pop()
        node = Node(tag, values, tuple(children), place, "".join(text).strip())
        if self.open:
            self.open[-1][3].append(node)
        else:
            self.root = node

    def _characters(self, data: str) -> None:
        if self.open:
            self.open[-1][4].append(data)

    def _entity(self, name: str, *_: object) -> None:
        raise OpenScenarioError(
            f"{self._here()}: an entity ({name}) has no place in a scenario file; write its text out"
        )


def parse_text(data: bytes | str, path: str = "<text>") -> Node:
    """The root element of a document, attributes as text; raises OpenScenarioError where it is not well formed.

    >>> parse_text("<A b='1'><C/></A>").find("C").place
    Place(path='<text>', line=1, column=10)
    """
    builder = _Builder(path)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        place = Place(path, error.lineno, error.offset + 1)
        problem = expat.ErrorString(error.code)
        raise OpenScenarioError(f"{place}: not well-formed XML: {problem}{_open_tag(builder)}") from None
    assert builder.root is not None
    return builder.root


def _open_tag(builder: _Builder) -> str:
    if not builder.open:
        return ""
    tag, _, place, *_ = builder.open[-1]
    return f"; the element {tag} of line {place.line} is still open"


def parse_file(path: Path) -> Node:
    """As `parse_text`, of a file; raises OpenScenarioError where there is no such file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OpenScenarioError(f"{path}: cannot be read: {error.strerror}; give the path of a .xosc file") from None
    return parse_text(data, str(path))
