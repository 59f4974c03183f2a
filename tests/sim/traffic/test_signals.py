"""Signals: fixed and actuated programs, and stages that a controller asks for."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_maps.columns import Programs, SignalState
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalController, SignalObservation, Stages
from jing_sim.traffic import rows as r
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.signals import Rows, Signals
from jing_sim.traffic.tables import way_tables

CROSSING = grid(1, 1)
CAR_M = 5.0
THROUGH, LOOP_M = 0, 156.22
"""The lane of the crossing whose loop prolongs the first green, and the loop's place on it."""


class Wish:
    """A controller that always asks for the same, right or wrong."""

    interval_s = 1.0

    def __init__(self, *wanted: float) -> None:
        self.wanted = np.array(wanted)

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        del network, stages

    def decide(self, seen: SignalObservation) -> NDArray[np.int32]:
        del seen
        return self.wanted


def cars(*places: tuple[int, float, float, int]) -> Rows:
    """Rows of cars at (way, position [m], speed [m/s], flags)."""
    order = sorted(places, key=lambda place: (place[0], -place[1]))
    i = np.zeros((len(order), r.N_WORDS), np.int32)
    f = i.view(np.float32)
    for row, (_, pos_m, speed_mps, flags) in enumerate(order):
        f[row, r.POS], f[row, r.SPEED], i[row, r.FLAGS] = pos_m, speed_mps, flags
    typef = np.zeros((1, r.N_TYPE_FLOATS))
    typef[0, r.T_LENGTH] = CAR_M
    ways = [place[0] for place in order]
    return np.searchsorted(ways, np.arange(len(way_tables(CROSSING).wayi) + 1)).astype(np.int32), f, i, typef


def changes(signals: Signals, group: int, until_s: int, at: dict[int, Rows] | None = None) -> list[tuple[int, int]]:
    """(time, state) of a group whenever it changes, with the vehicles of the steps in `at`."""
    found = [(0, int(signals.state[group]))]
    for time_s in range(1, until_s + 1):
        signals.advance(float(time_s), (at or {}).get(time_s))
        if signals.state[group] != found[-1][1]:
            found.append((time_s, int(signals.state[group])))
    return found


def fixed(durations_s: Sequence[float] | None = None, offset_s: float = 0.0) -> Programs:
    programs = CROSSING.programs
    duration_s = programs.duration_s if durations_s is None else np.array(durations_s)
    offsets = np.full(len(programs), offset_s)
    return replace(programs, offset_s=offsets, duration_s=duration_s, min_s=duration_s, max_s=duration_s)


def seen(time_s: float, signals: Signals) -> SignalObservation:
    none = np.zeros(0, np.int32)
    return SignalObservation(time_s, *signals.observe(), none, none, none)


def test_a_fixed_program_changes_at_the_sums_of_its_durations() -> None:
    signals = Signals(CROSSING, fixed(), None, 1.0)
    assert changes(signals, 0, 120) == [(0, 2), (33, 1), (36, 0), (118, 2)]


def test_a_positive_offset_delays_a_program() -> None:
    assert changes(Signals(CROSSING, fixed(offset_s=5.0), None, 1.0), 0, 45) == [(0, 0), (5, 2), (38, 1), (41, 0)]


def test_a_change_between_two_steps_is_shown_from_the_earlier_one() -> None:
    durations_s = [14.25, 3, 2, 16, 3, 2, 33, 3, 2, 16, 3, 2]
    assert changes(Signals(CROSSING, fixed(durations_s), None, 1.0), 0, 20) == [(0, 2), (14, 1), (17, 0)]


def test_tenths_of_seconds_add_up_to_the_same_times() -> None:
    signals = Signals(CROSSING, fixed(), None, 0.1)
    for step in range(1, 330):
        signals.advance(step * 0.1)
        assert signals.state[0] == SignalState.GREEN
    signals.advance(330 * 0.1)
    assert signals.state[0] == SignalState.YELLOW


