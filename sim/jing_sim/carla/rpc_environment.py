"""Calls about the surroundings: weather, gravity, objects of the map, rays, lights of the scene, debug shapes."""

import math
from typing import Any

import numpy as np

from jing_sim.carla.frames import wrapped_degrees
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.service import Service
from jing_sim.carla.structs import (
    BoundingBox,
    EnvironmentObject,
    LightState,
    Rotation,
    Transform,
    Vector3D,
)
from jing_sim.carla.structs_control import Weather

__all__ = ["CALLS"]

CALLS: Calls = {}

_ANY = 255


@rpc(CALLS, "get_weather_parameters")
def get_weather_parameters(service: Service) -> Weather:
    """As set last."""
    return service.episode.weather


@rpc(CALLS, "set_weather_parameters")
def set_weather_parameters(service: Service, weather: Weather) -> None:
    """From now on."""
    service.episode.set_weather(weather)


@rpc(CALLS, "get_imui_gravity")
def get_imui_gravity(service: Service) -> float:
    """Downwards, m/s2."""
    return service.episode.world.gravity_mps2


@rpc(CALLS, "set_imui_gravity")
def set_imui_gravity(service: Service, gravity: float) -> None:
    """Downwards, m/s2."""
    service.episode.world.set_world_gravity(gravity)


# -- objects of the map ----------------------------------------------------------------------------------------------


def _objects(service: Service, label: int) -> list[EnvironmentObject]:
    """Objects of the map with this label, in the world."""
    boxes = service.episode.stage.objects
    found = []
    for row in np.flatnonzero((boxes.label == label) | (label == _ANY)).tolist():
        x, y, z = boxes.centre[row].tolist()
        at = Vector3D(x, -y, z)
        turned = Rotation(0.0, wrapped_degrees(-math.degrees(boxes.yaw[row])), 0.0)
        box = BoundingBox(at, Vector3D(*boxes.half[row].tolist()), turned)
        found.append(EnvironmentObject(Transform(at, turned), box, row + 1, boxes.name[row], int(boxes.label[row])))
    return found


@rpc(CALLS, "get_environment_objects")
def get_environment_objects(service: Service, label: int) -> list[EnvironmentObject]:
    """Objects of the map with this label, 255 = all."""
    return _objects(service, label)


@rpc(CALLS, "get_all_level_BBs")
def get_all_level_bbs(service: Service, label: int) -> list[BoundingBox]:
    """Boxes of the map's objects and of the actors with this label, 255 = all."""
    boxes = [one.bounding_box for one in _objects(service, label)]
    for entry in service.episode.actors.by_id.values():
        if entry.has_body and label in {entry.label, _ANY}:
            pose = service.episode.pose_of(entry)
            boxes.append(BoundingBox(Vector3D(*pose[:3]), entry.box.extent, Rotation(*pose[3:]), entry.id))
    return boxes


@rpc(CALLS, "get_names_of_all_objects")
def get_names_of_all_objects(service: Service) -> list[str]:
    """Names of the map's objects."""
    return list(service.episode.stage.objects.name)


@rpc(CALLS, "enable_environment_objects")
def enable_environment_objects(service: Service, objects: list[int], enabled: bool) -> None:
    """They are remembered as shown or hidden; nothing is drawn here, and they keep standing."""
    hidden = service.episode.hidden
    hidden.difference_update(objects) if enabled else hidden.update(objects)


Texture = tuple[int, int, list[tuple[float, float, float, float]]]


@rpc(CALLS, "apply_color_texture_to_objects")
@rpc(CALLS, "apply_float_color_texture_to_objects")
def apply_texture(_: Service, names: list[str], material: int, texture: Texture) -> None:
    """Nothing is drawn with textures here."""


# -- lights of the scene: the maps have none ---------------------------------------------------------------------------


@rpc(CALLS, "query_lights_state")
def query_lights_state(_: Service, client: str) -> list[LightState]:  # noqa: ARG001
    """Our maps know no lamps."""
    return []


@rpc(CALLS, "update_lights_state")
def update_lights_state(
    service: Service,
    client: str,  # noqa: ARG001
    states: list[LightState],
    discard: bool,  # noqa: ARG001
) -> None:
    """There are none to change."""
    if states:
        service.episode.mark_lights_changed()


@rpc(CALLS, "update_day_night_cycle")
def update_day_night_cycle(_: Service, client: str, active: bool) -> None:
    """There are no lamps to switch."""


@rpc(CALLS, "set_annotations_traverse_translucency")
def set_annotations_traverse_translucency(_: Service, enabled: bool) -> None:
    """Nothing is translucent here."""


# -- shapes ------------------------------------------------------------------------------------------------------------


@rpc(CALLS, "draw_debug_shape")
def draw_debug_shape(service: Service, shape: tuple[tuple[Any, ...], tuple[int, ...], float, bool]) -> None:
    """It is kept for as long as it would be seen."""
    primitive, colour, life_s, persistent = shape
    if not primitive:
        raise RefusedError("a shape without a primitive cannot be drawn")
    lasting = persistent or life_s <= 0.0
    service.episode.shapes.draw(primitive, colour, service.episode.now_s, None if lasting else life_s)


@rpc(CALLS, "clear_debug_shape")
def clear_debug_shape(service: Service) -> None:
    """All figures are gone."""
    service.episode.shapes.clear(texts=False)


@rpc(CALLS, "clear_debug_string")
def clear_debug_string(service: Service) -> None:
    """All texts are gone."""
    service.episode.shapes.clear(texts=True)
