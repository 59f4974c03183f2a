"""Recordings of a server's episodes on disk: what came and went, what hit what, and where everything was.

A file is the line `jing recording 1`, then blocks: u32 little-endian length and that many bytes of msgpack. The first
block is a `Heading`, each further one a `FrameRecord`, compressed with zlib. Places are in CARLA's frame and units, and
actors as the snapshots' records of 119 bytes, so that what is read is what clients saw.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import MapFormatError
from jing_sim.carla.snapshot import RECORD
from jing_sim.carla.structs import ActorDescription, Transform, Wire

__all__ = [
    "Added",
    "FrameRecord",
    "Heading",
    "Hit",
    "LightRecord",
    "LookRecord",
    "Recording",
    "RecordingWriter",
    "ShapeRecord",
    "is_recording",
    "read_recording",
]

_FIRST_LINE = b"jing recording 1\n"
_LENGTH = struct.Struct("<I")
_ENCODER = msgspec.msgpack.Encoder()
_LEVEL = 1  # of the compression: fast, and most of what is to be gained


class Heading(Wire, frozen=True):
    """What a recording is of; `began_s` seconds since 1970; `additional`: velocities and controls were asked for."""

    map: str
    began_s: float
    additional: bool


class Added(Wire, frozen=True):
    """An actor that came; `kind` as `ActorKind` numbers them, `parent` 0 for none."""

    id: int
    kind: int
    description: ActorDescription
    at: Transform
    parent: int
    mount: Transform


class Hit(Wire, frozen=True):
    """A collision of an actor with another one, 0 = a part of the map, and which of them are heroes."""

    first: int
    second: int
    first_is_hero: bool
    second_is_hero: bool


class LightRecord(Wire, frozen=True):
    """A traffic light that shows something else now, by its row in the scene."""

    row: int
    show: int
    frozen: bool


class LookRecord(Wire, frozen=True):
    """A vehicle whose lights (flags) or open doors (a bit set) are others now."""

    id: int
    lights: int
    doors: int


class ShapeRecord(Wire, frozen=True):
    """A debug shape that a client has drawn, as it came; `life_s` below 0 = for good."""

    primitive: tuple[Any, ...]
    colour: tuple[int, ...]
    life_s: float


class FrameRecord(Wire, frozen=True):
    """A tick: `time_s` since the recording began, and what was different in it; `table` has the records of actors."""

    number: int
    time_s: float
    delta_s: float
    platform_s: float
    added: tuple[Added, ...]
    removed: tuple[int, ...]
    hits: tuple[Hit, ...]
    lights: tuple[LightRecord, ...]
    looks: tuple[LookRecord, ...]
    shapes: tuple[ShapeRecord, ...]
    table: bytes

    def records(self) -> NDArray[np.void]:
        """The actors' records, of dtype `snapshot.RECORD`."""
        return np.frombuffer(self.table, RECORD)


class RecordingWriter:
    """Writes a recording; what has been written is there even if the process dies.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, heading: Heading) -> None:
        self.path = path
        self._file: BinaryIO = path.open("wb")
        self._file.write(_FIRST_LINE)
        self._put(_ENCODER.encode(heading))

    def write(self, frame: FrameRecord) -> None:
        """Appends a frame."""
        self._put(zlib.compress(_ENCODER.encode(frame), _LEVEL))

    def _put(self, block: bytes) -> None:
        self._file.write(_LENGTH.pack(len(block)) + block)

    def close(self) -> None:
        """All is on disk."""
        self._file.close()


@dataclass(frozen=True)
class Recording:
    """A recording that has been read: its heading and all of its frames."""

    path: Path
    heading: Heading
    frames: tuple[FrameRecord, ...]

    @property
    def duration_s(self) -> float:
        """From its first frame to its last."""
        return self.frames[-1].time_s if self.frames else 0.0


def is_recording(path: Path) -> bool:
    """The file is there and begins as recordings do."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_FIRST_LINE)) == _FIRST_LINE


def read_recording(path: Path) -> Recording:
    """The recording of a file; a last frame that was cut off is left out.

    Raises:
        MapFormatError: the file is no recording, or is damaged before its end.
    """
    if not is_recording(path):
        raise MapFormatError(path, "this is no recording of this server; start_recorder writes one")
    with path.open("rb") as file:
        file.seek(len(_FIRST_LINE))
        blocks = _blocks(file)
        try:
            heading = msgspec.msgpack.decode(next(blocks), type=Heading)
            decoder = msgspec.msgpack.Decoder(FrameRecord)
            frames = tuple(decoder.decode(zlib.decompress(block)) for block in blocks)
        except (StopIteration, zlib.error, msgspec.DecodeError) as problem:
            raise MapFormatError(path, f"the recording is damaged: {problem}") from problem
    return Recording(path, heading, frames)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while True:
        head = file.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            return
        block = file.read(_LENGTH.unpack(head)[0])
        if len(block) < _LENGTH.unpack(head)[0]:
            return
        yield block
