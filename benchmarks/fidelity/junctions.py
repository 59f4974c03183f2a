"""Throughput of a four-way priority junction, two roundabouts and an on-ramp at three loads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from benchmarks.fidelity.figures import Figure, Measured
from benchmarks.fidelity.flows import poisson_trips
from benchmarks.fidelity.memory import Bench
from benchmarks.fidelity.scene import Scene, Seen
from benchmarks.fidelity.small_nets import ARMS, on_ramp, priority_crossing, roundabout

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net

__all__ = ["measure_junctions"]

WARM_UP_S, HORIZON_S = 600.0, 3600.0
LOADS = ("light", "medium", "heavy")
LEFT, STRAIGHT, RIGHT = 0.2, 0.6, 0.2

Demand = Mapping[tuple[str, ...], float]


@dataclass
class Passed:
    """How many vehicles were seen for the first time on one of the lanes `exits` after the warm-up."""

    exits: tuple[int, ...]
    warm_up_s: float
    _seen: set[int] = field(default_factory=set, repr=False)
    _count: int = field(default=0, repr=False)
    _until_s: float = field(default=0.0, repr=False)

    def see(self, seen: Seen) -> None:
        """Vehicles on the exits are behind the junction."""
        new = set(seen.vehicle[np.isin(seen.lane, self.exits)].tolist()) - self._seen
        self._seen |= new
        self._count += len(new) if seen.time_s > self.warm_up_s else 0
        self._until_s = seen.time_s

    def values(self) -> dict[str, list[float]]:
        """Vehicles an hour."""
        return {"passed_vph": [self._count * 3600.0 / (self._until_s - self.warm_up_s)]}


@dataclass(frozen=True)
class Case:
    """A net, the edges behind its junction, and the demand at each load."""

    name: str
    net: Path
    exits: tuple[str, ...]
    demands: tuple[Demand, Demand, Demand]


def measure_junctions(bench: Bench, seeds: Sequence[int], load: str | None = None) -> Measured:
    """Vehicles that passed an hour; at heavy load more want to than can."""
    measured = Measured("Throughput of junctions without signals", axes=("demand, veh/h", "throughput, veh/h"))
    for case in _cases(bench.folder):
        network = read_net(case.net)
        exits = tuple(lane for name in case.exits for lane in network.road_lanes(network.roads.ext_id.index(name)))
        curves: dict[str, tuple[list[float], list[float]]] = {"ours": ([], []), "SUMO": ([], [])}
        for name, demand in zip(LOADS, case.demands, strict=True):
            if load not in (None, name):
                continue
            scenes = [_scene(case, network, demand, seed) for seed in seeds]
            ours = np.mean([bench.ours(scene, Passed(exits, WARM_UP_S)).values["passed_vph"][0] for scene in scenes])
            sumo = np.mean([bench.sumo(scene, Passed(exits, WARM_UP_S)).values["passed_vph"][0] for scene in scenes])
            wanted = sum(demand.values())
            where = f"{case.name}, {name} ({wanted:.0f} veh/h)"
            measured.figures.append(Figure(where, "throughput", "veh/h", float(ours), float(sumo), 0.07))
            for side, value in (("ours", ours), ("SUMO", sumo)):
                curves[side][0].append(wanted)
                curves[side][1].append(float(value))
        measured.series[case.name] = curves
    return measured


def _scene(case: Case, network: RoadNetwork, demand: Demand, seed: int) -> Scene:
    return Scene(case.net, network, poisson_trips(network, demand, HORIZON_S, seed), HORIZON_S, seed)


def _cases(folder: Path) -> list[Case]:
    outs = tuple(f"{arm}_out" for arm in ARMS)
    nets = {name: folder / f"{name}.net.xml" for name in ("priority", "roundabout1", "roundabout2", "on_ramp")}
    priority_crossing(nets["priority"])
    roundabout(nets["roundabout1"], 1)
    roundabout(nets["roundabout2"], 2)
    on_ramp(nets["on_ramp"])
    return [
        Case("priority junction", nets["priority"], outs, (_crossing(100), _crossing(200), _crossing(400))),
        Case("roundabout, 1 lane", nets["roundabout1"], outs, (_circle(200), _circle(400), _circle(700))),
        Case("roundabout, 2 lanes", nets["roundabout2"], outs, (_circle(300), _circle(600), _circle(1100))),
        Case("on-ramp", nets["on_ramp"], ("out",), (_ramp(500), _ramp(1000), _ramp(2000))),
    ]


def _turns() -> list[tuple[str, str, int, float]]:
    """(from arm, to arm, quarters counter-clockwise, share)."""
    arms = list(ARMS)
    shares = {1: RIGHT, 2: STRAIGHT, 3: LEFT}
    return [(a, arms[(k + q) % 4], q, share) for k, a in enumerate(arms) for q, share in shares.items()]


def _crossing(minor_vph: float) -> Demand:
    """Twice as many on each major arm as on each minor one."""
    return {(f"{a}_in", f"{b}_out"): share * minor_vph * (2.0 if a in "we" else 1.0) for a, b, _, share in _turns()}


def _circle(arm_vph: float) -> Demand:
    arms = list(ARMS)
    demand = {}
    for a, b, quarters, share in _turns():
        at = arms.index(a)
        ring = [f"{arms[(at + k) % 4]}_{arms[(at + k + 1) % 4]}" for k in range(quarters)]
        demand[f"{a}_in", *ring, f"{b}_out"] = share * arm_vph
    return demand


def _ramp(lane_vph: float) -> Demand:
    """`lane_vph` on each of the two lanes, 40 % of it on the ramp."""
    return {("main", "merge", "out"): 2.0 * lane_vph, ("ramp", "merge", "out"): 0.4 * lane_vph}
