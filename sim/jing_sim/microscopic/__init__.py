"""Lane-level traffic: car following, lane changing, junctions and signals, in numba kernels over columns."""

from jing_sim.microscopic.options import SimulationError, TrafficOptions
from jing_sim.microscopic.signals import stages_of
from jing_sim.microscopic.summary import TrafficSummary
from jing_sim.microscopic.world import TrafficWorld

__all__ = ["SimulationError", "TrafficOptions", "TrafficSummary", "TrafficWorld", "stages_of"]
