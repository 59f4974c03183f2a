"""Pictures: one ray for each pixel, and for the shaded picture another one towards the sun.

A pinhole without distortion; pixel (0, 0) is the upper left one. The packets are squares of 4 by 4 pixels. Light is a
Lambert surface under the sun and the sky, with a mirror image of the sky after C. Schlick (1994) on smooth things; air
light after Koschmieder.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_packet import FAR, LANES, WAY
from jing_sim.driving.sensors.kernels_rays import cast_bundle, normal_of, what_of
from jing_sim.driving.sensors.ray_rows import Bundle, Lens, Light, Paints, RayTables
from jing_sim.kernel_cache import leaf

__all__ = ["TILE", "flow_rows", "shade_rows", "trace_rows"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

TILE = 4
_OFF_M = 0.01


@leaf
def _aim(lens: Lens, row: int, column: int) -> tuple[float, float, float]:
    """Way of a pixel's ray; its part along the optical axis is 1, so that distances are depths."""
    rise = (0.5 * lens.height - row - 0.5) / lens.focal_px
    lean = (0.5 * lens.width - column - 0.5) / lens.focal_px
    a = lens.axes
    return (
        a[0, 0] + lean * a[1, 0] + rise * a[2, 0],
        a[0, 1] + lean * a[1, 1] + rise * a[2, 1],
        a[0, 2] + lean * a[1, 2] + rise * a[2, 2],
    )


@leaf
def trace_rows(
    begin: int, end: int, lens: Lens, most: float, skip: int, tables: RayTables, depth: F32, what: I32, side: I32,
    bundle: Bundle,
) -> None:  # fmt: skip
    """Pixel rows `begin` to `end - 1`: depth along the optical axis [m], `what_of` it, and the triangle."""
    rays = bundle.rays
    for top in range(begin, end, TILE):
        for left in range(0, lens.width, TILE):
            for k in range(LANES):
                row, column = top + k // TILE, left + k % TILE
                dx, dy, dz = _aim(lens, row, column)
                for axis in range(3):
                    rays[axis * LANES + k] = lens.place[axis]
                rays[WAY + k], rays[WAY + LANES + k], rays[WAY + 2 * LANES + k] = dx, dy, dz
                rays[FAR + k] = most if row < end and column < lens.width else -1.0
            cast_bundle(tables, skip, False, bundle)
            for k in range(LANES):
                row, column = top + k // TILE, left + k % TILE
                if row < end and column < lens.width:
                    depth[row, column], what[row, column] = rays[FAR + k], what_of(bundle, k)
                    side[row, column] = bundle.found[k]


