"""What stands beside the roads of an OpenDRIVE map, and what lies on them."""

from pathlib import Path

import numpy as np
import pytest
from tests.maps.opendrive.texts import one_road, write

from jing_maps.errors import MapFormatError
from jing_maps.grid import grid
from jing_maps.opendrive import read_opendrive
from jing_sim.driving.boxes import Boxes, whole_boxes
from jing_sim.driving.lane_mesh import ROADS
from jing_sim.driving.obstacles import obstacle_grid
from jing_sim.driving.road_things import ROAD_LINES
from jing_sim.driving.scene import StaticScene, scene_from_xodr, scene_of, scene_of_network
from jing_sim.driving.scene_store import load_scene, save_scene

_RING = """<outline id="0"><cornerLocal u="-5" v="-3" z="0" height="8"/><cornerLocal u="5" v="-3" z="0" height="8"/>
<cornerLocal u="5" v="3" z="0" height="8"/><cornerLocal u="-5" v="3" z="0" height="8"/>
<cornerLocal u="-5" v="-3" z="0" height="8"/></outline>"""


def _scene(folder: Path, objects: str, lanes: str = "") -> StaticScene:
    text = one_road().replace("</lanes>", f"{lanes}</lanes><objects>{objects}</objects>")
    odr = read_opendrive(write(folder, text))
    assert not odr.warnings
    return scene_of(odr)


def _seen(scene: StaticScene, row: int) -> np.ndarray:
    mine: np.ndarray = scene.triangles[scene.object == row + 1].astype(np.float64)
    return mine


def test_a_repeated_pole_stands_at_each_of_its_places(tmp_path: Path) -> None:
    pole = """<object id="p" type="pole" name="lamp" s="5" t="4" radius="0.2" height="3">
<repeat s="10" length="40" distance="10" tStart="4" tEnd="8" heightStart="3" heightEnd="5"/></object>"""
    boxes = _scene(tmp_path, pole).boxes
    assert boxes.centre[:, 0] == pytest.approx([10, 20, 30, 40, 50])
    assert boxes.centre[:, 1] == pytest.approx([4, 5, 6, 7, 8])
    assert 2 * boxes.half[:, 2] == pytest.approx([3, 3.5, 4, 4.5, 5])
    assert np.all(boxes.half[:, :2] == 0.2)
    assert (set(boxes.label), set(boxes.name)) == ({6}, {"lamp"})
    assert boxes.thing.tolist() == [0, 1, 2, 3, 4]


def test_a_guard_rail_without_gaps_is_a_wall_along_the_road(tmp_path: Path) -> None:
    rail = """<object id="r" type="guardRail" s="0" t="0" width="0.3" height="0.2">
<repeat s="20" length="50" distance="0" tStart="-5" tEnd="-5" zOffsetStart="0.5" zOffsetEnd="0.5"/></object>"""
    boxes = _scene(tmp_path, rail).boxes
    assert 2 * boxes.half[:, 0].sum() == pytest.approx(50.0)
    assert np.allclose(boxes.centre[:, 1:], [-5.0, 0.6])
    assert set(boxes.label) == {28}
    whole = whole_boxes(boxes)
    assert len(whole) == 1
    assert whole.centre[0] == pytest.approx([45.0, -5.0, 0.6])
    assert 2 * whole.half[0] == pytest.approx([50.0, 0.3, 0.2])


def test_an_outline_is_four_walls_and_a_roof(tmp_path: Path) -> None:
    scene = _scene(tmp_path, f'<object id="b" type="building" name="B" s="40" t="20" hdg="0.5">{_RING}</object>')
    assert len(scene.boxes) == 4
    whole = whole_boxes(scene.boxes)
    assert whole.centre[0] == pytest.approx([40.0, 20.0, 4.0])
    assert whole.half[0] == pytest.approx([5.05, 3.05, 4.0], abs=0.02)
    seen = np.concatenate([_seen(scene, row) for row in range(4)])
    area = np.linalg.norm(np.cross(seen[:, 1] - seen[:, 0], seen[:, 2] - seen[:, 0]), axis=1).sum() / 2
    assert area == pytest.approx(2 * 8 * (10 + 6) + 60)
    flat = np.ptp(seen[:, :, 2], axis=1) == 0
    assert np.all(seen[flat][:, :, 2] == 8.0)


