"""Who gives way in a junction of an OpenDRIVE map: its priorities, its signs, and else the general rules."""

import math
from dataclasses import dataclass

from jing_maps.columns import ConflictKind, Turn, Yields
from jing_maps.conflicts import Meetings

__all__ = ["WayThrough", "turn_of", "who_yields"]


@dataclass(frozen=True)
class WayThrough:
    """What right of way depends on: the connecting road, direction at its begin [rad], turn, and a sign to yield."""

    road_id: str
    heading_in_rad: float
    turn: Turn
    minor: bool
    joint: bool


def turn_of(heading_in_rad: float, heading_out_rad: float) -> Turn:
    """Straight within 30 degrees, a U-turn beyond 150 degrees."""
    change = _wrap(heading_out_rad - heading_in_rad)
    if abs(change) < math.radians(30):
        return Turn.STRAIGHT
    if abs(change) > math.radians(150):
        return Turn.U_TURN
    return Turn.LEFT if change > 0 else Turn.RIGHT


def who_yields(meetings: Meetings, ways: list[WayThrough], priorities: set[tuple[str, str]]) -> list[Yields]:
    """For each meeting who yields; `priorities` are the file's (high, low) pairs of connecting roads."""
    return [
        _decide(ways[int(a)], ways[int(b)], int(kind), priorities)
        for a, b, kind in zip(meetings.first, meetings.second, meetings.kind, strict=True)
    ]


def _decide(a: WayThrough, b: WayThrough, kind: int, priorities: set[tuple[str, str]]) -> Yields:
    if (a.road_id, b.road_id) in priorities:
        return Yields.SECOND
    if (b.road_id, a.road_id) in priorities:
        return Yields.FIRST
    if a.joint and b.joint:
        return Yields.NEITHER
    if a.minor != b.minor:
        return Yields.FIRST if a.minor else Yields.SECOND
    return _by_rule(a, b, kind)


def _by_rule(a: WayThrough, b: WayThrough, kind: int) -> Yields:
    """U-turns yield, then left turns to what comes towards them, then each to what comes from its right."""
    if (a.turn == Turn.U_TURN) != (b.turn == Turn.U_TURN):
        return Yields.FIRST if a.turn == Turn.U_TURN else Yields.SECOND
    angle = _wrap(b.heading_in_rad - a.heading_in_rad)
    if abs(angle) > math.radians(135):
        if (a.turn == Turn.LEFT) == (b.turn == Turn.LEFT):
            return Yields.NEITHER
        return Yields.FIRST if a.turn == Turn.LEFT else Yields.SECOND
    if abs(angle) < math.radians(45):
        one_goes_straight = (a.turn == Turn.STRAIGHT) != (b.turn == Turn.STRAIGHT)
        if kind == ConflictKind.MERGING or not one_goes_straight:
            return Yields.NEITHER
        return Yields.SECOND if a.turn == Turn.STRAIGHT else Yields.FIRST
    # What comes from the right moves to the left as seen from here: its heading is greater.
    return Yields.FIRST if angle > 0 else Yields.SECOND


def _wrap(angle: float) -> float:
    return (angle + math.pi) % (2 * math.pi) - math.pi
