"""The report folder: all of its files, and what they prove."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from jing_maps.errors import UnknownNameError
from jing_scenarios.report.case_files import read_series, read_verdicts
from jing_scenarios.report.evidence import RunFacts, evidence
from jing_scenarios.report.results import CaseResult, CriterionResult, ReportError, read_results
from jing_scenarios.report.summary import summary
from jing_scenarios.report.writing import ReportOptions, write_report

Recorded = tuple[list[CaseResult], Path]


def test_a_report_folder_is_whole_and_is_itself_a_baseline(recorded: Recorded, facts: RunFacts, tmp_path: Path) -> None:
    cases, runs = recorded
    first = write_report(cases, tmp_path / "one", facts, runs=runs)
    assert all(path.is_file() for path in (first.page, first.junit, first.results, first.evidence))
    assert first.replays == 1
    again = write_report(cases, tmp_path / "two", facts, runs=runs, baseline=read_results(first.folder))
    assert again.comparison is not None
    assert not again.comparison.new
    assert len(again.comparison.same_good) == 57


def test_the_same_results_give_the_same_page(recorded: Recorded, facts: RunFacts, tmp_path: Path) -> None:
    cases, runs = recorded
    pages = [write_report(cases, tmp_path / name, facts, runs=runs).page.read_bytes() for name in ("one", "two")]
    assert pages[0] == pages[1]


def test_evidence_has_the_fields_of_a_test_case(cases: list[CaseResult], facts: RunFacts) -> None:
    case = replace(cases[0], scenario_hash="aa", map_hash="bb", code_hash="cc", state_hash="dd")
    record = evidence(facts, [case])["cases"][0]
    assert record["requirements"] == ["R157-5.2.5"]
    assert record["inputs"]["scenario_sha256"] == "aa"
    assert record["inputs"]["seed"] == 0
    assert record["actual_result"]["verdict"] == "fail"
    assert record["actual_result"]["criteria"][0]["worst_time_s"] == 3.2
    assert record["odd"] == {"weather": "clear", "light": "day"}


def test_evidence_is_json_even_where_numbers_are_unknown(facts: RunFacts, tmp_path: Path) -> None:
    case = CaseResult("a", "inconclusive", parameters={"x": math.nan}, criteria=(CriterionResult("c", "inconclusive"),))
    written = write_report([case], tmp_path, facts)
    document = json.loads(written.evidence.read_text(encoding="utf-8"))
    assert document["cases"][0]["inputs"]["parameters"] == {"x": None}
    assert document["cases"][0]["actual_result"]["criteria"][0]["value"] is None


def test_a_report_of_nothing_is_refused(facts: RunFacts, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="at least one case"):
        write_report([], tmp_path, facts)


def test_a_page_of_many_cases_lists_what_did_not_pass_first(
    cases: list[CaseResult], facts: RunFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jing_scenarios.report.summary.MOST_ROWS", 50)
    told = summary(facts, cases, None, {})
    assert told["all"] == 100
    assert len(told["cases"]) == 50
    assert sum(row["verdict"] != "pass" for row in told["cases"]) == 43
    assert sum(told["totals"].values()) == 100


def test_case_files_come_back(recorded: Recorded) -> None:
    run = recorded[1] / "runs" / "0"
    assert [(row.name, row.verdict, row.unit) for row in read_verdicts(run)] == [("minimum gap", "fail", "m")]
    time_s, value = read_series(run)["minimum gap"]
    assert len(time_s) == len(value) == 241
    (run / "verdicts.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReportError, match=r"verdicts\.json"):
        read_verdicts(run)


def test_mcap_holds_every_frame_and_sample(recorded: Recorded, facts: RunFacts, tmp_path: Path) -> None:
    reader = pytest.importorskip("mcap.reader", reason="the extra report is not installed")
    cases, runs = recorded
    options = ReportOptions(mcap=("cut-in-0000",))
    (path,) = write_report(cases, tmp_path / "out", facts, runs=runs, options=options).mcap
    with path.open("rb") as file:
        summary = reader.make_reader(file).get_summary()
    counts = {summary.channels[key].topic: n for key, n in summary.statistics.channel_message_counts.items()}
    assert counts["/actors"] == counts["/scene"] == counts["/criteria/minimum gap"] == 241
    assert counts["/contacts"] == 1
    assert counts["/storyboard"] == 3


def test_mcap_of_a_case_that_is_not_there_is_refused(recorded: Recorded, facts: RunFacts, tmp_path: Path) -> None:
    cases, runs = recorded
    with pytest.raises(UnknownNameError, match="did you mean cut-in-"):
        write_report(cases, tmp_path, facts, runs=runs, options=ReportOptions(mcap=("cut-in-000",)))
    with pytest.raises(ReportError, match="no run folder"):
        write_report(cases, tmp_path, facts, runs=runs, options=ReportOptions(mcap=("cut-in-0001",)))


def test_the_pdf_is_one(recorded: Recorded, facts: RunFacts, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="the extra report is not installed")
    cases, runs = recorded
    written = write_report(cases[:12], tmp_path / "out", facts, runs=runs, options=ReportOptions(pdf=True))
    assert written.pdf is not None
    assert written.pdf.read_bytes().startswith(b"%PDF")
