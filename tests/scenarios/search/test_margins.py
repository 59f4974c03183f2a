"""Margins say by how much a criterion holds, and agree with its verdict."""

import math

import pytest

from jing_maps.errors import UnknownNameError
from jing_scenarios.margins import criterion_margin, margin_of
from jing_scenarios.report.results import CaseResult, CriterionResult

GAP = CriterionResult("gap", "fail", value=0.2, threshold=0.5, comparison=">=")
SPEED = CriterionResult("speed", "pass", value=12.0, threshold=14.0, comparison="<=")


def test_margins_have_the_sign_of_the_verdict() -> None:
    assert criterion_margin(GAP) == pytest.approx(-0.3)
    assert criterion_margin(SPEED) == pytest.approx(2.0)
    assert criterion_margin(CriterionResult("ttc", "pass", math.inf, 1.0, ">=")) == 1000.0
    assert criterion_margin(CriterionResult("on the line", "fail", 1.0, 1.0, ">")) < 0.0
    assert criterion_margin(CriterionResult("yes or no", "fail")) == -1.0
    assert math.isnan(criterion_margin(CriterionResult("never asked", "inconclusive")))


def test_the_margin_of_a_case_is_its_lowest_or_that_of_one_criterion() -> None:
    case = CaseResult("a", "fail", criteria=(GAP, SPEED))
    assert margin_of(case) == pytest.approx(-0.3)
    assert margin_of(case, "speed") == pytest.approx(2.0)
    assert math.isnan(margin_of(CaseResult("b", "inconclusive")))
    assert math.isnan(margin_of(CaseResult("c", "error", criteria=(GAP,))))
    with pytest.raises(UnknownNameError, match="did you mean gap"):
        margin_of(case, "gab")
