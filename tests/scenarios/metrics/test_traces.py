"""Traces: their shape, who the ego is, and their file."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from jing_maps.errors import UnknownNameError
from jing_maps.opendrive.example import straight_road
from jing_scenarios.metrics.scenario_trace import (
    Contact,
    Message,
    Places,
    ScenarioTrace,
    ScenarioTraceError,
    SignalChange,
    StoryChange,
    ego_of,
    straight_trace,
)
from jing_scenarios.metrics.trace_file import read_trace, write_trace


def full_trace() -> ScenarioTrace:
    trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0), "Late": (90.0, 5.0)}, 2.0, 0.5)
    x = trace.x_m.copy()
    x[:2, 2] = np.nan
    return replace(
        trace,
        x_m=x,
        signals=(SignalChange(0.0, "7", "red"), SignalChange(1.0, "7", "green")),
        contacts=(Contact(1.0, 0, 1), Contact(1.5, 2, -1)),
        story=(StoryChange(0.5, "CutIn", "event", "runningState", "startTransition"),),
        messages=(Message(1.0, 0.9, 0, "BSM"),),
        routes={0: np.array([[0.0, 0.0], [100.0, 0.0]])},
        t0="2026-03-02T07:00:00",
        roles=("civil", "none", "police"),
    )


def test_columns_of_another_shape_are_told() -> None:
    trace = full_trace()
    with pytest.raises(ScenarioTraceError, match=r"speed_mps has the shape \(2, 3\); \(5, 3\) is right"):
        replace(trace, speed_mps=trace.speed_mps[:2])
    with pytest.raises(ScenarioTraceError, match="times must rise"):
        replace(trace, time_s=trace.time_s[::-1].copy())


def test_the_ego_is_found_by_its_usual_names() -> None:
    assert ego_of(["Target", "ego_vehicle"]) == 1
    assert ego_of(["hero", "Ego"]) == 1
    assert ego_of(["a", "VUT"]) == 1
    assert ego_of(["a", "b"]) == -1
    trace = full_trace()
    assert trace.row("ego") == 0
    assert trace.row("Lead") == 1
    with pytest.raises(UnknownNameError, match="Lead"):
        trace.row("Laed")


def test_signals_hold_until_they_change() -> None:
    assert full_trace().signal_states("7") == ["red", "red", "green", "green", "green"]
    assert full_trace().signal_states("8") == [""] * 5


def test_bodies_stand_where_their_centres_say() -> None:
    trace = full_trace()
    boxes = replace(trace.boxes, centre_x_m=np.array([1.4, 0.0, 0.0]))
    turned = replace(trace, boxes=boxes, heading_rad=np.full((5, 3), np.pi / 2))
    np.testing.assert_allclose(turned.centre_m[1][:, 0], 1.4)
    np.testing.assert_allclose(turned.front_m[1][:, 0], 3.4)
    np.testing.assert_allclose(turned.front_m[0][:, 0], trace.x_m[:, 0], atol=1e-9)
    assert not turned.present[0, 2]
    assert turned.present[2, 2]


def test_yaw_rates_take_the_short_way_around() -> None:
    trace = straight_trace({"Ego": (0.0, 1.0)}, 2.0, 1.0)
    turned = replace(trace, heading_rad=np.array([[3.1], [-3.1], [-3.0]]))
    np.testing.assert_allclose(turned.yaw_rate_radps[:, 0], [2 * np.pi - 6.2, 2 * np.pi - 6.2, 0.1])


def test_who_comes_later_or_for_an_instant_has_a_yaw_rate_then() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Late": (0.0, 20.0), "Once": (0.0, 20.0)}, 3.0, 1.0)
    x_m, heading = trace.x_m.copy(), trace.heading_rad.copy()
    heading[:, 1] = [np.nan, np.nan, 0.1, 0.3]
    heading[:, 2] = [np.nan, 0.1, np.nan, np.nan]
    x_m[np.isnan(heading)] = np.nan
    rate = replace(trace, x_m=x_m, heading_rad=heading).yaw_rate_radps
    np.testing.assert_allclose(rate[:, 1], [np.nan, np.nan, 0.2, 0.2])
    np.testing.assert_allclose(rate[:, 2], [np.nan, 0.0, np.nan, np.nan])


def test_traces_come_back_from_their_file_bit_by_bit(tmp_path: Path) -> None:
    trace = full_trace()
    assert write_trace(trace, tmp_path) == tmp_path / "trace.parquet"
    again = read_trace(tmp_path, straight_road(100.0, 3.5))
    for name in ("time_s", "x_m", "y_m", "z_m", "heading_rad", "speed_mps", "accel_mps2"):
        np.testing.assert_array_equal(getattr(again, name), getattr(trace, name))
    for part in fields(Places):
        np.testing.assert_array_equal(getattr(again.places, part.name), getattr(trace.places, part.name))
    for name in ("names", "kinds", "ego", "signals", "contacts", "story", "messages", "t0", "roles"):
        assert getattr(again, name) == getattr(trace, name)
    np.testing.assert_array_equal(again.routes[0], trace.routes[0])
    assert again.odr is not None


def test_folders_without_a_trace_are_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioTraceError, match=r"trace\.parquet is missing"):
        read_trace(tmp_path)
    (tmp_path / "trace.parquet").write_bytes(b"PAR0")
    with pytest.raises(ScenarioTraceError, match="not a trace"):
        read_trace(tmp_path)
