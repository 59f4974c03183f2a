"""From the element of an entity to what worlds know of it."""

import math

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.worlds.world import EntityBody

__all__ = ["body_of"]

_KINDS = {"Vehicle": "vehicle", "Pedestrian": "pedestrian", "MiscObject": "misc"}
_CATEGORY = {"Vehicle": "vehicleCategory", "Pedestrian": "pedestrianCategory", "MiscObject": "miscObjectCategory"}
_PERFORMANCE = {
    "speed_mps": "Speed", "acceleration_mps2": "Acceleration", "deceleration_mps2": "Deceleration",
    "acceleration_mps3": "AccelerationRate", "deceleration_mps3": "DecelerationRate",
}  # fmt: skip


def body_of(scenario_object: Node) -> EntityBody:
    """What worlds know of a resolved `ScenarioObject`; catalog references stand replaced by their entry.

    Raises:
        OpenScenarioError: it is none of the kinds, or has no bounding box.
    """
    element = next((child for child in scenario_object if child.tag in _KINDS), None)
    name = scenario_object.string("name")
    if element is None:
        has = ", ".join(child.tag for child in scenario_object) or "nothing"
        raise OpenScenarioError(
            f"{scenario_object.place}: entity {name!r} has {has}; a Vehicle, Pedestrian or MiscObject is right"
        )
    box = element.child("BoundingBox")
    centre, size = box.child("Center"), box.child("Dimensions")
    kind = _KINDS[element.tag]
    return EntityBody(
        name=name,
        kind=kind,  # type: ignore[arg-type]
        category=element.string(_CATEGORY[element.tag], ""),
        model=element.string("model3d", "") or element.string("name", ""),
        role=element.string("role", "none"),
        size_m=(size.number("length"), size.number("width"), size.number("height")),
        centre_m=(centre.number("x"), centre.number("y"), centre.number("z")),
        mass_kg=element.number("mass", 0.0),
        place=str(element.place),
        **_of_vehicle(element),
    )


def _of_vehicle(element: Node) -> dict[str, float]:
    """Axles and performance; nothing for what has none."""
    figures: dict[str, float] = {"wheelbase_m": 0.0, "max_steer_rad": 0.0}
    axles, performance = element.find("Axles"), element.find("Performance")
    if axles is not None:
        rear = axles.child("RearAxle").number("positionX")
        front = axles.find("FrontAxle")
        if front is not None:
            figures["wheelbase_m"] = max(front.number("positionX") - rear, 0.0)
            figures["max_steer_rad"] = front.number("maxSteering")
    if performance is not None:
        for ours, theirs in _PERFORMANCE.items():
            value = performance.number(f"max{theirs}", math.inf)
            # Some files write 0 where they mean that nothing is known.
            figures[f"max_{ours}"] = value if value > 0.0 else math.inf
    return figures
