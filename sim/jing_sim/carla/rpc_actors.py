"""Calls about any actor: spawning, destroying, placing, and what it is made of.

A call about an actor that has been destroyed is answered as if it had been done: clients' own threads ask for actors
that another thread has just destroyed, and an error there ends the user's process. An id that never was is an error.
"""

from jing_sim.carla.actors import ActorEntry, ActorKind
from jing_sim.carla.frames import relative_to
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.service import Service
from jing_sim.carla.spawning import pose_of_six, spawn
from jing_sim.carla.structs import Actor, ActorDescription, BoundingBox, Rotation, Transform, Vector3D

__all__ = ["CALLS", "known", "known_body", "place"]

CALLS: Calls = {}


def known(service: Service, actor: int) -> ActorEntry | None:
    """The actor; None where it has been destroyed.

    Raises:
        RefusedError: there never was one of this id.
    """
    entry = service.episode.actors.by_id.get(actor)
    if entry is None and actor >= service.episode.world.next_id:
        raise RefusedError(f"unable to find actor: there is no actor {actor}")
    return entry


def known_body(service: Service, actor: int) -> ActorEntry | None:
    """The actor, None where it has been destroyed or has no body."""
    entry = known(service, actor)
    return entry if entry and entry.has_body else None


@rpc(CALLS, "spawn_actor")
def spawn_actor(service: Service, description: ActorDescription, at: Transform) -> Actor:
    """A new actor."""
    return service.episode.record(spawn(service.episode, description, at))


@rpc(CALLS, "spawn_actor_with_parent")
def spawn_actor_with_parent(
    service: Service,
    description: ActorDescription,
    at: Transform,
    parent: int,
    attachment: int,  # noqa: ARG001  (arms do not spring here: all attachments are rigid)
    socket: str = "",  # noqa: ARG001
) -> Actor:
    """A new actor, mounted on another one."""
    return service.episode.record(spawn(service.episode, description, at, parent))


@rpc(CALLS, "destroy_actor")
def destroy_actor(service: Service, actor: int) -> bool:
    """Whether it was there and may be destroyed."""
    return service.episode.destroy(actor)


@rpc(CALLS, "get_actors_by_id")
def get_actors_by_id(service: Service, actors: list[int]) -> list[Actor]:
    """Those that are there."""
    by_id = service.episode.actors.by_id
    return [service.episode.record(by_id[actor]) for actor in actors if actor in by_id]


@rpc(CALLS, "set_actor_location")
def set_actor_location(service: Service, actor: int, location: Vector3D) -> None:
    """There at once, turned as it was."""
    entry = known(service, actor)
    if entry:
        now = service.episode.pose_of(entry)
        place(service, entry, Transform(location, Rotation(*now[3:])))


@rpc(CALLS, "set_actor_transform")
def set_actor_transform(service: Service, actor: int, at: Transform) -> None:
    """There at once."""
    entry = known(service, actor)
    if entry:
        place(service, entry, at)


def place(service: Service, entry: ActorEntry, at: Transform) -> None:
    """The actor is there, in the world; what is mounted moves in its mount. Lights and signs stay.

    Raises:
        RefusedError: the transform is not finite.
    """
    if not at.finite:
        raise RefusedError("a transform has a number that is not finite")
    episode = service.episode
    if entry.has_body:
        episode.world.set_pose(entry.id, pose_of_six(at.six))
    elif entry.parent:
        entry.mount = relative_to(episode.pose_of(episode.actors.by_id[entry.parent]), at.six)
    elif entry.kind not in {ActorKind.LIGHT, ActorKind.SIGN}:
        entry.pose = at.six


@rpc(CALLS, "set_actor_autopilot")
def set_actor_autopilot(service: Service, actor: int, enabled: bool) -> None:
    """Traffic Managers of clients drive; they know by themselves whom."""


@rpc(CALLS, "get_actor_bounding_box")
def get_actor_bounding_box(service: Service, actor: int) -> BoundingBox:
    """In its own frame; an empty one for whom nobody knows."""
    entry = service.episode.actors.by_id.get(actor)
    return entry.box if entry else BoundingBox()


# -- components and bones: a body is one piece here, its only component and bone is its root ---------------------------


@rpc(CALLS, "get_actor_component_names")
@rpc(CALLS, "get_actor_bone_names")
def get_actor_component_names(service: Service, actor: int) -> list[str]:
    """The root."""
    return ["root"] if known(service, actor) else []


@rpc(CALLS, "get_actor_socket_names")
def get_actor_socket_names(service: Service, actor: int) -> list[str]:
    """There are none."""
    known(service, actor)
    return []


@rpc(CALLS, "get_actor_component_world_transform")
def get_actor_component_world_transform(service: Service, actor: int, name: str) -> Transform:  # noqa: ARG001
    """Where its root is."""
    entry = known(service, actor)
    return Transform.of(service.episode.pose_of(entry)) if entry else Transform()


@rpc(CALLS, "get_actor_component_relative_transform")
def get_actor_component_relative_transform(service: Service, actor: int, name: str) -> Transform:  # noqa: ARG001
    """Of the root in itself."""
    known(service, actor)
    return Transform()


@rpc(CALLS, "get_actor_bone_world_transforms")
@rpc(CALLS, "get_vehicle_bone_world_transforms")
def get_actor_bone_world_transforms(service: Service, actor: int) -> list[Transform]:
    """Where its root is."""
    entry = known(service, actor)
    return [Transform.of(service.episode.pose_of(entry))] if entry else []


@rpc(CALLS, "get_actor_bone_relative_transforms")
def get_actor_bone_relative_transforms(service: Service, actor: int) -> list[Transform]:
    """Of the root in itself."""
    return [Transform()] if known(service, actor) else []


@rpc(CALLS, "get_actor_socket_world_transforms")
@rpc(CALLS, "get_actor_socket_relative_transforms")
def get_actor_socket_transforms(service: Service, actor: int) -> list[Transform]:
    """There are no sockets."""
    known(service, actor)
    return []
