"""Geographic coordinates and the local metric frame of a road network."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

__all__ = ["LocalFrame"]

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
