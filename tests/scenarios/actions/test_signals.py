"""Controllers of traffic signals over time."""

from math import inf

import pytest

from jing_scenarios.actions.signals import Phase, SignalController, Signals
from jing_scenarios.openscenario.node import Node, OpenScenarioError, Place


def controller(name: str = "c", begin_s: float = 0.0) -> SignalController:
    phases = [Phase("go", 10.0, (("1", "green"),)), Phase("clear", 3.0, (("1", "yellow"),)), Phase("stop", 7.0, ())]
    return SignalController(name, phases, begin_s)


def run(signals: Signals, until_s: float) -> None:
    for step in range(round(until_s / 0.1) + 1):
        signals.step(step * 0.1)


def test_phases_follow_each_other_again_and_again() -> None:
    signals = Signals({"c": controller()})
    run(signals, 35.0)
    assert [(round(time, 6), state) for time, _, state in signals.changes] == [
        (0.0, "green"), (10.0, "yellow"), (20.0, "green"), (30.0, "yellow"),
    ]  # fmt: skip
    assert signals.phase_of("c") == "stop"


def test_a_delay_shifts_the_cycle() -> None:
    signals = Signals({"c": controller(begin_s=4.0)})
    signals.step(0.0)
    assert signals.phase_of("c") == "stop"
    signals.step(4.0)
    assert signals.phase_of("c") == "go"


def test_a_phase_that_is_set_goes_on_from_there() -> None:
    signals = Signals({"c": controller()})
    signals.step(0.0)
    signals.step(2.0)
    signals.set_phase(signals.controllers["c"], 1, 2.0)
    assert signals.state_of("1") == "yellow"
    signals.step(4.9)
    assert signals.phase_of("c") == "clear"
    signals.step(5.0)
    assert signals.phase_of("c") == "stop"


def test_a_phase_without_end_stays() -> None:
    signals = Signals({"c": SignalController("c", [Phase("a", 1.0, ()), Phase("b", inf, (("1", "red"),))], 0.0)})
    run(signals, 30.0)
    assert signals.phase_of("c") == "b"
    assert signals.state_of("1") == "red"


def test_an_unknown_phase_is_told_with_the_nearest_name() -> None:
    with pytest.raises(OpenScenarioError, match=r"x\.xosc:3:1.*'gone'.*go"):
        controller().number_of("gone", Node("TrafficSignalControllerAction", {}, (), Place("x.xosc", 3, 1)))
