"""Lanes and connectors out of the elements of a SUMO network."""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Turn, VehicleClass
from jing_maps.errors import MapFormatError
from jing_maps.sumo.elements import Net, NetConnection, NetEdge, NetLane

__all__ = ["Way", "kept_lanes", "must_stop", "ways"]

Float = NDArray[np.float64]

_SHORTEST_M = 0.1
"""Shortest connector: what netconvert itself writes for connections without extent (POSITION_EPS)."""

_TURNS = {
    "s": Turn.STRAIGHT, "l": Turn.LEFT, "L": Turn.LEFT, "r": Turn.RIGHT, "R": Turn.RIGHT,
    "t": Turn.U_TURN, "T": Turn.U_TURN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One connector to be, between two kept lanes.

    `connection` is the row of `Net.connections`; `wait_m` the position of its internal junction, or NaN.
    """

    connection: int
    junction: str
    from_lane: str
    to_lane: str
    turn: Turn
    length_m: float
    wait_m: float
    width_m: float
    speed_mps: float
    mask: int
    centre: Float


def kept_lanes(net: Net) -> dict[str, tuple[NetLane, ...]]:
    """The lanes of each road that are open to more than pedestrians; roads without any are left out.

    What was left out is counted in `net.warnings`.
    """
    roads: dict[str, tuple[NetLane, ...]] = {}
    left_out: Counter[str] = Counter()
    for edge in net.edges.values():
        if edge.function:
            continue
        lanes = tuple(lane for lane in edge.lanes if lane.mask & ~VehicleClass.PEDESTRIAN)
        for lane in edge.lanes:
            if not lane.mask & ~VehicleClass.PEDESTRIAN:
                left_out["footways" if lane.mask else "lanes for rail or other vehicles that this platform lacks"] += 1
        if lanes:
            roads[edge.id] = lanes
    net.warnings.extend(f"{net.path}: {count} {what} left out" for what, count in sorted(left_out.items()))
    return roads


def ways(net: Net, roads: dict[str, tuple[NetLane, ...]]) -> list[Way]:
    """The ways through junctions between kept lanes, sorted by from-lane and to-lane.

    Chains of internal lanes (a turn that waits inside the junction is two of them) become one way. A connection
    without an internal lane becomes a straight one.
    """
    kept = {lane.id for lanes in roads.values() for lane in lanes}
    order = {lane: row for row, lane in enumerate(lane.id for lanes in roads.values() for lane in lanes)}
    onward = {c.from_lane: c for c in net.connections if net.edges[c.from_edge].function == "internal"}
    found: dict[tuple[str, str], Way] = {}
    closed = 0
    for row, connection in enumerate(net.connections):
        if connection.from_lane not in kept or connection.to_lane not in kept:
            continue
        way = _way(net, onward, row, connection)
        closed += way.mask == 0
        if way.mask:
            found.setdefault((way.from_lane, way.to_lane), way)
    if closed:
        net.warnings.append(f"{net.path}: {closed} connections between lanes that share no vehicle class left out")
    return sorted(found.values(), key=lambda way: (order[way.from_lane], order[way.to_lane]))


def must_stop(net: Net, way: Way) -> bool:
    """Whether a way has a stop sign: link states `s` (priority stop) and `w` (all-way stop)."""
    return net.connections[way.connection].state in ("s", "w")


def _way(net: Net, onward: dict[str, NetConnection], row: int, connection: NetConnection) -> Way:
    start, end = net.lanes[connection.from_lane], net.lanes[connection.to_lane]
    from_edge, to_edge = net.edges[connection.from_edge], net.edges[connection.to_edge]
    if from_edge.to_node != to_edge.from_node:
        raise MapFormatError(
            net.path,
            f"connection {start.id!r} to {end.id!r}: the one ends at junction {from_edge.to_node!r}, the other begins "
            f"at {to_edge.from_node!r}; both must be the same",
            line=connection.line,
        )
    chain = _chain(net, onward, connection)
    mask = connection.mask & start.mask & end.mask
    for lane in chain:
        mask &= lane.mask
    centre, drawn_m = _joined([start.shape[-1:], *(lane.shape for lane in chain), end.shape[:1]], start)
    return Way(
        connection=row,
        junction=from_edge.to_node,
        from_lane=start.id,
        to_lane=end.id,
        turn=_turn(connection, from_edge, start, end),
        length_m=max(sum(lane.length_m for lane in chain) if chain else drawn_m, _SHORTEST_M),
        wait_m=_wait_m(chain),
        width_m=min(lane.width_m for lane in chain or (start, end)),
        speed_mps=min(lane.speed_mps for lane in chain or (start, end)),
        mask=mask,
        centre=centre,
    )


def _chain(net: Net, onward: dict[str, NetConnection], connection: NetConnection) -> list[NetLane]:
    """The internal lanes of a connection, one after the other."""
    chain: list[NetLane] = []
    via = connection.via
    while via:
        chain.append(net.lanes[via])
        if len(chain) > 8:
            raise MapFormatError(net.path, f"internal lane {via!r} leads back into itself", line=connection.line)
        following = onward.get(via)
        via = following.via if following else ""
    return chain


def _wait_m(chain: list[NetLane]) -> float:
    """An internal junction, where SUMO lets those wait who give way, stands between two internal lanes."""
    inside = len(chain) > 1 and chain[0].length_m > 0 and sum(lane.length_m for lane in chain[1:]) > 0
    return chain[0].length_m if inside else math.nan


def _joined(parts: list[Float], start: NetLane) -> tuple[Float, float]:
    """One line through all parts without repeated points, and its length; never a mere point."""
    points = np.concatenate(parts)
    step = np.hypot(*np.diff(points[:, :2], axis=0).T)
    # Coordinates are written to 1 cm: what is nearer than 2 cm is one point.
    points = points[np.concatenate([[True], step > 0.02])]
    drawn_m = float(np.hypot(*np.diff(points[:, :2], axis=0).T).sum())
    if drawn_m < _SHORTEST_M:
        ahead = start.shape[-1] - start.shape[-2]
        norm = float(np.hypot(ahead[0], ahead[1]))
        unit = np.array([ahead[0] / norm, ahead[1] / norm, 0.0]) if norm > 0 else np.array([1.0, 0.0, 0.0])
        points = np.stack([points[0], points[0] + unit * _SHORTEST_M])
    return points, max(drawn_m, _SHORTEST_M)


def _turn(connection: NetConnection, edge: NetEdge, start: NetLane, end: NetLane) -> Turn:
    if connection.direction in _TURNS:
        return _TURNS[connection.direction]
    into, out = start.shape[-1] - start.shape[-2], end.shape[1] - end.shape[0]
    angle = float(np.angle((out[0] + 1j * out[1]) * np.conj(into[0] + 1j * into[1])))
    if abs(angle) > np.radians(150) or edge.from_node == edge.to_node:
        return Turn.U_TURN
    if abs(angle) < np.radians(40):
        return Turn.STRAIGHT
    return Turn.LEFT if angle > 0 else Turn.RIGHT
