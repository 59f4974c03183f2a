import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jing_maps.columns import JunctionKind, RoadClass, SignalState, Turn, VehicleClass, Yields
from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net, read_net_with_warnings

WriteNet = Callable[..., Path]


@pytest.fixture(scope="module")
def read(small_net: WriteNet, tmp_path_factory: pytest.TempPathFactory) -> tuple[RoadNetwork, list[str]]:
    return read_net_with_warnings(small_net(tmp_path_factory.mktemp("net")))


@pytest.fixture(scope="module")
def net(read: tuple[RoadNetwork, list[str]]) -> RoadNetwork:
    return read[0]


def _connector(net: RoadNetwork, origin: str, to: str) -> int:
    leaving, entering = net.road_of_connector()
    names = [(net.roads.ext_id[a], net.roads.ext_id[b]) for a, b in zip(leaving, entering, strict=True)]
    return names.index((origin, to))


def test_roads_keep_their_ids_names_and_classes(net: RoadNetwork) -> None:
    assert net.roads.ext_id == ("in_s", "in_w", "out_e", "out_n")
    kinds = [RoadClass.BRANCH, RoadClass.ARTERIAL, RoadClass.ARTERIAL, RoadClass.BRANCH]
    assert net.roads.kind.tolist() == kinds
    assert net.roads.level.tolist() == [0, 0, 0, 1]
    assert net.streets.name_zh[net.roads.street[1]] == "知春路"
    assert net.streets.name_en[net.roads.street[2]] == "Zhichun Road"
    assert net.roads.street[0] == -1
    assert net.junctions.name_zh[net.junctions.ext_id.index("J")] == "知春路"


def test_a_footway_beside_the_road_is_left_out_and_counted(read: tuple[RoadNetwork, list[str]]) -> None:
    net, warnings = read
    assert len(net.road_lanes(1)) == 2
    assert net.lanes.index[net.road_lanes(1)].tolist() == [0, 1]
    assert any("1 footways left out" in line for line in warnings)


def test_lanes_keep_the_length_that_vehicles_drive_not_that_of_their_shape(net: RoadNetwork) -> None:
    right = net.road_lanes(1)[0]
    assert net.lanes.length_m[right] == 91.0
    assert net.lanes.centre.lengths_m()[right] == pytest.approx(90.0)


def test_permissions_become_bits(net: RoadNetwork) -> None:
    right, left = net.road_lanes(1)
    assert net.lanes.allowed[right] == VehicleClass.MOTOR | VehicleClass.BICYCLE
    assert net.lanes.allowed[left] == VehicleClass.CAR | VehicleClass.BUS
    assert net.lanes.allowed[0] == VehicleClass.ALL
    assert net.lanes.width_m[[right, left]].tolist() == [3.2, 3.5]


def test_a_marking_that_may_not_be_crossed_is_kept(net: RoadNetwork) -> None:
    right, left = net.road_lanes(1)
    assert not net.lanes.change_left[right]
    assert net.lanes.change_right[left]
    assert net.lanes.right[left] == right
    assert net.lanes.left[right] == left


def test_a_turn_over_an_internal_junction_is_one_connector(net: RoadNetwork) -> None:
    turn = _connector(net, "in_w", "out_n")
    assert net.connectors.length_m[turn] == 15.0
    assert net.connectors.turn[turn] == Turn.LEFT
    assert net.connectors.centre[turn][[0, 2, -1], :2].tolist() == [[-10.0, -1.6], [-2.0, 1.0], [1.6, 10.0]]
    assert len(net.connectors.centre[turn]) == 5
    assert net.connectors.allowed[turn] == VehicleClass.CAR | VehicleClass.BUS


def test_a_turn_over_an_internal_junction_waits_there_and_nobody_else_does(net: RoadNetwork) -> None:
    turn = _connector(net, "in_w", "out_n")
    assert net.connectors.wait_m[turn] == 8.0
    assert np.flatnonzero(~np.isnan(net.connectors.wait_m)).tolist() == [turn]


