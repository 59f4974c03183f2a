"""Boxes in the plane: distances and times to contact against shapely and a simulation."""

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import affinity

from jing_scenarios.metrics.bodies import box_gaps_of, box_times_of, mass_of
from jing_scenarios.metrics.kernels_boxes import box_gaps, box_times
from jing_scenarios.metrics.scenario_trace import straight_trace

Float = NDArray[np.float64]

BODIES = st.tuples(
    st.floats(-30, 30), st.floats(-30, 30), st.floats(-math.pi, math.pi), st.floats(0.3, 6), st.floats(0.3, 2),
    st.floats(-20, 20), st.floats(-20, 20),
)  # fmt: skip


def polygon(body: tuple[float, ...], time_s: float = 0.0) -> shapely.Polygon:
    x, y, heading, half_length, half_width, vx, vy = body
    box = shapely.box(-half_length, -half_width, half_length, half_width)
    return affinity.translate(affinity.rotate(box, heading, (0, 0), use_radians=True), x + vx * time_s, y + vy * time_s)


def columns(body: tuple[float, ...]) -> Float:
    return np.array([body])


@given(BODIES, BODIES)
@settings(deadline=None)
def test_gaps_are_those_of_shapely(one: tuple[float, ...], two: tuple[float, ...]) -> None:
    gap = float(box_gaps(columns(one), columns(two)[None])[0, 0])
    assert gap == pytest.approx(polygon(one).distance(polygon(two)), abs=1e-9)


@given(BODIES, BODIES)
@settings(deadline=None)
def test_gaps_do_not_depend_on_who_is_asked(one: tuple[float, ...], two: tuple[float, ...]) -> None:
    first = box_gaps(columns(one), columns(two)[None])[0, 0]
    assert first == pytest.approx(box_gaps(columns(two), columns(one)[None])[0, 0], abs=1e-9)


@given(BODIES, BODIES)
@settings(deadline=None)
def test_bodies_touch_when_it_is_said_and_not_before(one: tuple[float, ...], two: tuple[float, ...]) -> None:
    due = float(box_times(columns(one), columns(two)[None])[0, 0])
    times = np.linspace(0.0, 5.0, 101)
    touched = [t for t in times if polygon(one, t).distance(polygon(two, t)) <= 1e-9]
    if due > 1e-6:
        assert all(t >= due - 1e-6 for t in touched)
    if math.isfinite(due):
        assert polygon(one, due).distance(polygon(two, due)) <= 1e-6
    else:
        assert not touched


def test_crossing_cars_meet_at_the_corner() -> None:
    # From the south at 10 m/s, front at -8; from the west at 10 m/s, front at -8: the boxes are 2 m wide.
    north = (0.0, -10.0, math.pi / 2, 2.0, 1.0, 0.0, 10.0)
    east = (-10.0, 0.0, 0.0, 2.0, 1.0, 10.0, 0.0)
    assert float(box_times(columns(north), columns(east)[None])[0, 0]) == pytest.approx(0.7)


def test_who_passes_above_is_in_nobodys_way() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Bridge": (10.0, 0.0)}, 1.0, 0.5)
    assert np.isfinite(box_gaps_of(trace, 0)[:, 1]).all()
    above = replace(trace, z_m=trace.z_m + np.array([0.0, 6.0]))
    assert np.isnan(box_gaps_of(above, 0)).all()
    assert np.isnan(box_times_of(above, 0)).all()


def test_who_comes_into_the_run_later_is_in_nobodys_way_by_that() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Late": (50.0, 10.0)}, duration_s=3.0, dt_s=0.5)
    columns = {name: getattr(trace, name).copy() for name in ("x_m", "y_m", "heading_rad", "speed_mps", "accel_mps2")}
    for column in columns.values():
        column[:3, 1] = math.nan
    columns["y_m"][3:, 1] = 30.0
    times = box_times_of(replace(trace, **columns), 0)[:, 1].tolist()
    assert times[3:] == [math.inf] * 4
    assert all(math.isnan(time) for time in times[:3])


def test_masses_are_the_scenarios_or_usual_ones() -> None:
    trace = straight_trace({"Ego": (0.0, 20.0), "Truck": (10.0, 0.0), "Pole": (20.0, 0.0)}, 1.0, 0.5)
    kinds = replace(trace, kinds=("car", "truck", "pole"), boxes=replace(trace.boxes, mass_kg=np.array([1234.0, 0, 0])))
    assert [mass_of(kinds, row) for row in range(3)] == [1234.0, 18_000.0, math.inf]
