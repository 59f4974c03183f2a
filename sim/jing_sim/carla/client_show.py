"""What a CARLA server shows, taken over for a while: its map, its weather, its traffic lights.

Each of these leaves the server as it found it.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import carla

from jing_sim.carla.client import CarlaWorld
from jing_sim.carla.maps import BROUGHT
from jing_sim.driving.weather import Weather

__all__ = ["on_map", "ruled_lights", "weather_of"]

_STATES = {
    "red": carla.TrafficLightState.Red, "yellow": carla.TrafficLightState.Yellow,
    "green": carla.TrafficLightState.Green, "off": carla.TrafficLightState.Off,
}  # fmt: skip


@contextmanager
def on_map(world: CarlaWorld, xodr: str) -> Iterator[bool]:
    """The server has this OpenDRIVE map meanwhile; gives whether it had it already.

    A server that shows another map gets this one as text, and its own back afterwards.
    """
    before, settings = world.world.get_map(), world.world.get_settings()
    text = before.to_opendrive()
    if text.strip() == xodr.strip():
        yield True
        return
    _generate(world, xodr)
    try:
        yield False
    finally:
        if before.name.rsplit("/", 1)[-1] == BROUGHT:
            _generate(world, text)
        else:
            world.load(before.name)
        world.world.apply_settings(settings)


def _generate(world: CarlaWorld, xodr: str) -> None:
    world.take(world.client.generate_opendrive_world(xodr))


@contextmanager
def weather_of(world: CarlaWorld) -> Iterator[Callable[[Weather], None]]:
    """Gives a function that sets the weather; the old one comes back afterwards."""
    before = world.world.get_weather()

    def show(weather: Weather) -> None:
        world.world.set_weather(_wire(weather))

    try:
        yield show
    finally:
        world.world.set_weather(before)


def _wire(weather: Weather) -> carla.WeatherParameters:
    w = weather
    return carla.WeatherParameters(
        cloudiness=100.0 * w.cloudiness, precipitation=100.0 * w.precipitation,
        precipitation_deposits=100.0 * w.deposits, wind_intensity=100.0 * w.wind,
        sun_azimuth_angle=math.degrees(w.sun_azimuth_rad), sun_altitude_angle=math.degrees(w.sun_altitude_rad),
        fog_density=100.0 * w.fog_density, fog_distance=w.fog_distance_m, fog_falloff=w.fog_falloff,
        wetness=100.0 * w.wetness, scattering_intensity=w.scattering, mie_scattering_scale=w.mie,
        rayleigh_scattering_scale=w.rayleigh, dust_storm=100.0 * w.dust,
    )  # fmt: skip


@contextmanager
def ruled_lights(world: CarlaWorld) -> Iterator[Callable[[str, str], bool]]:
    """Gives a function that sets the light of an OpenDRIVE signal to red, yellow, green or off; False = no such light.

    Lights that it has set are frozen meanwhile; all are as before afterwards.
    """
    lights = {light.get_opendrive_id(): light for light in world.world.get_actors().filter("traffic.traffic_light*")}
    before: dict[str, tuple[carla.TrafficLightState, bool]] = {}

    def show(signal: str, state: str) -> bool:
        light = lights.get(signal)
        if light is None:
            return False
        if signal not in before:
            before[signal] = light.get_state(), light.is_frozen()
            light.freeze(True)
        light.set_state(_STATES[state])
        return True

    try:
        yield show
    finally:
        for signal, (state, frozen) in before.items():
            lights[signal].set_state(state)
            lights[signal].freeze(frozen)
