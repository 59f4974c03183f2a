"""Who is in the way: neighbours that are, or soon will be, in the corridor of the own vehicle."""

import math
from collections.abc import Iterable

from jing_scenarios.drivers.driver import Neighbour, Observation

__all__ = ["ahead_in_corridor", "crossing_soon"]

_SIDE_M = 0.25


def ahead_in_corridor(seen: Observation, foresight_s: float = 0.0, side_m: float = _SIDE_M) -> list[Neighbour]:
    """Neighbours ahead that overlap the own width now, or will in `foresight_s` if they go on sideways; nearest first.

    One in the middle of a cut-in counts when its near side comes into the corridor.
    """
    offset = seen.lane.offset_m if seen.lane is not None else 0.0
    found = [
        one
        for one in seen.neighbours
        if one.gap_m > -seen.own.length_m / 2 and _in_way(one, offset, seen.own.width_m / 2 + side_m, foresight_s)
    ]
    return sorted(found, key=lambda one: one.gap_m)


def _in_way(one: Neighbour, own_offset_m: float, half_m: float, foresight_s: float) -> bool:
    now = one.offset_m - own_offset_m
    room = half_m + one.half_width_m
    if abs(now) < room:
        return True
    then = now + one.across_mps * foresight_s
    return abs(then) < room or (then > 0.0) != (now > 0.0)


def crossing_soon(seen: Observation, within_s: float = 4.0, margin_s: float = 1.5) -> list[tuple[Neighbour, float]]:
    """Those who will cross the own corridor about when the own vehicle gets there, with the distance to that place.

    Both are taken to go on as they do now. Only those count who come from the side (more across than along).
    """
    offset = seen.lane.offset_m if seen.lane is not None else 0.0
    speed = max(seen.own.speed_mps, 0.5)
    found = []
    for one in seen.neighbours:
        if one.gap_m < 0.0 or abs(one.across_mps) < max(0.3, 0.7 * abs(one.speed_mps)):
            continue
        away = one.offset_m - offset
        if away * one.across_mps > 0.0:
            continue  # it goes away from the way
        room = seen.own.width_m / 2 + one.half_width_m + _SIDE_M
        enters = max(abs(away) - room, 0.0) / abs(one.across_mps)
        leaves = (abs(away) + room) / abs(one.across_mps)
        arrives = one.gap_m / speed
        passes = (one.gap_m + one.length_m + seen.own.length_m) / speed
        if enters < within_s and arrives - margin_s < leaves and enters - margin_s < passes:
            found.append((one, one.gap_m))
    return sorted(found, key=lambda pair: pair[1])


def nearest(some: Iterable[Neighbour]) -> Neighbour | None:
    """The one with the smallest gap; None of nobody."""
    return min(some, key=lambda one: one.gap_m, default=None)


def time_to_collision(seen: Observation, one: Neighbour) -> float:
    """At present speeds; inf where the gap does not shrink."""
    closing = seen.own.speed_mps - one.speed_mps
    return max(one.gap_m, 0.0) / closing if closing > 0.0 else math.inf
