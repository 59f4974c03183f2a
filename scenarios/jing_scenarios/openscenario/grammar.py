"""The elements of the standard, version by version: types, attributes, enumerations, contents."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jing_scenarios.openscenario.content import ContentModel, content_model

__all__ = ["NEWEST", "VERSIONS", "Attribute", "ElementType", "Grammar", "grammar_of", "homes_of", "versions_of"]

VERSIONS = ((1, 0), (1, 1), (1, 2), (1, 3))
"""All that are read as they are; 1.3.1 has the grammar of 1.3."""

NEWEST = VERSIONS[-1]
ROOT_TYPE = "OpenScenario"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its type is a simple type of the standard (`Double`, `String` ...) or an enumeration."""

    name: str
    type: str
    required: bool
    old: bool


@dataclass(slots=True)
class ElementType:
    """A type of elements in one version; `old`: children that are deprecated."""

    name: str
    attributes: dict[str, Attribute] = field(default_factory=dict)
    content: ContentModel = field(default_factory=ContentModel)
    text: bool = False
    old: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Grammar:
    """One version of the standard: element types by name; enumerations with their values (True: deprecated)."""

    version: tuple[int, int]
    types: dict[str, ElementType] = field(default_factory=dict)
    enumerations: dict[str, dict[str, bool]] = field(default_factory=dict)

    @property
    def root(self) -> ElementType:
        """The type of the element OpenSCENARIO."""
        return self.types[ROOT_TYPE]


@cache
def grammar_of(version: tuple[int, int]) -> Grammar:
    """The grammar of a version out of VERSIONS.

    >>> grammar_of((1, 0)).types["Event"].attributes["priority"].type
    'Priority'
    """
    grammar = Grammar(version)
    owner: ElementType | dict[str, bool] | None = None
    for line in _lines():
        words = line.split()
        if not line.startswith(" "):
            owner = _owner(grammar, words)
        elif isinstance(owner, dict):
            _add_value(owner, words, version)
        elif owner is not None:
            _add_fact(owner, line, version)
    return grammar


def versions_of(kind: str, child: str | None = None, attribute: str | None = None) -> str:
    """The versions in which elements of this type have such a child or attribute, for messages; empty for none.

    >>> versions_of("LongitudinalAction", child="SpeedProfileAction")
    '1.2 and 1.3'
    """
    found = []
    for version in VERSIONS:
        known = grammar_of(version).types.get(kind)
        if known and (child in known.content.types or attribute in known.attributes):
            found.append(f"{version[0]}.{version[1]}")
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


@cache
def homes_of(version: tuple[int, int], child: str) -> tuple[str, ...]:
    """Types of elements that may have such a child."""
    return tuple(name for name, kind in grammar_of(version).types.items() if child in kind.content.types)


@cache
def _lines() -> tuple[str, ...]:
    text = Path(__file__).with_name("grammar.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def _owner(grammar: Grammar, words: list[str]) -> ElementType | dict[str, bool] | None:
    if not _lives(words[2:], grammar.version):
        return None
    if words[0] == "enum":
        return grammar.enumerations.setdefault(words[1], {})
    return grammar.types.setdefault(words[1], ElementType(words[1]))


def _add_value(values: dict[str, bool], words: list[str], version: tuple[int, int]) -> None:
    rest, old = _old(words[1:], version)
    if _lives(rest, version):
        values[words[0]] = old


def _add_fact(owner: ElementType, line: str, version: tuple[int, int]) -> None:
    words = line.split()
    if words[0].startswith("@"):
        rest, old = _old(words[2:], version)
        if _lives(rest, version):
            name = words[0][1:]
            owner.attributes[name] = Attribute(name, words[1].rstrip("!"), words[1].endswith("!"), old)
    elif words[0] == "old":
        if version >= _version(words[2]):
            owner.old.add(words[1])
    else:
        life, _, model = line.partition("=")
        if _lives(life.split(), version):
            owner.text = model.strip() == "TEXT"
            owner.content = ContentModel() if owner.text else content_model(model)


def _old(words: list[str], version: tuple[int, int]) -> tuple[list[str], bool]:
    if "old" not in words:
        return words, False
    at = words.index("old")
    return words[:at], version >= _version(words[at + 1])


def _lives(words: list[str], version: tuple[int, int]) -> bool:
    if not words:
        return True
    since, _, until = words[0].partition("-")
    return (not since or version >= _version(since)) and (not until or version <= _version(until))


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)
