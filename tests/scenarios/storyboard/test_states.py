"""Laws of the state machine of storyboard elements."""

import pytest
from tests.scenarios.storyboard.story import Stage, Waits

from jing_scenarios.storyboard.element import ANY_NUMBER, State
from jing_scenarios.storyboard.event import ActionError
from jing_scenarios.storyboard.loops import LOOP_STEPS, StoryLoopError

START, END, STOP = "startTransition", "endTransition", "stopTransition"


def test_an_event_stands_by_until_its_trigger_and_ends_with_its_action() -> None:
    stage = Stage()
    stage.event("e", stage.at(0.2), action=Waits(3))
    stage.run(8)
    assert stage.told("e") == [
        (0.0, "initToStandbyTransition", "standbyState"),
        (0.2, START, "runningState"),
        (0.4, END, "completeState"),
    ]


def test_an_action_takes_its_first_step_in_the_step_in_which_its_event_starts() -> None:
    stage = Stage()
    action = Waits(1)
    stage.event("e", stage.at(0.1), action=action)
    stage.run(2)
    assert action.told == ["start", "step"]
    assert stage.told("e action") == [(0.1, START, "runningState"), (0.1, END, "completeState")]


def test_the_end_of_the_last_event_ends_everything_up_to_the_story_in_the_same_step() -> None:
    stage = Stage()
    stage.event("e", stage.at(0.1), action=Waits(2))
    stage.run(4)
    for name in ("e", "maneuver", "group", "act", "story"):
        assert stage.told(name)[-1] == (0.2, END, "completeState")
    assert stage.board.state is State.RUNNING


def test_an_event_without_a_trigger_starts_with_its_maneuver() -> None:
    stage = Stage()
    stage.event("e", None, action=Waits(2))
    stage.run(2)
    assert stage.told("e")[0] == (0.0, START, "runningState")


def test_override_ends_the_running_events_of_the_maneuver() -> None:
    stage = Stage()
    long = Waits(100)
    stage.event("old", stage.at(0.1), action=long)
    stage.event("new", stage.at(0.3), "override", action=Waits(2))
    stage.run(6)
    assert stage.told("old")[-1] == (0.3, END, "completeState")
    assert stage.told("new")[1] == (0.3, START, "runningState")
    assert long.told[-1] == "stop"


def test_skip_leaves_the_event_standing_by_while_another_runs() -> None:
    stage = Stage()
    stage.event("first", stage.at(0.1), action=Waits(3))
    stage.event("second", stage.at(0.2, 0.5), "skip", action=Waits(1))
    stage.run(8)
    assert (0.2, "skipTransition", "standbyState") in stage.told("second")
    assert (0.5, START, "runningState") in stage.told("second")


def test_parallel_events_run_side_by_side() -> None:
    stage = Stage()
    stage.event("one", stage.at(0.1), action=Waits(4))
    stage.event("two", stage.at(0.2), action=Waits(4))
    stage.run(8)
    assert stage.told("one")[-1][0] == 0.4
    assert stage.told("two")[-1][0] == 0.5


def test_an_event_runs_as_often_as_it_may() -> None:
    stage = Stage()
    event = stage.event("e", stage.at(0.1, 0.3, 0.5), runs=2)
    stage.run(8)
    assert event.runs == 2
    assert [change[2] for change in stage.told("e")] == [
        "standbyState", "runningState", "standbyState", "runningState", "completeState",
    ]  # fmt: skip


def test_a_maneuver_group_runs_as_often_as_it_may_with_its_events_anew() -> None:
    stage = Stage(runs=2)
    stage.event("e", None, action=Waits(2))
    stage.run(8)
    assert [time for time, transition, _ in stage.told("e") if transition == START] == [0.0, 0.2]
    assert stage.told("group")[-1] == (0.3, END, "completeState")
    assert stage.told("act")[-1] == (0.3, END, "completeState")


def test_events_may_run_as_often_again_in_each_run_of_their_group() -> None:
    stage = Stage(runs=2)
    stage.event("e", stage.at(0.1, 0.3, 0.5, 0.7), runs=2)
    stage.run(10)
    starts = [time for time, transition, _ in stage.told("e") if transition == START]
    assert starts == [0.1, 0.3, 0.5, 0.7]
    assert stage.told("group")[-1] == (0.7, END, "completeState")


def test_a_stop_trigger_of_an_act_stops_all_below_it_and_ends_the_story() -> None:
    stage = Stage()
    action = Waits(100)
    stage.act.stop_trigger = stage.trigger(stage.at(0.3))
    stage.event("e", None, action=action)
    stage.run(5)
    assert stage.told("e action")[-1] == (0.3, STOP, "completeState")
    assert action.told[-1] == "stop"
    assert stage.told("act")[-1][2] == "completeState"
    assert stage.told("story")[-1] == (0.3, END, "completeState")


def test_the_stop_trigger_of_the_storyboard_ends_the_run_at_once() -> None:
    stage = Stage()
    stage.board.stop_trigger = stage.trigger(stage.at(0.2))
    stage.event("e", None, action=Waits(100))
    stage.run(3)
    assert stage.board.state is State.COMPLETE
    assert stage.told("storyBoard")[-1] == (0.2, STOP, "completeState")


def test_acts_wait_for_their_start_trigger() -> None:
    stage = Stage()
    stage.act.start_trigger = stage.trigger(stage.at(0.4))
    stage.event("e", None)
    stage.run(6)
    assert stage.told("act")[:2] == [(0.0, "initToStandbyTransition", "standbyState"), (0.4, START, "runningState")]
    assert stage.told("e")[0] == (0.4, START, "runningState")


def test_a_newer_action_ends_the_older_one_of_the_same_entity_and_domain() -> None:
    stage = Stage()
    older, newer = Waits(100, owns=((0, "longitudinal"),)), Waits(2, owns=((0, "longitudinal"),))
    stage.event("old", stage.at(0.1), action=older)
    stage.event("new", stage.at(0.3), action=newer)
    stage.run(6)
    assert stage.told("old")[-1] == (0.3, END, "completeState")
    assert older.told[-1] == "stop"


def test_actions_of_other_domains_go_on() -> None:
    stage = Stage()
    stage.event("old", stage.at(0.1), action=Waits(100, owns=((0, "longitudinal"),)))
    stage.event("new", stage.at(0.3), action=Waits(2, owns=((0, "lateral"), (1, "longitudinal"))))
    stage.run(6)
    assert stage.told("old")[-1] == (0.1, START, "runningState")


def test_an_action_on_an_entity_that_is_gone_is_an_error_that_names_both() -> None:
    stage = Stage()
    event = stage.event("e", stage.at(0.2), action=Waits(2, owns=((1, "longitudinal"),)))
    event.children[0].rows = (1,)  # type: ignore[attr-defined]
    stage.engine.entities.alive[1] = False
    with pytest.raises(ActionError, match=r"SpeedAction 'e action' at 0.200 s acts on 'b'"):
        stage.run(4)


def test_a_maneuver_group_that_takes_no_time_again_and_again_is_named() -> None:
    stage = Stage(runs=ANY_NUMBER)
    stage.event("blink", None)
    with pytest.raises(StoryLoopError, match=r"maneuver group 'group' has run 2\d\d times .*events \(blink\)"):
        stage.run(LOOP_STEPS + 50)


def test_an_event_that_starts_in_every_step_is_a_warning() -> None:
    stage = Stage()
    stage.event("count", lambda: True, runs=100_000)
    stage.run(LOOP_STEPS + 50)
    assert list(stage.engine.log.warnings) == ["<python>: event 'count' starts and ends in every step"]
