"""The result table keeps what a case was and what became of it."""

from pathlib import Path

import pytest

from jing_maps.errors import UnknownNameError
from jing_scenarios.report.results import (
    CaseResult,
    CriterionResult,
    ReportError,
    read_results,
    table_of,
    write_results,
)

CASE = CaseResult(
    "cut-in-0001",
    "fail",
    reason="collision with Target at 4.2 s",
    scenario="cut-in",
    parameters={"gap_m": 12.5, "weather": "rain"},
    odd={"weather": "rain", "light": "night"},
    criteria=(
        CriterionResult("collision", "fail", 1.0, 0.0, "<=", "", 4.2, "R157-5.2.1", "Target", "hit Target"),
        CriterionResult("speed", "pass", 16.0, 16.7, "<=", "m/s", 3.0),
    ),
    stack="careless",
    preventable=True,
    label="careful and competent driver: no collision",
    seed=3,
    sim_end_s=6.0,
    stopped_by="criterion collision",
    wall_s=0.4,
    run="attempts/abc",
    scenario_hash="aa",
    map_hash="bb",
    code_hash="cc",
)
OTHER = CaseResult("cut-in-0002", "pass", sim_end_s=1.0, wall_s=1.0, parameters={"gap_m": 20.0})


def test_cases_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_results([CASE], tmp_path / "results.parquet")
    assert read_results(tmp_path) == [CASE]


def test_parameters_are_columns_and_absent_ones_are_null() -> None:
    table = table_of([CASE, OTHER])
    assert table.column("param.gap_m").to_pylist() == [12.5, 20.0]
    assert table.column("param.weather").to_pylist() == ["rain", None]


def test_a_case_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ReportError, match="occurs twice"):
        table_of([CASE, CASE])


def test_a_verdict_outside_the_four_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="passed"):
        CaseResult("a", "passed")  # type: ignore[arg-type]


def test_what_is_no_table_of_results_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="does not exist"):
        read_results(tmp_path)
    (tmp_path / "results.parquet").write_bytes(b"no parquet")
    with pytest.raises(ReportError, match="damaged"):
        read_results(tmp_path)
