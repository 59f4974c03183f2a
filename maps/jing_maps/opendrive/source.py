"""The XML text of an OpenDRIVE file: attributes read with place and cure, and notes on what is not understood."""

import gzip
import math
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from jing_maps.errors import MapFormatError
from jing_maps.opendrive.model import Cubics

__all__ = ["Element", "Source", "open_source"]

Float = NDArray[np.float64]
Element = Any  # lxml's element class has no public type


@dataclass
class Source:
    """A parsed file and the warnings collected while it is read."""

    path: str
    root: Element
    warnings: list[str] = field(default_factory=list)

    def fail(self, element: Element, problem: str) -> NoReturn:
        """Raises `MapFormatError` with the element's line."""
        raise MapFormatError(self.path, f"<{element.tag}> {problem}", line=element.sourceline)

    def warn(self, element: Element, problem: str) -> None:
        """Records a warning with the element's line."""
        self.warnings.append(f"{self.path}:{element.sourceline}: <{element.tag}> {problem}")

    def text(self, element: Element, name: str, default: str | None = None) -> str:
        """An attribute as text."""
        value = element.get(name, default)
        if value is None:
            self.fail(element, f"lacks the attribute {name!r}; add it")
        return str(value).strip()

    def number(self, element: Element, name: str, default: float | None = None) -> float:
        """An attribute as a finite number."""
        raw = element.get(name)
        if raw is None or not raw.strip():
            if default is None:
                self.fail(element, f"lacks the attribute {name!r}; give it a number")
            return default
        try:
            value = float(raw)
        except ValueError:
            self.fail(element, f"has {name}={raw!r}, which is no number; write one such as 3.5")
        if not math.isfinite(value):
            self.fail(element, f"has {name}={raw!r}; it must be a finite number")
        return value

    def not_negative(self, element: Element, name: str, default: float | None = None) -> float:
        """An attribute as a number of at least 0."""
        value = self.number(element, name, default)
        if value < 0:
            self.fail(element, f"has {name}={value!r}; it must not be negative")
        return value

    def integer(self, element: Element, name: str) -> int:
        """An attribute as a whole number."""
        value = self.number(element, name)
        if value != int(value):
            self.fail(element, f"has {name}={value!r}; it must be a whole number")
        return int(value)

    def cubics(self, elements: list[Element], start: str) -> Cubics:
        """The `a b c d` of elements that follow one another by the attribute `start`; an absent one counts 0."""
        rows = [[self.number(e, k, 0.0) for k in "abcd"] for e in elements]
        starts = [self.number(e, start, 0.0) for e in elements]
        order = sorted(range(len(starts)), key=lambda i: starts[i])
        if order != list(range(len(starts))):
            late = next(e for e, a, b in zip(elements[1:], starts, starts[1:], strict=False) if b < a)
            self.warn(late, f"stands after one with a greater {start}; they are read in the order of {start}")
            starts, rows = [starts[i] for i in order], [rows[i] for i in order]
        return Cubics(np.array(starts, dtype=np.float64), np.array(rows, dtype=np.float64).reshape(-1, 4))

    def note_unread(self, known: dict[str, frozenset[str]]) -> None:
        """Warns once for each kind of element that stands below a known parent and is not itself known."""
        seen: Counter[tuple[str, str]] = Counter()
        first: dict[tuple[str, str], Element] = {}
        stack = [self.root]
        while stack:
            parent = stack.pop()
            for child in parent.iterchildren(tag=etree.Element):
                if child.tag in known.get(parent.tag, ()):
                    stack.append(child)
                else:
                    key = (parent.tag, child.tag)
                    seen[key] += 1
                    if seen[key] == 1 or child.sourceline < first[key].sourceline:
                        first[key] = child
        for key in sorted(seen):
            where = f"in <{key[0]}> is not read ({seen[key]} place{'s' if seen[key] > 1 else ''}, this is the first)"
            self.warn(first[key], where)


def open_source(path: str | Path) -> Source:
    """The parsed XML of an `.xodr` file, gzipped or not.

    Raises:
        MapFormatError: the file cannot be opened, is no XML, or its root is not `<OpenDRIVE>`.
    """
    place = Path(path)
    try:
        raw = place.read_bytes()
        data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except OSError as error:
        raise MapFormatError(path, f"cannot be read: {error.strerror or error}; check the path") from error
    except (EOFError, zlib.error) as error:
        raise MapFormatError(path, "the gzip file is damaged or ends early; copy it again") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        root: Element = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise MapFormatError(path, f"is no well-formed XML: {error.msg}", line=error.lineno) from error
    for element in root.iter(tag=etree.Element):
        element.tag = etree.QName(element).localname
    if root.tag != "OpenDRIVE":
        raise MapFormatError(path, f"the root element is <{root.tag}>, not <OpenDRIVE>", line=root.sourceline)
    return Source(str(path), root)
