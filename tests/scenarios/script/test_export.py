"""Scripts as files: the same run, bit by bit; what a file cannot hold is refused."""

from pathlib import Path

import pytest

from jing_maps.errors import UnknownNameError
from jing_scenarios.criteria import custom
from jing_scenarios.openscenario.distributions import load_distribution
from jing_scenarios.openscenario.flatten import write_flattened
from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.script import (
    Choice,
    Param,
    Scenario,
    ScriptError,
    Steps,
    Uniform,
    Wish,
    lane,
    min_gap,
    straight,
    time_s,
)
from jing_scenarios.script.load import ScriptFileError, load_script, script_function
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run_scenario import run_scenario
from jing_scenarios.verdict_file import load_verdict_file, verdict_file_beside

EXAMPLES = Path(__file__).parents[3] / "examples" / "scenarios"


@pytest.mark.parametrize("name", ["cut_in", "pedestrian_crossing", "merging", "night_rain_bus", "right_turn_e_bike"])
def test_an_exported_script_runs_to_the_same_bits(name: str, tmp_path: Path) -> None:
    script = load_script(EXAMPLES / f"{name}.py")
    file = script.export(tmp_path / f"{name}.xosc")
    scenario = load_scenario(file)
    assert scenario.version == (1, 3)
    assert scenario.road_file is not None
    assert scenario.road_file.parent == tmp_path
    run = run_scenario(scenario, RunOptions(dt_s=0.05))
    assert run.state_hash == script.run(dt_s=0.05).state_hash


def test_a_flattened_file_needs_no_parameters_and_runs_to_the_same_bits(tmp_path: Path) -> None:
    file = load_script(EXAMPLES / "merging.py").export(tmp_path / "merging.xosc")
    (tmp_path / "other").mkdir()
    flat = load_scenario(write_flattened(load_scenario(file), tmp_path / "other" / "flat.xosc"))
    assert flat.road_file is not None
    assert flat.road_file.is_file()
    runs = [run_scenario(one, RunOptions(dt_s=0.05)) for one in (load_scenario(file), flat)]
    assert runs[0].state_hash == runs[1].state_hash
    cut_in = load_script(EXAMPLES / "cut_in.py").export(tmp_path / "cut_in.xosc")
    case = write_flattened(load_scenario(cut_in, {"cut_in_gap_m": "7.5"}), tmp_path / "case.xosc")
    assert "$" not in case.read_text(encoding="utf-8")


def test_parameters_are_declared_and_a_case_replaces_them(tmp_path: Path) -> None:
    script = load_script(EXAMPLES / "cut_in.py")
    assert list(script.space) == ["cut_in_gap_m", "cutter_braking_mps2"]
    file = script.export(tmp_path / "cut_in.xosc")
    case = {"cut_in_gap_m": 7.25}
    by_file = load_scenario(file, {"cut_in_gap_m": "7.25"})
    assert by_file.parameters == script.resolved(case).parameters
    assert script.resolved(case).parameters["cut_in_gap_m"] == 7.25
    with pytest.raises(UnknownNameError, match="did you mean cut_in_gap_m"):
        script.resolved({"cut_in_gap": 1.0})


@pytest.mark.parametrize("name", ["cut_in", "stop_and_go", "crossing_red_runner"])
def test_requirements_go_with_the_file(name: str, tmp_path: Path) -> None:
    script = load_script(EXAMPLES / f"{name}.py")
    file = script.export(tmp_path / f"{name}.xosc")
    beside = verdict_file_beside(file)
    assert beside is not None
    assert load_verdict_file(beside) == tuple(script.requirements)


def test_requirements_without_words_for_a_file_are_told_in_it(tmp_path: Path) -> None:
    scenario = Scenario("test", road=straight(200.0))
    scenario.vehicle("Ego", at=lane(-1, 10.0))
    scenario.require(custom(lambda _trace: True, name="my own"), min_gap("Ego") >= 0.5)
    text = (scenario.export(tmp_path / "test.xosc").with_name("test.verdict.yaml")).read_text(encoding="utf-8")
    assert "left out, a file has no words for it: my own" in text
    assert text.count("- metric:") == 1


def test_functions_and_foreign_drivers_are_not_exported(tmp_path: Path) -> None:
    scenario = Scenario("test", road=straight(200.0))
    car = scenario.vehicle("Ego", at=lane(-1, 10.0), speed_mps=5.0)
    scenario.do(car.behave(lambda _me, _time_s: Wish()))
    with pytest.raises(ScriptError, match="Python functions"):
        scenario.export(tmp_path / "test.xosc")
    other = Scenario("test", road=straight(200.0))
    other.vehicle("Ego", at=lane(-1, 10.0), driver="somewhere:Driver")
    with pytest.raises(ScriptError, match="not built in"):
        other.export(tmp_path / "test.xosc")


def test_two_parameters_of_one_name_must_be_the_same() -> None:
    scenario = Scenario("test", road=straight(200.0))
    speed, again = Param("speed_mps", Uniform(1.0, 2.0)), Param("speed_mps", Steps(1.0, 2.0, 1.0))
    scenario.vehicle("Ego", at=lane(-1, 10.0), speed_mps=speed)
    scenario.end(time_s() > again)
    with pytest.raises(ScriptError, match="make it once"):
        scenario.root()


def test_files_that_are_no_scripts_say_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty.py"
    empty.write_text("x = 1\n", encoding="utf-8")
    broken = tmp_path / "broken.py"
    broken.write_text("import nowhere_at_all\n", encoding="utf-8")
    with pytest.raises(ScriptFileError, match="Scenario would be right"):
        load_script(empty)
    with pytest.raises(ScriptFileError, match="nowhere_at_all"):
        load_script(broken)
    with pytest.raises(ScriptFileError, match="no such file"):
        load_script(tmp_path / "absent.py")
    with pytest.raises(UnknownNameError, match="function"):
        script_function(f"{empty}:make")


def test_distributions_are_exported_with_all_their_cases(tmp_path: Path) -> None:
    scenario = Scenario("test", road=straight(200.0))
    speed, gap = Param("speed_mps", Steps(5.0, 15.0, 2.5)), Param("end_s", Choice([2.0, 3.0]))
    scenario.vehicle("Ego", at=lane(-1, 10.0), speed_mps=speed)
    scenario.end(time_s() > gap)
    file = scenario.export(tmp_path / "test.xosc")
    even = load_distribution(scenario.export_variation(tmp_path / "even.xosc", file))
    assert even.count == 10
    assert even.scenario_file == file
    assert {float(case["speed_mps"]) for case in even.cases()} == {5.0, 7.5, 10.0, 12.5, 15.0}
    spread = load_distribution(
        load_script(EXAMPLES / "cut_in.py").export_variation(tmp_path / "spread.xosc", file, runs=500, seed=4)
    )
    values = [float(case["cut_in_gap_m"]) for case in spread.cases()]
    assert spread.count == 500
    assert all(5.0 <= value <= 30.0 for value in values)
    assert sum(values) / 500 == pytest.approx(17.5, abs=1.0)
