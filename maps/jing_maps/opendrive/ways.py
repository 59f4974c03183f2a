"""Lanes and connectors of a network, drawn from an OpenDRIVE map's strips and movements."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.centre_lines import joined, lane_line, thinned
from jing_maps.opendrive.lane_graph import LaneGraph, LaneKey
from jing_maps.opendrive.lane_use import allowed_classes, speed_limit_mps
from jing_maps.opendrive.movements import Movement
from jing_maps.opendrive.strips import Strip

__all__ = ["DrawnWay", "draw_connector", "draw_lanes", "heading_at"]

Float = NDArray[np.float64]

# Lanes are cut back this far at a joint, so that its connectors have a length.
_TRIM_M = 0.25
_TRIM_SHARE = 0.2
_LEAST_LENGTH_M = 0.1


@dataclass(frozen=True)
class DrawnWay:
    """Centre line `(k, 3)`, its length, mean width, limit and users of a lane or connector."""

    line: Float
    length_m: float
    width_m: float
    speed_limit_mps: float
    allowed: int


def draw_lanes(graph: LaneGraph, strips: list[Strip], movements: list[Movement]) -> list[list[DrawnWay]]:
    """The lanes of each strip, cut back where a movement leads from strip to strip without a connecting road."""
    cut_end = {m.from_strip for m in movements if not m.via}
    cut_begin = {m.to_strip for m in movements if not m.via}
    return [_draw_strip(graph, strip, i in cut_begin, i in cut_end) for i, strip in enumerate(strips)]


def _draw_strip(graph: LaneGraph, strip: Strip, cut_begin: bool, cut_end: bool) -> list[DrawnWay]:
    sections = [graph.odr.roads[strip.road].sections[i] for i in strip.sections]
    spans = [(s.start_m, s.end_m) if strip.along > 0 else (s.end_m, s.start_m) for s in sections]
    trims = [min(_TRIM_M, _TRIM_SHARE * abs(b - a)) * strip.along for a, b in (spans[0], spans[-1])]
    if cut_begin:
        spans[0] = (spans[0][0] + trims[0], spans[0][1])
    if cut_end:
        spans[-1] = (spans[-1][0], spans[-1][1] - trims[1])
    return [_draw_lane(graph, chain, spans) for chain in strip.lanes]


def _draw_lane(graph: LaneGraph, chain: tuple[LaneKey, ...], spans: list[tuple[float, float]]) -> DrawnWay:
    drawn = [lane_line(graph.odr, key.road, key.lane, a, b) for key, (a, b) in zip(chain, spans, strict=True)]
    weights = [abs(b - a) for a, b in spans]
    width = float(np.average([width for _, width in drawn], weights=weights))
    line = thinned(joined([line for line, _ in drawn]))
    lane = graph.lane(chain[0])
    limit = speed_limit_mps(graph.road(chain[0]), graph.section(chain[0]), lane)
    return DrawnWay(line, _length(line), max(width, _LEAST_LENGTH_M), limit, allowed_classes(lane))


def draw_connector(graph: LaneGraph, movement: Movement, before: DrawnWay, after: DrawnWay) -> DrawnWay:
    """The connector of a movement, from the end of the lane `before` to the begin of the lane `after`."""
    lines, widths = [before.line[-1:]], []
    limits, allowed = [], before.allowed & after.allowed
    for key in movement.via:
        section, along = graph.section(key), graph.direction(key)
        span = (section.start_m, section.end_m) if along > 0 else (section.end_m, section.start_m)
        line, width = lane_line(graph.odr, key.road, key.lane, *span)
        lines.append(line)
        widths.append(width)
        limits.append(speed_limit_mps(graph.road(key), section, graph.lane(key)))
        allowed &= allowed_classes(graph.lane(key))
    line = thinned(joined([*lines, after.line[:1]]))
    width = max(float(np.mean(widths)) if widths else min(before.width_m, after.width_m), _LEAST_LENGTH_M)
    limit = min(limits) if limits else min(before.speed_limit_mps, after.speed_limit_mps)
    return DrawnWay(line, _length(line), width, limit, allowed)


def heading_at(line: Float, end: int) -> float:
    """Direction [rad] of a line's first (`end` 0) or last (`end` -1) stretch of about a metre."""
    points = line if end == 0 else line[::-1]
    far = np.hypot(*(points[:, :2] - points[0, :2]).T)
    k = int(np.argmax(far > 1.0)) or len(points) - 1
    dx, dy = (points[k] - points[0])[:2] * (1 if end == 0 else -1)
    return float(np.arctan2(dy, dx))


def _length(line: Float) -> float:
    return max(float(np.hypot(*np.diff(line[:, :2], axis=0).T).sum()), _LEAST_LENGTH_M)
