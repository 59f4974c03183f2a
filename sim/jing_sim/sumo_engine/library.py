"""SUMO as a library in this process: `libsumo`, of the extra `sumo`."""

import contextlib
import importlib.util
import sys
from typing import Any

from jing_maps.errors import MissingExtraError
from jing_sim.traffic import SimulationError

__all__ = ["Sumo", "require_sumo"]


def require_sumo() -> None:
    """Raises `MissingExtraError` if the engine is not installed; loads nothing."""
    for name in ("libsumo", "sumo"):
        if importlib.util.find_spec(name) is None:
            raise MissingExtraError(name, "sumo")


class Sumo:
    """The one simulation that libsumo can hold in a process, from `start` to `close`.

    Attributes:
        api: the module libsumo; its calls are those of TraCI.

    Raises:
        MissingExtraError: libsumo is not installed.
        SimulationError: this process has a simulation already, or SUMO refuses the files.
    """

    def __init__(self, arguments: list[str]) -> None:
        self.api = _load()
        if self.api.simulation.isLoaded():
            raise SimulationError(
                "libsumo holds one simulation a process, and this one has one already: close it, or take a new process"
            )
        try:
            self.api.start(["sumo", *arguments])
        except (self.api.TraCIException, self.api.FatalTraCIError) as error:
            self.close()
            raise SimulationError(f"SUMO refuses the network or the trips: {error}") from error

    def step(self, time_s: float) -> None:
        """One step of the simulation; `time_s` is for the message if it cannot go on.

        Raises:
            SimulationError: SUMO gave up.
        """
        try:
            self.api.simulationStep()
        except (self.api.TraCIException, self.api.FatalTraCIError) as error:
            raise SimulationError(f"time {time_s:g} s: SUMO cannot go on: {error}") from error

    def close(self) -> None:
        """Ends the simulation, so that another one can start."""
        if self.api.simulation.isLoaded():
            self.api.close()


def _load() -> Any:  # noqa: ANN401 - libsumo has no types
    require_sumo()
    # On import it prints to stdout which pyarrow it was made with; stdout belongs to `--json`.
    with contextlib.redirect_stdout(sys.stderr):
        import libsumo  # noqa: PLC0415 - optional
    return libsumo
