"""A suite against a stack: every case run on Ray, judged, and told in a report folder.

```
OUT/report.html, junit.xml, results.parquet, evidence.json   the report
    runs/CASE/                                               run folders
    ...                                                      the campaign, which a later call with the same code resumes
```
"""

import hashlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from jing_maps.errors import UnknownNameError
from jing_scenarios.campaign import BatchOptions, run_cases
from jing_scenarios.case_run import CaseSpec
from jing_scenarios.drivers.spec import BUILT_IN, driver_of_spec
from jing_scenarios.library.reference_drivers import Label
from jing_scenarios.report.evidence import RunFacts
from jing_scenarios.report.results import CaseResult, read_results
from jing_scenarios.report.writing import ReportFolder, ReportOptions, write_report
from jing_scenarios.script.load import script_function
from jing_scenarios.suite import Suite, SuiteCase
from jing_scenarios.suite_manifest import SuiteError

__all__ = ["Validation", "ValidationOptions", "case_specs", "stack_hash", "validate"]


@dataclass(frozen=True)
class ValidationOptions:
    """How a suite is run and told.

    Attributes:
        only: ids of scenarios or names of cases; empty = all.
        baseline: report folder of another run to compare with, or None.
        cases_per_job: cases that one task of the campaign runs.
        report: what the report holds beyond the usual.
        command: what was typed, for the evidence.
    """

    only: tuple[str, ...] = ()
    baseline: Path | None = None
    cases_per_job: int = 4
    report: ReportOptions = field(default_factory=ReportOptions)
    command: str = ""


@dataclass(frozen=True)
class Validation:
    """What came of it; `wall_s` is that of the campaign."""

    cases: tuple[CaseResult, ...]
    wall_s: float
    report: ReportFolder

    def count(self, verdict: str) -> int:
        """Cases with this verdict."""
        return sum(case.verdict == verdict for case in self.cases)


def validate(
    suite: Suite,
    stack: str,
    out: Path,
    options: ValidationOptions | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _given_up: None,
) -> Validation:
    """Every case of the suite has been driven by the stack; the report stands in `out`. Needs `ray_session`.

    Args:
        suite: of cases.
        stack: spec of the driver of the ego: `careful`, `careless`, `package.module:Class`, `file.py:Class`.
        out: folder of the campaign and the report.
        options: of both.
        on_progress: called with the number of cases done and given up.

    Raises:
        DriverError: there is no such stack, or it cannot be made.
        UnknownNameError: `only` names what the suite does not have.
        ReportError: the baseline is no report folder.
    """
    options = options or ValidationOptions()
    driver_of_spec(stack)
    baseline = None if options.baseline is None else read_results(options.baseline)
    specs = case_specs(suite, stack, options.only)
    started = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    batch = BatchOptions(cases_per_job=options.cases_per_job, keep_runs=True)
    summary = run_cases(specs, out, on_progress=on_progress, batch=batch)
    digest = stack_hash(stack)
    cases = tuple(replace(case, stack_hash=digest) for case in read_results(summary.results))
    facts = RunFacts(suite.manifest.title, started, summary.wall_s, stack, options.command, suite.manifest)
    report = write_report(cases, out, facts, baseline=baseline, options=options.report)
    return Validation(cases, summary.wall_s, report)


def case_specs(suite: Suite, stack: str, only: Sequence[str] = ()) -> list[CaseSpec]:
    """The cases as the campaign runs them, with the labels of the reference drivers.

    Raises:
        UnknownNameError: `only` names neither a scenario nor a case.
        SuiteError: a reference cannot be loaded.
    """
    cases = suite.cases()
    known = {case.scenario.id for case in cases} | {case.case for case in cases}
    for name in only:
        if name not in known:
            raise UnknownNameError(f"scenario or case of {suite.name}", name, known)
    chosen = [case for case in cases if not only or case.scenario.id in only or case.case in only]
    labels: dict[str, Callable[..., object]] = {}
    return [_spec(suite, case, stack, labels) for case in chosen]


def stack_hash(stack: str) -> str:
    """SHA-256 of the file that holds a user's driver; empty for built-in ones, which the platform's hash covers."""
    name = stack.partition("?")[0]
    place = name.rpartition(":")[0]
    if name in BUILT_IN or not place:
        return ""
    found = None if place.endswith(".py") else importlib.util.find_spec(place)
    path = Path(found.origin) if found is not None and found.origin else Path(place)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _spec(suite: Suite, case: SuiteCase, stack: str, labels: dict[str, Callable[..., object]]) -> CaseSpec:
    label = _label(suite, case, labels)
    return CaseSpec(
        case=case.case,
        source=suite.source(case.scenario),
        parameters=case.parameters,
        scenario=case.scenario.id,
        odd=case.odd,
        seed=case.seed,
        stack=stack,
        dt_s=suite.manifest.dt_s,
        max_time_s=suite.manifest.max_time_s,
        preventable=None if label is None else label.preventable,
        label="" if label is None else label.text,
    )


def _label(suite: Suite, case: SuiteCase, labels: dict[str, Callable[..., object]]) -> Label | None:
    reference = case.scenario.reference
    if not reference:
        return None
    if reference not in labels:
        labels[reference] = script_function(str(suite.folder / reference))
    try:
        found = labels[reference](**case.parameters)
    except TypeError as error:
        raise SuiteError(f"{suite.folder}: {reference} does not take the parameters of {case.case}: {error}") from error
    if not isinstance(found, Label):
        raise SuiteError(f"{suite.folder}: {reference} gives {found!r}; a Label would be right")
    return found
