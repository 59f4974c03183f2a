import numpy as np
import pytest
from pyproj import Transformer

from jing_maps.errors import ProjectionError
from jing_maps.projection import LocalFrame, System, convert


def test_gcj02_shifts_beijing_as_its_published_example_says() -> None:
    lon, lat = convert(116.404, 39.915, System.WGS84, System.GCJ02)
    np.testing.assert_allclose([lon, lat], [116.41024449916938, 39.91640428150164], atol=1e-11)


def test_the_shift_at_beijing_is_some_550_m() -> None:
    lon, lat = convert([116.3, 116.5], [39.98, 39.8], System.WGS84, System.GCJ02)
    np.testing.assert_allclose(lon - [116.3, 116.5], 0.0062, atol=3e-4)
    np.testing.assert_allclose(lat - [39.98, 39.8], 0.0013, atol=3e-4)


def test_bd09_shifts_beijing_as_its_published_example_says() -> None:
    lon, lat = convert(116.404, 39.915, System.GCJ02, System.BD09)
    np.testing.assert_allclose([lon, lat], [116.41036949371029, 39.92133699351021], atol=1e-11)


def test_gcj02_leaves_places_outside_china_alone() -> None:
    lon, lat = convert([2.35, -70.0, 0.0], [48.85, -33.0, 90.0], System.WGS84, System.GCJ02)
    np.testing.assert_array_equal([lon, lat], [[2.35, -70.0, 0.0], [48.85, -33.0, 90.0]])
    back = convert(lon, lat, System.GCJ02, System.WGS84)
    np.testing.assert_array_equal(back, [lon, lat])


def test_cgcs2000_degrees_equal_wgs84_degrees() -> None:
    assert [float(v) for v in convert(116.3, 39.98, System.WGS84, System.CGCS2000)] == [116.3, 39.98]


@pytest.mark.parametrize("system", [System.CGCS2000_CM117, System.UTM50N])
def test_metric_systems_agree_with_proj(system: System) -> None:
    wanted = Transformer.from_crs("EPSG:4326", system.value, always_xy=True).transform(116.51, 39.79)
    np.testing.assert_allclose(convert(116.51, 39.79, System.WGS84, system), wanted, atol=1e-9)


def test_the_central_meridian_has_easting_500_km_in_both_metric_systems() -> None:
    for system in (System.CGCS2000_CM117, System.UTM50N):
        assert float(convert(117.0, 40.0, System.WGS84, system)[0]) == pytest.approx(500_000.0, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "system"),
    [
        (np.nan, 40.0, System.WGS84),
        (116.0, np.inf, System.GCJ02),
        (181.0, 40.0, System.BD09),
        (116.0, 91.0, System.CGCS2000),
        (39_440_206.0, 4_427_543.0, System.CGCS2000_CM117),
        (440_000.0, -1.0, System.UTM50N),
    ],
)
def test_coordinates_out_of_range_are_refused_with_their_value(x: float, y: float, system: System) -> None:
    with pytest.raises(ProjectionError, match=f"is outside {system.name}"):
        convert(x, y, system, System.WGS84)


def test_places_too_far_from_the_central_meridian_are_refused() -> None:
    with pytest.raises(ProjectionError, match="outside UTM50N"):
        convert(80.0, 30.0, System.WGS84, System.UTM50N)


def test_a_local_frame_has_its_origin_at_the_tangent_point() -> None:
    frame = LocalFrame.tangent(116.3, 39.98)
    np.testing.assert_allclose(frame.to_local(116.3, 39.98), [0.0, 0.0], atol=1e-8)
    np.testing.assert_allclose(frame.to_wgs84(*frame.to_local(116.32, 39.99)), [116.32, 39.99], atol=1e-12)
