"""From streets to lanes: compiles a plan of streets and crossings into a lane-level road network."""

from jing_maps.compile.network import compile_network
from jing_maps.compile.plan import Control, StreetPlan

__all__ = ["Control", "StreetPlan", "compile_network"]
