"""Segments of states: frames are collected for five minutes, then written sorted by vehicle and time."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from jing_sim.trace.kernels_trace import place_rows, put_rows
from jing_sim.trace.manifest import TraceError, replace_file
from jing_sim.trace.schema import STATE_DTYPES, STATES, EncodedFrame

__all__ = ["SEGMENT_S", "SegmentBuffer", "segment_path", "write_table"]

SEGMENT_S = 300.0
VEHICLES_A_GROUP = 1000

# `put_rows` copies bits: it is compiled once for each width.
_RAW = {1: np.uint8, 2: np.uint16, 4: np.uint32}


def segment_path(folder: Path, index: int) -> Path:
    """Where segment `index` of a run lies."""
    return folder / "states" / f"seg_{index:05d}.parquet"


class SegmentBuffer:
    """The frames of the open segment."""

    def __init__(self, n_vehicles: int) -> None:
        self._n_vehicles = n_vehicles
        self._frames: list[EncodedFrame] = []

    def add_vehicles(self, n_more: int) -> None:
        """Frames may name so many vehicles more."""
        self._n_vehicles += n_more

    def add(self, frame: EncodedFrame) -> None:
        """Appends a frame that is later than all before.

        Raises:
            TraceError: a vehicle that the run does not have.
        """
        vehicle = frame.columns["vehicle"]
        if len(vehicle) and int(vehicle[-1]) >= self._n_vehicles:
            raise TraceError(f"frame at {frame.time_ms} ms names vehicle {vehicle[-1]}; the run has {self._n_vehicles}")
        self._frames.append(frame)

    def write(self, path: Path) -> int:
        """Writes the collected frames as one Parquet file and forgets them; returns the number of rows."""
        frames, self._frames = self._frames, []
        places = self._places(frames)
        n_rows = sum(len(place) for place in places)
        columns: dict[str, NDArray[np.generic]] = {}
        for name, dtype in STATE_DTYPES.items():
            columns[name] = out = np.empty(n_rows, dtype=dtype)
            raw = out.view(_RAW[dtype.itemsize])
            for frame, place in zip(frames, places, strict=True):
                values = np.full(len(place), frame.time_ms, dtype) if name == "time_ms" else frame.columns.pop(name)
                put_rows(values.view(raw.dtype), place, raw)
        _write_states(path, columns)
        return n_rows

    def _places(self, frames: list[EncodedFrame]) -> list[NDArray[np.int64]]:
        """Row of each entry when sorted by (vehicle, time): a counting sort, for frames come in order of time."""
        count = np.zeros(self._n_vehicles + 1, dtype=np.int64)
        for frame in frames:
            count[frame.columns["vehicle"].astype(np.int64) + 1] += 1
        following = np.cumsum(count)[:-1]
        places = []
        for frame in frames:
            vehicle = frame.columns["vehicle"].view(np.uint32)
            places.append(np.empty(len(vehicle), dtype=np.int64))
            place_rows(vehicle, following, places[-1])
        return places


def _write_states(path: Path, columns: dict[str, NDArray[np.generic]]) -> None:
    table = pa.table({name: pa.array(column) for name, column in columns.items()}, schema=STATES)
    vehicle = columns["vehicle"]
    begins = np.flatnonzero(np.r_[True, vehicle[1:] != vehicle[:-1]]) if len(vehicle) else np.zeros(1, dtype=np.int64)
    cuts = [*begins[::VEHICLES_A_GROUP].tolist(), len(vehicle)]
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".parquet.tmp")
    encoding = dict.fromkeys(STATES.names, "DELTA_BINARY_PACKED")
    # These repeat for many seconds: a dictionary with run lengths is the smaller and faster coding for them.
    runs = ["lane", "flags", "heading_cdeg"]
    for name in runs:
        del encoding[name]
    with pq.ParquetWriter(
        temporary,
        STATES,
        compression="zstd",
        compression_level=1,
        use_dictionary=runs,
        column_encoding=encoding,
        write_statistics=["time_ms", "vehicle"],
    ) as writer:
        for begin, end in pairwise(cuts):
            writer.write_table(table.slice(begin, end - begin), row_group_size=max(end - begin, 1))
    replace_file(temporary, path)


def write_table(path: Path, table: pa.Table, metadata: dict[bytes, bytes] | None = None) -> None:
    """Writes a small table of the run folder in one step."""
    temporary = path.with_suffix(".parquet.tmp")
    if metadata is not None:
        table = table.replace_schema_metadata(metadata)
    pq.write_table(table, temporary, compression="zstd")
    replace_file(temporary, path)
