"""The plane that the page draws on: Web Mercator around an origin, scaled to metres there.

The map's static layers (deck.gl) and the moving things (canvas) then share one exact affine transform, in double
precision; away from the origin the scale differs by less than 0.2 % within 10 km of latitude.

>>> plane = Plane(116.3, 39.98)
>>> x, y = plane.of_lonlat([116.3], [39.99])
>>> round(float(y[0]))  # the sphere of Web Mercator: a minute of arc is 1855 m
1113
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_maps.projection import LocalFrame

__all__ = ["EARTH_RADIUS_M", "Plane"]

Float = NDArray[np.float64]

EARTH_RADIUS_M = 6378137.0
"""Of the sphere of Web Mercator (EPSG:3857)."""


@dataclass(frozen=True)
class Plane:
    """Metres east and north of the WGS-84 point `lon_deg`, `lat_deg`."""

    lon_deg: float
    lat_deg: float

    def of_lonlat(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Float, Float]:
        """x, y [m] of WGS-84 points, arrays of one shape."""
        scale = EARTH_RADIUS_M * np.cos(np.radians(self.lat_deg))
        x = scale * np.radians(np.asarray(lon_deg, float) - self.lon_deg)
        y = scale * (_mercator(np.asarray(lat_deg, float)) - _mercator(np.float64(self.lat_deg)))
        return x, np.asarray(y)

    def of_frame(self, frame: LocalFrame, x_m: Float, y_m: Float) -> tuple[Float, Float]:
        """x, y [m] in the plane of points in a map frame."""
        return self.of_lonlat(*frame.to_wgs84(x_m, y_m))

    def turn_deg(self, frame: LocalFrame) -> float:
        """What to add to headings of the map frame to have headings in the plane (meridian convergence)."""
        x, y = frame.to_local([self.lon_deg], [self.lat_deg])
        east, north = self.of_frame(frame, np.array([x[0], x[0] + 100.0]), np.array([y[0], y[0]]))
        return float(np.degrees(np.arctan2(north[1] - north[0], east[1] - east[0])))


def _mercator(lat_deg: Float | np.float64) -> Float:
    return np.asarray(np.arcsinh(np.tan(np.radians(lat_deg))))
