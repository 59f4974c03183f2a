"""The ground against the exact surface of OpenDRIVE maps, and the land beside it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.maps.opendrive.texts import one_road, write

from jing_maps.grid import grid
from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.example import straight_road
from jing_maps.opendrive.model import Cubics, GeometryKind
from jing_maps.opendrive.place import lane_borders, lane_pose
from jing_sim.driving.ground import Ground, ground_of
from jing_sim.driving.lane_mesh import ROADS, SIDEWALKS, SURFACES, TERRAIN, lane_mesh
from jing_sim.driving.lane_stations import lane_stations
from jing_sim.driving.scene import scene_of, scene_of_network
from jing_sim.driving.terrain import terrain_triangles

_STREET = """<laneOffset s="0" a="0.2" b="0.01"/><laneSection s="0">
<left><lane id="2" type="sidewalk"><width sOffset="0" a="2"/><height sOffset="0" inner="0.12" outer="0.15"/></lane>
<lane id="1" type="driving"><width sOffset="0" a="3.5"/></lane></left><center><lane id="0" type="none"/></center><right>
<lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0.003" d="-0.00004"/><width sOffset="50" a="5.5"/></lane>
<lane id="-2" type="median"><width sOffset="0" a="1.5"/></lane>
<lane id="-3" type="parking"><width sOffset="0" a="2.2"/></lane></right></laneSection>
<laneSection s="70"><right><lane id="-1" type="biking"><width sOffset="0" a="2.5"/></lane></right>
<center><lane id="0" type="none"/></center></laneSection>"""


def _street(folder: Path, geometry: str = '<arc curvature="0.015"/>') -> OpenDriveMap:
    """A street of all kinds of lanes, that bends, climbs over a crest and leans more and more."""
    text = one_road(geometry=f'<geometry s="0" x="3" y="4" hdg="0.4" length="100">{geometry}</geometry>', lanes=_STREET)
    profile = """</planView><elevationProfile><elevation s="0" a="2" b="0.06" c="-0.0008"/></elevationProfile>
<lateralProfile><superelevation s="0" a="0" b="0.0006"/></lateralProfile>"""
    return read_opendrive(write(folder, text.replace("</planView>", profile)))


def _at_random(odr: OpenDriveMap, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points `(count, 3)` on lanes, and the rows of these."""
    draw, columns = np.random.default_rng(3), odr.columns
    lane = draw.integers(0, len(columns.lane_id), count)
    section = columns.lane_section[lane]
    road, long = columns.section_road[section], columns.section_end_m - columns.section_start_m
    s = columns.section_start_m[section] + draw.uniform(0.001, 0.999, count) * long[section]
    borders = lane_borders(odr, road, columns.lane_id[lane], s)
    aside = draw.uniform(-0.47, 0.47, count) * np.abs(borders.outer_m - borders.inner_m)
    pose = lane_pose(odr, road, columns.lane_id[lane], s, aside)
    return np.stack([pose.x_m, pose.y_m, pose.z_m], 1), lane


@pytest.mark.parametrize("geometry", ['<arc curvature="0.015"/>', '<spiral curvStart="0" curvEnd="-0.02"/>', "<line/>"])
def test_every_place_on_a_lane_has_the_height_and_the_label_of_the_lane(tmp_path: Path, geometry: str) -> None:
    odr = _street(tmp_path, geometry)
    assert not odr.warnings
    points, lane = _at_random(odr, 4000)
    found = scene_of(odr).ground.at(points)
    assert np.abs(found[:, 0] - points[:, 2]).max() < 0.012
    assert np.quantile(np.abs(found[:, 0] - points[:, 2]), 0.95) < 0.004
    told = np.array([SURFACES[kind].label if kind in SURFACES else ROADS for kind in odr.columns.lane_type])
    assert np.array_equal(found[:, 5], told[lane])


def test_normals_are_upright_to_the_surface(tmp_path: Path) -> None:
    odr = _street(tmp_path)
    points, lane = _at_random(odr, 1000)
    inner = points[~np.isin(odr.columns.lane_id[lane], (2, -3))]
    ground, step = scene_of(odr).ground, 0.02
    normal = ground.at(inner)[:, 1:4]
    assert np.linalg.norm(normal, axis=1) == pytest.approx(1.0)
    rise = [(ground.at(inner + d)[:, 0] - ground.at(inner - d)[:, 0]) / (2 * step) for d in np.eye(3)[:2] * step]
    slope = -normal[:, :2] / normal[:, 2:]
    assert np.quantile(np.abs(np.stack(rise, 1) - slope), 0.98) < 0.004


def test_straight_roads_are_few_triangles_and_bends_more() -> None:
    plain = straight_road(240.0, 3.5)
    params = np.zeros((1, 8))
    params[0, 0] = 0.05
    plan = replace(plain.roads[0].plan, kind=np.array([GeometryKind.ARC], np.int8), params=params)
    bend = replace(plain, roads=(replace(plain.roads[0], plan=plan),))
    counts = [len(lane_mesh(odr, lane_stations(odr)).triangles) for odr in (plain, bend)]
    assert counts[0] == 2 * 2 * 20
    assert counts[0] * 4 < counts[1] < counts[0] * 12


