"""A small suite of one's own, run on Ray against a good and a bad stack."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jing_cli.validate_command import exit_code, validation_json
from jing_maps.errors import JingError, UnknownNameError
from jing_scenarios.case_run import run_case
from jing_scenarios.script import Param, Scenario, Uniform, ahead_of, lane, straight, time_s
from jing_scenarios.suite import Suite, load_suite
from jing_scenarios.validate import ValidationOptions, case_specs, stack_hash, validate
from jing_sim.cluster.session import ray_session

SCRIPT = """
from functools import lru_cache
from jing_scenarios.criteria import no_collision
from jing_scenarios.library.reference_drivers import Label
from jing_scenarios.script import Scenario, ahead_of, lane, straight, time_s

@lru_cache
def road():
    return straight(400.0)

def standing(gap_m, weather="clear"):
    scenario = Scenario("standing", road=road())
    ego = scenario.vehicle("Ego", at=lane(-2, 20.0), speed_mps=10.0)
    scenario.vehicle("Target", at=ahead_of(ego, gap_m=gap_m))
    scenario.end(time_s() > 8.0)
    scenario.require(no_collision(requirement="REQ-1"))
    return scenario

def label(gap_m, weather="clear"):
    return Label(gap_m > 12.0, "rule of thumb")

class Broken:
    needs, answers = ("state",), "motion"
    def setup(self, view): pass
    def control(self, seen, time_s): return 1 / (time_s - time_s)
"""
MANIFEST = """
name = "small"
title = { zh = "小套件", en = "Small suite" }
max_time_s = 10.0
[odd]
weather = ["clear", "rain"]
[[scenario]]
id = "standing"
source = "script.py:standing"
title = { zh = "静止目标", en = "Standing target" }
requirements = ["REQ-1"]
reference = "script.py:label"
vary = { gap_m = [10.0, 40.0], weather = ["clear", "rain"] }
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    folder = tmp_path_factory.mktemp("small")
    (folder / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    return load_suite(folder)


@pytest.fixture(scope="module")
def ray() -> Iterator[None]:
    with ray_session(workers=1):
        yield


def test_cases_carry_tags_labels_and_the_stack(suite: Suite) -> None:
    specs = case_specs(suite, "careful")
    assert [spec.case for spec in specs] == [f"standing-{k:04d}" for k in range(4)]
    assert [spec.preventable for spec in specs] == [False, False, True, True]
    assert {spec.stack for spec in specs} == {"careful"}
    assert specs[1].odd == {"weather": "rain"}
    assert [spec.case for spec in case_specs(suite, "careful", ["standing-0002"])] == ["standing-0002"]


def test_what_is_not_there_is_refused_before_anything_runs(suite: Suite, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean standing"):
        case_specs(suite, "careful", ["standin"])
    with pytest.raises(JingError, match="did you mean careful"):
        validate(suite, "carefull", tmp_path / "out")


def test_a_user_s_stack_has_a_hash_and_a_built_in_one_has_the_platform_s(suite: Suite) -> None:
    assert stack_hash("careful?headway_s=1.0") == ""
    assert len(stack_hash(f"{suite.folder / 'script.py'}:Broken")) == 64


@pytest.mark.usefixtures("ray")
def test_a_suite_runs_against_three_stacks_and_tells_what_changed(suite: Suite, tmp_path: Path) -> None:
    blind = validate(suite, "default", tmp_path / "blind")
    assert (blind.count("fail"), exit_code(blind)) == (4, 1)
    careful = validate(suite, "careful", tmp_path / "careful", ValidationOptions(baseline=tmp_path / "blind"))
    assert careful.report.comparison is not None
    assert len(careful.report.comparison.fixed) == careful.count("pass") >= 2
    told = validation_json(suite, "careful", careful)
    assert {"cases", "passed", "failed", "errors", "inconclusive", "wall_s", "report"} <= set(told)
    evidence = json.loads((tmp_path / "careful" / "evidence.json").read_text(encoding="utf-8"))
    assert all(case["inputs"]["map_sha256"] for case in evidence["cases"])
    assert len({case["inputs"]["scenario_sha256"] for case in evidence["cases"]}) == 4
    assert careful.report.replays == 4


@pytest.mark.usefixtures("ray")
def test_a_stack_that_raises_is_an_error_of_the_stack(suite: Suite, tmp_path: Path) -> None:
    stack = f"{suite.folder / 'script.py'}:Broken"
    broken = validate(suite, stack, tmp_path / "out", ValidationOptions(only=("standing-0000",)))
    assert [case.verdict for case in broken.cases] == ["error"]
    assert "ZeroDivisionError" in broken.cases[0].reason
    assert exit_code(broken) == 1


XOSC_MANIFEST = """
name = "file"
title = { zh = "文件", en = "File" }
[[scenario]]
id = "standing"
source = "standing.xosc"
title = { zh = "静止", en = "Standing" }
vary = { gap_m = [10.0, 60.0] }
"""


def test_a_suite_of_files_takes_its_criteria_from_beside_them(tmp_path: Path) -> None:
    scenario = Scenario("standing", road=straight(400.0))
    ego = scenario.vehicle("Ego", at=lane(-2, 20.0), speed_mps=10.0)
    scenario.vehicle("Target", at=ahead_of(ego, gap_m=Param("gap_m", Uniform(5.0, 80.0))))
    scenario.end(time_s() > 4.0)
    scenario.export(tmp_path / "standing.xosc")
    (tmp_path / "verdict.yaml").write_text("criteria:\n  - no_collision\n", encoding="utf-8")
    (tmp_path / "manifest.toml").write_text(XOSC_MANIFEST, encoding="utf-8")
    rows = [run_case(spec) for spec in case_specs(load_suite(tmp_path), "default")]
    assert [row.verdict for row in rows] == ["fail", "pass"], [row.reason for row in rows]
