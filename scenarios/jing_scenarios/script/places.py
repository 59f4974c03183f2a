"""Where actors stand: on a lane, relative to one another, at coordinates.

A place becomes a `Position` of the standard when it is known who stands there: `ahead_of(ego, gap_m=20)` is between
bumpers, so it depends on both bodies.
"""

from dataclasses import dataclass
from typing import Protocol

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.models import Model
from jing_scenarios.script.values import Number, ScriptError, Term, text_of

__all__ = ["At", "Beside", "Place", "ahead_of", "at_lonlat", "at_xy", "behind", "beside", "lane", "position_element"]


class Body(Protocol):
    """What places need to know of an actor."""

    @property
    def name(self) -> str:
        """Of the entity."""
        ...

    @property
    def model(self) -> Model:
        """Its body."""
        ...

    @property
    def speed_mps(self) -> Number:
        """At the start."""
        ...


class Place(Protocol):
    """Where somebody stands."""

    def element(self, body: Body | None) -> Node:
        """The element inside `Position`, for whoever stands there."""
        ...

    def turned(self, heading_rad: Number) -> "Place":
        """The same place, facing `heading_rad` counter-clockwise from the lane's direction (east for coordinates)."""
        ...


def position_element(place: Place, body: Body | None = None) -> Node:
    """The `Position` element."""
    return Node("Position", children=(place.element(body),))


@dataclass(frozen=True)
class At:
    """A place that depends on nobody: an element of the standard and its attributes."""

    tag: str
    values: tuple[tuple[str, str], ...]
    heading_rad: Number | None = None

    def element(self, body: Body | None) -> Node:  # noqa: ARG002 - it is the same for everybody
        """See `Place`."""
        if self.heading_rad is None:
            return Node(self.tag, dict(self.values))
        if self.tag == "WorldPosition":
            return Node(self.tag, {**dict(self.values), "h": text_of(self.heading_rad)})
        return Node(self.tag, dict(self.values), (_orientation(self.heading_rad),))

    def turned(self, heading_rad: Number) -> "At":
        """See `Place`."""
        return At(self.tag, self.values, heading_rad)


def _orientation(heading_rad: Number) -> Node:
    return Node("Orientation", {"type": "relative", "h": text_of(heading_rad)})


@dataclass(frozen=True)
class Beside:
    """`ds_m` ahead of another actor (negative = behind) and `left` lanes to its left.

    Attributes:
        gap_m: instead of `ds_m`: between the bumpers; `time_gap_s`: the same as seconds of the rear one's speed.
        sign: +1 ahead, -1 behind.
    """

    other: Body
    left: Number = 0
    offset_m: Number = 0.0
    ds_m: Number | None = None
    gap_m: Number | None = None
    time_gap_s: Number | None = None
    sign: int = 1
    heading_rad: Number | None = None

    def element(self, body: Body | None) -> Node:
        """See `Place`."""
        values = {
            "entityRef": self.other.name,
            "dLane": text_of(self.left),
            "ds": text_of(self._ds(body)),
            "offset": text_of(self.offset_m),
        }
        turn = () if self.heading_rad is None else (_orientation(self.heading_rad),)
        return Node("RelativeLanePosition", values, turn)

    def turned(self, heading_rad: Number) -> "Beside":
        """See `Place`."""
        return Beside(
            self.other, self.left, self.offset_m, self.ds_m, self.gap_m, self.time_gap_s, self.sign, heading_rad
        )

    def _ds(self, body: Body | None) -> Number:
        if self.ds_m is not None:
            return self.ds_m * self.sign
        if self.gap_m is None and self.time_gap_s is None:
            return 0.0
        if body is None:
            raise ScriptError(f"a gap to {self.other.name} needs a body; give ds_m here")
        bodies = (
            self.other.model.front_m + body.model.rear_m
            if self.sign > 0
            else self.other.model.rear_m + body.model.front_m
        )
        rear_speed = self.other.speed_mps if self.sign > 0 else body.speed_mps
        gap = self.gap_m if self.gap_m is not None else _times(self.time_gap_s, rear_speed)
        return (gap + round(bodies, 6)) * self.sign if self.sign < 0 else gap + round(bodies, 6)


def _times(seconds: Number | None, speed: Number) -> Number:
    assert seconds is not None
    return seconds * speed


def lane(lane_id: Number, s_m: Number, road: str = "1", offset_m: Number = 0.0) -> At:
    """On a lane of the OpenDRIVE map: its id (right of the middle negative), and metres along its road.

    The roads that this package writes are numbered from 1; their lanes are -1 (leftmost), -2, ...
    """
    values = {"roadId": road, "laneId": text_of(lane_id), "s": text_of(s_m), "offset": text_of(offset_m)}
    return At("LanePosition", tuple(values.items()))


def at_xy(x_m: Number, y_m: Number, heading_rad: Number = 0.0) -> At:
    """At coordinates of the map frame."""
    values = {"x": text_of(x_m), "y": text_of(y_m), "h": text_of(heading_rad)}
    return At("WorldPosition", tuple(values.items()))


def at_lonlat(longitude_deg: Number, latitude_deg: Number, heading_rad: Number | None = None) -> At:
    """At WGS-84 coordinates."""
    values = {"latitudeDeg": text_of(latitude_deg), "longitudeDeg": text_of(longitude_deg)}
    return At("GeoPosition", tuple(values.items()), heading_rad)


def ahead_of(
    other: Body,
    ds_m: Number | None = None,
    *,
    gap_m: Number | None = None,
    time_gap_s: Number | None = None,
    left: Number = 0,
    right: Number = 0,
    offset_m: Number = 0.0,
) -> Beside:
    """Ahead of another actor along the road.

    Args:
        other: of whom.
        ds_m: between the reference points; or
        gap_m: between its front and the own rear; or
        time_gap_s: the same as seconds of the other's speed at the start.
        left, right: lanes to its left or right.
        offset_m: from the middle of the lane, to the left.

    Raises:
        ScriptError: not exactly one of the three distances is given, or both left and right.
    """
    return _beside(other, (ds_m, gap_m, time_gap_s), _side(left, right), offset_m, 1)


def behind(
    other: Body,
    ds_m: Number | None = None,
    *,
    gap_m: Number | None = None,
    time_gap_s: Number | None = None,
    left: Number = 0,
    right: Number = 0,
    offset_m: Number = 0.0,
) -> Beside:
    """Behind another actor; as `ahead_of`, with time gaps in seconds of the own speed at the start."""
    return _beside(other, (ds_m, gap_m, time_gap_s), _side(left, right), offset_m, -1)


def beside(other: Body, *, left: Number = 0, right: Number = 0, offset_m: Number = 0.0) -> Beside:
    """Level with another actor, `left` or `right` by so many lanes."""
    return Beside(other, _side(left, right), offset_m, 0.0)


def _side(left: Number, right: Number) -> Number:
    if isinstance(right, Term):
        if isinstance(left, Term) or left:
            raise ScriptError("left and right are both given; one would be right")
        return -right
    if right and (isinstance(left, Term) or left):
        raise ScriptError("left and right are both given; one would be right")
    return -right if right else left


def _beside(
    other: Body,
    distances: tuple[Number | None, Number | None, Number | None],
    left: Number,
    offset_m: Number,
    sign: int,
) -> Beside:
    if sum(distance is not None for distance in distances) != 1:
        raise ScriptError(f"a place relative to {other.name} needs exactly one of ds_m, gap_m and time_gap_s")
    ds_m, gap_m, time_gap_s = distances
    return Beside(other, left, offset_m, ds_m, gap_m, time_gap_s, sign)
