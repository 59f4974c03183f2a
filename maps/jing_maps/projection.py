"""Geographic coordinates, the systems used in China, and the local metric frame of a road network.

CGCS2000 is taken as equal to WGS-84, as PROJ and EPSG do (operation with no parameters): both follow the ITRF and
differ by centimetres within an epoch, up to some decimetres where plate motion since 2000.0 has not been removed.

GCJ-02 and BD-09 are the public formulas of the obfuscated systems of Chinese web maps; they have no official
definition and are good for display, not for surveying.

>>> lon, lat = convert(116.3, 39.98, System.WGS84, System.GCJ02)
>>> round(float(lon) - 116.3, 4), round(float(lat) - 39.98, 4)
(0.0061, 0.0013)
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from jing_maps.errors import ProjectionError

__all__ = ["LocalFrame", "System", "convert"]

Float = NDArray[np.float64]


@lru_cache(maxsize=64)
def _to_metric(proj: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", proj, always_xy=True)


@dataclass(frozen=True, slots=True)
class LocalFrame:
    """The metric frame of a map: x east, y north [m] = projected WGS-84 coordinates + offset.

    Attributes:
        proj: PROJ string of the projection.
        offset_x_m, offset_y_m: added to the projected coordinates.
        georeferenced: False for a map that does not say where on Earth it lies; its lon/lat are then nominal.
    """

    proj: str
    offset_x_m: float = 0.0
    offset_y_m: float = 0.0
    georeferenced: bool = True

    @classmethod
    def tangent(cls, lon_deg: float, lat_deg: float) -> "LocalFrame":
        """A transverse Mercator frame of scale 1 whose origin is the given WGS-84 point."""
        proj = f"+proj=tmerc +lat_0={lat_deg!r} +lon_0={lon_deg!r} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m +no_defs"
        return cls(proj)

    def to_local(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Float, Float]:
        """x, y [m] of WGS-84 longitudes and latitudes, arrays of one shape."""
        x, y = _to_metric(self.proj).transform(np.asarray(lon_deg, float), np.asarray(lat_deg, float))
        return np.asarray(x) + self.offset_x_m, np.asarray(y) + self.offset_y_m

    def to_wgs84(self, x_m: ArrayLike, y_m: ArrayLike) -> tuple[Float, Float]:
        """WGS-84 longitude and latitude [deg] of map-frame points, arrays of one shape."""
        x, y = np.asarray(x_m, float) - self.offset_x_m, np.asarray(y_m, float) - self.offset_y_m
        lon, lat = _to_metric(self.proj).transform(x, y, direction="INVERSE")
        return np.asarray(lon), np.asarray(lat)


class System(Enum):
    """Reference systems that `convert` knows; x stands for longitude [deg] or easting [m], y likewise."""

    WGS84 = "EPSG:4326"
    CGCS2000 = "EPSG:4490"
    CGCS2000_CM117 = "EPSG:4548"
    """Gauss-Krueger, 3-degree zone, central meridian 117 E, easting without zone number."""
    UTM50N = "EPSG:32650"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


# Ranges in which the systems are defined: x low, x high, y low, y high. For the metric ones, where the transverse
# Mercator series stays within a millimetre (some ten degrees from the central meridian).
_RANGES = {
    System.CGCS2000_CM117: (-500_000.0, 1_500_000.0, 0.0, 9_400_000.0),
    System.UTM50N: (-500_000.0, 1_500_000.0, 0.0, 9_400_000.0),
}
_GLOBE = (-180.0, 180.0, -90.0, 90.0)
# The formula's own idea of China: outside, GCJ-02 is WGS-84.
_CHINA = (72.004, 137.8347, 0.8293, 55.8271)
# Krasovsky 1940, as in the public GCJ-02 formula.
_GCJ_A_M = 6378245.0
_GCJ_EE = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0


def convert(lon_or_x: ArrayLike, lat_or_y: ArrayLike, source: System, target: System) -> tuple[Float, Float]:
    """Coordinates of `source` in `target`: degrees (longitude, latitude) or metres (easting, northing).

    Arrays of one shape, or numbers. Inverses of GCJ-02 and BD-09 close with their forward formulas to the last digit
    of a double (some 1e-9 m; 1e-6 m on the meridian 105 E itself, where the formula's root folds). Where the
    rectangle of China ends, GCJ-02 jumps by up to a kilometre; in that strip a GCJ-02 point with two WGS-84
    originals gets the one inside, and a point with none gets the formula's.

    Raises:
        ProjectionError: a coordinate is not a number or outside the range of its system.
    """
    x, y = np.broadcast_arrays(np.asarray(lon_or_x, float), np.asarray(lat_or_y, float))
    _check_range(x, y, source)
    lon, lat = _to_wgs84(x, y, source)
    x, y = _from_wgs84(lon, lat, target)
    if target in _RANGES:
        _check_range(x, y, target)
    return x, y


def _check_range(x: Float, y: Float, system: System) -> None:
    x_low, x_high, y_low, y_high = _RANGES.get(system, _GLOBE)
    good = (x >= x_low) & (x <= x_high) & (y >= y_low) & (y <= y_high)
    if not good.all():
        i = np.flatnonzero(~good.ravel())[0]
        raise ProjectionError(
            f"point {i}: ({x.ravel()[i]}, {y.ravel()[i]}) is outside {system.name}, "
            f"which reaches over {x_low:g}..{x_high:g}, {y_low:g}..{y_high:g} (x or longitude first)"
        )


def _to_wgs84(x: Float, y: Float, source: System) -> tuple[Float, Float]:
    if source is System.BD09:
        x, y = _bd_inverse(x, y)
        return _gcj_inverse(x, y)
    if source is System.GCJ02:
        return _gcj_inverse(x, y)
    if source in _RANGES:
        lon, lat = _to_metric(source.value).transform(x, y, direction="INVERSE")
        return np.asarray(lon), np.asarray(lat)
    return x.copy(), y.copy()


def _from_wgs84(lon: Float, lat: Float, target: System) -> tuple[Float, Float]:
    if target is System.GCJ02:
        return _gcj_forward(lon, lat)
    if target is System.BD09:
        return _bd_forward(*_gcj_forward(lon, lat))
    if target in _RANGES:
        x, y = _to_metric(target.value).transform(lon, lat)
        return np.asarray(x), np.asarray(y)
    return lon, lat


def _in_china(lon: Float, lat: Float) -> NDArray[np.bool_]:
    west, east, south, north = _CHINA
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _gcj_shift(lon: Float, lat: Float) -> tuple[Float, Float]:
    """Shift [deg] of the public formula, without its rule for places outside China."""
    x, y, pi = lon - 105.0, lat - 35.0, np.pi
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _GCJ_EE * np.sin(phi) ** 2
    meridian_m = _GCJ_A_M * (1.0 - _GCJ_EE) / magic**1.5
    parallel_m = _GCJ_A_M / np.sqrt(magic) * np.cos(phi)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def _gcj_forward(lon: Float, lat: Float) -> tuple[Float, Float]:
    inside = _in_china(lon, lat)
    # Outside, the shift is not used, but the formula must not be asked at the poles.
    d_lon, d_lat = _gcj_shift(np.where(inside, lon, 105.0), np.where(inside, lat, 35.0))
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def _gcj_inverse(lon: Float, lat: Float) -> tuple[Float, Float]:
    """The WGS-84 point that `_gcj_forward` maps to (lon, lat): fixed point, then the rule for outside China."""
    near = _in_china(lon, np.clip(lat, -89.0, 89.0)) | _close_to_china(lon, lat)
    g_lon, g_lat = np.where(near, lon, 105.0), np.where(near, lat, 35.0)
    w_lon, w_lat = g_lon, g_lat
    # The shift changes by some 1e-4 a degree (its ripples by 1e-2): each turn gains at least two digits.
    for _ in range(10):
        d_lon, d_lat = _gcj_shift(w_lon, w_lat)
        w_lon, w_lat = g_lon - d_lon, g_lat - d_lat
    shifted = near & (_in_china(w_lon, w_lat) | _in_china(lon, lat))
    return np.where(shifted, w_lon, lon), np.where(shifted, w_lat, lat)


def _close_to_china(lon: Float, lat: Float) -> NDArray[np.bool_]:
    west, east, south, north = _CHINA
    margin = 0.1
    return (lon >= west - margin) & (lon <= east + margin) & (lat >= south - margin) & (lat <= north + margin)


def _bd_forward(lon: Float, lat: Float) -> tuple[Float, Float]:
    """BD-09 of GCJ-02: polar coordinates with a ripple on radius and angle, moved by (0.0065, 0.006) degrees."""
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _bd_inverse(lon: Float, lat: Float) -> tuple[Float, Float]:
    """GCJ-02 of BD-09. The published inverse reads the ripples off the moved point and misses by up to a metre; this
    one reads them off the point itself, by fixed point."""
    g_lon, g_lat = lon - 0.0065, lat - 0.006
    radius, angle = np.hypot(g_lon, g_lat), np.arctan2(g_lat, g_lon)
    for _ in range(14):
        r = radius - 2e-5 * np.sin(g_lat * _BD_TURN)
        a = angle - 3e-6 * np.cos(g_lon * _BD_TURN)
        g_lon, g_lat = r * np.cos(a), r * np.sin(a)
    return g_lon, g_lat
