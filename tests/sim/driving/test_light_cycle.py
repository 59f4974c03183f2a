"""Lights of a junction take turns, follow programs, freeze and can be set."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.write import write_opendrive
from jing_sim.driving.light_cycle import LightCycle, LightShow, program_of
from jing_sim.driving.light_places import SignPlaces, light_places


@pytest.fixture(scope="module")
def lights(tmp_path_factory: pytest.TempPathFactory) -> tuple[RoadNetwork, SignPlaces]:
    network = grid(1, 2)
    file: Path = tmp_path_factory.mktemp("maps") / "grid.xodr"
    write_opendrive(network, file)
    return network, light_places(read_opendrive(file))


def _by_controller(places: SignPlaces) -> SignPlaces:
    """Each controller has a turn of its own, as where an approach has one controller."""
    turn = np.zeros(len(places), np.int32)
    for junction in set(places.junction.tolist()):
        mine = np.flatnonzero(places.junction == junction)
        turn[mine] = np.unique([places.controller[k] for k in mine], return_inverse=True)[1]
    return replace(places, turn=turn)


def test_one_turn_after_the_other(lights: tuple[RoadNetwork, SignPlaces]) -> None:
    cycle = LightCycle(lights[1])
    places = cycle.lights
    mine = places.junction == 0
    turns = int(places.turn[mine].max()) + 1
    seen: list[int] = []
    for _ in range(turns * 150 + 20):
        green = set(places.turn[mine & (cycle.show == LightShow.GREEN)].tolist())
        assert len(green) <= 1
        seen += [t for t in green if not seen or seen[-1] != t]
        cycle.step(0.1)
    assert seen[:turns] == list(range(turns))
    assert seen[turns] == 0


def test_green_yellow_and_red_last_as_long_as_set(lights: tuple[RoadNetwork, SignPlaces]) -> None:
    cycle = LightCycle(lights[1])
    first = int(np.flatnonzero((cycle.lights.junction == 0) & (cycle.lights.turn == 0))[0])
    for show, seconds in ((LightShow.GREEN, 4.0), (LightShow.YELLOW, 1.0), (LightShow.RED, 0.5)):
        cycle.set_time(first, show, seconds)
    shown = []
    for _ in range(60):
        shown.append(int(cycle.show[first]))
        cycle.step(0.1)
    assert shown == [LightShow.GREEN] * 40 + [LightShow.YELLOW] * 10 + [LightShow.RED] * 10
    assert (cycle.show[cycle.lights.junction == 0] == LightShow.GREEN).any()


def test_frozen_lights_keep_what_they_show(lights: tuple[RoadNetwork, SignPlaces]) -> None:
    cycle = LightCycle(lights[1])
    cycle.freeze(True)
    before = cycle.show.copy()
    for _ in range(300):
        cycle.step(0.1)
    assert np.array_equal(before, cycle.show)
    cycle.set_show(0, LightShow.YELLOW)
    cycle.step(5.0)
    assert cycle.show[0] == LightShow.YELLOW
    cycle.freeze(False)
    cycle.step(5.0)
    assert cycle.show[0] != LightShow.YELLOW


def test_lights_follow_the_program_of_their_group(lights: tuple[RoadNetwork, SignPlaces]) -> None:
    network, places = lights[0], _by_controller(lights[1])
    cycle = LightCycle(places, program_of(places, network))
    programs = network.programs
    for step in range(1, 1200):
        cycle.step(0.1)
        time_s = step * 0.1
        for light in range(0, len(places), 5):
            group = int(places.controller[light]) - 1
            row = int(np.flatnonzero(programs.controller == network.signal_groups.controller[group])[0])
            phases = slice(int(programs.first_phase[row]), int(programs.first_phase[row + 1]))
            ends = np.cumsum(programs.duration_s[phases])
            t = (time_s - programs.offset_s[row]) % ends[-1]
            if np.abs(ends - t).min() < 1e-6 or t < 1e-6:
                continue
            phase = phases.start + int(np.searchsorted(ends, t))
            first_group = int(network.controllers.first_group[network.signal_groups.controller[group]])
            state = programs.state[programs.first_state[phase] + group - first_group]
            assert cycle.show[light] == {0: 0, 1: 1, 2: 2, 3: 2, 4: 0, 5: 3}[int(state)]


def test_a_junction_whose_times_are_set_leaves_its_program(lights: tuple[RoadNetwork, SignPlaces]) -> None:
    network, places = lights[0], _by_controller(lights[1])
    cycle = LightCycle(places, program_of(places, network))
    cycle.set_time(0, LightShow.GREEN, 2.0)
    cycle.set_show(0, LightShow.GREEN)
    shown = []
    for _ in range(30):
        cycle.step(0.1)
        shown.append(int(cycle.show[0]))
    assert shown.count(LightShow.GREEN) in {19, 20}
    assert cycle.group(0) == np.flatnonzero(places.junction == places.junction[0]).tolist()


def test_where_an_approach_has_several_controllers_its_lights_go_together(
    lights: tuple[RoadNetwork, SignPlaces],
) -> None:
    network, places = lights
    assert len(set(places.controller)) > len(set(zip(places.junction.tolist(), places.turn.tolist(), strict=True)))
    for junction in set(places.junction.tolist()):
        mine = np.flatnonzero(places.junction == junction)
        for turn in set(places.turn[mine].tolist()):
            ways = places.trigger.yaw[mine[places.turn[mine] == turn]]
            assert np.allclose(np.cos(ways - ways[0]), 1.0, atol=1e-3)
    # Their programs never show green to all of them at once, so nobody follows them.
    assert not len(program_of(places, network).show)
