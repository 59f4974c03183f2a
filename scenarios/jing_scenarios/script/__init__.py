"""Scenarios as Python programs: twenty lines for a cut-in, see `Scenario`.

Everything here builds the elements of OpenSCENARIO 1.3, so a script runs on the engine that runs files, and can be
written as one; only functions (`Actor.behave`) cannot.
"""

from jing_scenarios.script.actors import Actor
from jing_scenarios.script.behaviour import Behaviour, Me, Wish
from jing_scenarios.script.conditions import (
    Condition,
    Quantity,
    acceleration,
    collided,
    distance,
    gap,
    off_road,
    reached,
    signal,
    speed,
    standing,
    time_gap,
    time_of_day,
    time_s,
    travelled,
    ttc,
    variable,
)
from jing_scenarios.script.distributions import Choice, Distribution, LogNormal, Normal, Steps, Uniform
from jing_scenarios.script.environment import Environment
from jing_scenarios.script.maneuvers import Maneuver, Step, done, parallel, serial, started, wait, when
from jing_scenarios.script.models import PEDESTRIANS, VEHICLES, Model
from jing_scenarios.script.places import Place, ahead_of, at_lonlat, at_xy, behind, beside, lane
from jing_scenarios.script.requirements import (
    Measured,
    braking_of,
    measured,
    min_gap,
    min_time_gap,
    min_ttc,
    speed_of,
)
from jing_scenarios.script.roads import Road, area_road, crossing, curved, straight
from jing_scenarios.script.scenario import Scenario
from jing_scenarios.script.values import Number, Param, ScriptError

__all__ = [
    "PEDESTRIANS",
    "VEHICLES",
    "Actor",
    "Behaviour",
    "Choice",
    "Condition",
    "Distribution",
    "Environment",
    "LogNormal",
    "Maneuver",
    "Me",
    "Measured",
    "Model",
    "Normal",
    "Number",
    "Param",
    "Place",
    "Quantity",
    "Road",
    "Scenario",
    "ScriptError",
    "Step",
    "Steps",
    "Uniform",
    "Wish",
    "acceleration",
    "ahead_of",
    "area_road",
    "at_lonlat",
    "at_xy",
    "behind",
    "beside",
    "braking_of",
    "collided",
    "crossing",
    "curved",
    "distance",
    "done",
    "gap",
    "lane",
    "measured",
    "min_gap",
    "min_time_gap",
    "min_ttc",
    "off_road",
    "parallel",
    "reached",
    "serial",
    "signal",
    "speed",
    "speed_of",
    "standing",
    "started",
    "straight",
    "time_gap",
    "time_of_day",
    "time_s",
    "travelled",
    "ttc",
    "variable",
    "wait",
    "when",
]
