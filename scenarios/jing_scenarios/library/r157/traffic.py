"""R157 scenarios 8 to 13: following, cut-in, cut-out. Cut-ins and cut-outs carry labels of the reference drivers."""

from jing_scenarios.criteria import keeps_lane, min_ttc, no_collision
from jing_scenarios.library.alks_road import alks_scenario, collision_criterion
from jing_scenarios.library.reference_drivers import Bodies, Label
from jing_scenarios.library.reference_drivers import cut_in as cut_in_reference
from jing_scenarios.library.reference_drivers import cut_out as cut_out_reference
from jing_scenarios.library.reference_drivers import deceleration as deceleration_reference
from jing_scenarios.script import Scenario, ahead_of, gap, serial, time_s, wait, when

__all__ = [
    "cut_in",
    "cut_in_label",
    "cut_out",
    "cut_out_label",
    "cut_out_multiple",
    "emergency_brake",
    "emergency_brake_label",
    "follow_comfortably",
]

LANE_M = 3.5
_BODIES = Bodies(4.6, 1.85, 4.6, 1.85, LANE_M)


def follow_comfortably(ego_kmh: float, brake_mps2: float = 2.0, offset_m: float = 0.0) -> Scenario:
    """The vehicle ahead slows down gently and drives on."""
    scenario, ego = alks_scenario("follow lead vehicle", ego_kmh)
    speed = ego_kmh / 3.6
    lead = scenario.vehicle("Lead", at=ahead_of(ego, time_gap_s=2.0, offset_m=offset_m), speed_mps=speed)
    scenario.do(serial(wait(3.0), lead.brake(brake_mps2, to_mps=speed / 3), wait(4.0), lead.accelerate(speed, 1.0)))
    scenario.end(time_s() > 30.0)
    scenario.require(
        no_collision(requirement="R157-no-collision"),
        min_ttc(1.5, requirement="R157-following"),
        keeps_lane(0.05, requirement="R157-lane-keeping"),
    )
    return scenario


def emergency_brake(ego_kmh: float, brake_mps2: float = 6.0, headway_s: float = 2.0) -> Scenario:
    """The vehicle ahead brakes hard to a standstill."""
    scenario, ego = alks_scenario("lead vehicle brakes hard", ego_kmh)
    lead = scenario.vehicle("Lead", at=ahead_of(ego, time_gap_s=headway_s), speed_mps=ego_kmh / 3.6)
    scenario.do(serial(wait(2.0), lead.brake(brake_mps2)))
    scenario.end(time_s() > 20.0)
    scenario.require(collision_criterion(emergency_brake_label(ego_kmh, brake_mps2, headway_s)))
    return scenario


def emergency_brake_label(ego_kmh: float, brake_mps2: float = 6.0, headway_s: float = 2.0) -> Label:
    """Whether the reference driver prevents the collision."""
    return deceleration_reference(ego_kmh / 3.6, brake_mps2, headway_s, _BODIES)


def cut_in(ego_kmh: float, slower_kmh: float, gap_m: float, lateral_mps: float, left: float = 1.0) -> Scenario:
    """A slower vehicle changes into the lane from the left or right, this far ahead when it begins."""
    scenario, ego = alks_scenario("cut-in", ego_kmh)
    other = (ego_kmh - slower_kmh) / 3.6
    # It begins 0.5 s after the start, when the gap is what the case says.
    begin_m = gap_m + slower_kmh / 3.6 * 0.5
    car = scenario.vehicle("Cutter", at=ahead_of(ego, gap_m=begin_m, left=int(left)), speed_mps=other)
    over_s = LANE_M / lateral_mps
    right, back = (1, 0) if left > 0 else (0, 1)
    scenario.do(serial(wait(0.5), car.change_lane(right=right, left=back, over_s=over_s, shape="linear")))
    scenario.end(time_s() > 15.0)
    scenario.require(collision_criterion(cut_in_label(ego_kmh, slower_kmh, gap_m, lateral_mps, left)))
    return scenario


def cut_in_label(ego_kmh: float, slower_kmh: float, gap_m: float, lateral_mps: float, left: float = 1.0) -> Label:
    """Whether the reference driver prevents the collision."""
    del left
    return cut_in_reference(ego_kmh / 3.6, (ego_kmh - slower_kmh) / 3.6, gap_m, lateral_mps, _BODIES)


def cut_out(ego_kmh: float, ahead_m: float, lateral_mps: float) -> Scenario:
    """The vehicle ahead leaves the lane, this far before one that stands."""
    scenario, _ = _cut_out("cut-out", ego_kmh, ahead_m, lateral_mps)
    return scenario


def cut_out_multiple(ego_kmh: float, ahead_m: float, lateral_mps: float) -> Scenario:
    """Likewise, and a second one stands behind the first."""
    scenario, far_m = _cut_out("cut-out, two targets", ego_kmh, ahead_m, lateral_mps)
    scenario.vehicle("Standing 2", at=ahead_of(scenario.actors["Ego"], gap_m=far_m + 4.6 + 6.0))
    return scenario


def cut_out_label(ego_kmh: float, ahead_m: float, lateral_mps: float) -> Label:
    """Whether the reference driver prevents the collision."""
    return cut_out_reference(ego_kmh / 3.6, lateral_mps, ahead_m, _BODIES)


def _cut_out(name: str, ego_kmh: float, ahead_m: float, lateral_mps: float) -> tuple[Scenario, float]:
    """The scenario, and the gap from the ego to the vehicle that stands, at the start."""
    scenario, ego = alks_scenario(name, ego_kmh)
    speed = ego_kmh / 3.6
    far_m = speed * 2.0 + 4.6 + ahead_m + speed * 1.0
    lead = scenario.vehicle("Lead", at=ahead_of(ego, time_gap_s=2.0), speed_mps=speed)
    still = scenario.vehicle("Standing", at=ahead_of(ego, gap_m=far_m))
    change = lead.change_lane(left=1, over_s=LANE_M / lateral_mps, shape="linear")
    scenario.do(when(gap(lead, still) <= ahead_m, change))
    scenario.end(time_s() > 20.0)
    scenario.require(collision_criterion(cut_out_label(ego_kmh, ahead_m, lateral_mps)))
    return scenario, far_m