def test_a_raised_sidewalk_has_a_kerb_that_rays_hit(tmp_path: Path) -> None:
    scene = scene_of(_street(tmp_path, "<line/>"))
    walk = scene.triangles[scene.label == SIDEWALKS].astype(np.float64)
    up = np.cross(walk[:, 1] - walk[:, 0], walk[:, 2] - walk[:, 0])
    upright = np.abs(up[:, 2]) < 1e-3 * np.linalg.norm(up, axis=1)
    tall = np.ptp(walk[upright, :, 2], axis=1)
    assert upright.sum() >= 2 * 2 * 6
    assert tall.min() > 0.11
    kerb = np.linalg.norm(up[upright], axis=1).sum() / 2
    assert kerb == pytest.approx(70.0 * (0.12 + 0.15), rel=0.02)


def _hilly(crest: float) -> Ground:
    plain = straight_road(300.0, 3.5)
    rise = Cubics(np.zeros(1), np.array([[0.0, 0.1, crest, 0.0]]))
    mesh = lane_mesh(odr := replace(plain, roads=(replace(plain.roads[0], elevation=rise),)), lane_stations(odr))
    return ground_of(mesh.triangles, mesh.friction, mesh.label)


def test_land_rises_with_the_road_beside_it_without_steps() -> None:
    ground = _hilly(-0.0001)
    x = np.linspace(5.0, 290.0, 500)
    found = ground.at(np.stack([x, np.full(500, 20.0), np.full(500, 60.0)], 1))
    assert set(found[:, 5]) == {TERRAIN}
    road = 0.1 * x - 0.0001 * x * x
    assert np.abs(found[:, 0] - road).max() < 0.5
    assert np.abs(np.diff(found[:, 0])).max() < 0.1
    assert found[200, 1] == pytest.approx(-0.1 + 0.0002 * x[200], abs=0.05)


def test_land_never_lies_above_a_road() -> None:
    ground = _hilly(-0.0002)
    points = ground.triangles.astype(np.float64).mean(axis=1)
    bare = replace(ground, first=np.zeros_like(ground.first))
    assert np.all(bare.at(points)[:, 0] < points[:, 2] - 0.01)
    assert np.all(bare.at(points)[:, 0] > points[:, 2] - 0.6)


def test_outside_of_everything_land_goes_on_level() -> None:
    ground = _hilly(0.0)
    far = ground.at(np.array([[1.0e6, 0.0, 50.0], [-1.0e6, 1.0e6, -400.0], [np.nan, 0.0, 0.0]]))
    assert far[0, 0] == pytest.approx(30.0, abs=0.6)
    assert far[1, 0] == pytest.approx(0.0, abs=0.6)
    assert np.isfinite(far[:2]).all()


def test_triangles_of_the_land_are_the_land_that_one_stands_on() -> None:
    ground = _hilly(-0.0002)
    land = terrain_triangles(ground.terrain, ground.origin[:2], float(ground.origin[3])).astype(np.float64)
    bare = replace(ground, first=np.zeros_like(ground.first))
    weights = np.random.default_rng(1).dirichlet(np.ones(3), len(land))
    points = (weights[:, :, None] * land).sum(axis=1)
    assert np.abs(bare.at(points)[:, 0] - points[:, 2]).max() < 0.003
    area = np.linalg.norm(np.cross(land[:, 1] - land[:, 0], land[:, 2] - land[:, 0])[:, 2:], axis=1).sum() / 2
    assert area == pytest.approx(float(np.prod(ground.cells[2:])) * ground.origin[3] ** 2, rel=1e-5)
    flat = terrain_triangles(np.zeros((65, 65), np.float32), np.zeros(2), 8.0)
    assert len(flat) == 2 * 4 * 4


def test_junctions_are_paved_between_their_lanes() -> None:
    scene = scene_of_network(grid(2, 2))
    draw = np.random.default_rng(5)
    middle = np.array([[scene.lights.trigger.centre[scene.lights.junction == j, :2].mean(axis=0)] for j in range(4)])
    points = (middle + draw.uniform(-6.0, 6.0, (4, 300, 2))).reshape(-1, 2)
    found = scene.ground.at(np.column_stack([points, np.ones(len(points))]))
    assert set(found[:, 5]) == {ROADS}
    assert np.all(found[:, 3] > 0.999)


def test_lanes_that_fold_in_tight_bends_of_junctions_are_paved_all_the_same(tmp_path: Path) -> None:
    bend = '<geometry s="0" x="0" y="0" hdg="0" length="6"><arc curvature="-0.5"/></geometry>'
    text = one_road(geometry=bend, length="6", rest='<junction id="5" name=""/>').replace(
        'junction="-1"', 'junction="5"'
    )
    odr = read_opendrive(write(tmp_path, text))
    pose = lane_pose(odr, np.zeros(9, np.int64), np.ones(9, np.int64), np.linspace(0.5, 5.5, 9))
    found = scene_of(odr).ground.at(np.column_stack([pose.x_m, pose.y_m, pose.z_m]))
    assert set(found[:, 5]) == {ROADS}
