"""The built-in suites: whoever does not brake collides, and the careful driver does not."""

import pytest

from jing_scenarios.case_run import CaseSpec, run_case
from jing_scenarios.case_source import source_of
from jing_scenarios.suite import find_suite
from jing_scenarios.validate import case_specs

FAMILIES = ["ccrs", "ccrm", "ccrb", "ccftap", "cpna", "cpnc", "cpla", "cbna", "cbla"]
OWN_ROADS = ("aeb", "r157")


def _middle(suite: str, stack: str, scenario: str) -> CaseSpec:
    specs = case_specs(find_suite(suite), stack, [scenario])
    return specs[len(specs) // 2]


@pytest.mark.parametrize("family", FAMILIES)
def test_an_unassisted_car_collides_in_every_family_and_a_careful_driver_in_none(family: str) -> None:
    assert run_case(_middle("aeb", "default", family)).verdict == "fail"
    careful = run_case(_middle("aeb", "careful", family))
    assert careful.verdict == "pass", careful.reason


@pytest.mark.parametrize("scenario", [row.id for row in find_suite("r157").manifest.scenario])
def test_a_careful_driver_passes_the_scenarios_of_r157(scenario: str) -> None:
    result = run_case(_middle("r157", "careful", scenario))
    assert result.verdict == "pass", result.reason


def test_cut_ins_carry_the_labels_of_the_reference_drivers() -> None:
    specs = case_specs(find_suite("r157"), "careful", ["cut-in", "cut-in-unavoidable"])
    assert {spec.preventable for spec in specs} == {True, False}
    assert not any(spec.preventable for spec in specs if spec.scenario == "cut-in-unavoidable")
    assert all("fuzzy safety model" in spec.label for spec in specs)


@pytest.mark.parametrize("name", OWN_ROADS)
def test_every_case_can_be_prepared(name: str) -> None:
    for spec in case_specs(find_suite(name), "careful")[::23]:
        prepared = source_of(spec.source).prepare(spec.parameters)
        assert prepared.criteria


def test_the_careless_driver_fails_in_zhongguancun_where_the_careful_one_passes() -> None:
    for case in ("red-light-0001", "cut-in-0001", "crosswalk-0001"):
        careful, careless = (
            run_case(case_specs(find_suite("gbt41798"), stack, [case])[0]) for stack in ("careful", "careless")
        )
        assert (careful.verdict, careless.verdict) == ("pass", "fail"), (case, careful.reason, careless.reason)


def test_background_traffic_is_asked_for_where_the_tag_says_so() -> None:
    specs = case_specs(find_suite("yizhuang_urban"), "careful", ["muck-truck"])
    for spec in specs:
        scenario = source_of(spec.source).prepare(spec.parameters).scenario
        swarms = [node for node in scenario.root.descendants() if node.tag == "TrafficSwarmAction"]
        assert bool(swarms) == (spec.odd["traffic"] == "background")
