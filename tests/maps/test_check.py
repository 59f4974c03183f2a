from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from jing_maps.areas import AREAS, load_area
from jing_maps.check import Finding, check
from jing_maps.columns import ConflictKind, JunctionKind, SignalState, Turn, VehicleClass
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines

Column = Any  # a column of any table

GOOD = grid(2, 2)
INNER_ROAD = int(
    np.flatnonzero(
        (GOOD.junctions.kind[GOOD.roads.from_junction] != JunctionKind.BOUNDARY)
        & (GOOD.junctions.kind[GOOD.roads.to_junction] != JunctionKind.BOUNDARY)
    )[0]
)
LANES = np.array(GOOD.road_lanes(INNER_ROAD))
FED = int(LANES[np.isin(LANES, GOOD.connectors.to_lane) & np.isin(LANES, GOOD.connectors.from_lane)][-1])
PLAIN_WAY = int(np.flatnonzero(GOOD.connectors.turn == Turn.STRAIGHT)[0])


def _lanes(**columns: Column) -> RoadNetwork:
    return replace(GOOD, lanes=replace(GOOD.lanes, **columns))


def _ways(**columns: Column) -> RoadNetwork:
    return replace(GOOD, connectors=replace(GOOD.connectors, **columns))


def _with(column: np.ndarray, rows: Column, value: Column) -> np.ndarray:
    out = column.copy()
    out[rows] = value
    return out


def _without_connectors(drop: np.ndarray) -> RoadNetwork:
    """The network without some connectors, and without signals and conflicts that know them."""
    kept = np.flatnonzero(~drop).astype(np.int32)
    ways, n = GOOD.connectors, len(GOOD.connectors)
    columns = {
        name: getattr(ways, name)[kept]
        for name in (
            "junction", "from_lane", "to_lane", "turn", "length_m", "width_m", "speed_limit_mps", "allowed",
            "signal_group", "on_red", "wait_m", "must_stop",
        )
    }  # fmt: skip
    row = np.full(n, -1, np.int32)
    row[kept] = np.arange(len(kept))
    c, w = GOOD.conflicts, GOOD.crosswalks
    both = (row[c.first] >= 0) & (row[c.second] >= 0)
    over = row[w.crossed_connector] >= 0
    conflict = {
        name: getattr(c, name)[both]
        for name in ("kind", "yields", "first_enter_m", "first_exit_m", "second_enter_m", "second_exit_m")
    }
    walk = {name: getattr(w, name)[over] for name in ("crossed_crosswalk", "crossed_enter_m", "crossed_exit_m")}
    return replace(
        GOOD,
        connectors=replace(ways, centre=ways.centre.take(kept), **columns),
        conflicts=replace(c, first=row[c.first[both]], second=row[c.second[both]], **conflict),
        crosswalks=replace(w, crossed_connector=row[w.crossed_connector[over]], **walk),
    )


def _moved(lines: Polylines, row: int, points: np.ndarray) -> Polylines:
    return Polylines.from_list([points if i == row else lines[i] for i in range(len(lines))])


def _disconnected() -> RoadNetwork:
    ways, row = GOOD.connectors, FED
    net = _without_connectors((ways.from_lane == row) | (ways.to_lane == row))
    return _solid(net)


def _solid(net: RoadNetwork) -> RoadNetwork:
    no = np.zeros(len(net.lanes), dtype=bool)
    return replace(net, lanes=replace(net.lanes, change_left=no, change_right=no))


def _stuck() -> RoadNetwork:
    return _solid(_without_connectors(GOOD.connectors.from_lane == FED))


def _dead_end() -> RoadNetwork:
    return _without_connectors(np.isin(GOOD.connectors.from_lane, LANES))


def _no_way_in() -> RoadNetwork:
    return _without_connectors(np.isin(GOOD.connectors.to_lane, LANES))


