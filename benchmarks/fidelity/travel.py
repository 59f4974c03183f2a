"""Travel times of the same trips on the same routes, at three loads, over several seeds."""

from collections.abc import Sequence

import numpy as np
from benchmarks.fidelity.city_nets import CityNet, city_nets
from benchmarks.fidelity.figures import Figure, Measured
from benchmarks.fidelity.memory import Bench
from benchmarks.fidelity.scene import Outcome, Scene

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net
from jing_sim.demand import DemandOptions, VehicleMix, random_trips
from jing_sim.vehicle_types import STANDARD_TYPES

__all__ = ["LOADS", "measure_travel"]

LOADS = ("light", "medium", "heavy")
HORIZON_S = 2400.0
_CARS = VehicleMix(STANDARD_TYPES, tuple(float(name == "car") for name in STANDARD_TYPES.name))
_TOLERANCE = {"light": (0.03, 0.05), "medium": (0.03, 0.05), "heavy": (0.06, 0.10)}
"""Of the mean, and of the quantiles."""


def measure_travel(
    bench: Bench,
    seeds: Sequence[int],
    net: str | None = None,
    load: str | None = None,
    rates_vph: Sequence[float] | None = None,
) -> Measured:
    """Random trips of cars on each net; figures are means over the seeds of each run's mean and quantiles.

    Args:
        bench: runs the engines.
        seeds: of trips and drivers alike.
        net: the name of one net, or the path of a .net.xml; else all.
        load: one of `LOADS`; else all.
        rates_vph: vehicles an hour at the three loads; needed for a path.

    Raises:
        ValueError: there is no net of that name, or no rates for a path.
    """
    measured = Measured("Travel time", axes=("vehicles wanted an hour", "mean travel time, s"))
    for city in city_nets(bench.folder, net, rates_vph):
        if not city.net.exists():
            measured.notes.append(f"{city.name}: skipped, {city.net} is not there")
            continue
        network = read_net(city.net)
        curves: dict[str, tuple[list[float], list[float]]] = {"ours": ([], []), "SUMO": ([], [])}
        for name, rate_vph in zip(LOADS, city.rate_vph, strict=True):
            if load not in (None, name):
                continue
            scenes = [_scene(city, network, rate_vph, seed) for seed in seeds]
            sides = {"ours": [bench.ours(s) for s in scenes], "SUMO": [bench.sumo(s) for s in scenes]}
            _compare(f"{city.name}, {name}", sides["ours"], sides["SUMO"], _TOLERANCE[name], measured)
            for side, outcomes in sides.items():
                curves[side][0].append(rate_vph)
                curves[side][1].append(_mean(outcomes, "mean"))
        measured.series[city.name] = curves
    return measured


def _scene(city: CityNet, network: RoadNetwork, rate_vph: float, seed: int) -> Scene:
    trips, _ = random_trips(network, rate_vph, DemandOptions(duration_s=HORIZON_S, seed=seed, mix=_CARS))
    return Scene(city.net, network, trips, HORIZON_S, seed)


def _compare(
    where: str, ours: Sequence[Outcome], sumo: Sequence[Outcome], tolerance: tuple[float, float], measured: Measured
) -> None:
    for value in ("mean", "p5", "p50", "p95"):
        limit = tolerance[0] if value == "mean" else tolerance[1]
        measured.figures.append(
            Figure(where, f"travel time, {value}", "s", _mean(ours, value), _mean(sumo, value), limit)
        )
    spread = [float(np.std([outcome.travel_s["mean"] for outcome in side])) for side in (ours, sumo)]
    measured.notes.append(
        f"{where}, vehicles inserted / arrived / waiting: ours {_counts(ours)}, SUMO {_counts(sumo)}; "
        f"standard deviation of the mean over seeds {spread[0]:.1f} s, {spread[1]:.1f} s"
    )


def _mean(outcomes: Sequence[Outcome], value: str) -> float:
    return float(np.mean([outcome.travel_s[value] for outcome in outcomes]))


def _counts(outcomes: Sequence[Outcome]) -> str:
    counts = np.mean([(o.inserted, o.arrived, o.waiting) for o in outcomes], axis=0)
    return " / ".join(f"{count:.0f}" for count in counts)
