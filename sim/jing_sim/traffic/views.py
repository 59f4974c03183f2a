"""A world's vehicles by lane and connector, for measures."""

from typing import TYPE_CHECKING

import numpy as np

from jing_sim.protocols import StepView
from jing_sim.traffic import rows as r

if TYPE_CHECKING:
    from jing_sim.traffic.world import TrafficWorld

__all__ = ["step_view"]


def step_view(world: "TrafficWorld") -> StepView:
    """All vehicles as `jing_sim.measures` read them: the two parts of a connector are one way."""
    f, i = world.rows()
    tables, n, ways = world.tables, int(world.state.pointers[3]), world.ways()
    connector = tables.wayi[ways, r.W_CONNECTOR]
    line = np.where(connector >= 0, tables.n_lanes + connector, ways)
    pos = f[:n, r.POS] + tables.offset_m[ways]
    order = np.lexsort((-pos, line))
    first = np.zeros(tables.n_lanes + len(world.network.connectors) + 1, np.int32)
    first[1:] = np.cumsum(np.bincount(line, minlength=len(first) - 1))
    types = i[:n, r.TYPE][order]
    return StepView(
        time_s=world.time_s,
        dt_s=world.options.dt_s,
        first=first,
        vehicle=i[:n, r.ID][order],
        pos_m=pos[order].astype(np.float64),
        speed_mps=f[:n, r.SPEED][order].astype(np.float64),
        accel_mps2=f[:n, r.ACCEL][order].astype(np.float64),
        length_m=world.demand.typef[types, r.T_LENGTH],
        vehicle_type=types,
    )
