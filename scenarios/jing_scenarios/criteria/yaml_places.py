"""YAML as values that know their place: mappings, lists and scalars with line and column."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import yaml

from jing_maps.errors import JingError
from jing_scenarios.metrics.units import convert, parse_quantity

__all__ = ["Entry", "VerdictFileError", "read_entries"]


class VerdictFileError(JingError, ValueError):
    """A verdict file that cannot be read; the message says file:line:column, and what would be right."""


@dataclass(frozen=True)
class Entry:
    """A value of a YAML file.

    Attributes:
        value: text of a scalar, `dict[str, Entry]` or `list[Entry]`.
        place: file:line:column.
    """

    value: "str | dict[str, Entry] | list[Entry]"
    place: str

    def fail(self, problem: str) -> NoReturn:
        """Raises VerdictFileError at this place."""
        raise VerdictFileError(f"{self.place}: {problem}")

    def mapping(self, what: str) -> "dict[str, Entry]":
        """The value as a mapping; raises VerdictFileError."""
        if not isinstance(self.value, dict):
            self.fail(f"{what} is {self._kind()}; a mapping is right")
        return self.value

    def items(self, what: str) -> "list[Entry]":
        """The value as a list; raises VerdictFileError."""
        if not isinstance(self.value, list):
            self.fail(f"{what} is {self._kind()}; a list is right")
        return self.value

    def text(self, what: str) -> str:
        """The value as text; raises VerdictFileError."""
        if not isinstance(self.value, str):
            self.fail(f"{what} is {self._kind()}; text is right")
        return self.value

    def quantity(self, what: str, unit: str) -> tuple[float, str]:
        """Number and unit as written, of the same quantity as `unit`; raises VerdictFileError."""
        text = self.text(what)
        try:
            value, own = parse_quantity(text)
            convert(value, own, unit)
        except JingError as error:
            bare = f"; {text} {unit} is right" if text.strip().replace(".", "", 1).lstrip("-").isdigit() else ""
            self.fail(f"{what}: {error}{bare}")
        return value, own

    def number(self, what: str, unit: str) -> float:
        """A quantity in this unit; raises VerdictFileError."""
        value, own = self.quantity(what, unit)
        return convert(value, own, unit)

    def keys(self, what: str, known: Iterable[str]) -> "dict[str, Entry]":
        """The mapping, of which all keys are known; raises VerdictFileError that names the nearest one."""
        mapping, names = self.mapping(what), sorted(known)
        for key, entry in mapping.items():
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1, cutoff=0.4)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
                entry.fail(f"{what} has an unknown key {key!r}; {hint}")
        return mapping

    def _kind(self) -> str:
        if isinstance(self.value, dict):
            return "a mapping"
        return "a list" if isinstance(self.value, list) else f"{self.value!r}" if self.value else "empty"


def read_entries(path: Path) -> Entry:
    """The content of a YAML file; the place of a mapping's value is that of its key.

    Raises:
        VerdictFileError: it is not there, no YAML, or has a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise VerdictFileError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise VerdictFileError(f"{path}: not UTF-8 text: {error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise VerdictFileError(f"{place}: no YAML: {error.problem}") from error
    except yaml.YAMLError as error:  # characters that YAML does not have
        raise VerdictFileError(f"{path}: no YAML: {error}") from error
    if root is None:
        raise VerdictFileError(f"{path}: the file is empty; a list under 'criteria' is right")
    return _entry(path, root, root)


def _entry(path: Path, node: yaml.Node, at: yaml.Node) -> Entry:
    place = f"{path}:{at.start_mark.line + 1}:{at.start_mark.column + 1}"
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Entry] = {}
        for key, value in node.value:
            name = str(key.value)
            entry = _entry(path, value, key)
            if name in mapping:
                entry.fail(f"the key {name!r} is here twice")
            mapping[name] = entry
        return Entry(mapping, place)
    if isinstance(node, yaml.SequenceNode):
        return Entry([_entry(path, value, value) for value in node.value], place)
    return Entry(str(node.value), place)
