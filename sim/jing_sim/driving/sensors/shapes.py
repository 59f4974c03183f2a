"""What sensors see of bodies: a mesh for each shape of box and kind of thing, nearer to the real one than the box is.

A mesh fills the box of its body: x forward, y left, z up from the middle of the box, metres. Its proportions are those
of common vehicles; nothing of it is taken from a model of any one.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import BodyKind

__all__ = ["Material", "Mesh", "ShapeKey", "mesh_of"]

F32 = NDArray[np.float32]
Float = NDArray[np.float64]
ShapeKey = tuple[int, int, float, float, float]
"""Kind, label, and half length, width and height [m]."""
Part = tuple[Float, "Material"]

_TRUCK, _BUS, _MOTORCYCLE, _BICYCLE, _RIDER = 15, 16, 18, 19, 13
_WHEEL_CORNERS = 12


class Material(IntEnum):
    """What a triangle of a body is made of."""

    PAINT = 0
    GLASS = 1
    TYRE = 2
    TRIM = 3
    HEAD_LAMP = 4
    TAIL_LAMP = 5
    SKIN = 6
    SHIRT = 7
    TROUSERS = 8
    METAL = 9
    CARGO = 10
    PLAIN = 11
    """The colour of its label."""


@dataclass(frozen=True)
class Mesh:
    """`corners` `(n, 3, 3)` of triangles, and `(n,)` `Material`."""

    corners: F32
    material: NDArray[np.uint8]


def mesh_of(key: ShapeKey) -> Mesh:
    """The mesh of a kind of body with that box."""
    kind, label, *half = key
    h = np.array(half)
    if kind == BodyKind.WALKER:
        parts = _walker(h)
    elif kind != BodyKind.VEHICLE:
        parts = [(_box((-1, 1), (-1, 1), (-1, 1), h), Material.PLAIN)]
    elif label in {_MOTORCYCLE, _BICYCLE, _RIDER}:
        parts = _two_wheeler(h, motor=label == _MOTORCYCLE)
    elif label == _BUS:
        parts = _bus(h)
    elif label == _TRUCK and h[2] > 1.1:
        parts = _truck(h)
    else:
        parts = _van(h) if h[2] > 0.95 else _car(h)
    return Mesh(
        np.concatenate([corners for corners, _ in parts]).astype(np.float32),
        np.concatenate([np.full(len(corners), material, np.uint8) for corners, material in parts]),
    )


def _tiled(*faces: tuple[int, ...]) -> list[tuple[int, int, int]]:
    return [(face[0], face[k], face[k + 1]) for face in faces for k in range(1, len(face) - 1)]


_BOX = _tiled((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
Span = tuple[float, float]


def _box(x: Span, y: Span, z: Span, half: Float) -> Float:
    """12 triangles; the spans are shares of the half sizes."""
    corners = np.array([[a, b, c] for a in x for b in y for c in z]) * half
    return corners[_BOX]


def _tapered(low: tuple[Span, float, float], high: tuple[Span, float, float], half: Float) -> Float:
    """Quads front, rear, left, right, top of a body between two rectangles, each of x span, half width and height."""
    ring = [
        [x, y, z]
        for span, wide, z in (low, high)
        for x, y in ((span[1], wide), (span[0], wide), (span[0], -wide), (span[1], -wide))
    ]
    return (np.array(ring) * half)[_tiled((0, 3, 7, 4), (1, 5, 6, 2), (0, 4, 5, 1), (3, 2, 6, 7), (4, 7, 6, 5))]


def _loft(profile: list[Span], wide: float, half: Float) -> Float:
    """A closed prism: its `profile` in x and z, counter-clockwise, between the two sides."""
    outline = np.array([[x, 0.0, z] for x, z in profile]) * half
    n = len(outline)
    side = np.array([0.0, wide * half[1], 0.0])
    corners = np.concatenate([outline + side, outline - side])
    middle = np.concatenate([[outline.mean(0) + side], [outline.mean(0) - side]])
    k = np.arange(n)
    after = (k + 1) % n
    walls = np.concatenate([np.stack([k, after, after + n], 1), np.stack([k, after + n, k + n], 1)])
    caps = [
        np.stack([np.broadcast_to(middle[c], (n, 3)), corners[k + c * n], corners[after + c * n]], 1) for c in (0, 1)
    ]
    return np.concatenate([corners[walls], *caps])


def _wheel(x: float, y: float, radius: float, thick: float, floor: float) -> Float:
    """A wheel that stands on `floor`, its outer side at `y`."""
    angle = np.arange(_WHEEL_CORNERS) * 2 * np.pi / _WHEEL_CORNERS
    rim = [(float(x + radius * np.cos(a)), float(floor + radius + radius * np.sin(a))) for a in angle]
    prism = _loft(rim, thick / 2, np.ones(3))
    prism[..., 1] += y - np.sign(y) * thick / 2 if y else 0.0
    return prism


def _wheels(h: Float, radius: float, axles: tuple[float, ...]) -> list[Part]:
    radius = min(radius, 0.9 * float(h[2]))
    return [
        (_wheel(share * float(h[0]), side * float(h[1]), radius, 0.24 * float(h[1]), -float(h[2])), Material.TYRE)
        for share in axles
        for side in (-0.99, 0.99)
    ]


def _lamps(h: Float, z: Span, front_x: float = 1.0, rear_x: float = -1.0) -> list[Part]:
    """Two white ones in front, two red ones behind, just proud of the body."""
    deep = 0.03 / float(h[0])
    pairs = [(front_x, Material.HEAD_LAMP), (rear_x, Material.TAIL_LAMP)]
    return [
        (_box((x - np.sign(x) * deep, x), y, z, h), material) for x, material in pairs
        for y in ((-0.92, -0.55), (0.55, 0.92))
    ]  # fmt: skip


def _glazed(cabin: Float) -> list[Part]:
    """The sides of a `_tapered` cabin are glass, its roof is paint."""
    return [(cabin[:8], Material.GLASS), (cabin[8:], Material.PAINT)]


def _car(h: Float) -> list[Part]:
    radius = min(0.46 * float(h[2]), 0.40)
    clear = -1.0 + 0.55 * radius / float(h[2])
    body = [
        (0.985, clear + 0.08), (0.985, -0.28), (0.90, -0.10), (0.42, 0.06), (-0.80, 0.10), (-0.97, 0.02),
        (-0.985, -0.30), (-0.96, clear + 0.08), (-0.90, clear), (0.92, clear),
    ]  # fmt: skip
    cabin = _tapered(((-0.80, 0.46), 0.93, 0.06), ((-0.48, 0.10), 0.72, 1.0), h)
    return [
        (_loft(body, 0.97, h), Material.PAINT), *_glazed(cabin), *_wheels(h, radius, (-0.60, 0.62)),
        *_lamps(h, (-0.33, -0.16)),
    ]  # fmt: skip


def _van(h: Float) -> list[Part]:
    radius = min(0.34, 0.4 * float(h[2]))
    clear = -1.0 + 0.6 * radius / float(h[2])
    body = [
        (0.985, clear), (0.985, -0.35), (0.94, -0.16), (0.72, -0.08), (0.50, 0.93), (0.42, 1.0), (-0.95, 1.0),
        (-0.985, 0.9), (-0.985, clear),
    ]  # fmt: skip
    pane = [(0.735, -0.06), (0.522, 0.88), (0.505, 0.88), (0.715, -0.06)]
    return [
        (_loft(body, 0.97, h), Material.PAINT), (_loft(pane, 0.85, h), Material.GLASS),
        (_box((0.12, 0.52), (-0.985, 0.985), (0.05, 0.65), h), Material.GLASS),
        *_wheels(h, radius, (-0.60, 0.64)), *_lamps(h, (-0.34, -0.2)),
    ]  # fmt: skip


def _truck(h: Float) -> list[Part]:
    radius = min(0.5, 0.3 * float(h[2]))
    floor = -1.0 + 1.5 * radius / float(h[2])
    cab_end = 1.0 - 2.2 / (2.0 * float(h[0])) * 2.0
    cab_end = max(cab_end, 0.2)
    pane = (floor + 0.48 * (0.85 - floor), floor + 0.9 * (0.85 - floor))
    return [
        (_box((cab_end, 0.985), (-0.96, 0.96), (floor - 0.12, 0.85), h), Material.PAINT),
        (_box((0.97, 0.99), (-0.86, 0.86), pane, h), Material.GLASS),
        (_box((cab_end + 0.1 * (1 - cab_end), 0.9), (-0.97, 0.97), pane, h), Material.GLASS),
        (_box((-1.0, cab_end - 0.03), (-1.0, 1.0), (floor, 1.0), h), Material.CARGO),
        (_box((-0.98, 0.97), (-0.45, 0.45), (floor - 0.2, floor), h), Material.TRIM),
        *_wheels(h, radius, (-0.72, -0.72 + 2.4 * radius / float(h[0]), 0.70)),
        *_lamps(h, (floor - 0.1, floor + 0.02)),
    ]  # fmt: skip


def _bus(h: Float) -> list[Part]:
    radius = 0.31 * float(h[2])
    clear = -1.0 + 0.7 * radius / float(h[2])
    return [
        (_box((-0.985, 0.985), (-0.98, 0.98), (clear, 1.0), h), Material.PAINT),
        (_box((-0.94, 0.94), (-0.995, 0.995), (0.02, 0.62), h), Material.GLASS),
        (_box((0.98, 0.995), (-0.9, 0.9), (-0.12, 0.72), h), Material.GLASS),
        (_box((-0.995, -0.98), (-0.75, 0.75), (0.1, 0.65), h), Material.GLASS),
        *_wheels(h, radius, (-0.52, 0.56)), *_lamps(h, (-0.55, -0.42)),
    ]  # fmt: skip


def _two_wheeler(h: Float, *, motor: bool) -> list[Part]:
    tall = float(h[2])
    radius = min(0.335, 0.3 * float(h[0]) / 0.9, 0.4 * tall)
    hub = float(h[0]) - radius
    thick = 0.12 if motor else 0.045
    top = -1.0 + 2.2 * radius / tall
    frame_y = (-0.45, 0.45) if motor else (-0.1, 0.1)
    return [
        *((_wheel(x, 0.0, radius, thick, -tall), Material.TYRE) for x in (-hub, hub)),
        (_box((-0.55, 0.50), frame_y, (top - (0.45 if motor else 0.1), top + 0.02), h), Material.PAINT),
        (_box((0.42, 0.5), (-0.95, 0.95), (top + 0.28, top + 0.34), h), Material.METAL),
        (_box((0.42, 0.52), (-0.1, 0.1), (top - 0.3, top + 0.34), h), Material.METAL),
        *((_box((-0.35, 0.18), y, (top - 0.38, top + 0.1), h), Material.TROUSERS) for y in ((-0.6, -0.3), (0.3, 0.6))),
        (_box((-0.35, 0.02), (-0.6, 0.6), (top + 0.05, 0.68), h), Material.SHIRT),
        *((_box((-0.1, 0.45), y, (top + 0.28, top + 0.4), h), Material.SHIRT) for y in ((-0.75, -0.58), (0.58, 0.75))),
        (_box((-0.26, 0.0), (-0.3, 0.3), (0.7, 1.0), h), Material.SKIN),
        (_box((0.52, 0.57), (-0.2, 0.2), (top + 0.06, top + 0.2), h), Material.HEAD_LAMP),
        (_box((-0.6, -0.55), (-0.12, 0.12), (top - 0.1, top + 0.02), h), Material.TAIL_LAMP),
    ]  # fmt: skip


def _walker(h: Float) -> list[Part]:
    arms = ((-1.0, -0.72), (0.72, 1.0))
    return [
        *((_box(x, y, (-0.93, -0.05), h), Material.TROUSERS)
          for x, y in (((0.0, 0.65), (0.06, 0.6)), ((-0.65, 0.0), (-0.6, -0.06)))),
        *((_box(x, y, (-1.0, -0.93), h), Material.TRIM)
          for x, y in (((0.0, 1.0), (0.06, 0.6)), ((-1.0, 0.1), (-0.6, -0.06)))),
        (_tapered(((-0.42, 0.42), 0.62, -0.08), ((-0.45, 0.5), 0.74, 0.62), h), Material.SHIRT),
        *((_box((-0.3, 0.35), y, (-0.05, 0.58), h), Material.SHIRT) for y in arms),
        (_box((-0.35, 0.4), (-0.3, 0.3), (0.66, 1.0), h), Material.SKIN),
        (_box((-0.2, 0.2), (-0.15, 0.15), (0.6, 0.68), h), Material.SKIN),
    ]  # fmt: skip
