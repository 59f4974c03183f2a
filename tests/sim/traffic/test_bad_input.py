"""Bad input ends with a message that names world, time and entity; what was recorded so far is whole."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalObservation, Stages
from jing_sim.trace import RunFolder, RunManifest, TraceWriter
from jing_sim.traffic import SimulationError, TrafficWorld
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES, VehicleTypeError

Maker = Callable[..., Trips]
Gates = Callable[[RoadNetwork], tuple[list[int], list[int]]]

MANIFEST = RunManifest(run_id="r", area="grid", plan="fixed", engine="native", seed=0, dt_s=1.0)


class GoesAstray:
    """A controller that asks for a stage that is not there after a while."""

    interval_s = 1.0

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        del stages
        self.n = len(network.controllers)

    def decide(self, seen: SignalObservation) -> NDArray[np.int32]:
        return np.full(self.n, 7 if seen.time_s >= 30.0 else 0, np.int32)


def test_a_stage_that_is_not_there_ends_the_run_and_the_trace_says_why(
    make_trips: Maker, gates: Gates, tmp_path: Path
) -> None:
    network = grid(1, 1)
    start = gates(network)[0][0]
    trips = make_trips(network, [(start, start)] * 3, [0.0, 10.0, 20.0])
    message = r"world 'grid.*', time 30 s: signal controller 'J0_0' was asked for stage 7; it has stages 0 to"
    with (
        pytest.raises(SimulationError, match=message),
        TraceWriter(tmp_path / "run", network, trips, MANIFEST) as trace,
    ):
        TrafficWorld(network, trips, controller=GoesAstray(), recorder=trace).run(100.0)
    run = RunFolder(tmp_path / "run")
    assert run.manifest.status == "failed"
    assert run.manifest.ended is not None
    assert "was asked for stage 7" in run.manifest.ended.reason
    assert run.states()["time_s"].max() == 30.0


def test_a_type_of_negative_length_is_named() -> None:
    lengths = STANDARD_TYPES.length_m.copy()
    lengths[1] = -12.0
    with pytest.raises(VehicleTypeError, match=r"vehicle type 'bus': length_m is -12\.0; it must be positive"):
        replace(STANDARD_TYPES, length_m=lengths)


def test_demand_beyond_storage_waits_and_the_manifest_warns(make_trips: Maker, gates: Gates, tmp_path: Path) -> None:
    network = grid(1, 1, lanes=1, spacing_m=100.0)
    start = gates(network)[0][0]
    name = network.roads.ext_id[start]
    trips = make_trips(network, [(start, start)] * 400, np.zeros(400))
    with TraceWriter(tmp_path / "run", network, trips, MANIFEST) as trace:
        world = TrafficWorld(network, trips, recorder=trace)
        world.run(130.0)
    figures = world.summary()
    assert figures.inserted + figures.waiting_to_enter == 400
    assert figures.waiting_to_enter > 200
    warnings = RunFolder(tmp_path / "run").manifest.warnings
    assert len(warnings) == 1
    assert warnings[0].startswith("demand beyond storage (2 times; first: world 'grid")
    assert f"vehicles wait to enter road {name!r}, more than fit on it" in warnings[0]
