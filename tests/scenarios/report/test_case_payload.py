"""What a case's page is drawn from: roads and boxes in one window, gaps where somebody is not there."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from jing_scenarios.metrics.scenario_trace import ScenarioTrace, StoryChange, straight_trace
from jing_scenarios.report.case_payload import case_payload, story_bars
from jing_scenarios.report.results import CriterionResult


def _of(trace: ScenarioTrace, run: Path) -> dict[str, object]:
    return case_payload(run, trace, [], {})


def test_boxes_are_centimetres_from_the_ego_s_first_place(tmp_path: Path) -> None:
    payload = case_payload(tmp_path, straight_trace({"Ego": (100.0, 10.0), "Lead": (130.0, 10.0)}, 2.0, 0.05), [], {})
    ego, lead = payload["actors"]
    assert payload["t"][-1] == 2000
    assert len(payload["t"]) == 21
    assert (ego["x"][0], ego["x"][-1], lead["x"][0]) == (0, 2000, 3000)
    assert ego["size"] == [400, 200]
    assert payload["roads"] == {}


def test_an_actor_that_is_gone_leaves_a_gap_and_not_a_jump(tmp_path: Path) -> None:
    trace = straight_trace({"Ego": (0.0, 10.0), "Other": (20.0, 10.0)}, 2.0, 0.1)
    x = trace.x_m.copy()
    x[10:, 1] = np.nan
    actors = case_payload(tmp_path, replace(trace, x_m=x), [], {})["actors"]
    assert actors[1]["x"][9] is not None
    assert actors[1]["x"][10] is None


def test_a_run_in_which_nobody_was_there_has_a_page(tmp_path: Path) -> None:
    trace = straight_trace({"Ego": (0.0, 10.0)}, 1.0, 0.5)
    assert _of(replace(trace, x_m=np.full_like(trace.x_m, np.nan)), tmp_path)["actors"] == []


def test_background_traffic_far_away_is_left_out(tmp_path: Path) -> None:
    crowd = {f"car {k}": (1000.0 + 10 * k, 0.0) for k in range(20)}
    payload = case_payload(tmp_path, straight_trace({"Ego": (0.0, 10.0), **crowd}, 2.0, 0.1), [], {})
    assert [actor["name"] for actor in payload["actors"]] == ["Ego"]


def test_long_series_keep_their_peaks(tmp_path: Path) -> None:
    trace = straight_trace({"Ego": (0.0, 10.0)}, 1.0, 0.5)
    time_s = np.arange(20_000) / 1000.0
    value = np.full(20_000, 5.0)
    value[12_345] = -1.0
    row = CriterionResult("gap", "fail", -1.0, 0.5, ">=", "m", 12.345)
    series = case_payload(tmp_path, trace, [row], {"gap": (time_s, value)})["series"][0]
    assert len(series["v"]) <= 600
    assert min(series["v"]) == -1.0
    assert series["threshold"] == 0.5


def test_elements_that_run_twice_have_two_bars_and_those_that_never_end_reach_the_end() -> None:
    story = [
        StoryChange(1.0, "e", "event", "runningState"),
        StoryChange(2.0, "e", "event", "standbyState"),
        StoryChange(3.0, "e", "event", "runningState"),
        StoryChange(0.0, "a", "act", "runningState"),
        StoryChange(4.0, "e", "event", "completeState"),
    ]
    assert story_bars(story, 10.0) == [
        ["a", "act", 0, 10000],
        ["e", "event", 1000, 2000],
        ["e", "event", 3000, 4000],
    ]
