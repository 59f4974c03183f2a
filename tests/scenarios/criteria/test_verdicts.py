"""Criteria over scenario runs: bounds, preconditions, places and times, functions, and the verdict of all."""

import json
import math
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jing_maps.errors import UnknownNameError
from jing_scenarios import criteria
from jing_scenarios.criteria import Breakdown, MetricBound, RunVerdict, Verdict, judge
from jing_scenarios.criteria.criterion import CriterionError
from jing_scenarios.laws_china import china_laws
from jing_scenarios.metrics import METRICS
from jing_scenarios.metrics.registry import MetricError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace, StoryChange, straight_trace
from jing_scenarios.metrics.units import UnitError, convert, parse_quantity


def closing() -> ScenarioTrace:
    return straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, duration_s=3.0, dt_s=0.5)


def cut_in(at_s: float = 1.0) -> ScenarioTrace:
    trace = straight_trace({"Ego": (0.0, 20.0), "Cutter": (30.0, 20.0)}, duration_s=3.0, dt_s=0.5)
    y = np.where(trace.time_s[:, None] >= at_s, 0.0, [[0.0, 3.5]])
    return replace(trace, y_m=y)


def test_bounds_name_the_worst_instant_and_keep_the_series() -> None:
    verdict = criteria.min_ttc(2.0, requirement="REQ-1").judge(closing())
    assert (verdict.outcome, verdict.worst_time_s, verdict.other) == ("fail", 3.0, "Lead")
    assert verdict.value == pytest.approx(1.6)
    assert verdict.reason_zh == "3秒时Ego的ttc_s为1.6 s，对象Lead；要求不小于2 s"
    assert verdict.series is not None
    np.testing.assert_allclose(verdict.series.value, [4.6, 4.1, 3.6, 3.1, 2.6, 2.1, 1.6])
    row = json.loads(json.dumps(verdict.as_json(), allow_nan=False))
    assert {"name", "verdict", "value", "threshold", "unit", "worst_time_s", "requirement"} <= set(row)


@given(st.floats(1.0, 200.0))
def test_speeds_in_kmh_and_mps_are_the_same(limit_kmh: float) -> None:
    kmh = criteria.max_speed(limit_kmh, "km/h").judge(closing())
    mps = criteria.max_speed(limit_kmh / 3.6, "m/s").judge(closing())
    assert kmh.value == 72.0
    assert mps.value == 20.0
    assert kmh.outcome == mps.outcome or abs(limit_kmh - 72.0) < 1e-6


@given(st.floats(0.1, 10.0), st.floats(0.0, 5.0))
def test_a_stricter_bound_never_passes_what_a_laxer_one_fails(limit: float, more: float) -> None:
    lax, strict = criteria.min_ttc(limit).judge(closing()), criteria.min_ttc(limit + more).judge(closing())
    assert not (lax.outcome == "fail" and strict.outcome == "pass")


def test_sums_are_told_with_their_first_instant() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Wall": (44.0, 0.0)}, 3.0, 0.5)
    verdict = criteria.no_collision().judge(trace)
    assert (verdict.outcome, verdict.value, verdict.worst_time_s, verdict.other) == ("fail", 1.0, 2.0, "Wall")
    assert verdict.reason.startswith("Ego met Wall with its front at 20.0 m/s, its own fault; collisions_1 is 1 at 2 s")
    assert verdict.reason_zh.startswith("Ego以20.0米/秒与Wall相撞（前部，本车责任）")


def test_everybody_may_be_asked() -> None:
    trace = straight_trace({"Ego": (100.0, 20.0), "Chaser": (80.0, 30.0), "Far": (-200.0, 1.0)}, 1.0, 0.5)
    verdict = criteria.min_ttc(1.5, actor="*", name="nobody").judge(trace)
    assert (verdict.outcome, verdict.actor, verdict.other) == ("fail", "Chaser", "Ego")


def test_times_to_collision_of_both_kinds_may_be_asked_of_one_run() -> None:
    both = judge(closing(), [criteria.min_ttc(2.0), criteria.min_ttc(2.0, plane=True)]).verdicts
    assert [verdict.name for verdict in both] == ["TTC of at least 2 s", "TTC (2D) of at least 2 s"]


