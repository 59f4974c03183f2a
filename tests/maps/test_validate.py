from dataclasses import replace

import numpy as np
import pytest

from jing_maps.errors import NetworkError
from jing_maps.grid import grid
from jing_maps.polylines import Polylines

GOOD = grid(1, 1)


def _at(column: np.ndarray, row: int, value: float) -> np.ndarray:
    out = column.copy()
    out[row] = value
    return out


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "problem"),
    [
        ("roads", "from_junction", 0, 99, "roads.from_junction, row 0 .*: must be a row number below"),
        ("roads", "street", 0, -2, "roads.street, row 0 .*: must be -1 or a row number below"),
        ("roads", "kind", 0, 9, "is no RoadClass"),
        ("roads", "length_m", 1, 0.0, "roads.length_m, row 1 .*: must be a positive number of metres"),
        ("roads", "first_lane", -1, 1, "roads.first_lane must rise from 0"),
        ("lanes", "road", 0, 1, "lanes must be grouped by road"),
        ("lanes", "index", 0, 1, "must count from the right"),
        ("lanes", "left", 0, 3, "must be the next row of the same road"),
        ("lanes", "length_m", 2, np.nan, "lanes.length_m, row 2"),
        ("lanes", "width_m", 0, 0.0, "must be positive"),
        ("lanes", "speed_limit_mps", 0, -1.0, "must be positive"),
        ("lanes", "allowed", 0, 999, "knows bits up to 127"),
        ("lanes", "start_m", 0, -1.0, "must not be negative"),
        ("connectors", "to_lane", 0, -1, "must be a row number below"),
        ("connectors", "turn", 0, 7, "is no Turn"),
        ("connectors", "signal_group", 0, 999, "must be -1 or a row number"),
        ("connectors", "wait_m", 0, 0.0, "must be NaN or lie between 0 and length_m"),
        ("connectors", "wait_m", 0, 99.0, "must be NaN or lie between 0 and length_m"),
        ("connectors", "junction", 0, 1, "does not (end|begin) at this junction"),
        ("conflicts", "kind", 0, 5, "is no ConflictKind"),
        ("conflicts", "second", 0, 0, "must be greater than first"),
        ("junctions", "kind", 0, -1, "is no JunctionKind"),
        ("junctions", "controller", 0, 8, "must be -1 or a row number"),
        ("signal_groups", "controller", 0, 4, "must be a row number below"),
        ("programs", "duration_s", 0, 0.0, "must be positive"),
        ("programs", "state", 0, 77, "is no SignalState"),
        ("crosswalks", "junction", 0, 99, "must be a row number below"),
    ],
)
def test_a_wrong_value_is_refused_with_table_column_and_row(
    table: str, column: str, row: int, value: float, problem: str
) -> None:
    rows = getattr(GOOD, table)
    broken = replace(rows, **{column: _at(getattr(rows, column), row, value)})
    with pytest.raises(NetworkError, match=problem):
        replace(GOOD, **{table: broken})


@pytest.mark.parametrize(
    ("table", "column"), [("lanes", "width_m"), ("roads", "ext_id"), ("conflicts", "yields"), ("streets", "name_en")]
)
def test_a_column_of_wrong_length_is_refused(table: str, column: str) -> None:
    rows = getattr(GOOD, table)
    with pytest.raises(NetworkError, match=rf"{table}\.{column} has \d+ rows; the table has \d+"):
        replace(GOOD, **{table: replace(rows, **{column: getattr(rows, column)[1:]})})


def test_a_line_needs_two_finite_points() -> None:
    lanes, lines = GOOD.lanes, [GOOD.lanes.centre[i] for i in range(len(GOOD.lanes))]
    with pytest.raises(NetworkError, match="needs at least two points"):
        replace(GOOD, lanes=replace(lanes, centre=Polylines.from_list([lines[0][:1], *lines[1:]])))
    with pytest.raises(NetworkError, match="not a number"):
        replace(GOOD, lanes=replace(lanes, centre=Polylines.from_list([lines[0] * np.nan, *lines[1:]])))


def test_phases_need_a_state_for_each_group() -> None:
    programs = GOOD.programs
    first = programs.first_state.copy()
    first[1] += 1
    with pytest.raises(NetworkError, match="one state for each group"):
        replace(GOOD, programs=replace(programs, first_state=first))
