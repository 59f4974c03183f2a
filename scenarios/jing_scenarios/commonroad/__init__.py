"""CommonRoad 2020a: a run as a scenario with a planning problem, and scenarios with recorded obstacles back.

Written and read here, without the package commonroad-io: that one asks for a version of protobuf that others of this
platform cannot live with. Its reader is the oracle of the tests where it is installed.
"""

from jing_scenarios.commonroad.lanelets import Lanelet, lanelets_near
from jing_scenarios.commonroad.read import CommonRoadError, script_of_commonroad
from jing_scenarios.commonroad.write import write_commonroad

__all__ = ["CommonRoadError", "Lanelet", "lanelets_near", "script_of_commonroad", "write_commonroad"]
