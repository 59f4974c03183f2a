"""What the traffic lights of SUMO show: read from them, or told to them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import SignalState
from jing_maps.network import RoadNetwork
from jing_maps.sumo import STATE_OF_LETTER, letter_of, yielding_groups
from jing_sim.sumo_engine.library import Sumo
from jing_sim.sumo_engine.ways import WayMap

__all__ = ["Lights"]

_ALWAYS_RED = "r" * len(SignalState)


@dataclass(frozen=True)
class _Light:
    """A traffic light of SUMO.

    Attributes:
        name: its id there.
        group: row of `SignalGroups` for each link index; -1 = no vehicle of ours goes there.
        letters: for each link index, the letter of each `SignalState`.
    """

    name: str
    group: list[int]
    letters: list[str]


class Lights:
    """The traffic lights of the network, by signal groups.

    Args:
        names: SUMO's id of each controller.
    """

    def __init__(self, sumo: Sumo, network: RoadNetwork, ways: WayMap, names: tuple[str, ...]) -> None:
        self._api = sumo.api.trafficlight
        known = set(self._api.getIDList())
        yielding = yielding_groups(network)
        self._lights = [_light(network, ways, name, yielding) for name in names if name in known]
        self._programs = network.programs
        self._force = {
            name: (int(network.controller_programs[row][0]), int(network.controllers.first_group[row]))
            for row, name in enumerate(names)
            if name in known and len(network.controller_programs[row])
        }
        self._shown: dict[str, str] = {}

    def read(self, state: NDArray[np.uint8]) -> None:
        """Sets the entries of `state` `(n_groups,)` to what the lights show; groups without a link stay."""
        for light in self._lights:
            letters = self._api.getRedYellowGreenState(light.name)
            for group, letter in zip(light.group, letters, strict=True):
                if group >= 0:
                    state[group] = STATE_OF_LETTER[letter]

    def read_phases(self, state: NDArray[np.uint8]) -> None:
        """Sets the entries of `state` `(n_groups,)` to what the phases show in which the network's programs are."""
        table = self._programs
        for name, (program, group) in self._force.items():
            phase = int(table.first_phase[program]) + int(self._api.getPhase(name))
            shown = table.state[table.first_state[phase] : table.first_state[phase + 1]]
            state[group : group + len(shown)] = shown

    def show(self, state: NDArray[np.uint8]) -> None:
        """Makes the lights show `state` `(n_groups,)` from the next step on."""
        values = state.tolist()
        for light in self._lights:
            text = "".join(
                letters[values[group] if group >= 0 else SignalState.RED]
                for group, letters in zip(light.group, light.letters, strict=True)
            )
            if self._shown.get(light.name) != text:
                self._api.setRedYellowGreenState(light.name, text)
                self._shown[light.name] = text


def _light(network: RoadNetwork, ways: WayMap, name: str, yielding: set[int]) -> _Light:
    connectors = network.connectors
    groups, letters = [], []
    for rows in ways.link_connectors(name):
        row = next((row for row in rows if connectors.signal_group[row] >= 0), None)
        group = -1 if row is None else int(connectors.signal_group[row])
        groups.append(group)
        on_red = row is not None and bool(connectors.on_red[row])
        spelled = "".join(letter_of(state, on_red, group in yielding) for state in SignalState)
        letters.append(_ALWAYS_RED if group < 0 else spelled)
    return _Light(name, groups, letters)
