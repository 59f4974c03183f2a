"""How far before a crosswalk those stop who give way."""

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.traffic.meetings import centre_parts, crossed_m

__all__ = ["crosswalk_gap_m"]

F64 = NDArray[np.float64]

_GAP_M = 1.0
_STEP_M = 0.01


def crosswalk_gap_m(network: RoadNetwork) -> F64:
    """`(2, n_connectors)` how far before a connector, and before the place of waiting in it, one stops to give way.

    One keeps 1 m to a crosswalk on the stretch that follows. As in SUMO its part of the stretch is as long as that of a
    connector of its width: it lies about where the centre lines cross and grows with the slant of the crossing.
    """
    walks = network.crosswalks
    gap = np.zeros((2, len(network.connectors)))
    if not len(walks.crossed_crosswalk):
        return gap
    over = walks.centre.linestrings()[walks.crossed_crosswalk]
    for part in range(2):
        lines = centre_parts(network, last=part == 1)[walks.crossed_connector]
        points, owner = shapely.get_coordinates(shapely.intersection(lines, over), return_index=True)
        at = shapely.points(points)
        station = shapely.line_locate_point(lines[owner], at)
        angle = _heading(lines[owner], station) - _heading(over[owner], shapely.line_locate_point(over[owner], at))
        size = crossed_m(walks.width_m[walks.crossed_crosswalk][owner], angle, shapely.length(lines[owner]))
        before = np.maximum(_GAP_M - np.maximum(station - 0.5 * size, 0.0), 0.0)
        np.maximum.at(gap[part], walks.crossed_connector[owner], before)
    # Connectors in which nobody waits have no second part.
    gap[1, np.isnan(network.connectors.wait_m)] = 0.0
    return gap


def _heading(lines: NDArray[np.object_], station: F64) -> F64:
    back, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, np.clip(station + by, 0.0, None)))
        for by in (-_STEP_M, _STEP_M)
    )
    return np.asarray(np.arctan2(*(ahead - back).T[::-1]))
