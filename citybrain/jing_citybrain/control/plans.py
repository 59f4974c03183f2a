"""Signal plans by name: what `--signals` takes."""

from collections.abc import Callable
from dataclasses import dataclass

from jing_citybrain.control.flows import connector_flows_vph
from jing_citybrain.control.max_pressure import MaxPressureController
from jing_citybrain.control.webster import webster_programs
from jing_maps.columns import Programs
from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalController
from jing_sim.trips import Trips

__all__ = ["PLANS", "SignalPlan", "make_plan"]


@dataclass(frozen=True)
class SignalPlan:
    """What a world is given: fixed programs, and a controller where the plan adapts."""

    programs: Programs
    controller: SignalController | None = None


def _map(network: RoadNetwork, _trips: Trips, _horizon_s: float) -> SignalPlan:
    return SignalPlan(network.programs)


def _webster(network: RoadNetwork, trips: Trips, horizon_s: float) -> SignalPlan:
    return SignalPlan(webster_programs(network, connector_flows_vph(network, trips, 0.0, horizon_s)))


def _max_pressure(network: RoadNetwork, _trips: Trips, _horizon_s: float) -> SignalPlan:
    return SignalPlan(network.programs, MaxPressureController())


PLANS: dict[str, Callable[[RoadNetwork, Trips, float], SignalPlan]] = {
    "map": _map,
    "webster": _webster,
    "max-pressure": _max_pressure,
}
"""`map`: the map's own programs; `webster`: fixed time for the flows of the trips; `max-pressure`: adaptive."""


def make_plan(name: str, network: RoadNetwork, trips: Trips, horizon_s: float) -> SignalPlan:
    """The plan of this name for trips that depart within `[0, horizon_s)`.

    Raises:
        UnknownNameError: no plan has this name.
    """
    if name not in PLANS:
        raise UnknownNameError("signal plan", name, PLANS)
    return PLANS[name](network, trips, horizon_s)
