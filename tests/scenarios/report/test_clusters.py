"""Failures that have one cause stand in one cluster, whose box says the cause."""

from jing_scenarios.report.clusters import failure_clusters
from jing_scenarios.report.results import CaseResult, CriterionResult

BROKEN = (CriterionResult("collision", "fail"),)


def test_failures_at_two_ends_of_a_parameter_are_two_clusters() -> None:
    bad = {*range(10), *range(91, 100)}
    cases = [
        CaseResult(str(gap), "fail" if gap in bad else "pass", parameters={"gap_m": float(gap)}, criteria=BROKEN)
        for gap in range(100)
    ]
    clusters = failure_clusters(cases)
    assert [dict(cluster.box) for cluster in clusters] == [{"gap_m": (0.0, 9.0)}, {"gap_m": (91.0, 99.0)}]
    assert [(cluster.inside, cluster.failing) for cluster in clusters] == [(10, 10), (9, 9)]


def test_a_box_that_holds_passing_cases_says_so(cases: list[CaseResult]) -> None:
    cluster = next(c for c in failure_clusters(cases) if c.verdict == "fail")
    assert cluster.criteria == ("minimum gap",)
    assert set(cluster.box["weather"]) <= {"clear", "rain"}
    assert cluster.failing <= cluster.inside


def test_errors_and_failures_never_share_a_cluster(cases: list[CaseResult]) -> None:
    clusters = failure_clusters(cases)
    by_name = {case.case: case.verdict for case in cases}
    assert all({by_name[name] for name in cluster.cases} == {cluster.verdict} for cluster in clusters)
    assert sum(len(c.cases) for c in clusters) == sum(case.verdict in {"fail", "error"} for case in cases)


def test_cases_without_parameters_are_one_cluster() -> None:
    cases = [CaseResult(name, "fail", scenario="x", criteria=BROKEN) for name in "ab"]
    assert [cluster.cases for cluster in failure_clusters(cases)] == [("a", "b")]


def test_failures_under_all_conditions_are_one_cluster_and_those_under_one_condition_say_it() -> None:
    def cases(fails: set[str]) -> list[CaseResult]:
        return [
            CaseResult(
                f"{weather}-{light}",
                "fail" if weather in fails else "pass",
                parameters={"weather": weather, "light": light},
                criteria=BROKEN,
            )
            for weather in ("clear", "rain", "fog")
            for light in ("day", "night")
        ]

    (everywhere,) = failure_clusters(cases({"clear", "rain", "fog"}))
    assert dict(everywhere.box) == {}
    (wet,) = failure_clusters(cases({"rain"}))
    assert dict(wet.box) == {"weather": ("rain",)}
    assert (wet.inside, wet.failing) == (2, 2)
