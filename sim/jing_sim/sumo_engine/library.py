"""SUMO as a library in this process: `libsumo`, of the extra `sumo`."""

import contextlib
import importlib.util
import sys
from pathlib import Path
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

    Args:
        arguments: command line options.
        log: file into which SUMO writes its errors; they say more than its exceptions do.

    Raises:
        MissingExtraError: libsumo is not installed.
        SimulationError: this process has a simulation already, or SUMO refuses the files.
    """

    def __init__(self, arguments: list[str], log: Path) -> None:
        self.api, self._log = _load(), log
        if self.api.simulation.isLoaded():
            raise SimulationError(
                "libsumo holds one simulation a process, and this one has one already: close it, or take a new process"
            )
        try:
            self.api.start(["sumo", *arguments, "--error-log", str(log)])
        except (self.api.TraCIException, self.api.FatalTraCIError) as error:
            self.close()
            raise SimulationError(f"SUMO refuses the network or the trips: {self._reason(error)}") from error

    def step(self, time_s: float) -> None:
        """One step of the simulation; `time_s` is for the message if it cannot go on.

        Raises:
            SimulationError: SUMO gave up.
        """
        try:
            self.api.simulationStep()
        except (self.api.TraCIException, self.api.FatalTraCIError) as error:
            raise SimulationError(f"time {time_s:g} s: SUMO cannot go on: {self._reason(error)}") from error

    def _reason(self, error: Exception) -> str:
        """What SUMO's log says, else the exception."""
        lines = self._log.read_text(errors="replace").splitlines() if self._log.is_file() else []
        said = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
        return " | ".join(dict.fromkeys([*said[:3], str(error)]))

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
