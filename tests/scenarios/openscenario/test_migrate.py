"""Names and structures of older versions become those of 1.3."""

import math

import pytest

from jing_scenarios.openscenario.migrate import migrated
from jing_scenarios.openscenario.node import Node


def test_along_route_becomes_a_coordinate_system() -> None:
    road = migrated(Node("TimeHeadwayCondition", {"alongRoute": True, "value": 2.0}))
    assert road.values == {"value": 2.0, "coordinateSystem": "road", "relativeDistanceType": "longitudinal"}
    air = migrated(Node("DistanceCondition", {"alongRoute": False, "coordinateSystem": "lane"}))
    assert air.values == {"coordinateSystem": "lane", "relativeDistanceType": "euclidianDistance"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Node("Event", {"priority": "overwrite"}), Node("Event", {"priority": "override"})),
        (Node("Event", {"priority": "skip"}), Node("Event", {"priority": "skip"})),
        (
            Node("ParameterDeclaration", {"parameterType": "integer"}),
            Node("ParameterDeclaration", {"parameterType": "int"}),
        ),
        (Node("Clothoid", {"curvatureDot": 0.1}), Node("Clothoid", {"curvaturePrime": 0.1})),
        (Node("Clothoid", {"curvatureDot": 0.1, "curvaturePrime": 0.2}), Node("Clothoid", {"curvaturePrime": 0.2})),
        (Node("Sun", {"intensity": 1.0}), Node("Sun", {"illuminance": 1.0})),
        (Node("Weather", {"cloudState": "free"}), Node("Weather", {"fractionalCloudCover": "zeroOktas"})),
        (Node("TrafficSourceAction", {"velocity": 9.0}), Node("TrafficSourceAction", {"speed": 9.0})),
        (
            Node("FollowTrajectoryAction", {}, (Node("Trajectory"), Node("TimeReference"))),
            Node(
                "FollowTrajectoryAction", {}, (Node("TrajectoryRef", {}, (Node("Trajectory"),)), Node("TimeReference"))
            ),
        ),
        (
            Node("PrivateAction", {}, (Node("ActivateControllerAction", {"lateral": True}),)),
            Node(
                "PrivateAction",
                {},
                (Node("ControllerAction", {}, (Node("ActivateControllerAction", {"lateral": True}),)),),
            ),
        ),
        (
            Node("AssignControllerAction", {}, (Node("Controller", {"name": "c"}),)),
            Node(
                "AssignControllerAction",
                {},
                (Node("ObjectController", {"name": "c"}, (Node("Controller", {"name": "c"}),)),),
            ),
        ),
        (
            Node("OverrideBrakeAction", {"active": True, "value": 0.5}),
            Node("OverrideBrakeAction", {"active": True}, (Node("BrakePercent", {"value": 0.5}),)),
        ),
        (
            Node("OverrideGearAction", {"active": True, "number": 3.0}),
            Node("OverrideGearAction", {"active": True}, (Node("ManualGear", {"number": 3}),)),
        ),
        (
            Node("Phase", {}, (Node("TrafficeSignalGroupState", {"state": "go"}),)),
            Node("Phase", {}, (Node("TrafficSignalGroupState", {"state": "go"}),)),
        ),
        (
            Node("TrafficSwarmAction", {"velocity": 9.0}),
            Node("TrafficSwarmAction", {}, (Node("InitialSpeedRange", {"lowerLimit": 9.0, "upperLimit": 9.0}),)),
        ),
        (
            Node("Vehicle", {}, (Node("Axles"), Node("Trailer", {}, (Node("TrailerRef", {"entityRef": ""}),)))),
            Node("Vehicle", {}, (Node("Axles"),)),
        ),
    ],
)
def test_an_older_form_becomes_the_one_of_1_3(before: Node, after: Node) -> None:
    assert migrated(before) == after
    assert migrated(after) == after


def test_positions_on_earth_are_in_degrees() -> None:
    node = migrated(Node("GeoPosition", {"latitude": math.pi / 4, "longitude": math.pi, "height": 3.0}))
    assert node.values == {"altitude": 3.0, "latitudeDeg": 45.0, "longitudeDeg": 180.0}


def test_an_orientation_says_what_it_is_relative_to() -> None:
    assert migrated(Node("Orientation", {"h": 1.0}), (1, 2)).values["type"] == "absolute"
    assert migrated(Node("Orientation", {"h": 1.0}), (1, 3)).values["type"] == "relative"
    assert migrated(Node("Orientation", {"type": "relative"}), (1, 0)).values["type"] == "relative"
