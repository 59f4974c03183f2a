"""When two boxes in the plane meet, against small steps; and orders from outside that are wrong."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Polygon, box
from tests.sim.driving.places import car_on

from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import AckermannControl, AckermannGains, Pose, VehicleControl, WalkerControl
from jing_sim.driving.errors import NoBodyError, PhysicsError
from jing_sim.driving.kernels_contact import meet
from jing_sim.driving.options import DrivingOptions
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.weather import Weather
from jing_sim.driving.world import DrivingWorld

Sides = tuple[float, float]


def _polygon(x: float, y: float, yaw: float, half: Sides) -> Polygon:
    return affinity.translate(affinity.rotate(box(-half[0], -half[1], *half), yaw, (0, 0), use_radians=True), x, y)


SIDE = st.floats(0.1, 4.0)


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(st.floats(-10, 10), st.floats(-10, 10), st.floats(-3.1, 3.1), st.floats(-3.1, 3.1)),
    st.tuples(SIDE, SIDE),
    st.tuples(SIDE, SIDE),
    st.tuples(st.floats(-60, 60), st.floats(-60, 60)),
)
def test_two_boxes_meet_when_small_steps_say_so(
    place: tuple[float, float, float, float], half_a: Sides, half_b: Sides, velocity: Sides
) -> None:
    x, y, yaw_a, yaw_b = place
    dt = 0.1
    a, b = _polygon(0.0, 0.0, yaw_a, half_a), _polygon(x, y, yaw_b, half_b)
    p = (math.cos(yaw_a), math.sin(yaw_a), *half_a)
    q = (math.cos(yaw_b), math.sin(yaw_b), *half_b)
    toi, depth, _axis, sign = meet(x, y, p, q, velocity[0], velocity[1], dt)
    assert sign in {1.0, -1.0}
    if a.intersection(b).area > 1e-6:
        assert toi == 0.0
        assert depth > 0.0
        return
    gaps = [a.distance(affinity.translate(b, velocity[0] * t, velocity[1] * t)) for t in np.linspace(0.0, dt, 201)]
    assume(min(gaps) == 0.0 or min(gaps) > 0.05)
    assert (toi <= dt) == (min(gaps) == 0.0)
    if toi <= dt:
        assert a.distance(affinity.translate(b, velocity[0] * toi, velocity[1] * toi)) < 1e-6


def test_orders_for_what_is_not_there_or_of_another_kind_say_so() -> None:
    world, car = car_on(flat_scene())
    barrel = world.add(blueprint("static.prop.barrel"), Pose(x=20.0))
    with pytest.raises(NoBodyError, match="no body 99"):
        world.control(99, VehicleControl())
    with pytest.raises(NoBodyError, match="prop, not a vehicle"):
        world.control(barrel, VehicleControl())
    with pytest.raises(NoBodyError, match="vehicle, not a walker"):
        world.walk(car, WalkerControl())
    with pytest.raises(NoBodyError, match="friction zone"):
        world.remove_friction_zone(5)
    with pytest.raises(PhysicsError, match="has no body"):
        world.add(blueprint("controller.ai.walker"), Pose())
    with pytest.raises(PhysicsError, match="positive"):
        world.step(-0.1)
    with pytest.raises(PhysicsError, match="gravity"):
        world.set_world_gravity(math.nan)


def test_impossible_figures_are_refused_with_their_place() -> None:
    world, car = car_on(flat_scene())
    physics = world.physics(car)
    with pytest.raises(PhysicsError, match="mass_kg"):
        replace(physics, mass_kg=0.0)
    with pytest.raises(PhysicsError, match=r"wheels\[1\].tyre_friction"):
        replace(physics, wheels=(physics.wheels[0], replace(physics.wheels[1], tyre_friction=math.nan)))
    with pytest.raises(PhysicsError, match="torque_curve has 0"):
        replace(physics, torque_curve=())
    with pytest.raises(PhysicsError, match="2 wheels for a vehicle with 4"):
        world.set_physics(car, replace(physics, wheels=physics.wheels[:2]))
    with pytest.raises(PhysicsError, match="substep_s"):
        DrivingOptions(substep_s=0.05)
    with pytest.raises(PhysicsError, match="wetness"):
        Weather(wetness=math.inf)


def test_controls_are_brought_into_range_and_read_back() -> None:
    world, car = car_on(flat_scene())
    world.control(car, VehicleControl(throttle=2.0, steer=-3.0, brake=-1.0, hand_brake=True))
    assert world.control_of(car) == VehicleControl(1.0, -1.0, 0.0, hand_brake=True, gear=1)
    gains = AckermannGains(0.2, 0.01, 0.3, 0.02, 0.001, 0.02)
    world.set_gains(car, gains)
    assert world.gains(car) == gains


@pytest.mark.parametrize("wanted", [3.0, 12.0, -2.0])
def test_the_ackermann_controller_reaches_its_speed_and_stops(wanted: float) -> None:
    world, car = car_on(flat_scene(), "vehicle.lincoln.mkz_2017")
    world.ackermann(car, AckermannControl(speed_mps=wanted))
    for _ in range(900):
        world.step(0.05)
    assert world.bodies.velocity[0, 0] == pytest.approx(wanted, abs=0.25)
    world.ackermann(car, AckermannControl(speed_mps=0.0))
    for _ in range(1200):
        world.step(0.05)
    assert abs(world.bodies.velocity[0, 0]) < 0.05


def test_acceleration_steer_speed_and_impulses_act_as_asked() -> None:
    world, car = car_on(flat_scene())
    world.ackermann(car, AckermannControl(steer_rad=0.3, steer_speed_radps=0.1, speed_mps=20.0, acceleration_mps2=1.0))
    peak = 0.0
    for k in range(100):
        world.step(0.05)
        peak = max(peak, float(world.bodies.acceleration[0, 0]))
        if k == 19:
            assert world.telemetry(car).wheels[0].steer_rad == pytest.approx(0.1, abs=0.01)
    assert peak < 2.0
    other = DrivingWorld(flat_scene())
    still = other.add(blueprint("vehicle.tesla.model3"), Pose())
    other.control(still, VehicleControl(manual_gear=True, gear=0))
    other.step(1.0)
    other.add_impulse(still, (1820.0 * 2.0, 0.0, 0.0))
    other.step(0.01)
    assert other.bodies.velocity[0, 0] == pytest.approx(2.0, abs=0.2)
    other.add_force(still, (0.0, 0.0, 1820.0 * 20.0))
    other.step(0.05)
    assert other.bodies.velocity[0, 2] > 0.3


def test_weather_says_what_it_does() -> None:
    clear, storm = Weather(), Weather(precipitation=1.0, deposits=1.0, wetness=1.0, fog_density=0.5)
    assert clear.road_friction == 1.0
    assert storm.road_friction == pytest.approx(0.55)
    assert clear.visibility_m == 50_000.0
    assert storm.visibility_m < 120.0
    assert storm.lidar_noise > clear.lidar_noise
    assert Weather(sun_altitude_rad=-0.5).daylight < 0.05 < clear.daylight
