"""Coverage: which bins of each parameter, and which values and pairs of values of the ODD, the cases hit.

A bin is hit when a case that was driven to a verdict (pass or fail) lies in it: errors and inconclusive cases prove
nothing about the stack.

>>> rows = [CaseResult("a", "pass", parameters={"gap_m": 4.0}), CaseResult("b", "error", parameters={"gap_m": 14.0})]
>>> [(b.label, b.hit) for b in parameter_coverage(rows, {"gap_m": [0.0, 10.0, 20.0]})[0].bins]
[('0 – 10', True), ('10 – 20', False)]
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jing_scenarios.report.results import VERDICTS, CaseResult

__all__ = ["AxisCoverage", "Bin", "PairCoverage", "odd_coverage", "pair_coverage", "parameter_coverage"]

MOST_VALUES = 8
"""A number with more values than that, and no declared bins, is cut into as many equal bins."""


@dataclass(frozen=True)
class Bin:
    """Cases in a bin by verdict (pass, fail, error, inconclusive)."""

    label: str
    counts: tuple[int, int, int, int]

    @property
    def hit(self) -> bool:
        """A case in it came to pass or fail."""
        return self.counts[0] + self.counts[1] > 0


@dataclass(frozen=True)
class AxisCoverage:
    """A parameter or an axis of the ODD; `declared`: the bins come from the manifest; `outside`: cases in none."""

    name: str
    bins: tuple[Bin, ...]
    declared: bool
    outside: int = 0

    @property
    def share(self) -> float:
        """Of its bins that are hit."""
        return sum(b.hit for b in self.bins) / len(self.bins) if self.bins else 1.0


@dataclass(frozen=True)
class PairCoverage:
    """Two axes of the ODD: `counts[i][j]` cases that came to pass or fail with value i of one and j of the other."""

    first: str
    second: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def parameter_coverage(
    cases: Sequence[CaseResult], declared: Mapping[str, Sequence[float | str]]
) -> list[AxisCoverage]:
    """Coverage of every parameter that varies or is declared.

    Args:
        cases: of a report.
        declared: edges of bins of numbers, or the texts that count, by parameter.
    """
    names = sorted({name for case in cases for name in case.parameters} | set(declared))
    out = []
    for name in names:
        own = [(case.parameters[name], case) for case in cases if name in case.parameters]
        values = {value for value, _ in own}
        if name not in declared and len(values) < 2:
            continue
        bins = list(declared.get(name) or _own_bins(values))
        if all(isinstance(edge, int | float) for edge in bins) and name in declared:
            out.append(_of_edges(name, own, [float(edge) for edge in bins], declared=True))
        elif all(isinstance(value, int | float) for value in values) and len(values) > MOST_VALUES:
            out.append(_of_edges(name, own, [float(edge) for edge in bins], declared=False))
        else:
            out.append(_of_values(name, own, [_text(value) for value in bins], declared=name in declared))
    return out


def odd_coverage(cases: Sequence[CaseResult], declared: Mapping[str, Sequence[str]]) -> list[AxisCoverage]:
    """Coverage of the axes of the ODD: the declared values, or those that occur."""
    axes = [*declared, *sorted({axis for case in cases for axis in case.odd} - set(declared))]
    out = []
    for axis in axes:
        own: list[tuple[float | str, CaseResult]] = [(case.odd[axis], case) for case in cases if axis in case.odd]
        values = list(declared.get(axis) or sorted({str(value) for value, _ in own}))
        out.append(_of_values(axis, own, values, declared=axis in declared))
    return out


def pair_coverage(cases: Sequence[CaseResult], axes: Sequence[AxisCoverage]) -> list[PairCoverage]:
    """All pairs of axes of the ODD with at least two values each."""
    out = []
    for first, second in itertools.combinations([axis for axis in axes if len(axis.bins) > 1], 2):
        rows, columns = (tuple(b.label for b in axis.bins) for axis in (first, second))
        counts = np.zeros((len(rows), len(columns)), dtype=int)
        for case in cases:
            row, column = case.odd.get(first.name, ""), case.odd.get(second.name, "")
            if case.verdict in {"pass", "fail"} and row in rows and column in columns:
                counts[rows.index(row), columns.index(column)] += 1
        out.append(PairCoverage(first.name, second.name, rows, columns, tuple(tuple(r) for r in counts.tolist())))
    return out


def _own_bins(values: set[float | str]) -> list[float | str]:
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    if len(numbers) == len(values):
        return (
            [*np.linspace(min(numbers), max(numbers), MOST_VALUES + 1)]
            if len(numbers) > MOST_VALUES
            else sorted(numbers)
        )
    return sorted(str(value) for value in values)


def _of_edges(
    name: str, own: Sequence[tuple[float | str, CaseResult]], edges: Sequence[float], *, declared: bool
) -> AxisCoverage:
    """Half-open bins, the last one closed."""
    labels = [f"{low:g} – {high:g}" for low, high in itertools.pairwise(edges)]
    values = np.array([float(value) for value, _ in own])
    at = np.searchsorted(edges, values, side="right") - 1
    at[values == edges[-1]] = len(labels) - 1
    inside = (at >= 0) & (at < len(labels))
    rows = [(int(k), case) for k, ok, (_, case) in zip(at, inside, own, strict=True) if ok]
    return AxisCoverage(name, _bins(labels, rows), declared, int((~inside).sum()))


def _of_values(
    name: str, own: Sequence[tuple[float | str, CaseResult]], labels: Sequence[str], *, declared: bool
) -> AxisCoverage:
    row = {label: k for k, label in enumerate(labels)}
    rows = [(row[_text(value)], case) for value, case in own if _text(value) in row]
    return AxisCoverage(name, _bins(labels, rows), declared, len(own) - len(rows))


def _bins(labels: Sequence[str], rows: Sequence[tuple[int, CaseResult]]) -> tuple[Bin, ...]:
    counts = np.zeros((len(labels), len(VERDICTS)), dtype=int)
    for k, case in rows:
        counts[k, VERDICTS.index(case.verdict)] += 1
    return tuple(Bin(label, tuple(row)) for label, row in zip(labels, counts.tolist(), strict=True))


def _text(value: float | str) -> str:
    return f"{value:g}" if isinstance(value, int | float) else value
