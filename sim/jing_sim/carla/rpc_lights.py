"""Calls about traffic lights."""

import numpy as np

from jing_sim.carla.actors import ActorKind
from jing_sim.carla.map_actors import head_box
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.service import Service
from jing_sim.carla.structs import BoundingBox
from jing_sim.driving.light_cycle import LightShow

__all__ = ["CALLS"]

CALLS: Calls = {}


def _row(service: Service, actor: int) -> int:
    """Row of a light in the scene.

    Raises:
        RefusedError: the actor is no traffic light.
    """
    service.episode.entry(actor, ActorKind.LIGHT)
    return int(np.flatnonzero(service.episode.light_ids == actor)[0])


@rpc(CALLS, "set_traffic_light_state")
def set_traffic_light_state(service: Service, actor: int, state: int) -> None:
    """The light shows this now; 0 red, 1 yellow, 2 green, 3 off, 4 unknown."""
    if not 0 <= state <= 4:
        raise RefusedError(f"a traffic light has no state {state}; 0 to 4 would be right")
    service.episode.cycle.set_show(_row(service, actor), min(state, LightShow.OFF))


def _set_time(service: Service, actor: int, show: int, seconds: float) -> None:
    if not (np.isfinite(seconds) and seconds >= 0.0):
        raise RefusedError(f"a light cannot stay for {seconds} s; 0 or more would be right")
    service.episode.cycle.set_time(_row(service, actor), show, seconds)


@rpc(CALLS, "set_traffic_light_green_time")
def set_traffic_light_green_time(service: Service, actor: int, seconds: float) -> None:
    """How long it is green in its turn."""
    _set_time(service, actor, LightShow.GREEN, seconds)


@rpc(CALLS, "set_traffic_light_yellow_time")
def set_traffic_light_yellow_time(service: Service, actor: int, seconds: float) -> None:
    """How long it is yellow in its turn."""
    _set_time(service, actor, LightShow.YELLOW, seconds)


@rpc(CALLS, "set_traffic_light_red_time")
def set_traffic_light_red_time(service: Service, actor: int, seconds: float) -> None:
    """How long all are red after it."""
    _set_time(service, actor, LightShow.RED, seconds)


@rpc(CALLS, "freeze_all_traffic_lights")
def freeze_all_traffic_lights(service: Service, frozen: bool) -> None:
    """All keep what they show, or go on."""
    service.episode.cycle.freeze(frozen)


@rpc(CALLS, "freeze_traffic_light")
def freeze_traffic_light(service: Service, actor: int, frozen: bool) -> None:
    """This one keeps what it shows, or goes on."""
    service.episode.cycle.frozen[_row(service, actor)] = frozen


@rpc(CALLS, "reset_traffic_light_group")
def reset_traffic_light_group(service: Service, actor: int) -> None:
    """The lights of its junction begin again."""
    row = _row(service, actor)
    service.episode.cycle.reset_junction(int(service.episode.stage.scene.lights.junction[row]))


@rpc(CALLS, "reset_all_traffic_lights")
def reset_all_traffic_lights(service: Service) -> None:
    """All begin again."""
    service.episode.cycle.reset()


@rpc(CALLS, "get_group_traffic_lights")
def get_group_traffic_lights(service: Service, actor: int) -> list[int]:
    """The lights that take turns with it, itself among them."""
    rows = service.episode.cycle.group(_row(service, actor))
    return [int(one) for one in service.episode.light_ids[rows]]


@rpc(CALLS, "get_light_boxes")
def get_light_boxes(service: Service, actor: int) -> list[BoundingBox]:
    """The boxes of its heads, in the world."""
    return [head_box(service.episode.stage.scene, _row(service, actor), actor)]
