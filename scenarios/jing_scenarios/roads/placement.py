"""Where something is: its pose, and its place on the road network."""

from typing import NamedTuple

__all__ = ["Placement", "Pose6"]


class Pose6(NamedTuple):
    """Map frame, metres and radians; z-y-x angles of ISO 8855 as in OpenSCENARIO (positive pitch: nose down)."""

    x: float
    y: float
    z: float
    h: float
    p: float
    r: float


class Placement(NamedTuple):
    """A pose and its place on a road.

    Attributes:
        x, y, z, h, p, r: as in `Pose6`.
        road: row of the road, -1 where there is none.
        lane: OpenDRIVE id.
        s, t: road coordinates [m].
        offset: to the left of the lane's centre along growing s [m].
        h_rel, p_rel, r_rel: from the lane's tangent along growing s and from the road's surface.
        z_rel: above the road's surface [m].
    """

    x: float
    y: float
    z: float
    h: float
    p: float
    r: float
    road: int
    lane: int
    s: float
    t: float
    offset: float
    h_rel: float
    p_rel: float = 0.0
    r_rel: float = 0.0
    z_rel: float = 0.0

    @property
    def pose(self) -> Pose6:
        """The pose alone."""
        return Pose6(*self[:6])
