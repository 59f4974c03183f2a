"""What an OpenDRIVE file says, as dataclasses: one for each element that is read.

Units are SI and angles radians, counter-clockwise. `s` runs along a road's reference line, `t` to its left. Ids that
are strings in the file stay strings here; `OpenDriveMap.road_row` turns a road's id into its row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Connection",
    "Controller",
    "Cubics",
    "GeometryKind",
    "Header",
    "Junction",
    "Lane",
    "LaneAccess",
    "LaneHeight",
    "LaneSection",
    "LaneSpeed",
    "Outline",
    "PlanView",
    "Repeat",
    "Road",
    "RoadLink",
    "RoadMark",
    "RoadObject",
    "RoadType",
    "Shape",
    "Signal",
    "SignalReference",
]

Float = NDArray[np.float64]


class GeometryKind(IntEnum):
    """Primitive of a reference line."""

    LINE = 0
    ARC = 1
    SPIRAL = 2
    POLY3 = 3
    PARAM_POLY3 = 4


@dataclass(frozen=True)
class Cubics:
    """`(n,)` cubic pieces `a + b ds + c ds^2 + d ds^3`, each valid from `start_m` to the next one's start.

    Attributes:
        start_m: `(n,)` ascending.
        abcd: `(n, 4)`.
    """

    start_m: Float = field(default_factory=lambda: np.zeros(0))
    abcd: Float = field(default_factory=lambda: np.zeros((0, 4)))

    def __len__(self) -> int:
        return len(self.start_m)


@dataclass(frozen=True)
class PlanView:
    """`(n,)` primitives of a reference line.

    Attributes:
        start_m, x_m, y_m, heading_rad, length_m: as in the file.
        kind: `GeometryKind`.
        params: `(n, 8)`: arc: curvature [1/m]; spiral: curvature at start and end; poly3 and paramPoly3:
            aU, bU, cU, dU, aV, bV, cV, dV (a poly3 has u = p).
        p_end: `(n,)` value of the parameter p at the primitive's end: 1 if the range is `normalized`, else the length.
    """

    start_m: Float
    x_m: Float
    y_m: Float
    heading_rad: Float
    length_m: Float
    kind: NDArray[np.int8]
    params: Float
    p_end: Float

    def __len__(self) -> int:
        return len(self.start_m)


@dataclass(frozen=True)
class Shape:
    """`(n,)` lateral shape cubics over t: heights above the road's plane, blended linearly between stations."""

    s_m: Float
    t_m: Float
    abcd: Float

    def __len__(self) -> int:
        return len(self.s_m)


@dataclass(frozen=True)
class Header:
    """The file's header; `geo_reference` is the PROJ string or empty, the offset is that of OpenDRIVE 1.7."""

    rev_major: int = 1
    rev_minor: int = 4
    name: str = ""
    vendor: str = ""
    geo_reference: str = ""
    offset_x_m: float = 0.0
    offset_y_m: float = 0.0
    offset_z_m: float = 0.0
    offset_heading_rad: float = 0.0


@dataclass(frozen=True)
class RoadMark:
    """A marking on a lane's outer border from `s_offset_m` on; `lane_change` as in the standard, or empty."""

    s_offset_m: float
    type: str = "none"
    color: str = "standard"
    width_m: float = 0.0
    lane_change: str = ""


@dataclass(frozen=True)
class LaneSpeed:
    """Speed limit of a lane from `s_offset_m` on; infinite where there is none."""

    s_offset_m: float
    max_mps: float


@dataclass(frozen=True)
class LaneAccess:
    """Who may (`allow`) or may not (`deny`) use a lane from `s_offset_m` on; names as in the standard."""

    s_offset_m: float
    rule: str
    restriction: str


@dataclass(frozen=True)
class LaneHeight:
    """How high a lane lies above the road at `s_offset_m`, at its inner and at its outer border; linear between."""

    s_offset_m: float
    inner_m: float
    outer_m: float


@dataclass(frozen=True)
class Lane:
    """A lane of a section; left lanes have positive ids, right lanes negative ones, the centre lane is 0.

    `width` counts from the inner border, `border` (if there is no width) is the t of the outer border; both over the
    distance from the section's start. `predecessors` and `successors` are lane ids.
    """

    id: int
    type: str
    level: bool
    predecessors: tuple[int, ...] = ()
    successors: tuple[int, ...] = ()
    width: Cubics = field(default_factory=Cubics)
    border: Cubics = field(default_factory=Cubics)
    marks: tuple[RoadMark, ...] = ()
    speeds: tuple[LaneSpeed, ...] = ()
    accesses: tuple[LaneAccess, ...] = ()
    heights: tuple[LaneHeight, ...] = ()
    direction: str = "standard"
    line: int = 0


