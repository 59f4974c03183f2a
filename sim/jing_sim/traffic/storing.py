"""Worlds on disk: one file that holds all that changes, and hashes of what it belongs to."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from jing_maps import store
from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.protocols import Recorder, SignalController
from jing_sim.trace.hashes import inputs_hash
from jing_sim.trace.manifest import replace_file
from jing_sim.traffic.fleet import with_trips
from jing_sim.traffic.happenings import Happenings
from jing_sim.traffic.options import SimulationError, TrafficOptions
from jing_sim.traffic.pedestrians import PedestrianDemand
from jing_sim.traffic.snapshot import WorldSnapshot, put_back, take_snapshot
from jing_sim.traffic.world import TrafficWorld
from jing_sim.trips import Trips

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["load_world", "save_world"]

VERSION = 1
Columns = Mapping[str, NDArray[np.generic]]
T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True)
class _Head:
    """What the file says of itself."""

    version: int
    map_hash: str
    trips_hash: str
    options: TrafficOptions
    steps: int
    rerouted: int
    controlled: bool
    walked: bool
    added: tuple[str, ...]
    happenings: Happenings


def save_world(world: TrafficWorld, path: Path | str) -> None:
    """Writes the world to one file, which is there completely or not at all.

    The map, the trips and what a signal controller remembers are not in it: `load_world` is given them.
    """
    path, kept = Path(path), take_snapshot(world)
    head = _Head(
        version=VERSION,
        map_hash=store.content_hash(world.network),
        trips_hash=inputs_hash(world.given),
        options=world.options,
        steps=kept.steps,
        rerouted=kept.rerouted,
        controlled=world.signals.controlled,
        walked=kept.people is not None,
        added=kept.trips.ext_id[len(world.given) :],
        happenings=kept.happenings,
    )
    columns = {f"{part}.{name}": column for part, name, column in _columns(kept, len(world.given))}
    columns["head"] = np.frombuffer(msgspec.json.encode(head), np.uint8)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **columns)
    replace_file(temporary, path)


def load_world(
    path: Path | str,
    network: RoadNetwork,
    trips: Trips,
    *,
    controller: SignalController | None = None,
    programs: Programs | None = None,
    recorder: Recorder | None = None,
    pedestrians: PedestrianDemand | None = None,
) -> TrafficWorld:
    """The world that was saved, with its options; it goes on as the saved one would have.

    Args:
        path: written by `save_world`.
        network, trips: those of the saved world.
        controller: as it was when the world was saved; what it remembers is not in the file.
        programs: as in `TrafficWorld`.
        recorder: receives what happens from here on.
        pedestrians: the demand that the saved world had.

    Raises:
        SimulationError: no saved world, a damaged one, or one of another map or other trips.
    """
    head, columns = _read(Path(path))
    for name, kept, given in (
        ("map", head.map_hash, store.content_hash(network)),
        ("trips", head.trips_hash, inputs_hash(trips)),
    ):
        if kept != given:
            raise SimulationError(f"{path}: saved with another {name} ({kept[:12]}..) than given ({given[:12]}..)")
    if head.controlled != (controller is not None):
        needs = "pass the controller" if head.controlled else "pass no controller"
        raise SimulationError(f"{path}: saved {'with' if head.controlled else 'without'} a signal controller; {needs}")
    if head.walked != (pedestrians is not None):
        needs = "pass their demand" if head.walked else "pass no demand of theirs"
        raise SimulationError(f"{path}: saved {'with' if head.walked else 'without'} pedestrians; {needs}")
    world = TrafficWorld(
        network, trips, head.options, controller=controller, programs=programs, pedestrians=pedestrians
    )
    put_back(world, _snapshot(world, head, columns))
    world.recorder = recorder
    world.announce_trips()
    return world


def _holders(kept: WorldSnapshot) -> dict[str, "DataclassInstance"]:
    holders: dict[str, DataclassInstance] = {"demand": kept.demand, "state": kept.state, "signals": kept.signals}
    return holders if kept.people is None else holders | {"people": kept.people}


def _columns(kept: WorldSnapshot, given: int) -> list[tuple[str, str, NDArray[np.generic]]]:
    found = [
        (part, field.name, getattr(holder, field.name))
        for part, holder in _holders(kept).items()
        for field in fields(holder)
    ]
    trips = kept.trips
    found.append(("added", "lengths", np.diff(trips.first_road[given:])))
    found.append(("added", "roads", trips.roads[trips.first_road[given] :]))
    found.append(("added", "vehicle_type", trips.vehicle_type[given:]))
    found.append(("added", "depart_s", trips.depart_s[given:]))
    return found


def _read(path: Path) -> tuple[_Head, Columns]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            columns = {name: archive[name] for name in archive.files}
        raw = columns["head"].tobytes()
        version = json.loads(raw)["version"]
        if version != VERSION:
            raise SimulationError(f"{path}: a saved world of version {version}; this program reads version {VERSION}")
        return msgspec.json.decode(raw, type=_Head), columns
    except (KeyError, TypeError, ValueError, EOFError, OSError, zipfile.BadZipFile, msgspec.ValidationError) as error:
        raise SimulationError(f"{path}: no saved world, or a damaged one ({error}); save it again") from error


def _snapshot(world: TrafficWorld, head: _Head, columns: Columns) -> WorldSnapshot:
    now = take_snapshot(world)
    return replace(
        now,
        steps=head.steps,
        rerouted=head.rerouted,
        trips=_with_added(world.trips, head.added, columns),
        demand=_filled("demand", now.demand, columns),
        state=_filled("state", now.state, columns),
        signals=_filled("signals", now.signals, columns),
        controller=world.signals.controller,
        happenings=head.happenings,
        people=now.people and _filled("people", now.people, columns),
    )


def _filled(part: str, holder: T, columns: Columns) -> T:
    return replace(holder, **{field.name: columns[f"{part}.{field.name}"] for field in fields(holder)})


def _with_added(trips: Trips, names: tuple[str, ...], columns: Columns) -> Trips:
    if not names:
        return trips
    kind, depart_s = columns["added.vehicle_type"].astype(np.int32), columns["added.depart_s"].astype(np.float64)
    ends = np.cumsum(columns["added.lengths"].astype(np.int64))[:-1]
    return with_trips(trips, names, kind, depart_s, np.split(columns["added.roads"].astype(np.int32), ends))