@pytest.mark.parametrize("state", ["s", "w"])
def test_a_stop_sign_is_known_by_the_state_of_its_connection(small_net: WriteNet, tmp_path: Path, state: str) -> None:
    net = read_net(small_net(tmp_path, ('linkIndex="0" dir="r" state="o"', f'linkIndex="0" dir="r" state="{state}"')))
    assert np.flatnonzero(net.connectors.must_stop).tolist() == [_connector(net, "in_s", "out_e")]


def test_requests_say_who_yields(net: RoadNetwork) -> None:
    main, left = _connector(net, "in_w", "out_e"), _connector(net, "in_w", "out_n")
    right, straight = _connector(net, "in_s", "out_e"), _connector(net, "in_s", "out_n")
    pairs = {
        (int(a), int(b)): Yields(int(y))
        for a, b, y in zip(net.conflicts.first, net.conflicts.second, net.conflicts.yields, strict=True)
    }
    assert pairs == {(right, main): Yields.FIRST, (straight, main): Yields.FIRST, (straight, left): Yields.FIRST}
    assert (net.conflicts.first_exit_m <= net.connectors.length_m[net.conflicts.first] + 1e-6).all()
    assert (net.conflicts.first_enter_m < net.conflicts.first_exit_m).all()


def test_links_that_always_show_the_same_are_one_group(net: RoadNetwork) -> None:
    assert net.controllers.ext_id == ("J",)
    assert net.signal_groups.name == ("0", "1", "2", "3", "4")
    same = net.connectors.signal_group
    assert len(set(same.tolist())) == 4
    assert net.junctions.controller[net.junctions.ext_id.index("J")] == 0


def test_equal_columns_collapse(small_net: WriteNet, tmp_path: Path) -> None:
    path = small_net(tmp_path, ('state="uOouy"', 'state="uyyuy"'))
    net = read_net(path)
    assert net.signal_groups.name == ("0", "1,4", "2", "3")
    assert net.connectors.signal_group[_connector(net, "in_w", "out_e")] == net.crosswalks.signal_group[0]


def test_the_program_that_is_read_last_is_in_force_as_in_sumo(net: RoadNetwork) -> None:
    assert net.programs.name == ("night", "day")
    assert net.programs.offset_s.tolist() == [0.0, 5.0]
    assert net.programs.min_s.tolist() == [5.0, 10.0, 30.0, 3.0, 20.0, 2.0]
    assert net.programs.max_s.tolist() == [40.0, 10.0, 30.0, 3.0, 20.0, 2.0]


def test_letters_become_states(net: RoadNetwork) -> None:
    s = SignalState
    last = net.programs.state[net.programs.first_state[5] :].tolist()
    assert last == [s.RED_YELLOW, s.OFF, s.OFF, s.RED_YELLOW, s.YELLOW]
    night = net.programs.state[: net.programs.first_state[1]].tolist()
    assert night == [s.PERMISSIVE, s.RED, s.RED, s.PERMISSIVE, s.RED]


def test_right_turns_on_red_are_known_by_connector(net: RoadNetwork) -> None:
    assert np.flatnonzero(net.connectors.on_red).tolist() == [_connector(net, "in_s", "out_e")]


def test_a_phase_that_jumps_is_reported(read: tuple[RoadNetwork, list[str]]) -> None:
    assert any("next='0'" in line and "J/night" in line for line in read[1])


def test_crossings_become_crosswalks_with_their_signal_and_the_ways_over_them(net: RoadNetwork) -> None:
    walks = net.crosswalks
    assert len(walks) == 1
    assert walks.road[0] == 1
    assert walks.width_m[0] == 4.0
    assert net.signal_groups.name[walks.signal_group[0]] == "4"
    crossed = {
        int(c): (a, b)
        for c, a, b in zip(walks.crossed_connector, walks.crossed_enter_m, walks.crossed_exit_m, strict=False)
    }
    main = _connector(net, "in_w", "out_e")
    assert set(crossed) == {main, _connector(net, "in_w", "out_n")}
    assert crossed[main] == pytest.approx((2.05, 6.15))


