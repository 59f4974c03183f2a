"""R157 scenarios 1 to 3: driving in the lane with nobody, somebody swerving ahead, and somebody beside."""

from jing_scenarios.criteria import keeps_lane, max_speed, no_collision
from jing_scenarios.library.alks_road import alks_scenario
from jing_scenarios.script import Scenario, ahead_of, beside, serial, time_s, wait

__all__ = ["free_driving", "side_vehicle", "swerving_lead"]


def free_driving(ego_kmh: float, radius_m: float = 0.0) -> Scenario:
    """Nobody else; the lane is kept at no more than the speed that is wanted."""
    scenario, _ = alks_scenario("free driving", ego_kmh, radius_m)
    scenario.end(time_s() > 20.0)
    scenario.require(
        keeps_lane(0.05, requirement="R157-lane-keeping"),
        max_speed(ego_kmh + 2.0, "km/h", requirement="R157-speed"),
    )
    return scenario


def swerving_lead(ego_kmh: float, swerve_m: float = 0.6, radius_m: float = 0.0) -> Scenario:
    """The vehicle ahead swerves to both sides within its lane."""
    scenario, ego = alks_scenario("swerving lead vehicle", ego_kmh, radius_m)
    lead = scenario.vehicle("Lead", at=ahead_of(ego, time_gap_s=2.0), speed_mps=ego_kmh / 3.6)
    swerves = [lead.lane_offset(side * swerve_m) for side in (1, -1, 1, -1, 0)]
    scenario.do(serial(wait(1.0), *swerves))
    scenario.end(time_s() > 20.0)
    scenario.require(no_collision(requirement="R157-no-collision"), keeps_lane(0.05, requirement="R157-lane-keeping"))
    return scenario


def side_vehicle(ego_kmh: float, left: float = 1.0, ds_m: float = 0.0, offset_m: float = 0.5) -> Scenario:
    """A vehicle drives beside, nearer than the middle of its lane."""
    scenario, ego = alks_scenario("side vehicle", ego_kmh)
    place = beside(ego, left=int(left), offset_m=-left * offset_m) if ds_m == 0.0 else None
    at = place or ahead_of(ego, ds_m=ds_m, left=int(left), offset_m=-left * offset_m)
    scenario.vehicle("Side", at=at, speed_mps=ego_kmh / 3.6)
    scenario.end(time_s() > 15.0)
    scenario.require(no_collision(requirement="R157-no-collision"), keeps_lane(0.05, requirement="R157-lane-keeping"))
    return scenario
