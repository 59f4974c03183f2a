"""Contacts: momentum, energy, no passing through, the same whatever the order."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sim.driving.places import speed_of, wall

from jing_sim.driving.bodies import Motion
from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import Pose, WalkerControl
from jing_sim.driving.errors import OverlapError
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.weather import Weather
from jing_sim.driving.world import DrivingWorld

CAR = "vehicle.tesla.model3"


def _without_tyres(scene_world: DrivingWorld) -> DrivingWorld:
    """Nothing but contacts acts in the plane: no tyre holds."""
    scene_world.add_friction_zone(Pose(), (1e4, 1e4, 50.0), 0.0)
    return scene_world


def _momentum(world: DrivingWorld) -> tuple[np.ndarray, float]:
    b = world.bodies
    m = b.mass_kg[:, None]
    linear = (m * b.velocity[:, :2]).sum(axis=0)
    around = (b.mass_kg * (b.position[:, 0] * b.velocity[:, 1] - b.position[:, 1] * b.velocity[:, 0])).sum()
    return linear, float(around + (b.yaw_inertia * b.angular[:, 2]).sum())


def _energy(world: DrivingWorld) -> float:
    b = world.bodies
    return float(
        0.5 * (b.mass_kg * (b.velocity[:, :2] ** 2).sum(axis=1)).sum()
        + 0.5 * (b.yaw_inertia * b.angular[:, 2] ** 2).sum()
    )


def test_two_equal_cars_keep_their_momentum_and_part_by_newtons_restitution() -> None:
    world = _without_tyres(DrivingWorld(flat_scene()))
    prop = blueprint(CAR)
    a, b = world.add(prop, Pose(x=-10.0)), world.add(prop, Pose(x=10.0, yaw=math.pi))
    world.set_velocity(a, (20.0, 0.0, 0.0))
    world.set_velocity(b, (-10.0, 0.0, 0.0))
    before = 0.0
    for _ in range(80):
        before = float(world.bodies.velocity[:2, 0].sum())
        approach = float(world.bodies.velocity[0, 0] - world.bodies.velocity[1, 0])
        world.step(0.01)
        if world.collisions:
            break
    (hit,) = world.collisions
    va, vb = world.bodies.velocity[:2, 0]
    assert va + vb == pytest.approx(before, abs=0.02)
    assert vb - va == pytest.approx(0.1 * approach, rel=0.02)
    assert hit.body == a
    assert hit.other == b
    assert hit.label == 14
    assert hit.impulse[0] == pytest.approx(-1820.0 * 1.1 * approach / 2.0, rel=0.01)
    assert hit.point[1] == pytest.approx(0.0, abs=1e-6)


def test_a_car_against_a_wall_stops_there_and_tells_the_impulse() -> None:
    world = DrivingWorld(flat_scene(boxes=wall(30.0)))
    car = world.add(blueprint(CAR), Pose())
    world.set_velocity(car, (15.0, 0.0, 0.0))
    for _ in range(60):
        before = float(world.bodies.velocity[0, 0])
        world.step(0.05)
        if world.collisions:
            break
    (hit,) = world.collisions
    assert (hit.other, hit.label) == (0, 4)
    assert hit.impulse[0] == pytest.approx(-1820.0 * 1.1 * before, rel=0.05)
    assert hit.point[0] == pytest.approx(29.9, abs=0.05)
    for _ in range(60):
        world.step(0.05)
        assert world.bodies.position[0, 0] + 2.345 < 29.91


@pytest.mark.parametrize(
    "name", [CAR, "vehicle.bh.crossbike", "vehicle.carlamotors.firetruck", "vehicle.kawasaki.ninja"]
)
@pytest.mark.parametrize("yaw", [0.0, math.pi / 2, 0.7])
@pytest.mark.parametrize("substep_s", [0.01, 0.05])
def test_nothing_passes_through_a_thin_wall_at_60_m_s_in_steps_of_50_ms(
    name: str, yaw: float, substep_s: float
) -> None:
    world = DrivingWorld(flat_scene(boxes=wall(40.0, (0.05, 300.0, 2.0))))
    body = world.add(blueprint(name), Pose(yaw=yaw))
    world.constant_velocity(body, (60.0 * math.cos(yaw), -60.0 * math.sin(yaw), 0.0))
    for _ in range(40):
        world.step(0.05, substep_s)
        assert world.bodies.position[0, 0] < 40.0


def test_two_small_things_at_120_m_s_relative_speed_meet() -> None:
    world = DrivingWorld(flat_scene())
    bike = blueprint("vehicle.bh.crossbike")
    a, b = world.add(bike, Pose(x=-30.0)), world.add(bike, Pose(x=30.0, yaw=math.pi))
    told = False
    for _ in range(20):
        world.set_velocity(a, (60.0, 0.0, 0.0)) if not told else None
        world.set_velocity(b, (-60.0, 0.0, 0.0)) if not told else None
        world.step(0.05)
        told = told or bool(world.collisions)
    assert told
    assert world.bodies.position[0, 0] < world.bodies.position[1, 0]


def test_a_pole_beside_the_lane_is_passed_and_one_in_the_way_is_hit() -> None:
    for offset, hits in ((1.5, False), (0.5, True)):
        pole = wall(40.0, (0.1, 0.1, 2.0))
        pole.centre[0, 1] = offset
        world = DrivingWorld(flat_scene(boxes=pole))
        car = world.add(blueprint(CAR), Pose())
        world.constant_velocity(car, (50.0, 0.0, 0.0))
        told = False
        for _ in range(30):
            world.step(0.05)
            told = told or bool(world.collisions)
        assert told == hits


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-6, 6), st.floats(-6, 6), st.floats(-3.1, 3.1), st.floats(-25, 25), st.floats(-25, 25)),
        min_size=2,
        max_size=6,
    )
)
def test_contacts_add_no_energy_and_keep_momentum(rows: list[tuple[float, float, float, float, float]]) -> None:
    world = _without_tyres(DrivingWorld(flat_scene()))
    for x, y, yaw, vx, vy in rows:
        try:
            body = world.add(blueprint(CAR), Pose(x=x * 3.0, y=y * 3.0, yaw=yaw))
        except OverlapError:
            continue
        world.bodies.velocity[world.row_of(body)] = vx, vy, 0.0
    energy, (linear, _) = _energy(world), _momentum(world)
    for _ in range(40):
        world.step(0.02)
        now = _energy(world)
        assert now <= energy * (1.0 + 1e-6) + 1.0
        energy = now
        assert np.isfinite(world.bodies.position).all()
    # Drag takes a little.
    assert np.abs(_momentum(world)[0] - linear).max() < 0.01 * np.abs(linear).max() + 1500.0


def test_a_glancing_hit_turns_both_cars_the_same_way() -> None:
    world = _without_tyres(DrivingWorld(flat_scene()))
    a = world.add(blueprint(CAR), Pose(x=-8.0))
    world.add(blueprint(CAR), Pose(x=8.0, y=1.2, yaw=math.pi))
    world.set_velocity(a, (15.0, 0.0, 0.0))
    for _ in range(100):
        world.step(0.01)
    assert world.bodies.angular[0, 2] > 0.05
    assert world.bodies.angular[1, 2] > 0.05


def test_the_order_in_which_bodies_came_changes_no_bit_of_their_ways() -> None:
    rng = np.random.default_rng(7)
    start = [
        (float(x) * 6.0, float(y) * 3.5, float(rng.uniform(-3, 3)), rng.uniform(-12, 12, 2))
        for x in range(4)
        for y in range(4)
    ]
    ways = []
    for order in (range(16), reversed(range(16)), rng.permutation(16)):
        world = DrivingWorld(flat_scene(boxes=wall(25.0)))
        ids = {}
        for k in order:
            x, y, yaw, v = start[k]
            ids[k] = world.add(blueprint("vehicle.micro.microlino"), Pose(x=x, y=y, yaw=yaw), may_overlap=True)
            world.bodies.velocity[world.row_of(ids[k])] = v[0], v[1], 0.0
        hits = 0
        for _ in range(40):
            world.step(0.05)
            hits += len(world.collisions)
        assert hits > 10
        ways.append(np.array([world.bodies.position[world.row_of(ids[k])] for k in range(16)]))
    assert (ways[0] == ways[1]).all()
    assert (ways[0] == ways[2]).all()


def test_vehicles_and_walkers_are_not_put_into_each_other_and_props_are() -> None:
    world = DrivingWorld(flat_scene(boxes=wall(20.0)))
    world.add(blueprint(CAR), Pose())
    with pytest.raises(OverlapError, match="body 1"):
        world.add(blueprint(CAR), Pose(x=3.0, y=1.0))
    with pytest.raises(OverlapError, match="static box 0"):
        world.add(blueprint(CAR), Pose(x=18.0))
    with pytest.raises(OverlapError, match="body 1"):
        world.add(blueprint("walker.pedestrian.0001"), Pose(x=1.0, z=1.0))
    world.add(blueprint("static.prop.barrel"), Pose(x=1.0))
    assert len(world.ids) == 2
    # Above it there is room.
    world.add(blueprint(CAR), Pose(z=4.0))


def test_a_walker_is_thrown_by_a_car_and_the_car_hardly_notices() -> None:
    world = DrivingWorld(flat_scene())
    car = world.add(blueprint(CAR), Pose(x=-10.0))
    walker = world.add(blueprint("walker.pedestrian.0002"), Pose(x=0.0, z=0.9))
    world.set_velocity(car, (10.0, 0.0, 0.0))
    for _ in range(40):
        before = speed_of(world, car)
        world.step(0.05)
        if world.collisions:
            break
    (hit,) = world.collisions
    assert {hit.body, hit.other} == {car, walker}
    assert speed_of(world, car) > 0.9 * before
    assert world.bodies.velocity[1, 0] > 5.0


def test_a_kinematic_body_pushes_and_is_not_pushed_and_one_that_does_not_collide_passes() -> None:
    for collides in (True, False):
        world = DrivingWorld(flat_scene())
        a = world.add(blueprint(CAR), Pose(x=-10.0))
        b = world.add(blueprint(CAR), Pose())
        world.set_motion(a, Motion.KINEMATIC)
        world.set_velocity(a, (5.0, 0.0, 0.0))
        world.set_collides(b, collides)
        for _ in range(100):
            world.step(0.05)
        assert world.bodies.velocity[0, 0] == 5.0
        assert (world.bodies.position[1, 0] > 5.0) == collides


def test_walkers_walk_jump_and_turn_where_they_go() -> None:
    world = DrivingWorld(flat_scene())
    walker = world.add(blueprint("walker.pedestrian.0003"), Pose(z=1.5))
    world.walk(walker, WalkerControl((0.0, 1.0, 0.0), 1.4))
    for _ in range(40):
        world.step(0.05)
    assert world.bodies.velocity[0, 1] == pytest.approx(1.4)
    assert world.bodies.rotation[0, 0] == pytest.approx(math.pi / 2)
    assert world.bodies.position[0, 2] == pytest.approx(world.bodies.half_extent[0, 2])
    world.walk(walker, WalkerControl((0.0, 1.0, 0.0), 1.4, jump=True))
    heights = []
    for _ in range(60):
        world.step(0.02)
        heights.append(float(world.bodies.position[0, 2] - world.bodies.half_extent[0, 2]))
    assert max(heights) == pytest.approx(4.2**2 / (2 * 9.80665), rel=0.05)
    assert heights[-1] == 0.0
    assert world.walk_of(walker).jump is False


def test_a_loose_prop_falls_and_slides_until_friction_stops_it() -> None:
    world = DrivingWorld(flat_scene())
    cone = world.add(blueprint("static.prop.trafficcone01"), Pose(z=2.0))
    world.step(0.5)
    assert world.bodies.position[0, 2] == 2.0
    world.set_motion(cone, Motion.DYNAMIC)
    for _ in range(40):
        world.step(0.05)
    assert world.bodies.position[0, 2] == 0.0
    world.add_impulse(cone, (3.5 * 6.0, 0.0, 0.0))
    for _ in range(60):
        world.step(0.05)
    assert world.bodies.position[0, 0] == pytest.approx(6.0**2 / (2 * 0.6 * 9.80665), rel=0.05)
    assert speed_of(world, cone) == 0.0


def test_the_same_steps_give_the_same_bits_and_snapshots_go_back() -> None:
    def run() -> DrivingWorld:
        world = DrivingWorld(flat_scene(boxes=wall(30.0)))
        for k in range(6):
            body = world.add(blueprint(CAR), Pose(x=6.0 * (k % 3), y=5.0 * (k // 3), yaw=0.3 * k))
            world.set_velocity(body, (5.0 * math.cos(k), 5.0 * math.sin(k), 0.0))
        return world

    one, two = run(), run()
    for _ in range(20):
        one.step(0.05)
        two.step(0.05)
    assert one.state_hash() == two.state_hash()
    kept = one.snapshot()
    for _ in range(20):
        one.step(0.05)
    after = one.state_hash()
    one.remove(3)
    one.weather = Weather(wetness=1.0)
    one.restore(kept)
    assert one.state_hash() == two.state_hash()
    for _ in range(20):
        one.step(0.05)
    assert one.state_hash() == after


def test_rows_grow_and_are_used_again_while_ids_never_are() -> None:
    world = DrivingWorld(flat_scene())
    ids = [world.add(blueprint("static.prop.barrel"), Pose(x=float(k))) for k in range(70)]
    assert ids == list(range(1, 71))
    world.step(0.05)
    world.remove(10)
    assert world.add(blueprint("static.prop.barrel"), Pose()) == 71
    assert world.row_of(71) == 9
    assert world.bodies.id[9] == 71


def test_what_falls_on_a_car_lies_on_it() -> None:
    world = DrivingWorld(flat_scene())
    car = world.add(blueprint(CAR), Pose())
    box = world.add(blueprint("static.prop.container"), Pose(z=3.0))
    world.set_motion(box, Motion.DYNAMIC)
    for _ in range(60):
        world.step(0.05)
    assert world.bodies.position[1, 2] == pytest.approx(1.44, abs=0.06)
    assert np.abs(world.bodies.position[:, :2]).max() < 0.01
    assert speed_of(world, car) < 0.01


def test_a_pile_of_cars_in_one_place_comes_apart_and_no_contact_is_lost() -> None:
    world = DrivingWorld(flat_scene())
    for k in range(90):
        car = world.add(blueprint("vehicle.micro.microlino"), Pose(x=0.005 * k, yaw=0.1 * k), may_overlap=True)
        world.bodies.velocity[world.row_of(car)] = 5.0 * math.cos(k), 5.0 * math.sin(k), 0.0
    for _ in range(400):
        world.step(0.05)
        assert world.lost_contacts == 0
    assert np.isfinite(world.bodies.position).all()
    assert np.abs(world.bodies.position).max() < 60.0
