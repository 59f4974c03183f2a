"""Colours of things, and the light of a weather."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.sensors.ray_rows import Light, Paints
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.shapes import Material
from jing_sim.driving.weather import Weather

__all__ = ["COLOURS", "body_colours", "lighting", "paints"]

F32 = NDArray[np.float32]

_SHADOW_M = 250.0

COLOURS: F32 = np.full((256, 3), 0.5, np.float32)
"""By semantic label: how much of red, green and blue light a surface gives back."""
for _label, _rgb in {
    1: (0.25, 0.25, 0.26), 2: (0.55, 0.53, 0.50), 3: (0.62, 0.56, 0.50), 4: (0.60, 0.60, 0.58), 5: (0.5, 0.45, 0.4),
    6: (0.35, 0.36, 0.38), 7: (0.15, 0.15, 0.15), 8: (0.75, 0.75, 0.72), 9: (0.20, 0.36, 0.14),
    10: (0.32, 0.40, 0.20), 12: (0.55, 0.35, 0.30), 13: (0.5, 0.3, 0.2), 14: (0.45, 0.08, 0.08),
    15: (0.30, 0.34, 0.42), 16: (0.16, 0.38, 0.30), 18: (0.2, 0.2, 0.22), 19: (0.25, 0.3, 0.4),
    20: (0.5, 0.45, 0.35), 21: (0.6, 0.5, 0.2), 24: (0.80, 0.80, 0.77), 25: (0.36, 0.42, 0.26), 28: (0.6, 0.62, 0.64),
}.items():  # fmt: skip
    COLOURS[_label] = _rgb

_PAINTS = np.array(
    [[0.80, 0.80, 0.81], [0.06, 0.06, 0.07], [0.45, 0.46, 0.48], [0.5, 0.06, 0.06], [0.08, 0.16, 0.42],
     [0.72, 0.70, 0.64], [0.10, 0.28, 0.22], [0.62, 0.45, 0.10]], np.float32,
)  # fmt: skip
_SHIRTS = np.array(
    [[0.65, 0.15, 0.12], [0.15, 0.25, 0.55], [0.75, 0.72, 0.66], [0.12, 0.35, 0.22], [0.55, 0.45, 0.15]], np.float32
)
_PAINTED = (14, 15, 16, 18, 19)
_PEDESTRIAN = 12
_OWN = (-1.0, -1.0, -1.0)
_MATERIALS: dict[Material, tuple[tuple[float, float, float], float, float]] = {
    Material.PAINT: (_OWN, 0.04, 0.0),
    Material.GLASS: ((0.05, 0.06, 0.07), 0.25, 0.0),
    Material.TYRE: ((0.05, 0.05, 0.05), 0.0, 0.0),
    Material.TRIM: ((0.10, 0.10, 0.11), 0.0, 0.0),
    Material.HEAD_LAMP: ((0.85, 0.86, 0.88), 0.10, 3.0),
    Material.TAIL_LAMP: ((0.50, 0.03, 0.03), 0.05, 1.2),
    Material.SKIN: ((0.62, 0.46, 0.36), 0.0, 0.0),
    Material.SHIRT: (_OWN, 0.0, 0.0),
    Material.TROUSERS: ((0.13, 0.14, 0.20), 0.0, 0.0),
    Material.METAL: ((0.30, 0.31, 0.33), 0.1, 0.0),
    Material.CARGO: ((0.78, 0.77, 0.73), 0.02, 0.0),
    Material.PLAIN: (_OWN, 0.0, 0.0),
}
"""Colour, what is mirrored at right angles, and how much it glows as a lamp."""


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def lighting(weather: Weather) -> Light:
    """The light under a weather; below the horizon the sun gives none, and lamps are lit."""
    up, around = weather.sun_altitude_rad, weather.sun_azimuth_rad
    sun = np.array([np.cos(up) * np.sin(around), np.cos(up) * np.cos(around), np.sin(up)])
    high = max(float(np.sin(up)), 0.0)
    cover = max(_share(weather.cloudiness), 0.8 * _share(weather.fog_density))
    day = min(max((float(np.sin(up)) + 0.1) / 0.3, 0.03), 1.0)
    dusk = np.array([0.80, 0.62, 0.48]) * (1.0 - min(high / 0.3, 1.0))
    horizon = day * (np.array([0.74, 0.80, 0.86]) * min(high / 0.3, 1.0) + dusk)
    zenith = day * np.array([0.28, 0.48, 0.78])
    grey = np.array([0.62, 0.64, 0.66]) * day
    sky = np.stack([horizon + (grey - horizon) * cover, zenith + (grey - zenith) * cover])
    # Without the sun's own light, more of it comes from all over the sky.
    return Light(
        sun=sun,
        strength=np.array([1.15 * (1.0 - 0.9 * cover) * min(high * 3.0, 1.0), (0.62 + 0.25 * cover) * day]),
        sky=sky,
        lamps=1.2 * (1.0 - day),
        glow=0.15 + 0.85 * (1.0 - day),
        extinction_per_m=float(weather.extinction_per_m),
        fog_from_m=max(float(weather.fog_distance_m), 0.0) if weather.fog_density > 0.0 else 0.0,
        shadow_m=_SHADOW_M,
    )


def paints(scene: RayScene, weather: Weather) -> Paints:
    """Colours of all that rays can hit; wet ground is darker, and mirrors the sky.

    Wet asphalt gives back about half of the light of dry asphalt (J. Lekner, M. Dorf, "Why some things are darker when
    wet", Applied Optics 27, 1988).
    """
    colours, gloss = COLOURS.copy(), np.zeros(256, np.float32)
    wet = max(_share(weather.wetness), _share(weather.deposits))
    ground = [1, 2, 10, 24, 25]
    colours[ground] *= np.float32(1.0 - 0.45 * wet)
    gloss[[1, 24]] = 0.02 * wet
    materials = [_MATERIALS[material] for material in Material]
    return Paints(
        by_label=colours,
        label=scene.still.label,
        label_gloss=gloss,
        by_material=np.array([colour for colour, _, _ in materials], np.float32),
        material=scene.shapes.material,
        gloss=np.array([mirrored for _, mirrored, _ in materials], np.float32),
        glow=np.array([glow for _, _, glow in materials], np.float32),
        by_body=body_colours(scene.bodies)[scene.tables.row],
        thing=scene.still.thing,
        by_thing=scene.shown,
    )


def body_colours(bodies: Bodies) -> F32:
    """`(n, 3)` by label; vehicles in one of eight paints, and walkers in one of five shirts, by their id."""
    colours = COLOURS[bodies.label]
    painted, walking = np.isin(bodies.label, _PAINTED), bodies.label == _PEDESTRIAN
    colours[painted] = _PAINTS[bodies.id[painted] * 7 % len(_PAINTS)]
    colours[walking] = _SHIRTS[bodies.id[walking] * 3 % len(_SHIRTS)]
    return colours