def test_an_actuated_green_without_vehicles_ends_at_its_minimum() -> None:
    assert changes(Signals(CROSSING, CROSSING.programs, None, 1.0), 0, 70) == [(0, 2), (14, 1), (17, 0), (68, 2)]


def test_an_actuated_program_plays_its_durations_where_it_is_asked_to_go_by_the_clock() -> None:
    signals = Signals(CROSSING, CROSSING.programs, None, 1.0, by_clock=True)
    assert changes(signals, 0, 50) == [(0, 2), (33, 1), (36, 0)]


def test_a_vehicle_that_stays_on_a_loop_prolongs_the_green_to_its_maximum() -> None:
    there = cars((THROUGH, LOOP_M + 1.0, 0.0, 0))
    at = dict.fromkeys(range(100), there)
    assert changes(Signals(CROSSING, CROSSING.programs, None, 1.0), 0, 70, at) == [(0, 2), (66, 1), (69, 0)]


@pytest.mark.parametrize(("passed_s", "end_s"), [(14, 17), (13, 16), (12, 15), (11, 14)])
def test_a_green_ends_3_s_after_a_vehicle_that_jumped_over_a_loop_within_a_step(passed_s: int, end_s: int) -> None:
    at = {passed_s: cars((THROUGH, LOOP_M + CAR_M + 7.0, 14.0, 0))}
    assert changes(Signals(CROSSING, CROSSING.programs, None, 1.0), 0, 20, at)[1] == (end_s, 1)


def test_a_vehicle_that_is_long_past_a_loop_does_not_prolong_the_green() -> None:
    at = {14: cars((THROUGH, LOOP_M + CAR_M + 14.1, 14.0, 0))}
    assert changes(Signals(CROSSING, CROSSING.programs, None, 1.0), 0, 20, at)[1] == (14, 1)


def test_a_vehicle_whose_front_is_in_the_junction_still_leaves_the_loop_behind_it() -> None:
    length_m, connector = CROSSING.lanes.length_m[THROUGH], int(CROSSING.lane_out[THROUGH][-1])
    way = len(CROSSING.lanes) + connector
    at = {14: cars((way, LOOP_M + CAR_M + 26.0 - length_m, 27.0, 0))}
    assert changes(Signals(CROSSING, CROSSING.programs, None, 1.0), 0, 20, at)[1] == (17, 1)


def test_a_vehicle_that_changes_lanes_right_behind_a_loop_was_on_the_loop_of_the_lane_it_left() -> None:
    left = int(CROSSING.lanes.left[THROUGH])
    ends_s = []
    for flags in (r.CHANGED | r.CHANGED_LEFT, r.CHANGED):
        at = {13: cars((left, LOOP_M + CAR_M + 7.0, 14.0, flags))}
        ends_s.append(changes(Signals(CROSSING, CROSSING.programs, None, 1.0), 0, 20, at)[1][0])
    assert ends_s == [16, 14]


def test_a_stage_ends_after_its_minimum_with_yellow_and_all_red() -> None:
    signals = Signals(CROSSING, CROSSING.programs, Wish(1), 1.0)
    first, second = [], []
    for step in range(25):
        if signals.due:
            signals.ask(seen(float(step), signals))
        signals.advance(step + 1.0)
        first.append(int(signals.state[0]))
        second.append(int(signals.state[1]))
    assert first == [2] * 13 + [1] * 3 + [0] * 9
    assert second == [0] * 18 + [2] * 7


def test_a_stage_stays_while_nobody_asks_for_another_one() -> None:
    signals = Signals(CROSSING, CROSSING.programs, Wish(0), 1.0)
    for step in range(200):
        signals.ask(seen(float(step), signals))
        signals.advance(step + 1.0)
    assert signals.observe()[0].tolist() == [0]
    assert signals.observe()[1].tolist() == [200.0]


