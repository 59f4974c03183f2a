"""What must hold between the columns of a road network, checked once when it is built."""

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import (
    ConflictKind,
    JunctionKind,
    RoadClass,
    SignalState,
    Turn,
    VehicleClass,
    Yields,
)
from jing_maps.errors import NetworkError

if TYPE_CHECKING:
    from jing_maps.network import RoadNetwork

__all__ = ["validate"]

# Columns whose length is not that of their table: CSR offsets, and flat lists that these offsets cut.
_OFFSETS = {"first_lane", "first_group", "first_phase", "first_state"}
_FLAT = {
    "duration_s", "min_s", "max_s", "state",
    "crossed_crosswalk", "crossed_connector", "crossed_enter_m", "crossed_exit_m",
}  # fmt: skip


def validate(net: "RoadNetwork") -> None:
    """Raises `NetworkError` naming table, column and row where the columns contradict each other."""
    for table in ("streets", "roads", "lanes", "connectors", "conflicts", "junctions", "signal_groups", "crosswalks"):
        _check_lengths(table, getattr(net, table))
    _check_offsets(net)
    _check_references(net)
    _check_values(net)
    _check_topology(net)


def _fail(table: str, column: str, rows: NDArray[np.bool_], problem: str) -> None:
    if rows.any():
        row = int(np.flatnonzero(rows)[0])
        raise NetworkError(f"{table}.{column}, row {row} (of {int(rows.sum())} such rows): {problem}")


def _check_lengths(name: str, table: object) -> None:
    n = len(table)  # type: ignore[arg-type]
    for field in fields(table):  # type: ignore[arg-type]
        column = getattr(table, field.name)
        if field.name not in _OFFSETS | _FLAT and len(column) != n:
            raise NetworkError(f"{name}.{field.name} has {len(column)} rows; the table has {n}")


def _check_offsets(net: "RoadNetwork") -> None:
    programs = net.programs
    n_phases = len(programs.duration_s)
    wanted = [
        ("roads.first_lane", net.roads.first_lane, len(net.roads), len(net.lanes)),
        ("controllers.first_group", net.controllers.first_group, len(net.controllers), len(net.signal_groups)),
        ("programs.first_phase", programs.first_phase, len(programs), n_phases),
        ("programs.first_state", programs.first_state, n_phases, len(programs.state)),
    ]
    for name, first, n, total in wanted:
        if len(first) != n + 1 or first[0] != 0 or first[-1] != total or (np.diff(first) < 0).any():
            raise NetworkError(f"{name} must rise from 0 to {total} in {n + 1} values")
    if not (len(programs.min_s) == len(programs.max_s) == n_phases):
        raise NetworkError(f"programs.min_s and max_s must have one value for each of the {n_phases} phases")


def _check_references(net: "RoadNetwork") -> None:
    n_lanes, n_conn, n_junctions = len(net.lanes), len(net.connectors), len(net.junctions)
    n_roads, n_groups, n_ctl = len(net.roads), len(net.signal_groups), len(net.controllers)
    walks, conn = net.crosswalks, net.connectors
    required = [
        ("roads", "from_junction", net.roads.from_junction, n_junctions),
        ("roads", "to_junction", net.roads.to_junction, n_junctions),
        ("lanes", "road", net.lanes.road, n_roads),
        ("connectors", "junction", conn.junction, n_junctions),
        ("connectors", "from_lane", conn.from_lane, n_lanes),
        ("connectors", "to_lane", conn.to_lane, n_lanes),
        ("conflicts", "first", net.conflicts.first, n_conn),
        ("conflicts", "second", net.conflicts.second, n_conn),
        ("signal_groups", "controller", net.signal_groups.controller, n_ctl),
        ("programs", "controller", net.programs.controller, n_ctl),
        ("crosswalks", "junction", walks.junction, n_junctions),
        ("crosswalks", "crossed_crosswalk", walks.crossed_crosswalk, len(walks)),
        ("crosswalks", "crossed_connector", walks.crossed_connector, n_conn),
    ]
    optional = [
        ("roads", "street", net.roads.street, len(net.streets)),
        ("lanes", "left", net.lanes.left, n_lanes),
        ("lanes", "right", net.lanes.right, n_lanes),
        ("connectors", "signal_group", conn.signal_group, n_groups),
        ("junctions", "controller", net.junctions.controller, n_ctl),
        ("crosswalks", "road", walks.road, n_roads),
        ("crosswalks", "signal_group", walks.signal_group, n_groups),
    ]
    for table, column, ids, n in required:
        _fail(table, column, (ids < 0) | (ids >= n), f"must be a row number below {n}")
    for table, column, ids, n in optional:
        _fail(table, column, (ids < -1) | (ids >= n), f"must be -1 or a row number below {n}")


