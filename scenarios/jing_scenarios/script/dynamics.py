"""How long a transition takes: over some seconds, at a rate, or over some metres; as the standard writes it."""

from typing import Literal

from jing_scenarios.openscenario.node import Node
from jing_scenarios.script.values import Number, ScriptError, text_of

__all__ = ["ShapeName", "dynamics_element"]

ShapeName = Literal["linear", "cubic", "sinusoidal", "step"]


def dynamics_element(
    tag: str, shape: ShapeName, over_s: Number | None, rate: Number | None, over_m: Number | None
) -> Node:
    """`SpeedActionDynamics` and its like; without any figure the transition is a step.

    Raises:
        ScriptError: more than one of the figures is given.
    """
    given = {"time": over_s, "rate": rate, "distance": over_m}
    known = {name: value for name, value in given.items() if value is not None}
    if len(known) > 1:
        raise ScriptError(f"{tag}: {' and '.join(known)} are given; one of them would be right")
    if not known:
        return Node(tag, {"dynamicsShape": "step", "dynamicsDimension": "time", "value": "0.0"})
    ((dimension, value),) = known.items()
    return Node(tag, {"dynamicsShape": shape, "dynamicsDimension": dimension, "value": text_of(value)})
