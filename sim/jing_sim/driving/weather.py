"""Weather as values: what it does to the road, to the sight and to sensors.

The fields carry the meaning of CARLA's 14 weather parameters; its percentages are shares from 0 to 1, its degrees
radians.
"""

import math
from dataclasses import dataclass, fields

from jing_sim.driving.errors import PhysicsError

__all__ = ["Weather"]


@dataclass(frozen=True)
class Weather:
    """What the sky and the road are like.

    Attributes:
        cloudiness, precipitation, deposits, wind, wetness: shares; deposits are puddles.
        sun_azimuth_rad, sun_altitude_rad: the sun; altitude below 0 = night.
        fog_density: share. fog_distance_m: where fog begins. fog_falloff: its decrease with height.
        scattering, mie, rayleigh: of light in the air. dust: share of dust in the air.
    """

    cloudiness: float = 0.0
    precipitation: float = 0.0
    deposits: float = 0.0
    wind: float = 0.0
    sun_azimuth_rad: float = 0.0
    sun_altitude_rad: float = math.pi / 4
    fog_density: float = 0.0
    fog_distance_m: float = 0.0
    fog_falloff: float = 0.0
    wetness: float = 0.0
    scattering: float = 0.0
    mie: float = 0.0
    rayleigh: float = 0.0331
    dust: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            if not math.isfinite(getattr(self, field.name)):
                msg = f"weather: {field.name} is {getattr(self, field.name)}; a finite number would be right"
                raise PhysicsError(msg)

    @property
    def road_friction(self) -> float:
        """Factor on the friction of roads, 1 = dry.

        Wet asphalt holds about 0.7 of dry asphalt, with standing water about 0.55 (Wong, Theory of Ground Vehicles,
        4th ed., table 1.2: 0.85 dry, 0.6 wet as means of peak values).
        """
        water = min(max(self.wetness, self.precipitation, 0.0), 1.0)
        puddles = min(max(self.deposits, 0.0), 1.0)
        return 1.0 - 0.3 * water - 0.15 * puddles * water

    @property
    def extinction_per_m(self) -> float:
        """Extinction of light: fog, rain, dust.

        Koschmieder: visibility = 3.912 / extinction. Full fog is set to a visibility of 50 m, full dust to 200 m; rain
        after Ulbrich and Atlas with 50 mm/h at full precipitation.
        """
        fog = min(max(self.fog_density, 0.0), 1.0) * 3.912 / 50.0
        dust = min(max(self.dust, 0.0), 1.0) * 3.912 / 200.0
        rain_mmh = 50.0 * min(max(self.precipitation, 0.0), 1.0)
        return fog + dust + 0.21e-3 * math.pow(rain_mmh, 0.63)

    @property
    def visibility_m(self) -> float:
        """Meteorological visibility, 50 km at most."""
        return min(3.912 / max(self.extinction_per_m, 1e-9), 50_000.0)

    @property
    def lidar_noise(self) -> float:
        """Factor on the range noise of LiDAR: drops and dust widen echoes; 1 = clear air."""
        return 1.0 + 2.0 * self.precipitation + self.fog_density + self.dust

    @property
    def daylight(self) -> float:
        """Share of the light at noon under a clear sky, 0.02 at night (street lamps)."""
        height = max(math.sin(self.sun_altitude_rad), 0.0)
        return max(0.02, height * (1.0 - 0.7 * self.cloudiness))
