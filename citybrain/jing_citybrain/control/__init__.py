"""Signal control: fixed time after Webster, max-pressure, and the plans by name."""

from jing_citybrain.control.flows import connector_flows_vph
from jing_citybrain.control.max_pressure import MaxPressureController
from jing_citybrain.control.plans import PLANS, SignalPlan, make_plan
from jing_citybrain.control.webster import WebsterOptions, webster_programs

__all__ = [
    "PLANS",
    "MaxPressureController",
    "SignalPlan",
    "WebsterOptions",
    "connector_flows_vph",
    "make_plan",
    "webster_programs",
]
