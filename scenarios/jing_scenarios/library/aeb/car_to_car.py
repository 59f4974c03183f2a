"""Car-to-car: rear-end and crossing-path tests after the published NCAP protocols."""

from functools import lru_cache

from jing_scenarios.criteria import no_collision
from jing_scenarios.script import Road, Scenario, ahead_of, crossing, lane, parallel, serial, straight, time_s, wait

__all__ = ["ccftap", "ccrb", "ccrm", "ccrs"]

SECONDS_BEFORE = 4.0
"""Of travel before contact at which a test begins."""
LIMIT_MPS = 36.0
_CAR_M, _WIDTH_M = 4.6, 1.85


@lru_cache
def _street() -> Road:
    return straight(1200.0, lanes=2, speed_mps=LIMIT_MPS)


@lru_cache
def _crossing() -> Road:
    return crossing(lanes=1, arm_m=200.0, signals=False, speed_mps=LIMIT_MPS)


def ccrs(ego_kmh: float, overlap_pct: float = 100.0) -> Scenario:
    """Car-to-car rear stationary: a standing target; overlap -50 and 50 % = to the right and left, 100 = in line."""
    scenario = Scenario("CCRs", road=_street())
    speed = ego_kmh / 3.6
    ego = scenario.vehicle("Ego", at=lane(-2, 60.0), speed_mps=speed)
    shift_m = 0.0 if overlap_pct == 100.0 else _WIDTH_M * (1.0 - abs(overlap_pct) / 100.0)
    offset_m = shift_m if overlap_pct > 0 else -shift_m
    scenario.vehicle("Target", at=ahead_of(ego, gap_m=speed * SECONDS_BEFORE, offset_m=offset_m))
    scenario.end(time_s() > 14.0)
    scenario.require(no_collision(requirement="CCRs"))
    return scenario


def ccrm(ego_kmh: float, target_kmh: float = 20.0) -> Scenario:
    """Car-to-car rear moving: a slower target at constant speed."""
    scenario = Scenario("CCRm", road=_street())
    closing = (ego_kmh - target_kmh) / 3.6
    ego = scenario.vehicle("Ego", at=lane(-2, 60.0), speed_mps=ego_kmh / 3.6)
    place = ahead_of(ego, gap_m=max(closing, 1.0) * SECONDS_BEFORE)
    scenario.vehicle("Target", at=place, speed_mps=target_kmh / 3.6)
    scenario.end(time_s() > 16.0)
    scenario.require(no_collision(requirement="CCRm"))
    return scenario


def ccrb(headway_m: float, brake_mps2: float, speed_kmh: float = 50.0) -> Scenario:
    """Car-to-car rear braking: both at one speed, the target brakes."""
    scenario = Scenario("CCRb", road=_street())
    ego = scenario.vehicle("Ego", at=lane(-2, 60.0), speed_mps=speed_kmh / 3.6)
    target = scenario.vehicle("Target", at=ahead_of(ego, gap_m=headway_m), speed_mps=speed_kmh / 3.6)
    scenario.do(serial(wait(1.0), target.brake(brake_mps2)))
    scenario.end(time_s() > 16.0)
    scenario.require(no_collision(requirement="CCRb"))
    return scenario


def ccftap(ego_kmh: float, target_kmh: float) -> Scenario:
    """Car-to-car front turn across path: the ego turns left before an oncoming car; both would arrive at once."""
    scenario = Scenario("CCFtap", road=_crossing())
    own, other = ego_kmh / 3.6, target_kmh / 3.6
    # Metres from the stop lines to where the paths cross: a quarter of the ego's arc, and most of the crossing.
    own_inside_m, other_inside_m = 13.0, 8.0
    at = scenario.on_street("West", towards="Centre", metres=max(own * SECONDS_BEFORE - own_inside_m, 1.0))
    ego = scenario.vehicle("Ego", at=at, speed_mps=own)
    target = scenario.vehicle(
        "Target",
        at=scenario.on_street("East", towards="Centre", metres=other * SECONDS_BEFORE - other_inside_m),
        speed_mps=other,
    )
    left = scenario.on_street("North", leaving="Centre", metres=60.0)
    scenario.do(parallel(ego.go_to(left), target.go_to(scenario.on_street("West", leaving="Centre", metres=80.0))))
    scenario.end(time_s() > 16.0)
    scenario.require(no_collision(requirement="CCFtap"))
    return scenario
