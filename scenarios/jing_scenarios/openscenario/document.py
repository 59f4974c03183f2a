"""A file of the standard: its root, the version that it declares and what the grammar has to say about it."""

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from jing_scenarios.openscenario.findings import Findings, nearest
from jing_scenarios.openscenario.foreign_criteria import without_criteria
from jing_scenarios.openscenario.grammar import NEWEST, VERSIONS, Grammar, grammar_of
from jing_scenarios.openscenario.legacy import converted_from_0_9
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.openscenario.validate import validate
from jing_scenarios.openscenario.values import text_of, value_of
from jing_scenarios.openscenario.xml_tree import parse_file

__all__ = ["Document", "document_of", "read_document"]

LEGACY = (0, 9)
"""Converted before anything else is done."""

_NO_DATE = "1970-01-01T00:00:00"
_READ_AS_IS = ", ".join(f"{major}.{minor}" for major, minor in VERSIONS)


@dataclass(frozen=True)
class Document:
    """A tree that keeps the grammar of its version; nothing is resolved yet."""

    root: Node
    version: tuple[int, int]
    warnings: tuple[str, ...] = ()
    resolved: dict[int, Node] = field(default_factory=dict, compare=False, repr=False)
    """Of the elements in `constants`, what they became, once somebody has resolved them."""

    def __reduce__(self) -> tuple[type["Document"], tuple[Node, tuple[int, int], tuple[str, ...]]]:
        """Copies in other processes begin anew: what is kept is known by the identity of elements."""
        return Document, (self.root, self.version, self.warnings)

    @cached_property
    def constants(self) -> frozenset[int]:
        """`id` of each element that is the same whatever the parameters are, together with all that is below it."""
        found: set[int] = set()
        _add_constants(self.root, found)
        return frozenset(found)

    @property
    def grammar(self) -> Grammar:
        """Of its version; elements of 0.9 are converted to those of the newest."""
        return grammar_of(NEWEST if self.version == LEGACY else self.version)


def _add_constants(node: Node, found: set[int]) -> bool:
    below = [_add_constants(child, found) for child in node.children]
    depends = node.tag in {"CatalogReference", "ParameterDeclarations"}
    if depends or not all(below) or any("$" in str(value) for value in node.values.values()):
        return False
    found.add(id(node))
    return True


def read_document(path: Path) -> Document:
    """The document of a file; raises OpenScenarioError with everything that breaks the grammar.

    What was read once is kept until the file changes: sweeps load the same files again and again.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise OpenScenarioError(f"{path}: cannot be read: {error.strerror}; give the path of a .xosc file") from None
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _read(path: Path, _changed_ns: int, _size: int) -> Document:
    return document_of(parse_file(path))


def document_of(root: Node) -> Document:
    """The document of a tree whose attributes are text or values; raises OpenScenarioError."""
    findings = Findings()
    root = _as_text(root, findings)
    version = _version_of(root)
    if version == LEGACY:
        return _legacy_document(root, findings)
    validate(root, grammar_of(version).root, grammar_of(version), findings)
    findings.raise_errors()
    root = without_criteria(root, findings)
    return Document(root, version, findings.counted_warnings())


def _legacy_document(root: Node, findings: Findings) -> Document:
    """Of a file that declares 0.9: converted; or as it is, where it keeps the grammar of a later version."""
    root = replace(root, children=tuple(_dated(c, findings) if c.tag == "FileHeader" else c for c in root.children))
    trials = {version: Findings() for version in VERSIONS}
    for version, trial in trials.items():
        validate(root, grammar_of(version).root, grammar_of(version), trial)
        if not trial.errors:
            findings.warn(
                root.child("FileHeader"), f"declares 0.9, but the elements are those of {version[0]}.{version[1]}"
            )
            return Document(root, version, findings.counted_warnings())
    converted = Node("OpenSCENARIO")
    try:
        converted = converted_from_0_9(root, findings)
    except OpenScenarioError as error:
        findings.take(error)
    nearest_trial = min(trials.values(), key=lambda trial: len(trial.errors))
    if findings.errors and len(nearest_trial.errors) < len(findings.errors):
        nearest_trial.raise_errors()
    findings.raise_errors()
    validate(converted, grammar_of(NEWEST).root, grammar_of(NEWEST), findings)
    findings.raise_errors()
    return Document(converted, LEGACY, findings.counted_warnings())


def _dated(header: Node, findings: Findings) -> Node:
    """The header of a file of 0.9 with a date and a time, as 1.x asks for."""
    said = header.string("date", "")
    date = said.replace(" ", "T")
    if value_of(date, "DateTime") is None:
        date = f"{date}T00:00:00" if value_of(f"{date}T00:00:00", "DateTime") else _NO_DATE
        findings.warn(header, f"date={said!r} is no date and time; {date} is taken")
    return replace(header, values={"description": "", "author": "", **header.values, "date": date})


def _as_text(node: Node, findings: Findings) -> Node:
    """The tree with texts for values, and without the `$` that some write before the name of a parameter."""
    values = {name: text_of(value) for name, value in node.values.items()}
    for tag, name in (("ParameterDeclaration", "name"), ("ParameterAssignment", "parameterRef")):
        if node.tag == tag and values.get(name, "").startswith("$"):
            findings.warn(
                node, f"{name}={values[name]!r}: the name of a parameter has no '$'; {values[name][1:]} is taken"
            )
            values[name] = values[name][1:]
    children = tuple(_as_text(child, findings) for child in node.children)
    return Node(node.tag, values, children, node.place, node.text)


def _version_of(root: Node) -> tuple[int, int]:
    if root.tag != "OpenSCENARIO":
        raise OpenScenarioError(f"{root.place}: the root is {root.tag}; OpenSCENARIO is right")
    header = root.find("FileHeader")
    if header is None:
        near = nearest("FileHeader", [child.tag for child in root])
        raise OpenScenarioError(f"{root.place}: OpenSCENARIO lacks FileHeader, which declares the version; {near}")
    numbers = []
    for name in ("revMajor", "revMinor"):
        text = str(header.values.get(name, "")).strip()
        if not text.isdigit():
            said = f"{name}={text!r}" if name in header.values else f"lacks {name}"
            raise OpenScenarioError(
                f"{header.place}: FileHeader {said}; a whole number is right ({_READ_AS_IS} are read)"
            )
        numbers.append(int(text))
    version = (numbers[0], numbers[1])
    if version not in {*VERSIONS, LEGACY}:
        said = f"revMajor={numbers[0]} revMinor={numbers[1]}"
        raise OpenScenarioError(
            f"{header.place}: FileHeader {said}: no version that is known; {_READ_AS_IS} are, and 0.9"
        )
    return version
