"""The native world with bodies: who is carried, who is driven, and what touches."""

import math
from collections.abc import Callable

import pytest

from jing_scenarios.worlds.bodies import BodiesWorld
from jing_scenarios.worlds.kinematic import KinematicWorld
from jing_scenarios.worlds.world import Contact, EntityBody, Environment, PoseColumns, WorldError
from jing_sim.driving.controls import VehicleControl
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.weather import Weather

DT_S = 0.05
CAR = EntityBody("car", "vehicle", "car", "vehicle.tesla.model3", mass_kg=1820.0)
CHILD = EntityBody("child", "pedestrian", "pedestrian", size_m=(0.5, 0.5, 1.2), centre_m=(0.0, 0.0, 0.6))


def _go(columns: PoseColumns, row: int) -> None:
    """Straight on at its speed."""
    columns.x[row] += columns.speed[row] * math.cos(columns.h[row]) * DT_S
    columns.y[row] += columns.speed[row] * math.sin(columns.h[row]) * DT_S


def test_carried_bodies_are_where_the_columns_say(columns: PoseColumns) -> None:
    world = BodiesWorld(flat_scene())
    columns.speed[0], columns.h[0], columns.speed[1] = 10.0, 0.7, 1.5
    columns.x[1] = 50.0
    world.add(0, CAR, columns)
    world.add(1, CHILD, columns)
    for _ in range(40):
        _go(columns, 0)
        _go(columns, 1)
        world.step(columns, DT_S)
    ahead = 2.88 / 2
    car, child = (world.world.pose_of(body) for body in world.world.ids)
    assert car.x == pytest.approx(columns.x[0] + ahead * math.cos(0.7), abs=1e-6)
    assert car.y == pytest.approx(columns.y[0] + ahead * math.sin(0.7), abs=1e-6)
    assert (child.x, child.y, child.z) == pytest.approx((columns.x[1], 0.0, 0.6), abs=1e-6)


def test_a_driven_car_accelerates_and_is_read_back_at_its_rear_axle(columns: PoseColumns) -> None:
    world = BodiesWorld(flat_scene())
    columns.driven[0], columns.speed[0] = True, 10.0
    world.add(0, CAR, columns)
    world.control(0, VehicleControl(throttle=0.6))
    for _ in range(40):
        world.step(columns, DT_S)
    assert columns.speed[0] > 12.0
    assert 20.0 < columns.x[0] < 30.0
    assert columns.accel[0] > 0.5
    body = world.world.pose_of(world.world.ids[0])
    assert body.x - columns.x[0] == pytest.approx(2.88 / 2, abs=1e-3)


def test_a_driven_car_that_runs_into_a_carried_one_touches_it(columns: PoseColumns) -> None:
    world = BodiesWorld(flat_scene())
    columns.driven[0], columns.speed[0], columns.x[1] = True, 15.0, 12.0
    world.add(0, CAR, columns)
    world.add(1, CAR, columns)
    touched: list[Contact] = []
    for _ in range(40):
        world.step(columns, DT_S)
        touched += world.contacts()
    assert {(contact.row, contact.other) for contact in touched} == {(0, 1)}
    assert max(contact.impulse_ns for contact in touched) > 1000.0
    assert columns.x[0] < 12.0


def test_who_is_put_elsewhere_sweeps_through_nobody(columns: PoseColumns) -> None:
    world = BodiesWorld(flat_scene())
    columns.driven[0], columns.x[1] = True, -30.0
    world.add(0, CAR, columns)
    world.add(1, CAR, columns)
    world.step(columns, DT_S)
    columns.x[1] = 30.0
    world.step(columns, DT_S)
    assert world.contacts() == []
    assert columns.x[0] == pytest.approx(0.0, abs=0.05)


def test_ice_lengthens_the_way_to_a_halt(new_columns: Callable[[], PoseColumns]) -> None:
    ways = []
    for friction in (None, 0.3):
        world = BodiesWorld(flat_scene())
        begin = new_columns()
        begin.driven[0], begin.speed[0] = True, 15.0
        world.add(0, CAR, begin)
        world.set_environment(Environment(Weather(), friction))
        world.control(0, VehicleControl(brake=1.0))
        for _ in range(200):
            world.step(begin, DT_S)
        ways.append(float(begin.x[0]))
    assert ways[1] > 2.0 * ways[0]


def test_a_pedestrian_has_no_pedals(columns: PoseColumns) -> None:
    columns.driven[0] = True
    with pytest.raises(WorldError, match="'child' is a pedestrian; only vehicles are driven by pedals"):
        BodiesWorld(flat_scene()).add(0, CHILD, columns)


def test_the_removed_are_gone_and_their_rows_free(columns: PoseColumns) -> None:
    world = BodiesWorld(flat_scene())
    world.add(0, CAR, columns)
    world.step(columns, DT_S)
    world.remove(0)
    assert world.world.ids == []
    world.add(0, CHILD, columns)
    world.step(columns, DT_S)
    assert len(world.world.ids) == 1


def test_columns_alone_refuse_pedals(columns: PoseColumns) -> None:
    world = KinematicWorld()
    world.add(0, CAR, columns)
    world.step(columns, DT_S)
    columns.driven[0] = True
    with pytest.raises(WorldError, match="is driven by pedals"):
        world.drive(0, columns)


def test_a_driven_car_that_is_teleported_is_there_and_goes_on(columns: PoseColumns) -> None:
    world = BodiesWorld(flat_scene())
    columns.driven[0], columns.speed[0] = True, 10.0
    world.add(0, CAR, columns)
    world.step(columns, DT_S)
    columns.x[0], columns.y[0] = 200.0, 5.0
    world.drive(0, columns)
    world.step(columns, DT_S)
    assert columns.x[0] == pytest.approx(200.5, abs=0.05)
    assert columns.y[0] == pytest.approx(5.0, abs=0.01)


def test_who_is_driven_later_says_which_physics_it_gets(columns: PoseColumns) -> None:
    world = BodiesWorld(flat_scene())
    world.add(0, EntityBody("truck", "vehicle", "truck", size_m=(8.0, 2.5, 3.8), place="a.xosc:3:1"), columns)
    assert world.warnings() == ()
    columns.driven[0] = True
    world.drive(0, columns)
    assert "'truck' (truck, 8 x 2.5 x 3.8 m) is vehicle.carlamotors.european_hgv" in world.warnings()[0]
