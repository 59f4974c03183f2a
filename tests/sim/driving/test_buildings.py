"""Buildings from footprints: where they stand, how tall they are, and that none stands on a road."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tests.maps.opendrive.texts import one_road, write

from jing_maps.errors import MapFormatError
from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.georeference import local_frame
from jing_sim.driving.boxes import whole_boxes
from jing_sim.driving.footprints import Footprints, read_footprints
from jing_sim.driving.scene import scene_of
from jing_sim.driving.scene_store import kept_scene

_HEAD = "<geoReference>+proj=tmerc +lat_0=39.8 +lon_0=116.5 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m</geoReference>"
_OSM = """<osm version="0.6">{nodes}<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
<tag k="building" v="yes"/><tag k="building:levels" v="5"/><tag k="name" v="Tower"/></way></osm>"""


def _map(folder: Path) -> OpenDriveMap:
    return read_opendrive(write(folder, one_road(head=_HEAD)))


def _frame(odr: OpenDriveMap, shapes: list[shapely.Polygon], **columns: object) -> gpd.GeoDataFrame:
    """Shapes of the map's frame as lon/lat."""
    earth = local_frame(odr.header, odr.path)

    def project(xy: np.ndarray) -> np.ndarray:
        return np.stack(earth.to_wgs84(xy[:, 0], xy[:, 1]), axis=1)

    return gpd.GeoDataFrame(columns, geometry=[shapely.transform(shape, project) for shape in shapes], crs=4326)


def test_heights_come_from_the_tags(tmp_path: Path) -> None:
    odr = _map(tmp_path)
    shapes = [shapely.box(10 * k, 20, 10 * k + 8, 28) for k in range(6)]
    columns = {
        "building": ["yes", "yes", "house", "yes", "no", "yes"],
        "height": ["12", "12.5 m", None, "30 ft", "5", "tall"],
        "building:levels": [None, "9", "4", None, None, None],
        "min_height": [None, "6", None, None, None, None],
    }
    found = read_footprints(_frame(odr, shapes, **columns), odr)
    assert found.height_m == pytest.approx([12.0, 12.5, 12.0, 9.144, 9.0])
    assert found.low_m.tolist() == [0.0, 6.0, 0.0, 0.0, 0.0]
    assert shapely.area(found.shape) == pytest.approx(64.0, abs=1e-3)
    assert [shape.centroid.x for shape in found.shape] == pytest.approx([4, 14, 24, 34, 54], abs=1e-3)


@pytest.mark.parametrize("name", ["houses.geojson", "houses.parquet", "houses.osm"])
def test_files_of_footprints_are_read(tmp_path: Path, name: str) -> None:
    odr, shape = _map(tmp_path), shapely.box(10, 20, 30, 35)
    frame = _frame(odr, [shape], **{"building": ["yes"], "building:levels": [5], "name": ["Tower"]})
    file = tmp_path / name
    if file.suffix == ".osm":
        corners = shapely.get_coordinates(frame.geometry.iloc[0])[:4]
        nodes = "".join(f'<node id="{k + 1}" lon="{x:.9f}" lat="{y:.9f}"/>' for k, (x, y) in enumerate(corners))
        file.write_text(_OSM.format(nodes=nodes), encoding="utf-8")
    elif file.suffix == ".parquet":
        frame.to_parquet(file)
    else:
        frame.to_file(file, driver="GeoJSON")
    found = read_footprints(file, odr)
    assert (len(found), found.name, found.height_m.tolist()) == (1, ("Tower",), [15.0])
    assert shapely.hausdorff_distance(found.shape[0], shape) < 0.02


def _footprints(*shapes: shapely.Polygon, low_m: float = 0.0) -> Footprints:
    n = len(shapes)
    held = np.empty(n, dtype=object)
    held[:] = shapes
    return Footprints(held, np.full(n, 12.0), np.full(n, low_m), ("",) * n)


def test_a_building_with_a_courtyard_is_walls_and_a_roof_with_a_hole(tmp_path: Path) -> None:
    odr = _map(tmp_path)
    plan = shapely.Polygon([(20, 10), (60, 10), (60, 40), (20, 40)], [[(35, 20), (45, 20), (45, 30), (35, 30)]])
    scene = scene_of(odr, _footprints(plan))
    assert (len(scene.boxes), set(scene.boxes.label), scene.notes) == (8, {3}, ())
    assert len(whole_boxes(scene.boxes)) == 1
    mine = scene.triangles[scene.label == 3].astype(np.float64)
    roof = mine[np.ptp(mine[:, :, 2], axis=1) == 0]
    area = np.linalg.norm(np.cross(roof[:, 1] - roof[:, 0], roof[:, 2] - roof[:, 0]), axis=1).sum() / 2
    assert area == pytest.approx(plan.area)
    assert roof[0, 0, 2] == pytest.approx(12.0, abs=0.03)
    assert mine[:, :, 2].min() == pytest.approx(-0.32, abs=0.01)


def test_no_building_stands_on_a_road_and_the_scene_says_what_was_cut(tmp_path: Path) -> None:
    odr = _map(tmp_path)
    half_on, clear, on_top = shapely.box(20, 0, 40, 15), shapely.box(50, 10, 60, 20), shapely.box(70, -2, 80, 2)
    scene = scene_of(odr, _footprints(half_on, clear, on_top))
    assert scene.notes == ("2 of 3 footprints lie on roads and were cut back to their borders",)
    corners = scene.boxes.centre[:, 1] - scene.boxes.half[:, 1]
    assert len(whole_boxes(scene.boxes)) == 2
    assert corners.min() >= 3.5
    over = scene_of(odr, _footprints(half_on, low_m=6.0))
    assert over.notes == ()
    assert (over.boxes.centre - over.boxes.half)[:, 2].min() == pytest.approx(6.0, abs=0.05)


def test_what_cannot_be_placed_is_refused(tmp_path: Path) -> None:
    odr = _map(tmp_path)
    frame = _frame(odr, [shapely.box(0, 10, 5, 15)])
    with pytest.raises(MapFormatError, match="no coordinate reference system"):
        read_footprints(gpd.GeoDataFrame(geometry=list(frame.geometry)), odr)
    with pytest.raises(MapFormatError, match="no such file"):
        read_footprints(tmp_path / "nowhere.geojson", odr)
    (tmp_path / "broken.geojson").write_text("{", encoding="utf-8")
    with pytest.raises(MapFormatError, match="holds no footprints"):
        read_footprints(tmp_path / "broken.geojson", odr)
    (tmp_path / "bare").mkdir()
    with pytest.raises(MapFormatError, match="no <geoReference>"):
        read_footprints(frame, read_opendrive(write(tmp_path / "bare", one_road())))


def test_scenes_with_other_buildings_are_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    file = write(tmp_path, one_road(head=_HEAD))
    one = _footprints(shapely.box(20, 10, 30, 20))
    counts = [len(kept_scene(file, footprints).boxes) for footprints in (None, one, None, one)]
    assert counts == [0, 4, 0, 4]
