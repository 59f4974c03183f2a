"""From places on SUMO's lanes to places on our lanes and connectors."""

from collections.abc import Iterator
from dataclasses import dataclass

from jing_maps.network import RoadNetwork
from jing_maps.sumo import SumoLane
from jing_sim.sumo_engine.library import Sumo
from jing_sim.traffic import SimulationError

__all__ = ["Stretch", "WayMap"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A SUMO lane covers way `way` (row of `Lanes`, or `n_lanes` + row of `Connectors`) from `begin_m`.

    `scale`: metres on the way a metre of the SUMO lane; 0 on the joints that only SUMO has, inside a road.
    """

    way: int
    begin_m: float
    scale: float


class WayMap:
    """The stretches of all SUMO lanes on which vehicles can be, and the connectors by their lanes in SUMO.

    Args:
        sumo: the running simulation.
        lanes: SUMO's normal lanes; internal ones are found by following its links.

    Attributes:
        connector: row of the connector between two SUMO lanes.
    """

    def __init__(self, sumo: Sumo, network: RoadNetwork, lanes: list[SumoLane]) -> None:
        self._api = sumo.api
        self._lane = {lane.id: lane for lane in lanes}
        ends = zip(network.connectors.from_lane.tolist(), network.connectors.to_lane.tolist(), strict=True)
        by_ends = {pair: row for row, pair in enumerate(ends)}
        self.connector: dict[tuple[str, str], int] = {}
        self._stretch: dict[str, Stretch] = {}
        for lane in lanes:
            scale = (lane.end_m - lane.begin_m) / self._api.lane.getLength(lane.id)
            self._stretch[lane.id] = Stretch(lane.row, lane.begin_m, scale)
            for link in self._api.lane.getLinks(lane.id):
                self._add_link(network, by_ends, lane, link[0], link[4])

    def _add_link(
        self, network: RoadNetwork, by_ends: dict[tuple[int, int], int], start: SumoLane, to: str, via: str
    ) -> None:
        end = self._lane.get(to)
        if end is None:
            return
        row = by_ends.get((start.row, end.row))
        inside = [(lane, self._api.lane.getLength(lane)) for lane in self._chain(via)]
        if row is not None:
            self.connector[start.id, to] = row
            scale = float(network.connectors.length_m[row]) / max(sum(length_m for _, length_m in inside), 1e-9)
            at_m = 0.0
            for lane, length_m in inside:
                self._stretch[lane] = Stretch(len(network.lanes) + row, at_m, scale)
                at_m += length_m * scale
        elif network.lanes.road[start.row] == network.lanes.road[end.row]:
            self._stretch.update({lane: Stretch(end.row, end.begin_m, 0.0) for lane, _ in inside})

    def _chain(self, via: str) -> Iterator[str]:
        while via:
            yield via
            links = self._api.lane.getLinks(via)
            via = links[0][4] if links else ""

    def place(self, vehicle: str, lane: str, pos_m: float) -> tuple[int, float]:
        """Way and position [m] of a vehicle that SUMO has at `pos_m` on its lane `lane`.

        Raises:
            SimulationError: the lane is not part of the network.
        """
        at = self._stretch.get(lane)
        if at is None:
            raise SimulationError(f"vehicle {vehicle!r} is on lane {lane!r} of SUMO, which the map does not have")
        return at.way, at.begin_m + at.scale * max(pos_m, 0.0)

    def link_connectors(self, controller: str) -> list[list[int]]:
        """The connectors that each link index of a SUMO traffic light rules."""
        return [
            [self.connector[link[0], link[1]] for link in links if (link[0], link[1]) in self.connector]
            for links in self._api.trafficlight.getControlledLinks(controller)
        ]
