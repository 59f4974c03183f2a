import numpy as np
import pytest

from jing_citybrain.control import WebsterOptions, connector_flows_vph, make_plan, webster_programs
from jing_maps.columns import SignalState
from jing_maps.errors import UnknownNameError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandOptions, random_trips

NETWORK = grid(2, 1)


def cycle_s(network: RoadNetwork, durations: np.ndarray[tuple[int], np.dtype[np.float64]], program: int) -> float:
    first = network.programs.first_phase
    return float(durations[first[program] : first[program + 1]].sum())


def test_without_traffic_the_cycle_is_short_and_every_stage_keeps_its_minimum() -> None:
    programs = webster_programs(NETWORK, np.zeros(len(NETWORK.connectors)))
    assert (programs.duration_s >= NETWORK.programs.min_s - 1e-9).all()
    least = cycle_s(NETWORK, NETWORK.programs.min_s, 0)
    assert cycle_s(NETWORK, programs.duration_s, 0) <= max(WebsterOptions().min_cycle_s, np.ceil(least)) + 1


def test_more_traffic_makes_longer_cycles_up_to_the_bound() -> None:
    cycles = []
    for flow in (50.0, 300.0, 600.0, 5000.0):
        programs = webster_programs(NETWORK, np.full(len(NETWORK.connectors), flow))
        cycles.append(cycle_s(NETWORK, programs.duration_s, 0))
    assert cycles == sorted(cycles)
    assert cycles[-1] == pytest.approx(WebsterOptions().max_cycle_s, abs=1.0)


def test_the_busier_stage_gets_more_green() -> None:
    programs = NETWORK.programs
    first_state = programs.first_state
    group_of = NETWORK.connectors.signal_group
    goes = [
        np.flatnonzero(programs.state[first_state[p] : first_state[p + 1]] == SignalState.GREEN)
        for p in range(int(programs.first_phase[1]))
    ]
    stages = [p for p, groups in enumerate(goes) if len(groups)]
    only = [g for g in goes[stages[0]] if all(g not in goes[p] for p in stages[1:])]
    flows = np.where(np.isin(group_of, only), 500.0, 20.0)
    made = webster_programs(NETWORK, flows).duration_s
    assert made[stages[0]] == max(made[p] for p in stages)


def test_yellow_and_all_red_and_states_stay_as_they_are() -> None:
    made = webster_programs(NETWORK, np.full(len(NETWORK.connectors), 200.0))
    programs = NETWORK.programs
    first = programs.first_state
    change = [
        p
        for p in range(len(programs.duration_s))
        if not np.isin(programs.state[first[p] : first[p + 1]], (SignalState.GREEN, SignalState.PERMISSIVE)).any()
        or (programs.state[first[p] : first[p + 1]] == SignalState.YELLOW).any()
    ]
    assert (made.duration_s[change] == programs.duration_s[change]).all()
    assert (made.state == programs.state).all()
    assert (made.offset_s == programs.offset_s).all()


def test_flows_count_the_routes_of_the_trips() -> None:
    trips, _ = random_trips(NETWORK, 600.0, DemandOptions(duration_s=3600.0, seed=1))
    flows = connector_flows_vph(NETWORK, trips, 0.0, 3600.0)
    assert flows.sum() == pytest.approx(len(trips.roads) - len(trips))


def test_wrong_flows_and_unknown_plans_are_refused() -> None:
    with pytest.raises(ValueError, match="finite numbers"):
        webster_programs(NETWORK, np.full(len(NETWORK.connectors), -1.0))
    trips, _ = random_trips(NETWORK, 600.0, DemandOptions(duration_s=600.0, seed=1))
    with pytest.raises(UnknownNameError, match="did you mean webster"):
        make_plan("webstr", NETWORK, trips, 600.0)
