"""Heights across the road: lanes above it, and sides that fall outwards; objects that are said again and again."""

from pathlib import Path

import numpy as np
import pytest
from tests.maps.opendrive.texts import one_road, write

from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.place import border_heights, lane_pose, road_pose

_WALK = """<laneSection s="0"><center><lane id="0" type="none"/></center><right>
<lane id="-1" type="driving"><width sOffset="0" a="3.5"/></lane>
<lane id="-2" type="sidewalk"><width sOffset="0" a="2.0"/>
<height sOffset="0" inner="0.02" outer="0.12"/><height sOffset="60" inner="0.1" outer="0.2"/></lane>
</right></laneSection>"""


def test_lanes_above_the_road_are_as_high_as_the_file_says(tmp_path: Path) -> None:
    odr = read_opendrive(write(tmp_path, one_road(lanes=_WALK)))
    assert not odr.warnings
    pose = lane_pose(odr, [0, 0, 0, 0], [-1, -2, -2, -2], [50.0, 30.0, 70.0, 70.0], [0.0, 0.0, 0.0, -0.5])
    assert pose.z_m == pytest.approx([0.0, 0.11, 0.15, 0.175])
    inner, outer = border_heights(odr, [0, 1, 1], [10.0, 10.0, 60.0])
    assert np.allclose([inner, outer], ([0.0, 0.02 + 0.08 / 6, 0.1], [0.0, 0.12 + 0.08 / 6, 0.2]))


def test_crossfall_lets_the_sides_fall_outwards_beside_the_superelevation(tmp_path: Path) -> None:
    lateral = """<lateralProfile><superelevation s="0" a="0.02"/>
<crossfall side="left" s="0" a="0.03"/><crossfall side="right" s="0" a="0.05" b="0.001"/></lateralProfile><lanes>"""
    odr = read_opendrive(write(tmp_path, one_road().replace("<lanes>", lateral)))
    assert not odr.warnings
    z = road_pose(odr, [0, 0, 0], [40.0, 40.0, 40.0], [3.0, -3.0, 0.0]).z_m
    assert z == pytest.approx(
        [3 * np.sin(0.02) - 3 * np.tan(0.03), -3 * np.sin(0.02) - 3 * np.tan(0.09), 0.0], abs=1e-12
    )
    step = 1e-4
    ahead, behind = (road_pose(odr, [0], [40.0 + ds], [-3.0]).z_m[0] for ds in (step, -step))
    assert road_pose(odr, [0], [40.0], [-3.0]).pitch_rad[0] == pytest.approx((ahead - behind) / (2 * step), abs=1e-7)


def test_objects_say_where_they_are_repeated_and_how_round_they_are(tmp_path: Path) -> None:
    things = """</lanes><objects><object id="1" type="pole" s="5" t="4" radius="0.2" height="3">
<repeat s="10" length="40" distance="8" tStart="4" tEnd="5" heightStart="3" heightEnd="4"/></object></objects>"""
    odr = read_opendrive(write(tmp_path, one_road().replace("</lanes>", things)))
    assert not odr.warnings
    (pole,) = odr.roads[0].objects
    (repeat,) = pole.repeats
    assert (pole.radius_m, repeat.s_m, repeat.length_m, repeat.distance_m) == (0.2, 10.0, 40.0, 8.0)
    assert (repeat.t_m, repeat.height_m, repeat.width_m) == ((4.0, 5.0), (3.0, 4.0), None)
