"""Importance sampling against failure rates that are known in closed form: mean, coverage of the interval, speed-up."""

import json
import math
from collections.abc import Sequence
from statistics import NormalDist, mean

from jing_scenarios.failure_rate import RateOptions, failure_rate
from jing_scenarios.sampling import Case, Space
from jing_scenarios.script import Normal, Uniform

REPETITIONS = 40
SQUARE: Space = {"a": Uniform(0.0, 1.0), "b": Uniform(0.0, 1.0)}
PLANE: Space = {"a": Normal(0.0, 1.0, -8.0, 8.0), "b": Normal(0.0, 1.0, -8.0, 8.0)}


def corner(cases: Sequence[Case]) -> list[float]:
    """Fails where both uniform numbers are above 0.99."""
    return [max(0.99 - float(case["a"]), 0.99 - float(case["b"])) for case in cases]


def beyond(beta: float, cases: Sequence[Case]) -> list[float]:
    """Fails where the sum of two normal numbers is `beta` standard deviations from its mean."""
    return [beta * math.sqrt(2.0) - float(case["a"]) - float(case["b"]) for case in cases]


def main() -> None:
    problems = [
        ("corner of a square", SQUARE, corner, 1e-4),
        ("beyond 3 sigma", PLANE, lambda cases: beyond(3.0, cases), NormalDist().cdf(-3.0)),
        ("beyond 4 sigma", PLANE, lambda cases: beyond(4.0, cases), NormalDist().cdf(-4.0)),
    ]
    for name, space, margins, rate in problems:
        found = [failure_rate(space, margins, RateOptions(seed=seed)) for seed in range(REPETITIONS)]
        print(json.dumps({
            "problem": name, "rate": rate, "mean": mean(one.rate for one in found),
            "interval_holds_it": mean(one.low <= rate <= one.high for one in found),
            "relative_error": round(mean(one.relative_error for one in found), 3),
            "effective_sample_size": round(mean(one.effective_sample_size for one in found)),
            "cases": round(mean(one.cases_in_all for one in found)),
            "times_fewer_cases_than_monte_carlo": round(mean(one.speed_up for one in found)),
        }))  # fmt: skip


if __name__ == "__main__":
    main()