@dataclass(frozen=True)
class LaneSection:
    """Lanes of a road from `start_m` to `end_m`; `lanes` by id, from left to right."""

    start_m: float
    end_m: float
    lanes: Mapping[int, Lane]
    line: int = 0


@dataclass(frozen=True)
class RoadType:
    """Kind of a road from `start_m` on, and its speed limit if the file gives one (infinite: no limit)."""

    start_m: float
    type: str
    max_mps: float | None = None


@dataclass(frozen=True)
class RoadLink:
    """What a road is joined to at one of its ends; `contact_point` is start or end, for a virtual junction empty."""

    element_type: str
    element_id: str
    contact_point: str = ""
    element_s_m: float | None = None
    element_dir: str = ""
    line: int = 0


@dataclass(frozen=True)
class Signal:
    """A sign or traffic light; `orientation`: `+` seen when driving along s, `-` against it, `none` both.

    `validity`: `(from lane, to lane)` ranges; empty = all lanes of the orientation.
    """

    id: str
    name: str
    s_m: float
    t_m: float
    z_offset_m: float
    h_offset_rad: float
    orientation: str
    dynamic: bool
    country: str
    type: str
    subtype: str
    value: float | None = None
    unit: str = ""
    text: str = ""
    width_m: float = 0.0
    height_m: float = 0.0
    validity: tuple[tuple[int, int], ...] = ()
    line: int = 0


@dataclass(frozen=True)
class SignalReference:
    """A place at which a signal that stands elsewhere rules as well."""

    id: str
    s_m: float
    t_m: float
    orientation: str
    validity: tuple[tuple[int, int], ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Outline:
    """Corners of an object, `(k, 3)`: s, t, dz on the road if `on_road`, else u, v, z in the object's own frame.

    `height_m`: the greatest height of the object over its corners, 0 where the file gives none.
    """

    on_road: bool
    corners: Float
    closed: bool = True
    height_m: float = 0.0


@dataclass(frozen=True)
class Repeat:
    """An object put again and again from `s_m` on for `length_m`: every `distance_m`, or 0 = as one piece.

    Pairs are the values at the begin and at the end of the stretch, linear between; None where the object's own hold.
    """

    s_m: float
    length_m: float
    distance_m: float
    t_m: tuple[float, float] | None = None
    z_offset_m: tuple[float, float] | None = None
    own_length_m: tuple[float, float] | None = None
    width_m: tuple[float, float] | None = None
    height_m: tuple[float, float] | None = None
    radius_m: tuple[float, float] | None = None


@dataclass(frozen=True)
class RoadObject:
    """An object beside or on the road; zero sizes where the file gives none.

    One with a `radius_m` is round; where there are `repeats`, it stands there and not at its own place.
    """

    id: str
    name: str
    type: str
    subtype: str
    s_m: float
    t_m: float
    z_offset_m: float
    heading_rad: float
    orientation: str = "none"
    length_m: float = 0.0
    width_m: float = 0.0
    height_m: float = 0.0
    radius_m: float = 0.0
    outlines: tuple[Outline, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    validity: tuple[tuple[int, int], ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Road:
    """A road; `junction` is the id of the junction that it belongs to, or empty; `rule` is RHT or LHT.

    `crossfall`: of the left and of the right side, angles by which they fall outwards beside the superelevation (1.4).
    """

    id: str
    name: str
    length_m: float
    junction: str
    rule: str
    plan: PlanView
    sections: tuple[LaneSection, ...]
    elevation: Cubics = field(default_factory=Cubics)
    superelevation: Cubics = field(default_factory=Cubics)
    crossfall: tuple[Cubics, Cubics] = field(default_factory=lambda: (Cubics(), Cubics()))
    lane_offset: Cubics = field(default_factory=Cubics)
    shape: Shape | None = None
    types: tuple[RoadType, ...] = ()
    predecessor: RoadLink | None = None
    successor: RoadLink | None = None
    signals: tuple[Signal, ...] = ()
    signal_references: tuple[SignalReference, ...] = ()
    objects: tuple[RoadObject, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Connection:
    """A way through a junction: by the connecting road, or in a direct junction straight into the linked road.

    `lane_links`: `(from, to)` lane ids; `contact_point`: the end of the other road that touches the incoming one.
    """

    id: str
    incoming_road: str
    connecting_road: str
    contact_point: str
    lane_links: tuple[tuple[int, int], ...] = ()
    linked: bool = False
    line: int = 0


@dataclass(frozen=True)
class Junction:
    """A junction; `type`: default, direct, virtual or crossing; `priorities`: `(high, low)` connecting roads."""

    id: str
    name: str
    type: str
    connections: tuple[Connection, ...] = ()
    priorities: tuple[tuple[str, str], ...] = ()
    controllers: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Controller:
    """Signals that are switched together."""

    id: str
    name: str
    signals: tuple[str, ...] = ()
    line: int = 0
