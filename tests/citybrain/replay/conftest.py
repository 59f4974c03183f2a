"""Small recorded runs, made without the engine: vehicles that follow lanes, stop at red and queue."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.columns import SignalState
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.protocols import VehicleFrame
from jing_sim.trace import RunManifest, Severity, TraceWriter
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES

MakeRun = Callable[..., Path]


def states_at(network: RoadNetwork, time_s: float) -> NDArray[np.uint8]:
    """What the fixed programs of a network show."""
    out = np.full(len(network.signal_groups), SignalState.OFF, np.uint8)
    programs = network.programs
    for controller in range(len(network.controllers)):
        rows = network.controller_programs[controller]
        if not len(rows):
            continue
        p = int(rows[0])
        phases = np.arange(programs.first_phase[p], programs.first_phase[p + 1])
        ends = np.cumsum(programs.duration_s[phases])
        phase = phases[np.searchsorted(ends, (time_s - programs.offset_s[p]) % ends[-1], side="right")]
        lo, hi = network.controllers.first_group[controller : controller + 2]
        out[lo:hi] = programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]
    return out


def random_routes(network: RoadNetwork, n: int, rng: np.random.Generator) -> tuple[list[list[int]], list[list[int]]]:
    """For each vehicle its roads, and its ways (lanes and connectors in turn)."""
    lanes, connectors, n_lanes = network.lanes, network.connectors, len(network.lanes)
    routes, chains = [], []
    for _ in range(n):
        lane = int(rng.integers(n_lanes))
        roads, ways = [int(lanes.road[lane])], [lane]
        for _ in range(12):
            out = network.lane_out[lane]
            if not len(out):
                break
            way = int(rng.choice(out))
            lane = int(connectors.to_lane[way])
            ways += [n_lanes + way, lane]
            roads.append(int(lanes.road[lane]))
        routes.append(roads)
        chains.append(ways)
    return routes, chains


class Toy:
    """Vehicles on chains of ways; positions along the chain, the leader is the next vehicle on the same way."""

    def __init__(self, network: RoadNetwork, chains: list[list[int]], body_m: NDArray[np.float64]) -> None:
        self.network = network
        self.chains = chains
        self.body_m = body_m
        self.length = np.concatenate([network.lanes.length_m, network.connectors.length_m])
        self.limit = np.concatenate([network.lanes.speed_limit_mps, network.connectors.speed_limit_mps])
        n = len(chains)
        self.at, self.pos, self.speed = np.zeros(n, int), np.full(n, 5.0), np.zeros(n)

    def step(self, active: list[int], signals: NDArray[np.uint8], dt_s: float) -> list[int]:
        """Moves the active vehicles; returns those that arrived."""
        n_lanes, done = len(self.network.lanes), []
        on_way: dict[int, list[int]] = {}
        for v in active:
            on_way.setdefault(self.chains[v][self.at[v]], []).append(v)
        for way, vehicles in on_way.items():
            vehicles.sort(key=lambda v: -self.pos[v])
            for rank, v in enumerate(vehicles):
                gap = self.pos[vehicles[rank - 1]] - self.body_m[vehicles[rank - 1]] - 2 - self.pos[v] if rank else 80.0
                following = self.chains[v][self.at[v] + 1] if self.at[v] + 1 < len(self.chains[v]) else -1
                if way < n_lanes and following >= 0:
                    group = self.network.connectors.signal_group[following - n_lanes]
                    room = self.length[way] - self.pos[v] - 1.0
                    if group >= 0 and signals[group] not in (
                        SignalState.GREEN,
                        SignalState.PERMISSIVE,
                        SignalState.OFF,
                    ):
                        gap = min(gap, room)
                    ahead = on_way.get(following, []) or on_way.get(self.chains[v][self.at[v] + 2], [])
                    if ahead and min(self.pos[a] - self.body_m[a] for a in ahead) < 3.0:
                        gap = min(gap, room)
                wish = min(self.limit[way], np.sqrt(max(gap, 0.0) * 4.0))
                self.speed[v] = max(min(self.speed[v] + 2.0 * dt_s, wish), 0.0)
                self.pos[v] += self.speed[v] * dt_s
                while self.pos[v] > self.length[self.chains[v][self.at[v]]]:
                    if self.at[v] + 1 == len(self.chains[v]):
                        done.append(v)
                        break
                    self.pos[v] -= self.length[self.chains[v][self.at[v]]]
                    self.at[v] += 1
        return done


def record(
    folder: Path, network: RoadNetwork, *, n: int, seconds: float, plan: str, seed: int, names: str = "car {}"
) -> Path:
    """A run folder of the toy."""
    rng = np.random.default_rng(seed)
    routes, chains = random_routes(network, n, rng)
    first = np.concatenate([[0], np.cumsum([len(r) for r in routes])]).astype(np.int32)
    kinds = rng.choice(4, n, p=[0.8, 0.08, 0.07, 0.05]).astype(np.int32)
    depart = np.sort(rng.uniform(0, seconds * 0.6, n).round())
    trips = Trips(
        STANDARD_TYPES,
        tuple(names.format(i) for i in range(n)),
        kinds,
        depart,
        first,
        np.concatenate([np.array(r, np.int32) for r in routes]),
    )
    manifest = RunManifest(
        run_id=f"{plan}-{seed}",
        area=network.name,
        plan=plan,
        engine="toy",
        seed=seed,
        dt_s=1.0,
        map_approval="京S(2026)000号（示例）",
    )
    toy, active, begun = Toy(network, chains, STANDARD_TYPES.length_m[kinds]), [], 0
    with TraceWriter(folder, network, trips, manifest) as trace:
        for step in range(int(seconds) + 1):
            time_s = float(step)
            signals = states_at(network, time_s * (1.0 if plan == "webster" else 1.35))
            trace.signals(time_s, signals)
            while begun < n and depart[begun] <= time_s:
                active.append(begun)
                trace.entered(time_s, np.array([begun], np.int32))
                begun += 1
            if step:
                done = toy.step(active, signals, 1.0)
                active = [v for v in active if v not in set(done)]
                if done:
                    trace.arrived(time_s, np.array(done, np.int32))
            trace.frame(time_s, frame_of(network, toy, np.array(sorted(active), np.int32)))
            if step == int(seconds) // 3 and active:
                trace.event(time_s, "deadlock_resolved", active[0], "</script><b>bad</b>", severity=Severity.CRITICAL)
        trace.summarise(
            {"seed": seed, "plan": plan, "mean_travel_time_s": 100.0 + seed, "mean_delay_s": 20.0, "arrived": n}
        )
    return folder


def frame_of(network: RoadNetwork, toy: Toy, who: NDArray[np.int32]) -> VehicleFrame:
    n_lanes = len(network.lanes)
    way = np.array([toy.chains[v][toy.at[v]] for v in who], np.int32)
    pos, speed = toy.pos[who], toy.speed[who]
    out = np.zeros((4, len(who)))
    for mask, lines, shift in (
        (way < n_lanes, network.lanes.centre, 0),
        (way >= n_lanes, network.connectors.centre, n_lanes),
    ):
        if mask.any():
            length = toy.length[way[mask]]
            scale = lines.lengths_m()[way[mask] - shift] / length
            out[:, mask] = np.stack(lines.locate(way[mask] - shift, pos[mask] * scale))
    zero = np.zeros(len(who))
    return VehicleFrame(who, out[0], out[1], out[2], out[3], speed, zero, way, pos, np.zeros(len(who), np.uint8))


@pytest.fixture(scope="session")
def network() -> RoadNetwork:
    return grid(3, 3)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, network: RoadNetwork) -> tuple[Path, Path]:
    """Two plans with the same demand."""
    folder = tmp_path_factory.mktemp("runs")
    hostile = "</script><script>window.hacked=1</script> {}"
    a = record(folder / "a", network, n=120, seconds=240, plan="webster", seed=3, names=hostile)
    return a, record(folder / "b", network, n=120, seconds=240, plan="max-pressure", seed=3, names=hostile)


@pytest.fixture(scope="session")
def make_run() -> MakeRun:
    return record


def record_crowd(folder: Path, network: RoadNetwork, n: int) -> Path:
    """A run in which `n` vehicles stand about for two seconds."""
    rng = np.random.default_rng(0)
    lane = rng.integers(len(network.lanes), size=n).astype(np.int32)
    rows = np.arange(n, dtype=np.int32)
    trips = Trips(
        STANDARD_TYPES,
        tuple(str(i) for i in range(n)),
        np.zeros(n, np.int32),
        np.zeros(n),
        np.arange(n + 1, dtype=np.int32),
        network.lanes.road[lane],
    )
    pos = rng.uniform(0, network.lanes.length_m[lane])
    x, y, z, heading = network.lanes.centre.locate(lane, pos)
    still = np.zeros(n)
    frame = VehicleFrame(rows, x, y, z, heading, still, still, lane, pos, np.zeros(n, np.uint8))
    manifest = RunManifest(run_id="crowd", area=network.name, plan="map", engine="toy", seed=0, dt_s=1.0)
    with TraceWriter(folder, network, trips, manifest) as trace:
        for time_s in (0.0, 1.0, 2.0):
            trace.frame(time_s, frame)
    return folder


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory, network: RoadNetwork) -> Path:
    return record_crowd(tmp_path_factory.mktemp("crowd") / "run", network, 21_000)
