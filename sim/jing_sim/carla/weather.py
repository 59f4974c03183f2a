"""Weather between clients and the driving world: percentages and degrees against shares and radians."""

import math

from jing_sim.carla.structs_control import Weather
from jing_sim.driving.weather import Weather as DrivingWeather

__all__ = ["CLEAR", "driving_weather"]

CLEAR = Weather(5.0, 0.0, 0.0, 10.0, -1.0, 45.0, 2.0, 0.75, 0.1, 0.0, 1.0, 0.03, 0.0331, 0.0)
"""What a map begins with."""


def driving_weather(weather: Weather) -> DrivingWeather:
    """The same weather for the driving world; the sun's azimuth counts clockwise from north there as here.

    Raises:
        PhysicsError: a number is not finite.
    """
    return DrivingWeather(
        cloudiness=weather.cloudiness / 100.0,
        precipitation=weather.precipitation / 100.0,
        deposits=weather.precipitation_deposits / 100.0,
        wind=weather.wind_intensity / 100.0,
        sun_azimuth_rad=math.radians(weather.sun_azimuth_angle),
        sun_altitude_rad=math.radians(weather.sun_altitude_angle),
        fog_density=weather.fog_density / 100.0,
        fog_distance_m=weather.fog_distance,
        fog_falloff=weather.fog_falloff,
        wetness=weather.wetness / 100.0,
        scattering=weather.scattering_intensity,
        mie=weather.mie_scattering_scale,
        rayleigh=weather.rayleigh_scattering_scale,
        dust=weather.dust_storm / 100.0,
    )
