"""Which maps a server offers, and under which names."""

from pathlib import Path

import pytest

from jing_maps.errors import MapFormatError
from jing_sim.carla.maps import MapShelf
from jing_sim.carla.rpc import RefusedError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("plain", "deep/inner"):
        file = tmp_path / f"{name}.xodr"
        file.parent.mkdir(exist_ok=True)
        file.write_text("<OpenDRIVE/>")
    return tmp_path


def test_areas_and_files_of_a_folder_are_on_offer(folder: Path) -> None:
    shelf = MapShelf(folder)
    assert {"Jing/Yizhuang", "Jing/Zhongguancun", "Carla/Maps/plain", "Carla/Maps/inner"} == set(shelf.sources)
    assert shelf.find("/Game/Carla/Maps/Inner").file == folder / "deep" / "inner.xodr"
    assert shelf.find("yizhuang").area == "yizhuang"


def test_a_folder_names_its_maps_anew(folder: Path) -> None:
    (folder / "aliases.toml").write_text('Town01 = "plain.xodr"\nTown02 = "Jing/Yizhuang"\n"My/Maps/Own" = "inner"\n')
    shelf = MapShelf(folder, {"Town03": "Town01"})
    assert shelf.find("Town01").name == "Carla/Maps/Town01"
    assert shelf.find("Town01").file == folder / "plain.xodr"
    assert shelf.find("Town02").area == "yizhuang"
    assert shelf.find("Town03").file == folder / "plain.xodr"
    assert shelf.find("My/Maps/Own").path == "/Game/My/Maps/Own"


@pytest.mark.parametrize("text", ["Town01 = 1", "Town01 =", "[Town01]\nfile = 'plain'"])
def test_aliases_that_are_no_names_are_refused_with_the_file(folder: Path, text: str) -> None:
    (folder / "aliases.toml").write_text(text)
    with pytest.raises(MapFormatError, match=r"aliases\.toml"):
        MapShelf(folder)


def test_an_alias_of_nothing_is_refused(folder: Path) -> None:
    with pytest.raises(RefusedError, match="Map 'nothing' not found"):
        MapShelf(folder, {"Town01": "nothing"})


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MapFormatError):
        MapShelf(tmp_path / "none")


def test_a_file_can_be_offered_but_not_found_by_clients(folder: Path, tmp_path: Path) -> None:
    shelf = MapShelf()
    file = folder / "plain.xodr"
    with pytest.raises(RefusedError):
        shelf.find(str(file))
    assert shelf.offer(str(file)).name == "Carla/Maps/plain"
    assert shelf.find("plain").file == file


def test_the_variant_with_layers_of_a_map_is_the_map(folder: Path) -> None:
    (folder / "aliases.toml").write_text('Town05 = "plain"')
    shelf = MapShelf(folder)
    assert shelf.find("/Game/Carla/Maps/Town05_Opt").name == "Carla/Maps/Town05_Opt"
    assert shelf.find("Town05_Opt").file == folder / "plain.xodr"
    with pytest.raises(RefusedError):
        shelf.find("Town06_Opt")
