"""The input of the compiler: crossings, and the streets between them, as a register or a drawing gives them."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Streets
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame

__all__ = ["Control", "StreetPlan"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


class Control(IntEnum):
    """How a crossing is controlled."""

    PRIORITY = 0
    SIGNAL = 1
    NONE = 2
    """Change of name, merge or diverge on a main line."""
    BOUNDARY = 3


@dataclass(frozen=True)
class StreetPlan:
    """`n` crossings (nodes) and `m` streets (links) between them; map frame metres.

    Attributes:
        name, frame, attribution: of the network.
        streets: names.
        node_id, node_name: `(n,)`.
        node_x_m, node_y_m: `(n,)`.
        control: `(n,)` `Control`.
        signal_group: `(n,)` nodes with one name here share a signal controller; empty = one of its own.
        link_id: `(m,)`.
        street: `(m,)` row of `streets`.
        from_node, to_node: `(m,)`.
        line: `(m,)` centre lines from node to node: the middle of the whole street where it has two directions, the
            middle of the carriageway where it has one.
        lanes_forward, lanes_backward: `(m,)` motor lanes of each direction; backward 0 = one-way.
        kind: `(m,)` `RoadClass`.
        speed_mps: `(m,)` speed limit.
        level: `(m,)` stacking order.
        bike_lane: `(m,)` whether each direction has a bicycle lane.
        median_m: `(m,)` width between the two carriageways.
    """

    name: str
    frame: LocalFrame
    attribution: str
    streets: Streets
    node_id: tuple[str, ...]
    node_name: tuple[str, ...]
    node_x_m: Float
    node_y_m: Float
    control: NDArray[np.int8]
    signal_group: tuple[str, ...]
    link_id: tuple[str, ...]
    street: Int
    from_node: Int
    to_node: Int
    line: Polylines
    lanes_forward: Int
    lanes_backward: Int
    kind: NDArray[np.int8]
    speed_mps: Float
    level: NDArray[np.int8]
    bike_lane: NDArray[np.bool_]
    median_m: Float