def _stranded() -> RoadNetwork:
    bus = np.uint16(VehicleClass.BUS)
    allowed = GOOD.connectors.allowed.copy()
    allowed[np.isin(GOOD.connectors.from_lane, LANES)] &= ~bus
    return _ways(allowed=allowed)


def _short() -> RoadNetwork:
    return _lanes(length_m=_with(GOOD.lanes.length_m, LANES[0], 0.4))


def _fast() -> RoadNetwork:
    return _lanes(speed_limit_mps=_with(GOOD.lanes.speed_limit_mps, LANES, 60.0))


def _city_fast() -> RoadNetwork:
    return _lanes(speed_limit_mps=_with(GOOD.lanes.speed_limit_mps, LANES, 27.78))


def _slow() -> RoadNetwork:
    return _lanes(speed_limit_mps=_with(GOOD.lanes.speed_limit_mps, LANES, 0.5))


def _overlapping() -> RoadNetwork:
    other = int(np.flatnonzero(GOOD.lanes.road != INNER_ROAD)[0])
    return _lanes(centre=_moved(GOOD.lanes.centre, other, GOOD.lanes.centre[int(LANES[0])] + [0.2, 0.2, 0]))


def _gap() -> RoadNetwork:
    line = GOOD.connectors.centre[PLAIN_WAY].copy()
    line[-1, :2] += 2.0
    return _ways(centre=_moved(GOOD.connectors.centre, PLAIN_WAY, line))


def _kinked() -> RoadNetwork:
    line = GOOD.connectors.centre[PLAIN_WAY]
    along = line[-1] - line[0]
    aside = np.array([-along[1], along[0], 0.0])
    bent = np.stack([line[0], line[0] + along / 2 + aside / 2, line[-1]])
    return _ways(centre=_moved(GOOD.connectors.centre, PLAIN_WAY, bent))


def _tight() -> RoadNetwork:
    line = GOOD.connectors.centre[PLAIN_WAY]
    along = line[-1] - line[0]
    unit = along / np.linalg.norm(along)
    aside = np.array([-unit[1], unit[0], 0.0])
    middle = line[0] + along / 2
    hook = np.stack([line[0], middle - unit, middle - unit + aside, middle + aside, middle, line[-1]])
    return _ways(centre=_moved(GOOD.connectors.centre, PLAIN_WAY, hook))


def _unknown_conflict() -> RoadNetwork:
    c = GOOD.conflicts
    keep = np.arange(len(c)) != np.flatnonzero(c.kind == ConflictKind.CROSSING)[0]
    names = ("first", "second", "kind", "yields", "first_enter_m", "first_exit_m", "second_enter_m", "second_exit_m")
    return replace(GOOD, conflicts=replace(c, **{name: getattr(c, name)[keep] for name in names}))


def _idle_group() -> RoadNetwork:
    group = int(GOOD.connectors.signal_group.max())
    walks = GOOD.crosswalks
    ways = _ways(signal_group=np.where(GOOD.connectors.signal_group == group, -1, GOOD.connectors.signal_group))
    idle = np.where(walks.signal_group == group, -1, walks.signal_group)
    return replace(ways, crosswalks=replace(walks, signal_group=idle))


def _states(value: SignalState, where: np.ndarray) -> RoadNetwork:
    programs = GOOD.programs
    return replace(GOOD, programs=replace(programs, state=_with(programs.state, where, value)))


def _all_green() -> RoadNetwork:
    first, last = GOOD.programs.first_state[:2].tolist()
    return _states(SignalState.GREEN, np.arange(first, last))


def _no_yellow() -> RoadNetwork:
    return _states(SignalState.RED, GOOD.programs.state == SignalState.YELLOW)


def _no_program() -> RoadNetwork:
    empty, none = np.zeros(0), np.zeros(1, np.int32)
    programs = replace(
        GOOD.programs,
        controller=np.zeros(0, np.int32), name=(), offset_s=empty, first_phase=none, duration_s=empty, min_s=empty,
        max_s=empty, first_state=none, state=np.zeros(0, np.uint8),
    )  # fmt: skip
    return replace(GOOD, programs=programs)


