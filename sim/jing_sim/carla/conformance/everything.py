"""All checks, file by file; the Traffic Manager comes last, for its threads go on in the client after it."""

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
from jing_sim.carla.conformance.registry import CHECKS as ENTERED

__all__ = ["CHECKS"]

_FILES = (
    checks_client, checks_world, checks_map, checks_blueprints, checks_actors, checks_vehicles, checks_walkers,
    checks_lights, checks_sensors, checks_cameras, checks_weather, checks_commands, checks_recorder, checks_debug,
    checks_traffic_manager,
)  # fmt: skip

CHECKS = {key: check for file in _FILES for key, check in ENTERED.items() if check.run.__module__ == file.__name__}
"""By `group.name`."""
