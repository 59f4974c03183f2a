"""Compliance metrics on a small map: lights, lines, limits, directions, lanes, the road and the route."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.scenarios.laws.town import Drive, drive, town, town_text

from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_scenarios.metrics import METRICS
from jing_scenarios.metrics.lights import light_of
from jing_scenarios.metrics.map_facts import map_facts
from jing_scenarios.metrics.registry import MetricError
from jing_scenarios.metrics.road_lines import lines_of, passages
from jing_scenarios.metrics.scenario_trace import ScenarioTrace, SignalChange, straight_trace

STRAIGHT = Drive([(150.0, -1.75), (300.0, -1.75)])


@pytest.fixture(scope="module")
def odr(tmp_path_factory: pytest.TempPathFactory) -> OpenDriveMap:
    return town(tmp_path_factory.mktemp("town"))


def total(name: str, trace: ScenarioTrace) -> float:
    return float(np.nansum(METRICS[name].of(trace, 0).values))


def greatest(name: str, trace: ScenarioTrace) -> float:
    return float(np.nanmax(METRICS[name].of(trace, 0).values))


@pytest.mark.parametrize(
    ("state", "light"),
    [("red", "red"), ("on;off;off", "red"), ("off;on;off", "yellow"), ("off;off;on", "green"), ("on;on;off", "red"),
     ("off;off;off", "off"), ("STOP", "red"), ("Go", "green"), ("", "unknown"), ("blue", "unknown")],
)  # fmt: skip
def test_states_of_lights_are_understood(state: str, light: str) -> None:
    assert light_of(state) == light


def test_the_line_of_a_light_is_the_drawn_one(odr: OpenDriveMap) -> None:
    (line,) = lines_of(map_facts(odr))
    assert (line.signal, line.kind, line.lanes) == ("5", "light", (-1, -2))
    np.testing.assert_allclose(line.ends[:, 0], 195.0)
    np.testing.assert_allclose(sorted(line.ends[:, 1]), [-7.0, 0.0])


def test_passing_at_red_is_seen_when_the_front_passes(odr: OpenDriveMap) -> None:
    red, green = (drive(odr, {"Ego": STRAIGHT}, light=light) for light in ("red", "green"))
    (passage,) = passages(red, 0)
    # The front is 2 m ahead of the point: 43 m at 10 m/s.
    assert red.time_s[passage.row] == pytest.approx(4.3, abs=0.11)
    assert total("red_lights_run_1", red) == 1
    assert total("red_lights_run_1", green) == 0
    dark = replace(green, signals=())
    assert np.isnan(METRICS["red_lights_run_1"].of(dark, 0).values).all()


def test_other_lanes_and_the_other_direction_do_not_pass_the_line(odr: OpenDriveMap) -> None:
    beside = Drive([(150.0, -8.75), (199.0, -8.75)])
    back = Drive([(199.0, 1.75), (150.0, 1.75)])
    for one in (beside, back):
        assert passages(drive(odr, {"Ego": one}, light="red"), 0) == ()


def test_a_line_with_several_lights_is_red_if_all_are(tmp_path: Path) -> None:
    text = town_text()
    light = text[text.index("<signal s=") : text.index("</signal>") + len("</signal>")]
    (tmp_path / "two.xodr").write_text(text.replace(light, light + light.replace('id="5"', 'id="6"')), encoding="utf-8")
    trace = drive(read_opendrive(tmp_path / "two.xodr"), {"Ego": STRAIGHT}, light="red")
    both = replace(trace, signals=(*trace.signals, SignalChange(0.0, "6", "red")))
    assert total("red_lights_run_1", both) == 1
    one = replace(trace, signals=(*trace.signals, SignalChange(0.0, "6", "green")))
    assert total("red_lights_run_1", one) == 0


def test_standing_beyond_the_line_is_measured(odr: OpenDriveMap) -> None:
    stop = Drive([(150.0, -1.75), (194.2, -1.75)])
    trace = drive(odr, {"Ego": stop}, light="red")
    assert greatest("beyond_stop_line_m", trace) == pytest.approx(1.2, abs=1e-6)
    assert (
        greatest("beyond_stop_line_m", drive(odr, {"Ego": Drive([(150.0, -1.75), (192.9, -1.75)])}, light="red")) == 0
    )


def test_limits_come_from_the_road(odr: OpenDriveMap) -> None:
    trace = drive(odr, {"Ego": replace(STRAIGHT, speed_mps=20.0)}, 2.0)
    assert greatest("over_limit_mps", trace) == pytest.approx(20 - 60 / 3.6)
    through = drive(odr, {"Ego": replace(STRAIGHT, speed_mps=20.0)}, 4.0)
    over = METRICS["over_limit_mps"].of(through, 0).values
    assert over[int(np.searchsorted(through.x_m[:, 0], 210.0))] == pytest.approx(20 - 60 / 3.6)
    away = drive(odr, {"Ego": Drive([(250.0, -1.75), (300.0, -1.75)])}, 2.0)
    assert np.isnan(METRICS["over_limit_mps"].of(away, 0).values).all()


def test_driving_against_the_lane_is_counted_in_metres(odr: OpenDriveMap) -> None:
    wrong = drive(odr, {"Ego": Drive([(20.0, 1.75), (50.0, 1.75)])}, 5.0)
    assert total("wrong_way_m", wrong) == pytest.approx(30.0, abs=1.1)
    assert total("wrong_way_m", drive(odr, {"Ego": STRAIGHT}, 5.0)) == 0
    backs = replace(wrong, heading_rad=wrong.heading_rad + np.pi, speed_mps=-wrong.speed_mps)
    assert total("wrong_way_m", backs) == 0


def test_leaving_the_lane_and_the_road(odr: OpenDriveMap) -> None:
    inside = drive(odr, {"Ego": Drive([(10.0, -1.75), (100.0, -1.75)])}, 5.0)
    assert greatest("lane_departure_m", inside) == 0
    assert greatest("road_departure_m", inside) == 0
    over = drive(odr, {"Ego": Drive([(10.0, -2.95), (100.0, -2.95)])}, 5.0)
    assert greatest("lane_departure_m", over) == pytest.approx(0.45)
    off = drive(odr, {"Ego": Drive([(10.0, -1.75), (60.0, -40.0)])}, 8.0)
    assert greatest("road_departure_m", off) == math.inf
    edge = replace(inside, places=replace(inside.places, t_m=np.full_like(inside.places.t_m, -13.5)))
    assert greatest("road_departure_m", edge) == pytest.approx(0.5)


def test_followers_are_found_across_the_junction(odr: OpenDriveMap) -> None:
    turns = [(180.0, -1.75), (200.0, -1.75), (206.0, -4.5), (208.25, -10.0), (208.25, -60.0)]
    trace = drive(
        odr, {"Ego": STRAIGHT, "Ahead": Drive([(230.0, -1.75), (400.0, -1.75)]), "Turns": Drive(turns, 5.0)}, 10.0
    )
    gap = METRICS["gap_m"].of(trace, 0)
    assert gap.values[0] == pytest.approx(26.0, abs=0.1)
    assert gap.other[0] == 2
    # The other has turned away by then: who is ahead on the ego's own way counts.
    late = int(np.searchsorted(trace.time_s, 6.0))
    assert gap.other[late] == 1
    assert gap.values[late] == pytest.approx(76.0, abs=0.2)


def test_a_route_is_driven_by_and_by(odr: OpenDriveMap) -> None:
    trace = drive(odr, {"Ego": STRAIGHT}, 12.0)
    with pytest.raises(MetricError, match="Ego has no route"):
        METRICS["route_completion_1"].of(trace, 0)
    routed = replace(trace, routes={0: np.array([[150.0, -1.75], [350.0, -1.75]])})
    done = METRICS["route_completion_1"].of(routed, 0).values
    assert done[[0, 50]].tolist() == pytest.approx([0.0, 0.25])
    assert done[-1] == pytest.approx(0.6)
    assert METRICS["driving_score_1"].of(routed, 0).values[-1] == pytest.approx(0.6)


def test_infractions_cost_their_share_of_the_score(odr: OpenDriveMap) -> None:
    walker = Drive([(230.0, -1.75), (230.0, -1.7)], 0.001, "pedestrian", (0.5, 0.5))
    trace = drive(odr, {"Ego": STRAIGHT, "Walker": walker}, 12.0, light="red")
    routed = replace(trace, routes={0: np.array([[150.0, -1.75], [270.0, -1.75]])})
    assert METRICS["driving_score_1"].of(routed, 0).values[-1] == pytest.approx(0.5 * 0.7)


def test_rules_need_a_map() -> None:
    trace = straight_trace({"Ego": (0.0, 10.0)}, 2.0, 0.5)
    for name in ("red_lights_run_1", "stop_signs_run_1", "beyond_stop_line_m", "over_limit_mps", "wrong_way_m",
                 "lane_departure_m", "road_departure_m"):  # fmt: skip
        with pytest.raises(MetricError, match="map"):
            METRICS[name].of(trace, 0)


def test_facts_of_the_last_maps_are_kept(tmp_path: Path) -> None:
    one = town(tmp_path)
    facts = map_facts(one)
    assert map_facts(one) is facts
    others = [replace(one) for _ in range(20)]
    assert len({id(map_facts(other)) for other in others}) > 10
    assert map_facts(one) is not facts
    assert map_facts(one).odr is one
