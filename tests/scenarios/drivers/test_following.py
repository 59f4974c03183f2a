"""Laws of car following, of corridors, and of overrides."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jing_scenarios.drivers.alks import least_time_gap_s
from jing_scenarios.drivers.corridor import ahead_in_corridor, crossing_soon, time_to_collision
from jing_scenarios.drivers.driver import MotionTarget, Neighbour, Observation, OwnState, PoseTarget
from jing_scenarios.drivers.following import (
    FollowingStyle,
    idm_acceleration,
    required_deceleration,
    stopping_acceleration,
)
from jing_scenarios.drivers.overrides import with_overrides
from jing_scenarios.worlds.world import EntityBody
from jing_sim.driving.controls import VehicleControl

STYLE = FollowingStyle()
OWN = OwnState(0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 3.7, 0.9, 4.6, 1.8, 2.7, 60.0, 5.0, 9.0)


def _other(gap_m: float, offset_m: float = 0.0, speed: float = 0.0, across: float = 0.0) -> Neighbour:
    return Neighbour("Other", "vehicle", gap_m, offset_m, 0.9, speed, across, 0.0, gap_m, offset_m, 0.0, 4.6)


def _seen(*others: Neighbour) -> Observation:
    return Observation(0.0, 0.05, OWN, 10.0, neighbours=others)


@given(st.floats(0.0, 35.0), st.floats(5.0, 120.0), st.floats(0.0, 35.0))
def test_nobody_who_follows_by_the_idm_touches_who_drives_evenly_ahead(own: float, gap: float, ahead: float) -> None:
    if required_deceleration(own, gap - 2.0, ahead) > 4.0:
        return  # nobody starts so
    for _ in range(1200):
        own = max(own + max(idm_acceleration(STYLE, own, 30.0, gap, ahead), -9.0) * 0.05, 0.0)
        gap += (ahead - own) * 0.05
        assert gap > 0.0


@given(st.floats(1.0, 25.0))
def test_whoever_has_the_room_stops_before_the_line(speed: float) -> None:
    line = speed * speed / (2.0 * STYLE.decel_mps2) + 5.0
    for _ in range(2000):
        speed = max(speed + stopping_acceleration(STYLE, speed, line) * 0.05, 0.0)
        line -= speed * 0.05
    assert -0.3 < line < 8.0
    assert speed < 0.2


def test_the_required_deceleration_is_that_of_the_textbook() -> None:
    assert required_deceleration(20.0, 50.0, 10.0) == pytest.approx(1.0)
    assert required_deceleration(10.0, 50.0, 20.0) == 0.0
    assert math.isinf(required_deceleration(10.0, 0.0, 0.0))
    # Both brake to a halt: 20 m/s, 30 m behind one who stops within 20 m.
    assert required_deceleration(20.0, 30.0, 10.0, -2.5) == pytest.approx(4.0)


def test_gaps_of_the_regulation_rise_with_speed() -> None:
    gaps = [least_time_gap_s(v) for v in (0.0, 2.0, 5.56, 11.11, 16.67, 36.0)]
    assert gaps == pytest.approx([1.0, 1.0, 1.2, 1.4, 1.6, 1.6])


def test_the_corridor_holds_who_is_in_the_way_and_foresees_who_comes() -> None:
    beside, coming = _other(20.0, 3.5), _other(20.0, 3.5, across=-1.5)
    assert ahead_in_corridor(_seen(_other(30.0), _other(10.0))) == [_other(10.0), _other(30.0)]
    assert ahead_in_corridor(_seen(beside), 2.0) == []
    assert ahead_in_corridor(_seen(coming)) == []
    assert ahead_in_corridor(_seen(coming), 2.0) == [coming]


def test_those_who_cross_at_the_same_time_are_seen_and_others_are_not() -> None:
    meets, late, leaves = _other(15.0, 3.5, 0.0, -2.0), _other(15.0, 30.0, 0.0, -1.0), _other(15.0, 3.5, 0.0, 2.0)
    assert crossing_soon(_seen(meets, late, leaves)) == [(meets, 15.0)]


def test_the_time_to_collision_is_gap_over_closing_speed() -> None:
    assert time_to_collision(_seen(), _other(20.0, speed=5.0)) == pytest.approx(4.0)
    assert math.isinf(time_to_collision(_seen(), _other(20.0, speed=12.0)))


def test_pedals_that_the_scenario_holds_stand_in_for_the_drivers() -> None:
    body = EntityBody("a", "vehicle", max_deceleration_mps2=8.0, max_acceleration_mps2=4.0, max_steer_rad=0.5)
    assert with_overrides(MotionTarget(1.0), None, body) == MotionTarget(1.0)
    assert with_overrides(MotionTarget(1.0), {"brake": 0.5}, body) == MotionTarget(-4.0)
    assert with_overrides(MotionTarget(-1.0), {"throttle": 0.25}, body) == MotionTarget(1.0)
    pose = PoseTarget(0.0, 0.0, 0.0, 1.0)
    assert with_overrides(pose, {"brake": 1.0}, body) == pose
    held = with_overrides(VehicleControl(throttle=0.3), {"brake": 0.4, "steering_wheel": 3.75, "gear": -1.0}, body)
    assert isinstance(held, VehicleControl)
    assert (held.throttle, held.brake, held.steer, held.reverse) == (0.3, 0.4, 0.5, True)
