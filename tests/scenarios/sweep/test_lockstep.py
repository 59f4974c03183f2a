"""Cases that go through one batch of driving worlds have the bits that they have alone."""

from dataclasses import replace
from pathlib import Path

from jing_scenarios.case_run import CaseSpec, run_case
from jing_scenarios.lockstep import run_together
from jing_scenarios.report.results import CaseResult

SOURCE = "jing_scenarios.script.example:cut_in"


def _case(name: str, stack: str = "careful?pedals=true", **parameters: float) -> CaseSpec:
    return CaseSpec(name, SOURCE, parameters, stack=stack, max_time_s=6.0)


def _told(row: CaseResult) -> str:
    return repr(replace(row, wall_s=0.0))


def test_together_is_as_alone_and_what_is_broken_harms_nobody(tmp_path: Path) -> None:
    cases = [_case("a", gap_m=8.0), _case("broken", gap=1.0), _case("b", gap_m=25.0, braking_mps2=6.0)]
    folders = [tmp_path / case.case for case in cases]
    for folder in folders:
        folder.mkdir()
    rows = run_together(cases, folders)
    assert rows is not None
    assert [_told(row) for row in rows] == [_told(run_case(case)) for case in cases]
    assert rows[1].verdict == "inconclusive"
    assert rows[0].state_hash != rows[2].state_hash
    assert [(folder / "manifest.json").is_file() for folder in folders] == [True, False, True]


def test_cases_without_pedals_or_of_different_steps_do_not_go_together() -> None:
    assert run_together([_case("a", stack="careful"), _case("b", stack="careful")]) is None
    assert run_together([_case("a"), replace(_case("b"), dt_s=0.02)]) is None
    assert run_together([_case("a")]) is None
