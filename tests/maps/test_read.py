from pathlib import Path

import pytest

from jing_maps.areas import AREAS, load_area
from jing_maps.errors import MapFormatError, UnknownNameError
from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_maps.read import read_map, read_map_with_warnings
from jing_maps.store import content_hash, save

SUMO_NET = Path(__file__).parents[3] / "shared/data/maps/yizhuang_regtsc.net.xml"


@pytest.mark.parametrize("area", sorted(AREAS))
def test_a_built_in_area_is_read_by_its_name(area: str) -> None:
    assert content_hash(read_map(area)) == content_hash(load_area(area))


def test_a_network_store_is_read_by_its_path(tmp_path: Path) -> None:
    network = grid(1, 1)
    save(network, tmp_path / "a.jingnet")
    assert content_hash(read_map(tmp_path / "a.jingnet")) == content_hash(network)
    assert content_hash(read_map(str(tmp_path / "a.jingnet"))) == content_hash(network)


def test_an_opendrive_map_is_read_by_its_path(tmp_path: Path) -> None:
    write_opendrive(grid(1, 1), tmp_path / "crossing.xodr")
    network = read_map(tmp_path / "crossing.xodr")
    assert network.name == "crossing"
    assert len(network.roads) >= 8


def test_what_a_reader_warns_of_comes_with_the_map(tmp_path: Path) -> None:
    path = tmp_path / "crossing.xodr"
    write_opendrive(grid(1, 1), path)
    before = read_map_with_warnings(path)[1]
    path.write_text(path.read_text().replace("</header>", "</header><railroad/>"))
    network, warnings = read_map_with_warnings(path)
    assert content_hash(network) == content_hash(read_map(path))
    assert len(warnings) == len(before) + 1
    assert sum("railroad" in line for line in warnings) == 1
    assert read_map_with_warnings("zhongguancun")[1] == []


def test_a_sumo_net_is_read_by_its_path() -> None:
    if not SUMO_NET.exists():
        pytest.skip(f"{SUMO_NET} is not there")
    assert len(read_map(SUMO_NET).roads) > 600


def test_an_osm_file_goes_to_the_osm_reader(tmp_path: Path) -> None:
    (tmp_path / "a.osm").write_text("this is no xml")
    with pytest.raises(MapFormatError, match=r"a\.osm"):
        read_map(tmp_path / "a.osm")


def test_an_unknown_area_comes_with_the_nearest_names() -> None:
    with pytest.raises(UnknownNameError, match="unknown area 'yizuang'; did you mean yizhuang"):
        read_map("yizuang")


@pytest.mark.parametrize("name", ["a.jingnet", "b.net.xml", "c.net.xml.gz", "folder/d.jingnet", "e.osm.pbf"])
def test_a_missing_file_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(MapFormatError, match="there is no such file"):
        read_map(tmp_path / name)


@pytest.mark.parametrize("name", ["a.shp", "b.xml", "folder/c"])
def test_an_unknown_ending_comes_with_those_that_are_known(tmp_path: Path, name: str) -> None:
    with pytest.raises(MapFormatError, match=r"unknown kind of map; .*\.jingnet, \.net\.xml"):
        read_map(tmp_path / name)


def test_an_ending_may_be_written_in_capitals(tmp_path: Path) -> None:
    with pytest.raises(MapFormatError, match="there is no such file"):
        read_map(tmp_path / "A.NET.XML")
