"""The letters in which SUMO writes what signals show.

https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html#signal_state_definitions
"""

import numpy as np

from jing_maps.columns import SignalState, Yields
from jing_maps.network import RoadNetwork

__all__ = ["STATE_OF_LETTER", "letter_of", "yielding_groups"]

STATE_OF_LETTER = {
    "G": SignalState.GREEN,
    "g": SignalState.PERMISSIVE,
    "Y": SignalState.YELLOW,
    "y": SignalState.YELLOW,
    "r": SignalState.RED,
    "s": SignalState.RED,
    "u": SignalState.RED_YELLOW,
    "O": SignalState.OFF,
    "o": SignalState.OFF,
}

_LETTERS = {
    SignalState.RED: "r",
    SignalState.YELLOW: "y",
    SignalState.GREEN: "G",
    SignalState.PERMISSIVE: "g",
    SignalState.RED_YELLOW: "u",
}


def letter_of(state: SignalState, on_red: bool, yields: bool) -> str:
    """SUMO's letter for a state; `on_red`: may turn on red; `yields`: has to yield to another connector."""
    if state == SignalState.OFF:
        return "o" if yields else "O"
    return "s" if on_red and state == SignalState.RED else _LETTERS[state]


def yielding_groups(network: RoadNetwork) -> set[int]:
    """The signal groups with a connector that has to yield to another one."""
    table, group = network.conflicts, network.connectors.signal_group
    rows = np.concatenate([table.first[table.yields == Yields.FIRST], table.second[table.yields == Yields.SECOND]])
    return set(group[rows].tolist())
