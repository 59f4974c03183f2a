"""Runs of scenario files against esmini's: places within 0.1 m and a step, the storyboard within two steps."""

import csv
from pathlib import Path

import pytest
from benchmarks.openscenario_esmini import DATA, FileResult, compare

FILES = (
    "cut-in",
    "drop-bike",
    "highway_merge",
    "keep_lateral_distance",
    "lane_change_simple",
    "light_state",
    "long_dist_action_with_jerk",
    "pedestrian_collision",
    "routing-test",
    "speed-profile",
    "synch_with_steady_state",
    "traffic_lights",
    "trailers",
    "velodrome",
)

needs_corpus = pytest.mark.skipif(not DATA.exists(), reason="the scenario files under ../shared are absent")


@needs_corpus
@pytest.mark.parametrize("name", FILES)
def test_a_scenario_runs_as_in_esmini(name: str) -> None:
    with (DATA / "ACCEPTANCE.csv").open() as file:
        row = next(row for row in csv.DictReader(file) if row["file"] == f"esmini/resources/xosc/{name}.xosc")
    result = FileResult(row["file"], row["tier"], True, 0.01)
    compare(Path(DATA / "corpus" / row["file"]), row, result)
    assert result.worst_m <= 0.1, result.first_off
    assert result.final, result.states_off
    assert result.events_near == result.events, result.first_event