def test_nobody_is_asked_against_itself() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, 3.0, 0.5)
    assert judge(trace, [criteria.min_ttc(2.0, actor="*", other="Lead")]).verdicts[0].actor == "Ego"
    alone = judge(trace, [criteria.min_ttc(2.0, actor="Lead", other="Lead")])
    assert alone.outcome == "inconclusive"
    assert "against itself" in alone.reason


def test_nothing_to_be_tested_is_inconclusive() -> None:
    alone = straight_trace({"Ego": (0.0, 20.0)}, 1.0, 0.5)
    assert criteria.min_ttc(1.5).judge(alone).outcome == "inconclusive"
    assert criteria.no_collision().judge(alone).outcome == "pass"


def test_runs_of_no_or_one_instant_are_judged() -> None:
    none = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, -0.5, 0.5)
    one = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, 0.0, 0.5)
    assert (none.n_t, one.n_t) == (0, 1)
    bounds = [criteria.metric_bound(entry.name, "<=", 1e9, entry.unit) for entry in METRICS.values()]
    for bound in bounds:
        assert bound.judge(none).outcome == "inconclusive"
        with suppress(MetricError):  # no map, no route
            assert bound.judge(one).outcome in {"pass", "inconclusive", "fail"}
    assert criteria.time_limit(1.0).judge(none).outcome == "inconclusive"
    assert criteria.reaches(0.0, 0.0).judge(none).outcome == "inconclusive"
    for law in china_laws():
        assert law.judge(none).outcome == "inconclusive"


def test_a_precondition_that_never_comes_is_inconclusive() -> None:
    bound = criteria.min_gap(30.0, when=criteria.after_cut_in("Cutter"))
    never = replace(cut_in(), y_m=np.tile([0.0, 3.5], (7, 1)))
    assert bound.judge(never).outcome == "inconclusive"
    assert "Cutter cut in" in bound.judge(never).reason
    asked = bound.judge(cut_in())
    assert (asked.outcome, asked.value) == ("fail", 26.0)
    assert asked.series is not None
    assert asked.series.time_s[0] == 1.0
    # Who is ahead from the beginning has not cut in.
    assert bound.judge(cut_in(0.0)).outcome == "inconclusive"


def test_preconditions_of_storyboard_time_and_metrics() -> None:
    story = replace(closing(), story=(StoryChange(1.5, "Brake", "event", "runningState", "startTransition"),))
    assert criteria.after_story("Brake").holds(story).tolist() == [False] * 3 + [True] * 4
    assert not criteria.after_story("Other").holds(story).any()
    near = criteria.while_metric("gap_m", "<=", 30.0, "m")
    assert near.holds(story).tolist() == [False] * 4 + [True] * 3
    both = criteria.all_of(near, criteria.between(0.0, 2.0))
    assert both.holds(story).tolist() == [False] * 4 + [True] + [False] * 2
    with pytest.raises(UnknownNameError, match="runningState"):
        criteria.after_story("Brake", "running")
    with pytest.raises(CriterionError, match="from must not be after to"):
        criteria.between(2.0, 1.0)


def test_places_and_times() -> None:
    trace = closing()
    assert criteria.reaches(60.0, 0.0).judge(trace).outcome == "pass"
    late = criteria.reaches(60.0, 0.0, by_s=2.0).judge(trace)
    assert (late.outcome, late.value, late.worst_time_s) == ("fail", 20.0, 2.0)
    assert criteria.time_limit(3.0).judge(trace).outcome == "pass"
    assert criteria.time_limit(2.9).judge(trace).outcome == "fail"
    half = criteria.completes_route(0.5, ((0.0, 0.0), (100.0, 0.0))).judge(trace)
    assert (half.outcome, half.unit, half.threshold) == ("pass", "%", 50.0)
    assert half.value == pytest.approx(60.0)
    assert criteria.completes_route(1.0, ((0.0, 0.0), (100.0, 0.0))).judge(trace).outcome == "fail"
    done = criteria.StoryDone("ends", "Act")
    assert done.judge(trace).outcome == "fail"
    assert done.judge(replace(trace, story=(StoryChange(2.0, "Act", "act", "completeState"),))).outcome == "pass"


