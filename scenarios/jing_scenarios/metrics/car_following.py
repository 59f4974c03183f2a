"""Metrics of a recorded run: every vehicle at every frame, with the vehicle ahead in its lane."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jing_scenarios.metrics.criticality import (
    deceleration_mps2,
    deceleration_to_avoid_crash_mps2,
    required_deceleration_mps2,
    time_headway_s,
    time_to_collision_s,
)
from jing_sim.trace import RunFolder, TraceError

__all__ = ["TRAFFIC_METRICS", "run_metrics"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]


TRAFFIC_METRICS = (
    "gap_m", "ttc_s", "headway_s", "drac_mps2", "required_mps2", "deceleration_mps2", "jerk_mps3",
)  # fmt: skip
"""Metrics that are columns of `run_metrics`."""


def run_metrics(run: RunFolder | Path | str, *, time_s: tuple[float, float] | None = None) -> pd.DataFrame:
    """One row for each vehicle and frame, sorted by time and vehicle.

    Columns: time_s, vehicle, leader (-1 = none), lane, speed_mps and those of `TRAFFIC_METRICS`, in SI units. A leader
    is the next vehicle ahead on the same lane or connector; one beyond its end is not seen. Without a leader the
    metrics of pairs are NaN; so is the jerk at the first frame of a vehicle. Stored values are rounded to 0.01, see
    the manifest.

    Args:
        run: a run folder, whole or in part.
        time_s: begin and end, both included; None = all.

    Raises:
        TraceError: no run folder, or vehicles in its states that `vehicles.parquet` does not have.
    """
    folder = run if isinstance(run, RunFolder) else RunFolder(run)
    states = folder.states(time_s=time_s).sort_values(["vehicle", "time_s"], kind="stable", ignore_index=True)
    lengths = folder.vehicles()["length"].to_numpy(dtype=np.float64)
    vehicle = states["vehicle"].to_numpy().astype(np.int64)
    if len(vehicle) and vehicle.max() >= len(lengths):
        raise TraceError(f"{folder.path}: vehicle {vehicle.max()} is in the states but not in vehicles.parquet")
    time, speed, accel, pos = (states[c].to_numpy() for c in ("time_s", "speed_mps", "accel_mps2", "pos_m"))
    ahead = _ahead(time, states["lane"].to_numpy(), pos)
    has = ahead >= 0
    leader_speed, leader_accel = _of(ahead, speed), _of(ahead, accel)
    spacing = _of(ahead, pos) - pos
    gap = spacing - _of(ahead, lengths[vehicle])
    table = pd.DataFrame(
        {
            "time_s": time,
            "vehicle": vehicle,
            "leader": np.where(has, vehicle[ahead], -1),
            "lane": states["lane"].to_numpy(),
            "speed_mps": speed,
            "gap_m": gap,
            "ttc_s": time_to_collision_s(gap, speed, leader_speed),
            "headway_s": time_headway_s(spacing, speed),
            "drac_mps2": deceleration_to_avoid_crash_mps2(gap, speed, leader_speed),
            "required_mps2": required_deceleration_mps2(gap, speed, leader_speed, leader_accel),
            "deceleration_mps2": deceleration_mps2(accel),
            "jerk_mps3": _jerk(vehicle, time, accel),
        }
    )
    return table.sort_values(["time_s", "vehicle"], kind="stable", ignore_index=True)


def _ahead(time_s: Float, lane: Int, pos_m: Float) -> Int:
    """`(n,)` row of the next vehicle ahead at the same time on the same lane, -1 = none."""
    ahead = np.full(len(time_s), -1, dtype=np.int64)
    order = np.lexsort((pos_m, lane, time_s))
    behind, before = order[:-1], order[1:]
    same = (time_s[behind] == time_s[before]) & (lane[behind] == lane[before]) & (lane[behind] >= 0)
    ahead[behind[same]] = before[same]
    return ahead


def _of(rows: Int, values: Float) -> Float:
    """`values` at these rows, NaN where there is none."""
    return np.where(rows >= 0, values[rows], np.nan)


def _jerk(vehicle: Int, time_s: Float, accel_mps2: Float) -> Float:
    """Size of the jerk of rows sorted by vehicle and time."""
    jerk = np.full(len(time_s), np.nan)
    same = np.diff(vehicle) == 0
    jerk[1:][same] = np.abs(np.diff(accel_mps2)[same] / np.diff(time_s)[same])
    return jerk
