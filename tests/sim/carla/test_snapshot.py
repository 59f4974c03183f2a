"""The layout of tokens and snapshots, byte by byte."""

import struct

import numpy as np

from jing_sim.carla.snapshot import RECORD, SIGNAL, VEHICLE, WALKER, EpisodeState, header, records, snapshot_head
from jing_sim.carla.streams import Streams


def test_a_token_is_24_bytes_with_stream_port_tcp_and_no_address() -> None:
    streams = Streams()
    streams.port = 2001
    token = streams.token(7)
    assert struct.unpack("<IHBB16s", token) == (7, 2001, 1, 0, bytes(16))


def test_a_header_has_48_bytes() -> None:
    head = header(11, 5, 0.25, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    assert struct.unpack("<QQd6f", head) == (11, 5, 0.25, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    assert len(head) == 48


def test_the_head_of_a_snapshot_has_84_bytes() -> None:
    head = snapshot_head(EpisodeState(3, 9, 1.5, 77.0, 0.05, map_changed=True, lights_changed=True))
    assert len(head) == 84
    assert struct.unpack_from("<QQd", head) == (17, 9, 1.5)
    episode, platform, delta, x, y, z, bits = struct.unpack_from("<Qdf3iI", head, 48)
    assert (episode, platform, x, y, z, bits) == (3, 77.0, 0, 0, 0, 3)
    assert np.float32(0.05) == delta


def test_records_have_119_bytes_and_their_fields_where_the_protocol_has_them() -> None:
    assert {dtype.itemsize for dtype in (RECORD, VEHICLE, WALKER, SIGNAL)} == {119}
    table = records(2)
    table["id"][1] = 0x01020304
    table["location"][1] = 1.5, 2.5, 3.5
    data = table.tobytes()[119:]
    assert struct.unpack_from("<IB3f", data) == (0x01020304, 1, 1.5, 2.5, 3.5)


def test_the_part_of_a_vehicle_begins_at_byte_65() -> None:
    table = records(1)
    car = table.view(VEHICLE)
    car["throttle"], car["steer"], car["brake"], car["hand_brake"] = 0.25, -0.5, 1.0, 1
    car["gear"], car["speed_limit_kmh"], car["light_state"], car["has_light"] = -1, 50.0, 2, 1
    car["light_id"], car["failure"] = 99, 1
    data = table.tobytes()
    assert struct.unpack_from("<3f3Bif", data, 65) == (0.25, -0.5, 1.0, 1, 0, 0, -1, 50.0)
    assert struct.unpack_from("<BBIB", data, 88) == (2, 1, 99, 1)


def test_the_part_of_a_walker_begins_at_byte_65() -> None:
    table = records(1)
    walker = table.view(WALKER)
    walker["direction"], walker["speed"], walker["jump"] = (0.0, 1.0, 0.0), 1.4, 1
    assert struct.unpack_from("<3ffB", table.tobytes(), 65) == (0.0, 1.0, 0.0, np.float32(1.4), 1)


def test_the_part_of_a_traffic_light_begins_at_byte_65() -> None:
    table = records(1)
    light = table.view(SIGNAL)
    light["sign_id"], light["green_s"], light["yellow_s"], light["red_s"] = b"signal-7", 10.0, 3.0, 2.0
    light["elapsed_s"], light["pole"], light["frozen"], light["light"] = 1.0, 4, 1, 2
    data = table.tobytes()
    assert data[65:97] == b"signal-7".ljust(32, b"\0")
    assert struct.unpack_from("<4fIBB", data, 97) == (10.0, 3.0, 2.0, 1.0, 4, 1, 2)
