"""How the ways of a network follow each other, as flat columns for the kernels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork

__all__ = ["Ways", "ways_of"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Ways:
    """`(n_ways,)` lanes, then connectors.

    Attributes:
        length_m: of the way.
        start_m: station of the road at which a lane begins; 0 for connectors.
        road: of a lane; for a connector the road that it leaves, as in `links.parquet`.
        left, right: the neighbouring lanes, -1 = none.
        first_next, next_way: `(n_ways + 1,)` and the ways that follow.
    """

    length_m: Float
    start_m: Float
    road: Int
    left: Int
    right: Int
    first_next: Int
    next_way: Int

    def __len__(self) -> int:
        return len(self.length_m)


def ways_of(network: RoadNetwork) -> Ways:
    """The ways of a network."""
    lanes, connectors = network.lanes, network.connectors
    none = np.full(len(connectors), -1, np.int32)
    out = network.lane_out
    next_of_connectors = len(out.items) + np.arange(1, len(connectors) + 1)
    return Ways(
        length_m=np.concatenate([lanes.length_m, connectors.length_m]),
        start_m=np.concatenate([lanes.start_m, np.zeros(len(connectors))]),
        road=np.concatenate([lanes.road, network.road_of_connector()[0]]).astype(np.int32),
        left=np.concatenate([lanes.left, none]).astype(np.int32),
        right=np.concatenate([lanes.right, none]).astype(np.int32),
        first_next=np.concatenate([out.first, next_of_connectors]).astype(np.int32),
        next_way=np.concatenate([out.items + len(lanes), connectors.to_lane]).astype(np.int32),
    )
