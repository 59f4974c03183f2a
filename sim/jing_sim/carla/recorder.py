"""The recorder: notes every tick of an episode in a recording, from `start` to `stop`."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jing_sim.carla.actors import ActorEntry, ActorKind
from jing_sim.carla.debug_shapes import DrawnShape
from jing_sim.carla.recording import (
    Added,
    FrameRecord,
    Heading,
    Hit,
    LightRecord,
    LookRecord,
    RecordingWriter,
    ShapeRecord,
    is_recording,
)
from jing_sim.carla.rpc import RefusedError
from jing_sim.carla.snapshot import RECORD
from jing_sim.carla.structs import Transform

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["Recorder", "recording_path"]

_STILL = {ActorKind.LIGHT, ActorKind.SIGN}
_HEROES = {"hero", "ego_vehicle"}


def recording_path(name: str) -> Path:
    """Where the recording of this name is: in the user's folder of recordings, unless the name has a folder."""
    if not name or "\0" in name:
        raise RefusedError("a recording needs a file name")
    if "/" in name or "\\" in name:
        return Path(name)
    root = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(root) / "jingsim" / "recordings" / name


class Recorder:
    """A recording in the making; it has everything, whether what is `additional` was asked for or not.

    Raises:
        RefusedError: the file is there and is no recording, or cannot be written.
    """

    def __init__(self, episode: "Episode", name: str, *, additional: bool) -> None:
        path = recording_path(name)
        if path.exists() and not is_recording(path):
            raise RefusedError(f"{path} is there and is no recording; it is not written over")
        try:
            if path.parent == recording_path("x").parent:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = RecordingWriter(path, Heading(episode.stage.name, time.time(), additional))
        except OSError as problem:
            raise RefusedError(f"{path} cannot be written: {problem}") from problem
        self.path = path
        self._began_s = episode.now_s
        self._number = 0
        self._known: dict[int, ActorEntry] = {}
        self._changes = -1
        self._looked: dict[int, tuple[int, int]] = {}
        self._shown = np.full(len(episode.light_ids), -1, np.int64)

    def note(self, episode: "Episode", delta_s: float, records: bytes, shapes: Sequence[DrawnShape]) -> None:
        """The tick that has just been made, with the records of its snapshot and the shapes drawn since the last."""
        added, removed = self._come_and_gone(episode)
        self._number += 1
        self._writer.write(
            FrameRecord(
                number=self._number,
                time_s=episode.now_s - self._began_s,
                delta_s=delta_s,
                platform_s=time.time(),
                added=added,
                removed=removed,
                hits=self._hits(episode),
                lights=self._lights(episode),
                looks=self._looks(),
                shapes=tuple(
                    ShapeRecord(one.primitive, one.colour, -1.0 if one.until_s is None else one.until_s - one.since_s)
                    for one in shapes
                ),
                table=self._table(episode, records),
            )
        )

    def stop(self) -> None:
        """The recording is complete."""
        self._writer.close()

    def _come_and_gone(self, episode: "Episode") -> tuple[tuple[Added, ...], tuple[int, ...]]:
        if self._changes == episode.actors.changes:
            return (), ()
        self._changes = episode.actors.changes
        now = episode.actors.by_id
        added = tuple(
            Added(
                entry.id,
                int(entry.kind),
                entry.description,
                Transform.of(episode.pose_of(entry)),
                entry.parent,
                Transform.of(entry.mount),
            )
            for entry in now.values()
            if entry.id not in self._known
        )
        removed = tuple(actor for actor in self._known if actor not in now)
        self._known = dict(now)
        return added, removed

    def _hits(self, episode: "Episode") -> tuple[Hit, ...]:
        hits = episode.world.collisions
        if not hits:
            return ()
        heroes = {entry.id for entry in self._known.values() if entry.attributes.get("role_name") in _HEROES}
        return tuple(Hit(one.body, one.other, one.body in heroes, one.other in heroes) for one in hits)

    def _lights(self, episode: "Episode") -> tuple[LightRecord, ...]:
        cycle = episode.cycle
        shown = cycle.show.astype(np.int64) * 2 + cycle.frozen
        changed = np.flatnonzero(shown != self._shown)
        self._shown = shown
        return tuple(LightRecord(row, int(cycle.show[row]), bool(cycle.frozen[row])) for row in changed.tolist())

    def _looks(self) -> tuple[LookRecord, ...]:
        """Vehicles whose lights or doors have changed."""
        looks = {
            entry.id: (entry.lights, entry.doors)
            for entry in self._known.values()
            if entry.kind == ActorKind.VEHICLE and (entry.lights or entry.doors or entry.id in self._looked)
        }
        changed = tuple(LookRecord(actor, *look) for actor, look in looks.items() if self._looked.get(actor) != look)
        self._looked = looks
        return changed

    @staticmethod
    def _table(episode: "Episode", records: bytes) -> bytes:
        """The records of all that may move."""
        kept = [entry.kind not in _STILL for entry in episode.actors.by_id.values()]
        return np.frombuffer(records, RECORD)[kept].tobytes()
