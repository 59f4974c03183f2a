"""Lane-level microscopic traffic: car following, lane changes, right of way, signals."""

from jing_sim.traffic.options import SimulationError, TrafficOptions
from jing_sim.traffic.results import RoadStatistics, TrafficSummary
from jing_sim.traffic.world import TrafficWorld

__all__ = ["RoadStatistics", "SimulationError", "TrafficOptions", "TrafficSummary", "TrafficWorld"]
