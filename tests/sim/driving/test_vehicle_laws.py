"""Laws that hold whatever a vehicle is told, whatever its figures, whatever the ground."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sim.driving.places import car_on, speed_of

from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import Pose, VehicleControl
from jing_sim.driving.ground import ground_of
from jing_sim.driving.physics import Gear
from jing_sim.driving.scene import StaticScene, flat_scene
from jing_sim.driving.world import DrivingWorld

NAMES = ("vehicle.tesla.model3", "vehicle.carlamotors.firetruck", "vehicle.kawasaki.ninja", "vehicle.bh.crossbike")
CONTROL = st.builds(
    VehicleControl,
    throttle=st.floats(0, 1),
    steer=st.floats(-1, 1),
    brake=st.floats(0, 1) | st.just(0.0),
    hand_brake=st.booleans(),
    reverse=st.booleans(),
    manual_gear=st.booleans(),
    gear=st.integers(-2, 9),
)


def stepped_scene(height_m: float) -> StaticScene:
    """A kerb of this height across the way at x = 20 m."""
    tiles = []
    for x0, x1, z in ((-100.0, 20.0, 0.0), (20.0, 200.0, height_m)):
        a, b, c, d = (x0, -50.0, z), (x1, -50.0, z), (x1, 50.0, z), (x0, 50.0, z)
        tiles += [(a, b, c), (a, c, d)]
    triangles = np.array(tiles, np.float32)
    ground = ground_of(triangles, np.ones(4, np.float32), np.ones(4, np.uint8))
    return replace(flat_scene(), ground=ground)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), st.lists(CONTROL, min_size=3, max_size=12), st.sampled_from([0.01, 0.05, 0.1]))
def test_whatever_the_controls_a_vehicle_stays_on_the_ground_and_finite(
    name: str, controls: list[VehicleControl], dt_s: float
) -> None:
    world, car = car_on(flat_scene(), name)
    for control in controls:
        world.control(car, control)
        for _ in range(10):
            world.step(dt_s)
            b = world.bodies
            assert np.isfinite(b.position[0]).all()
            assert abs(b.position[0, 2]) < 0.5
            assert np.abs(b.acceleration[0, :2]).max() < 25.0
            assert speed_of(world, car) < 120.0


@settings(max_examples=60, deadline=None)
@given(
    st.floats(50.0, 60_000.0),
    st.floats(0.0, 10.0),
    st.tuples(st.floats(0.0, 200.0), st.floats(0.0, 20_000.0), st.floats(0.1, 10.0)),
    st.tuples(st.floats(0.0, 5_000.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0)),
    st.tuples(st.floats(0.2, 1.0), st.floats(0.0, 1.5), st.floats(0.0, 20_000.0)),
    CONTROL,
)
def test_whatever_the_figures_nothing_blows_up(
    mass: float,
    friction: float,
    stiff: tuple[float, float, float],
    engine: tuple[float, float, float],
    wheel: tuple[float, float, float],
    control: VehicleControl,
) -> None:
    world, car = car_on(flat_scene())
    figures = world.physics(car)
    wheels = tuple(
        replace(
            one,
            tyre_friction=friction,
            lat_stiff_value=stiff[0],
            long_stiff_value=stiff[1],
            lat_stiff_max_load=stiff[2],
            radius_m=wheel[0],
            max_steer_rad=wheel[1] if one.max_steer_rad else 0.0,
            max_brake_nm=wheel[2],
        )
        for one in figures.wheels
    )
    changed = replace(
        figures,
        mass_kg=mass,
        torque_curve=((0.0, engine[0]), (10_000.0, engine[0])),
        moi=engine[1],
        damping_engaged=engine[2],
        forward_gears=(Gear(8.0), Gear(2.0)),
        wheels=wheels,
    )
    world.set_physics(car, changed)
    world.control(car, control)
    for _ in range(60):
        world.step(0.05)
        b = world.bodies
        assert np.isfinite(b.position[0]).all()
        assert np.abs(b.position[0, 2]) < 2.0
        assert speed_of(world, car) < 300.0
    if friction == 0.0:
        assert speed_of(world, car) < 0.01


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("speed_mps", [2.0, 8.0, 20.0])
def test_a_kerb_is_driven_over_without_being_thrown(name: str, speed_mps: float) -> None:
    world = DrivingWorld(stepped_scene(0.12))
    car = world.add(blueprint(name), Pose())
    world.step(0.5)
    highest = 0.0
    world.constant_velocity(car, (speed_mps, 0.0, 0.0))
    for _ in range(math.ceil(30.0 / speed_mps / 0.05)):
        world.step(0.05)
        highest = max(highest, float(world.bodies.position[0, 2]))
    assert 0.08 < highest < 0.6
    world.constant_velocity(car, None)
    world.control(car, VehicleControl(brake=1.0))
    for _ in range(200):
        world.step(0.05)
    assert world.bodies.position[0, 2] == pytest.approx(0.12, abs=0.02)
    assert speed_of(world, car) == 0.0


def test_without_drive_no_step_adds_energy() -> None:
    """Heights count against kinetic energy; springs start at rest."""
    world, car = car_on(flat_scene())
    world.control(car, VehicleControl(manual_gear=True, gear=0, steer=0.4))
    world.set_velocity(car, (25.0, 0.0, 0.0))
    world.step(0.01)
    before = math.inf
    for _ in range(600):
        world.step(0.01)
        b, record = world.bodies, world.state.cars[0]
        energy = 0.5 * 1820.0 * float((b.velocity[0, :2] ** 2).sum())
        energy += 0.5 * float(b.yaw_inertia[0]) * float(b.angular[0, 2]) ** 2
        energy += 0.5 * float((record["spin_inertia"] * record["omega"] ** 2).sum())
        assert energy <= before * (1.0 + 2e-3) + 5.0
        before = energy
