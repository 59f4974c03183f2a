from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import fresnel

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.example import straight_road
from jing_maps.opendrive.model import Cubics, GeometryKind, Lane, LaneSection, PlanView
from jing_maps.opendrive.nearest import foot_on_road, index_lanes, nearest_lane
from jing_maps.opendrive.place import lane_borders, lane_pose, reference_line, road_pose

curvatures = st.floats(-0.1, 0.1)
lengths = st.floats(1.0, 300.0)


def _with_primitive(
    kind: GeometryKind, params: list[float], length_m: float, p_end: float | None = None
) -> OpenDriveMap:
    odr = straight_road(length_m, 3.5)
    plan = PlanView(
        start_m=np.zeros(1),
        x_m=np.array([10.0]),
        y_m=np.array([-20.0]),
        heading_rad=np.array([0.7]),
        length_m=np.array([length_m]),
        kind=np.array([kind], dtype=np.int8),
        params=np.array([params + [0.0] * (8 - len(params))]),
        p_end=np.array([p_end if p_end is not None else length_m]),
    )
    return replace(odr, roads=(replace(odr.roads[0], plan=plan, length_m=length_m),))


@given(start=curvatures, end=curvatures, length_m=lengths, share=st.one_of(st.just(0.0), st.floats(1e-6, 1)))
@settings(max_examples=60, deadline=None)
def test_a_spiral_is_the_integral_of_its_heading(start: float, end: float, length_m: float, share: float) -> None:
    odr = _with_primitive(GeometryKind.SPIRAL, [start, end], length_m)
    s = share * length_m

    def heading(u: float) -> float:
        return 0.7 + start * u + (end - start) / length_m * u * u / 2

    line = reference_line(odr, [0], [s])
    x = 10.0 + quad(lambda u: np.cos(heading(u)), 0, s, limit=400, epsabs=1e-9, epsrel=1e-9)[0]
    y = -20.0 + quad(lambda u: np.sin(heading(u)), 0, s, limit=400, epsabs=1e-9, epsrel=1e-9)[0]
    assert np.hypot(line.x_m[0] - x, line.y_m[0] - y) < 1e-8
    assert line.heading_rad[0] == pytest.approx(heading(s), abs=1e-12)


def test_a_clothoid_from_a_line_is_given_by_fresnels_integrals() -> None:
    odr = _with_primitive(GeometryKind.SPIRAL, [0.0, 0.05], 200.0)
    scale = np.sqrt(np.pi / (0.05 / 200.0))
    sine, cosine = fresnel(150.0 / scale)
    u, v = scale * cosine, scale * sine
    line = reference_line(odr, [0], [150.0])
    assert line.x_m[0] == pytest.approx(10.0 + u * np.cos(0.7) - v * np.sin(0.7), abs=1e-11)
    assert line.y_m[0] == pytest.approx(-20.0 + u * np.sin(0.7) + v * np.cos(0.7), abs=1e-11)


@pytest.mark.parametrize("start", [0.02, -0.02])
def test_a_spiral_of_constant_curvature_is_an_arc(start: float) -> None:
    spiral = _with_primitive(GeometryKind.SPIRAL, [start, start], 120.0)
    arc = _with_primitive(GeometryKind.ARC, [start], 120.0)
    s = np.linspace(0, 120, 50)
    one, two = (reference_line(odr, np.zeros(50, dtype=int), s) for odr in (spiral, arc))
    assert np.allclose(one.x_m, two.x_m, atol=1e-10)
    assert np.allclose(one.y_m, two.y_m, atol=1e-10)


@given(c=st.floats(-0.02, 0.02), d=st.floats(-2e-4, 2e-4), length_m=st.floats(5, 60), share=st.floats(0.05, 1))
@settings(max_examples=40, deadline=None)
def test_s_of_a_cubic_is_metres_along_it(c: float, d: float, length_m: float, share: float) -> None:
    odr = _with_primitive(GeometryKind.POLY3, [0, 1, 0, 0, 0, 0.1, c, d], length_m)
    s = share * length_m
    line = reference_line(odr, [0], [s])
    u = (line.x_m[0] - 10) * np.cos(0.7) + (line.y_m[0] + 20) * np.sin(0.7)
    along = quad(lambda w: np.hypot(1, 0.1 + 2 * c * w + 3 * d * w * w), 0, u)[0]
    assert along == pytest.approx(s, abs=1e-6)


