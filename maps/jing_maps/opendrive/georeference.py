"""Where an OpenDRIVE map lies on Earth: its geoReference and the header's offset as a local frame."""

import math

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from jing_maps.errors import MapFormatError
from jing_maps.opendrive.model import Header
from jing_maps.projection import LocalFrame

__all__ = ["local_frame", "turned"]

# Heights are not projected here, and the grids that these parameters name are seldom installed.
_VERTICAL = ("+geoidgrids=", "+vunits=", "+vto_meter=")


def local_frame(header: Header, path: str) -> LocalFrame:
    """The frame of the file's coordinates (turned by the header's heading, see `turned`).

    The header's offset (1.7) is what the data must be shifted by, before they are turned, to be projected coordinates.
    A file without geoReference gets a nominal frame at 0 N, 0 E that says that it is not georeferenced.

    Raises:
        MapFormatError: the geoReference is no coordinate reference system.
    """
    if not header.geo_reference:
        nominal = LocalFrame.tangent(0.0, 0.0)
        return LocalFrame(nominal.proj, georeferenced=False)
    words = [word for word in header.geo_reference.split(" ") if not word.startswith(_VERTICAL)]
    proj = " ".join(words)
    try:
        crs = CRS.from_user_input(proj)
    except CRSError as error:
        problem = (
            f"<geoReference> {header.geo_reference!r} is no coordinate reference system ({error}); write a PROJ string"
        )
        raise MapFormatError(path, problem) from error
    if not crs.is_projected:
        raise MapFormatError(
            path, f"<geoReference> {proj!r} is not a projection to metres; write one such as +proj=tmerc"
        )
    x, y = turned(header, np.array([header.offset_x_m]), np.array([header.offset_y_m]))
    return LocalFrame(proj, 0.0 - float(x[0]), 0.0 - float(y[0]))


def turned(
    header: Header, x_m: NDArray[np.float64], y_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates of the file turned by the heading of the header's offset, so that y points north."""
    cos, sin = math.cos(header.offset_heading_rad), math.sin(header.offset_heading_rad)
    return x_m * cos - y_m * sin, x_m * sin + y_m * cos
