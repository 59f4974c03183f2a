"""A scenario's run as a run folder.

Beside the tables of every run folder: `storyboard.json` (changes of the storyboard's elements) and `trace.parquet`
(all columns at full precision, by `metrics.trace_file`).
"""

from __future__ import annotations

import dataclasses
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jing_maps.areas import AREAS, load_area
from jing_maps.errors import MapFormatError
from jing_maps.nearest import LaneIndex
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.example import straight_road
from jing_maps.opendrive.network import to_network
from jing_maps.tight_turns import without_tight_turns
from jing_scenarios.metrics.scenario_runs import trace_of
from jing_scenarios.metrics.trace_file import write_trace
from jing_scenarios.storyboard.set_up import plan_of
from jing_sim.carla.maps import TIGHT_M, xodr_of_area
from jing_sim.protocols import VehicleFrame
from jing_sim.trace import Actors, RunManifest, Severity, TraceWriter, inputs_hash

if TYPE_CHECKING:
    from jing_scenarios.roads.plan import RoadPlan
    from jing_scenarios.storyboard.run import ScenarioRun

__all__ = ["STORYBOARD_NAME", "write_run"]

Float = NDArray[np.float64]
Int = NDArray[np.int32]

STORYBOARD_NAME = "storyboard.json"
_LANE_REACH_M = 5.0
_BRAKING_MPS2, _HALTING_MPS = -0.3, 0.1
_BRAKES, _HALTS = 1, 8


def write_run(run: ScenarioRun, folder: Path | str) -> Path:
    """The run stands in a new folder, as every viewer and metric reads it.

    Raises:
        TraceError: the folder holds a run already.
        OSError: a file cannot be written.
    """
    folder = Path(folder)
    plan = plan_of(run.scenario.road_file)
    odr, (network, missing) = plan.odr, _network_of(plan)
    path = run.scenario.path
    manifest = RunManifest(
        run_id=folder.name, area=odr.path or "none", plan="scenario", engine=run.world, seed=run.seed, dt_s=run.dt_s,
        scenario_hash=inputs_hash(path) if path is not None else "", warnings=[*run.warnings, *missing],
    )  # fmt: skip
    with TraceWriter(folder, network, _actors_of(run), manifest) as writer:
        writer.summarise({"stopped_by": run.stopped_by, "sim_end_s": run.sim_end_s, "state_hash": run.state_hash})
        _write_frames(run, network, writer)
        _write_events(run, writer)
    changes = [change._asdict() for change in run.storyboard]
    (folder / STORYBOARD_NAME).write_text(json.dumps(changes, ensure_ascii=False, indent=0), encoding="utf-8")
    write_trace(trace_of(run, odr), folder)
    return folder


@lru_cache(maxsize=8)
def _network_of(plan: RoadPlan) -> tuple[RoadNetwork, tuple[str, ...]]:
    """The lanes of a map, none for maps without any (with a warning)."""
    known = _area_network(Path(plan.odr.path))
    if known is not None:
        return known, ()
    try:
        return to_network(plan.odr, Path(plan.odr.path).stem or "none"), ()
    except MapFormatError as error:
        nothing = to_network(straight_road(length_m=10.0, lane_width_m=3.5), "none")
        return _emptied(nothing), (f"no lanes are drawn: {error}",)


def _area_network(path: Path) -> RoadNetwork | None:
    """The network that a built-in area's file was written from: to make it anew from the file takes a quarter of a
    minute."""
    area = path.stem.rpartition("-")[0]
    if area not in AREAS or path.resolve() != xodr_of_area(area).resolve():
        return None
    return without_tight_turns(load_area(area), TIGHT_M)


def _emptied(part: Any, name: str = "") -> Any:  # noqa: ANN401  # every kind of column
    """The same columns without a row."""
    if isinstance(part, np.ndarray):
        return part[:1] * 0 if name.startswith("first") else part[:0]
    if isinstance(part, tuple):
        return ()
    if dataclasses.is_dataclass(part) and name not in ("frame",):
        columns = {f.name: _emptied(getattr(part, f.name), f.name) for f in dataclasses.fields(part) if f.init}
        return dataclasses.replace(part, **columns)  # type: ignore[type-var]
    return part


def _actors_of(run: ScenarioRun) -> Actors:
    bodies = run.bodies
    present = np.isfinite(run.x)
    first = np.where(present.any(axis=0), run.time_s[np.argmax(present, axis=0)], 0.0)
    n = len(bodies)
    return Actors(
        ext_id=run.names,
        type=tuple(body.category or body.kind for body in bodies),
        length_m=np.array([body.size_m[0] for body in bodies]),
        width_m=np.array([body.size_m[1] for body in bodies]),
        depart_s=first,
        max_speed_mps=np.array([min(body.max_speed_mps, 1000.0) for body in bodies]),
        origin=("",) * n,
        destination=("",) * n,
        is_av=np.array([name in run.driven for name in run.names], dtype=bool),
    )


def _write_frames(run: ScenarioRun, network: RoadNetwork, writer: TraceWriter) -> None:
    reach = np.array([body.centre_m[0] + body.size_m[0] / 2 for body in run.bodies])
    x, y = run.x + reach * np.cos(run.h), run.y + reach * np.sin(run.h)
    present = np.isfinite(run.x)
    lane, pos = np.full(x.shape, -1, dtype=np.int32), np.zeros(x.shape)
    if len(network.lanes) and present.any():
        index = LaneIndex(network)
        near = index.nearest(x[present], y[present], heading_rad=run.h[present], max_distance_m=_LANE_REACH_M)
        lane[present], pos[present] = near.lane, np.nan_to_num(near.pos_m)
    flags = _BRAKES * (run.accel < _BRAKING_MPS2) + _HALTS * (np.abs(run.speed) < _HALTING_MPS)
    last = present.shape[0] - 1
    for k, time_s in enumerate(run.time_s.tolist()):
        rows = np.flatnonzero(present[k]).astype(np.int32)
        entered = rows if k == 0 else rows[~present[k - 1, rows]]
        writer.entered(time_s, entered)
        frame = VehicleFrame(
            rows, x[k, rows], y[k, rows], run.z[k, rows], run.h[k, rows], run.speed[k, rows], run.accel[k, rows],
            lane[k, rows], pos[k, rows], flags[k, rows].astype(np.uint8),
        )  # fmt: skip
        writer.frame(time_s, frame)
        if k < last:
            writer.arrived(float(run.time_s[k + 1]), rows[~present[k + 1, rows]])


def _write_events(run: ScenarioRun, writer: TraceWriter) -> None:
    """Contacts, signals and the storyboard on the timeline, in the order of time."""
    marks: list[tuple[float, str, int, str, Severity]] = [
        (c.time_s, "storyboard", -1, f"{c.type} {c.element}: {c.state} ({c.transition})", Severity.NOTE)
        for c in run.storyboard
    ]
    for contact in run.contacts:
        other = run.names[contact.other] if contact.other >= 0 else "the scene"
        kind, severity = ("collision", Severity.CRITICAL) if contact.begins else ("collision ends", Severity.NOTE)
        text = f"{run.names[contact.actor]} and {other}"
        marks.append((contact.time_s, kind, contact.actor, text, severity))
    marks += [(time_s, "signal", -1, f"{signal}: {state}", Severity.NOTE) for time_s, signal, state in run.signals]
    for time_s, kind, actor, text, severity in sorted(marks, key=lambda mark: mark[0]):
        writer.event(time_s, kind, actor, text, severity=severity)
