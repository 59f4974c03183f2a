"""Runs as CommonRoad files and back."""

from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from jing_scenarios.commonroad import CommonRoadError, script_of_commonroad, write_commonroad
from jing_scenarios.commonroad.write import CommonRoadWriteError
from jing_scenarios.script import Scenario, crossing, lane, serial, straight, time_s, wait
from jing_scenarios.script.load import load_script

EXAMPLES = Path(__file__).parents[3] / "examples" / "scenarios"


@pytest.mark.parametrize(("name", "actor"), [("cut_in", "Cutter"), ("crossing_red_runner", "Runner")])
def test_an_obstacle_comes_back_within_a_few_centimetres(name: str, actor: str, tmp_path: Path) -> None:
    script = load_script(EXAMPLES / f"{name}.py")
    run = script.run(dt_s=0.05)
    file = tmp_path / f"{name}.xml"
    lanelets, obstacles = write_commonroad(run, file)
    assert lanelets >= 6
    back = script_of_commonroad(file, script.road_file)
    again = back.run(dt_s=0.05)
    assert len(again.names) == obstacles + 1
    n = min(len(run.time_s), len(again.time_s)) - 2
    was, is_now = run.pose[:n, run.row_of(actor), :2], again.pose[:n, 1, :2]
    assert float(np.hypot(*(was - is_now).T).max()) < 0.05


def test_lanelets_are_linked_and_bounds_keep_their_sides(tmp_path: Path) -> None:
    scenario = Scenario("test", road=crossing(lanes=2, bike_lane=True))
    scenario.vehicle("Ego", at=scenario.on_street("South", towards="Centre", metres=40.0), speed_mps=10.0)
    scenario.end(time_s() > 3.0)
    file = tmp_path / "crossing.xml"
    write_commonroad(scenario.run(dt_s=0.05), file)
    root = etree.parse(str(file)).getroot()
    ids = {element.get("id") for element in root.findall("lanelet")}
    for element in root.findall("lanelet"):
        left, right = (_points(element, tag) for tag in ("leftBound", "rightBound"))
        assert len(left) == len(right)
        ahead, across = left[1] - left[0], right[0] - left[0]
        assert ahead[0] * across[1] - ahead[1] * across[0] < 0.0
        for link in element.findall("successor"):
            assert link.get("ref") in ids
    assert root.find("planningProblem/goalState/time/intervalEnd") is not None


def test_things_that_stand_are_static_and_whoever_appears_later_does_so_again(tmp_path: Path) -> None:
    scenario = Scenario("test", road=straight(400.0))
    scenario.vehicle("Ego", at=lane(-1, 10.0), speed_mps=5.0)
    scenario.thing("Barrier", at=lane(-1, 200.0), size_m=(2.0, 1.0, 1.0), category="barrier")
    late = scenario.vehicle("Late", at=None)
    scenario.do(serial(wait(2.0), late.appear(lane(-2, 50.0)), late.speed(10.0)))
    scenario.end(time_s() > 6.0)
    run, file = scenario.run(dt_s=0.05), tmp_path / "test.xml"
    assert write_commonroad(run, file)[1] == 2
    root = etree.parse(str(file)).getroot()
    assert root.findtext("staticObstacle/type") == "constructionZone"
    assert root.findtext("dynamicObstacle/type") == "car"
    again = script_of_commonroad(file, scenario.road_file).run(dt_s=0.05)
    was = run.pose[:, run.row_of("Late"), 0]
    back = again.pose[: len(was), 1, 0]
    first, first_back = (int(np.argmax(np.isfinite(x))) for x in (was, back))
    assert abs(first - first_back) <= 2
    n = max(first, first_back)
    assert float(np.abs(was[n : len(back) - 2] - back[n : len(was) - 2]).max()) < 0.6


def _points(element: etree._Element, tag: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    points = element.findall(f"{tag}/point")
    return np.array([[float(point.findtext(axis, "nan")) for axis in ("x", "y")] for point in points])


def test_what_cannot_be_converted_is_told(tmp_path: Path) -> None:
    scenario = Scenario("test", road=straight(200.0))
    scenario.vehicle("Somebody", at=lane(-1, 10.0), speed_mps=5.0)
    scenario.end(time_s() > 1.0)
    with pytest.raises(CommonRoadWriteError, match="Somebody"):
        write_commonroad(scenario.run(dt_s=0.05), tmp_path / "test.xml")
    other = tmp_path / "other.xml"
    other.write_text("<scenario/>", encoding="utf-8")
    with pytest.raises(CommonRoadError, match="<commonRoad> would be right"):
        script_of_commonroad(other)
    other.write_text('<commonRoad timeStepSize="fast"/>', encoding="utf-8")
    with pytest.raises(CommonRoadError, match=r"other.xml:1: <commonRoad> holds 'fast'"):
        script_of_commonroad(other)


def test_commonroads_own_reader_takes_the_files(tmp_path: Path) -> None:
    reader = pytest.importorskip("commonroad.common.file_reader", reason="commonroad-io is not installed")
    run = load_script(EXAMPLES / "cut_in.py").run(dt_s=0.05)
    file = tmp_path / "cut_in.xml"
    write_commonroad(run, file)
    scenario, problems = reader.CommonRoadFileReader(str(file)).open()
    assert len(scenario.dynamic_obstacles) == 1
    assert len(problems.planning_problem_dict) == 1
