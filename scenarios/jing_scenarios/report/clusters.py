"""Clusters of failures: failing cases of one scenario that break the same criteria and lie close in their parameters.

The rule, which the report states too: cases are first grouped by scenario, verdict (fail or error) and the set of
criteria that do not hold. Within a group, numbers are scaled to the range that they have over all cases of the
scenario, texts count 0 (equal) or 1 (different), and average linkage (scipy) joins cases until the mean distance per
parameter exceeds 0.3. A text of which the group has every value tells nothing and is left out; a group to which all
cases of the scenario belong is one cluster. For each cluster the box around it (ranges of numbers, sets of texts) is
told, and how many of all cases of the scenario inside that box fail: if all do, the box explains the failures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from jing_scenarios.report.results import CaseResult

__all__ = ["JOIN_BELOW", "Cluster", "failure_clusters"]

JOIN_BELOW = 0.3
_MOST_LINKED = 2000
# Beyond so many cases in a group, distances of all pairs cost too much: the group stays one cluster.
Parameters = Mapping[str, float | str]


@dataclass(frozen=True)
class Cluster:
    """Failures that belong together.

    Attributes:
        scenario, verdict: of all of them.
        criteria: names of those that do not hold; empty for errors.
        cases: their names.
        box: parameter -> (lowest, highest), or the texts that occur, where the box is narrower than all cases.
        inside, failing: cases of the scenario in the box, and how many of those fail.
        reason: of the first case.
    """

    scenario: str
    verdict: str
    criteria: tuple[str, ...]
    cases: tuple[str, ...]
    box: Mapping[str, tuple[float, float] | tuple[str, ...]]
    inside: int
    failing: int
    reason: str


def failure_clusters(cases: Sequence[CaseResult]) -> list[Cluster]:
    """The clusters of all cases that fail or err, the largest first."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[CaseResult]] = {}
    for case in cases:
        if case.verdict in {"fail", "error"}:
            broken = tuple(sorted(c.name for c in case.criteria if c.verdict == "fail"))
            groups.setdefault((case.scenario, case.verdict, broken), []).append(case)
    of_scenario: dict[str, list[CaseResult]] = {}
    for case in cases:
        of_scenario.setdefault(case.scenario, []).append(case)
    out = []
    for key, members in groups.items():
        everyone = of_scenario[key[0]]
        label = _labels(members, everyone)
        out += [
            _cluster(key, [c for c, at in zip(members, label, strict=True) if at == k], everyone) for k in set(label)
        ]
    return sorted(out, key=lambda cluster: (-len(cluster.cases), cluster.scenario, cluster.cases))


def _labels(members: Sequence[CaseResult], everyone: Sequence[CaseResult]) -> list[int]:
    names = [name for name in _varied(everyone) if _tells(name, members, everyone)]
    if len(members) in {1, len(everyone)} or not names or len(members) > _MOST_LINKED:
        return [0] * len(members)
    distance = sum(_distances(name, members, everyone) for name in names) / len(names)
    tree = linkage(squareform(np.asarray(distance), checks=False), "average")
    labels: list[int] = fcluster(tree, JOIN_BELOW, "distance").tolist()
    return labels


def _varied(cases: Sequence[CaseResult]) -> list[str]:
    names = sorted({name for case in cases for name in case.parameters})
    return [name for name in names if len({case.parameters.get(name) for case in cases}) > 1]


def _tells(name: str, members: Sequence[CaseResult], everyone: Sequence[CaseResult]) -> bool:
    """Numbers always; a text where the members lack one of its values."""
    values = {case.parameters.get(name) for case in everyone}
    numeric = all(isinstance(value, int | float) for value in values)
    return numeric or {case.parameters.get(name) for case in members} != values


def _distances(name: str, members: Sequence[CaseResult], everyone: Sequence[CaseResult]) -> NDArray[np.float64]:
    """`(n, n)` of the members in one parameter."""
    values = [case.parameters.get(name) for case in members]
    numbers = [case.parameters.get(name) for case in everyone]
    if all(isinstance(value, int | float) for value in numbers):
        column = np.array(values, dtype=np.float64)
        span = float(np.ptp(np.array(numbers, dtype=np.float64))) or 1.0
        return np.asarray(np.abs(column[:, None] - column) / span)
    texts = np.array([str(value) for value in values])
    return np.asarray(texts[:, None] != texts, dtype=np.float64)


def _cluster(
    key: tuple[str, str, tuple[str, ...]], members: Sequence[CaseResult], everyone: Sequence[CaseResult]
) -> Cluster:
    box: dict[str, tuple[float, float] | tuple[str, ...]] = {}
    for name in _varied(everyone):
        own, all_of = _extent(name, members), _extent(name, everyone)
        if own != all_of:
            box[name] = own
    inside = [case for case in everyone if _in_box(case.parameters, box)]
    return Cluster(
        scenario=key[0],
        verdict=key[1],
        criteria=key[2],
        cases=tuple(case.case for case in members),
        box=box,
        inside=len(inside),
        failing=sum(case.verdict in {"fail", "error"} for case in inside),
        reason=members[0].reason,
    )


def _extent(name: str, cases: Sequence[CaseResult]) -> tuple[float, float] | tuple[str, ...]:
    values = [case.parameters[name] for case in cases if name in case.parameters]
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    if numbers and len(numbers) == len(values):
        return min(numbers), max(numbers)
    return tuple(sorted({str(value) for value in values}))


def _in_box(parameters: Parameters, box: Mapping[str, tuple[float, float] | tuple[str, ...]]) -> bool:
    for name, extent in box.items():
        value = parameters.get(name)
        if isinstance(value, int | float) and isinstance(extent[0], float):
            if not float(extent[0]) <= value <= float(extent[1]):
                return False
        elif str(value) not in extent:
            return False
    return True
