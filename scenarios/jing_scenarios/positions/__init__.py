"""All position types of OpenSCENARIO 1.0 to 1.3, compiled once and computed at run time."""

from jing_scenarios.orientation import Orientation, orientation_of
from jing_scenarios.positions.position import depends_on_run, position_of, route_of, trajectory_of
from jing_scenarios.scene import Following, Scene, Where

__all__ = [
    "Following",
    "Orientation",
    "Scene",
    "Where",
    "depends_on_run",
    "orientation_of",
    "position_of",
    "route_of",
    "trajectory_of",
]
