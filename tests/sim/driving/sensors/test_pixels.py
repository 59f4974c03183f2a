"""Bytes and events of pictures."""

import numpy as np
import pytest

from jing_sim.driving.sensors.pixels import Dvs, DvsOptions, bgra_of
from jing_sim.driving.sensors.sensor_options import SensorError


def _grey(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.full((3, 4, 3), value, np.float32)


def test_bytes_are_blue_green_red_and_opaque() -> None:
    picture = np.zeros((2, 3, 3), np.float32)
    picture[1, 2] = 1.0, 0.5, 0.1
    picture[0, 0] = 1.7, -0.2, np.float32(0.999)
    packed = bgra_of(picture)
    assert packed.shape == (2, 3, 4)
    assert packed[1, 2].tolist() == [26, 128, 255, 255]
    assert packed[0, 0].tolist() == [255, 0, 255, 255]


def test_a_pixel_that_brightens_tells_each_step_in_its_time() -> None:
    dvs = Dvs(DvsOptions(rise=0.5, fall=0.25, log_eps=1e-6))
    assert len(dvs.sense(_grey(0.1)).column) == 0
    picture = _grey(0.1)
    picture[1, 3] = 0.1 * np.exp(1.2)
    picture[2, 0] = 0.1 * np.exp(-0.4)
    events = dvs.sense(picture)
    told = list(zip(events.column.tolist(), events.row.tolist(), events.rises.tolist(), strict=True))
    assert told == [(3, 1, True), (0, 2, False), (3, 1, True)]
    assert events.share == pytest.approx([0.5 / 1.2, 0.25 / 0.4, 1.0 / 1.2], abs=1e-4)


def test_what_is_left_of_a_change_counts_for_the_next_event() -> None:
    dvs = Dvs(DvsOptions(rise=0.5, fall=0.5, log_eps=1e-6))
    counts = [len(dvs.sense(_grey(0.1 * np.exp(0.31 * k))).column) // 12 for k in range(6)]
    assert counts == [0, 0, 1, 0, 1, 1]
    assert len(dvs.sense(_grey(0.1 * np.exp(1.55))).column) == 0


def test_thresholds_must_be_above_zero() -> None:
    with pytest.raises(SensorError, match="rise"):
        DvsOptions(rise=0.0)
