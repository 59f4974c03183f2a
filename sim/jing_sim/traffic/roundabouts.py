"""From which roads a roundabout is in sight."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jing_maps.network import RoadNetwork

__all__ = ["near_ring"]

_SIGHT_M = 300.0


def near_ring(network: RoadNetwork) -> NDArray[np.bool_]:
    """`(n_roads,)` the roads of roundabouts, and those at whose end one is less than 300 m away."""
    ring = network.roads.roundabout
    near = ring.copy()
    if not ring.any():
        return near
    n = len(network.roads)
    lanes = network.lanes.road
    tail, head = lanes[network.connectors.from_lane], lanes[network.connectors.to_lane]
    pairs = np.unique(head.astype(np.int64) * n + tail)
    way_m = np.where(ring, 1.0e-3, network.roads.length_m)[pairs // n]
    back = csr_array((way_m, (pairs // n, pairs % n)), shape=(n, n))
    near |= dijkstra(back, indices=np.flatnonzero(ring), min_only=True, limit=_SIGHT_M) < _SIGHT_M
    return near
