"""Crosswalks out of the crossing edges of a SUMO network."""

from dataclasses import dataclass

import numpy as np
import shapely

from jing_maps.columns import Crosswalks
from jing_maps.conflicts import ConnectorShapes
from jing_maps.polylines import Polylines
from jing_maps.sumo.elements import Net, NetEdge

__all__ = ["NetCrossing", "crossings", "crosswalks"]


@dataclass(frozen=True, slots=True)
class NetCrossing:
    """A crossing edge, the junction it belongs to, and the (signal, link index) that rules it."""

    edge: NetEdge
    junction: str
    signal: tuple[str, int] | None
    line: int


def crossings(net: Net) -> list[NetCrossing]:
    """The crossings of a network in file order; a crossing that no walking area leads to has no signal."""
    entered = {c.to_edge: c for c in net.connections if net.edges[c.to_edge].function == "crossing"}
    found = []
    for edge in net.edges.values():
        # Crossing ids are made from the junction: ":JUNCTION_c0".
        junction = edge.id[1:].rpartition("_c")[0]
        if edge.function == "crossing" and edge.lanes and junction in net.junctions:
            link = entered.get(edge.id)
            signal = (link.tl, link.link) if link is not None and link.tl else None
            found.append(NetCrossing(edge, junction, signal, link.line if link else edge.line))
    return found


def crosswalks(
    found: list[NetCrossing],
    junction_row: dict[str, int],
    road_row: dict[str, int],
    groups: list[int],
    shapes: ConnectorShapes,
) -> Crosswalks:
    """The crosswalk table; `groups` holds the signal group of each crossing or -1, `shapes` all connectors."""
    centre = Polylines.from_list([crossing.edge.lanes[0].shape for crossing in found])
    junction = np.array([junction_row[crossing.junction] for crossing in found], dtype=np.int32)
    width_m = np.array([crossing.edge.lanes[0].width_m for crossing in found])
    roads = [[road_row[edge] for edge in crossing.edge.crossed if edge in road_row] for crossing in found]
    rows: list[tuple[int, int, float, float]] = []
    for walk in range(len(found)):
        area = shapely.buffer(shapely.linestrings(centre[walk][:, :2]), width_m[walk] / 2, cap_style="flat")
        for connector in np.flatnonzero(shapes.junction == junction[walk]):
            line = shapely.linestrings(shapes.centre[int(connector)][:, :2])
            points = shapely.get_coordinates(shapely.intersection(line, area))
            if len(points) > 1:
                at = shapely.line_locate_point(line, shapely.points(points)) / shapely.length(line)
                at = at * shapes.length_m[connector]
                rows.append((walk, int(connector), float(at.min()), float(at.max())))
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Crosswalks(
        junction=junction,
        road=np.array([ids[0] if ids else -1 for ids in roads], dtype=np.int32),
        signal_group=np.array(groups, dtype=np.int32),
        width_m=width_m,
        centre=centre,
        crossed_crosswalk=table[:, 0].astype(np.int32),
        crossed_connector=table[:, 1].astype(np.int32),
        crossed_enter_m=table[:, 2].copy(),
        crossed_exit_m=table[:, 3].copy(),
    )
