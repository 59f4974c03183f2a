from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jing_citybrain.replay.errors import ReplayError
from jing_citybrain.replay.keyframes import HEADING_BOUND_DEG, pack_keyframes, read_keyframes, thin
from jing_citybrain.replay.packing import deltas, pack
from jing_citybrain.replay.plane import Plane
from jing_maps.projection import LocalFrame


def unpack(data: bytes) -> list[int]:
    out, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            out.append((value >> 1) ^ -(value & 1))
            value, shift = 0, 0
    return out


@given(st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_packed_integers_come_back(values: list[int]) -> None:
    assert unpack(pack([np.array(values, np.int64)])) == values


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 5.0))
@settings(max_examples=50, deadline=None)
def test_every_sample_lies_within_the_bound_of_the_line_between_keyframes(seed: int, bound_m: float) -> None:
    rng = np.random.default_rng(seed)
    n = 120
    time = np.cumsum(rng.integers(1, 3, n) * 500).astype(np.int32)
    speed = np.abs(np.cumsum(rng.normal(0, 1, n)))
    angle = np.cumsum(rng.normal(0, 0.1, n))
    x, y = (np.cumsum(speed * f(angle)) * 100 for f in (np.cos, np.sin))
    heading = (np.degrees(angle) * 100 % 36000).astype(np.int32)
    x_cm, y_cm = np.rint(x).astype(np.int32), np.rint(y).astype(np.int32)
    keys = thin(time, np.zeros(n, np.int32), x_cm, y_cm, heading, bound_m)
    for kept, real in ((keys.x_cm, x_cm), (keys.y_cm, y_cm)):
        assert np.abs(np.interp(time, keys.time_ms, kept) - real).max() <= bound_m * 100 + 1
    off = (np.interp(time, keys.time_ms, keys.heading_cdeg) - heading + 18000) % 36000 - 18000
    assert np.abs(off).max() <= HEADING_BOUND_DEG * 100 + 1


def test_a_straight_drive_needs_two_keyframes() -> None:
    step = np.arange(100, dtype=np.int32)
    keys = thin(step * 1000, step * 0, step * 1300, step * 0, step * 0, 0.3)
    assert keys.time_ms.tolist() == [0, 99000]


def test_a_vehicle_that_left_and_came_back_has_two_drives() -> None:
    time = np.array([0, 1000, 60000, 61000], np.int32)
    zero = np.zeros(4, np.int32)
    keys = thin(time, zero, zero, zero, zero, 0.3)
    assert keys.first.tolist() == [True, False, True, False]


def test_deltas_count_from_the_begin_before() -> None:
    first = np.array([True, False, True, False])
    assert deltas(np.array([10, 12, 11, 9]), first).tolist() == [10, 2, 1, -2]


def test_packed_keyframes_name_drives_first() -> None:
    step = np.arange(10, dtype=np.int32)
    keys = thin(step * 1000, step * 0 + 4, step * 1000, step * 0, step * 0, 0.3)
    data = unpack(pack_keyframes(keys, LocalFrame.tangent(116.3, 39.98), Plane(116.3, 39.98), 1000, 0.1))
    assert data[:6] == [1, 2, 4, 2, 0, 9]


def test_the_plane_is_true_to_scale_and_turn_at_its_origin() -> None:
    frame = LocalFrame("+proj=utm +zone=50 +ellps=WGS84")
    plane = Plane(116.3, 39.98)
    x, y = frame.to_local([116.3], [39.98])
    east, north = plane.of_frame(frame, np.array([x[0] + 100.0]), np.array([y[0]]))
    assert np.hypot(east[0], north[0]) == pytest.approx(100.0, rel=4e-3)
    assert plane.turn_deg(frame) == pytest.approx(np.degrees(np.arctan2(north[0], east[0])), abs=1e-3)
    assert 0.3 < abs(plane.turn_deg(frame)) < 0.6


def test_a_damaged_segment_is_named(tmp_path: Path) -> None:
    path = tmp_path / "seg_00000.parquet"
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(ReplayError, match="seg_00000"):
        read_keyframes((path,), 1.0)
