"""Lane-level traffic: car following, lane changing, junctions and signals, in numba kernels over rows of vehicles."""

from jing_sim.traffic.batch import TrafficBatch
from jing_sim.traffic.options import SimulationError, TrafficOptions
from jing_sim.traffic.pedestrians import PedestrianDemand
from jing_sim.traffic.signals import stages_of
from jing_sim.traffic.snapshot import WorldSnapshot
from jing_sim.traffic.storing import load_world, save_world
from jing_sim.traffic.summary import TrafficSummary
from jing_sim.traffic.world import TrafficWorld

__all__ = [
    "PedestrianDemand",
    "SimulationError",
    "TrafficBatch",
    "TrafficOptions",
    "TrafficSummary",
    "TrafficWorld",
    "WorldSnapshot",
    "load_world",
    "save_world",
    "stages_of",
]