def test_stop_lines_lie_before_signals_only(net: RoadNetwork) -> None:
    assert np.isfinite(net.lanes.stop_line_m).tolist() == [True, True, True, False, False]
    assert net.lanes.stop_line_m[0] == 90.0


def test_junctions_have_kinds_and_counter_clockwise_outlines(net: RoadNetwork) -> None:
    kinds = dict(zip(net.junctions.ext_id, net.junctions.kind.tolist(), strict=True))
    assert kinds["J"] == JunctionKind.SIGNAL
    assert {kinds[name] for name in "WSEN"} == {JunctionKind.BOUNDARY}
    ring = net.junctions.outline[net.junctions.ext_id.index("J")]
    assert np.array_equal(ring[0], ring[-1])
    x, y = ring[:-1, 0], ring[:-1, 1]
    assert np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) > 0
    assert len(net.junctions.outline[net.junctions.ext_id.index("W")]) == 0


def test_the_frame_is_that_of_the_location(net: RoadNetwork) -> None:
    assert net.frame.georeferenced
    lon, lat = net.frame.to_wgs84(0.0, 0.0)
    assert (round(float(lon), 2), round(float(lat), 2)) == (116.42, 39.75)


def test_a_network_without_projection_is_not_georeferenced(small_net: WriteNet, tmp_path: Path) -> None:
    path = small_net(tmp_path, ("+proj=utm +zone=50 +ellps=WGS84 +datum=WGS84 +units=m +no_defs", "!"))
    assert not read_net(path).frame.georeferenced


def test_a_compressed_file_gives_the_same_network(small_net: WriteNet, tmp_path: Path, net: RoadNetwork) -> None:
    path = tmp_path / "small.net.xml.gz"
    path.write_bytes(gzip.compress(small_net(tmp_path).read_bytes()))
    again = read_net(path)
    assert again.name == "small"
    assert np.array_equal(again.connectors.centre.xyz, net.connectors.centre.xyz)
    assert np.array_equal(again.conflicts.yields, net.conflicts.yields)


def test_connections_without_internal_lanes_become_straight(small_net: WriteNet, tmp_path: Path) -> None:
    path = small_net(tmp_path, (' via=":J_1_0" tl="J"', ' tl="J"'))
    net = read_net(path)
    main = _connector(net, "in_w", "out_e")
    assert net.connectors.length_m[main] == pytest.approx(20.0)
    assert net.connectors.centre[main].tolist() == [[-10.0, -4.8, 0.0], [10.0, -4.8, 0.0]]
    assert net.connectors.turn[main] == Turn.STRAIGHT


