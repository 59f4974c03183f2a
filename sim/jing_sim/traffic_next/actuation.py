"""Where the loops of actuated signal programs lie, and which green phases each of them prolongs.

The rules are those of SUMO's actuated programs with its default parameters (its documentation: "Simulation/Traffic
Lights", actuated traffic lights based on time gaps). Lanes for bicycles count as any lane: mopeds use them, and so they
are exported to SUMO.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs, SignalState, Turn, VehicleClass
from jing_maps.network import RoadNetwork
from jing_sim.traffic_next import rows as r
from jing_sim.traffic_next.kernels_signals import ANY, TO_LEFT, TO_RIGHT
from jing_sim.traffic_next.tables import WayTables

__all__ = ["Actuation", "actuation", "no_actuation"]

I32 = NDArray[np.int32]
F64 = NDArray[np.float64]

_DETECTOR_GAP_S = 2.0
_PASSING_TIME_S = 1.9
_CAR_M = 7.5
"""Length with gap."""
_REACH_M = 40.0
"""How far behind a loop the front of a vehicle may be that left it in the last step."""
_GOES = (SignalState.GREEN, SignalState.PERMISSIVE)
_ON_WHEELS = int(VehicleClass.MOTOR | VehicleClass.BICYCLE)


@dataclass(frozen=True)
class Actuation:
    """`(n_loops,)` loops, and what lies on and behind each of them.

    Attributes:
        lane, at_m: where a loop lies.
        first_watch: `(n_loops + 1,)` rows of `watch_way`, `watch_at_m`, `watch_via`: ways on which a vehicle may be that
            is on the loop or left it in the last step, the loop's place on each (negative = before its begin), and the
            connector by which such a vehicle came, or `ANY`, `TO_LEFT`, `TO_RIGHT`.
        first_phase_loop: `(n_phases + 1,)` rows of `phase_loop`, the loops that prolong a phase.
    """

    lane: I32
    at_m: F64
    first_watch: I32
    watch_way: I32
    watch_at_m: F64
    watch_via: I32
    first_phase_loop: I32
    phase_loop: I32


def no_actuation(programs: Programs) -> Actuation:
    """No loops."""
    none, one = np.zeros(0, np.int32), np.zeros(1, np.int32)
    return Actuation(none, np.zeros(0), one, none, np.zeros(0), none, np.zeros(len(programs.duration_s) + 1, np.int32), none)


def actuation(network: RoadNetwork, programs: Programs, actuated: I32, tables: WayTables) -> Actuation:
    """The loops of the programs `actuated` `(n_controllers,)`, -1 = none."""
    loops = _Loops()
    of_phase: dict[int, list[int]] = {}
    group = network.connectors.signal_group
    owner = np.where(group >= 0, network.signal_groups.controller[group], -1) if len(group) else group
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(len(actuated) + 1))
    foes = _foes(network)
    for controller in np.flatnonzero(actuated >= 0).tolist():
        own = order[bounds[controller] : bounds[controller + 1]].tolist()
        lights = _Lights(network, programs, int(actuated[controller]), own, foes)
        row_of = {lane: loops.add(network, lane, min_s) for lane, min_s in lights.least_green_s().items()}
        for phase in lights.stretchable:
            of_phase[phase] = [row_of[lane] for lane in lights.lanes_that_prolong(phase, set(row_of))]
    counts = [len(of_phase.get(phase, [])) for phase in range(len(programs.duration_s))]
    watches = [_watches(network, tables, lane, at) for lane, at in zip(loops.lane, loops.at_m, strict=True)]
    flat = [watch for own_watches in watches for watch in own_watches]
    return Actuation(
        lane=np.array(loops.lane, np.int32),
        at_m=np.array(loops.at_m, np.float64),
        first_watch=np.cumsum([0, *map(len, watches)]).astype(np.int32),
        watch_way=np.array([way for way, _, _ in flat], np.int32),
        watch_at_m=np.array([at for _, at, _ in flat], np.float64),
        watch_via=np.array([via for _, _, via in flat], np.int32),
        first_phase_loop=np.cumsum([0, *counts]).astype(np.int32),
        phase_loop=np.array([k for phase in sorted(of_phase) for k in of_phase[phase]], np.int32),
    )


@dataclass
class _Loops:
    lane: list[int] = field(default_factory=list)
    at_m: list[float] = field(default_factory=list)

    def add(self, network: RoadNetwork, lane: int, min_green_s: float) -> int:
        """The row of a new loop before the end of a lane, or further up where the lane is short."""
        lanes = network.lanes
        # The vehicles between the loop and the stop line must get across in the least green.
        room_m = (min_green_s / _PASSING_TIME_S + 0.5) * _CAR_M
        at = float(lanes.length_m[lane]) - min(_DETECTOR_GAP_S * float(lanes.speed_limit_mps[lane]), room_m)
        while at < 0.0:
            into = network.lane_in[lane]
            if len(into) != 1 or network.connectors.signal_group[into[0]] >= 0:
                break
            lane = int(network.connectors.from_lane[into[0]])
            at += float(lanes.length_m[lane])
        self.lane.append(lane)
        self.at_m.append(max(at, 0.0))
        return len(self.lane) - 1


class _Lights:
    """One controller: its connectors and what they are shown in each phase."""

    def __init__(
        self, network: RoadNetwork, programs: Programs, program: int, own: list[int], foes: dict[int, set[int]]
    ) -> None:
        self._network, self._foes, self._own = network, foes, own
        self._lane = {c: int(network.connectors.from_lane[c]) for c in own}
        self._phases = range(int(programs.first_phase[program]), int(programs.first_phase[program + 1]))
        self._min_s = programs.min_s
        self.stretchable = [p for p in self._phases if programs.min_s[p] < programs.max_s[p]]
        self._shown: dict[int, dict[int, int]] = {}
        first_group = int(network.controllers.first_group[programs.controller[program]])
        for p in self._phases:
            states = programs.state[programs.first_state[p] : programs.first_state[p + 1]]
            self._shown[p] = {c: int(states[network.connectors.signal_group[c] - first_group]) for c in own}

    def least_green_s(self) -> dict[int, float]:
        """Lanes with green in a phase that can be prolonged: the shortest of these."""
        least: dict[int, float] = {}
        for phase in self.stretchable:
            for connector, state in self._shown[phase].items():
                if state in _GOES:
                    lane = self._lane[connector]
                    least[lane] = min(least.get(lane, np.inf), float(self._min_s[phase]))
        return least

    def lanes_that_prolong(self, phase: int, with_loop: set[int]) -> list[int]:
        """Lanes with a loop all of whose connectors have a green in this phase that can be relied on."""
        free = {connector for connector in self._own if self._is_free(connector, phase)}
        held = {self._lane[connector] for connector in self._own if connector not in free}
        return sorted(lane for lane in with_loop - held if not self._leads_to(lane, held & with_loop))

    def _leads_to(self, lane: int, held: set[int]) -> bool:
        """Whether a vehicle of this lane may have to wait once more at the same controller."""
        connectors = self._network.connectors
        out = [c for c in self._network.lane_out[lane].tolist() if connectors.turn[c] != Turn.U_TURN]
        return any(int(connectors.to_lane[c]) in held for c in out)

    def _is_free(self, connector: int, phase: int) -> bool:
        shown = self._shown[phase]
        if shown[connector] != SignalState.PERMISSIVE:
            return shown[connector] == SignalState.GREEN
        always = all(self._shown[p][connector] != SignalState.GREEN for p in self._phases)
        turns_back = bool(self._network.connectors.turn[connector] == Turn.U_TURN)
        lane = self._lane[connector]
        beside = any(shown[c] == SignalState.GREEN and self._lane[c] == lane for c in self._own)
        return ((always or turns_back) and beside) or self._only_lane(lane) or self._unopposed(connector, phase)

    def _only_lane(self, lane: int) -> bool:
        lanes = self._network.lanes
        return int((lanes.allowed[lanes.road == lanes.road[lane]] & _ON_WHEELS != 0).sum()) == 1

    def _unopposed(self, connector: int, phase: int) -> bool:
        """Whether only vehicles of the same road cross its way in this phase."""
        shown, connectors, road = self._shown[phase], self._network.connectors, self._network.lanes.road
        return not any(
            shown.get(foe) in _GOES
            and connectors.allowed[foe] & _ON_WHEELS
            and road[self._lane[foe]] != road[self._lane[connector]]
            for foe in self._foes.get(connector, set())
        )


def _foes(network: RoadNetwork) -> dict[int, set[int]]:
    foes: dict[int, set[int]] = {}
    for first, second in zip(network.conflicts.first.tolist(), network.conflicts.second.tolist(), strict=True):
        foes.setdefault(first, set()).add(second)
        foes.setdefault(second, set()).add(first)
    return foes


def _watches(network: RoadNetwork, tables: WayTables, lane: int, at_m: float) -> list[tuple[int, float, int]]:
    """Way, place of the loop on it, connector by which vehicles came."""
    found = [(lane, at_m, ANY), *_beside(network, lane, at_m)]
    behind = at_m - float(tables.wayf[lane, r.W_LENGTH])
    for connector in network.lane_out[lane].tolist():
        way, at = tables.n_lanes + connector, behind
        while at > -_REACH_M:
            found.append((way, at, connector if way < tables.n_lanes else ANY))
            if way < tables.n_lanes:
                break
            at -= float(tables.wayf[way, r.W_LENGTH])
            way = int(tables.wayi[way, r.W_NEXT])
    return found


def _beside(network: RoadNetwork, lane: int, at_m: float) -> list[tuple[int, float, int]]:
    """The same of the neighbour lanes: a vehicle may drive over the loop and change in one step."""
    start_m = network.lanes.start_m
    sides = ((int(network.lanes.left[lane]), TO_LEFT), (int(network.lanes.right[lane]), TO_RIGHT))
    return [(other, at_m + float(start_m[lane] - start_m[other]), side) for other, side in sides if other >= 0]
