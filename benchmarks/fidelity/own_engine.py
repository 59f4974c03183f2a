"""Runs our engine on a scene."""

import numpy as np
from benchmarks.fidelity.scene import Outcome, Probe, Scene, Seen

from jing_sim.traffic import TrafficOptions, TrafficWorld

__all__ = ["run_ours"]


def run_ours(scene: Scene, probe: Probe | None = None) -> Outcome:
    """A run with steps of 1 s; the probe sees each of them."""
    world = TrafficWorld(scene.network, scene.trips, TrafficOptions(dt_s=1.0, seed=scene.seed))
    if probe is None:
        world.run(scene.horizon_s)
    else:
        while world.time_s < scene.horizon_s - 1e-9:
            world.step()
            probe.see(_seen(world, len(scene.network.lanes)))
    end = world.summary()
    return Outcome(
        inserted=end.inserted,
        arrived=end.arrived,
        waiting=end.waiting_to_enter,
        travel_s={
            "mean": end.mean_travel_time_s,
            "p5": end.travel_time_p5_s,
            "p50": end.travel_time_p50_s,
            "p95": end.travel_time_p95_s,
        },
        values=probe.values() if probe else {},
        overlaps=end.overlaps,
        red_runs=end.red_runs,
        lost=end.lost,
        deadlocks_resolved=end.deadlocks_resolved,
    )


def _seen(world: TrafficWorld, n_lanes: int) -> Seen:
    frame = world.frame()
    return Seen(
        # SUMO's clock stands at the next step when it shows the last one.
        time_s=world.time_s + 1.0,
        vehicle=np.asarray(frame.vehicle, dtype=np.int64),
        lane=np.where(frame.lane < n_lanes, frame.lane, -1).astype(np.int64),
        pos_m=np.asarray(frame.pos_m, dtype=np.float64),
        speed_mps=np.asarray(frame.speed_mps, dtype=np.float64),
    )
