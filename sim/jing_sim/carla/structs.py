"""The structs of CARLA 0.9.16's protocol: arrays of their fields in this order, in CARLA's frame and units.

Metres, seconds, degrees, y to the right, yaw clockwise; wheel places and radii of the physics control in centimetres.
"""

from typing import Any

import msgspec

__all__ = [
    "Actor",
    "ActorAttribute",
    "ActorAttributeValue",
    "ActorDefinition",
    "ActorDescription",
    "BoundingBox",
    "Colour",
    "EnvironmentObject",
    "EpisodeInfo",
    "EpisodeSettings",
    "GeoLocation",
    "LabelledPoint",
    "LightState",
    "MapInfo",
    "OpenDriveParameters",
    "Rotation",
    "Token",
    "Transform",
    "Vector2D",
    "Vector3D",
    "Wire",
]

_FARTHEST = 1e9


class Wire(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A struct as the protocol writes it."""


class Vector3D(Wire, frozen=True):
    """A place, a direction, a velocity or a force."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0

    @property
    def finite(self) -> bool:
        """All components are numbers of this world: with larger ones, arithmetic would soon be no longer finite."""
        return abs(self.x) <= _FARTHEST and abs(self.y) <= _FARTHEST and abs(self.z) <= _FARTHEST


class Vector2D(Wire, frozen=True):
    """A point of a curve."""

    x: float = 0.0
    y: float = 0.0


class Rotation(Wire, frozen=True):
    """Degrees."""

    pitch: float = 0.0
    yaw: float = 0.0
    roll: float = 0.0

    @property
    def finite(self) -> bool:
        """All angles are numbers, and not so large that nothing is left of their fractions."""
        return abs(self.pitch) <= _FARTHEST and abs(self.yaw) <= _FARTHEST and abs(self.roll) <= _FARTHEST


class Transform(Wire, frozen=True):
    """A pose."""

    location: Vector3D = Vector3D()
    rotation: Rotation = Rotation()

    @property
    def six(self) -> tuple[float, float, float, float, float, float]:
        """x, y, z, pitch, yaw, roll."""
        at, turned = self.location, self.rotation
        return at.x, at.y, at.z, turned.pitch, turned.yaw, turned.roll

    @property
    def finite(self) -> bool:
        """No number is infinite or not a number."""
        return self.location.finite and self.rotation.finite

    @classmethod
    def of(cls, six: "tuple[float, float, float, float, float, float]") -> "Transform":
        """From x, y, z, pitch, yaw, roll."""
        return cls(Vector3D(*six[:3]), Rotation(*six[3:]))


class BoundingBox(Wire, frozen=True):
    """A box: its middle and half sizes, in the frame of its owner or of the world."""

    location: Vector3D = Vector3D()
    extent: Vector3D = Vector3D()
    rotation: Rotation = Rotation()
    actor_id: int = 0


class GeoLocation(Wire, frozen=True):
    """WGS-84, degrees and metres."""

    latitude: float = 0.0
    longitude: float = 0.0
    altitude: float = 0.0


class Colour(Wire, frozen=True):
    """0 to 255."""

    r: int = 0
    g: int = 0
    b: int = 0


class ActorAttribute(Wire, frozen=True):
    """An attribute of a blueprint. `type`: 1 bool, 2 int, 3 float, 4 string, 5 colour; values are strings."""

    id: str
    type: int
    value: str
    recommended: tuple[str, ...]
    is_modifiable: bool
    restrict_to_recommended: bool


class ActorAttributeValue(Wire, frozen=True):
    """An attribute that an actor was made with."""

    id: str
    type: int
    value: str


class ActorDefinition(Wire, frozen=True):
    """A blueprint; `tags` separated by commas."""

    uid: int
    id: str
    tags: str
    attributes: tuple[ActorAttribute, ...]


class ActorDescription(Wire, frozen=True):
    """What a client wants to have made."""

    uid: int
    id: str
    attributes: tuple[ActorAttributeValue, ...]


class Actor(Wire, frozen=True):
    """An actor as clients know it; `parent_id` 0 for none, `stream_token` of 0 or 24 bytes."""

    id: int
    parent_id: int
    description: ActorDescription
    bounding_box: BoundingBox
    semantic_tags: bytes
    stream_token: bytes


class Token(Wire, frozen=True):
    """24 bytes that say where a stream is."""

    data: bytes


class EpisodeInfo(Wire, frozen=True):
    """Which episode, and the stream of its snapshots."""

    id: int
    token: Token


class EpisodeSettings(Wire, frozen=True):
    """What a client may set; `fixed_delta` is `[false]` or `[true, seconds]`."""

    synchronous: bool = False
    no_rendering: bool = False
    fixed_delta: tuple[Any, ...] = (False,)
    substepping: bool = True
    max_substep_delta_s: float = 0.01
    max_substeps: int = 10
    max_culling_distance_m: float = 0.0
    deterministic_ragdolls: bool = True
    tile_stream_distance_m: float = 3000.0
    actor_active_distance_m: float = 2000.0
    spectator_as_ego: bool = True

    @property
    def fixed_delta_s(self) -> float | None:
        """Seconds of a tick, or None where the clock decides."""
        return float(self.fixed_delta[1]) if self.fixed_delta[0] else None


class MapInfo(Wire, frozen=True):
    """A map's name and where vehicles may be put."""

    name: str
    spawn_points: tuple[Transform, ...]


class LightState(Wire, frozen=True):
    """A light of the scene; `group`: 0 none, 1 vehicle, 2 street, 3 building, 4 other."""

    id: int
    location: Vector3D
    intensity: float
    group: int
    colour: Colour
    active: bool


class LabelledPoint(Wire, frozen=True):
    """A point that a ray met, and what of."""

    location: Vector3D
    label: int


class EnvironmentObject(Wire, frozen=True):
    """Something of the map that is no actor."""

    transform: Transform
    bounding_box: BoundingBox
    id: int
    name: str
    label: int


class OpenDriveParameters(Wire, frozen=True):
    """How a mesh is made of a map that a client brings; only `wall_height_m` could matter here, there is no mesh."""

    vertex_distance_m: float = 2.0
    max_road_length_m: float = 50.0
    wall_height_m: float = 1.0
    additional_width_m: float = 0.6
    smooth_junctions: bool = True
    mesh_visible: bool = True
    pedestrian_navigation: bool = True
