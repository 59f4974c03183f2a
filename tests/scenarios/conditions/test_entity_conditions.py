"""Conditions of entities, one law a test."""

import math
from types import SimpleNamespace

import pytest
from tests.scenarios.conditions.ground import Ground, element

from jing_scenarios.actions.action import UnsupportedElementError
from jing_scenarios.openscenario.node import Node, OpenScenarioError

WORLD = element("Position", element("WorldPosition", x=130.0, y=-1.75))


@pytest.fixture
def ground() -> Ground:
    return Ground()


def test_speed_is_along_the_heading_or_in_a_direction_of_the_entity(ground: Ground) -> None:
    ground.drive(0, 10.0)
    assert ground.of_entity(element("SpeedCondition", value=9.0, rule="greaterThan")).check()
    assert not ground.of_entity(element("SpeedCondition", value=10.0, rule="greaterThan")).check()
    assert ground.of_entity(element("SpeedCondition", value=0.0, rule="equalTo", direction="lateral")).check()
    assert ground.of_entity(element("SpeedCondition", value=10.0, rule="equalTo", direction="longitudinal")).check()


def test_acceleration_has_a_size_and_parts(ground: Ground) -> None:
    ground.drive(0, 10.0, -3.0)
    assert ground.of_entity(element("AccelerationCondition", value=3.0, rule="equalTo")).check()
    part = element("AccelerationCondition", value=-2.0, rule="lessThan", direction="longitudinal")
    assert ground.of_entity(part).check()


def test_relative_speed_is_own_minus_other(ground: Ground) -> None:
    ground.drive(0, 10.0)
    ground.drive(1, 12.0)
    for extra in ({}, {"direction": "longitudinal"}):
        condition = element("RelativeSpeedCondition", entityRef="Lead", value=-2.0, rule="equalTo", **extra)
        assert ground.of_entity(condition).check()


@pytest.mark.parametrize(
    ("tag", "column"),
    [
        ("StandStillCondition", "still_since_s"),
        ("OffroadCondition", "off_since_s"),
        ("EndOfRoadCondition", "end_since_s"),
    ],
)
def test_states_must_have_lasted(ground: Ground, tag: str, column: str) -> None:
    truth = ground.of_entity(element(tag, duration=2.0))
    ground.engine.time_s = 5.0
    getattr(ground.entities, column)[0] = math.nan
    assert not truth.check()
    getattr(ground.entities, column)[0] = 3.5
    assert not truth.check()
    getattr(ground.entities, column)[0] = 2.9
    assert truth.check()


def test_travelled_distance_is_the_odometer(ground: Ground) -> None:
    truth = ground.of_entity(element("TraveledDistanceCondition", value=5.0))
    ground.entities.odometer[0] = 4.9
    assert not truth.check()
    ground.entities.odometer[0] = 5.0
    assert truth.check()


@pytest.mark.parametrize(("freespace", "distance"), [(False, 40.0), (True, 36.0)])
def test_relative_distance_is_between_reference_points_or_boxes(
    ground: Ground, freespace: bool, distance: float
) -> None:
    for off, expected in ((-0.1, True), (0.1, False)):
        condition = element(
            "RelativeDistanceCondition", entityRef="Lead", value=distance + off, rule="greaterThan",
            freespace=freespace, coordinateSystem="entity", relativeDistanceType="longitudinal",
        )  # fmt: skip
        assert ground.of_entity(condition).check() is expected


def test_distance_from_a_position(ground: Ground) -> None:
    condition = element("DistanceCondition", WORLD, value=30.1, rule="lessThan", freespace=False)
    assert ground.of_entity(condition).check()


def test_reaching_a_position_is_being_within_its_tolerance(ground: Ground) -> None:
    truth = ground.of_entity(element("ReachPositionCondition", WORLD, tolerance=2.0))
    assert not truth.check()
    ground.put(0, -1, 128.5)
    assert truth.check()


def test_headway_is_distance_over_own_speed_and_not_defined_standing(ground: Ground) -> None:
    condition = element(
        "TimeHeadwayCondition", entityRef="Lead", value=4.1, rule="lessThan", freespace=False,
        coordinateSystem="road", relativeDistanceType="longitudinal",
    )  # fmt: skip
    truth = ground.of_entity(condition)
    assert not truth.check()
    ground.drive(0, 10.0)
    assert truth.check()
    ground.put(1, -1, 60.0)
    assert not truth.check()


