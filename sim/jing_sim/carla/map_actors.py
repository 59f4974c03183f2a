"""Traffic lights and signs of a map as actors.

CARLA's lights have their x axis across the lanes that they rule, and their trigger volume is a box in that frame; the
programs that check red lights walk along its x axis. Here it points to the left of the traffic that meets the light.
"""

from collections.abc import Callable

import numpy as np

from jing_sim.carla.actors import ActorEntry, ActorKind
from jing_sim.carla.frames import Six, relative_to, wrapped_degrees
from jing_sim.carla.structs import ActorDescription, BoundingBox, Rotation, Vector3D
from jing_sim.driving.light_places import SignPlaces
from jing_sim.driving.scene import StaticScene

__all__ = ["head_box", "light_entries", "sign_entries"]

_LABELS = {ActorKind.LIGHT: 7, ActorKind.SIGN: 8}


def light_entries(scene: StaticScene, next_id: Callable[[], int]) -> list[ActorEntry]:
    """An actor for each light, in the order of the scene."""
    return [_entry(scene.lights, row, ActorKind.LIGHT, next_id()) for row in range(len(scene.lights))]


def sign_entries(scene: StaticScene, next_id: Callable[[], int]) -> list[ActorEntry]:
    """An actor for each sign, in the order of the scene."""
    return [_entry(scene.signs, row, ActorKind.SIGN, next_id()) for row in range(len(scene.signs))]


def _entry(places: SignPlaces, row: int, kind: ActorKind, actor: int) -> ActorEntry:
    box = places.trigger
    travel = -float(np.degrees(box.yaw[row]))
    x, y, z = places.position[row].tolist()
    pose: Six = (x, -y, min(z, float(box.centre[row, 2] - box.half[row, 2])), 0.0, wrapped_degrees(travel - 90.0), 0.0)
    cx, cy, cz = box.centre[row].tolist()
    middle = relative_to(pose, (cx, -cy, cz, 0.0, pose[4], 0.0))
    along, across, up = box.half[row].tolist()
    volume = BoundingBox(Vector3D(*middle[:3]), Vector3D(across, along, up), Rotation())
    return ActorEntry(
        actor,
        kind,
        ActorDescription(0, places.kind[row], ()),
        {},
        volume,
        label=_LABELS[kind],
        pose=pose,
    )


def head_box(scene: StaticScene, row: int, actor: int) -> BoundingBox:
    """The box of a light's head, in CARLA's world frame."""
    x, y, z = scene.lights.position[row].tolist()
    yaw = wrapped_degrees(-float(np.degrees(scene.lights.yaw[row])))
    return BoundingBox(Vector3D(x, -y, z + 0.5), Vector3D(0.15, 0.2, 0.5), Rotation(0.0, yaw, 0.0), actor)
