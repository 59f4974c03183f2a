import pytest

from jing_maps.columns import RoadClass, VehicleClass
from jing_maps.sumo.permissions import allow_list, mask_of, priority_of, road_class, type_of


@pytest.mark.parametrize(
    ("allow", "disallow", "mask"),
    [
        (None, None, VehicleClass.ALL),
        ("all", None, VehicleClass.ALL),
        (None, "all", 0),
        ("bus taxi", None, VehicleClass.BUS | VehicleClass.TAXI),
        ("hov evehicle", None, 0),
        ("rail tram", None, 0),
        (None, "tram rail pedestrian", VehicleClass.MOTOR | VehicleClass.BICYCLE),
        ("pedestrian class_of_the_future", None, VehicleClass.PEDESTRIAN),
    ],
)
def test_allow_and_disallow_become_bits(allow: str | None, disallow: str | None, mask: int) -> None:
    assert mask_of(allow, disallow) == mask


@pytest.mark.parametrize("mask", range(1, int(VehicleClass.ALL) + 1))
def test_what_is_written_is_read_back(mask: int) -> None:
    assert mask_of(allow_list(mask), None) == mask


@pytest.mark.parametrize("kind", list(RoadClass))
def test_road_classes_survive_their_type(kind: RoadClass) -> None:
    assert road_class(type_of(kind), 1) == kind
    assert 0 < priority_of(kind) < 15


def test_osm_types_count_by_their_first_known_part() -> None:
    assert road_class("highway.trunk_link", 1) == RoadClass.RAMP
    assert road_class("railway.tram|highway.secondary", 1) == RoadClass.SECONDARY


def test_without_a_type_lanes_decide() -> None:
    assert [road_class("", n) for n in (1, 2, 3, 6)] == [
        RoadClass.BRANCH,
        RoadClass.SECONDARY,
        RoadClass.ARTERIAL,
        RoadClass.ARTERIAL,
    ]
