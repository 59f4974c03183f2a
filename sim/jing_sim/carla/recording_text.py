"""What the recorder's queries answer: text laid out as CARLA's, for programs that read it by columns.

Places are in centimetres there, and so they are here.
"""

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.actors import ActorKind
from jing_sim.carla.recording import Added, FrameRecord, Recording
from jing_sim.carla.snapshot import VEHICLE

__all__ = ["blocked_text", "collisions_text", "info_text"]

_TYPE_NUMBERS = {
    ActorKind.VEHICLE: 1,
    ActorKind.WALKER: 2,
    ActorKind.LIGHT: 3,
    ActorKind.SIGN: 4,
    ActorKind.SENSOR: 5,
}
_LETTERS = {ActorKind.VEHICLE: "v", ActorKind.WALKER: "w", ActorKind.LIGHT: "t"}
_HERO, _OTHER, _ANY = "h", "o", "a"


def _head(recording: Recording) -> list[str]:
    began = time.strftime("%x %X", time.localtime(recording.heading.began_s))
    return ["Version: 1", f"Map: {recording.heading.map.rsplit('/', 1)[-1]}", f"Date: {began}", ""]


def _tail(recording: Recording) -> list[str]:
    return ["", f"Frames: {len(recording.frames)}", f"Duration: {recording.duration_s:g} seconds", ""]


def _actors(recording: Recording) -> dict[int, Added]:
    return {one.id: one for frame in recording.frames for one in frame.added}


# -- what happened, frame by frame -------------------------------------------------------------------------------------


def info_text(recording: Recording, *, show_all: bool) -> str:
    """Who came and went and what collided; with `show_all` also where everything was in each frame."""
    lines = _head(recording)
    collision = 0
    for frame in recording.frames:
        told = [*_comings(frame), *_collisions(frame, collision)]
        collision += len(frame.hits)
        if show_all:
            told += _states(frame)
        if told or show_all:
            lines.append(f"Frame {frame.number} at {frame.time_s:g} seconds")
            lines += told
    return "\n".join(lines + _tail(recording))


def _comings(frame: FrameRecord) -> Iterator[str]:
    for one in frame.added:
        at = one.at.location
        place = f"({100 * at.x:g}, {100 * at.y:g}, {100 * at.z:g})"
        yield f" Create {one.id}: {one.description.id} ({_TYPE_NUMBERS.get(ActorKind(one.kind), 0)}) at {place}"
        for value in one.description.attributes:
            yield f"  {value.id} = {value.value}"
    for actor in frame.removed:
        yield f" Destroy {actor}"
    for one in frame.added:
        if one.parent:
            yield f" Parenting {one.id} with {one.parent} (parent)"


def _collisions(frame: FrameRecord, before: int) -> Iterator[str]:
    for number, hit in enumerate(frame.hits, before):
        first, second = " (hero) " if hit.first_is_hero else "", " (hero) " if hit.second_is_hero else ""
        yield f" Collision id {number} between {hit.first}{first} with {hit.second}{second}"


def _states(frame: FrameRecord) -> Iterator[str]:
    table = frame.records()
    yield f" Positions: {len(table)}"
    for row in table:
        place = ", ".join(f"{100 * value:g}" for value in row["location"].tolist())
        turned = ", ".join(f"{value:g}" for value in row["rotation"][[2, 0, 1]].tolist())
        yield f"  Id: {row['id']} Location: ({place}) Rotation: ({turned})"
    if frame.lights:
        yield f" State traffic lights: {len(frame.lights)}"
        for light in frame.lights:
            yield f"  Id: {light.row} state: {light.show} frozen: {int(light.frozen)}"
    if frame.looks:
        yield f" Vehicle light animations: {len(frame.looks)}"
        for look in frame.looks:
            yield f"  Id: {look.id} {look.lights}"
    yield from _controls(table)
    yield f" Current platform time: {frame.platform_s:f}"


