"""Lets SUMO drive trips on a network and our signals look at its vehicles; prints as JSON what both signals did.

python drive_signals_sumo.py FILE.net.xml VEHICLES_PER_HOUR SECONDS [STEP_S]
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net
from jing_sim.demand import DemandOptions, random_trips
from jing_sim.sumo_engine.library import Sumo
from jing_sim.sumo_engine.lights import Lights
from jing_sim.sumo_engine.network_files import write_files
from jing_sim.sumo_engine.ways import WayMap
from jing_sim.traffic import TrafficOptions
from jing_sim.traffic import rows as r
from jing_sim.traffic.actuation import actuation
from jing_sim.traffic.signals import Rows, Signals
from jing_sim.traffic.tables import way_tables


class Watched:
    """SUMO's vehicles as rows of the traffic engine."""

    def __init__(self, sumo: Sumo, network: RoadNetwork, ways: WayMap) -> None:
        self._api, self._ways, self._n_lanes = sumo.api, ways, len(network.lanes)
        self._n_ways = len(way_tables(network).wayi)
        self._left = network.lanes.left
        self._last: dict[str, int] = {}
        self._past: dict[str, list[int]] = {}
        self._start = network.connectors.from_lane.tolist()
        ends = zip(network.connectors.from_lane.tolist(), network.connectors.to_lane.tolist(), strict=True)
        self._between = {pair: row for row, pair in enumerate(ends)}

    def rows(self) -> Rows:
        """All vehicles where they are now."""
        api, names = self._api.vehicle, self._api.vehicle.getIDList()
        at = [self._ways.place(name, api.getLaneID(name), api.getLanePosition(name)) for name in names]
        order = sorted(range(len(names)), key=lambda k: (at[k][0], -at[k][1]))
        i = np.zeros((len(names), r.N_WORDS), np.int32)
        f = i.view(np.float32)
        typef = np.zeros((len(names), r.N_TYPE_FLOATS))
        for row, k in enumerate(order):
            name, (way, pos_m) = names[k], at[k]
            f[row, r.POS], f[row, r.SPEED] = pos_m, api.getSpeed(name)
            i[row, r.TYPE], typef[row, r.T_LENGTH] = row, api.getLength(name)
            i[row, r.FLAGS] = self._follow(name, way)
            i[row, r.PAST0 : r.PAST2 + 1] = self._past[name][:3]
        first = np.searchsorted([at[k][0] for k in order], np.arange(self._n_ways + 1)).astype(np.int32)
        return first, f, i, typef

    def _follow(self, name: str, way: int) -> int:
        """Notes the connectors that a vehicle took; returns flags: whether it changed lanes, and to which side."""
        last, past = self._last.get(name, way), self._past.setdefault(name, [-1, -1, -1])
        self._last[name] = way
        lane = way if way < self._n_lanes else self._start[way - self._n_lanes]
        flags = 0
        if last < self._n_lanes and last != lane:
            connector = self._between.get((last, lane), -1)
            if connector < 0:
                flags = r.CHANGED | (r.CHANGED_LEFT if self._left[last] == way else 0)
                past[0] = -1
            else:
                past.insert(0, connector)
        if way != lane and way != last:
            past.insert(0, way - self._n_lanes)
        return flags


def compare(net_file: Path, rate: float, until_s: float, dt_s: float) -> dict[str, Any]:
    """How often, over all controllers and times, both showed the same, and when greens began in each."""
    network = read_net(net_file)
    trips, _ = random_trips(network, max(rate, 1.0), DemandOptions(duration_s=until_s, seed=1))
    options = TrafficOptions(dt_s=dt_s)
    shown: list[NDArray[np.uint8]] = []
    own: list[NDArray[np.uint8]] = []
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(network, trips, options, net_file, Path(folder))
        words = ["-n", str(net_file), "--step-length", f"{dt_s:g}", "--no-warnings", "--no-step-log"]
        words += ["-r", str(files.routes), "--time-to-teleport", "-1"] if rate else []
        sumo = Sumo([*words, "--xml-validation", "never"], Path(folder) / "log")
        ways = WayMap(sumo, network, files.lanes)
        lights, watched = Lights(sumo, network, ways, files.lights), Watched(sumo, network, ways)
        signals = Signals(network, network.programs, None, dt_s)
        state = np.zeros_like(signals.state)
        loops = _loops(sumo, network, ways, signals)
        for step in range(round(until_s / dt_s) + 1):
            signals.advance(step * dt_s, watched.rows())
            sumo.step(step * dt_s)
            lights.read(state)
            shown.append(state.copy())
            own.append(signals.state.copy())
        sumo.close()
    return _report(network, np.array(shown), np.array(own), loops)


def _loops(sumo: Sumo, network: RoadNetwork, ways: WayMap, signals: Signals) -> dict[str, int]:
    """Loops that only one of the two has."""
    api = sumo.api.inductionloop
    theirs: Counter[tuple[int, float]] = Counter()
    for name in api.getIDList():
        lane, at_m = ways.place(name, api.getLaneID(name), api.getPosition(name))
        theirs[lane, round(at_m, 1)] += 1
    found = actuation(network, network.programs, signals.tables.actuated, way_tables(network))
    ours = Counter((int(lane), round(float(at), 1)) for lane, at in zip(found.way, found.at_m, strict=True))
    return {"loops": sum(theirs.values()), "only_sumo": (theirs - ours).total(), "only_ours": (ours - theirs).total()}


def _report(
    network: RoadNetwork, shown: NDArray[np.uint8], own: NDArray[np.uint8], loops: dict[str, int]
) -> dict[str, Any]:
    first = network.controllers.first_group
    differ = {
        name: np.flatnonzero((shown[:, first[c] : first[c + 1]] != own[:, first[c] : first[c + 1]]).any(axis=1))
        for c, name in enumerate(network.controllers.ext_id)
    }
    return {
        **loops,
        "controllers": len(differ),
        "steps": len(shown),
        "changes": int((np.diff(shown.astype(np.int8), axis=0) != 0).any(axis=1).sum()),
        "share_equal": 1.0 - sum(map(len, differ.values())) / max(len(differ) * len(shown), 1),
        "differ": {name: steps[:20].tolist() for name, steps in differ.items() if len(steps)},
    }


if __name__ == "__main__":
    net, per_hour, seconds = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    print(json.dumps(compare(net, per_hour, seconds, float(sys.argv[4]) if len(sys.argv) > 4 else 1.0)))
