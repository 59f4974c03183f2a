"""Reads a run folder, whole or left by a killed process."""

from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

from jing_sim.trace.journal import journal_path, read_journal
from jing_sim.trace.manifest import RunManifest, TraceError, read_manifest
from jing_sim.trace.schema import EVENTS, LINKS, SIGNALS, STATES, VEHICLES
from jing_sim.trace.segments import segment_path

__all__ = ["RunFolder"]


class RunFolder:
    """A recorded run. Opening reads the manifest alone; tables are read when asked for.

    Raises:
        TraceError: no run folder, or a manifest of another version.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.manifest: RunManifest = read_manifest(self.path)

    @property
    def complete(self) -> bool:
        """Whether the run ended as planned and nothing is missing."""
        return self.manifest.status == "complete" and not self.missing()

    @cached_property
    def segments(self) -> tuple[Path, ...]:
        """Whole segments of states that are there, in the order of time."""
        return tuple(sorted((self.path / "states").glob("seg_*.parquet")))

    def missing(self) -> tuple[str, ...]:
        """What the folder lacks, one sentence each; empty for a whole run."""
        out = []
        if self.manifest.status == "running":
            out.append("the run did not finish (or still goes on): the last segment and what followed are missing")
        elif self.manifest.status == "failed" and self.manifest.ended is not None:
            out.append(f"the run failed at {self.manifest.ended.time_s} s: {self.manifest.ended.reason}")
        out += [
            f"{segment_path(self.path, i)} is missing"
            for i in range(self.manifest.segments)
            if not segment_path(self.path, i).is_file()
        ]
        for name in ("network", "vehicles", "signals", "links", "events"):
            if not (self.path / f"{name}.parquet").is_file():
                kept = " (its journal is read instead)" if journal_path(self.path, name).is_file() else ""
                out.append(f"{name}.parquet is missing{kept}")
        return tuple(out)

    def states_table(
        self,
        *,
        vehicle: int | Collection[int] | None = None,
        time_s: tuple[float, float] | None = None,
        columns: list[str] | None = None,
    ) -> pa.Table:
        """Stored integers of the chosen vehicles within `time_s` (begin and end included), all when None.

        Row groups that hold none of them are not read.
        """
        # The encoders of both bounds agree with the writer: whole milliseconds.
        chosen = None
        field = pyarrow.dataset.field
        if vehicle is not None:
            ids = [int(vehicle)] if isinstance(vehicle, int | np.integer) else [int(v) for v in vehicle]
            chosen = field("vehicle").isin(pa.array(ids, pa.uint32()))
        if time_s is not None:
            low, high = (round(t * 1000) for t in time_s)
            within = (field("time_ms") >= low) & (field("time_ms") <= high)
            chosen = within if chosen is None else chosen & within
        tables = [self._read(path, columns, chosen) for path in self.segments]
        schema = STATES if columns is None else pa.schema([STATES.field(name) for name in columns])
        return pa.concat_tables(tables) if tables else schema.empty_table()

    def states(
        self, *, vehicle: int | Collection[int] | None = None, time_s: tuple[float, float] | None = None
    ) -> pd.DataFrame:
        """States in SI units, sorted by vehicle and time within each segment.

        Columns: time_s, vehicle, x_m, y_m, z_m, heading_rad, speed_mps, accel_mps2, lane, pos_m, flags.
        """
        table = self.states_table(vehicle=vehicle, time_s=time_s)
        raw = {name: table.column(name).to_numpy() for name in table.column_names}
        out = {
            "time_s": raw["time_ms"] / 1000.0,
            "vehicle": raw["vehicle"],
            "x_m": raw["x_cm"] / 100.0,
            "y_m": raw["y_cm"] / 100.0,
            "z_m": raw["z_cm"] / 100.0,
            "heading_rad": np.deg2rad(raw["heading_cdeg"] / 100.0),
            "speed_mps": raw["speed_cms"] / 100.0,
            "accel_mps2": raw["accel_cms2"] / 100.0,
            "lane": raw["lane"],
            "pos_m": raw["pos_cm"] / 100.0,
            "flags": raw["flags"],
        }
        return pd.DataFrame(out)

    def vehicles(self) -> pd.DataFrame:
        """`vehicles.parquet`; the row is the vehicle's id."""
        return self._table("vehicles", VEHICLES)

    def signals(self) -> pd.DataFrame:
        """Changes of signals: time_ms, group, state."""
        return self._table("signals", SIGNALS)

    def links(self) -> pd.DataFrame:
        """Bins of a minute: time_ms, edge, count, mean_speed, delay, queue, vehicle_s."""
        return self._table("links", LINKS)

    def events(self) -> pd.DataFrame:
        """Marks of the timeline: time_ms, kind, actor, lon, lat, severity, text."""
        return self._table("events", EVENTS)

    def network(self) -> pa.Table:
        """`network.parquet`, geometry as WKB in WGS-84; geopandas.read_parquet gives the same as shapes."""
        path = self.path / "network.parquet"
        if not path.is_file():
            raise TraceError(f"{path} is missing; record the run again")
        return self._read(path, None, None)

    def _table(self, name: str, schema: pa.Schema) -> pd.DataFrame:
        path = self.path / f"{name}.parquet"
        if path.is_file():
            table = self._read(path, None, None)
            lacking = set(schema.names) - set(table.column_names)
            if lacking:
                raise TraceError(f"{path}: column {sorted(lacking)[0]!r} is missing")
            return _pandas(table)
        journal = journal_path(self.path, name)
        if journal.is_file():
            return _pandas(read_journal(journal, schema))
        raise TraceError(f"{path} is missing, and so is its journal; record the run again")

    @staticmethod
    def _read(path: Path, columns: list[str] | None, chosen: Any) -> pa.Table:  # noqa: ANN401 - untyped library
        try:
            return (
                pq.ParquetFile(path).read(columns)
                if chosen is None
                else pq.read_table(path, columns=columns, filters=chosen, partitioning=None)
            )
        except (pa.ArrowInvalid, OSError) as error:
            raise TraceError(f"{path}: damaged Parquet file: {error}; delete it to read the rest") from error


def _pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame
