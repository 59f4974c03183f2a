"""Blueprints of walkers, with CARLA's ids.

Heights and masses are ours: means of adults and of eight-year-olds (WHO growth reference; NCD Risk Factor
Collaboration, 2016).
"""

from jing_sim.driving.blueprint import Attribute, AttributeType, Blueprint, BodyFigures
from jing_sim.driving.bodies import BodyKind, Motion

__all__ = ["walker_blueprints"]

_COUNT = 51
_CHILDREN = frozenset(range(9, 15)) | {48, 49}
_WOMEN = frozenset({1, 5, 6, 7, 8, 9, 10, 12, 18, 19, 20, 21, 22, 23, 31, 32, 33, 35, 37, 38, 39, 40, 44, 45, 48})
_SIZES = {
    "adult male": (1.75, 76.0),
    "adult female": (1.63, 63.0),
    "child male": (1.28, 27.0),
    "child female": (1.27, 26.0),
}
"""Height [m], mass [kg]."""


def walker_blueprints() -> tuple[Blueprint, ...]:
    """All walkers, and the controller that walks them from outside."""
    text = AttributeType.STRING
    controller = Blueprint(
        "controller.ai.walker", ("controller", "ai", "walker"), (Attribute("role_name", text, "default"),)
    )
    return (*(_walker(number) for number in range(1, _COUNT + 1)), controller)


def _walker(number: int) -> Blueprint:
    age, gender = "child" if number in _CHILDREN else "adult", "female" if number in _WOMEN else "male"
    height, mass = _SIZES[f"{age} {gender}"]
    text, yes = AttributeType.STRING, AttributeType.BOOL
    attributes = (
        Attribute("gender", text, gender, (gender,), modifiable=False),
        Attribute("age", text, age, (age,), modifiable=False),
        Attribute("generation", AttributeType.INT, "1" if number < 15 else "2", modifiable=False),
        Attribute("is_invincible", yes, "true"),
        Attribute("can_use_wheelchair", yes, "false", modifiable=False),
        Attribute("speed", AttributeType.FLOAT, "1.4", ("0.0", "1.4", "2.8")),
        Attribute("role_name", text, "pedestrian"),
    )
    wide = 0.14 * height
    body = BodyFigures(BodyKind.WALKER, Motion.DYNAMIC, 12, (wide, wide, height / 2), mass_kg=mass, friction=0.5)
    return Blueprint(f"walker.pedestrian.{number:04d}", ("walker", "pedestrian", f"{number:04d}"), attributes, body)
