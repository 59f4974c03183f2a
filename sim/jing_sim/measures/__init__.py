"""Measures: loop detectors, queues, travel times of roads, and what each vehicle used and emitted.

Each of them is told every step (`add(view)`) and hands out its figures as columns; none of them changes a world.
"""

from jing_sim.measures.emissions import EmissionCategory, emission_categories
from jing_sim.measures.intervals import MeasureError
from jing_sim.measures.links import LinkFigures, LinkTravelTimes
from jing_sim.measures.loops import LoopDetectors, LoopFigures
from jing_sim.measures.queues import QueueDetectors, QueueFigures
from jing_sim.measures.totals import VehicleTotals

__all__ = [
    "EmissionCategory",
    "LinkFigures",
    "LinkTravelTimes",
    "LoopDetectors",
    "LoopFigures",
    "MeasureError",
    "QueueDetectors",
    "QueueFigures",
    "VehicleTotals",
    "emission_categories",
]
