"""Coarse steps change hardly anything, and what waits is not asked."""

from pathlib import Path

import pytest
from tests.scenarios.actions.stage import Stage
from tests.scenarios.storyboard.story import Stage as Board
from tests.scenarios.storyboard.story import Waits

from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.storyboard.engine import LONGEST_PART_S, Engine
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_engine
from jing_scenarios.storyboard.triggers import Condition, Trigger, Truth

SPEED = """<LongitudinalAction><SpeedAction>
<SpeedActionDynamics dynamicsShape="linear" dynamicsDimension="time" value="{}"/>
<SpeedActionTarget><AbsoluteTargetSpeed value="{}"/></SpeedActionTarget></SpeedAction></LongitudinalAction>"""
LANE = """<LateralAction><LaneChangeAction>
<LaneChangeActionDynamics dynamicsShape="sinusoidal" dynamicsDimension="time" value="3"/>
<LaneChangeTarget><AbsoluteTargetLane value="-2"/></LaneChangeTarget></LaneChangeAction></LateralAction>"""
COMMAND = '<UserDefinedAction><CustomCommandAction type="python">note</CustomCommandAction></UserDefinedAction>'
TIME = """<ByValueCondition>
<SimulationTimeCondition value="{}" rule="greaterOrEqual"/></ByValueCondition>"""
HEADWAY = """<ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="A"/>
</TriggeringEntities><EntityCondition><TimeHeadwayCondition entityRef="B" value="1.0" freespace="false"
coordinateSystem="entity" relativeDistanceType="longitudinal" rule="lessThan"/></EntityCondition></ByEntityCondition>"""


CONDITION = '<Condition name="end" delay="0" conditionEdge="none">{}</Condition>'


def overtaking(folder: Path, dt_s: float, until_s: float) -> ScenarioRun:
    """A comes up to B, changes lanes 1 s behind it, and speeds up at 5.013 s."""
    stage = Stage(folder, speeds=(20.0, 10.0))
    stage.private("A", LANE, at=4.0)
    stage.private("A", SPEED.format(2.5, 35), at=5.013)
    stage.engine(RunOptions())
    path = folder / "scenario.xosc"
    path.write_text(path.read_text(encoding="utf-8").replace(TIME.format(4.0), HEADWAY), encoding="utf-8")
    return run_engine(Engine(load_scenario(path), RunOptions(dt_s=dt_s, max_time_s=until_s)))


@pytest.mark.parametrize("dt_s", [0.033, 0.05, 0.1, 0.25, 1.0])
def test_the_step_hardly_changes_what_happens(tmp_path: Path, dt_s: float) -> None:
    fine, coarse = overtaking(tmp_path, 0.01, 13.0), overtaking(tmp_path, dt_s, 12.0)
    assert [(c.element, c.state) for c in coarse.storyboard] == [(c.element, c.state) for c in fine.storyboard]
    for a, b in zip(coarse.storyboard, fine.storyboard, strict=True):
        assert a.time_s == pytest.approx(b.time_s, abs=0.0201)
    last = abs(fine.time_s - coarse.time_s[-1]).argmin()
    assert coarse.x[-1] == pytest.approx(fine.x[last], abs=0.3)
    assert coarse.y[-1] == pytest.approx(fine.y[last], abs=0.01)


def test_a_run_that_ends_between_two_steps_has_a_row_of_its_end(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", SPEED.format(1, 20), at=99)
    stage.engine(RunOptions())
    path = tmp_path / "scenario.xosc"
    end = CONDITION.format(TIME.format(0.53))
    stop = f"<StopTrigger><ConditionGroup>{end}</ConditionGroup></StopTrigger>"
    path.write_text(path.read_text(encoding="utf-8").replace("<StopTrigger/>", stop), encoding="utf-8")
    run = run_engine(Engine(load_scenario(path), RunOptions(dt_s=0.1, max_time_s=12.0)))
    assert run.stopped_by == "stop trigger"
    assert run.sim_end_s == pytest.approx(0.53, abs=1.5 * LONGEST_PART_S)
    assert run.time_s[-3:] == pytest.approx([0.4, 0.5, run.sim_end_s])
    assert run.x[-1, 0] == pytest.approx(100.0 + 10.0 * run.sim_end_s)


def test_functions_are_called_in_each_part_and_told_its_end(tmp_path: Path) -> None:
    stage, calls = Stage(tmp_path), list[tuple[float, float]]()
    stage.event("A", COMMAND, at=0.2)

    def note(engine: Engine, _rows: tuple[int, ...], elapsed_s: float) -> bool:
        calls.append((engine.dt_s, elapsed_s))
        return elapsed_s > 0.095

    stage.run(1.0, dt_s=0.05, commands={"note": note})
    assert [dt_s for dt_s, _ in calls] == pytest.approx([0.01] * 10)
    assert [elapsed_s for _, elapsed_s in calls] == pytest.approx([0.01 * (k + 1) for k in range(10)])


def test_steps_in_which_nothing_can_happen_are_not_cut(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", SPEED.format(1, 20), at=5.0)
    _, engine = stage.run(10.0, dt_s=0.1)
    assert engine.step_count == 101
    # The first step, those of 1 s of the action, and a few in which somebody looks whether there is anything to do.
    assert 110 < engine.part_count - engine.step_count < 160


def test_triggers_that_wait_for_a_time_are_not_asked_before_it() -> None:
    board, asked = Board(), list[float]()

    def check() -> bool:
        asked.append(board.engine.time_s)
        return bool(board.engine.time_s > 0.95)

    event = board.event("e", None, action=Waits(1))
    truth = Truth(check, rest=lambda: 0.95 - board.engine.time_s, sure=True)
    event.start_trigger = Trigger([[Condition(board.engine, "late", truth)]], empty_value=True)
    board.run(15)
    assert asked == pytest.approx([0.0, 1.0])
    assert board.told("e")[1][0] == pytest.approx(1.0)


def test_a_change_in_the_storyboard_wakes_those_who_wait() -> None:
    board, asked = Board(), list[float]()

    def check() -> bool:
        asked.append(round(board.engine.time_s, 6))
        return False

    event = board.event("e", None, action=Waits(1))
    truth = Truth(check, rest=lambda: 1e9, sure=True)
    event.start_trigger = Trigger([[Condition(board.engine, "never", truth)]], empty_value=True)
    board.event("other", board.at(0.5), action=Waits(3))
    board.run(12)
    assert asked == [0.0, 0.6, 0.8]
