"""What worlds know of entities, and which blueprints stand for them."""

import pytest

from jing_scenarios.openscenario.node import Node, OpenScenarioError, Place
from jing_scenarios.worlds.blueprints import blueprint_for, rear_axle_m
from jing_scenarios.worlds.body import body_of
from jing_scenarios.worlds.world import EntityBody, WorldError
from jing_sim.driving.catalogue import blueprint


def _car(**performance: float) -> Node:
    box = Node("BoundingBox", children=(
        Node("Center", {"x": 1.4, "y": 0.0, "z": 0.75}),
        Node("Dimensions", {"width": 1.8, "length": 4.6, "height": 1.5}),
    ))  # fmt: skip
    axle = {"maxSteering": 0.5, "wheelDiameter": 0.6, "trackWidth": 1.7, "positionZ": 0.3}
    axles = Node("Axles", children=(
        Node("FrontAxle", {**axle, "positionX": 2.7}), Node("RearAxle", {**axle, "positionX": 0.0}),
    ))  # fmt: skip
    figures = {"maxSpeed": 60.0, "maxAcceleration": 5.0, "maxDeceleration": 9.0} | performance
    children = (box, Node("Performance", figures), axles)
    vehicle = Node(
        "Vehicle", {"name": "sedan", "vehicleCategory": "car", "mass": 1500.0}, children, Place("a.xosc", 9, 3)
    )
    return Node("ScenarioObject", {"name": "Ego"}, (vehicle,), Place("a.xosc", 8, 1))


def test_a_vehicle_has_its_box_axles_and_performance() -> None:
    body = body_of(_car())
    assert (body.name, body.kind, body.category, body.model) == ("Ego", "vehicle", "car", "sedan")
    assert body.size_m == (4.6, 1.8, 1.5)
    assert body.centre_m == (1.4, 0.0, 0.75)
    assert (body.wheelbase_m, body.max_steer_rad, body.mass_kg) == (2.7, 0.5, 1500.0)
    assert (body.max_speed_mps, body.max_acceleration_mps2, body.max_deceleration_mps2) == (60.0, 5.0, 9.0)
    assert body.place == "a.xosc:9:3"


def test_a_performance_of_zero_means_not_known() -> None:
    assert body_of(_car(maxDeceleration=0.0)).max_deceleration_mps2 == float("inf")


def test_an_entity_without_an_object_is_an_error_with_its_place() -> None:
    with pytest.raises(OpenScenarioError, match=r"a\.xosc:3:5: entity 'Ghost' has nothing; a Vehicle"):
        body_of(Node("ScenarioObject", {"name": "Ghost"}, (), Place("a.xosc", 3, 5)))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (EntityBody("a", "vehicle", "car", "vehicle.tesla.model3"), "vehicle.tesla.model3"),
        (EntityBody("a", "vehicle", "bus", size_m=(12.0, 2.5, 3.0)), "vehicle.mitsubishi.fusorosa"),
        (EntityBody("a", "vehicle", "bicycle", size_m=(1.8, 0.6, 1.8)), "vehicle.gazelle.omafiets"),
        (EntityBody("a", "vehicle", "car", role="police", size_m=(5.0, 1.9, 1.5)), "vehicle.dodge.charger_police_2020"),
        (EntityBody("a", "misc", "obstacle", size_m=(0.38, 0.38, 0.75)), "static.prop.trafficcone01"),
    ],
)
def test_the_nearest_blueprint_of_the_category_stands_for_an_entity(body: EntityBody, found: str) -> None:
    assert blueprint_for(body)[0].id == found


def test_what_was_chosen_is_said_and_what_was_named_is_not() -> None:
    assert blueprint_for(EntityBody("a", "vehicle", "car", "vehicle.audi.tt"))[1] == ""
    assert "'a' (car, 4.5 x 1.8 x 1.5 m) is vehicle." in blueprint_for(EntityBody("a", "vehicle", "car"))[1]


def test_a_world_that_offers_nothing_alike_is_an_error() -> None:
    with pytest.raises(WorldError, match="'a' is a bus; the world offers none"):
        blueprint_for(EntityBody("a", "vehicle", "bus"), {"vehicle.audi.tt"})


def test_the_rear_axle_is_half_a_wheelbase_behind_the_origin() -> None:
    assert rear_axle_m(blueprint("vehicle.tesla.model3")) == pytest.approx(2.88 / 2)
    assert rear_axle_m(blueprint("walker.pedestrian.0001")) == 0.0