def test_a_normalized_and_an_arc_length_range_give_one_curve() -> None:
    normal = _with_primitive(GeometryKind.PARAM_POLY3, [0, 50, 0, 0, 0, 0, 10, 0], 52.5, 1.0)
    by_length = [0, 50 / 52.5, 0, 0, 0, 0, 10 / 52.5**2, 0]
    other = _with_primitive(GeometryKind.PARAM_POLY3, by_length, 52.5, 52.5)
    s = np.linspace(0, 52.5, 30)
    one, two = (reference_line(odr, np.zeros(30, dtype=int), s) for odr in (normal, other))
    assert np.allclose(one.x_m, two.x_m, atol=1e-9)
    assert np.allclose(one.heading_rad, two.heading_rad, atol=1e-9)


@given(
    start=st.floats(-0.02, 0.02),
    end=st.floats(-0.02, 0.02),
    length_m=st.floats(20, 100),
    share=st.floats(0.02, 0.98),
    t=st.floats(-12, 12),
)
@settings(max_examples=80, deadline=None)
def test_s_and_t_come_back_from_x_and_y(start: float, end: float, length_m: float, share: float, t: float) -> None:
    odr = _with_primitive(GeometryKind.SPIRAL, [start, end], length_m)
    s = share * length_m
    pose = road_pose(odr, [0], [s], [t])
    found_s, found_t = foot_on_road(odr, [0], pose.x_m, pose.y_m, [min(s + 4.0, length_m)])
    back = road_pose(odr, [0], found_s, found_t)
    assert np.hypot(back.x_m - pose.x_m, back.y_m - pose.y_m)[0] < 1e-6
    assert found_t[0] == pytest.approx(t, abs=1e-6)
    if abs(t) < 3.4:
        place = nearest_lane(index_lanes(odr), pose.x_m, pose.y_m)
        assert place.s_m[0] == pytest.approx(s, abs=1e-5)
        assert place.lane[0] == (1 if t > 0 else -1) or abs(t) < 1e-6
        assert place.outside_m[0] < 1e-5


def _wide(lane_id: int, *, by_border: bool) -> Lane:
    sign = np.sign(lane_id)
    widths = np.array([[3.0, 0.02, 0.001, -1e-5]])
    if not by_border:
        return Lane(lane_id, "driving", False, width=Cubics(np.zeros(1), widths))
    return Lane(lane_id, "driving", False, border=Cubics(np.zeros(1), widths * sign * abs(lane_id)))


def test_borders_and_widths_describe_the_same_lanes() -> None:
    odr = straight_road(100.0, 3.5)
    maps = []
    for by_border in (False, True):
        lanes = {k: _wide(k, by_border=by_border) for k in (2, 1, -1, -2)} | {0: Lane(0, "none", False)}
        section = LaneSection(0.0, 100.0, MappingProxyType(lanes))
        maps.append(replace(odr, roads=(replace(odr.roads[0], sections=(section,)),)))
    s, ids = np.tile(np.linspace(0, 100, 20), 4), np.repeat([2, 1, -1, -2], 20)
    one, two = (lane_borders(m, np.zeros(80, dtype=int), ids, s) for m in maps)
    assert np.allclose(one.inner_m, two.inner_m)
    assert np.allclose(one.outer_m, two.outer_m)
    assert np.allclose(one.outer_slope, two.outer_slope)


def test_the_heading_of_a_lane_is_the_tangent_of_its_centre() -> None:
    odr = _with_primitive(GeometryKind.ARC, [0.03], 80.0)
    section = LaneSection(0.0, 80.0, MappingProxyType({0: Lane(0, "none", False), -1: _wide(-1, by_border=False)}))
    tilt = Cubics(np.zeros(1), np.array([[0.0, 0.002, 0.0, 0.0]]))
    odr = replace(odr, roads=(replace(odr.roads[0], sections=(section,), superelevation=tilt),))
    s = np.linspace(1, 79, 40)
    rows, ids = np.zeros(40, dtype=int), np.full(40, -1)
    before, here, after = (lane_pose(odr, rows, ids, s + ds) for ds in (-1e-4, 0.0, 1e-4))
    heading = np.arctan2(after.y_m - before.y_m, after.x_m - before.x_m)
    assert np.allclose(np.angle(np.exp(1j * (heading - here.heading_rad))), 0, atol=1e-6)
    climb = (after.z_m - before.z_m) / np.hypot(after.y_m - before.y_m, after.x_m - before.x_m)
    assert np.allclose(np.tan(here.pitch_rad), climb, atol=1e-6)


def test_a_lane_that_is_not_there_has_no_place() -> None:
    pose = lane_pose(straight_road(50.0, 3.0), [0, 0], [-2, -1], [10.0, 10.0])
    assert np.isnan(pose.x_m[0])
    assert pose.x_m[1] == 10.0