def test_time_to_collision_is_distance_over_closing_speed(ground: Ground) -> None:
    target = element("TimeToCollisionConditionTarget", element("EntityRef", entityRef="Lead"))
    condition = element(
        "TimeToCollisionCondition", target, value=9.1, rule="lessThan", freespace=True,
        coordinateSystem="entity", relativeDistanceType="longitudinal",
    )  # fmt: skip
    truth = ground.of_entity(condition)
    ground.drive(0, 10.0)
    ground.drive(1, 6.0)
    assert truth.check()
    ground.drive(1, 11.0)
    assert not truth.check()


def test_time_to_collision_with_a_position(ground: Ground) -> None:
    target = element("TimeToCollisionConditionTarget", WORLD)
    condition = element("TimeToCollisionCondition", target, value=3.1, rule="lessThan", freespace=False)
    ground.drive(0, 10.0)
    assert ground.of_entity(condition).check()


def test_collision_is_with_an_entity_or_a_type(ground: Ground) -> None:
    with_lead = ground.of_entity(element("CollisionCondition", element("EntityRef", entityRef="Lead")))
    with_walkers = ground.of_entity(element("CollisionCondition", element("ByType", type="pedestrian")))
    assert not with_lead.check()
    ground.engine.overlapping = {(0, 1)}
    assert with_lead.check()
    assert not with_walkers.check()
    ground.engine.overlapping = {(0, 2)}
    assert with_walkers.check()


def clearance(low: int, high: int, *, opposite: bool) -> Node:
    lanes = Node("RelativeLaneRange", {"from": low, "to": high})
    return element(
        "RelativeClearanceCondition", lanes, distanceForward=60.0, distanceBackward=10.0, freeSpace=False,
        oppositeLanes=opposite,
    )  # fmt: skip


def test_lanes_are_clear_when_nobody_is_in_them(ground: Ground) -> None:
    left = ground.of_entity(clearance(1, 1, opposite=True))
    assert not left.check()
    ground.put(2, 1, 300.0)
    assert left.check()


def test_lanes_that_are_not_there_are_not_clear(ground: Ground) -> None:
    ground.put(2, 1, 300.0)
    assert not ground.of_entity(clearance(-9, -8, opposite=True)).check()
    assert not ground.of_entity(clearance(1, 1, opposite=False)).check()


def test_angles_are_met_within_a_tolerance(ground: Ground) -> None:
    ground.entities.h[0] = math.tau - 0.02
    for angle, expected in ((0.0, True), (0.1, False)):
        condition = element("AngleCondition", angle=angle, angleTolerance=0.05, angleType="heading")
        assert ground.of_entity(condition).check() is expected


def test_angles_against_a_trajectory_need_one(ground: Ground) -> None:
    condition = element(
        "AngleCondition", angle=0.2, angleTolerance=0.01, angleType="heading", coordinateSystem="trajectory"
    )  # fmt: skip
    truth = ground.of_entity(condition)
    ground.entities.h[0] = 0.5
    assert not truth.check()
    point = SimpleNamespace(tangent=0.3, p=math.nan, r=math.nan)
    trajectory = SimpleNamespace(at_distance=lambda _: point)
    ground.engine.scene.following[0] = SimpleNamespace(trajectory=trajectory, distance_m=0.0)
    assert truth.check()


@pytest.mark.parametrize("system", [{}, {"coordinateSystem": "entity"}, {"coordinateSystem": "world"}])
def test_relative_angles_are_own_minus_other(ground: Ground, system: dict[str, str]) -> None:
    ground.entities.h[0], ground.entities.h[1] = 0.5, 0.2
    condition = element(
        "RelativeAngleCondition", entityRef="Lead", angle=0.3, angleTolerance=0.01, angleType="heading", **system
    )
    assert ground.of_entity(condition).check()


def test_any_and_all_and_who_made_it_true(ground: Ground) -> None:
    ground.drive(1, 10.0)
    condition = element("SpeedCondition", value=5.0, rule="greaterThan")
    of_any = ground.of_entity(condition, "Ego", "Lead")
    of_all = ground.of_entity(condition, "Ego", "Lead", rule="all")
    assert of_any.check()
    assert of_any.triggering == [1]
    assert not of_all.check()
    ground.entities.alive[0] = False
    assert of_all.check()


def test_an_unknown_entity_is_named_with_the_nearest(ground: Ground) -> None:
    with pytest.raises(OpenScenarioError, match=r"unknown entity 'Leed'; did you mean Lead"):
        ground.of_entity(element("SpeedCondition", value=5.0, rule="lessThan"), "Leed")


def test_an_unknown_condition_is_an_error(ground: Ground) -> None:
    with pytest.raises(UnsupportedElementError, match="MoodCondition"):
        ground.of_entity(element("MoodCondition"))