def test_one_drives_below_the_crown_of_a_tree_and_the_beam_of_a_gantry(tmp_path: Path) -> None:
    tree = '<object id="t" type="tree" s="50" t="0" length="5" width="4" height="10"/>'
    gantry = '<object id="g" type="gantry" s="80" t="0" length="0.5" width="12" height="6"/>'
    scene = _scene(tmp_path, tree + gantry)
    low = scene.boxes.centre[:, 2] - scene.boxes.half[:, 2]
    assert low == pytest.approx([0.0, 4.0, 0.0, 0.0, 5.2])
    assert scene.boxes.half[0, :2].tolist() == [0.15, 0.15]
    assert scene.boxes.centre[2:, 1] == pytest.approx([-6.0, 6.0, 0.0])
    assert len(whole_boxes(scene.boxes)) == 2


def test_crosswalks_are_striped_and_stop_lines_painted(tmp_path: Path) -> None:
    walk = """<object id="w" type="crosswalk" s="30" t="0"><outline id="0">
<cornerRoad s="28" t="-3.5"/><cornerRoad s="32" t="-3.5"/><cornerRoad s="32" t="3.5"/><cornerRoad s="28" t="3.5"/>
<cornerRoad s="28" t="-3.5"/></outline></object>
<object id="l" type="roadMark" subtype="signalLines" name="StopLine" s="20" t="-1.75" width="3.5" length="0.4"/>"""
    scene = _scene(tmp_path, walk)
    painted = scene.triangles[scene.label == ROAD_LINES].astype(np.float64)
    area = np.linalg.norm(np.cross(painted[:, 1] - painted[:, 0], painted[:, 2] - painted[:, 0]), axis=1) / 2
    assert area.sum() == pytest.approx(7 * 0.4 * 4.0 + 0.4 * 3.5)
    assert scene.stop_lines[0] == pytest.approx([20.0, -1.75, 0.0, 3.5, 0.0])
    assert len(scene.boxes) == 0


def test_posts_whose_file_gives_their_foot_carry_their_lights_at_eye_level(tmp_path: Path) -> None:
    kind = 'orientation="+" dynamic="yes" type="1000001" country="OpenDRIVE" subtype="-1"'
    lights = f"""<signals><signal id="7" s="90" t="-5" zOffset="-0.6" {kind}/>
<signal id="8" s="90" t="-1.75" zOffset="0" {kind}/></signals>"""
    scene = scene_of(read_opendrive(write(tmp_path, one_road().replace("</lanes>", f"</lanes>{lights}"))))
    assert scene.lights.position[:, 2] == pytest.approx([2.48, 5.0], abs=0.01)
    # One that hangs above the lane has no pole in it.
    assert scene.boxes.label.tolist() == [6, 7, 7]


def test_no_obstacle_stands_on_a_driving_lane_of_a_written_network() -> None:
    scene = scene_of_network(grid(2, 2))
    standing = scene.boxes.centre[:, 2] - scene.boxes.half[:, 2] < 3.0
    foot = scene.boxes.centre[standing]
    assert len(foot) >= len(scene.lights) > 0
    assert ROADS not in scene.ground.at(foot)[:, 5]


def test_boxes_of_a_grid_are_found_in_the_cells_that_they_touch() -> None:
    draw = np.random.default_rng(2)
    boxes = np.column_stack([draw.uniform(-90, 90, (300, 2)), np.zeros(300), draw.uniform(0.1, 9, (300, 2)),
                             np.ones(300), draw.uniform(-3, 3, 300), np.full(300, 4.0)])  # fmt: skip
    cells = obstacle_grid(boxes)
    along = draw.uniform(-1, 1, (300, 2)) * boxes[:, 3:5]
    c, s = np.cos(boxes[:, 6]), np.sin(boxes[:, 6])
    inside = boxes[:, :2] + np.stack([c * along[:, 0] - s * along[:, 1], s * along[:, 0] + c * along[:, 1]], 1)
    at = np.floor((inside - cells.origin[:2]) / cells.origin[2]).astype(int)
    for row, (i, j) in enumerate(at):
        cell = j * cells.cells[0] + i
        assert row in cells.items[cells.first[cell] : cells.first[cell + 1]]


def test_objects_of_many_parts_are_kept_on_disk(tmp_path: Path) -> None:
    scene = _scene(tmp_path, f'<object id="b" type="building" name="B" s="40" t="20">{_RING}</object>')
    save_scene(scene, tmp_path / "scene.npz")
    again = load_scene(tmp_path / "scene.npz")
    assert again.boxes.thing.tolist() == scene.boxes.thing.tolist() == [0, 0, 0, 0]
    assert again.notes == ()
    assert isinstance(again.boxes, Boxes)


def test_a_map_on_which_nobody_can_stand_is_refused(tmp_path: Path) -> None:
    text = one_road().replace('a="3.5"', 'a="0"')
    with pytest.raises(MapFormatError, match="none of its lanes has an area"):
        scene_from_xodr(write(tmp_path, text))