def _controls(table: NDArray[np.void]) -> Iterator[str]:
    cars = table.view(VEHICLE)
    cars = cars[(cars["speed_limit_kmh"] > 0.0) & np.isfinite(cars["throttle"])]
    if len(cars):
        yield f" Vehicle animations: {len(cars)}"
    for car in cars:
        pedals = f"Steering: {car['steer']:g} Throttle: {car['throttle']:g} Brake: {car['brake']:g}"
        yield f"  Id: {car['id']} {pedals} Handbrake: {car['hand_brake']} Gear: {car['gear']}"


# -- collisions --------------------------------------------------------------------------------------------------------


def _is_of(category: str, actor: Added | None, *, hero: bool) -> bool:
    """`h` hero, `v` vehicle, `w` walker, `t` traffic light, `o` other, `a` any."""
    if category == _ANY:
        return True
    if category == _HERO:
        return hero
    return category == _letter(actor)


def _letter(actor: Added | None) -> str:
    return _LETTERS.get(ActorKind(actor.kind), _OTHER) if actor else _OTHER


def collisions_text(recording: Recording, first: str, second: str) -> str:
    """Collisions between actors of two categories, each once when it begins."""
    lines = [*_head(recording), f"{'Time':>8}{'Types':>6}{'Id':>6}{' Actor 1':<35}{'Id':>6}{' Actor 2':<35}"]
    actors = _actors(recording)
    before: set[tuple[int, int]] = set()
    for frame in recording.frames:
        now = set()
        for hit in frame.hits:
            one, other = actors.get(hit.first), actors.get(hit.second)
            now.add((hit.first, hit.second))
            matches = _is_of(first, one, hero=hit.first_is_hero) and _is_of(second, other, hero=hit.second_is_hero)
            turned = _is_of(first, other, hero=hit.second_is_hero) and _is_of(second, one, hero=hit.first_is_hero)
            if (hit.first, hit.second) in before or not (matches or turned):
                continue
            pair = [(hit.first, one), (hit.second, other)] if matches else [(hit.second, other), (hit.first, one)]
            ends = "".join(f"{actor:>6} {name.description.id if name else '':<35}" for actor, name in pair)
            lines.append(f"{frame.time_s:>8.0f}    {_letter(pair[0][1])} {_letter(pair[1][1])} {ends}")
        before = now
    return "\n".join(lines + _tail(recording))


# -- who stood for long ------------------------------------------------------------------------------------------------


def blocked_text(recording: Recording, min_time_s: float, min_distance_cm: float) -> str:
    """Actors that did not go farther than a distance within a time, the longest first."""
    lines = [*_head(recording), f"{'Time':>8}{'Id':>6}{' Actor':<35}{'Duration':>10}"]
    actors = _actors(recording)
    found = sorted(_stays(recording, min_time_s, min_distance_cm / 100.0), key=lambda stay: -stay[2])
    lines += [
        f"{since:>8.0f}{actor:>6} {actors[actor].description.id:<35}{lasted:>10.0f}" for since, actor, lasted in found
    ]
    return "\n".join(lines + _tail(recording))


def _stays(recording: Recording, min_time_s: float, reach_m: float) -> Iterator[tuple[float, int, float]]:
    """Since when, who, how long: vehicles and walkers that stayed within `reach_m` of a place."""
    asked = {actor for actor, one in _actors(recording).items() if one.kind in {ActorKind.VEHICLE, ActorKind.WALKER}}
    began: dict[int, tuple[float, NDArray[np.float32]]] = {}
    for frame in recording.frames:
        for row in frame.records():
            actor = int(row["id"])
            if actor not in asked:
                continue
            since, place = began.setdefault(actor, (frame.time_s, row["location"]))
            if float(np.linalg.norm(row["location"] - place)) >= reach_m:
                if frame.time_s - since >= min_time_s:
                    yield since, actor, frame.time_s - since
                began[actor] = (frame.time_s, row["location"])
        for actor in frame.removed:
            since, _ = began.pop(actor, (np.inf, None))
            if frame.time_s - since >= min_time_s:
                yield since, actor, frame.time_s - since
    for actor, (since, _) in began.items():
        if recording.duration_s - since >= min_time_s:
            yield since, actor, recording.duration_s - since
