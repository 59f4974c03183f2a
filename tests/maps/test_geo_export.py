from pathlib import Path

import geopandas
import geopandas.testing
import numpy as np
import pytest
import shapely

from jing_maps.columns import (
    Conflicts,
    Connectors,
    Controllers,
    Crosswalks,
    Junctions,
    Lanes,
    Programs,
    Roads,
    SignalGroups,
    Streets,
    Turn,
    VehicleClass,
)
from jing_maps.errors import MapFormatError
from jing_maps.geo_export import network_table, write_geojson, write_geoparquet
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame

COLUMNS = [
    "kind", "id", "road", "lane", "ext_id", "street_zh", "street_en", "road_class", "level", "width_m",
    "speed_limit_mps", "signal_group", "junction", "length_m", "geometry",
]  # fmt: skip


def _ints(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, np.int32)


def _network() -> RoadNetwork:
    """Road 0 eastward with one lane into a junction, whence straight to road 1 or left to road 2."""
    lines = [[(0, 0), (100, 0)], [(120, 0), (220, 0)], [(110, 10), (110, 110)]]
    ways = [[(100, 0), (120, 0)], [(100, 0), (107, 3), (110, 10)]]
    lane_lines = Polylines.from_list([np.array(line, float) for line in lines])
    way_lines = Polylines.from_list([np.array(line, float) for line in ways])
    no_f, no_i = np.zeros(0), _ints()
    return RoadNetwork(
        name="tee",
        frame=LocalFrame.tangent(116.3, 39.98),
        attribution="test",
        streets=Streets(("海淀大街",), ("Haidian Street",)),
        roads=Roads(("a", "b", "c"), _ints(0, 0, -1), np.array([3, 3, 5], np.int8), np.array([1, 1, 0], np.int8),
                    _ints(0, 1, 1), _ints(1, 2, 3), _ints(0, 1, 2, 3), np.full(3, 100.0), np.zeros(3, bool)),
        lanes=Lanes(_ints(0, 1, 2), np.zeros(3, np.int16), np.zeros(3), np.full(3, 100.0), np.full(3, 3.0),
                    np.full(3, 16.0), np.full(3, int(VehicleClass.MOTOR), np.uint16), _ints(-1, -1, -1),
                    _ints(-1, -1, -1), np.zeros(3, bool), np.zeros(3, bool), np.array([98.0, np.nan, 99.0]),
                    lane_lines),
        connectors=Connectors(_ints(1, 1), _ints(0, 0), _ints(1, 2), np.array([Turn.STRAIGHT, Turn.LEFT], np.int8),
                              way_lines.lengths_m(), np.full(2, 3.0), np.full(2, 10.0),
                              np.full(2, int(VehicleClass.MOTOR), np.uint16), _ints(0, 1), np.zeros(2, bool),
                              np.full(2, np.nan), np.zeros(2, bool), way_lines),
        conflicts=Conflicts(no_i, no_i, no_i.astype(np.int8), no_i.astype(np.int8), no_f, no_f, no_f, no_f),
        junctions=Junctions(("w", "j", "e", "n"), ("", "海淀大街/中关村大街", "", ""), np.array([3, 1, 3, 3], np.int8),
                            np.array([0.0, 110, 220, 110]), np.array([0.0, 0, 0, 110]), _ints(-1, 0, -1, -1),
                            Polylines.from_list([np.zeros((0, 2)),
                                                 np.array([(100, -10), (120, -10), (120, 10), (100, 10), (100, -10.0)]),
                                                 np.zeros((0, 2)), np.zeros((0, 2))])),
        controllers=Controllers(("c",), _ints(0, 2)),
        signal_groups=SignalGroups(_ints(0, 0), ("s", "l")),
        programs=Programs(no_i, (), no_f, _ints(0), no_f, no_f, no_f, _ints(0), np.zeros(0, np.uint8)),
        crosswalks=Crosswalks(_ints(1), _ints(0), _ints(1), np.array([5.0]),
                              Polylines.from_list([np.array([(97.0, -3), (97, 3)])]), no_i, no_i, no_f, no_f),
    )  # fmt: skip


def test_the_table_has_a_row_for_each_thing_in_the_order_of_the_tables() -> None:
    table = network_table(_network())
    assert list(table.columns) == COLUMNS
    assert table["kind"].tolist() == ["lane"] * 3 + ["connector"] * 2 + ["junction"] * 4 + ["stop_line"] * 3 + [
        "crosswalk"
    ]
    assert table.loc[table["kind"] == "lane", "ext_id"].tolist() == ["a_0", "b_0", "c_0"]
    assert table.loc[table["kind"] == "connector", "lane"].tolist() == [3, 4]
    assert table.loc[table["kind"] == "connector", "ext_id"].tolist() == ["a_0>b_0", "a_0>c_0"]
    assert table["street_zh"].tolist()[:3] == ["海淀大街", "海淀大街", ""]
    assert table["level"].tolist()[5:9] == [1, 0, 1, 0]
    assert table["road_class"].dtype == np.int8
    assert table["id"].dtype == table["signal_group"].dtype == np.int32


def test_lines_lie_where_the_frame_says() -> None:
    network = _network()
    table = network_table(network)
    lon, lat = network.frame.to_wgs84([0.0, 100.0], [0.0, 0.0])
    np.testing.assert_allclose(shapely.get_coordinates(table.geometry[0]), np.stack([lon, lat], axis=1))
    assert table.geometry[6].geom_type == "Polygon"
    assert table.geometry[5].geom_type == "Point"


def test_signal_groups_of_one_lane_share_its_stop_line_with_left_at_the_left() -> None:
    network = _network()
    table = network_table(network)
    lines = table[table["kind"] == "stop_line"]
    assert lines["signal_group"].tolist() == [1, 0, -1]
    assert lines["id"].tolist() == [0, 0, 2]
    assert lines["width_m"].tolist() == [1.5, 1.5, 3.0]
    xy = [np.stack(network.frame.to_local(*shapely.get_coordinates(line).T)) for line in lines.geometry]
    np.testing.assert_allclose(xy[0], np.array([[98, 98], [1.5, 0]]), atol=1e-6)
    np.testing.assert_allclose(xy[1], np.array([[98, 98], [0, -1.5]]), atol=1e-6)
    np.testing.assert_allclose(xy[2], np.array([[108.5, 111.5], [109, 109]]), atol=1e-6)


def test_geoparquet_gives_the_table_back(tmp_path: Path) -> None:
    write_geoparquet(_network(), tmp_path / "n.parquet")
    back, table = geopandas.read_parquet(tmp_path / "n.parquet"), network_table(_network())
    assert back.crs == "EPSG:4326"
    assert back.attrs == {"name": "tee", "attribution": "test"}
    geopandas.testing.assert_geodataframe_equal(back, table)
    assert [p.name for p in tmp_path.iterdir()] == ["n.parquet"]


def test_geojson_keeps_names_and_a_centimetre(tmp_path: Path) -> None:
    write_geojson(_network(), tmp_path / "n.geojson")
    back, table = geopandas.read_file(tmp_path / "n.geojson"), network_table(_network())
    assert back["street_zh"].tolist() == table["street_zh"].tolist()
    assert shapely.hausdorff_distance(back.geometry.to_numpy(), table.geometry.to_numpy()).max() < 1e-7
    assert [p.name for p in tmp_path.iterdir()] == ["n.geojson"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MapFormatError, match="there is no folder"):
        write_geoparquet(_network(), tmp_path / "no" / "n.parquet")
