"""Checks of signals and crosswalks: groups that rule nothing, greens that collide, changes without yellow."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jing_maps.check_finding import Finding, Places
from jing_maps.columns import ConflictKind, SignalState, Turn
from jing_maps.network import RoadNetwork

__all__ = ["check_signals"]

_WALK_M = (2.0, 80.0)
_WALK_WIDTH_M = (1.0, 15.0)


def check_signals(network: RoadNetwork) -> list[Finding]:
    """Findings about signal groups, programs and crosswalks."""
    places = Places(network)
    return [finding for check in (_groups, _programs, _walks) for finding in check(network, places)]


def _groups(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    n = len(network.signal_groups)
    used = np.zeros(n + 1, dtype=bool)
    used[network.connectors.signal_group] = True
    used[network.crosswalks.signal_group] = True
    for group in np.flatnonzero(~used[:n]).tolist():
        place = f"group {network.signal_groups.name[group]!r}"
        controller = int(network.signal_groups.controller[group])
        cure = "give it connectors or a crosswalk, or delete it"
        yield places.at_controller("idle-signal-group", "warning", controller, place, f"rules no movement; {cure}")
    ruled = np.unique(network.junctions.controller[network.junctions.controller >= 0])
    for controller in np.setdiff1d(ruled, network.programs.controller).tolist():
        said = "has no program; its signals would stay dark: add a program"
        yield places.at_controller("no-program", "warning", controller, "programs", said)


def _programs(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    programs = network.programs
    for program in range(len(programs)):
        controller = int(programs.controller[program])
        groups = np.arange(*network.controllers.first_group[controller : controller + 2])
        begin, end = programs.first_phase[program : program + 2].tolist()
        if not len(groups) or begin == end:
            continue
        first, last = int(programs.first_state[begin]), int(programs.first_state[end])
        states = programs.state[first:last].reshape(end - begin, len(groups))
        yield from _conflicting_greens(network, places, program, groups, states)
        yield from _missing_yellows(network, places, program, groups, states)


def _conflicting_greens(
    network: RoadNetwork, places: Places, program: int, groups: NDArray[np.int64], states: NDArray[np.uint8]
) -> Iterator[Finding]:
    conflicts, group = network.conflicts, network.connectors.signal_group
    a, b = group[conflicts.first] - groups[0], group[conflicts.second] - groups[0]
    here = np.flatnonzero((a >= 0) & (a < len(groups)) & (b >= 0) & (b < len(groups)))
    # Two lanes of one road that become one zip together; that is no fault of the signal.
    road = network.lanes.road[network.connectors.from_lane]
    zipped = (conflicts.kind == ConflictKind.MERGING) & (road[conflicts.first] == road[conflicts.second])
    here = here[~zipped[here]]
    green = states == SignalState.GREEN
    both = green[:, a[here]] & green[:, b[here]]
    for phase, at in zip(*(rows.tolist() for rows in np.nonzero(both)), strict=True):
        row = int(here[at])
        crossing = conflicts.kind[row] == ConflictKind.CROSSING
        place = f"program {network.programs.name[program]!r}, phase {phase}"
        said = "cross" if crossing else "merge"
        ways = (places.connector(int(way)) for way in (conflicts.first[row], conflicts.second[row]))
        yield places.at_controller(
            "conflicting-greens",
            "error" if crossing else "warning",
            int(network.programs.controller[program]),
            place,
            f"two protected greens {said}: {' and '.join(ways)}; part them into phases, or make one permissive",
        )


def _missing_yellows(
    network: RoadNetwork, places: Places, program: int, groups: NDArray[np.int64], states: NDArray[np.uint8]
) -> Iterator[Finding]:
    # Pedestrian lights have no yellow.
    vehicles = np.isin(groups, network.connectors.signal_group)
    green = (states == SignalState.GREEN) | (states == SignalState.PERMISSIVE)
    red = np.isin(np.roll(states, -1, axis=0), (SignalState.RED, SignalState.RED_YELLOW))
    for phase, at in zip(*(rows.tolist() for rows in np.nonzero(green & red & vehicles)), strict=True):
        place = f"program {network.programs.name[program]!r}, phase {phase}"
        name = network.signal_groups.name[int(groups[at])]
        said = f"group {name!r} goes from green to red without yellow; add a yellow phase of 3 s (GB 14886)"
        controller = int(network.programs.controller[program])
        yield places.at_controller("missing-yellow", "error", controller, place, said)


def _walks(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    walks = network.crosswalks
    length_m = walks.centre.lengths_m()
    for row in np.flatnonzero((length_m < _WALK_M[0]) | (length_m > _WALK_M[1])).tolist():
        said = f"{length_m[row]:.1f} m from kerb to kerb; {_WALK_M[0]:g} to {_WALK_M[1]:g} m are plausible"
        yield places.at_crosswalk("crosswalk-length", "warning", row, f"{said}: redraw it, or add a refuge")
    wide = (walks.width_m < _WALK_WIDTH_M[0]) | (walks.width_m > _WALK_WIDTH_M[1])
    for row in np.flatnonzero(wide).tolist():
        said = f"{walks.width_m[row]:.1f} m wide; {_WALK_WIDTH_M[0]:g} to {_WALK_WIDTH_M[1]:g} m are plausible"
        yield places.at_crosswalk("crosswalk-width", "warning", row, f"{said}: correct the width")
    crossed = np.bincount(walks.crossed_crosswalk, minlength=len(walks)) > 0
    for row in np.flatnonzero(~crossed).tolist():
        said = "no connector runs over it, so that no vehicle would ever yield; add the places where it is crossed"
        yield places.at_crosswalk("crosswalk-not-crossed", "warning", row, said)
    yield from _walk_greens(network, places)


def _walk_greens(network: RoadNetwork, places: Places) -> Iterator[Finding]:
    """Pedestrians and straight traffic that have green at once; turning traffic yields by law."""
    walks, ways, programs = network.crosswalks, network.connectors, network.programs
    walk_group = walks.signal_group[walks.crossed_crosswalk]
    way_group = ways.signal_group[walks.crossed_connector]
    straight = ways.turn[walks.crossed_connector] == Turn.STRAIGHT
    for at in np.flatnonzero((walk_group >= 0) & (way_group >= 0) & straight).tolist():
        controller = int(network.signal_groups.controller[walk_group[at]])
        if controller != network.signal_groups.controller[way_group[at]]:
            continue
        base = int(network.controllers.first_group[controller])
        for program in network.controller_programs[controller].tolist():
            phases = np.arange(*programs.first_phase[program : program + 2])
            walking = programs.state[programs.first_state[phases] + walk_group[at] - base] == SignalState.GREEN
            driving = programs.state[programs.first_state[phases] + way_group[at] - base] == SignalState.GREEN
            if (walking & driving).any():
                phase, name = int((walking & driving).argmax()), programs.name[program]
                over = places.connector(int(walks.crossed_connector[at]))
                said = f"green together with straight traffic ({over}) in phase {phase} of program {name!r}"
                row = int(walks.crossed_crosswalk[at])
                yield places.at_crosswalk("crosswalk-green", "error", row, f"{said}; part them into phases")
