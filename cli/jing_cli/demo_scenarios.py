"""The scenarios of `jingsim demo`: a sweep over a cut-in, and cases of a suite with their report."""

from dataclasses import dataclass
from pathlib import Path

from jing_cli.output import print_table
from jing_cli.scenario_sweep import summary_json
from jing_cli.validate_command import validation_json
from jing_scenarios.campaign import BatchOptions, CampaignSummary, run_cases
from jing_scenarios.case_run import CaseSpec
from jing_scenarios.sampling import sobol
from jing_scenarios.script.example import CUT_IN_SPACE
from jing_scenarios.suite import find_suite
from jing_scenarios.validate import Validation, ValidationOptions, validate

__all__ = ["DemoScenarios", "print_scenarios", "run_scenarios"]

CASES = 20
STACK = "careful"
SUITE = "gbt41798"
SUITE_CASES = 4


@dataclass(frozen=True)
class DemoScenarios:
    """What came of the two."""

    cut_in: CampaignSummary
    suite: Validation

    def as_json(self) -> dict[str, object]:
        """The figures of both."""
        return {
            "cut_in": summary_json(self.cut_in),
            SUITE: validation_json(find_suite(SUITE), STACK, self.suite),
        }


def run_scenarios(folder: Path) -> DemoScenarios:
    """20 cut-ins by a Sobol sequence, and four cases of the suite; needs `ray_session`."""
    cases = (
        CaseSpec(f"cut-in-{k:02d}", "jing_scenarios.script.example:cut_in", case, scenario="cut-in", max_time_s=30.0)
        for k, case in enumerate(sobol(CUT_IN_SPACE, CASES))
    )
    cut_in = run_cases(cases, folder / "cut-in", batch=BatchOptions(cases_per_job=5))
    suite = find_suite(SUITE)
    first = {case.scenario.id: case.case for case in reversed(suite.cases())}
    step = max(len(first) // SUITE_CASES, 1)
    chosen = tuple(first[row.id] for row in suite.manifest.scenario[::step][:SUITE_CASES])
    options = ValidationOptions(only=chosen, command="jingsim demo")
    return DemoScenarios(cut_in, validate(suite, STACK, folder / SUITE, options))


def print_scenarios(done: DemoScenarios) -> None:
    """A row for the sweep and one for the suite."""
    sweep, suite = done.cut_in, done.suite
    rows: list[tuple[object, ...]] = [
        ("20 cut-ins", sweep.cases, sweep.passed, sweep.failed, sweep.errors, sweep.inconclusive),
        (SUITE, len(suite.cases), *(suite.count(name) for name in ("pass", "fail", "error", "inconclusive"))),
    ]
    columns = ("scenarios", "cases", "passed", "failed", "errors", "inconclusive")
    print_table(f"scenarios against the driver {STACK}", columns, rows)
