"""A small map and the options of a server on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_sim.carla.server import ServerOptions


@pytest.fixture(scope="session")
def small_maps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with two maps; what is built of them is kept beside it, not in the user's cache."""
    folder = tmp_path_factory.mktemp("maps")
    write_opendrive(grid(1, 2, spacing_m=120.0), folder / "Small.xodr")
    write_opendrive(grid(1, 1, spacing_m=120.0), folder / "Tiny.xodr")
    kept = {name: os.environ.get(name) for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME")}
    for name in kept:
        os.environ[name] = str(tmp_path_factory.mktemp(name.lower()))
    yield folder
    for name, value in kept.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture
def options(small_maps: Path) -> ServerOptions:
    return ServerOptions(map="Small", port=0, maps=small_maps, aliases={"Town01": "Tiny"})
