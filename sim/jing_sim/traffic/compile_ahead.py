"""Compiles the kernels of a recorded step in a process beside the one that waits for them.

A new installation compiles for half a minute before its first step, on one core: numba compiles one function at a time
in a process. The process of the world begins with the first part of a step, this one with the last, and a kernel that
one of them is at is left to it (`jing_sim.kernel_cache`).
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from types import FunctionType
from typing import Any

import numba
from numba.core.dispatcher import Dispatcher

from jing_maps.grid import grid
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.kernel_cache import is_stored, widened
from jing_sim.trace import RunManifest, TraceWriter
from jing_sim.traffic import world
from jing_sim.traffic.kernels_step import step_world

__all__ = ["compiling_beside", "main"]


@contextmanager
def compiling_beside() -> Iterator[None]:
    """Kernels are compiled by a second process, too, inside the block; nothing happens if they lie on disk.

    That process does nothing which the other one would not do for itself, and is ended with the block.
    """
    if is_stored(step_world) or len(os.sched_getaffinity(0)) < 2:
        yield
        return
    with TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "jing_sim.traffic.compile_ahead", folder]
        # In a session of its own: whoever interrupts the command would see this process complain.
        with Popen(words, stdin=DEVNULL, stdout=DEVNULL, start_new_session=True) as process:
            try:
                yield
            finally:
                process.kill()


def main(folder: Path) -> None:
    """Compiles the parts of a step from the last to the first, for what a small world gives them; then its recorder."""
    parts: list[tuple[Dispatcher[Any], tuple[Any, ...]]] = []
    world.step_world = _noting(parts)  # type: ignore[attr-defined]
    network = grid(1, 1)
    trips, _ = random_trips(network, 3600.0, DemandOptions(duration_s=10.0, seed=0))
    empty = world.TrafficWorld(network, trips)
    for part, kinds in reversed(parts):
        part.compile(kinds)
    manifest = RunManifest(run_id="", area=network.name, plan="map", engine="native", seed=0, dt_s=1.0)
    with TraceWriter(folder, network, trips, manifest) as trace:
        trace.frame(0.0, empty.frame())


def _noting(parts: "list[tuple[Dispatcher[Any], tuple[Any, ...]]]") -> Callable[..., None]:
    """`step_world` in Python, which does not run its parts, but notes them and the types of their arguments."""
    source = step_world.py_func  # type: ignore[attr-defined]

    def noted(part: "Dispatcher[Any]") -> Callable[..., int]:
        def note(*arguments: object) -> int:
            parts.append((part, tuple(widened(numba.typeof(argument)) for argument in arguments)))
            return 0

        return note

    names = {name: noted(part) for name, part in source.__globals__.items() if isinstance(part, Dispatcher)}
    return FunctionType(source.__code__, source.__globals__ | names)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
