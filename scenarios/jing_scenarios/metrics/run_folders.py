"""Traces of run folders that any world has recorded: of scenario runs as they were, of others from their states."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import SignalState
from jing_maps.opendrive import OpenDriveMap
from jing_maps.opendrive.nearest import nearest_lane
from jing_scenarios.metrics.map_facts import map_facts
from jing_scenarios.metrics.scenario_trace import (
    Boxes,
    Places,
    ScenarioTrace,
    ScenarioTraceError,
    SignalChange,
    ego_of,
)
from jing_scenarios.metrics.trace_file import TRACE_NAME, read_trace
from jing_sim.trace import RunFolder

__all__ = ["trace_of_folder"]

Float = NDArray[np.float64]

# States do not say how tall a body is; the plane is what metrics look at.
_HEIGHT_M = 1.5
# Further beside the nearest lane than this is off the map.
_OFF_M = 0.5


def trace_of_folder(
    folder: Path | str,
    odr: OpenDriveMap | None = None,
    *,
    vehicles: Collection[int] | None = None,
    time_s: tuple[float, float] | None = None,
) -> ScenarioTrace:
    """The trace of a recorded run.

    A folder that has a `trace.parquet` gives that; of others the states are taken: rounded to 0.01, reference points
    in the middle of the bodies, the vehicle that `is_av` (else the one called so) as ego, signal groups by number.

    Args:
        folder: of the run.
        odr: its map; places are found by the nearest lane. None = as `read_trace`, or no places.
        vehicles: rows of `vehicles.parquet`; None = all. A trace is dense: choose few of a large run.
        time_s: begin and end, both included; None = all.

    Raises:
        TraceError: no run folder, or a damaged one.
        ScenarioTraceError: nobody is recorded in it.
    """
    path = Path(folder)
    if (path / TRACE_NAME).is_file() and vehicles is None and time_s is None:
        return read_trace(path, odr)
    run = RunFolder(path)
    states, table = run.states(vehicle=vehicles, time_s=time_s), run.vehicles()
    if not len(states):
        raise ScenarioTraceError(f"{path}: no states of these vehicles and times are recorded")
    times, row = np.unique(states["time_s"].to_numpy(dtype=np.float64), return_inverse=True)
    ids, column = np.unique(states["vehicle"].to_numpy(dtype=np.int64), return_inverse=True)
    about = table.iloc[ids]
    length = about["length"].to_numpy(dtype=np.float64)

    def dense(name: str) -> Float:
        out = np.full((len(times), len(ids)), np.nan)
        out[row, column] = states[name].to_numpy(dtype=np.float64)
        return out

    heading = dense("heading_rad")
    x, y, z = (dense(name) for name in ("x_m", "y_m", "z_m"))
    # States have the middle of the front bumper.
    x, y = x - length / 2 * np.cos(heading), y - length / 2 * np.sin(heading)
    names = tuple(str(name) for name in about["ext_id"])
    is_av = np.flatnonzero(about["is_av"].to_numpy(dtype=bool))
    zero, tall = np.zeros(len(ids)), np.full(len(ids), _HEIGHT_M)
    return ScenarioTrace(
        time_s=times,
        names=names,
        kinds=tuple(str(kind) for kind in about["type"]),
        boxes=Boxes(length, about["width"].to_numpy(dtype=np.float64), tall, zero, zero, tall / 2, zero),
        x_m=x,
        y_m=y,
        z_m=z,
        heading_rad=heading,
        speed_mps=dense("speed_mps"),
        accel_mps2=dense("accel_mps2"),
        places=_places(odr, x, y, z),
        odr=odr,
        ego=int(is_av[0]) if len(is_av) else ego_of(names),
        signals=_signals(run),
        t0=run.manifest.t0,
    )


def _places(odr: OpenDriveMap | None, x_m: Float, y_m: Float, z_m: Float) -> Places:
    places = Places.unknown(*x_m.shape)
    known = np.isfinite(x_m)
    if odr is None or not known.any():
        return places
    found = nearest_lane(map_facts(odr).index, x_m[known], y_m[known], z_m[known])
    road, lane = places.road.copy(), places.lane.copy()
    s, t, offset = (column.copy() for column in (places.s_m, places.t_m, places.offset_m))
    road[known] = np.where(found.outside_m > _OFF_M, -1, found.road)
    lane[known] = found.lane
    s[known], t[known], offset[known] = found.s_m, found.t_m, found.offset_m
    return Places(road, lane, s, t, offset)


def _signals(run: RunFolder) -> tuple[SignalChange, ...]:
    table = run.signals()
    rows = zip(table["time_ms"].tolist(), table["group"].tolist(), table["state"].tolist(), strict=True)
    return tuple(SignalChange(time / 1000, str(group), SignalState(state).name.lower()) for time, group, state in rows)
