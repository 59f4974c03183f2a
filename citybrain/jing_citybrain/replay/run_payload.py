"""One run as the page needs it: a little JSON, and packed columns of drives, signals and link classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jing_citybrain.replay.errors import ReplayError
from jing_citybrain.replay.keyframes import pack_keyframes, read_keyframes
from jing_citybrain.replay.packing import deltas, pack
from jing_citybrain.replay.shapes import Shapes
from jing_maps.columns import RoadClass
from jing_sim.trace import LINK_BIN_S, RunFolder, RunManifest

__all__ = ["CLASS_BREAKS_KMH", "RunPayload", "link_classes", "run_payload"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]

CLASS_BREAKS_KMH = {"expressway": (65, 50, 35, 20), "arterial": (40, 30, 20, 15), "other": (35, 25, 15, 10)}
"""Mean speeds [km/h] above which a link is 畅通, 基本畅通, 轻度拥堵, 中度拥堵 (else 严重拥堵), by class of road.

As papers quote them for Beijing (after DB11/T 785-2011); the standard's own text was not at hand.
"""
_BREAKS_OF = {RoadClass.EXPRESSWAY: "expressway", RoadClass.ARTERIAL: "arterial", RoadClass.EXPRESSWAY_SIDE: "arterial"}
_COARSE_BINS = 5
_MOST_EVENTS = 2000


@dataclass(frozen=True)
class RunPayload:
    """`meta` goes into the page as JSON, `blobs` as compressed bytes; the rest is for the report."""

    meta: dict[str, Any]
    blobs: dict[str, bytes]
    vehicles: int
    samples: int
    keyframes: int
    warnings: tuple[str, ...]


def run_payload(folder: RunFolder, shapes: Shapes, bound_m: float, quantum_m: float) -> RunPayload:
    """The payload of a run, positions within `bound_m` in x and in y.

    Raises:
        ReplayError: the manifest has no frame, or the run has no vehicle and no signal to show.
    """
    manifest = folder.manifest
    if manifest.crs is None:
        raise ReplayError(f"{folder.path}/manifest.json: crs is missing; record the run again")
    keys, samples = read_keyframes(folder.segments, bound_m - quantum_m / 2)
    vehicles, signals, links, events = folder.vehicles(), folder.signals(), folder.links(), folder.events()
    if len(keys) == 0 and len(signals) == 0:
        raise ReplayError(f"{folder.path}: the run is empty: no vehicle ever drove and no signal changed")
    if len(keys) and int(keys.vehicle.max()) >= len(vehicles):
        raise ReplayError(
            f"{folder.path}/states: vehicle {int(keys.vehicle.max())} has no row in vehicles.parquet "
            f"({len(vehicles)} rows); record the run again"
        )
    tick_ms = int(np.gcd.reduce(np.append(keys.time_ms, 1000))) or 1000
    n_bins, speeds = _bins(folder, links, len(shapes.road_class))
    warnings = [*manifest.warnings, *folder.missing()]
    if not manifest.crs.georeferenced:
        warnings.append("the map does not say where on Earth it lies; longitude and latitude are nominal")
    begin_ms, end_ms = _span(folder, keys.time_ms, signals)
    meta = {
        **_said(manifest, manifest.crs.georeferenced),
        "begin": begin_ms / 1000,
        "end": end_ms / 1000,
        "tick": tick_ms / 1000,
        "quantum": quantum_m,
        "vehicles": _vehicles(vehicles, shapes),
        "signals": {"groups": int(signals["group"].max()) + 1 if len(signals) else 0, "changes": len(signals)},
        "links": {"bins": n_bins, "roads": len(shapes.road_class), "bin": LINK_BIN_S, "coarse": _COARSE_BINS},
        "speed": _curve(links, n_bins),
        "events": _events(events, shapes),
        "warnings": warnings,
    }
    coarse = _coarse(speeds)
    blobs = {
        "keys": pack_keyframes(keys, manifest.crs.frame(), shapes.plane, tick_ms, quantum_m),
        "signals": _signals(signals),
        "links": link_classes(speeds[0], shapes.road_class).tobytes(),
        "links5": link_classes(coarse, shapes.road_class).tobytes(),
    }
    return RunPayload(meta, blobs, len(vehicles), samples, len(keys), tuple(warnings))


def _said(manifest: RunManifest, georeferenced: bool) -> dict[str, Any]:
    return {
        "id": manifest.run_id,
        "area": manifest.area,
        "plan": manifest.plan,
        "engine": manifest.engine,
        "seed": manifest.seed,
        "t0": manifest.t0,
        "status": manifest.status,
        "georeferenced": georeferenced,
        "attribution": manifest.attribution,
        "approval": manifest.map_approval,
        "summary": manifest.summary,
    }


def _span(folder: RunFolder, time_ms: NDArray[np.int32], signals: pd.DataFrame) -> tuple[int, int]:
    times = np.concatenate([time_ms.astype(np.int64), signals["time_ms"].to_numpy(np.int64)])
    end = int(times.max())
    ended = folder.manifest.ended
    if ended is not None:
        end = max(end, round(ended.time_s * 1000))
    return min(0, int(times.min())), max(end, 1000)


def _vehicles(vehicles: pd.DataFrame, shapes: Shapes) -> dict[str, Any]:
    kinds = sorted(set(vehicles["type"]))
    row = {kind: i for i, kind in enumerate(kinds)}
    return {
        "name": vehicles["ext_id"].tolist(),
        "kinds": kinds,
        "kind": [row[kind] for kind in vehicles["type"]],
        "length": [round(float(v), 2) for v in vehicles["length"]],
        "width": [round(float(v), 2) for v in vehicles["width"]],
        "depart": _seconds(vehicles["depart"]),
        "arrive": _seconds(vehicles["arrive"]),
        "from": [shapes.street_of.get(name, -1) for name in vehicles["origin"]],
        "to": [shapes.street_of.get(name, -1) for name in vehicles["destination"]],
        "fromRoad": vehicles["origin"].fillna("").tolist(),
        "toRoad": vehicles["destination"].fillna("").tolist(),
        "av": [int(v) for v in vehicles["is_av"]],
    }


def _seconds(column: "pd.Series[float]") -> list[float | None]:
    return [round(float(v), 1) if np.isfinite(v) else None for v in column.to_numpy(float)]


def _signals(signals: pd.DataFrame) -> bytes:
    """Group, time and state of all changes, by group and time, as columns of differences."""
    table = signals.sort_values(["group", "time_ms"], kind="stable")
    group = table["group"].to_numpy(np.int64)
    first = np.ones(len(group), dtype=bool)
    first[1:] = group[1:] != group[:-1]
    time = deltas(table["time_ms"].to_numpy(np.int64), first)
    return pack([np.diff(group, prepend=0), time, table["state"].to_numpy(np.int64)])


def _bins(folder: RunFolder, links: pd.DataFrame, n_roads: int) -> tuple[int, tuple[Float, Float]]:
    """Number of bins, and `(n_bins, n_roads)` mean speeds [m/s] (NaN = nobody) and vehicle-seconds."""
    if len(links) and (links["edge"].min() < 0 or links["edge"].max() >= n_roads):
        raise ReplayError(f"{folder.path}/links.parquet: edge {links['edge'].max()} is not a road of network.parquet")
    at = (links["time_ms"].to_numpy(np.int64) // round(LINK_BIN_S * 1000)) if len(links) else np.zeros(0, np.int64)
    n_bins = int(at.max()) + 1 if len(at) else 0
    speed, weight = np.full((n_bins, n_roads), np.nan), np.zeros((n_bins, n_roads))
    edge = links["edge"].to_numpy(np.int64)
    used = links["vehicle_s"].to_numpy(float) > 0
    speed[at[used], edge[used]] = links["mean_speed"].to_numpy(float)[used]
    weight[at, edge] = links["vehicle_s"].to_numpy(float)
    return n_bins, (speed, weight)


def _coarse(speeds: tuple[Float, Float]) -> Float:
    speed, weight = speeds
    starts = np.arange(0, len(speed), _COARSE_BINS)
    if not len(starts):
        return speed
    way = np.add.reduceat(np.nan_to_num(speed) * weight, starts, axis=0)
    time = np.add.reduceat(np.where(np.isnan(speed), 0.0, weight), starts, axis=0)
    return np.where(time > 0, way / np.where(time > 0, time, 1.0), np.nan)


def link_classes(speed_mps: Float, road_class: Int) -> NDArray[np.uint8]:
    """`(n_bins, n_roads)` classes of `CLASS_BREAKS_KMH`: 1 = 畅通 to 5 = 严重拥堵, 0 = nobody drove there.

    >>> link_classes(np.array([[18.1, 18.1, np.nan]]), np.array([RoadClass.EXPRESSWAY, RoadClass.BRANCH, 3])).tolist()
    [[1, 1, 0]]
    """
    names = [_BREAKS_OF.get(RoadClass(int(c)), "other") if c >= 0 else "other" for c in road_class]
    breaks = np.array([CLASS_BREAKS_KMH[name] for name in names], float).reshape(-1, 4)
    worse = 1 + (speed_mps[:, :, None] * 3.6 <= breaks[None]).sum(axis=2)
    return np.where(np.isnan(speed_mps), 0, worse).astype(np.uint8)


def _curve(links: pd.DataFrame, n_bins: int) -> list[float | None]:
    """Mean speed [km/h] of all vehicles in each bin."""
    at = links["time_ms"].to_numpy(np.int64) // round(LINK_BIN_S * 1000)
    time = links["vehicle_s"].to_numpy(float)
    total = np.bincount(at, weights=time, minlength=n_bins)
    way = np.bincount(at, weights=np.nan_to_num(links["mean_speed"].to_numpy(float)) * time, minlength=n_bins)
    return [round(float(w / t) * 3.6, 1) if t > 0 else None for w, t in zip(way, total, strict=True)]


def _events(events: pd.DataFrame, shapes: Shapes) -> list[list[Any]]:
    """`[time_s, kind, x_m, y_m, severity, text, actor]`, the gravest when there are too many."""
    kept = events.sort_values(["severity", "time_ms"], ascending=[False, True], kind="stable").head(_MOST_EVENTS)
    kept = kept.sort_values("time_ms", kind="stable")
    x, y = shapes.plane.of_lonlat(kept["lon"].to_numpy(float), kept["lat"].to_numpy(float))
    place = [
        [round(float(a), 1), round(float(b), 1)] if np.isfinite(a) else [None, None] for a, b in zip(x, y, strict=True)
    ]
    rows = zip(kept["time_ms"], kept["kind"], place, kept["severity"], kept["text"], kept["actor"], strict=True)
    return [[t / 1000, kind, *xy, int(s), text, int(actor)] for t, kind, xy, s, text, actor in rows]
