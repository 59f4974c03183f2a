"""Calls about walkers: where they go, and the bones that a client has set."""

import math

from jing_sim.carla.actors import ActorEntry, ActorKind
from jing_sim.carla.frames import compose
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.rpc_actors import known
from jing_sim.carla.service import Service
from jing_sim.carla.structs import Transform
from jing_sim.carla.structs_control import BonesIn, BonesOut, WalkerControl
from jing_sim.carla.vehicle_figures import walk_of

__all__ = ["CALLS", "walker"]

CALLS: Calls = {}

_ROOT = "crl_root"


def walker(service: Service, actor: int) -> ActorEntry | None:
    """The walker; None where it has been destroyed.

    Raises:
        RefusedError: the actor is no walker, or there never was one of this id.
    """
    entry = known(service, actor)
    if entry and (entry.kind != ActorKind.WALKER or not entry.has_body):
        raise RefusedError(f"actor {actor} is a {entry.description.id}, not a walker")
    return entry


@rpc(CALLS, "apply_control_to_walker")
def apply_control_to_walker(service: Service, actor: int, control: WalkerControl) -> None:
    """Where it goes until told otherwise."""
    if not (control.direction.finite and math.isfinite(control.speed)):
        raise RefusedError("a control has a number that is not finite")
    if walker(service, actor):
        service.episode.world.walk(actor, walk_of(control))


@rpc(CALLS, "get_bones_transform")
def get_bones_transform(service: Service, actor: int) -> BonesOut:
    """The root, and the bones that a client has set; a walker is one box here."""
    entry = walker(service, actor)
    if entry is None:
        return BonesOut()
    pose = service.episode.pose_of(entry)
    bones = {_ROOT: Transform(), **entry.bones}
    return BonesOut(tuple((name, Transform.of(compose(pose, bone.six)), bone, bone) for name, bone in bones.items()))


@rpc(CALLS, "set_bones_transform")
def set_bones_transform(service: Service, actor: int, bones: BonesIn) -> None:
    """They are kept for whoever asks."""
    entry = walker(service, actor)
    if entry:
        entry.bones.update(dict(bones.bones))


@rpc(CALLS, "blend_pose")
def blend_pose(service: Service, actor: int, blend: float) -> None:
    """0 = as animated: the bones that were set are forgotten; between 0 and 1 there is nothing to blend."""
    entry = walker(service, actor)
    if entry and blend <= 0.0:
        entry.bones.clear()


@rpc(CALLS, "get_pose_from_animation")
def get_pose_from_animation(service: Service, actor: int) -> None:
    """There is no animation whose pose could be taken."""
    walker(service, actor)