def _check_values(net: "RoadNetwork") -> None:
    for table, columns in (("roads", net.roads), ("lanes", net.lanes), ("connectors", net.connectors)):
        length = columns.length_m
        _fail(table, "length_m", ~(np.isfinite(length) & (length > 0)), "must be a positive number of metres")
    for table, ways in (("lanes", net.lanes), ("connectors", net.connectors)):
        _fail(table, "width_m", ~(ways.width_m > 0), "must be positive")
        _fail(table, "speed_limit_mps", ~(ways.speed_limit_mps > 0), "must be positive")
        _fail(table, "allowed", ways.allowed > VehicleClass.ALL, f"knows bits up to {int(VehicleClass.ALL)}")
        _fail(table, "centre", np.diff(ways.centre.first) < 2, "needs at least two points")
        if not np.isfinite(ways.centre.xyz).all():
            raise NetworkError(f"{table}.centre holds a coordinate that is not a number")
    wait = net.connectors.wait_m
    _fail("connectors", "wait_m", ~np.isnan(wait) & ~((wait > 0) & (wait < net.connectors.length_m)),
          "must be NaN or lie between 0 and length_m")  # fmt: skip
    enums = [
        ("roads", "kind", net.roads.kind, RoadClass),
        ("connectors", "turn", net.connectors.turn, Turn),
        ("conflicts", "kind", net.conflicts.kind, ConflictKind),
        ("conflicts", "yields", net.conflicts.yields, Yields),
        ("junctions", "kind", net.junctions.kind, JunctionKind),
        ("programs", "state", net.programs.state, SignalState),
    ]
    for table, column, values, enum in enums:
        _fail(table, column, (values < 0) | (values >= len(enum)), f"is no {enum.__name__}")
    _fail("lanes", "start_m", ~(net.lanes.start_m >= 0), "must not be negative")
    _fail("programs", "duration_s", ~(net.programs.duration_s > 0), "must be positive")


def _check_topology(net: "RoadNetwork") -> None:
    lanes, conn, conflicts = net.lanes, net.connectors, net.conflicts
    rows = np.arange(len(lanes))
    counts = np.diff(net.roads.first_lane)
    _fail("roads", "first_lane", counts < 1, "a road needs a lane")
    owner = np.repeat(np.arange(len(net.roads)), counts)
    _fail("lanes", "road", lanes.road != owner, "lanes must be grouped by road in the order of roads.first_lane")
    _fail("lanes", "index", lanes.index != rows - net.roads.first_lane[owner], "must count from the right, from 0")
    for side, step in (("left", 1), ("right", -1)):
        other = getattr(lanes, side)
        has = other >= 0
        bad = has & ((other != rows + step) | (lanes.road[np.where(has, other, 0)] != lanes.road))
        _fail("lanes", side, bad, f"must be the next row of the same road ({step:+d})")
    _fail("connectors", "junction", net.roads.to_junction[lanes.road[conn.from_lane]] != conn.junction,
          "from_lane does not end at this junction")  # fmt: skip
    _fail("connectors", "junction", net.roads.from_junction[lanes.road[conn.to_lane]] != conn.junction,
          "to_lane does not begin at this junction")  # fmt: skip
    _fail("conflicts", "second", conflicts.first >= conflicts.second, "must be greater than first")
    _fail("conflicts", "second", conn.junction[conflicts.first] != conn.junction[conflicts.second],
          "both connectors must belong to one junction")  # fmt: skip
    owner = np.repeat(np.arange(len(net.controllers)), np.diff(net.controllers.first_group))
    _fail("signal_groups", "controller", net.signal_groups.controller != owner, "groups must be grouped by controller")
    _check_states(net)


def _check_states(net: "RoadNetwork") -> None:
    programs = net.programs
    groups = np.diff(net.controllers.first_group)
    phase_program = np.repeat(np.arange(len(programs)), np.diff(programs.first_phase))
    wanted = groups[programs.controller[phase_program]]
    _fail("programs", "first_state", np.diff(programs.first_state) != wanted,
          "a phase needs one state for each group of its controller")  # fmt: skip
