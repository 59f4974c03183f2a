"""What changed against another run of the same cases.

>>> old = [CaseResult("x-0", "fail", scenario="x", parameters={"gap_m": 5.0})]
>>> new = [CaseResult("x-7", "pass", scenario="x", parameters={"gap_m": 5.0})]
>>> compare(new, old).fixed
('x-7',)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jing_scenarios.report.results import CaseResult

__all__ = ["Comparison", "compare"]

_BAD = {"fail", "error"}


@dataclass(frozen=True)
class Comparison:
    """Names of cases of the new run, by what became of them.

    Attributes:
        stack: of the other run.
        new: fail or err now, did not before. fixed: the other way round.
        same_bad, same_good: as before.
        unclear: inconclusive in one of the two runs.
        added: not in the other run; missing: of the other run, not in this one (names there).
    """

    stack: str
    new: tuple[str, ...]
    fixed: tuple[str, ...]
    same_bad: tuple[str, ...]
    same_good: tuple[str, ...]
    unclear: tuple[str, ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]


def compare(cases: Sequence[CaseResult], baseline: Sequence[CaseResult]) -> Comparison:
    """Pairs cases by scenario, parameters and seed (not by name: numbers shift when a suite grows)."""
    before = {_key(case): case for case in baseline}
    now = {_key(case) for case in cases}
    found: dict[str, list[str]] = {name: [] for name in ("new", "fixed", "same_bad", "same_good", "unclear", "added")}
    for case in cases:
        found[_change(before.get(_key(case)), case)].append(case.case)
    missing = tuple(case.case for case in baseline if _key(case) not in now)
    stack = ", ".join(sorted({case.stack for case in baseline if case.stack}))
    return Comparison(stack, missing=missing, **{name: tuple(names) for name, names in found.items()})


def _key(case: CaseResult) -> tuple[object, ...]:
    parameters = case.parameters.items()
    return case.scenario, case.seed, tuple(sorted((name, str(value)) for name, value in parameters))


def _change(old: CaseResult | None, new: CaseResult) -> str:
    if old is None:
        return "added"
    if "inconclusive" in {old.verdict, new.verdict}:
        return "unclear"
    if (old.verdict in _BAD) == (new.verdict in _BAD):
        return "same_bad" if new.verdict in _BAD else "same_good"
    return "new" if new.verdict in _BAD else "fixed"
