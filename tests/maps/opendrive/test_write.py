import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from lxml import etree

from jing_maps.errors import MapFormatError, NetworkError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.network import to_network
from jing_maps.opendrive.read import read_opendrive
from jing_maps.opendrive.write import write_opendrive


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(2, 2)


@pytest.fixture(scope="module")
def path(network: RoadNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("odr") / "grid.xodr"
    assert write_opendrive(network, path) == ()
    return path


@pytest.fixture(scope="module")
def odr(path: Path) -> OpenDriveMap:
    return read_opendrive(path)


@pytest.fixture(scope="module")
def back(odr: OpenDriveMap) -> RoadNetwork:
    return to_network(odr, "grid")


def _data(element: etree._Element, code: str) -> object:
    found = element.find(f"userData[@code='jingsim:{code}']")
    assert found is not None
    return json.loads(str(found.get("value")))


def test_every_carriageway_and_connector_is_a_road(network: RoadNetwork, odr: OpenDriveMap) -> None:
    assert len(odr.roads) == len(network.roads) + len(network.connectors)
    assert sum(bool(road.junction) for road in odr.roads) == len(network.connectors)


def test_the_reader_finds_nothing_wrong_but_our_user_data(odr: OpenDriveMap) -> None:
    assert [w for w in odr.warnings if "userData" not in str(w)] == []


def test_lengths_come_back(network: RoadNetwork, back: RoadNetwork) -> None:
    assert back.lanes.length_m.sum() == pytest.approx(network.lanes.length_m.sum(), rel=5e-3)
    assert back.connectors.length_m.sum() == pytest.approx(network.connectors.length_m.sum(), rel=2e-2)


def test_every_lane_comes_back_in_its_place(network: RoadNetwork, back: RoadNetwork) -> None:
    found = shapely.union_all(
        [shapely.LineString(back.lanes.centre[i][:, :2]).buffer(0.1) for i in range(len(back.lanes))]
    )
    for lane in range(len(network.lanes)):
        line = shapely.LineString(network.lanes.centre[lane][:, :2])
        # The reader cuts roads at lane sections and leaves half a metre to the joint.
        assert line.intersection(found).length > line.length - 2.0


def test_every_movement_comes_back(network: RoadNetwork, back: RoadNetwork) -> None:
    def ends(net: RoadNetwork) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        centre = net.connectors.centre
        return np.concatenate([centre.xyz[centre.first[:-1], :2], centre.xyz[centre.first[1:] - 1, :2]], axis=1)

    away = np.abs(ends(network)[:, None] - ends(back)[None]).max(axis=2)
    assert away.min(axis=1).max() < 0.05


def test_conflicts_and_who_yields_come_back(network: RoadNetwork, back: RoadNetwork) -> None:
    assert len(back.conflicts) == len(network.conflicts)
    assert np.bincount(back.conflicts.kind).tolist() == np.bincount(network.conflicts.kind).tolist()
    assert np.bincount(back.conflicts.yields).tolist() == np.bincount(network.conflicts.yields).tolist()


def test_each_vehicle_signal_group_is_a_controller(network: RoadNetwork, odr: OpenDriveMap, back: RoadNetwork) -> None:
    ruled = np.unique(network.connectors.signal_group[network.connectors.signal_group >= 0])
    assert [c.name for c in odr.controllers] == [network.signal_groups.name[g] for g in ruled]
    assert len(back.signal_groups) == len(ruled)
    assert len(back.controllers) == len(network.controllers)
    lights = [s for road in odr.roads for s in road.signals]
    assert {(s.type, s.dynamic, s.orientation) for s in lights} == {("1000001", True, "+")}
    assert sorted(i for c in odr.controllers for i in c.signals) == sorted(s.id for s in lights)


def test_crosswalks_and_stop_lines_come_back(network: RoadNetwork, odr: OpenDriveMap, back: RoadNetwork) -> None:
    assert len(back.crosswalks) == len(network.crosswalks)
    lines = [o for road in odr.roads for o in road.objects if o.subtype == "signalLines"]
    assert len(lines) == np.isfinite(network.lanes.stop_line_m).sum()


def test_street_names_and_place_on_earth_come_back(network: RoadNetwork, odr: OpenDriveMap, back: RoadNetwork) -> None:
    assert set(back.streets.name_zh) == set(network.streets.name_zh)
    assert odr.header.geo_reference == network.frame.proj
    np.testing.assert_allclose(back.frame.to_wgs84(10.0, 20.0), network.frame.to_wgs84(10.0, 20.0))


def test_an_offset_of_the_frame_comes_back(network: RoadNetwork, tmp_path: Path) -> None:
    moved = replace(network, frame=replace(network.frame, offset_x_m=-1000.0, offset_y_m=500.0))
    write_opendrive(moved, tmp_path / "m.xodr")
    again = to_network(read_opendrive(tmp_path / "m.xodr"), "m")
    np.testing.assert_allclose(again.frame.to_wgs84(10.0, 20.0), moved.frame.to_wgs84(10.0, 20.0))


def test_what_opendrive_has_no_place_for_stands_in_user_data(network: RoadNetwork, path: Path) -> None:
    root = etree.parse(str(path)).getroot()
    road = root.find("road")
    assert road is not None
    assert _data(road, "road")["ext_id"] == network.roads.ext_id[0]  # type: ignore[index]
    controllers = _data(root, "controllers")
    assert isinstance(controllers, list)
    assert [c["ext_id"] for c in controllers] == list(network.controllers.ext_id)
    program = controllers[0]["programs"][0]
    first, last = network.programs.first_phase[:2]
    assert program["duration_s"] == network.programs.duration_s[first:last].tolist()
    assert len(program["states"][0]) == len(controllers[0]["groups"])


def test_the_same_network_gives_the_same_bytes(network: RoadNetwork, path: Path, tmp_path: Path) -> None:
    write_opendrive(network, tmp_path / "again.xodr")
    assert (tmp_path / "again.xodr").read_bytes() == path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["again.xodr"]


def test_an_unlimited_speed_is_left_out(network: RoadNetwork, tmp_path: Path) -> None:
    speed = np.full(len(network.lanes), np.inf)
    write_opendrive(replace(network, lanes=replace(network.lanes, speed_limit_mps=speed)), tmp_path / "n.xodr")
    root = etree.parse(str(tmp_path / "n.xodr")).getroot()
    assert not root.xpath("road[@junction='-1']//speed")


def test_a_number_that_is_not_finite_is_named_and_no_file_is_left(network: RoadNetwork, tmp_path: Path) -> None:
    width = network.crosswalks.width_m.copy()
    width[0] = np.nan
    broken = replace(network, crosswalks=replace(network.crosswalks, width_m=width))
    with pytest.raises(NetworkError, match="width"):
        write_opendrive(broken, tmp_path / "n.xodr")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_and_a_wrong_ending_are_named(network: RoadNetwork, tmp_path: Path) -> None:
    with pytest.raises(MapFormatError, match="there is no folder"):
        write_opendrive(network, tmp_path / "no" / "n.xodr")
    with pytest.raises(MapFormatError, match=r"ends in \.xodr"):
        write_opendrive(network, tmp_path / "n.xml")
