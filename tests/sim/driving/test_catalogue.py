"""The catalogue: complete, and of figures that a vehicle can have."""

import pytest

from jing_maps.errors import UnknownNameError
from jing_sim.driving.blueprint import AttributeType, Blueprint
from jing_sim.driving.bodies import BodyKind, Motion
from jing_sim.driving.catalogue import blueprint, catalogue

FAMILIES = {"vehicle": 41, "walker": 51, "static": 94, "controller": 1}
MASS_KG = {14: (500, 5000), 15: (2500, 15000), 16: (4000, 15000), 18: (150, 450), 19: (70, 120)}


def test_every_family_is_there() -> None:
    counts = {family: sum(name.startswith(f"{family}.") for name in catalogue()) for family in FAMILIES}
    assert counts == FAMILIES
    assert list(catalogue()) == sorted(catalogue())


def test_a_misspelt_name_says_the_nearest_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"vehicle\.tesla\.model3"):
        blueprint("vehicle.tesla.modell3")


@pytest.mark.parametrize("one", [one for one in catalogue().values() if one.vehicle], ids=lambda one: one.id)
def test_vehicles_have_possible_figures_and_carlas_attributes(one: Blueprint) -> None:
    assert one.body is not None
    assert one.vehicle is not None
    physics = one.vehicle.physics
    low, high = MASS_KG[one.body.label]
    assert low <= physics.mass_kg <= high
    xs = [wheel.position[0] for wheel in physics.wheels]
    assert max(xs) < one.body.half_extent[0]
    assert -max(xs) < physics.centre_of_mass[0] < max(xs)
    assert all(a[0] < b[0] for a, b in zip(physics.torque_curve, physics.torque_curve[1:], strict=False))
    assert all(a.ratio > b.ratio for a, b in zip(physics.forward_gears, physics.forward_gears[1:], strict=False))
    names = {attribute.name for attribute in one.attributes}
    assert {"color", "role_name", "sticky_control", "number_of_wheels", "base_type", "special_type"} <= names
    assert {"generation", "object_type", "has_lights", "has_dynamic_doors"} <= names
    count = one.attribute("number_of_wheels")
    assert count is not None
    assert int(count.value) == len(physics.wheels)


def test_values_are_texts_of_their_type_and_among_the_recommended_ones() -> None:
    for one in catalogue().values():
        for attribute in one.attributes:
            if attribute.recommended:
                assert attribute.value in attribute.recommended
            if attribute.type == AttributeType.BOOL:
                assert attribute.value in {"true", "false"}
            elif attribute.type in {AttributeType.INT, AttributeType.FLOAT}:
                float(attribute.value)


def test_props_stand_still_and_walkers_do_not() -> None:
    for one in catalogue().values():
        if one.body is not None:
            assert (one.body.motion == Motion.STATIC) == (one.body.kind == BodyKind.PROP)
            assert min(one.body.half_extent) > 0.0
            assert one.body.mass_kg > 0.0
