"""The files that SUMO starts from, and which of its lanes, edges and lights are ours."""

from dataclasses import dataclass
from pathlib import Path

from jing_maps.network import RoadNetwork
from jing_maps.sumo import SumoLane, SumoNames, lanes_of_export, lanes_of_file, sumo_edges, write_net
from jing_sim.demand.write_sumo_routes import write_sumo_routes
from jing_sim.sumo_engine.library import require_sumo
from jing_sim.traffic import TrafficOptions
from jing_sim.trips import Trips

__all__ = ["NetworkFiles", "write_files"]


@dataclass(frozen=True)
class NetworkFiles:
    """A network and trips as SUMO takes them.

    Attributes:
        net, routes: the files.
        lanes: SUMO's lanes on ours.
        lights: `(n_controllers,)` SUMO's ids.
        warnings: of the export.
    """

    net: Path
    routes: Path
    lanes: list[SumoLane]
    lights: tuple[str, ...]
    warnings: tuple[str, ...]


def write_files(
    network: RoadNetwork, trips: Trips, options: TrafficOptions, net_file: Path | None, folder: Path
) -> NetworkFiles:
    """The files of a run; the network is exported to `folder` unless `net_file` is the file it was read from.

    Raises:
        MapFormatError: `net_file` holds another network, or netconvert refuses the export.
        MissingExtraError: SUMO is not installed.
    """
    require_sumo()
    routes = folder / "trips.rou.xml"
    if net_file is not None:
        lanes, lights = lanes_of_file(net_file, network), network.controllers.ext_id
        edges: list[tuple[str, ...]] = [(name,) for name in network.roads.ext_id]
        net, warnings = net_file, []
    else:
        lanes, lights = lanes_of_export(network), SumoNames.of(network).controllers
        edges = sumo_edges(network)
        net = folder / "map.net.xml"
        warnings = write_net(network, net)
    write_sumo_routes(network, trips, routes, edges, options.car_following, lanes)
    return NetworkFiles(net, routes, lanes, lights, tuple(warnings))
