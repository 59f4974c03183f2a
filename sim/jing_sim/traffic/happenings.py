"""What events left behind in a world that is neither a row nor a table: what is closed until when, who is outside."""

from copy import deepcopy
from dataclasses import dataclass, field

__all__ = ["Happenings"]


@dataclass
class Happenings:
    """Plain numbers, so that a saved world can hold them.

    Attributes:
        closed_roads: which nobody may enter.
        lane_opens: closed lane -> step at which it opens again; -1 = not by itself.
        braking: vehicle that breaks down -> steps for which it will stand.
        outside: vehicle moved from outside -> first of its entries in `Demand.route`.
        told: vehicle moved from outside -> roads that it was said to take.
    """

    closed_roads: list[int] = field(default_factory=list)
    lane_opens: dict[int, int] = field(default_factory=dict)
    braking: dict[int, int] = field(default_factory=dict)
    outside: dict[int, int] = field(default_factory=dict)
    told: dict[int, list[int]] = field(default_factory=dict)

    def copy(self) -> "Happenings":
        """A snapshot."""
        return deepcopy(self)
