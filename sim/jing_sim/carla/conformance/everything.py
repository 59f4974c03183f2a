"""All checks: importing this module fills the list."""

from jing_sim.carla.conformance import (
    checks_actors,
    checks_blueprints,
    checks_cameras,
    checks_client,
    checks_commands,
    checks_debug,
    checks_lights,
    checks_map,
    checks_recorder,
    checks_sensors,
    checks_traffic_manager,
    checks_vehicles,
    checks_walkers,
    checks_weather,
    checks_world,
)
from jing_sim.carla.conformance.registry import CHECKS

__all__ = ["CHECKS", "FILES"]

FILES = (
    checks_client, checks_world, checks_map, checks_blueprints, checks_actors, checks_vehicles, checks_walkers,
    checks_lights, checks_sensors, checks_cameras, checks_weather, checks_commands, checks_recorder, checks_debug,
    checks_traffic_manager,
)  # fmt: skip
