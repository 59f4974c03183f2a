"""Where an actor's body is in its lane and on the road."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.place import lane_borders, lane_row, reference_line
from jing_scenarios.metrics.registry import MetricError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["body_extent_m", "border_overrun_m", "lane_room_m", "road_room_m", "turn_on_road"]

Float = NDArray[np.float64]

_DRIVABLE = {
    "driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "slipLane", "mwyEntry", "mwyExit",
    "bidirectional", "bus", "taxi", "HOV", "shared", "biking", "parking", "stop", "shoulder", "restricted",
    "special1", "special2", "special3", "roadWorks", "median", "border", "tram", "rail",
}  # fmt: skip
"""Lane types on which wheels may be without having left the road: all but kerb, sidewalk, walking and none."""


def body_extent_m(trace: ScenarioTrace, actor: int) -> tuple[Float, Float]:
    """`(n_t,)` least and greatest t of the actor's body, by its heading against the road's; NaN off the map."""
    places = trace.places
    t = places.t_m[:, actor]
    turn = turn_on_road(trace, actor)
    boxes = trace.boxes
    ahead = boxes.centre_x_m[actor] * np.sin(turn) + boxes.centre_y_m[actor] * np.cos(turn)
    half = (boxes.length_m[actor] * np.abs(np.sin(turn)) + boxes.width_m[actor] * np.abs(np.cos(turn))) / 2
    return t + ahead - half, t + ahead + half


def turn_on_road(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t,)` heading against the direction of the road's reference line, -pi to pi; NaN off the map.

    The trace must have a map.
    """
    from_map = ("turn on road", actor)
    if from_map not in trace.derived:
        road, s = trace.places.road[:, actor], trace.places.s_m[:, actor]
        known = (road >= 0) & np.isfinite(s)
        turn = np.full(trace.n_t, np.nan)
        if known.any():
            assert trace.odr is not None, "places are on a map"
            line = reference_line(trace.odr, road[known], s[known]).heading_rad
            turn[known] = (trace.heading_rad[known, actor] - line + np.pi) % (2 * np.pi) - np.pi
        trace.derived[from_map] = turn
    found: Float = trace.derived[from_map]
    return found


def border_overrun_m(trace: ScenarioTrace, actor: int) -> tuple[Float, Float]:
    """`(n_t,)` how far the actor's body reaches over the right and over the left border of its lane, along s.

    Negative = it does not; NaN off the map or without one, and where the lane is not known.
    """
    if ("overrun", actor) not in trace.derived:
        over = np.full((2, trace.n_t), np.nan)
        road, lane, s = (c[:, actor] for c in (trace.places.road, trace.places.lane, trace.places.s_m))
        known = (road >= 0) & (lane != 0) & np.isfinite(s)
        if known.any() and trace.odr is not None:
            borders = lane_borders(trace.odr, road[known], lane[known], s[known])
            right, left = (side[known] for side in body_extent_m(trace, actor))
            over[0, known] = np.minimum(borders.inner_m, borders.outer_m) - right
            over[1, known] = left - np.maximum(borders.inner_m, borders.outer_m)
        trace.derived["overrun", actor] = over
    found: Float = trace.derived["overrun", actor]
    return found[0], found[1]


def lane_room_m(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t,)` room between the actor's body and the nearer border of its lane, negative beyond it; NaN likewise."""
    return -np.maximum(*border_overrun_m(trace, actor))


def road_room_m(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t,)` room between the actor's reference point and the nearer edge of the lanes one may drive on, negative
    beyond it; -inf off the map. On the road it may be that to the edge of its lane, which is less.

    In junctions a body reaches over several roads, so the point is asked and not the body.

    Raises:
        MetricError: the run has no map.
    """
    if trace.odr is None:
        raise MetricError("the run has no map, so nobody can be off the road; hand the OpenDRIVE file to the trace")
    road, lane, s, t = (getattr(trace.places, name)[:, actor] for name in ("road", "lane", "s_m", "t_m"))
    room = np.where(trace.present[:, actor], -np.inf, np.nan)
    known = np.flatnonzero((road >= 0) & np.isfinite(s))
    # Who is within a drivable lane is on the road: the borders of all others need not be asked for.
    borders = lane_borders(trace.odr, road[known], lane[known], s[known])
    low, high = np.minimum(borders.inner_m, borders.outer_m), np.maximum(borders.inner_m, borders.outer_m)
    inside = np.minimum(t[known] - low, high - t[known])
    within = np.nan_to_num(inside, nan=-1.0) >= 0
    within[within] &= _drivable(trace, road[known][within], lane[known][within], s[known][within])
    room[known[within]] = inside[within]
    asked = known[~within]
    for row in np.unique(road[asked]).tolist():
        here = asked[road[asked] == row]
        low, high = _edges(trace, row, s[here])
        room[here] = np.minimum(t[here] - low, high - t[here])
    return room


def _drivable(trace: ScenarioTrace, road: NDArray[np.int64], lane: NDArray[np.int64], s_m: Float) -> NDArray[np.bool_]:
    """`(k,)` whether the lanes are of a type one may drive on."""
    assert trace.odr is not None
    kinds = trace.odr.columns.lane_type
    return np.array([kinds[row] in _DRIVABLE for row in lane_row(trace.odr, road, lane, s_m).tolist()], dtype=np.bool_)


def _edges(trace: ScenarioTrace, row: int, s_m: Float) -> tuple[Float, Float]:
    """t of the edges of the drivable lanes of a road; both NaN where it has none."""
    assert trace.odr is not None
    low, high = np.full(len(s_m), np.inf), np.full(len(s_m), -np.inf)
    sections = trace.odr.roads[row].sections
    at = np.maximum(np.searchsorted([section.start_m for section in sections], s_m, side="right") - 1, 0)
    for number in np.unique(at).tolist():
        here = np.flatnonzero(at == number)
        for lane in sections[number].lanes.values():
            if lane.id == 0 or lane.type not in _DRIVABLE:
                continue
            borders = lane_borders(trace.odr, np.full(len(here), row), np.full(len(here), lane.id), s_m[here])
            low[here] = np.minimum(low[here], np.minimum(borders.inner_m, borders.outer_m))
            high[here] = np.maximum(high[here], np.maximum(borders.inner_m, borders.outer_m))
    return low, high
