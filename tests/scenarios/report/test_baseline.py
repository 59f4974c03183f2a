"""Two runs are compared by what a case is, not by its number."""

from dataclasses import replace

from jing_scenarios.report.baseline import compare
from jing_scenarios.report.results import CaseResult


def test_new_fixed_and_same_are_told_apart(cases: list[CaseResult], before: list[CaseResult]) -> None:
    found = compare(cases, before)
    assert found.new
    assert not found.fixed
    assert compare(before, cases).fixed == found.new
    assert len(found.new) + len(found.same_bad) + len(found.same_good) + len(found.unclear) == 100


def test_cases_keep_their_partner_when_their_numbers_shift(cases: list[CaseResult]) -> None:
    renamed = [replace(case, case=f"{case.case}-b") for case in reversed(cases)]
    found = compare(renamed, cases)
    assert not found.added
    assert not found.missing


def test_cases_of_one_run_alone_are_named(cases: list[CaseResult]) -> None:
    found = compare(cases[1:], cases[:-1])
    assert found.added == ("cut-in-0099",)
    assert found.missing == ("cut-in-0000",)
