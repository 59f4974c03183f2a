"""Importance sampling against problems whose rate is known in closed form."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pytest

from jing_scenarios.failure_rate import FailureRate, RateOptions, failure_rate
from jing_scenarios.sampling import Case, Space
from jing_scenarios.script.distributions import Normal, Uniform
from jing_scenarios.search import SearchError

CORNER: Space = {"a": Uniform(0.0, 1.0), "b": Uniform(0.0, 1.0)}
PLANE: Space = {"a": Normal(0.0, 1.0, -8.0, 8.0), "b": Normal(0.0, 1.0, -8.0, 8.0)}


def _corner(cases: Sequence[Case]) -> list[float]:
    return [max(0.99 - float(case["a"]), 0.99 - float(case["b"])) for case in cases]


def _plane(cases: Sequence[Case]) -> list[float]:
    return [4.0 * math.sqrt(2.0) - float(case["a"]) - float(case["b"]) for case in cases]


@pytest.mark.parametrize(
    ("space", "margins", "rate"), [(CORNER, _corner, 1e-4), (PLANE, _plane, NormalDist().cdf(-4.0))]
)
def test_rare_failures_are_found_with_an_honest_interval(space: Space, margins: object, rate: float) -> None:
    found: list[FailureRate] = [
        failure_rate(space, margins, RateOptions(seed=seed))  # type: ignore[arg-type]
        for seed in range(12)
    ]
    assert np.mean([one.rate for one in found]) == pytest.approx(rate, rel=0.1)
    assert sum(one.low <= rate <= one.high for one in found) >= 10
    assert all(one.relative_error < 0.3 for one in found)
    assert all(20.0 < one.effective_sample_size <= one.failures for one in found)
    assert min(one.speed_up for one in found) > 100.0


def test_a_common_failure_is_estimated_as_plain_sampling_does() -> None:
    found = failure_rate({"a": Uniform(0.0, 1.0)}, lambda cases: [0.3 - float(case["a"]) for case in cases])
    assert found.low <= 0.7 <= found.high
    assert found == failure_rate({"a": Uniform(0.0, 1.0)}, lambda cases: [0.3 - float(case["a"]) for case in cases])


def test_without_a_failure_the_rate_has_an_upper_bound() -> None:
    options = RateOptions(level_cases=50, final_cases=100, levels=2)
    found = failure_rate({"a": Uniform(0.0, 1.0)}, lambda cases: [1.0 + float(case["a"]) for case in cases], options)
    assert (found.rate, found.low, found.failures) == (0.0, 0.0, 0)
    assert found.high == pytest.approx(0.3)


def test_cases_that_cannot_be_judged_are_counted() -> None:
    def margins(cases: Sequence[Case]) -> list[float]:
        return [math.nan if float(case["a"]) < 0.05 else 0.9 - float(case["a"]) for case in cases]

    found = failure_rate({"a": Uniform(0.0, 1.0)}, margins)
    assert found.unjudged > 0
    assert found.rate == pytest.approx(0.1, rel=0.25)
    with pytest.raises(SearchError, match="could be judged"):
        failure_rate({"a": Uniform(0.0, 1.0)}, lambda cases: [math.nan] * len(cases))
