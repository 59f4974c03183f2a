import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jing_maps.projection import System, convert

EARTH_M_PER_DEG = 111_320.0
# A double holds a longitude of 116 degrees to 1.6e-9 m; the inverse may be a few such steps off.
CLOSE_M = 1e-8

beijing = st.tuples(st.floats(115.4, 117.6), st.floats(39.4, 41.1))
# The formula's rectangle but for the strip along its border in which GCJ-02 jumps.
china = st.tuples(st.floats(72.02, 137.82), st.floats(0.85, 55.81))
borders = st.one_of(
    st.tuples(st.sampled_from([72.02, 137.82]), st.floats(0.85, 55.81)),
    st.tuples(st.floats(72.02, 137.82), st.sampled_from([0.85, 55.81])),
)


def _error_m(point: tuple[float, float], system: System) -> float:
    there = convert(*point, System.WGS84, system)
    lon, lat = convert(*there, system, System.WGS84)
    return float(np.hypot((lon - point[0]) * np.cos(np.radians(point[1])), lat - point[1]) * EARTH_M_PER_DEG)


@given(beijing, st.sampled_from(list(System)))
def test_every_system_closes_over_beijing(point: tuple[float, float], system: System) -> None:
    assert _error_m(point, system) < CLOSE_M


@given(st.one_of(china, borders), st.sampled_from([System.GCJ02, System.BD09, System.CGCS2000]))
def test_the_chinese_systems_close_over_china_to_its_borders(point: tuple[float, float], system: System) -> None:
    # The square root in the formula has an infinite slope on the meridian 105 E.
    on_fold = abs(point[0] - 105.0) < 1e-6
    assert _error_m(point, system) < (1e-6 if on_fold else CLOSE_M)


@given(st.one_of(china, borders))
def test_gcj02_moves_no_point_of_china_by_more_than_two_kilometres(point: tuple[float, float]) -> None:
    lon, lat = convert(*point, System.WGS84, System.GCJ02)
    shift_m = np.hypot((lon - point[0]) * np.cos(np.radians(point[1])), lat - point[1]) * EARTH_M_PER_DEG
    assert shift_m < 2000.0


@given(beijing, beijing)
def test_points_convert_alone_as_in_company(a: tuple[float, float], b: tuple[float, float]) -> None:
    lon, lat = convert([a[0], b[0]], [a[1], b[1]], System.BD09, System.CGCS2000_CM117)
    alone = convert(*a, System.BD09, System.CGCS2000_CM117)
    assert (float(lon[0]), float(lat[0])) == (float(alone[0]), float(alone[1]))
