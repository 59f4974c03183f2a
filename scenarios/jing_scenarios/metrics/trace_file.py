"""Traces in run folders: `trace.parquet`, at full precision, beside the states of the run folder's own format."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_scenarios.metrics.scenario_trace import (
    Boxes,
    Contact,
    Message,
    Places,
    ScenarioTrace,
    ScenarioTraceError,
    SignalChange,
    StoryChange,
)

__all__ = ["TRACE_NAME", "read_trace", "write_trace"]

TRACE_NAME = "trace.parquet"

_STATE = ("x_m", "y_m", "z_m", "heading_rad", "speed_mps", "accel_mps2")
_PLACE = tuple(part.name for part in fields(Places))
_LISTS = {"signals": SignalChange, "contacts": Contact, "story": StoryChange, "messages": Message}


def write_trace(trace: ScenarioTrace, folder: Path | str) -> Path:
    """Writes the trace into a run folder, whole or not at all; the map itself is not written, its path is."""
    n = len(trace)
    columns = {"time_s": np.repeat(trace.time_s, n), "actor": np.tile(np.arange(n, dtype=np.int32), trace.n_t)}
    columns |= {name: getattr(trace, name).ravel() for name in _STATE}
    columns |= {name: getattr(trace.places, name).ravel() for name in _PLACE}
    about = {
        "names": trace.names,
        "kinds": trace.kinds,
        "roles": trace.roles,
        "boxes": {part.name: getattr(trace.boxes, part.name).tolist() for part in fields(Boxes)},
        "ego": trace.ego,
        "t0": trace.t0,
        "map": "" if trace.odr is None else str(Path(trace.odr.path).resolve()),
        "times_s": trace.time_s.tolist(),
        "routes": {str(row): way.tolist() for row, way in trace.routes.items()},
        **{name: [list(entry) for entry in getattr(trace, name)] for name in _LISTS},
    }
    table = pa.table(columns).replace_schema_metadata({"jing": json.dumps(about, ensure_ascii=False)})
    path = Path(folder) / TRACE_NAME
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(path)
    return path


def read_trace(folder: Path | str, odr: OpenDriveMap | None = None, *, with_map: bool = True) -> ScenarioTrace:
    """The trace of a run folder.

    Args:
        folder: that `write_trace` has written into.
        odr: the map; None = read from where it lay, and none where it lies there no longer.
        with_map: read the map at all, which takes seconds for a city; pages that draw traces do without.

    Raises:
        ScenarioTraceError: there is no trace in the folder, or it is damaged.
    """
    path = Path(folder) / TRACE_NAME
    if not path.is_file():
        raise ScenarioTraceError(f"{path} is missing; run the scenario again with a run folder")
    try:
        table = pq.read_table(path)
        about = json.loads(table.schema.metadata[b"jing"])
    except (pa.ArrowInvalid, KeyError, TypeError, ValueError) as error:
        raise ScenarioTraceError(f"{path}: not a trace: {error}; run the scenario again") from error
    time, n = np.array(about["times_s"], dtype=np.float64), len(about["names"])
    where = Path(about["map"])
    if with_map and odr is None and about["map"] and where.is_file():
        odr = read_opendrive(where)

    def column(name: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.asarray(table.column(name).to_numpy()).reshape(len(time), n)

    lists = {name: tuple(kind(*entry) for entry in about[name]) for name, kind in _LISTS.items()}
    return ScenarioTrace(
        time_s=time,
        names=tuple(about["names"]),
        kinds=tuple(about["kinds"]),
        roles=tuple(about["roles"]),
        boxes=Boxes(**{name: np.array(values, dtype=np.float64) for name, values in about["boxes"].items()}),
        places=Places(**{name: column(name) for name in _PLACE}),  # type: ignore[arg-type] # ids are stored as integers
        odr=odr,
        ego=about["ego"],
        t0=about["t0"],
        routes={int(row): np.array(way, dtype=np.float64) for row, way in about["routes"].items()},
        **{name: column(name) for name in _STATE},  # type: ignore[arg-type] # columns of the trace, by their names
        **lists,  # type: ignore[arg-type] # likewise
    )
