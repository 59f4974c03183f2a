"""The catalogue of the driving world as clients see it, and descriptions of actors read against it."""

from functools import cached_property

from jing_sim.carla.rpc import RefusedError
from jing_sim.carla.sensor_attributes import INVALID, other_blueprints, sensor_blueprints
from jing_sim.carla.structs import (
    ActorAttribute,
    ActorAttributeValue,
    ActorDefinition,
    ActorDescription,
)
from jing_sim.driving.blueprint import Attribute, AttributeType, Blueprint
from jing_sim.driving.catalogue import catalogue

__all__ = ["BlueprintShelf"]


class BlueprintShelf:
    """All that can be spawned, by type id."""

    def __init__(self) -> None:
        self.by_id = {one.id: one for one in (*catalogue().values(), *other_blueprints(), *sensor_blueprints())}

    @cached_property
    def definitions(self) -> tuple[ActorDefinition, ...]:
        """As the client's library wants them; the first uid is 1."""
        return tuple(_definition(uid, blueprint) for uid, blueprint in enumerate(self.by_id.values(), 1))

    def read(self, wanted: ActorDescription) -> tuple[Blueprint, ActorDescription]:
        """The blueprint of a description, and the description with all attributes, default values where none came.

        Raises:
            RefusedError: there is no such blueprint, or a value is not of its attribute's type.
        """
        blueprint = self.by_id.get(wanted.id)
        if blueprint is None:
            raise RefusedError(f"{INVALID}: there is no blueprint {wanted.id!r}")
        given = {value.id: value.value for value in wanted.attributes}
        values = []
        for attribute in blueprint.attributes:
            value = given.get(attribute.name, attribute.value)
            _check(blueprint, attribute, value)
            values.append(ActorAttributeValue(attribute.name, int(attribute.type), value))
        return blueprint, ActorDescription(wanted.uid, wanted.id, tuple(values))


def _definition(uid: int, blueprint: Blueprint) -> ActorDefinition:
    attributes = tuple(
        ActorAttribute(a.name, int(a.type), a.value, a.recommended, a.modifiable, a.restricted)
        for a in blueprint.attributes
    )
    return ActorDefinition(uid, blueprint.id, ",".join(blueprint.tags), attributes)


def _check(blueprint: Blueprint, attribute: Attribute, value: str) -> None:
    try:
        if attribute.type == AttributeType.INT:
            int(value)
        elif attribute.type == AttributeType.FLOAT:
            float(value)
        elif attribute.type == AttributeType.COLOUR:
            _, _, _ = (int(part) for part in value.split(","))
    except ValueError as problem:
        kind = attribute.type.name.lower()
        raise RefusedError(f"{INVALID}: {blueprint.id} has {attribute.name}={value!r}, which is no {kind}") from problem
