"""Which world a run gets: columns alone as long as nobody drives by pedals, a world with bodies, or a CARLA server."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from jing_scenarios.drivers.driver import Driver
from jing_scenarios.worlds.bodies import BodiesWorld
from jing_scenarios.worlds.world import ScenarioWorld, WorldError
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.scene_store import kept_scene

if TYPE_CHECKING:
    from jing_scenarios.worlds.carla_server import CarlaScenarioWorld
    from jing_scenarios.worlds.served_maps import ServedMaps

__all__ = ["address_of", "carla_world", "native_world", "served_maps"]


def native_world(road_file: Path | None, drivers: Iterable[Driver]) -> ScenarioWorld | None:
    """The native world of a run: None (columns alone) if no driver answers with pedals, else bodies on the map's scene.

    Raises:
        MapFormatError: the map has no ground to drive on.
    """
    if all(driver.answers != "pedals" for driver in drivers):
        return None
    return BodiesWorld(flat_scene() if road_file is None else kept_scene(road_file))


def carla_world(address: tuple[str, int], road_file: Path | None, dt_s: float) -> CarlaScenarioWorld:
    """A CARLA server as the world of a run; `close` it afterwards.

    Raises:
        UnreachableError: nobody answers there.
        WorldError: the carla library is not installed.
    """
    try:
        from jing_scenarios.worlds.carla_server import CarlaScenarioWorld  # noqa: PLC0415 - loads the carla library
    except ModuleNotFoundError as error:
        raise _no_library(error) from error
    return CarlaScenarioWorld(*address, road_file, dt_s)


def served_maps(address: tuple[str, int]) -> ServedMaps:
    """The maps of a CARLA server; `close` them afterwards. Raises as `carla_world`."""
    try:
        from jing_scenarios.worlds.served_maps import ServedMaps  # noqa: PLC0415 - loads the carla library
    except ModuleNotFoundError as error:
        raise _no_library(error) from error
    return ServedMaps(*address)


def _no_library(error: ModuleNotFoundError) -> WorldError:
    return WorldError(f"the carla library is missing ({error}); pip install carla==0.9.16")


def address_of(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; raises WorldError.

    >>> address_of("127.0.0.1:2000")
    ('127.0.0.1', 2000)
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise WorldError(f"{text!r} is no HOST:PORT, as 127.0.0.1:2000 is one")
    return host, int(port)
