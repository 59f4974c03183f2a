"""Calls about recordings: made, asked about, replayed."""

from pathlib import Path

from jing_maps.errors import JingError
from jing_sim.carla.recorder import Recorder, recording_path
from jing_sim.carla.recording import Recording, read_recording
from jing_sim.carla.recording_text import blocked_text, collisions_text, info_text
from jing_sim.carla.replayer import Replayer, ReplayOptions
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.service import Service
from jing_sim.carla.structs import Transform

__all__ = ["CALLS"]

CALLS: Calls = {}

_ON_IT = Transform()


@rpc(CALLS, "start_recorder")
def start_recorder(service: Service, name: str, additional: bool) -> str:
    """A recording begins, one under way ends; returns its file."""
    service.tape.stop_replay(keep_actors=True)
    service.tape.stop_recording()
    service.tape.recorder = Recorder(service.episode, name, additional=additional)
    return str(service.tape.recorder.path)


@rpc(CALLS, "stop_recorder")
def stop_recorder(service: Service) -> None:
    """The recording is complete."""
    service.tape.stop_recording()


def _read(name: str) -> Recording | str:
    """A recording, or why not, as text: CARLA answers so."""
    path: Path = recording_path(name)
    if not path.is_file():
        return f"File {path} not found on server\n"
    try:
        return read_recording(path)
    except JingError as problem:
        return f"File is not a CARLA recorder: {problem}\n"


def _letter(code: int) -> str:
    """A category, from the code of its letter.

    Raises:
        RefusedError: there is no such category.
    """
    if code not in b"hvwtoa":
        raise RefusedError(f"there is no category with the code {code}; h, v, w, t, o and a would be right")
    return chr(code)


@rpc(CALLS, "show_recorder_file_info")
def show_recorder_file_info(_: Service, name: str, show_all: bool) -> str:
    """What happened in a recording."""
    found = _read(name)
    return found if isinstance(found, str) else info_text(found, show_all=show_all)


@rpc(CALLS, "show_recorder_collisions")
def show_recorder_collisions(_: Service, name: str, first: int, second: int) -> str:
    """Collisions between actors of two categories."""
    found, one, other = _read(name), _letter(first), _letter(second)
    return found if isinstance(found, str) else collisions_text(found, one, other)


@rpc(CALLS, "show_recorder_actors_blocked")
def show_recorder_actors_blocked(_: Service, name: str, min_time_s: float, min_distance_cm: float) -> str:
    """Who did not get on."""
    found = _read(name)
    return found if isinstance(found, str) else blocked_text(found, min_time_s, min_distance_cm)


@rpc(CALLS, "replay_file")
async def replay_file(
    service: Service,
    name: str,
    start_s: float,
    duration_s: float,
    follow: int,
    sensors: bool,
    offset: Transform = _ON_IT,
) -> str:
    """A replay begins; on another map than the recording's, that one is loaded."""
    found = _read(name)
    if isinstance(found, str):
        return found
    service.tape.stop_recording()
    service.tape.stop_replay(keep_actors=False)
    if found.heading.map != service.episode.stage.name:
        await service.load(found.heading.map, reset_settings=False)
    tape = service.tape
    options = ReplayOptions(start_s, duration_s, follow, sensors, offset.six, tape.ignore_hero, tape.ignore_spectator)
    tape.replayer = Replayer(service.episode, found, options)
    begin, end, total = tape.replayer.now_s, tape.replayer.end_s, found.duration_s
    return (
        f"Replaying File: {found.path}\nTotal time recorded: {total:g}\n"
        f"Replaying from {begin:g} s - {end:g} s ({total:g} s) at {tape.time_factor:.1f}x\n"
    )


@rpc(CALLS, "stop_replayer")
def stop_replayer(service: Service, keep_actors: bool) -> None:
    """The replay is over."""
    service.tape.stop_replay(keep_actors=keep_actors)


@rpc(CALLS, "set_replayer_time_factor")
def set_replayer_time_factor(service: Service, factor: float) -> None:
    """How fast replays go."""
    if not 0.0 <= factor <= 1000.0:
        raise RefusedError(f"a replay cannot go {factor} times as fast; 0 to 1000 would be right")
    service.tape.time_factor = factor


@rpc(CALLS, "set_replayer_ignore_hero")
def set_replayer_ignore_hero(service: Service, ignore: bool) -> None:
    """The next replays leave hero vehicles out."""
    service.tape.ignore_hero = ignore


@rpc(CALLS, "set_replayer_ignore_spectator")
def set_replayer_ignore_spectator(service: Service, ignore: bool) -> None:
    """The next replays leave the spectator alone."""
    service.tape.ignore_spectator = ignore
