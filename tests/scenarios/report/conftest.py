"""Made-up results: two scenarios, a hundred cases, failures where the gap is small and the target fast."""

import pytest

from jing_scenarios.report.results import CaseResult, CaseVerdict, CriterionResult


def made_up(index: int, *, fails_below_m: float = 12.0) -> CaseResult:
    """A case of a made-up cut-in: fails below a gap, errs in fog at night, is inconclusive for one gap."""
    gap_m, weather = 5.0 + index % 20, ("clear", "rain", "fog")[index % 3]
    light = "night" if index % 2 else "day"
    verdict: CaseVerdict = "fail" if gap_m < fails_below_m and weather != "fog" else "pass"
    if weather == "fog" and light == "night":
        verdict = "error"
    elif gap_m == 24.0:
        verdict = "inconclusive"
    gap = CriterionResult(
        "minimum gap", "fail" if verdict == "fail" else "pass", gap_m - 11.0, 0.5, ">=", "m", 3.2, "R157-5.2.5"
    )
    return CaseResult(
        f"cut-in-{index:04d}",
        verdict,
        reason={"fail": "hit Target at 3.2 s", "error": "ZeroDivisionError in control()"}.get(verdict, ""),
        scenario="cut-in",
        parameters={"gap_m": gap_m, "speed_kmh": 40.0 + 10 * (index % 5), "weather": weather},
        odd={"weather": weather, "light": light},
        criteria=(gap, CriterionResult("speed limit", "pass", 15.0, 16.7, "<=", "m/s", 1.0)),
        stack="careless",
        preventable=gap_m > 8.0,
        seed=index,
        sim_end_s=12.0,
        wall_s=0.05,
    )


@pytest.fixture
def cases() -> list[CaseResult]:
    return [made_up(index) for index in range(100)]


@pytest.fixture
def before() -> list[CaseResult]:
    """The same cases with a better stack."""
    return [made_up(index, fails_below_m=10.0) for index in range(100)]
