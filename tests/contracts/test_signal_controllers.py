"""What every signal controller must do, whatever it sees."""

from collections.abc import Callable

import numpy as np
import pytest

from jing_citybrain.control import MaxPressureController
from jing_maps.columns import SignalState
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalController, SignalObservation, Stages

NETWORK = grid(2, 2)
CONTROLLERS: list[Callable[[], SignalController]] = [MaxPressureController]


def stages_of(network: RoadNetwork) -> Stages:
    """The green phases of the programs in force."""
    programs = network.programs
    phases, owners = [], []
    for controller in range(len(network.controllers)):
        program = int(network.controller_programs[controller][0])
        for phase in range(int(programs.first_phase[program]), int(programs.first_phase[program + 1])):
            state = programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]
            if np.isin(state, (SignalState.GREEN, SignalState.PERMISSIVE)).any() and SignalState.YELLOW not in state:
                phases.append(phase)
                owners.append(controller)
    states = [programs.state[programs.first_state[p] : programs.first_state[p + 1]] for p in phases]
    count = np.bincount(owners, minlength=len(network.controllers))
    return Stages(
        controller=np.array(owners, np.int32),
        first_stage=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
        phase=np.array(phases, np.int32),
        min_green_s=np.full(len(phases), 5.0),
        max_green_s=np.full(len(phases), 60.0),
        first_state=np.concatenate([[0], np.cumsum([len(s) for s in states])]).astype(np.int32),
        state=np.concatenate(states),
    )


def seen(seed: int, stages: Stages, age_s: float = 20.0) -> SignalObservation:
    rng = np.random.default_rng(seed)
    counts = np.diff(stages.first_stage)
    vehicles = rng.integers(0, 20, len(NETWORK.lanes)).astype(np.int32)
    return SignalObservation(
        time_s=100.0,
        stage=(rng.integers(0, 100, len(counts)) % counts).astype(np.int32),
        stage_age_s=np.full(len(counts), age_s),
        lane_vehicles=vehicles,
        lane_halting=vehicles // 2,
        connector_vehicles=np.zeros(len(NETWORK.connectors), np.int32),
    )


@pytest.mark.parametrize("make", CONTROLLERS)
def test_decisions_are_stages_of_each_controller(make: Callable[[], SignalController]) -> None:
    stages, controller = stages_of(NETWORK), make()
    assert controller.interval_s > 0
    controller.reset(NETWORK, stages)
    for seed in range(30):
        wanted = controller.decide(seen(seed, stages))
        assert wanted.shape == (len(NETWORK.controllers),)
        assert wanted.dtype == np.int32
        assert (wanted >= 0).all()
        assert (wanted < np.diff(stages.first_stage)).all()


@pytest.mark.parametrize("make", CONTROLLERS)
def test_equal_observations_get_equal_decisions_and_are_not_changed(make: Callable[[], SignalController]) -> None:
    stages = stages_of(NETWORK)
    decisions = []
    for _ in range(2):
        controller = make()
        controller.reset(NETWORK, stages)
        observation, untouched = seen(5, stages), seen(5, stages)
        decisions.append(controller.decide(observation))
        assert (observation.stage == untouched.stage).all()
        assert (observation.lane_halting == untouched.lane_halting).all()
    assert (decisions[0] == decisions[1]).all()


@pytest.mark.parametrize("make", CONTROLLERS)
def test_reset_begins_a_new_run(make: Callable[[], SignalController]) -> None:
    stages, controller = stages_of(NETWORK), make()
    controller.reset(NETWORK, stages)
    first = controller.decide(seen(1, stages))
    for seed in range(5):
        controller.decide(seen(seed, stages))
    controller.reset(NETWORK, stages)
    assert (controller.decide(seen(1, stages)) == first).all()
