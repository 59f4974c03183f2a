"""Traffic engines by name: what `--engine` takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jing_citybrain.control.plans import SignalPlan
from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_sim.protocols import TrafficEngine
from jing_sim.sumo_engine import SumoWorld, require_sumo
from jing_sim.trace import TraceWriter
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.trips import Trips

__all__ = ["ENGINES", "WorldInputs", "check_engine", "open_engine"]

ENGINES = ("native", "sumo")
"""`native`: `jing_sim.traffic`; `sumo`: SUMO behind the same protocol, one world a process."""

_NET_FILES = (".net.xml", ".net.xml.gz")


@dataclass(frozen=True)
class WorldInputs:
    """What every engine starts from.

    Attributes:
        area: name of the area or path of the file that the network was read from.
    """

    area: str
    network: RoadNetwork
    trips: Trips
    options: TrafficOptions
    plan: SignalPlan


def check_engine(name: str) -> None:
    """Returns if the engine can run here.

    Raises:
        UnknownNameError: no engine has this name.
        MissingExtraError: it is not installed.
    """
    if name not in ENGINES:
        raise UnknownNameError("engine", name, ENGINES)
    if name == "sumo":
        require_sumo()


@contextmanager
def open_engine(name: str, inputs: WorldInputs, trace: TraceWriter) -> Iterator[TrafficEngine]:
    """A world on the engine of this name (one of `ENGINES`) that records into `trace`; closed on leaving.

    A map that is a SUMO file goes to SUMO as it is; others are exported, with the export's warnings in the manifest.
    """
    network, trips, options, plan = inputs.network, inputs.trips, inputs.options, inputs.plan
    if name == "native":
        yield TrafficWorld(network, trips, options, controller=plan.controller, programs=plan.programs, recorder=trace)
        return
    with SumoWorld(
        network, trips, options, controller=plan.controller, programs=plan.programs, recorder=trace,
        net_file=Path(inputs.area) if inputs.area.lower().endswith(_NET_FILES) else None,
    ) as sumo:  # fmt: skip
        for line in sumo.warnings:
            trace.warn("export to SUMO", line)
        yield sumo
