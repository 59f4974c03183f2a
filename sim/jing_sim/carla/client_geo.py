"""Latitude and longitude as the 0.9.16 client computes them, so that GNSS data agree with its maps.

The client's library takes `lat_0` and `lon_0` of the map's geoReference and nothing else, and projects with a spherical
transverse Mercator of scale 0.9996 (Snyder, Map Projections, USGS PP 1395, eq. 8-6 to 8-8), with its own y, which grows
to the south, as the northing. So does CARLA's server, whose GNSS comes from the same library. The true place is
`stage.earth.to_wgs84`.
"""

import math
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from jing_maps.projection import LocalFrame

__all__ = ["client_geo"]

_RADIUS_M = 6_378_137.0
_SCALE = 0.9996
_NOWHERE = (42.0, 2.0)
"""Latitude and longitude of a map without a geoReference that the client can read."""


def client_geo(earth: LocalFrame) -> Callable[[NDArray[np.float64]], tuple[float, float, float]]:
    """Turns a place `(3,)` of the map frame into the client's latitude, longitude (degrees) and altitude (metres)."""
    found = {name: re.search(rf"\+{name}=([-+.\deE]+)", earth.proj) for name in ("lat_0", "lon_0")}
    lat, lon = found["lat_0"], found["lon_0"]
    lat_deg, lon_deg = (float(lat[1]), float(lon[1])) if lat and lon and earth.georeferenced else _NOWHERE
    origin = math.radians(lat_deg)

    def to_geo(place: NDArray[np.float64]) -> tuple[float, float, float]:
        along = -float(place[1]) / (_RADIUS_M * _SCALE) + origin
        across = float(place[0]) / (_RADIUS_M * _SCALE)
        latitude = math.asin(math.sin(along) / math.cosh(across))
        longitude = math.atan2(math.sinh(across), math.cos(along))
        return math.degrees(latitude), lon_deg + math.degrees(longitude), float(place[2])

    return to_geo
