from dataclasses import replace

import numpy as np
import pytest

from jing_citybrain.control import MaxPressureController
from jing_maps.columns import SignalState
from jing_maps.grid import grid
from jing_sim.protocols import SignalObservation, Stages

NETWORK = grid(1, 1)


def stages() -> Stages:
    programs = NETWORK.programs
    first = programs.first_state
    phases = [
        p
        for p in range(int(programs.first_phase[1]))
        if np.isin(programs.state[first[p] : first[p + 1]], (SignalState.GREEN, SignalState.PERMISSIVE)).any()
        and SignalState.YELLOW not in programs.state[first[p] : first[p + 1]]
    ]
    states = [programs.state[first[p] : first[p + 1]] for p in phases]
    n = len(phases)
    return Stages(
        np.zeros(n, np.int32), np.array([0, n], np.int32), np.array(phases, np.int32), np.full(n, 5.0),
        np.full(n, 60.0), (np.arange(n + 1) * len(states[0])).astype(np.int32), np.concatenate(states),
    )  # fmt: skip


def empty() -> SignalObservation:
    n = len(NETWORK.lanes)
    zeros = np.zeros(n, np.int32)
    return SignalObservation(0.0, np.zeros(1, np.int32), np.array([20.0]), zeros, zeros, np.zeros(0, np.int32))


def served_lanes(all_stages: Stages, stage: int) -> list[int]:
    state = all_stages.state[all_stages.first_state[stage] : all_stages.first_state[stage + 1]]
    ways = NETWORK.connectors
    goes = (ways.signal_group >= 0) & (state[ways.signal_group] == SignalState.GREEN)
    return sorted({int(lane) for lane in ways.from_lane[goes]})


def test_an_empty_junction_keeps_its_stage() -> None:
    controller = MaxPressureController()
    controller.reset(NETWORK, stages())
    assert controller.decide(empty()).tolist() == [0]


def test_the_stage_of_the_long_queue_wins() -> None:
    controller, choices = MaxPressureController(), stages()
    controller.reset(NETWORK, choices)
    for stage in range(len(choices)):
        own = set(served_lanes(choices, stage))
        for other in range(len(choices)):
            own -= set(served_lanes(choices, other)) if other != stage else set()
        if own:
            queue = np.zeros(len(NETWORK.lanes), np.int32)
            queue[list(own)] = 20
            assert controller.decide(replace(empty(), lane_halting=queue)).tolist() == [stage]


def test_the_maximum_green_ends_a_stage() -> None:
    controller, choices = MaxPressureController(), stages()
    controller.reset(NETWORK, choices)
    queue = np.zeros(len(NETWORK.lanes), np.int32)
    queue[served_lanes(choices, 0)] = 20
    assert controller.decide(replace(empty(), lane_halting=queue)).tolist() == [0]
    seen = replace(empty(), lane_halting=queue, stage_age_s=np.array([60.0]))
    assert controller.decide(seen).tolist() != [0]


def test_wrong_use_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        MaxPressureController(interval_s=0.0)
    with pytest.raises(RuntimeError, match="before reset"):
        MaxPressureController().decide(empty())
