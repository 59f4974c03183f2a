"""Searches find the worst case of problems whose worst case is known."""

import math

import pytest

from jing_maps.errors import UnknownNameError
from jing_scenarios.sampling import Case
from jing_scenarios.script.distributions import Choice, Uniform
from jing_scenarios.search import SearchError, SearchOptions, minimise


def _bowl(case: Case) -> float:
    x, y = float(case["x"]), float(case["y"])
    return (x - 3.0) ** 2 + (y + 1.0) ** 2 - 0.5


SPACE = {"x": Uniform(-5.0, 5.0), "y": Uniform(-5.0, 5.0)}


@pytest.mark.parametrize(("method", "within"), [("bayes", 0.6), ("cma", 0.05)])
def test_both_methods_come_near_the_worst_case_and_repeat_themselves(method: str, within: float) -> None:
    options = SearchOptions(method, cases=160, round_size=16, seed=3)  # type: ignore[arg-type]
    found, again = (minimise(SPACE, lambda cases: [_bowl(case) for case in cases], options) for _ in range(2))
    assert math.dist((float(found.best.case["x"]), float(found.best.case["y"])), (3.0, -1.0)) < within
    assert found == again
    assert found.best.margin < 0
    assert 0 < found.first_failure <= 160
    assert _bowl(found.probes[found.first_failure - 1].case) < 0


def test_choices_are_searched_too_and_unjudged_cases_do_no_harm() -> None:
    space = {"x": Uniform(0.0, 1.0), "model": Choice(["car", "bus", "truck"])}

    def margins(cases: list[Case]) -> list[float]:
        return [
            math.nan if float(case["x"]) < 0.1 else float(case["x"]) + (0.0 if case["model"] == "bus" else 1.0)
            for case in cases
        ]

    found = minimise(space, margins, SearchOptions(cases=80, round_size=8))  # type: ignore[arg-type]
    assert found.best.case["model"] == "bus"
    assert 0.1 <= found.best.margin < 0.3


def test_what_cannot_be_searched_is_told() -> None:
    with pytest.raises(SearchError, match="no parameters"):
        minimise({}, lambda _cases: [])
    with pytest.raises(SearchError, match="could be judged"):
        minimise(SPACE, lambda cases: [math.nan] * len(cases), SearchOptions(cases=10, round_size=5))
    with pytest.raises(UnknownNameError, match="bayes"):
        SearchOptions("bays")  # type: ignore[arg-type]
