"""Road networks by name: files first, then areas, maps of folders, maps of a server."""

from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import scenario, write

from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.openscenario.road_file import RoadMaps


def _file(folder: Path, name: str) -> Path:
    return write(folder, scenario(roads=f'<LogicFile filepath="{name}"/>'))


@pytest.fixture
def maps(tmp_path: Path) -> Path:
    folder = tmp_path / "maps"
    (folder / "towns").mkdir(parents=True)
    write_opendrive(grid(1, 1), folder / "towns" / "Town07.xodr")
    return folder


@pytest.mark.parametrize("name", ["yizhuang", "Jing/Yizhuang", "/Game/Jing/Yizhuang"])
def test_areas_are_known_by_name(tmp_path: Path, name: str) -> None:
    file = load_scenario(_file(tmp_path, name)).road_file
    assert file is not None
    assert file.is_file()
    assert file.name.startswith("yizhuang-")


@pytest.mark.parametrize(
    "name", ["Town07", "town07", "Carla/Maps/Town07", "Town07_Opt", "Town07.xodr", "../xodr/Town07.xodr"]
)
def test_maps_are_found_below_folders(tmp_path: Path, maps: Path, name: str) -> None:
    named = load_scenario(_file(tmp_path, name), maps=RoadMaps((tmp_path / "maps" / "towns", maps))).road_file
    assert named == maps / "towns" / "Town07.xodr"


def test_a_file_beside_the_scenario_comes_before_names(tmp_path: Path, maps: Path) -> None:
    write(tmp_path, "<OpenDRIVE/>", "Town07.xodr")
    file = load_scenario(_file(tmp_path, "Town07.xodr"), maps=RoadMaps((maps,))).road_file
    assert file == tmp_path / "Town07.xodr"


def test_a_server_is_asked_last_and_for_its_own_map_where_no_map_is_named(tmp_path: Path, maps: Path) -> None:
    asked: list[str] = []

    def served(name: str) -> Path | None:
        asked.append(name)
        return maps / "towns" / "Town07.xodr" if name != "Town99" else None

    known = RoadMaps((maps,), served)
    assert load_scenario(_file(tmp_path, "Town07"), maps=known).road_file is not None
    assert asked == []
    assert load_scenario(_file(tmp_path, "Carla/Maps/Town05"), maps=known).road_file is not None
    assert load_scenario(write(tmp_path, scenario()), maps=known).road_file is not None
    assert asked == ["Town05", ""]
    with pytest.raises(OpenScenarioError, match=r"'Town99': no such road network file.*it has none of this name"):
        load_scenario(_file(tmp_path, "Town99"), maps=known)


def test_a_name_that_nobody_knows_is_told_with_all_that_would_be_right(tmp_path: Path, maps: Path) -> None:
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(_file(tmp_path, "Town70"), maps=RoadMaps((maps,)))
    text = str(error.value)
    assert "did you mean 'Town07'?" in text
    assert "an area (zhongguancun, yizhuang)" in text
    assert f"--maps ({maps})" in text
    assert "--world carla HOST:PORT" in text
    with pytest.raises(OpenScenarioError, match="there is no such folder; --maps takes one"):
        load_scenario(_file(tmp_path, "Town70"), maps=RoadMaps((tmp_path / "nothing",)))
