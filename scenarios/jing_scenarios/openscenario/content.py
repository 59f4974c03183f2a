"""Which children an element may have, in which order: content models as automata.

A model is written as in `grammar.txt`: `A B` in this order, `A | B` one of them, `A & B` in any order, `? * + {2,}` how
often, `TAG:TYPE` where the two differ. Sequences and choices become a position automaton (Glushkov 1961): a state is
the set of places in the model at which the last child may have stood.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["ContentModel", "ContentProblem", "content_model"]

_TOKEN = re.compile(r"\s*([A-Za-z][\w:]*|\{\d+,\d*\}|[()|&?*+])")
_START = -1


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """A child that may not stand where it stands (`index`), or one that is missing at the end (`index` is None)."""

    index: int | None
    expected: tuple[str, ...]


@dataclass(slots=True)
class _Part:
    """A part of a model: where it can begin and end, and whether it can be nothing."""

    first: set[int]
    last: set[int]
    nullable: bool


@dataclass(slots=True)
class ContentModel:
    """The children that an element may have.

    Attributes:
        types: type of each child by its tag, in the order of the standard.
        unordered: required by tag; the children of this model may come in any order, once each. None: ordered.
        positions: tag at each place of the automaton.
        follow: places that may come after a place (`-1` is the start).
        ends: places at which the content may end.
    """

    types: dict[str, str] = field(default_factory=dict)
    unordered: dict[str, bool] | None = None
    positions: list[str] = field(default_factory=list)
    follow: dict[int, set[int]] = field(default_factory=lambda: {_START: set()})
    ends: set[int] = field(default_factory=lambda: {_START})

    def problems(self, tags: Sequence[str]) -> Iterator[ContentProblem]:
        """What is wrong with children of these tags, in this order."""
        yield from self._unordered_problems(tags) if self.unordered is not None else self._ordered_problems(tags)

    def _ordered_problems(self, tags: Sequence[str]) -> Iterator[ContentProblem]:
        state = {_START}
        for index, tag in enumerate(tags):
            places = {place for last in state for place in self.follow[last]}
            after = {place for place in places if self.positions[place] == tag}
            if not after:
                yield ContentProblem(index, self._named(places))
                after = {place for place in self._later(places) if self.positions[place] == tag}
            state = after or state
        if not state & self.ends:
            yield ContentProblem(None, self._named({place for last in state for place in self.follow[last]}))

    def _later(self, places: set[int]) -> set[int]:
        """Places that can come at or after these: what stands there is right once something before it is added."""
        found = set(places)
        waiting = list(places)
        while waiting:
            new = self.follow[waiting.pop()] - found
            found |= new
            waiting += new
        return found

    def _unordered_problems(self, tags: Sequence[str]) -> Iterator[ContentProblem]:
        left = dict(self.unordered or {})
        for index, tag in enumerate(tags):
            if tag in left:
                del left[tag]
            else:
                yield ContentProblem(index, tuple(left))
        for tag, required in left.items():
            if required:
                yield ContentProblem(None, (tag,))

    def _named(self, places: set[int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.positions[place] for place in sorted(places)))


def content_model(text: str) -> ContentModel:
    """The model that a line of the grammar describes.

    >>> model = content_model("(A B:Bee? (C | D)*)")
    >>> list(model.problems(["A", "C", "B"]))
    [ContentProblem(index=2, expected=('C', 'D'))]
    >>> list(model.problems([]))
    [ContentProblem(index=None, expected=('A',))]
    """
    tokens = _TOKEN.findall(text)
    if "&" in tokens:
        return _unordered(tokens)
    reader = _Reader(tokens)
    whole = reader.part()
    model = reader.model
    model.follow[_START] = whole.first
    model.ends = whole.last | ({_START} if whole.nullable else set())
    return model


def _unordered(tokens: list[str]) -> ContentModel:
    model = ContentModel(unordered={})
    for name, after in zip(tokens, [*tokens[1:], ""], strict=True):
        if name[0].isalpha():
            tag, _, kind = name.partition(":")
            model.types[tag] = kind or tag
            assert model.unordered is not None
            model.unordered[tag] = after != "?"
    return model


class _Reader:
    """Reads tokens from the left and numbers the places of the model."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.model = ContentModel()

    def part(self) -> _Part:
        """A name or a group, with its number of occurrences."""
        start = self.at
        part = self._once()
        end = self.at
        sign = self.tokens[self.at] if self.at < len(self.tokens) else ""
        if sign in {"?", "*", "+"}:
            self.at += 1
            if sign != "?":
                self._join(part.last, part.first)
            return _Part(part.first, part.last, part.nullable or sign != "+")
        if not sign.startswith("{"):
            return part
        for _ in range(int(sign[1:].split(",")[0]) - 1):
            self.at = start
            part = self._then(part, self._once())
        assert self.at == end
        self.at += 1
        tail = max(part.last)
        self._join({tail}, {tail})
        return part

    def _once(self) -> _Part:
        word = self.tokens[self.at]
        self.at += 1
        if word != "(":
            return self._name(word)
        part = self.part()
        while (sign := self.tokens[self.at]) != ")":
            if sign == "|":
                self.at += 1
                other = self.part()
                nullable = part.nullable or other.nullable
                part = _Part(part.first | other.first, part.last | other.last, nullable)
            else:
                part = self._then(part, self.part())
        self.at += 1
        return part

    def _name(self, word: str) -> _Part:
        tag, _, kind = word.partition(":")
        self.model.types[tag] = kind or tag
        place = len(self.model.positions)
        self.model.positions.append(tag)
        self.model.follow[place] = set()
        return _Part({place}, {place}, nullable=False)

    def _then(self, part: _Part, other: _Part) -> _Part:
        self._join(part.last, other.first)
        first = part.first | other.first if part.nullable else part.first
        last = part.last | other.last if other.nullable else other.last
        return _Part(first, last, part.nullable and other.nullable)

    def _join(self, last: set[int], first: set[int]) -> None:
        for place in last:
            self.model.follow[place] |= first