def _walks(**columns: Column) -> RoadNetwork:
    return replace(GOOD, crosswalks=replace(GOOD.crosswalks, **columns))


def _short_walk() -> RoadNetwork:
    centre = GOOD.crosswalks.centre
    return _walks(centre=_moved(centre, 0, centre[0][:1] + np.array([[0.0, 0, 0], [0.5, 0, 0]])))


def _wide_walk() -> RoadNetwork:
    return _walks(width_m=_with(GOOD.crosswalks.width_m, 0, 30.0))


def _uncrossed_walk() -> RoadNetwork:
    w = GOOD.crosswalks
    keep = w.crossed_crosswalk != 0
    names = ("crossed_crosswalk", "crossed_connector", "crossed_enter_m", "crossed_exit_m")
    return _walks(**{name: getattr(w, name)[keep] for name in names})


def test_a_good_network_has_no_findings() -> None:
    assert check(GOOD) == []
    assert check(grid(2, 1, lanes=1, signals=False)) == []


@pytest.mark.parametrize(
    ("broken", "code", "severity"),
    [
        (_disconnected, "disconnected-lane", "error"),
        (_stuck, "stuck-lane", "error"),
        (_dead_end, "dead-end", "warning"),
        (_dead_end, "separate-part", "warning"),
        (_no_way_in, "no-way-in", "warning"),
        (_stranded, "class-stranded", "warning"),
        (_short, "short-lane", "warning"),
        (_fast, "speed-limit", "warning"),
        (_city_fast, "speed-limit", "warning"),
        (_slow, "speed-limit", "warning"),
        (_overlapping, "overlapping-lanes", "error"),
        (_gap, "connector-gap", "error"),
        (_kinked, "connector-kink", "warning"),
        (_tight, "tight-turn", "warning"),
        (_unknown_conflict, "missing-conflict", "error"),
        (_idle_group, "idle-signal-group", "warning"),
        (_all_green, "conflicting-greens", "error"),
        (_all_green, "crosswalk-green", "error"),
        (_no_yellow, "missing-yellow", "error"),
        (_no_program, "no-program", "warning"),
        (_short_walk, "crosswalk-length", "warning"),
        (_wide_walk, "crosswalk-width", "warning"),
        (_uncrossed_walk, "crosswalk-not-crossed", "warning"),
    ],
)
def test_each_fault_is_found_with_its_place_and_cure(
    broken: Callable[[], RoadNetwork], code: str, severity: str
) -> None:
    found = [finding for finding in check(broken()) if finding.code == code]
    assert found
    assert all(isinstance(finding, Finding) for finding in found)
    assert severity in {finding.severity for finding in found}
    assert all(116.3 < finding.lon_deg < 116.5 and 39.8 < finding.lat_deg < 40.0 for finding in found)
    assert all("'" in finding.place and len(finding.message) > 30 for finding in found)


def test_a_fault_of_one_lane_is_told_once_and_names_it() -> None:
    findings = check(_stuck())
    name = GOOD.roads.ext_id[INNER_ROAD]
    assert [f.place for f in findings if f.code == "stuck-lane"] == [f"lane {GOOD.lanes.index[FED]} of road {name!r}"]


def test_errors_come_first() -> None:
    severities = [finding.severity for finding in check(_all_green())]
    assert severities == sorted(severities, key=lambda severity: severity != "error")


def test_zipping_lanes_of_one_road_may_be_green_together() -> None:
    assert not [f for f in check(GOOD) if f.code == "conflicting-greens"]


@pytest.mark.parametrize("area", sorted(AREAS))
def test_built_in_areas_can_be_checked(area: str) -> None:
    findings = check(load_area(area))
    assert {finding.code for finding in findings if finding.severity == "error"} <= {"stuck-lane", "crosswalk-green"}
