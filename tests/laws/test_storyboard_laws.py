"""Laws of the storyboard, whatever events a maneuver has."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.storyboard.story import Stage, Waits

from jing_scenarios.storyboard.element import Element, State
from jing_scenarios.storyboard.event import Priority

STEPS = 40


@dataclass(frozen=True)
class Plan:
    """An event: priority, steps in which its trigger is true, how long its action takes, how often it may run."""

    priority: Priority
    fires: tuple[int, ...]
    takes: int
    runs: int


plans = st.lists(
    st.builds(
        Plan,
        priority=st.sampled_from(("override", "skip", "parallel")),
        fires=st.lists(st.integers(0, STEPS - 1), max_size=6).map(tuple),
        takes=st.integers(1, 8),
        runs=st.integers(1, 3),
    ),
    min_size=1,
    max_size=5,
)


def staged(events: list[Plan], runs: int) -> Stage:
    stage = Stage(runs=runs)
    for k, plan in enumerate(events):
        when = stage.at(*(step * 0.1 for step in plan.fires))
        stage.event(f"e{k}", when, plan.priority, plan.runs, Waits(plan.takes))
    return stage


def elements(stage: Stage) -> list[Element]:
    found, waiting = [], [stage.board]
    while waiting:
        element = waiting.pop()
        found.append(element)
        waiting += element.children
    return found


@settings(deadline=None, max_examples=60)
@given(plans, st.integers(1, 2))
def test_states_follow_the_standard(events: list[Plan], runs: int) -> None:
    stage = staged(events, runs)
    may_follow = {
        ("initState", "standbyState"), ("initState", "runningState"), ("standbyState", "runningState"),
        ("standbyState", "standbyState"), ("runningState", "standbyState"), ("runningState", "completeState"),
    }  # fmt: skip
    for change in stage.run(STEPS):
        assert (change.before, change.state) in may_follow


@settings(deadline=None, max_examples=60)
@given(plans, st.integers(1, 2))
def test_parents_end_with_their_last_child_and_not_before(events: list[Plan], runs: int) -> None:
    stage = staged(events, runs)
    for _ in range(STEPS):
        stage.run(1)
        for element in elements(stage):
            if element.children and element.kind != "storyBoard":
                all_done = all(child.state is State.COMPLETE for child in element.children)
                assert not all_done or element.state is not State.RUNNING
                assert element.state is not State.COMPLETE or all_done


@settings(deadline=None, max_examples=60)
@given(plans)
def test_nobody_runs_more_often_than_allowed(events: list[Plan]) -> None:
    stage = staged(events, 1)
    stage.run(STEPS)
    for element in elements(stage):
        assert element.kind == "action" or element.runs <= element.max_runs


@settings(deadline=None, max_examples=60)
@given(plans)
def test_who_overrides_or_skips_is_alone_when_it_starts(events: list[Plan]) -> None:
    stage = staged(events, 1)
    running: set[str] = set()
    names = {f"e{k}": plan for k, plan in enumerate(events)}
    for change in stage.run(STEPS):
        if change.element not in names:
            continue
        if change.state == "runningState":
            assert not running or names[change.element].priority == "parallel"
            running.add(change.element)
        else:
            running.discard(change.element)
