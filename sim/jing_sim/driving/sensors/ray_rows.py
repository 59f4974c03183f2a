"""The arrays that the ray kernels read and write."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_packet import LANES, ROOM
from jing_sim.driving.sensors.kernels_tree import STACK

__all__ = ["Beams", "Bundle", "Echo", "Lens", "Light", "Paints", "RayTables", "Tree", "new_bundle"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]


class Tree(NamedTuple):
    """A tree of `build_tree`: `(n, 2, 6)` bounds, `(n, 2)` children, `(n,)` axes of the nodes."""

    bounds: F32
    child: I32
    split: I32


class RayTables(NamedTuple):
    """All that rays can meet.

    Attributes:
        still: tree over `corners` `(n, 3, 3)`, the triangles of the scene in its order, map frame.
        shapes: trees over `shape_corners`, the meshes of all shapes, each in the frame of its body's box; the tree of
            shape `k` begins at node `shape_root[k]`.
        top: tree over the bodies; empty where there is none.
        pose: `(m, 12)` middle and forward, left and up axes of the bodies' boxes, map frame.
        shape, row: `(m,)` their shapes, and their rows in `Bodies`.
    """

    still: Tree
    corners: F32
    shapes: Tree
    shape_corners: F32
    shape_root: I32
    top: Tree
    pose: F64
    shape: I32
    row: I32


class Beams(NamedTuple):
    """A LiDAR's head: its place `(3,)` and axes `(3, 3)` in the map frame, and where its lasers point.

    `elevation` `(channels, 2)`, `azimuth` `(steps, 2)`: cosine and sine.
    """

    place: F64
    axes: F64
    elevation: F64
    azimuth: F64
    range_m: float


class Echo(NamedTuple):
    """What becomes of a LiDAR's echoes; see `LidarOptions`.

    `air_per_m`: extinction by fog, dust and rain, one way; `rain_noise`: spread of the distance over the distance.
    """

    attenuation_per_m: float
    air_per_m: float
    drop_rate: float
    drop_limit: float
    drop_zero: float
    noise_m: float
    rain_noise: float


class Lens(NamedTuple):
    """A pinhole: place `(3,)` and axes `(3, 3)` in the map frame, focal length and size of the picture in pixels."""

    place: F64
    axes: F64
    focal_px: float
    width: int
    height: int


class Light(NamedTuple):
    """Light of a moment.

    Attributes:
        sun: `(3,)` unit vector towards it. strength: `(2,)` of sun and sky.
        sky: `(2, 3)` colours of horizon and zenith.
        lamps: strength of headlights. glow: of lamps that are on.
        extinction_per_m: of the air, from `fog_from_m` on.
        shadow_m: shadows are looked for within this distance.
    """

    sun: F64
    strength: F64
    sky: F64
    lamps: float
    glow: float
    extinction_per_m: float
    fog_from_m: float
    shadow_m: float


class Paints(NamedTuple):
    """Colours `(k, 3)`, 0 to 1.

    Attributes:
        by_label: of still things. label: `(n,)` of the triangles. label_gloss: `(256,)` what they mirror.
        by_material: of bodies; negative = that of the body. material: `(n,)` of the shapes' triangles.
        gloss, glow: `(k,)` of materials: what they mirror, and whether they are lamps.
        by_body: `(m, 3)` in the order of `RayTables.row`.
        thing: `(n,)` of the triangles; by_thing: `(k, 3)` colours in which these shine; negative = they do not.
    """

    by_label: F32
    label: U8
    label_gloss: F32
    by_material: F32
    material: U8
    gloss: F32
    glow: F32
    by_body: F32
    thing: NDArray[np.uint32]
    by_thing: F32


class Bundle(NamedTuple):
    """Scratch of one thread: a packet in the map frame and in a body's, what its lanes have met, and stacks.

    `found`, `body` `(16,)`: triangle of the scene, or of the shapes where `body` is not -1.
    """

    rays: F32
    found: I32
    body: I32
    own_rays: F32
    own_found: I32
    stack: I32
    own_stack: I32


def new_bundle() -> Bundle:
    """Scratch for one thread."""
    lanes = [np.full(LANES, -1, np.int32) for _ in range(3)]
    stacks = [np.zeros(STACK, np.int32) for _ in range(2)]
    return Bundle(
        np.zeros(ROOM, np.float32), lanes[0], lanes[1], np.zeros(ROOM, np.float32), lanes[2], stacks[0], stacks[1]
    )
