"""Catalogs: found, filled with values, and what is told where they are not."""

from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import VEHICLE, catalog, declared, scenario, write

from jing_scenarios.openscenario.catalogs import load_catalog
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.openscenario.read import Scenario, load_scenario

SPEED = declared(("speed", "double", "30"))
HERE = '<VehicleCatalog><Directory path="catalogs"/></VehicleCatalog>'


def refers(name: str = "car", inside: str = "", catalog_name: str = "cars") -> str:
    return (
        '<ScenarioObject name="Other">\n'
        f'<CatalogReference catalogName="{catalog_name}" entryName="{name}">{inside}</CatalogReference>'
        "</ScenarioObject>"
    )


def other(read: Scenario) -> Node:
    return read.entities[1].only()


def given(*pairs: tuple[str, str]) -> str:
    rows = "".join(f'<ParameterAssignment parameterRef="{name}" value="{value}"/>' for name, value in pairs)
    return f"<ParameterAssignments>{rows}</ParameterAssignments>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entry = VEHICLE.format(parameters=SPEED, speed="$speed")
    write(tmp_path, catalog(entry), "catalogs/some_cars.xosc")
    write(tmp_path, catalog(name="empty"), "catalogs/another.xosc")
    return tmp_path


def test_a_reference_becomes_the_element_it_refers_to(folder: Path) -> None:
    read = load_scenario(write(folder, scenario(catalogs=HERE, entities=refers())))
    assert (other(read).tag, other(read).string("name")) == ("Vehicle", "car")
    assert other(read).child("Performance").number("maxSpeed") == 30.0
    assert other(read).place.path.endswith("catalogs/some_cars.xosc")


def test_assignments_reach_the_entry_and_its_defaults_do_not_leak(folder: Path) -> None:
    before = declared(("fast", "double", "50"))
    entities = refers(inside=given(("speed", "${$fast + 1}"))) + refers().replace("Other", "Third")
    read = load_scenario(write(folder, scenario(before=before, catalogs=HERE, entities=entities)))
    assert [entity.only().child("Performance").number("maxSpeed") for entity in read.entities[1:]] == [51.0, 30.0]


def test_an_assignment_that_the_entry_does_not_know_is_a_warning(folder: Path) -> None:
    text = scenario(catalogs=HERE, entities=refers(inside=given(("sped", "3"))))
    read = load_scenario(write(folder, text))
    assert "Vehicle 'car' has no parameter 'sped'; did you mean 'speed'?" in read.warnings[0]


def test_a_parameter_of_the_scenario_in_a_catalog_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, catalog(VEHICLE.format(parameters="", speed="$speed")), "catalogs/cars.xosc")
    entities = refers()
    before = SPEED
    read = load_scenario(write(tmp_path, scenario(before=before, catalogs=HERE, entities=entities)))
    assert other(read).child("Performance").number("maxSpeed") == 30.0
    assert "the catalog does not declare this parameter, the scenario does" in read.warnings[0]
    with pytest.raises(OpenScenarioError, match="maxSpeed='\\$speed': no parameter 'speed'; there are none"):
        load_scenario(write(tmp_path, scenario(catalogs=HERE, entities=entities)))


def found(folder: Path, text: str) -> str:
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(folder, text))
    return str(error.value)


def test_what_is_missing_is_told_with_the_nearest_name(folder: Path) -> None:
    said = found(folder, scenario(catalogs=HERE, entities=refers("carr")))
    assert "catalog 'cars'" in said
    assert "has no entry 'carr'; did you mean 'car'?" in said
    assert "no catalog 'cras'; did you mean 'cars'?" in found(
        folder, scenario(catalogs=HERE, entities=refers(catalog_name="cras"))
    )
    nowhere = HERE.replace("catalogs", "cataloges")
    said = found(folder, scenario(catalogs=nowhere, entities=refers()))
    assert f"no catalog 'cars'; there is no directory {folder}/cataloges ({folder}/file.xosc:" in said
    assert "CatalogLocations names no directory" in found(folder, scenario(entities=refers()))


def test_an_entry_must_fit_where_it_is_referred_to(folder: Path) -> None:
    route = (
        '<Route name="r" closed="false">' + '<Waypoint routeStrategy="shortest"><Position/></Waypoint>' * 2 + "</Route>"
    )
    write(folder, catalog(route, name="routes", minor=2), "catalogs/routes.xosc")
    said = found(folder, scenario(catalogs=HERE, entities=refers("r", catalog_name="routes")))
    assert "routes/r is a Route; Vehicle or Pedestrian or MiscObject is right here" in said


def test_a_catalog_may_be_of_another_version(tmp_path: Path) -> None:
    old = VEHICLE.format(parameters="", speed=60)
    write(tmp_path, catalog(old, minor=0), "catalogs/cars.xosc")
    assert other(load_scenario(write(tmp_path, scenario(3, catalogs=HERE, entities=refers())))).string("name") == "car"
    write(tmp_path, catalog(old.replace("<Properties/>", ""), minor=0), "catalogs/cars.xosc")
    assert "cars.xosc:1:" in found(tmp_path, scenario(3, catalogs=HERE, entities=refers()))


def test_the_name_of_the_file_serves_where_no_catalog_has_the_name(folder: Path) -> None:
    read = load_scenario(write(folder, scenario(catalogs=HERE, entities=refers(catalog_name="some_cars"))))
    assert other(read).string("name") == "car"


def test_directories_may_be_parameters(folder: Path) -> None:
    before = declared(("where", "string", "catalogs"))
    text = scenario(before=before, catalogs=HERE.replace('"catalogs"', '"$where"'), entities=refers())
    assert other(load_scenario(write(folder, text))).tag == "Vehicle"


def test_a_doubled_name_in_a_catalog_is_a_warning(tmp_path: Path) -> None:
    entry = VEHICLE.format(parameters="", speed=60)
    read = load_catalog(write(tmp_path, catalog(entry, "\n", entry)))
    assert list(read.entries) == ["car"]
    assert "Vehicle 'car' is there already" in read.warnings[0]
    with pytest.raises(OpenScenarioError, match="the file holds Storyboard; a Catalog is right here"):
        load_catalog(write(tmp_path, scenario(), "scenario.xosc"))
