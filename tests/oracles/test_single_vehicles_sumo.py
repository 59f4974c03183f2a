"""Vehicles that meet nobody take as long as in SUMO, second by second; so does light traffic, on average."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net
from jing_sim.demand import DemandOptions, random_trips, write_sumo_routes
from jing_sim.traffic import TrafficOptions, TrafficWorld
from jing_sim.trips import Trips

pytestmark = pytest.mark.oracle
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def crossing_grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid as SUMO's own generator makes it: signals with permissive turns, turns back, two lanes."""
    if not (BIN / "netgenerate").exists():
        pytest.skip("SUMO is not installed (pip install 'jingsim[sumo]')")
    path = tmp_path_factory.mktemp("net") / "grid.net.xml"
    command: list[str | Path] = [BIN / "netgenerate", "--grid", "--grid.number", "4", "--grid.length", "200", "-L", "2"]
    command += ["-j", "traffic_light", "--grid.attach-length", "200", "-o", path, "--no-warnings"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def _sumo_s(net: Path, network: RoadNetwork, trips: Trips, end_s: float) -> NDArray[np.float64]:
    """`(n_trips,)` travel times under SUMO, NaN where a vehicle did not arrive."""
    routes, out = net.with_suffix(".rou.xml"), net.with_suffix(".trips.xml")
    write_sumo_routes(network, trips, routes, [[road] for road in network.roads.ext_id])
    command: list[str | Path] = [
        BIN / "sumo",
        "-n",
        net,
        "-r",
        routes,
        "--step-length",
        "1",
        "--no-step-log",
        "--no-warnings",
    ]
    command += ["--time-to-teleport", "-1", "--tripinfo-output", out, "--end", str(end_s), "--seed", "1"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = {trip.get("id"): float(trip.get("duration", "nan")) for trip in ET.parse(out).getroot().iter("tripinfo")}
    return np.array([found.get(name, np.nan) for name in trips.ext_id])


@pytest.fixture(scope="module")
def walking_grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid of right before left with footways and crosswalks: everybody stops before these."""
    if not (BIN / "netgenerate").exists():
        pytest.skip("SUMO is not installed (pip install 'jingsim[sumo]')")
    path = tmp_path_factory.mktemp("net") / "walks.net.xml"
    command: list[str | Path] = [BIN / "netgenerate", "--grid", "--grid.number", "4", "--grid.length", "120"]
    command += [
        "-j",
        "right_before_left",
        "--sidewalks.guess",
        "--sidewalks.guess.max-speed",
        "20",
        "--crossings.guess",
    ]
    command += ["--walkingareas", "--grid.attach-length", "120", "-o", path, "--no-warnings"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def _alone(net: Path, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`(n,)` travel times of vehicles without imperfection that enter one a minute, ours and SUMO's."""
    network = read_net(net)
    many, _ = random_trips(network, 4000.0, DemandOptions(duration_s=900.0, seed=1))
    none = np.zeros(len(many.types))
    trips = replace(
        many,
        types=replace(many.types, sigma=none, speed_deviation=none),
        ext_id=many.ext_id[:n],
        vehicle_type=many.vehicle_type[:n],
        depart_s=np.arange(n, dtype=np.float64) * 60.0,
        first_road=many.first_road[: n + 1],
        roads=many.roads[: many.first_road[n]],
    )
    world = TrafficWorld(network, trips, TrafficOptions(seed=1))
    world.run(n * 60.0 + 600.0)
    return world.state.arrived_s - world.state.entered_s, _sumo_s(net, network, trips, n * 60.0 + 600.0)


def test_a_vehicle_alone_takes_as_long_as_in_sumo(crossing_grid: Path) -> None:
    ours, theirs = _alone(crossing_grid, 30)
    assert np.abs(ours - theirs).max() <= 1.0
    assert (ours == theirs).mean() >= 0.9


def test_a_vehicle_alone_looks_at_crosswalks_as_in_sumo(walking_grid: Path) -> None:
    ours, theirs = _alone(walking_grid, 60)
    assert np.abs(ours - theirs).max() <= 1.0
    assert (ours == theirs).mean() >= 0.9


def test_light_traffic_takes_as_long_as_in_sumo(crossing_grid: Path) -> None:
    network = read_net(crossing_grid)
    means = []
    for seed in (1, 2, 3):
        trips, _ = random_trips(network, 2000.0, DemandOptions(duration_s=900.0, seed=seed))
        world = TrafficWorld(network, trips, TrafficOptions(seed=seed))
        world.run(1500.0)
        theirs_s = float(np.nanmean(_sumo_s(crossing_grid, network, trips, 1500.0)))
        means.append((world.summary().mean_travel_time_s, theirs_s))
    ours, theirs = np.array(means).mean(axis=0)
    assert ours == pytest.approx(theirs, rel=0.03)
