"""Laws of edges, delays and groups."""

from types import SimpleNamespace
from typing import Any

import pytest

from jing_scenarios.storyboard.story_log import StoryLog
from jing_scenarios.storyboard.triggers import Condition, Edge, Trigger, Truth


def values(edge: Edge, delay_s: float, truth: list[bool], dt_s: float = 0.1) -> list[bool]:
    """What a condition says in steps in which its truth is this."""
    engine: Any = SimpleNamespace(time_s=0.0, log=StoryLog())
    now = iter(truth)
    condition = Condition(engine, "c", Truth(lambda: next(now)), edge, delay_s)
    said = []
    for step in range(len(truth)):
        engine.time_s = step * dt_s
        said.append(condition.evaluate())
    return said


T, F = True, False


@pytest.mark.parametrize(
    ("edge", "expected"),
    [
        ("none", [T, F, T, T, F]),
        ("rising", [F, F, T, F, F]),
        ("falling", [F, T, F, F, T]),
        ("risingOrFalling", [F, T, T, F, T]),
    ],
)
def test_edges_need_two_evaluations(edge: Edge, expected: list[bool]) -> None:
    assert values(edge, 0.0, [T, F, T, T, F]) == expected


def test_a_delayed_condition_has_the_value_that_it_had_that_long_ago() -> None:
    assert values("none", 0.2, [F, T, T, F, F, F]) == [F, F, F, T, T, F]


def test_a_delayed_rising_edge_is_true_for_one_step() -> None:
    assert values("rising", 0.3, [F, T, T, T, T, T, T]) == [F, F, F, F, T, F, F]


def test_a_group_is_true_when_all_of_its_conditions_are_and_a_trigger_when_one_group_is() -> None:
    engine: Any = SimpleNamespace(time_s=0.0, log=StoryLog())

    def condition(value: bool) -> Condition:
        return Condition(engine, "c", Truth(lambda: value))

    assert Trigger([[condition(T), condition(F)], [condition(T)]], empty_value=False).evaluate()
    assert not Trigger([[condition(T), condition(F)], [condition(F)]], empty_value=False).evaluate()


@pytest.mark.parametrize("value", [True, False])
def test_a_trigger_without_groups_has_its_empty_value(value: bool) -> None:
    assert Trigger([], empty_value=value).evaluate() is value


def test_a_trigger_knows_the_entities_that_made_it_true() -> None:
    engine: Any = SimpleNamespace(time_s=0.0, log=StoryLog())
    groups = [[Condition(engine, "c", Truth(lambda: True, [2]))], [Condition(engine, "d", Truth(lambda: False, [3]))]]
    trigger = Trigger(groups, empty_value=False)
    assert trigger.evaluate()
    assert trigger.triggering == [2]


def test_after_a_trigger_has_fired_its_edges_begin_anew() -> None:
    engine: Any = SimpleNamespace(time_s=0.0, log=StoryLog())
    now = iter([F, T, F, T])
    trigger = Trigger([[Condition(engine, "c", Truth(lambda: next(now)), "rising")]], empty_value=False)
    assert [trigger.evaluate() for _ in range(4)] == [F, T, F, T]
