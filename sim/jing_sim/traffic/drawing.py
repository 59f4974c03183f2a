"""Centre lines of all lanes and connectors in one table, for `kernels_frame`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Turn
from jing_maps.network import RoadNetwork
from jing_sim.protocols import VehicleFrame
from jing_sim.traffic.kernels_frame import K_ID, N_KEPT, P_HEADING, P_STATION, P_STEP_X, P_X, keep_rows, locate_rows
from jing_sim.traffic.tables import WayTables

__all__ = ["Drawing", "Glance", "drawing_of"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


@dataclass(frozen=True)
class Drawing:
    """Lines of lanes, then of connectors.

    Attributes:
        line_first: `(n_lines + 1,)`.
        points: `(n_points, 8)`: x, y, z; station in metres as they are driven, which may differ from the drawn ones;
            x, y, z to the next point for a driven metre; heading to it [rad]. The last of a line leads nowhere.
        turn_flag: `(n_connectors,)` bits of `VehicleFrame.flags`.
    """

    line_first: I32
    points: F64
    turn_flag: NDArray[np.uint8]

    def glance(self, tables: WayTables, first: I32, f: NDArray[np.float32], i: I32, n: int) -> "Glance":
        """What a frame needs of the `n` rows of a world, copied."""
        kept = np.empty((n, N_KEPT), np.int32)
        keep_rows(n, f, i, kept.view(np.float32), kept)
        return Glance(self, tables, first.copy(), kept)


@dataclass(frozen=True)
class Glance:
    """A world at one time: a frame can be made of it while the world goes on.

    Attributes:
        first: `(n_ways + 1,)`; kept: `(n, N_KEPT)` words of the rows.
    """

    drawing: Drawing
    tables: WayTables
    first: I32
    kept: I32

    def frame(self) -> VehicleFrame:
        """The vehicles, sorted by number."""
        n, ids = len(self.kept), self.kept[:, K_ID]
        lowest, highest = (int(ids.min()), int(ids.max())) if n else (0, -1)
        vehicle, lane, flags = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.uint8)
        place, moving = np.empty((4, n)), np.empty((3, n))
        drawing, tables = self.drawing, self.tables
        locate_rows(
            tables.n_lanes, self.first, self.kept.view(np.float32), self.kept, tables.wayi, tables.offset_m,
            drawing.line_first, drawing.points, drawing.turn_flag, lowest, np.zeros(highest - lowest + 1, np.int32),
            vehicle, place, moving, lane, flags,
        )  # fmt: skip
        return VehicleFrame(
            vehicle=vehicle, x_m=place[0], y_m=place[1], z_m=place[2], heading_rad=place[3], speed_mps=moving[0],
            accel_mps2=moving[1], lane=lane, pos_m=moving[2], flags=flags,
        )  # fmt: skip


def drawing_of(network: RoadNetwork) -> Drawing:
    """The drawing of a network."""
    lanes, connectors = network.lanes, network.connectors
    line_first = np.concatenate([lanes.centre.first[:-1], connectors.centre.first + lanes.centre.first[-1]])
    drawn_m = np.concatenate([lanes.centre.lengths_m(), connectors.centre.lengths_m()])
    driven_m = np.concatenate([lanes.length_m, connectors.length_m])
    points = np.zeros((line_first[-1], 8))
    points[:, P_X : P_X + 3] = np.concatenate([lanes.centre.xyz, connectors.centre.xyz])
    station = np.concatenate([lanes.centre.station_m, connectors.centre.station_m])
    shrink = driven_m / np.maximum(drawn_m, 1e-9)
    points[:, P_STATION] = station * np.repeat(shrink, np.diff(line_first))
    ahead = np.diff(points, axis=0, append=points[-1:])
    span = ahead[:, P_STATION : P_STATION + 1]
    points[:, P_STEP_X : P_STEP_X + 3] = np.where(
        span > 0, ahead[:, P_X : P_X + 3] / np.where(span > 0, span, 1.0), 0.0
    )
    points[:, P_HEADING] = np.arctan2(ahead[:, P_X + 1], ahead[:, P_X])
    flag_of = {Turn.LEFT: 2, Turn.U_TURN: 2, Turn.RIGHT: 4}
    turn_flag = np.array([flag_of.get(turn, 0) for turn in Turn], np.uint8)[connectors.turn]
    return Drawing(line_first.astype(np.int32), points, turn_flag)
