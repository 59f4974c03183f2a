"""Travel times of roads: from the begin of a road to the begin of the next one, vehicle by vehicle."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel

__all__ = ["follow_roads"]

Int = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float = NDArray[np.float64]

_AT_BEGIN_M = 1.0
_LEAST_MPS = 1.0e-3
# Columns of `sums`.
_COUNT, _TIME, _WAY, _DELAY = range(4)


@kernel
def follow_roads(
    step: int, now_s: float, dt: float, n_lanes: int, first: Int, vehicle: Int, pos: Float, speed: Float, length: Float,
    kind: Int, way_road: Int, way_limit: Float, top_speed: Float, seen: Int64, road_of: Int, entered_s: Float,
    driven: Float, lost: Float, sums: Float,
) -> None:  # fmt: skip
    """Adds a step; `seen`, `road_of`, `entered_s` (NaN = not at its begin), `driven`, `lost` `(n_trips,)`."""
    for way in range(len(first) - 1):
        road = way_road[way]
        for k in range(first[way], first[way + 1]):
            v = vehicle[k]
            loss = max(1.0 - speed[k] / min(way_limit[way], top_speed[kind[k]]), 0.0)
            known = seen[v] == step - 1
            seen[v] = step
            if known and road_of[v] == road:
                driven[v] += speed[k] * dt
                lost[v] += loss * dt
                continue
            here_s = 0.0
            if known:
                here_s = min(pos[k] / max(speed[k], _LEAST_MPS), dt)
                was = road_of[v]
                if not np.isnan(entered_s[v]):
                    sums[was, _COUNT] += 1.0
                    sums[was, _TIME] += now_s - here_s - entered_s[v]
                    sums[was, _WAY] += driven[v] + speed[k] * (dt - here_s)
                    sums[was, _DELAY] += lost[v] + loss * (dt - here_s)
            begins = known or (way < n_lanes and pos[k] - length[k] <= _AT_BEGIN_M)
            road_of[v] = road
            entered_s[v] = now_s - here_s if begins else np.nan
            driven[v] = speed[k] * here_s
            lost[v] = loss * here_s
