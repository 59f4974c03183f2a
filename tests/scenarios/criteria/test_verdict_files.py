"""Verdict files: what they can say, and what they are told when they say it wrongly."""

from pathlib import Path

import pytest

from jing_scenarios.criteria import judge
from jing_scenarios.criteria.bound import MetricBound
from jing_scenarios.metrics.scenario_trace import straight_trace
from jing_scenarios.verdict_file import VerdictFileError, load_verdict_file, verdict_file_beside

WHOLE = """
ego: Ego
laws: {pack: china, only: [red_light, bus_lane]}
criteria:
  - no_collision: {requirement: REQ-1}
  - min_ttc: 1.5 s
  - max_speed: {threshold: 80 km/h, actor: Lead, name: slow leader}
  - min_gap: {threshold: 50 cm, other: Lead, when: {cut_in: Lead, between: {from: 1 s}}}
  - metric: {metric: rss_margin_m, at_least: 0 m, when: {story: {element: Brake, state: completeState}}}
  - reaches: {x: 60 m, y: 0 m, radius: 2 m, by: 3000 ms}
  - completes_route: {share: 50 %, waypoints: [[0, 0], [100, 0]]}
  - time_limit: 0.1 min
  - comfort
  - custom: checks.py:moves
"""


def write(folder: Path, text: str, name: str = "verdict.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_read_and_judged(tmp_path: Path) -> None:
    write(tmp_path, "def moves(trace):\n    return bool((trace.speed_mps > 0).all())\n", "checks.py")
    criteria = load_verdict_file(write(tmp_path, WHOLE))
    assert [c.name for c in criteria] == [
        "no collision", "TTC of at least 1.5 s", "slow leader", "gap of at least 50 cm", "rss_margin_m >= 0 m",
        "reaches (60, 0)", "completes its route", "ends within 6 s", "comfortable", "moves",
        "law: no passing at red", "law: leaving bus lanes to buses",
    ]  # fmt: skip
    assert criteria[0].requirement == "REQ-1"
    leader, gap = criteria[2], criteria[3]
    assert isinstance(leader, MetricBound)
    assert isinstance(gap, MetricBound)
    assert (leader.threshold, leader.unit, leader.actor) == (80.0, "km/h", "Lead")
    assert (gap.threshold, gap.unit, gap.actor, gap.other) == (50.0, "cm", "Ego", "Lead")
    trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, duration_s=3.0, dt_s=0.5)
    verdicts = {v.name: v for v in judge(trace, criteria[:10]).verdicts}
    assert verdicts["TTC of at least 1.5 s"].outcome == "pass"
    assert verdicts["slow leader"].value == pytest.approx(36.0)
    assert verdicts["gap of at least 50 cm"].outcome == "inconclusive"
    assert verdicts["reaches (60, 0)"].outcome == "pass"
    assert verdicts["ends within 6 s"].threshold == pytest.approx(6.0)
    assert verdicts["moves"].outcome == "pass"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("criteria:\n  - min_tcc: 1.5 s\n", "2:5", r"unknown key 'min_tcc'; did you mean 'min_ttc'\?"),
        ("criteria:\n  - min_ttc: {treshold: 1.5 s}\n", "2:15", r"did you mean 'threshold'\?"),
        ("criteria:\n  - min_ttc: {threshold: 1.5 m}\n", "2:15", "one of s, ms, min"),
        ("criteria:\n  - min_ttc: {threshold: 1.5}\n", "2:15", "1.5 s is right"),
        ("criteria:\n  - min_ttc: {threshold: 1.5 sec}\n", "2:15", "unknown unit 'sec'"),
        ("criteria:\n  - min_ttc\n", "2:5", "min_ttc has no threshold"),
        ("criteria:\n  - no_colision\n", "2:5", r"did you mean 'no_collision'\?"),
        ("criteria:\n  - min_ttc:\n", "2:5", "min_ttc has no threshold"),
        ("criteria:\n  - metric: {metric: tcc_s, at_least: 1 s}\n", "2:5", "did you mean ttc_s"),
        ("criteria:\n  - metric: {metric: ttc_s}\n", "2:5", "0 comparisons"),
        ("criteria:\n  - metric: {metric: ttc_s, at_least: 1 s, below: 2 s}\n", "2:5", "2 comparisons"),
        ("criteria:\n  - min_gap: {threshold: 1 m, when: {cut-in: A}}\n", "2:38", r"did you mean 'cut_in'\?"),
        (
            "criteria:\n  - min_gap: {threshold: 1 m, when: {story: {element: A, state: running}}}\n",
            "2:5",
            "runningState",
        ),
        ("criteria:\n  - min_gap: 1 m\n  - min_gap: 1 m\n", "3:5", "is taken at .*:2:5"),
        ("criteria:\n  - min_gap: 1 m\n    min_ttc: 1 s\n", "2:5", "2 keys"),
        ("criteria:\n  - reaches: {x: 3 m}\n", "2:5", "reaches has no y"),
        ("criteria:\n  - custom: {function: nofile.py:f}\n", "2:14", "there is no file"),
        ("criteria:\n  - custom: {function: f}\n", "2:14", "names no function"),
        ("criteria:\n  - custom: {function: 'math:sinn'}\n", "2:14", "has no function 'sinn'"),
        ("criteria:\n  - completes_route: {waypoints: [[1, 2, 3]]}\n", "2:35", "3 numbers"),
        ("criteria:\n  - reaches: {x: 3 m, y: 0 m, other: Lead}\n", "2:5", "one actor at most"),
        ("criteria:\n  - completes_route: {actor: '*'}\n", "2:5", "one actor at most"),
        ("criteria: min_ttc\n", "1:1", "a list is right"),
        ("criterias: []\n", "1:1", r"did you mean 'criteria'\?"),
        ("laws: germany\n", "1:1", "china is right"),
        ("laws: {pack: china, only: [red_lihgt]}\n", "1:28", r"did you mean 'red_light'\?"),
        ("ego: Ego\n", "1:1", "no criteria"),
        ("criteria:\n  - min_gap: {threshold: 1 m, threshold: 2 m}\n", "2:31", "here twice"),
        ("criteria: [\n", "2:1", "no YAML"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, place: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(VerdictFileError, match=message) as told:
        load_verdict_file(path)
    assert str(told.value).startswith(f"{path}:{place}: ")


def test_a_module_of_functions_that_breaks_is_told_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, "limit = no_such_name\n", "checks.py")
    path = write(tmp_path, "criteria:\n  - custom: checks.py:moves\n")
    with pytest.raises(VerdictFileError, match=r":2:5: checks.py cannot be imported: NameError"):
        load_verdict_file(path)


def test_missing_and_empty_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(VerdictFileError, match="no YAML"):
        load_verdict_file(write(tmp_path, "criteria: \x07"))
    with pytest.raises(VerdictFileError, match="No such file"):
        load_verdict_file(tmp_path / "no.yaml")
    with pytest.raises(VerdictFileError, match="empty"):
        load_verdict_file(write(tmp_path, ""))


def test_the_file_beside_a_scenario_is_found(tmp_path: Path) -> None:
    scenario = tmp_path / "cut.in.xosc"
    assert verdict_file_beside(scenario) is None
    folder = write(tmp_path, WHOLE)
    assert verdict_file_beside(scenario) == folder
    own = write(tmp_path, WHOLE, "cut.in.verdict.yaml")
    assert verdict_file_beside(scenario) == own
