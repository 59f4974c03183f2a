"""The message of every tick: the poses and states of all actors, as packed records.

Layout of CARLA 0.9.16: a header of 48 bytes that every stream has, 36 bytes of the episode, 119 bytes an actor.
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["HEADER", "RECORD", "SIGNAL", "VEHICLE", "WALKER", "EpisodeState", "header", "records", "snapshot_head"]

HEADER = struct.Struct("<QQd6f")
_EPISODE = struct.Struct("<Qdf3iI")
_SNAPSHOT_KIND = 17
_SIZE = 119

_COMMON = {
    "id": ("<u4", 0),
    "state": ("u1", 4),
    "location": (("<f4", (3,)), 5),
    "rotation": (("<f4", (3,)), 17),
    "velocity": (("<f4", (3,)), 29),
    "angular": (("<f4", (3,)), 41),
    "acceleration": (("<f4", (3,)), 53),
}


def _record(**union: tuple[object, int]) -> np.dtype[np.void]:
    """A record of 119 bytes: what all actors have, and the fields of one kind at their places."""
    fields = _COMMON | union
    return np.dtype(
        {
            "names": list(fields),
            "formats": [kind for kind, _ in fields.values()],
            "offsets": [place for _, place in fields.values()],
            "itemsize": _SIZE,
        }
    )


RECORD = _record()
VEHICLE = _record(
    throttle=("<f4", 65), steer=("<f4", 69), brake=("<f4", 73), hand_brake=("u1", 77), reverse=("u1", 78),
    manual=("u1", 79), gear=("<i4", 80), speed_limit_kmh=("<f4", 84), light_state=("u1", 88), has_light=("u1", 89),
    light_id=("<u4", 90), failure=("u1", 94),
)  # fmt: skip
WALKER = _record(direction=(("<f4", (3,)), 65), speed=("<f4", 77), jump=("u1", 81))
SIGNAL = _record(
    sign_id=("S32", 65), green_s=("<f4", 97), yellow_s=("<f4", 101), red_s=("<f4", 105), elapsed_s=("<f4", 109),
    pole=("<u4", 113), frozen=("u1", 117), light=("u1", 118),
)  # fmt: skip


@dataclass(frozen=True)
class EpisodeState:
    """What the head of a snapshot says.

    Attributes:
        map_changed, lights_changed: clients ask for the map, or for the lights of the scene, again.
    """

    episode: int
    frame: int
    time_s: float
    platform_s: float
    delta_s: float
    map_changed: bool = False
    lights_changed: bool = False


def header(kind: int, frame: int, time_s: float, pose: tuple[float, float, float, float, float, float]) -> bytes:
    """The first 48 bytes of any message of a stream; `pose` in CARLA's frame."""
    return HEADER.pack(kind, frame, time_s, *pose)


def snapshot_head(state: EpisodeState) -> bytes:
    """The first 84 bytes of a snapshot."""
    bits = int(state.map_changed) | int(state.lights_changed) << 1
    head = header(_SNAPSHOT_KIND, state.frame, state.time_s, (0.0,) * 6)
    return head + _EPISODE.pack(state.episode, state.platform_s, state.delta_s, 0, 0, 0, bits)


def records(count: int) -> NDArray[np.void]:
    """`(count,)` records of active actors, all else zero."""
    table = np.zeros(count, RECORD)
    table["state"] = 1
    return table
