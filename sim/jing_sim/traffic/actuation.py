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
from jing_sim.traffic import rows as r
from jing_sim.traffic.kernels_signals import ANY, TO_LEFT, TO_RIGHT
from jing_sim.traffic.tables import WayTables

__all__ = ["Actuation", "actuation", "no_actuation"]

I32 = NDArray[np.int32]
F64 = NDArray[np.float64]

_Watch = tuple[int, float, int, int]

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
        way, at_m: where a loop lies.
        first_watch: `(n_loops + 1,)` rows of the watches.
        watch_way: where a vehicle may be that is on the loop or left it in the last step.
        watch_at_m: the loop's place on that way; negative = before its begin.
        watch_via: the connector by which such a vehicle came, or `ANY`, `TO_LEFT`, `TO_RIGHT`.
        watch_past: the column of the vehicle that holds that connector.
        first_phase_loop: `(n_phases + 1,)` rows of `phase_loop`, the loops that prolong a phase.
    """

    way: I32
    at_m: F64
    first_watch: I32
    watch_way: I32
    watch_at_m: F64
    watch_via: I32
    watch_past: I32
    first_phase_loop: I32
    phase_loop: I32


def no_actuation(programs: Programs) -> Actuation:
    """No loops."""
    none, one = np.zeros(0, np.int32), np.zeros(1, np.int32)
    empty = np.zeros(len(programs.duration_s) + 1, np.int32)
    return Actuation(none, np.zeros(0), one, none, np.zeros(0), none, none, empty, none)


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
        row_of = {lane: loops.add(network, tables, lane, min_s) for lane, min_s in lights.least_green_s().items()}
        for phase in lights.stretchable:
            of_phase[phase] = [row_of[lane] for lane in lights.lanes_that_prolong(phase, set(row_of))]
    counts = [len(of_phase.get(phase, [])) for phase in range(len(programs.duration_s))]
    watches = [
        [*_beside(network, way, at), *_ahead(network, tables, (way, at, ANY, r.PAST0))]
        for way, at in zip(loops.way, loops.at_m, strict=True)
    ]
    flat = [watch for own_watches in watches for watch in own_watches]
    return Actuation(
        way=np.array(loops.way, np.int32),
        at_m=np.array(loops.at_m, np.float64),
        first_watch=np.cumsum([0, *map(len, watches)]).astype(np.int32),
        watch_way=np.array([watch[0] for watch in flat], np.int32),
        watch_at_m=np.array([watch[1] for watch in flat], np.float64),
        watch_via=np.array([watch[2] for watch in flat], np.int32),
        watch_past=np.array([watch[3] for watch in flat], np.int32),
        first_phase_loop=np.cumsum([0, *counts]).astype(np.int32),
        phase_loop=np.array([k for phase in sorted(of_phase) for k in of_phase[phase]], np.int32),
    )


@dataclass
class _Loops:
    way: list[int] = field(default_factory=list)
    at_m: list[float] = field(default_factory=list)

    def add(self, network: RoadNetwork, tables: WayTables, lane: int, min_green_s: float) -> int:
        """The row of a new loop before the end of a lane, or further up where the lane is short."""
        # The vehicles between the loop and the stop line must get across in the least green.
        room_m = (min_green_s / _PASSING_TIME_S + 0.5) * _CAR_M
        way, at = lane, -min(_DETECTOR_GAP_S * float(network.lanes.speed_limit_mps[lane]), room_m)
        at += float(tables.wayf[way, r.W_LENGTH])
        while at < 0.0:
            before = _only_way_into(network, tables, way)
            if before < 0:
                break
            way = before
            at += float(tables.wayf[way, r.W_LENGTH])
        self.way.append(way)
        self.at_m.append(max(at, 0.0))
        return len(self.way) - 1


def _only_way_into(network: RoadNetwork, tables: WayTables, way: int) -> int:
    """The one way that leads to this one, without a signal; -1 = none, or several."""
    if way >= tables.n_lanes:
        return int(tables.wayi[way, r.W_FROM])
    into = network.lane_in[way]
    if len(into) != 1 or network.connectors.signal_group[into[0]] >= 0:
        return -1
    return int(tables.into[tables.wayi[way, r.W_IN0]])


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


def _ahead(network: RoadNetwork, tables: WayTables, watch: _Watch) -> list[_Watch]:
    """A watch, and those on the ways ahead of it on which a vehicle may be when its rear leaves the loop."""
    way, at, via, past = watch
    found = [watch]
    rest = at - float(tables.wayf[way, r.W_LENGTH])
    if rest <= -_REACH_M:
        return found
    if way < tables.n_lanes:
        past += via >= 0
        nexts = [(tables.n_lanes + c, rest, via, past) for c in network.lane_out[way].tolist() if past <= r.PAST2]
    else:
        to = int(tables.wayi[way, r.W_NEXT])
        if to < tables.n_lanes and via < 0:
            via = int(tables.wayi[way, r.W_CONNECTOR])
        nexts = [(to, rest, via, past)]
    return found + [more for step in nexts for more in _ahead(network, tables, step)]


def _beside(network: RoadNetwork, way: int, at_m: float) -> list[_Watch]:
    """Watches on the neighbour lanes: a vehicle may drive over the loop and change in one step."""
    lanes = network.lanes
    if way >= len(lanes):
        return []
    sides = ((int(lanes.left[way]), TO_LEFT), (int(lanes.right[way]), TO_RIGHT))
    shift = lanes.start_m[way] - lanes.start_m
    return [(other, at_m + float(shift[other]), side, r.PAST0) for other, side in sides if other >= 0]
