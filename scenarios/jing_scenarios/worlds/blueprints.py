"""Which blueprint of the catalogue stands for an entity: the one that is named, else the nearest of its category.

| category | chosen among |
|---|---|
| car, van, truck, bus, motorbike, bicycle | CARLA's `base_type` of the same name, nearest in size |
| semitrailer, trailer | vans and trucks, nearest in size |
| tram, train | buses, nearest in size |
| standup scooter, other two-wheelers | bicycles |
| police, ambulance, fire (`role`) | CARLA's `special_type` emergency, nearest in size |
| pedestrian, wheelchair | walkers, nearest in height |
| animal | walkers, nearest in height |
| miscellaneous | props, nearest in size |

Nearest: the smallest sum of differences of length, width and height; of equals the first by name.
"""

from collections.abc import Collection

from jing_scenarios.worlds.world import EntityBody, WorldError
from jing_sim.driving.blueprint import Blueprint
from jing_sim.driving.catalogue import catalogue

__all__ = ["blueprint_for", "rear_axle_m"]

_BASE_TYPES: dict[str, tuple[str, ...]] = {
    "car": ("car",), "van": ("van",), "truck": ("truck",), "semitrailer": ("van", "truck"),
    "trailer": ("van", "truck"), "bus": ("bus",), "motorbike": ("motorcycle",), "bicycle": ("bicycle",),
    "tram": ("bus",), "train": ("bus",), "standupScooter": ("bicycle",), "workMachine": ("truck",),
}  # fmt: skip
_EMERGENCY_ROLES = frozenset({"ambulance", "fire", "police"})


def blueprint_for(body: EntityBody, offered: Collection[str] | None = None) -> tuple[Blueprint, str]:
    """The blueprint and, where it was not named, a sentence that says what was chosen.

    Args:
        body: of the entity.
        offered: ids that the world has; None = all of the catalogue.

    Raises:
        WorldError: the world offers nothing of this kind.
    """
    known = catalogue()
    usable = {name: one for name, one in known.items() if offered is None or name in offered}
    if body.model in usable:
        return usable[body.model], ""
    choice = [one for one in usable.values() if _fits(one, body)]
    if not choice:
        raise WorldError(f"{body.place}: {body.name!r} is a {body.category or body.kind}; the world offers none")
    found = min(choice, key=lambda one: (_unlike(one, body), one.id))
    size = " x ".join(f"{edge:g}" for edge in body.size_m)
    return found, f"{body.place}: {body.name!r} ({body.category or body.kind}, {size} m) is {found.id}"


def rear_axle_m(blueprint: Blueprint) -> float:
    """From the blueprint's origin (middle of the wheels' rectangle) back to its rear axle; 0 without wheels."""
    if blueprint.vehicle is None:
        return 0.0
    return -min(wheel.position[0] for wheel in blueprint.vehicle.physics.wheels)


def _fits(one: Blueprint, body: EntityBody) -> bool:
    if one.body is None:
        return False
    if body.kind == "pedestrian":
        return one.id.startswith("walker.pedestrian.")
    if body.kind == "misc":
        return one.id.startswith("static.prop.")
    if one.vehicle is None:
        return False
    base, special = (one.attribute(name) for name in ("base_type", "special_type"))
    emergency = special is not None and special.value == "emergency"
    if body.role in _EMERGENCY_ROLES:
        return emergency
    return not emergency and base is not None and base.value in _BASE_TYPES.get(body.category, ("car",))


def _unlike(one: Blueprint, body: EntityBody) -> float:
    assert one.body is not None
    sizes = [2.0 * half for half in one.body.half_extent]
    if body.kind == "pedestrian":
        return abs(sizes[2] - body.size_m[2])
    return sum(abs(theirs - ours) for theirs, ours in zip(sizes, body.size_m, strict=True))
