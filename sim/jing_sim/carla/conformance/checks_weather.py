"""Weather."""

import carla

from jing_sim.carla.conformance.bench import Bench, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []

_FIELDS = (
    "cloudiness", "precipitation", "precipitation_deposits", "wind_intensity", "sun_azimuth_angle",
    "sun_altitude_angle", "fog_density", "fog_distance", "fog_falloff", "wetness", "scattering_intensity",
    "mie_scattering_scale", "rayleigh_scattering_scale", "dust_storm",
)  # fmt: skip


@check("weather")
def round_trip(bench: Bench) -> None:
    """set_weather sets what get_weather shows, in all fields."""
    values = (10, 20, 30, 40, 50, 60, 15, 25, 0.5, 35, 0.9, 0.04, 0.03, 5)
    bench.world.set_weather(carla.WeatherParameters(*(float(v) for v in values)))
    bench.tick(2)
    found = bench.world.get_weather()
    for name, value in zip(_FIELDS, values, strict=True):
        near(getattr(found, name), value, 1e-3, name)


@check("weather")
def presets(bench: Bench) -> None:
    """Presets can be set."""
    bench.world.set_weather(carla.WeatherParameters.HardRainNoon)
    bench.tick(2)
    found = bench.world.get_weather()
    near(found.precipitation, carla.WeatherParameters.HardRainNoon.precipitation, 1e-3, "precipitation")
    true(found.cloudiness > 50, f"cloudiness {found.cloudiness}")


@check("weather")
def stays(bench: Bench) -> None:
    """Weather stays until it is set again."""
    weather = carla.WeatherParameters(fog_density=33.0)
    bench.world.set_weather(weather)
    bench.tick(30)
    near(bench.world.get_weather().fog_density, 33.0, 1e-3, "fog_density")