def test_roundabouts_are_known_by_their_nodes(small_net: WriteNet, tmp_path: Path) -> None:
    path = small_net(
        tmp_path, ("</net>", '<roundabout nodes="J" edges="in_w"/></net>'), ('type="traffic_light"', 'type="priority"')
    )
    net = read_net(path)
    assert net.junctions.kind[net.junctions.ext_id.index("J")] == JunctionKind.ROUNDABOUT


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('from="in_s" to="out_e"', 'from="in_s" to="out_x"', "'out_x'"),
        ('fromLane="2" toLane="0" via', 'fromLane="5" toLane="0" via', "'in_w_5'"),
        ('via=":J_0_0"', 'via=":J_9_0"', "':J_9_0'"),
        ('shape="1.60,-100.00 1.60,-10.00"', "", "no attribute 'shape'"),
        ('shape="1.60,-100.00 1.60,-10.00"', 'shape="1.60,-100.00"', "1 points"),
        ('shape="1.60,-100.00 1.60,-10.00"', 'shape="1.60,-100.00 1.60;3"', "list of points"),
        ('speed="8.33"', 'speed="fast"', "'fast'"),
        ('speed="8.33"', 'speed="nan"', "finite"),
        ('speed="8.33"', 'speed="0"', "positive"),
        ('response="01100"', 'response="1100"', "4 characters"),
        ('response="01100"', 'response="01x00"', "only 0 and 1"),
        ('incLanes="in_s_0 in_w_1', 'incLanes="in_w_1', "5 requests for 3 connections"),
        ('from="S" to="J"', 'from="S" to="Q"', "'Q'"),
        ('from="S" to="J"', 'from="" to="J"', "junction ''"),
        ('request index="0"', 'request index="7"', "indices 0, 1, 2"),
        ('shape="1.60,-100.00 1.60,-10.00"', 'shape="1.60,-1e300 1.60,-10.00"', "list of points"),
        ('state="srrGr"', 'state="srrG"', "too short: link 4 needs 5 letters"),
        ('state="srrGr"', 'state="srrGx"', "'x'"),
        ('duration="30"', 'duration="0"', "positive"),
        ('tl="J" linkIndex="0"', 'tl="Z" linkIndex="0"', "signal 'Z' has no <tlLogic>"),
        ('edge id="out_n"', 'edge id="out_e"', "defined twice"),
    ],
)
def test_damage_is_reported_with_line_and_cure(
    small_net: WriteNet, small_net_text: str, tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = small_net(tmp_path, (old, new))
    with pytest.raises(MapFormatError) as caught:
        read_net(path)
    assert words in str(caught.value)
    line = small_net_text[: small_net_text.index(old)].count("\n") + 1
    # Of an element over two lines the parser gives the second one.
    assert int(str(caught.value).split(":")[1]) - line in (0, 1)


def test_broken_xml_names_the_line(small_net: WriteNet, tmp_path: Path) -> None:
    with pytest.raises(MapFormatError, match=r"small\.net\.xml:\d+: not well-formed"):
        read_net(small_net(tmp_path, ("</net>", "")))


def test_a_truncated_archive_says_so(small_net: WriteNet, tmp_path: Path) -> None:
    path = tmp_path / "cut.net.xml.gz"
    path.write_bytes(gzip.compress(small_net(tmp_path).read_bytes())[:-200])
    with pytest.raises(MapFormatError, match="cut short"):
        read_net(path)


@pytest.mark.parametrize("text", ["", "hello", "\x00\x01"])
def test_what_is_no_xml_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "no.net.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MapFormatError, match="not well-formed"):
        read_net(path)


def test_other_xml_is_refused_with_the_way_to_go(tmp_path: Path) -> None:
    path = tmp_path / "map.net.xml"
    path.write_text("<osm></osm>", encoding="utf-8")
    with pytest.raises(MapFormatError, match="root element is <osm>"):
        read_net(path)
    path.write_text("<net></net>", encoding="utf-8")
    with pytest.raises(MapFormatError, match="no edge"):
        read_net(path)


def test_a_network_for_pedestrians_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "walk.net.xml"
    lane = '<lane id="a_0" index="0" allow="pedestrian" speed="1" length="9" shape="0,0 9,0"/>'
    nodes = "".join(f'<junction id="{name}" type="dead_end" x="0" y="0"/>' for name in "AB")
    path.write_text(f'<net><edge id="a" from="A" to="B">{lane}</edge>{nodes}</net>', encoding="utf-8")
    with pytest.raises(MapFormatError, match="no lane is open to road vehicles"):
        read_net(path)


def test_external_entities_are_not_followed(small_net: WriteNet, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("知春路二", encoding="utf-8")
    path = small_net(
        tmp_path,
        ('<net version="1.20">', f'<!DOCTYPE net [<!ENTITY x SYSTEM "{secret}">]><net version="1.20"><type>&x;</type>'),
    )
    assert "知春路二" not in read_net(path).streets.name_zh
