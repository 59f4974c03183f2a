"""Road networks without turns back that are tighter than cars can drive at once.

Maps let vehicles turn back wherever that is allowed, however narrow the median: drivers do it in three moves, or from
another lane. Programs that follow the middle line of such a turn leave the road.
"""

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Conflicts, Connectors, Turn
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines

__all__ = ["without_tight_turns"]

Columns = TypeVar("Columns", Connectors, Conflicts)


def without_tight_turns(network: RoadNetwork, radius_m: float) -> RoadNetwork:
    """The network without connectors that turn back within less than twice `radius_m`; all else keeps its row.

    Lanes that led nowhere else end there.
    """
    connectors = network.connectors
    lines = [connectors.centre[row] for row in range(len(connectors))]
    across_m = np.array([float(np.hypot(*(line[-1] - line[0])[:2])) for line in lines])
    kept = ~((connectors.turn == Turn.U_TURN) & (across_m < 2.0 * radius_m))
    new_row = (np.cumsum(kept) - 1).astype(np.int32)
    conflicts, walks = network.conflicts, network.crosswalks
    both = _taken(conflicts, np.flatnonzero(kept[conflicts.first] & kept[conflicts.second]))
    over = kept[walks.crossed_connector]
    return replace(
        network,
        connectors=_taken(connectors, np.flatnonzero(kept)),
        conflicts=replace(both, first=new_row[both.first], second=new_row[both.second]),
        crosswalks=replace(
            walks,
            crossed_crosswalk=walks.crossed_crosswalk[over],
            crossed_connector=new_row[walks.crossed_connector[over]],
            crossed_enter_m=walks.crossed_enter_m[over],
            crossed_exit_m=walks.crossed_exit_m[over],
        ),
    )


def _taken(columns: Columns, rows: NDArray[np.int64]) -> Columns:
    """These rows of all columns."""
    taken: dict[str, Any] = {field.name: getattr(columns, field.name) for field in fields(columns)}
    for name, values in taken.items():
        taken[name] = values.take(rows.astype(np.int32)) if isinstance(values, Polylines) else values[rows]
    return replace(columns, **taken)