def test_the_age_of_a_stage_is_negative_during_the_change_to_it() -> None:
    signals = Signals(CROSSING, CROSSING.programs, Wish(1), 1.0)
    ages = []
    for step in range(20):
        signals.ask(seen(float(step), signals))
        signals.advance(step + 1.0)
        ages.append(float(signals.observe()[1][0]))
    assert ages == [*range(1, 14), -5, -4, -3, -2, -1, 0, 1]


@pytest.mark.parametrize(
    ("controller", "message"),
    [
        (Wish(9), r"time 12 s: signal controller 'J0_0' was asked for stage 9; it has stages 0 to 3"),
        (Wish(-1), r"was asked for stage -1"),
        (Wish(0, 0), r"time 12 s: the signal controller answered with shape \(2,\), not \(1,\)"),
        (Wish(0.5), r"answered with float64 values; stages are whole numbers"),
    ],
)
def test_a_wrong_answer_of_a_controller_is_named(controller: SignalController, message: str) -> None:
    signals = Signals(CROSSING, CROSSING.programs, controller, 1.0)
    with pytest.raises(SimulationError, match=message):
        signals.ask(seen(12.0, signals))


def test_a_controller_is_asked_at_its_interval() -> None:
    wish = Wish(0)
    wish.interval_s = 5.0
    signals = Signals(CROSSING, CROSSING.programs, wish, 0.5)
    asked = []
    for step in range(24):
        if signals.due:
            asked.append(step * 0.5)
            signals.ask(seen(step * 0.5, signals))
        signals.advance((step + 1) * 0.5)
    assert asked == [0.0, 5.0, 10.0]


@pytest.mark.parametrize("controller", [None, Wish(1)])
def test_signals_go_on_from_a_snapshot_as_they_did_before(controller: SignalController | None) -> None:
    signals = Signals(CROSSING, CROSSING.programs, controller, 1.0)
    at = dict.fromkeys(range(10, 30), cars((THROUGH, LOOP_M + 1.0, 0.0, 0)))
    runs = []
    for time_s in range(1, 15):
        signals.advance(float(time_s), at.get(time_s))
    kept = signals.snapshot()
    for _ in range(2):
        signals.restore(kept)
        shown = []
        for time_s in range(15, 80):
            if signals.due:
                signals.ask(seen(float(time_s), signals))
            signals.advance(float(time_s), at.get(time_s))
            shown.append(signals.state.tolist())
        runs.append(shown)
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[0][-1]


@pytest.mark.parametrize("programs", [CROSSING.programs, fixed()])
def test_a_light_that_is_held_no_more_shows_its_program_at_once(programs: Programs) -> None:
    signals = Signals(CROSSING, programs, None, 1.0)
    none = np.zeros(0, np.int64)
    shown = []
    for time_s, held in enumerate((none, np.array([0]), none), start=1):
        signals.hold(held, np.full(len(held), SignalState.RED, np.uint8))
        signals.advance(float(time_s))
        shown.append(int(signals.state[0]))
    assert shown == [SignalState.GREEN, SignalState.RED, SignalState.GREEN]


def test_a_light_that_was_held_in_a_snapshot_shows_its_program_after_it() -> None:
    signals = Signals(CROSSING, CROSSING.programs, None, 1.0)
    signals.hold(np.array([0]), np.array([SignalState.RED], np.uint8))
    signals.advance(1.0)
    kept = signals.snapshot()
    signals.hold(np.zeros(0, np.int64), np.zeros(0, np.uint8))
    signals.advance(2.0)
    signals.restore(kept)
    signals.advance(2.0)
    assert signals.state[0] == SignalState.GREEN


def test_a_network_without_signals_has_nothing_to_show() -> None:
    plain = grid(1, 1, signals=False)
    signals = Signals(plain, plain.programs, None, 1.0)
    signals.advance(1.0)
    assert len(signals.state) == 0
