"""A grid of streets: the test network of tests, benchmarks and first experiments.

>>> network = grid(2, 2)
>>> len(network.controllers), len(network.roads)
(4, 24)
"""

import numpy as np

from jing_maps.columns import RoadClass, Streets
from jing_maps.compile import Control, StreetPlan, compile_network
from jing_maps.errors import NetworkError
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame

__all__ = ["grid"]


def grid(
    nx: int,
    ny: int,
    *,
    spacing_m: float = 200.0,
    lanes: int = 2,
    speed_limit_mps: float = 13.89,
    signals: bool = True,
) -> RoadNetwork:
    """`nx` x `ny` crossings of two-way streets, with a gate at the end of each street.

    Crossings are `J<column>_<row>`, gates `G...`; streets of one direction are named 纬 (east-west) and 经.

    Args:
        nx, ny: crossings from west to east, and from south to north.
        spacing_m: between crossings, and from the outer ones to the gates.
        lanes: motor lanes of each direction.
        speed_limit_mps: of all streets.
        signals: else all crossings are priority junctions with equal rights.

    Raises:
        NetworkError: fewer than one crossing, or less than 60 m between them.
    """
    if nx < 1 or ny < 1 or spacing_m < 60 or lanes < 1:
        raise NetworkError(f"a grid needs nx, ny, lanes >= 1 and spacing_m >= 60, not {nx}, {ny}, {lanes}, {spacing_m}")
    nodes: dict[tuple[int, int], int] = {}
    for column in range(-1, nx + 1):
        for row in range(-1, ny + 1):
            if 0 <= column < nx or 0 <= row < ny:
                nodes[column, row] = len(nodes)
    inner = {place for place in nodes if 0 <= place[0] < nx and 0 <= place[1] < ny}
    links = [
        ((column, row), (column + dx, row + dy))
        for (column, row) in nodes
        for dx, dy in ((1, 0), (0, 1))
        if (column + dx, row + dy) in nodes and ((column, row) in inner or (column + dx, row + dy) in inner)
    ]
    xy = np.array(list(nodes), dtype=float) * spacing_m
    control = Control.SIGNAL if signals else Control.PRIORITY
    count = np.full(len(links), lanes, dtype=np.int32)
    return compile_network(
        StreetPlan(
            name=f"grid-{nx}x{ny}",
            frame=LocalFrame.tangent(116.39, 39.91),
            attribution="made by jing_maps.grid",
            streets=Streets(
                tuple(f"纬{row + 1}路" for row in range(ny)) + tuple(f"经{column + 1}路" for column in range(nx)),
                tuple(f"Row {row + 1}" for row in range(ny)) + tuple(f"Column {column + 1}" for column in range(nx)),
            ),
            node_id=tuple(f"{'J' if place in inner else 'G'}{place[0]}_{place[1]}" for place in nodes),
            node_name=("",) * len(nodes),
            node_x_m=xy[:, 0],
            node_y_m=xy[:, 1],
            control=np.array([control if place in inner else Control.BOUNDARY for place in nodes], dtype=np.int8),
            signal_group=("",) * len(nodes),
            link_id=tuple(f"{a[0]}_{a[1]}-{b[0]}_{b[1]}" for a, b in links),
            street=np.array([a[1] if a[1] == b[1] else ny + a[0] for a, b in links], dtype=np.int32),
            from_node=np.array([nodes[a] for a, _ in links], dtype=np.int32),
            to_node=np.array([nodes[b] for _, b in links], dtype=np.int32),
            line=Polylines.from_list([np.array([a, b], dtype=float) * spacing_m for a, b in links]),
            lanes_forward=count,
            lanes_backward=count,
            kind=np.full(len(links), RoadClass.SECONDARY, dtype=np.int8),
            speed_mps=np.full(len(links), speed_limit_mps),
            level=np.zeros(len(links), dtype=np.int8),
            bike_lane=np.zeros(len(links), dtype=bool),
            median_m=np.full(len(links), 4.0),
        )
    )
