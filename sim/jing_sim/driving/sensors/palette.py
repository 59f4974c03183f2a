"""Colours of things, and the light of a weather."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.weather import Weather

__all__ = ["COLOURS", "Lighting", "body_colours", "lighting"]

F32 = NDArray[np.float32]
Float = NDArray[np.float64]

COLOURS: F32 = np.full((256, 3), 0.5, np.float32)
"""By semantic label: how much of red, green and blue light a surface gives back."""
for _label, _rgb in {
    1: (0.22, 0.22, 0.23), 2: (0.55, 0.53, 0.50), 3: (0.62, 0.56, 0.50), 4: (0.60, 0.60, 0.58), 5: (0.5, 0.45, 0.4),
    6: (0.35, 0.36, 0.38), 7: (0.15, 0.15, 0.15), 8: (0.75, 0.75, 0.72), 9: (0.20, 0.36, 0.14),
    10: (0.34, 0.42, 0.22), 12: (0.55, 0.35, 0.30), 13: (0.5, 0.3, 0.2), 14: (0.45, 0.08, 0.08),
    15: (0.30, 0.34, 0.42), 16: (0.16, 0.38, 0.30), 18: (0.2, 0.2, 0.22), 19: (0.25, 0.3, 0.4),
    20: (0.5, 0.45, 0.35), 21: (0.6, 0.5, 0.2), 24: (0.85, 0.85, 0.82), 25: (0.36, 0.42, 0.26), 28: (0.6, 0.62, 0.64),
}.items():  # fmt: skip
    COLOURS[_label] = _rgb

_PAINTS = np.array(
    [[0.75, 0.75, 0.76], [0.08, 0.08, 0.09], [0.45, 0.46, 0.48], [0.5, 0.06, 0.06], [0.08, 0.16, 0.42],
     [0.72, 0.70, 0.64], [0.10, 0.28, 0.22], [0.62, 0.45, 0.10]], np.float32,
)  # fmt: skip
_PAINTED = (14, 15, 18, 19)


@dataclass(frozen=True)
class Lighting:
    """Light of a moment.

    Attributes:
        sun: `(3,)` unit vector towards it. strength: `(2,)` of sun and sky. sky: `(2, 3)` horizon and zenith.
        lamps: of headlights. extinction_per_m: of the air. wetness: share.
    """

    sun: Float
    strength: Float
    sky: Float
    lamps: float
    extinction_per_m: float
    wetness: float


def lighting(weather: Weather) -> Lighting:
    """The light under a weather; below the horizon the sun gives none, and lamps are lit."""
    up, around = weather.sun_altitude_rad, weather.sun_azimuth_rad
    sun = np.array([np.cos(up) * np.sin(around), np.cos(up) * np.cos(around), np.sin(up)])
    high = max(float(np.sin(up)), 0.0)
    clear = 1.0 - min(max(weather.cloudiness, 0.0), 1.0) * 0.85
    day = min(max((float(np.sin(up)) + 0.1) / 0.3, 0.03), 1.0)
    dusk = np.array([0.80, 0.62, 0.48]) * (1.0 - min(high / 0.3, 1.0))
    horizon = day * (np.array([0.74, 0.80, 0.86]) * min(high / 0.3, 1.0) + dusk)
    zenith = day * np.array([0.28, 0.48, 0.78])
    grey = np.array([0.62, 0.64, 0.66]) * day
    cover = min(max(weather.cloudiness, 0.0), 1.0)
    sky = np.stack([horizon + (grey - horizon) * cover, zenith + (grey - zenith) * cover])
    return Lighting(
        sun=sun,
        strength=np.array([1.3 * clear * min(high * 3.0, 1.0), 0.75 * day]),
        sky=sky,
        lamps=5.0 * (1.0 - day),
        extinction_per_m=weather.extinction_per_m,
        wetness=min(max(weather.wetness, 0.0), 1.0),
    )


def body_colours(bodies: Bodies) -> F32:
    """`(n, 3)` by label; cars and bikes in one of eight paints, by their id."""
    colours = COLOURS[bodies.label]
    painted = np.isin(bodies.label, _PAINTED)
    colours[painted] = _PAINTS[bodies.id[painted] * 7 % len(_PAINTS)]
    return colours
