from pathlib import Path

import numpy as np
import pytest

from jing_maps.columns import JunctionKind, SignalState, Turn, Yields
from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.network import to_network

from .texts import LANES, one_road, write

_WIDTH = '<width sOffset="0" a="3.5" b="0" c="0" d="0"/>'


def _section(start: float, left: str = "", right: str = "") -> str:
    return (
        f'<laneSection s="{start}"><left>{left}</left><center><lane id="0" type="none"/></center>'
        f"<right>{right}</right></laneSection>"
    )


def _lane(lane_id: int, links: str = "", kind: str = "driving", more: str = "") -> str:
    return f'<lane id="{lane_id}" type="{kind}"><link>{links}</link>{_WIDTH}{more}</lane>'


def _network(folder: Path, text: str) -> RoadNetwork:
    return to_network(read_opendrive(write(folder, text)), "test")


def test_a_road_becomes_one_carriageway_for_each_direction(tmp_path: Path) -> None:
    net = _network(tmp_path, one_road())
    assert net.roads.ext_id == ("7.0.right", "7.0.left")
    assert net.lanes.centre[0][[0, -1], :2] == pytest.approx(np.array([[0.0, -1.75], [100.0, -1.75]]))
    assert net.lanes.centre[1][[0, -1], 0] == pytest.approx([100.0, 0.0])
    assert set(net.junctions.kind) == {JunctionKind.BOUNDARY}
    assert net.streets.name_zh == ("Chang'an",)
    assert not net.frame.georeferenced


def test_on_left_hand_roads_traffic_runs_the_other_way(tmp_path: Path) -> None:
    net = _network(tmp_path, one_road().replace('junction="-1"', 'junction="-1" rule="LHT"'))
    assert net.roads.ext_id == ("7.0.left", "7.0.right")
    assert net.lanes.centre[0][[0, -1], 1].tolist() == [1.75, 1.75]


def test_equal_sections_are_merged_and_a_new_lane_makes_a_joint(tmp_path: Path) -> None:
    on, back = '<successor id="-1"/>', '<predecessor id="-1"/>'
    same = _section(0, right=_lane(-1, on)) + _section(40, right=_lane(-1, back))
    assert _network(tmp_path, one_road(lanes=same)).roads.ext_id == ("7.0.right",)
    wider = _section(0, right=_lane(-1, on)) + _section(40, right=_lane(-1, back) + _lane(-2))
    net = _network(tmp_path, one_road(lanes=wider))
    assert net.roads.ext_id == ("7.0.right", "7.1.right")
    assert len(net.connectors) == 1
    assert net.connectors.length_m[0] == pytest.approx(0.5, abs=1e-6)
    assert net.junctions.kind[net.connectors.junction[0]] == JunctionKind.JOINT
    assert net.lanes.index.tolist() == [0, 0, 1]
    assert net.lanes.centre[1][0, 1] < net.lanes.centre[2][0, 1]


def test_what_nobody_drives_on_is_left_out(tmp_path: Path) -> None:
    net = _network(tmp_path, one_road(lanes=_section(0, right=_lane(-1) + _lane(-2, kind="sidewalk"))))
    assert len(net.lanes) == 1
    with pytest.raises(MapFormatError, match="no road outside junctions has a lane to drive on"):
        _network(tmp_path, one_road(lanes=_section(0, right=_lane(-1, kind="sidewalk"))))


@pytest.mark.parametrize(("mark", "may"), [("solid", False), ("broken", True)])
def test_lanes_are_changed_where_the_marking_allows(tmp_path: Path, mark: str, may: bool) -> None:
    line = f'<roadMark sOffset="0" type="{mark}"/>'
    net = _network(tmp_path, one_road(lanes=_section(0, right=_lane(-1, more=line) + _lane(-2))))
    assert net.lanes.left.tolist() == [1, -1]
    assert net.lanes.change_left.tolist() == [may, False]
    assert net.lanes.change_right.tolist() == [False, may]


def test_a_curve_is_drawn_within_centimetres(tmp_path: Path) -> None:
    arc = '<geometry s="0" x="0" y="0" hdg="0" length="100"><arc curvature="0.02"/></geometry>'
    net = _network(tmp_path, one_road(geometry=arc))
    middle = (net.lanes.centre[0][1:, :2] + net.lanes.centre[0][:-1, :2]) / 2
    assert np.abs(np.hypot(middle[:, 0], middle[:, 1] - 50) - 51.75).max() < 0.03


def test_a_geo_reference_places_the_map(tmp_path: Path) -> None:
    head = '<geoReference>+proj=utm +zone=50 +datum=WGS84</geoReference><offset x="440000" y="4400000" z="0" hdg="0"/>'
    net = _network(tmp_path, one_road(head=head))
    lon, lat = net.frame.to_wgs84([0.0], [0.0])
    assert net.frame.georeferenced
    assert lon[0] == pytest.approx(116.297, abs=0.01)
    assert lat[0] == pytest.approx(39.747, abs=0.01)
    with pytest.raises(MapFormatError, match="is no coordinate reference system"):
        _network(tmp_path, one_road(head="<geoReference>+proj=nonsense</geoReference>"))


def _arm(road: int, x: float, y: float, heading: float, signal: str = "") -> str:
    return f"""<road id="{road}" length="50" junction="-1">
<link><successor elementType="junction" elementId="9"/></link>
<planView><geometry s="0" x="{x}" y="{y}" hdg="{heading}" length="50"><line/></geometry></planView>
<lanes>{LANES}</lanes><signals>{signal}</signals></road>"""


