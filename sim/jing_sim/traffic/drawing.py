"""Centre lines of all lanes and connectors in one table, for `kernels_frame`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.protocols import VehicleFrame
from jing_sim.traffic.kernels_frame import locate_rows
from jing_sim.traffic.tables import WayTables

__all__ = ["Drawing", "drawing_of"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


@dataclass(frozen=True)
class Drawing:
    """Lines of lanes, then of connectors.

    Attributes:
        line_first, xyz, station: `(n_lines + 1,)`, `(n_points, 3)`, `(n_points,)`.
        stretch: `(n_lines,)` drawn over driven length.
        turn: `(n_connectors,)`.
    """

    line_first: I32
    xyz: F64
    station: F64
    stretch: F64
    turn: NDArray[np.int8]

    def frame(
        self, tables: WayTables, first: I32, f: NDArray[np.float32], i: I32, n: int, *, by_vehicle: bool = True
    ) -> VehicleFrame:
        """The vehicles of a world as they stand in its rows, or sorted by vehicle."""
        vehicle, lane = np.empty(n, np.int32), np.empty(n, np.int32)
        place, moving = np.empty((n, 4)), np.empty((n, 2), np.float32)
        pos, flags = np.empty(n, np.float32), np.empty(n, np.uint8)
        locate_rows(
            tables.n_lanes, first, f, i, tables.wayi, tables.offset_m, self.line_first, self.xyz, self.station,
            self.stretch, self.turn, vehicle, place, moving, lane, pos, flags,
        )  # fmt: skip
        order = np.argsort(vehicle, kind="stable") if by_vehicle else slice(None)
        place, drive = place[order], moving[order].astype(np.float64)
        return VehicleFrame(
            vehicle=vehicle[order], x_m=place[:, 0], y_m=place[:, 1], z_m=place[:, 2], heading_rad=place[:, 3],
            speed_mps=drive[:, 0], accel_mps2=drive[:, 1], lane=lane[order], pos_m=pos[order].astype(np.float64),
            flags=flags[order],
        )  # fmt: skip


def drawing_of(network: RoadNetwork) -> Drawing:
    """The drawing of a network."""
    lanes, connectors = network.lanes, network.connectors
    firsts = [lanes.centre.first[:-1], connectors.centre.first + lanes.centre.first[-1]]
    drawn = np.concatenate([lanes.centre.lengths_m(), connectors.centre.lengths_m()])
    return Drawing(
        line_first=np.concatenate(firsts).astype(np.int32),
        xyz=np.ascontiguousarray(np.concatenate([lanes.centre.xyz, connectors.centre.xyz])),
        station=np.concatenate([lanes.centre.station_m, connectors.centre.station_m]),
        stretch=drawn / np.concatenate([lanes.length_m, connectors.length_m]),
        turn=connectors.turn.astype(np.int8),
    )
