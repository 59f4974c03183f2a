"""A small road of one's own, for examples and tests."""

from types import MappingProxyType

import numpy as np

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import (
    Cubics,
    GeometryKind,
    Header,
    Lane,
    LaneSection,
    PlanView,
    Road,
)

__all__ = ["straight_road"]


def straight_road(length_m: float, lane_width_m: float) -> OpenDriveMap:
    """A road east from the origin, with one lane for each direction."""
    width = Cubics(np.zeros(1), np.array([[lane_width_m, 0.0, 0.0, 0.0]]))
    lanes = {1: Lane(1, "driving", False, width=width), 0: Lane(0, "none", False)}
    lanes[-1] = Lane(-1, "driving", False, width=width)
    plan = PlanView(
        start_m=np.zeros(1),
        x_m=np.zeros(1),
        y_m=np.zeros(1),
        heading_rad=np.zeros(1),
        length_m=np.array([length_m]),
        kind=np.array([GeometryKind.LINE], dtype=np.int8),
        params=np.zeros((1, 8)),
        p_end=np.array([length_m]),
    )
    section = LaneSection(0.0, length_m, MappingProxyType(lanes))
    return OpenDriveMap("", Header(1, 6), (Road("1", "", length_m, "", "RHT", plan, (section,)),))
