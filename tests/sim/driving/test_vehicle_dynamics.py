"""Vehicles against closed forms and published figures."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.sim.driving.places import (
    G,
    braking_distance,
    car_on,
    on_slope,
    seconds_to,
    speed_of,
    tilted_scene,
    with_friction,
)

from jing_sim.driving.catalogue import blueprint, catalogue
from jing_sim.driving.controls import AckermannControl, Pose, VehicleControl
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.weather import Weather
from jing_sim.driving.world import DrivingWorld

PUBLISHED_S = {
    "vehicle.audi.a2": 12.3,
    "vehicle.audi.etron": 5.7,
    "vehicle.audi.tt": 6.0,
    "vehicle.citroen.c3": 12.8,
    "vehicle.mini.cooper_s_2021": 6.7,
    "vehicle.seat.leon": 8.2,
    "vehicle.tesla.model3": 5.6,
}
"""0 to 100 km/h as the manufacturers publish it."""


@pytest.mark.parametrize("friction", [0.3, 0.9])
@pytest.mark.parametrize("speed_mps", [10.0, 30.0])
def test_a_braking_distance_is_speed_squared_over_twice_friction_times_gravity(
    friction: float, speed_mps: float
) -> None:
    world, car = car_on(flat_scene())
    with_friction(world, car, friction)
    found = braking_distance(world, car, speed_mps)
    assert found == pytest.approx(speed_mps**2 / (2.0 * friction * G), rel=0.04)


def test_a_slippery_road_a_wet_one_and_a_zone_lengthen_the_braking_distance_alike() -> None:
    dry = braking_distance(*car_on(flat_scene()), 20.0)
    icy = braking_distance(*car_on(flat_scene(friction=0.3)), 20.0)
    world, car = car_on(flat_scene())
    world.weather = Weather(wetness=1.0)
    wet = braking_distance(world, car, 20.0)
    world, car = car_on(flat_scene())
    world.add_friction_zone(Pose(), (500.0, 500.0, 5.0), 0.3)
    zone = braking_distance(world, car, 20.0)
    assert icy / dry == pytest.approx(1.0 / 0.3, rel=0.05)
    assert wet / dry == pytest.approx(1.0 / 0.7, rel=0.05)
    assert zone == pytest.approx(icy, rel=0.02)


@pytest.mark.parametrize("name", sorted(PUBLISHED_S))
def test_zero_to_hundred_takes_the_published_time_within_a_tenth(name: str) -> None:
    assert seconds_to(*car_on(flat_scene(), name), 100.0 / 3.6) == pytest.approx(PUBLISHED_S[name], rel=0.10)


@pytest.mark.parametrize("name", [name for name in catalogue() if name.startswith("vehicle.")])
def test_every_vehicle_starts_steers_and_stops(name: str) -> None:
    world, car = car_on(flat_scene(), name)
    assert np.abs(world.bodies.position[0]).max() < 0.02
    world.control(car, VehicleControl(throttle=0.6))
    for _ in range(80):
        world.step(0.05)
    assert speed_of(world, car) > 1.5
    world.control(car, VehicleControl(throttle=0.2, steer=0.3))
    for _ in range(10):
        world.step(0.05)
    assert world.bodies.rotation[0, 0] > 0.02
    world.control(car, VehicleControl(brake=1.0))
    for _ in range(200):
        world.step(0.05)
    assert speed_of(world, car) == 0.0
    assert np.isfinite(world.bodies.position).all()


def _circle_radius(world: DrivingWorld, steps: int) -> float:
    points = []
    for _ in range(steps):
        world.step(0.05)
        points.append(world.bodies.position[0, :2].copy())
    p = np.array(points)
    fit = np.linalg.lstsq(np.column_stack([2.0 * p, np.ones(len(p))]), (p**2).sum(axis=1), rcond=None)[0]
    return float(math.sqrt(fit[2] + fit[0] ** 2 + fit[1] ** 2))


def test_at_low_speed_the_middle_of_the_rear_axle_turns_at_wheelbase_over_tangent() -> None:
    world, car = car_on(flat_scene())
    angle, base = 0.4, 2.88
    world.ackermann(car, AckermannControl(steer_rad=angle, speed_mps=1.5))
    for _ in range(200):
        world.step(0.05)
    # The origin is half a wheelbase before the rear axle.
    assert _circle_radius(world, 400) == pytest.approx(math.hypot(base / math.tan(angle), base / 2.0), rel=0.01)


def test_the_inner_wheel_turns_in_more_so_that_all_axles_meet_in_one_point() -> None:
    world, car = car_on(flat_scene())
    world.ackermann(car, AckermannControl(steer_rad=0.3, speed_mps=1.0))
    world.step(0.05)
    left, right = (wheel.steer_rad for wheel in world.telemetry(car).wheels[:2])
    assert 1.0 / math.tan(right) - 1.0 / math.tan(left) == pytest.approx(1.58 / 2.88, rel=1e-6)


def _steady_turn(name: str, angle_rad: float, speed_mps: float) -> tuple[float, float]:
    """Yaw rate and speed of a steady circle."""
    world, car = car_on(flat_scene(), name)
    world.set_velocity(car, (speed_mps, 0.0, 0.0))
    world.ackermann(car, AckermannControl(steer_rad=angle_rad, speed_mps=speed_mps, steer_speed_radps=0.1))
    for _ in range(400):
        world.step(0.05)
    return float(world.bodies.angular[0, 2]), speed_of(world, car)


@pytest.mark.parametrize("name", ["vehicle.tesla.model3", "vehicle.audi.tt", "vehicle.lincoln.mkz_2017"])
def test_a_steady_circle_shows_the_understeer_of_its_cornering_stiffnesses(name: str) -> None:
    """delta = L / R + K a_y with K = W_f / C_f - W_r / C_r (Gillespie, 1992, eq. 6-15), for moderate a_y."""
    figures = blueprint(name).vehicle
    assert figures is not None
    wheels = figures.physics.wheels
    base = wheels[0].position[0] - wheels[2].position[0]

    def stiffness(value: float, most: float) -> float:
        q = 3.0 / most
        return value * (q - q**2 / 3.0 + q**3 / 27.0)

    gradient = 1.0 / stiffness(wheels[0].lat_stiff_value, 2.0) - 1.0 / stiffness(wheels[2].lat_stiff_value, 2.0)
    found = []
    for speed in (8.0, 14.0):
        yaw_rate, v = _steady_turn(name, 0.05, speed)
        found.append((v * yaw_rate / G, 0.05 - base * yaw_rate / v))
    (slow_g, slow), (fast_g, fast) = found
    assert fast_g > 0.25
    assert (fast - slow) / (fast_g - slow_g) == pytest.approx(gradient, rel=0.35)
    assert gradient > 0.0


def test_lateral_acceleration_is_bounded_by_friction_and_the_car_leans_outwards() -> None:
    world, car = car_on(flat_scene())
    world.set_velocity(car, (25.0, 0.0, 0.0))
    world.control(car, VehicleControl(throttle=0.5, steer=0.5))
    for _ in range(60):
        world.step(0.05)
        assert np.linalg.norm(world.bodies.acceleration[0, :2]) < 1.1 * G
    assert world.bodies.rotation[0, 2] > 0.02
    loads = [wheel.load_n for wheel in world.telemetry(car).wheels]
    assert loads[1] > 1.5 * loads[0]
    assert loads[3] > 1.5 * loads[2]


def test_two_wheelers_lean_into_a_curve_by_the_angle_of_the_forces() -> None:
    world, bike = car_on(flat_scene(), "vehicle.yamaha.yzf")
    world.set_velocity(bike, (12.0, 0.0, 0.0))
    world.ackermann(bike, AckermannControl(steer_rad=0.05, speed_mps=12.0))
    for _ in range(100):
        world.step(0.05)
    lateral = speed_of(world, bike) * float(world.bodies.angular[0, 2])
    assert lateral > 3.0
    assert world.bodies.rotation[0, 2] == pytest.approx(-math.atan2(lateral, G), rel=0.05)


@pytest.mark.parametrize("name", ["vehicle.kawasaki.ninja", "vehicle.vespa.zx125", "vehicle.diamondback.century"])
@pytest.mark.parametrize("friction", [0.4, 1.0])
def test_a_rider_at_full_steer_leans_no_farther_than_the_tyres_hold(name: str, friction: float) -> None:
    world, bike = car_on(flat_scene(friction=friction), name)
    world.set_velocity(bike, (9.0, 0.0, 0.0))
    world.control(bike, VehicleControl(throttle=0.8, steer=-0.8))
    for _ in range(80):
        world.step(0.05)
        b = world.bodies
        heading = float(b.rotation[0, 0])
        across = float(b.velocity[0, 1] * math.cos(heading) - b.velocity[0, 0] * math.sin(heading))
        rear = across + float(b.angular[0, 2]) * world.physics(bike).wheels[1].position[0]
        assert abs(rear) < 0.3 * speed_of(world, bike)
        assert abs(b.rotation[0, 2]) < math.atan(friction)


@pytest.mark.parametrize("control", [VehicleControl(brake=1.0), VehicleControl(hand_brake=True)])
@pytest.mark.parametrize("yaw", [0.0, math.pi / 2, 2.5])
def test_a_braked_car_rests_on_a_slope_without_creeping_or_trembling(control: VehicleControl, yaw: float) -> None:
    world, car = car_on(tilted_scene(0.15), pose=on_slope(0.15, yaw))
    world.control(car, control)
    for _ in range(40):
        world.step(0.05)
    place, attitude = world.bodies.position[0].copy(), world.bodies.rotation[0].copy()
    for _ in range(400):
        world.step(0.05)
    assert np.abs(world.bodies.position[0] - place).max() < 1e-6
    assert np.abs(world.bodies.rotation[0] - attitude).max() < 1e-6
    assert speed_of(world, car) == 0.0


def test_a_car_without_brakes_rolls_down_a_slope_as_gravity_and_rolling_resistance_say() -> None:
    world, car = car_on(tilted_scene(0.08), pose=on_slope(0.08))
    world.control(car, VehicleControl(manual_gear=True, gear=0))
    for _ in range(40):
        world.step(0.05)
    spin = sum(world.state.cars[0]["spin_inertia"][:4]) / 0.334**2
    wanted = G * (math.sin(math.atan(0.08)) - 0.011) / (1.0 + spin / 1820.0) * 2.0
    assert speed_of(world, car) == pytest.approx(wanted, rel=0.05)


def test_a_slope_steeper_than_friction_holds_no_car() -> None:
    world, car = car_on(tilted_scene(0.4, friction=0.3), pose=on_slope(0.4))
    world.step(1.0)
    world.step(1.0)
    steep = math.atan(0.4)
    assert speed_of(world, car) == pytest.approx(G * (math.sin(steep) - 0.3 * math.cos(steep)) * 3.0, rel=0.08)


@pytest.mark.parametrize(("grade", "climbs"), [(0.10, True), (0.30, True), (0.45, False)])
def test_a_bus_starts_uphill_where_torque_over_mass_suffices(grade: float, climbs: bool) -> None:
    world, bus = car_on(tilted_scene(grade), "vehicle.mitsubishi.fusorosa", on_slope(grade))
    world.control(bus, VehicleControl(throttle=1.0))
    for _ in range(60):
        world.step(0.05)
    figures = world.physics(bus)
    torque = max(nm for _, nm in figures.torque_curve)
    force = 0.93 * torque * figures.forward_gears[0].ratio * figures.final_ratio / figures.wheels[2].radius_m
    assert (force > figures.mass_kg * G * math.sin(math.atan(grade))) == climbs
    assert (world.bodies.velocity[0, 0] > 0.5) == climbs


def test_reverse_drives_backwards_and_reverse_steering_turns_the_other_way() -> None:
    world, car = car_on(flat_scene(), "vehicle.lincoln.mkz_2017")
    world.control(car, VehicleControl(throttle=0.4, steer=0.5, reverse=True))
    for _ in range(40):
        world.step(0.05)
    assert world.telemetry(car).gear == -1
    assert world.bodies.velocity[0, 0] < -0.5
    assert world.bodies.rotation[0, 0] < -0.05


def test_the_gear_box_shifts_up_under_way_and_stands_in_neutral_while_it_does() -> None:
    world, car = car_on(flat_scene(), "vehicle.seat.leon")
    world.control(car, VehicleControl(throttle=1.0))
    gears = []
    for _ in range(900):
        world.step(0.01)
        gears.append(world.telemetry(car).gear)
    order = [gear for gear, before in zip(gears[1:], gears[:-1], strict=True) if gear != before]
    assert order[:4] == [0, 2, 0, 3]
    assert gears.count(0) == pytest.approx(10 * (len(order) // 2), abs=3)


def test_a_car_that_drives_over_an_edge_falls_as_gravity_says_and_lands_on_its_wheels() -> None:
    world = DrivingWorld(flat_scene())
    car = world.add(blueprint("vehicle.tesla.model3"), Pose(z=5.0))
    for _ in range(50):
        world.step(0.01)
    assert world.bodies.velocity[0, 2] == pytest.approx(-G * 0.5, rel=1e-6)
    for _ in range(500):
        world.step(0.01)
    assert abs(world.bodies.position[0, 2]) < 0.005
    assert speed_of(world, car) < 0.01


def test_constant_velocity_and_a_set_velocity_hold_exactly() -> None:
    world, car = car_on(flat_scene(), pose=Pose(yaw=1.0))
    world.set_velocity(car, (3.0, 4.0, 0.0))
    world.step(0.05)
    assert tuple(world.bodies.velocity[0]) == (3.0, 4.0, 0.0)
    world.constant_velocity(car, (7.0, 0.0, 0.0))
    for _ in range(10):
        world.step(0.05)
    yaw = float(world.bodies.rotation[0, 0])
    assert world.bodies.velocity[0, :2] == pytest.approx([7.0 * math.cos(yaw), 7.0 * math.sin(yaw)], abs=0.02)
    world.constant_velocity(car, None)
    world.control(car, VehicleControl(brake=1.0))
    for _ in range(120):
        world.step(0.05)
    assert speed_of(world, car) == 0.0


def test_physics_make_the_round_trip_and_act() -> None:
    world, car = car_on(flat_scene())
    changed = replace(world.physics(car), mass_kg=2730.0, drag_coefficient=0.4, max_rpm=9000.0)
    world.set_physics(car, changed)
    assert world.physics(car) == changed
    slow = seconds_to(world, car, 20.0)
    assert slow > 1.3 * seconds_to(*car_on(flat_scene()), 20.0)


def test_drag_and_rolling_resistance_bound_the_top_speed() -> None:
    world, car = car_on(flat_scene(), "vehicle.audi.a2")
    world.control(car, VehicleControl(throttle=1.0))
    for _ in range(1400):
        world.step(0.05)
    car_now = world.telemetry(car)
    assert speed_of(world, car) * 3.6 == pytest.approx(173.0, rel=0.06)
    assert car_now.drag_n == pytest.approx(
        0.5 * 1.225 * 0.28 * 0.84 * 1.67 * 1.55 * speed_of(world, car) ** 2, rel=0.01
    )
