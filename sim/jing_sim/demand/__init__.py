"""Demand: from gates and zones, origin-destination tables, SUMO route files, or at random, to trips."""

from jing_sim.demand.assemble import DEFAULT_MIX, DemandOptions, VehicleMix
from jing_sim.demand.od import od_demand, read_od
from jing_sim.demand.profile import DAY, FLAT, Profile
from jing_sim.demand.random_trips import random_trips
from jing_sim.demand.report import DemandError, DemandReport, Unroutable
from jing_sim.demand.sumo_routes import read_sumo_routes
from jing_sim.demand.write_sumo_routes import write_sumo_routes
from jing_sim.demand.zones import area_demand

__all__ = [
    "DAY",
    "DEFAULT_MIX",
    "FLAT",
    "DemandError",
    "DemandOptions",
    "DemandReport",
    "Profile",
    "Unroutable",
    "VehicleMix",
    "area_demand",
    "od_demand",
    "random_trips",
    "read_od",
    "read_sumo_routes",
    "write_sumo_routes",
]