@leaf
def _towards_sun(
    top: int, left: int, end: int, lens: Lens, skip: int, light: Light, tables: RayTables, depth: F32, what: I32,
    side: I32, bundle: Bundle,
) -> None:  # fmt: skip
    """Lanes of a tile whose points face the sun know whether something stands between."""
    rays = bundle.rays
    asked = False
    for k in range(LANES):
        row, column = min(top + k // TILE, end - 1), min(left + k % TILE, lens.width - 1)
        dx, dy, dz = _aim(lens, row, column)
        thing, t = what[row, column], np.float64(depth[row, column])
        nx, ny, nz = normal_of(tables, side[row, column], -2 - thing if thing <= -2 else -1)
        if nx * dx + ny * dy + nz * dz > 0.0:
            nx, ny, nz = -nx, -ny, -nz
        # Rounding grows with the distance.
        off = _OFF_M + 2.0e-5 * t
        rays[k] = lens.place[0] + t * dx + off * nx
        rays[LANES + k] = lens.place[1] + t * dy + off * ny
        rays[2 * LANES + k] = lens.place[2] + t * dz + off * nz
        bright = nx * light.sun[0] + ny * light.sun[1] + nz * light.sun[2]
        faces = bool(thing != -1 and bright > 0.0 and t < light.shadow_m)
        asked = asked or faces
        rays[FAR + k] = light.shadow_m if faces else -1.0
        for axis in range(3):
            rays[WAY + axis * LANES + k] = light.sun[axis]
    if asked:
        cast_bundle(tables, skip, True, bundle)
    else:
        for k in range(LANES):
            bundle.found[k] = -1


@leaf
def _sky(light: Light, dx: float, dy: float, dz: float, k: int) -> float:
    """Light of the sky from a direction of unit length; below the horizon the haze."""
    up = np.sqrt(min(max(dz, 0.0), 1.0))
    colour: float = light.sky[0, k] + (light.sky[1, k] - light.sky[0, k]) * up
    near = dx * light.sun[0] + dy * light.sun[1] + dz * light.sun[2]
    if near < 0.7:
        return colour
    # Glow around the sun: narrow, and wide.
    near4 = near * near * near * near
    near12 = near4 * near4 * near4
    return float(colour + light.strength[0] * (0.35 * near12**29.0 + 0.10 * near12))


@leaf
def shade_rows(
    begin: int, end: int, lens: Lens, skip: int, light: Light, paints: Paints, tables: RayTables, depth: F32,
    what: I32, side: I32, picture: F32, bundle: Bundle,
) -> None:  # fmt: skip
    """Red, green and blue, 0 to 1, of pixel rows that `trace_rows` has found."""
    for top in range(begin, end, TILE):
        for left in range(0, lens.width, TILE):
            _towards_sun(top, left, end, lens, skip, light, tables, depth, what, side, bundle)
            for k in range(LANES):
                row, column = top + k // TILE, left + k % TILE
                if row >= end or column >= lens.width:
                    continue
                dx, dy, dz = _aim(lens, row, column)
                size = np.sqrt(dx * dx + dy * dy + dz * dz)
                dx, dy, dz = dx / size, dy / size, dz / size
                thing = what[row, column]
                if thing == -1:
                    for c in range(3):
                        picture[row, column, c] = min(_sky(light, dx, dy, dz, c), 1.0)
                    continue
                way = np.float64(depth[row, column]) * size
                body = -2 - thing if thing <= -2 else -1
                nx, ny, nz = normal_of(tables, side[row, column], body)
                facing = -(nx * dx + ny * dy + nz * dz)
                if facing < 0.0:
                    nx, ny, nz, facing = -nx, -ny, -nz, -facing
                bright = max(nx * light.sun[0] + ny * light.sun[1] + nz * light.sun[2], 0.0)
                if bundle.found[k] >= 0:
                    bright = 0.0
                shine = light.strength[0] * bright + light.strength[1] * (0.7 + 0.3 * nz)
                # Roads throw light back even at small angles.
                if light.lamps > 0.0:
                    shine += light.lamps * np.sqrt(facing) * np.exp(-0.04 * way)
                material = paints.material[side[row, column]] if body >= 0 else np.uint8(0)
                label = np.uint8(0) if body >= 0 else paints.label[thing]
                gloss = paints.gloss[material] if body >= 0 else paints.label_gloss[label]
                glow = light.glow * paints.glow[material] if body >= 0 else 0.0
                edge = (1.0 - facing) * (1.0 - facing)
                mirror = gloss + (1.0 - gloss) * edge * edge * (1.0 - facing) if gloss > 0.0 else 0.0
                rx, ry, rz = dx + 2.0 * facing * nx, dy + 2.0 * facing * ny, dz + 2.0 * facing * nz
                thick = light.extinction_per_m * max(way - light.fog_from_m, 0.0)
                air = np.exp(-thick) if thick > 0.0 else 1.0
                shown = paints.thing[thing] if body < 0 else np.uint32(0)
                for c in range(3):
                    if body < 0 and paints.by_thing[shown, 0] >= 0.0:
                        picture[row, column, c] = paints.by_thing[shown, c] * air + light.sky[0, c] * (1.0 - air)
                        continue
                    if body < 0:
                        own = paints.by_label[label, c]
                    elif paints.by_material[material, 0] < 0.0:
                        own = paints.by_body[body, c]
                    else:
                        own = paints.by_material[material, c]
                    lit = own * shine * (1.0 - mirror) + own * glow
                    if mirror > 0.0:
                        lit += mirror * (_sky(light, rx, ry, rz, c) if rz > 0.0 else 0.3 * light.sky[0, c])
                    picture[row, column, c] = min(min(lit, 1.0) * air + light.sky[0, c] * (1.0 - air), 1.0)


@leaf
def flow_rows(
    begin: int, end: int, lens: Lens, old_place: F64, old_axes: F64, row_of: I32, depth: F32, what: I32, now: F64,
    before: F64, known: NDArray[np.bool_], flow: F32,
) -> None:  # fmt: skip
    """How far each pixel's point has moved since the last picture, `(height, width, 2)`, over width and height.

    `now`, `before` `(n_bodies, 12)`: place and three axes of each body in this frame and the last one; `known`:
    whether it was there.
    """
    focal = lens.focal_px
    for row in range(begin, end):
        rise = (0.5 * lens.height - row - 0.5) / focal
        for column in range(lens.width):
            lean = (0.5 * lens.width - column - 0.5) / focal
            flow[row, column, 0] = 0.0
            flow[row, column, 1] = 0.0
            thing = what[row, column]
            t = np.float64(depth[row, column])
            dx, dy, dz = _aim(lens, row, column)
            x, y, z = lens.place[0] + t * dx, lens.place[1] + t * dy, lens.place[2] + t * dz
            if thing <= -2:
                b = row_of[-2 - thing]
                if known[b]:
                    rx, ry, rz = x - now[b, 0], y - now[b, 1], z - now[b, 2]
                    x, y, z = before[b, 0], before[b, 1], before[b, 2]
                    for axis in range(3):
                        q = 3 + 3 * axis
                        own = rx * now[b, q] + ry * now[b, q + 1] + rz * now[b, q + 2]
                        x += own * before[b, q]
                        y += own * before[b, q + 1]
                        z += own * before[b, q + 2]
            rx, ry, rz = x - old_place[0], y - old_place[1], z - old_place[2]
            ahead = rx * old_axes[0, 0] + ry * old_axes[0, 1] + rz * old_axes[0, 2]
            if ahead <= 0.01:
                continue
            left = rx * old_axes[1, 0] + ry * old_axes[1, 1] + rz * old_axes[1, 2]
            high = rx * old_axes[2, 0] + ry * old_axes[2, 1] + rz * old_axes[2, 2]
            flow[row, column, 0] = (left / ahead - lean) * focal / lens.width
            flow[row, column, 1] = (rise - high / ahead) * -focal / lens.height