def _through(road: int, start: int, end: int, x: float, y: float, heading: float) -> str:
    lanes = _section(0, right=_lane(-1, '<predecessor id="-1"/><successor id="1"/>'))
    return f"""<road id="{road}" length="20" junction="9">
<link><predecessor elementType="road" elementId="{start}" contactPoint="end"/>
<successor elementType="road" elementId="{end}" contactPoint="end"/></link>
<planView><geometry s="0" x="{x}" y="{y}" hdg="{heading}" length="20"><line/></geometry></planView>
<lanes>{lanes}</lanes></road>"""


def _crossing(*, lights: bool = False, junction: str = "", rest: str = "") -> str:
    """Four arms (1 west, 2 south, 3 east, 4 north) and the ways straight on from west (11) and from south (12)."""
    half = np.pi / 2
    light = '<signal id="L{}" s="49" t="-4" dynamic="yes" orientation="+" type="1000001" country="OpenDRIVE"/>'
    arms = [(1, -60, 0, 0), (2, 0, -60, half), (3, 60, 0, np.pi), (4, 0, 60, -half)]
    parts = [_arm(i, x, y, h, light.format(i) if lights else "") for i, x, y, h in arms]
    parts += [_through(11, 1, 3, -10, 0, 0), _through(12, 2, 4, 0, -10, half)]
    connections = "".join(
        f'<connection id="{i}" incomingRoad="{i}" connectingRoad="1{i}" contactPoint="start">'
        '<laneLink from="-1" to="-1"/></connection>'
        for i in (1, 2)
    )
    return (
        f'<OpenDRIVE><header revMajor="1" revMinor="6"/>{"".join(parts)}{rest}'
        f'<junction id="9" name="A/B">{connections}{junction}</junction></OpenDRIVE>'
    )


def test_connecting_roads_become_connectors_and_the_one_from_the_right_goes_first(tmp_path: Path) -> None:
    net = _network(tmp_path, _crossing())
    assert len(net.connectors) == 2
    assert net.connectors.length_m == pytest.approx([20, 20])
    assert net.connectors.turn.tolist() == [Turn.STRAIGHT] * 2
    assert len(net.conflicts) == 1
    # From the west one sees the south on one's right hand.
    assert net.conflicts.yields[0] == Yields.FIRST
    centre = net.junctions.ext_id.index("9")
    assert net.junctions.kind[centre] == JunctionKind.RIGHT_BEFORE_LEFT


def test_priorities_of_the_file_come_first(tmp_path: Path) -> None:
    net = _network(tmp_path, _crossing(junction='<priority high="11" low="12"/>'))
    assert net.conflicts.yields[0] == Yields.SECOND
    assert net.junctions.kind[net.junctions.ext_id.index("9")] == JunctionKind.PRIORITY


@pytest.mark.parametrize(("sign", "stands"), [("205", [False, False]), ("206", [True, False])])
def test_a_stop_sign_makes_a_vehicle_stand_and_a_yield_sign_does_not(
    tmp_path: Path, sign: str, stands: list[bool]
) -> None:
    text = _crossing(lights=True)
    light, rest = '<signal id="L1" s="49" t="-4" dynamic="yes"', 'orientation="+" type="{}" country="OpenDRIVE"/>'
    text = text.replace(f"{light} {rest.format('1000001')}", f"{light} {rest.format(sign)}".replace('"yes"', '"no"'))
    net = _network(tmp_path, text)
    assert net.connectors.must_stop.tolist() == stands
    assert np.isnan(net.connectors.wait_m).all()


def test_lights_become_groups_that_are_never_green_together_when_they_meet(tmp_path: Path) -> None:
    net = _network(tmp_path, _crossing(lights=True))
    assert net.signal_groups.name == ("L1", "L2")
    assert net.junctions.kind[net.junctions.ext_id.index("9")] == JunctionKind.SIGNAL
    states = net.programs.state.reshape(-1, 2)
    assert not ((states == SignalState.GREEN).sum(axis=1) > 1).any()
    assert (states == SignalState.GREEN).any(axis=0).all()
    lit = net.lanes.stop_line_m[net.connectors.from_lane]
    assert lit.tolist() == net.lanes.length_m[net.connectors.from_lane].tolist()


def test_a_controller_of_the_file_makes_one_group_and_its_meeting_ways_are_permissive(tmp_path: Path) -> None:
    control = '<controller id="5" name="all"><control signalId="L1"/><control signalId="L2"/></controller>'
    net = _network(tmp_path, _crossing(lights=True, rest=control))
    assert net.signal_groups.name == ("all",)
    assert net.programs.state.tolist() == [SignalState.PERMISSIVE, SignalState.YELLOW, SignalState.RED]


def test_a_crosswalk_is_crossed_by_the_ways_that_run_over_it(tmp_path: Path) -> None:
    corners = "".join(f'<cornerLocal u="{u}" v="{v}" z="0"/>' for u, v in ((-2, -5), (2, -5), (2, 5), (-2, 5)))
    walk = f'<objects><object id="1" type="crosswalk" s="10" t="0"><outline>{corners}</outline></object></objects>'
    text = _crossing()
    at = text.index("</lanes>", text.index('<road id="11"')) + len("</lanes>")
    net = _network(tmp_path, text[:at] + walk + text[at:])
    assert net.crosswalks.width_m == pytest.approx([4.0])
    assert net.crosswalks.centre.lengths_m() == pytest.approx([10.0])
    crossed = dict(zip(net.crosswalks.crossed_connector.tolist(), net.crosswalks.crossed_enter_m, strict=True))
    assert crossed[0] == pytest.approx(8.0)


def test_a_light_that_faces_away_rules_nothing(tmp_path: Path) -> None:
    net = _network(tmp_path, _crossing(lights=True).replace('orientation="+"', 'orientation="-"'))
    assert len(net.signal_groups) == 0
