"""User-defined distributions: functions that the caller gives for the types which files name."""

from collections.abc import Callable, Mapping

from jing_scenarios.openscenario.findings import nearest
from jing_scenarios.openscenario.node import Node, OpenScenarioError

__all__ = ["UserDefined", "user_function"]

UserDefined = Callable[..., object]
"""In a deterministic distribution `f(content) -> sequence of values`, in a stochastic one `f(content, u) -> value` for
a number u in [0, 1); `content` is the text of the element."""


def user_function(node: Node, known: Mapping[str, UserDefined]) -> UserDefined:
    """The function for an element UserDefinedDistribution; raises OpenScenarioError where none is given."""
    name = node.string("type")
    if name not in known:
        cure = nearest(name, known) if known else "give a function for it: user_defined={TYPE: function}"
        raise OpenScenarioError(f"{node.place}: UserDefinedDistribution type={name!r} is not known; {cure}")
    return known[name]
