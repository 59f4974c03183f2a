"""All blueprints by id: vehicles, walkers, props."""

import functools
from collections.abc import Mapping
from types import MappingProxyType

from jing_maps.errors import UnknownNameError
from jing_sim.driving.blueprint import Blueprint
from jing_sim.driving.props import prop_blueprints
from jing_sim.driving.vehicles import vehicle_blueprints
from jing_sim.driving.walkers import walker_blueprints

__all__ = ["blueprint", "catalogue"]


@functools.cache
def catalogue() -> Mapping[str, Blueprint]:
    """Id to blueprint, in the order of the ids."""
    everything = (*vehicle_blueprints(), *walker_blueprints(), *prop_blueprints())
    return MappingProxyType({one.id: one for one in sorted(everything, key=lambda one: one.id)})


def blueprint(name: str) -> Blueprint:
    """The blueprint of this id; raises UnknownNameError with the nearest ones.

    >>> blueprint("vehicle.tesla.model3").vehicle.physics.mass_kg
    1820
    """
    found = catalogue().get(name)
    if found is None:
        raise UnknownNameError("blueprint", name, catalogue())
    return found
