"""Writes the run folder while a world runs."""

import math
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jing_maps import store
from jing_maps.geo_export import network_table
from jing_maps.network import RoadNetwork
from jing_sim.protocols import VehicleFrame
from jing_sim.trace.actors import Actors
from jing_sim.trace.background import WorkInOrder
from jing_sim.trace.hashes import code_hash
from jing_sim.trace.journal import Journal
from jing_sim.trace.kernels_trace import remember_places
from jing_sim.trace.links import LINK_BIN_S, LinkBins
from jing_sim.trace.manifest import Crs, Ended, RunManifest, TraceError, write_manifest
from jing_sim.trace.schema import EVENTS, LINKS, SIGNALS, VEHICLES, encode_frame, first_clipped, time_ms_of
from jing_sim.trace.segments import SEGMENT_S, SegmentBuffer, segment_path, write_table
from jing_sim.trips import Trips

__all__ = ["Severity", "TraceWriter"]

Int = NDArray[np.int32]
Summary = dict[str, str | int | float | bool | None]


class Severity(IntEnum):
    """How much an event matters on the timeline."""

    NOTE = 0
    WARNING = 1
    CRITICAL = 2


class TraceWriter:
    """Records a run into a folder; a `jing_sim.protocols.Recorder` and a context manager.

    Each finished segment of 300 s goes to disk under its final name, the other tables up to that time too, so a killed
    process loses one segment, and what waited for the thread (`frame_later`: up to 320 frames), and leaves a
    manifest with status `running`. Leaving the context completes the folder; leaving it by an exception writes status
    `failed` with the reason. Memory: one segment, and what waits.

    Raises:
        TraceError: the folder holds a run already, or a frame breaks the format.
        OSError: a file cannot be written. After `frame_later`, either is raised by a later call, if not by `close`.
    """

    def __init__(self, folder: Path | str, network: RoadNetwork, trips: Trips | Actors, manifest: RunManifest) -> None:
        self.folder = Path(folder)
        if self.folder.exists() and any(self.folder.iterdir()):
            raise TraceError(f"{self.folder} is not empty; record into a new folder")
        (self.folder / "states").mkdir(parents=True, exist_ok=True)
        self._network = network
        self._actors = trips if isinstance(trips, Actors) else Actors.of_trips(network, trips)
        n = len(self._actors)
        self._entered_s, self._arrived_s = np.full(n, np.nan), np.full(n, np.nan)
        self._last_xy = np.full((n, 2), np.nan)
        self._buffer = SegmentBuffer(n)
        self._links = LinkBins(network, self._actors.max_speed_mps, manifest.dt_s)
        self._segment_begin_s: float | None = None
        self._told_s = self._time_s = -math.inf
        self._segments = 0
        self._work = WorkInOrder()
        self._signal_state = np.full(len(network.signal_groups), 255, dtype=np.uint8)
        self._warnings: dict[str, tuple[int, str]] = {}
        self._lock = Lock()
        self._summary: Summary = {}
        self._closed = False
        self._manifest = msgspec.structs.replace(
            manifest,
            code_hash=manifest.code_hash or code_hash(),
            map_hash=manifest.map_hash or store.content_hash(network),
            crs=Crs.of(network.frame),
            attribution=manifest.attribution or network.attribution,
        )
        network_table(network).to_parquet(self.folder / "network.parquet", compression="zstd")
        self._journals = {
            name: Journal(self.folder, name, schema)
            for name, schema in (("signals", SIGNALS), ("links", LINKS), ("events", EVENTS))
        }
        self._write_vehicles()
        self._write_manifest()

    def frame(self, time_s: float, frame: VehicleFrame) -> None:
        """All vehicles in the network at this time; later than the frame before."""
        self._must_rise(time_s)
        self._work.finish()
        self._take(time_s, frame)

    def frame_later(self, time_s: float, draw: Callable[[], VehicleFrame]) -> None:
        """Likewise, but made, encoded and stored in a thread while the world goes on."""
        self._must_rise(time_s)
        self._work.add(lambda: self._take(time_s, draw()))

    def _must_rise(self, time_s: float) -> None:
        if not time_s > self._told_s:
            raise TraceError(f"frame at {time_s} s after one at {self._told_s} s: time must rise")
        self._told_s = time_s

    def _take(self, time_s: float, frame: VehicleFrame) -> None:
        self._roll(time_s)
        encoded = encode_frame(time_s, frame)
        if encoded.clipped:
            row = first_clipped(frame)
            first = f"{frame.accel_mps2[row]:.1f} m/s2 of vehicle {frame.vehicle[row]} at {time_s} s"
            self.warn("acceleration clipped to +-327.67 m/s2", first, encoded.clipped)
        self._buffer.add(encoded)
        self._links.add(time_s, frame)
        vehicle = np.ascontiguousarray(frame.vehicle, dtype=np.int32)
        x_m, y_m = (np.ascontiguousarray(column, dtype=np.float64) for column in (frame.x_m, frame.y_m))
        remember_places(vehicle, x_m, y_m, self._last_xy)
        self._time_s = time_s

    def add_vehicles(self, trips: Trips) -> None:
        """The run has these vehicles now; the first ones are those that it had."""
        self._work.finish()
        more = Actors.of_trips(self._network, trips).beyond(len(self._actors))
        self._actors = self._actors.followed_by(more)
        self._entered_s, self._arrived_s = (
            np.concatenate([column, np.full(len(more), np.nan)]) for column in (self._entered_s, self._arrived_s)
        )
        self._last_xy = np.concatenate([self._last_xy, np.full((len(more), 2), np.nan)])
        self._links.add_vehicles(more.max_speed_mps)
        self._buffer.add_vehicles(len(more))

    def signals(self, time_s: float, state: NDArray[np.uint8]) -> None:
        """`(n_groups,)` `SignalState` of all signal groups from this time on; changes alone are stored."""
        if len(state) != len(self._signal_state):
            raise TraceError(f"{len(state)} signal states for {len(self._signal_state)} signal groups")
        changed = np.flatnonzero(state != self._signal_state).astype(np.int32)
        if len(changed):
            self._signal_state[changed] = state[changed]
            time = np.full(len(changed), time_ms_of(time_s), dtype=np.int32)
            self._journals["signals"].append({"time_ms": time, "group": changed, "state": state[changed]})

    def entered(self, time_s: float, vehicles: Int) -> None:
        """These vehicles entered the network."""
        self._entered_s[vehicles] = time_s

    def arrived(self, time_s: float, vehicles: Int) -> None:
        """These vehicles left the network at the end of their route."""
        self._arrived_s[vehicles] = time_s

    def event(
        self,
        time_s: float,
        kind: str,
        actor: int,
        text: str,
        *,
        severity: Severity = Severity.WARNING,
        place_m: tuple[float, float] | None = None,
    ) -> None:
        """Adds a mark to the timeline, at `place_m` (map frame) or where the actor (vehicle row, or -1) was last seen.

        Raises:
            TraceError: no such actor.
        """
        if not -1 <= actor < len(self._actors):
            raise TraceError(f"event {kind!r}: actor {actor}; the run has vehicles 0..{len(self._actors) - 1}")
        self._work.add(lambda: self._mark(time_s, kind, actor, text, severity, place_m))

    def _mark(
        self, time_s: float, kind: str, actor: int, text: str, severity: Severity, place_m: tuple[float, float] | None
    ) -> None:
        x, y = place_m if place_m is not None else (self._last_xy[actor] if actor >= 0 else (math.nan, math.nan))
        lon, lat = self._network.frame.to_wgs84(x, y) if math.isfinite(x) else (math.nan, math.nan)
        row = {"time_ms": time_ms_of(time_s), "kind": kind, "actor": actor, "severity": int(severity), "text": text}
        row |= {"lon": float(lon), "lat": float(lat)}
        self._journals["events"].append({name: [value] for name, value in row.items()})

    def warn(self, kind: str, first: str, count: int = 1) -> None:
        """Counts a warning for the manifest; `first` describes the first one of its kind."""
        with self._lock:
            before, kept = self._warnings.get(kind, (0, first))
            self._warnings[kind] = (before + count, kept)

    def summarise(self, summary: Summary) -> None:
        """Sets the figures of the run, as the manifest will hold them."""
        self._summary = dict(summary)

    def close(self, reason: str = "end of the run") -> None:
        """Completes the folder: status `complete`, or `failed` if the last frames cannot be stored."""
        try:
            self._work.finish()
        except Exception as error:
            self.fail(f"{type(error).__name__}: {error}")
            raise
        self._finish("complete", reason)

    def fail(self, reason: str) -> None:
        """Completes the folder with what was recorded: status `failed`."""
        try:
            self._work.finish()
        finally:
            self._finish("failed", reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.fail(f"{kind.__name__}: {error}" if str(error) else kind.__name__)

    def _roll(self, time_s: float) -> None:
        """Closes the bins and segments that end at or before `time_s`."""
        if self._segment_begin_s is None:
            self._segment_begin_s = time_s
            self._links.begin_s = time_s - time_s % LINK_BIN_S
        while time_s >= self._links.begin_s + LINK_BIN_S:
            self._take_links()
            self._links.begin_s += LINK_BIN_S
        while time_s >= self._segment_begin_s + SEGMENT_S:
            self._write_segment()
            self._segment_begin_s += SEGMENT_S

    def _take_links(self) -> None:
        rows = self._links.take()
        if len(rows["edge"]):
            self._journals["links"].append(rows)

    def _write_segment(self) -> None:
        self._buffer.write(segment_path(self.folder, self._segments))
        self._segments += 1
        for journal in self._journals.values():
            journal.flush()
        self._write_vehicles()
        self._write_manifest()

    def _finish(self, status: str, reason: str) -> None:
        if self._closed:
            return
        self._closed = True
        if self._segment_begin_s is not None:
            self._take_links()
            self._write_segment()
        for journal in self._journals.values():
            journal.finish()
        self._write_vehicles()
        ended = Ended(self._time_s if math.isfinite(self._time_s) else 0.0, reason)
        self._manifest = msgspec.structs.replace(self._manifest, status=status, ended=ended)
        self._write_manifest()

    def _write_vehicles(self) -> None:
        a = self._actors
        columns = [np.arange(len(a), dtype=np.uint32), a.ext_id, a.type, a.length_m, a.width_m, a.depart_s]
        columns += [self._entered_s.copy(), self._arrived_s.copy(), a.origin, a.destination, a.is_av]
        arrays = [pa.array(column, type=field.type) for column, field in zip(columns, VEHICLES, strict=True)]
        write_table(self.folder / "vehicles.parquet", pa.Table.from_arrays(arrays, schema=VEHICLES))

    def _write_manifest(self) -> None:
        with self._lock:
            warnings = list(self._warnings.items())
        counted = [f"{kind} ({count} times; first: {first})" for kind, (count, first) in warnings]
        changes = {"segments": self._segments, "warnings": [*self._manifest.warnings, *counted]}
        write_manifest(self.folder, msgspec.structs.replace(self._manifest, summary=self._summary, **changes))