def test_functions_answer_with_truth_instants_or_a_verdict() -> None:
    trace = closing()

    def breaks(_: ScenarioTrace) -> bool:
        raise ZeroDivisionError("no wheels")

    assert criteria.custom(lambda _: True).judge(trace).outcome == "pass"
    instants = criteria.custom(lambda t: t.time_s < 1.2, name="early").judge(trace)
    assert (instants.outcome, instants.worst_time_s) == ("fail", 1.5)
    own = criteria.custom(lambda _: Verdict("x", "fail", 3.0, unit="m"), name="own", requirement="R").judge(trace)
    assert (own.name, own.outcome, own.value, own.requirement) == ("own", "fail", 3.0, "R")
    broken = criteria.custom(breaks).judge(trace)
    assert (broken.name, broken.outcome) == ("breaks", "error")
    assert "ZeroDivisionError: no wheels" in broken.reason
    with pytest.raises(CriterionError, match=r"\(7,\) bools are right"):
        criteria.custom(lambda _: np.array([1.0, 2.0])).judge(trace)


def test_the_gravest_verdict_is_that_of_the_run() -> None:
    good, bad, odd = Verdict("a", "pass"), Verdict("b", "fail", reason="too near"), Verdict("c", "inconclusive")
    wrong = Verdict("d", "error")
    assert RunVerdict.of([good]).outcome == "pass"
    assert RunVerdict.of([good, odd]).outcome == "inconclusive"
    assert RunVerdict.of([odd, wrong]).outcome == "error"
    assert RunVerdict.of([wrong, odd, bad]).outcome == "fail"
    assert RunVerdict.of([bad, bad]).reason == "b: too near (and 1 more)"
    assert RunVerdict.of([]).outcome == "pass"


def test_who_broke_decides_whatever_the_criteria_say() -> None:
    bad = Verdict("b", "fail")
    stack, platform = Breakdown("stack", "KeyError: 'x'", 1.5), Breakdown("platform", "out of memory")
    assert RunVerdict.of([bad], stack).outcome == "error"
    assert RunVerdict.of([bad], stack).reason == "the stack broke at 1.5 s: KeyError: 'x'"
    assert RunVerdict.of([bad], platform).outcome == "inconclusive"


def test_criteria_of_one_run_have_their_own_names() -> None:
    verdict = judge(closing(), [criteria.min_ttc(1.0), criteria.no_collision()])
    assert (verdict.outcome, verdict.reason) == ("pass", "all 2 criteria hold")
    with pytest.raises(CriterionError, match="two criteria are called 'no collision'"):
        judge(closing(), [criteria.no_collision(), criteria.no_collision()])


def test_what_a_run_lacks_leaves_the_other_criteria_heard() -> None:
    verdict = judge(closing(), [criteria.stays_on_road(requirement="R"), criteria.min_ttc(2.0)])
    road, ttc = verdict.verdicts
    assert (road.outcome, road.requirement, ttc.outcome, verdict.outcome) == ("inconclusive", "R", "fail", "fail")
    assert "the run has no map" in road.reason


def test_wrong_bounds_are_told() -> None:
    with pytest.raises(UnknownNameError, match="ttc_s"):
        MetricBound("x", "tcc_s", ">=", 1.0, "s")
    with pytest.raises(UnitError, match="right would be one of m/s, km/h, mph"):
        criteria.max_speed(3.0, "s")
    with pytest.raises(CriterionError, match="finite"):
        criteria.min_ttc(math.inf)
    with pytest.raises(UnknownNameError, match="Lead"):
        criteria.min_ttc(1.0, other="Leed").judge(closing())
    with pytest.raises(CriterionError, match="above 0"):
        criteria.completes_route(0.0)
    with pytest.raises(CriterionError, match="one waypoint"):
        criteria.completes_route(1.0, ((0.0, 0.0),))


def test_quantities_are_read_as_people_write_them() -> None:
    assert parse_quantity("1.5 s") == (1.5, "s")
    assert parse_quantity("60km/h") == (60.0, "km/h")
    assert parse_quantity("-3 m/s²") == (-3.0, "m/s2")
    assert parse_quantity("95 %") == (95.0, "%")
    assert convert(1.0, "g", "m/s2") == pytest.approx(9.80665)
    with pytest.raises(UnitError, match="no quantity"):
        parse_quantity("fast")
    with pytest.raises(UnknownNameError, match="km/h"):
        parse_quantity("3 kmph")
