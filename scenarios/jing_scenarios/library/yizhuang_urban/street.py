"""On the street: occluded crossing, bus pulling out, muck truck, road works, emergency vehicle from behind."""

import numpy as np

from jing_scenarios.criteria import custom, min_gap, min_ttc, no_collision
from jing_scenarios.library.background import BACKGROUND, background_traffic
from jing_scenarios.library.spots import Spot, scene
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.script import Actor, Scenario, ahead_of, behind, gap, serial, time_s, wait, when

__all__ = ["bus_pulls_out", "emergency_vehicle", "muck_truck", "occluded_crossing", "road_works"]

AREA = "yizhuang"
BEFORE_M = 420.0


def _scene(name: str, tags: tuple[str, str, str], **place: float) -> tuple[Scenario, Actor, Spot]:
    """The ego on the approach, and the background traffic."""
    traffic, light, weather = tags
    lane = int(place.get("lane_from_right", 2))
    speed = place.get("speed_mps", 12.0)
    scenario, ego, spot = scene(name, AREA, (weather, light), before_m=BEFORE_M, speed_mps=speed, lane_from_right=lane)
    if BACKGROUND[traffic]:
        scenario.do(background_traffic(scenario, ego, BACKGROUND[traffic], inner_m=100.0))
    return scenario, ego, spot


def occluded_crossing(traffic: str = "none", light: str = "day", weather: str = "clear") -> Scenario:
    """A bus stands in the right lane; a child runs out in front of it."""
    scenario, ego, spot = _scene("occluded crossing", (traffic, light, weather), speed_mps=10.0)
    scenario.vehicle("Bus", at=spot.before(scenario, 340.0, 1), model="bus")
    child = scenario.pedestrian("Child", at=spot.before(scenario, 330.0, 1), model="child")
    scenario.do(when(gap(ego, child) < 19.0, child.cross(spot.before(scenario, 330.0, 3), 2.2)))
    scenario.end(time_s() > 18.0)
    scenario.require(no_collision())
    return scenario


def bus_pulls_out(traffic: str = "none", light: str = "day", weather: str = "clear") -> Scenario:
    """A bus leaves its stop into the lane of the ego."""
    scenario, ego, spot = _scene("bus pulls out", (traffic, light, weather))
    bus = scenario.vehicle("Bus", at=spot.before(scenario, 330.0, 1), speed_mps=0.0, model="bus")
    pull = (bus.accelerate(7.0, 1.2), bus.change_lane(left=1, over_s=5.0))
    scenario.do(when(gap(ego, bus) < 45.0, pull[0]))
    scenario.do(when(gap(ego, bus) < 43.0, pull[1]))
    scenario.end(time_s() > 22.0)
    scenario.require(no_collision(), min_ttc(1.2))
    return scenario


def muck_truck(traffic: str = "none", light: str = "night", weather: str = "clear") -> Scenario:
    """A slow, heavy muck truck changes into the lane and brakes."""
    scenario, ego, _ = _scene("muck truck", (traffic, light, weather))
    truck = scenario.vehicle("Muck truck", at=ahead_of(ego, gap_m=22.0, right=1), speed_mps=9.0, model="muck_truck")
    scenario.do(serial(wait(1.5), truck.change_lane(left=1, over_s=4.0), truck.brake(2.5, to_mps=3.0)))
    scenario.end(time_s() > 20.0)
    scenario.require(no_collision(), min_gap(1.0, other="Muck truck", name="keeps off the truck"))
    return scenario


def road_works(traffic: str = "none", light: str = "night", weather: str = "clear") -> Scenario:
    """Cones narrow the lane and a barrier closes it."""
    scenario, _, spot = _scene("road works", (traffic, light, weather))
    for k in range(4):
        place = spot.before(scenario, 330.0 - 8.0 * k, 2, offset_m=-1.6 + 0.4 * k)
        scenario.thing(f"Cone {k + 1}", at=place, size_m=(0.4, 0.4, 0.75), category="obstacle", mass_kg=5.0)
    scenario.thing("Barrier", at=spot.before(scenario, 296.0, 2), size_m=(0.5, 3.0, 1.1), category="barrier")
    scenario.end(time_s() > 24.0)
    scenario.require(no_collision())
    return scenario


def emergency_vehicle(traffic: str = "none", light: str = "day", weather: str = "clear") -> Scenario:
    """An ambulance comes from behind in the lane and passes on the left; the ego neither brakes hard nor swerves."""
    scenario, ego, _ = _scene("emergency vehicle", (traffic, light, weather))
    ambulance = scenario.vehicle("Ambulance", at=behind(ego, gap_m=60.0), speed_mps=16.0, model="ambulance")
    scenario.do(ambulance.light("specialPurposeLights", "flashing"))
    passes = ambulance.change_lane(left=1, over_s=2.5)
    scenario.do(serial(when(gap(ambulance, ego) < 22.0, passes), ambulance.accelerate(19.0, 1.5)))
    scenario.end(time_s() > 20.0)

    def does_not_hinder(trace: ScenarioTrace) -> bool:
        row, ego_row = trace.row("Ambulance"), trace.ego
        dx, dy = trace.x_m[:, row] - trace.x_m[:, ego_row], trace.y_m[:, row] - trace.y_m[:, ego_row]
        heading = trace.heading_rad[:, ego_row]
        ahead = dx * np.cos(heading) + dy * np.sin(heading)
        close_behind = (ahead < 0.0) & (ahead > -30.0)
        return not bool((trace.accel_mps2[close_behind, ego_row] < -4.0).any())

    scenario.require(
        no_collision(),
        min_gap(0.5, other="Ambulance", name="leaves room"),
        custom(does_not_hinder, name="does not brake before it"),
    )
    return scenario
