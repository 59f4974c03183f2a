"""Laws of the engine's loop, on a straight road."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from tests.scenarios.actions.stage import START, Stage, row_at

from jing_scenarios.metrics.trace_file import read_trace
from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.storyboard.engine import Engine
from jing_scenarios.storyboard.event import ActionError
from jing_scenarios.storyboard.loops import StoryLoopError
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run_scenario import run_engine
from jing_sim.trace import RunFolder

SPEED = """<LongitudinalAction><SpeedAction>
<SpeedActionDynamics dynamicsShape="{}" dynamicsDimension="time" value="{}"/>
<SpeedActionTarget><AbsoluteTargetSpeed value="{}"/></SpeedActionTarget></SpeedAction></LongitudinalAction>"""
DELETE = '<EntityAction entityRef="{}"><DeleteEntityAction/></EntityAction>'
ADD = """<EntityAction entityRef="{}"><AddEntityAction><Position><LanePosition roadId="1" laneId="-2" s="500"
 offset="0"/></Position></AddEntityAction></EntityAction>"""


def quiet(folder: Path, speeds: tuple[float, float] = (10.0, 10.0)) -> Stage:
    """Two cars that hold their speeds."""
    stage = Stage(folder, speeds=speeds)
    stage.private("A", SPEED.format("step", 0, 99), at=1e6)
    return stage


def test_a_trigger_above_0_s_fires_one_step_later_and_shows_one_step_after_that(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", SPEED.format("step", 0, 20), at=0.0)
    run, _ = stage.run(0.1)
    act = next(c for c in run.storyboard if c.element == "act" and c.state == "runningState")
    assert act.time_s == pytest.approx(0.01)
    assert next(c.time_s for c in run.storyboard if c.element == event and c.state == "runningState") == act.time_s
    assert run.speed[1:4, 0].tolist() == [10.0, 20.0, 20.0]
    assert run.x[:4, 0] == pytest.approx([100.0, 100.1, 100.3, 100.5])


def test_rows_begin_at_0_s_and_end_at_the_time_limit(tmp_path: Path) -> None:
    run, _ = quiet(tmp_path).run(1.0, dt_s=0.05)
    assert run.time_s[0] == 0.0
    assert run.time_s[-1] == pytest.approx(1.0)
    assert len(run.time_s) == 21
    assert run.stopped_by == "time limit"


def test_rows_are_recorded_as_seldom_as_asked(tmp_path: Path) -> None:
    run, _ = quiet(tmp_path).run(1.0, dt_s=0.05, record_s=0.25)
    assert run.time_s.tolist() == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])


def test_an_observer_ends_the_run_and_says_why(tmp_path: Path) -> None:
    run, _ = quiet(tmp_path).run(5.0, observers=(lambda e: "far enough" if e.entities.x[0] > 120.0 else None,))
    assert run.stopped_by == "far enough"
    assert run.sim_end_s == pytest.approx(2.01)


def test_the_same_scenario_leaves_the_same_bits(tmp_path: Path) -> None:
    hashes = set()
    for _ in range(2):
        stage = Stage(tmp_path)
        stage.private("A", SPEED.format("sinusoidal", 2, 30))
        hashes.add(stage.run(3.0)[0].state_hash)
    assert len(hashes) == 1


def test_speed_acceleration_and_odometer_follow_from_the_motion(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", SPEED.format("linear", 2, 20), at=0.5)
    run, engine = stage.run(2.0)
    assert run.accel[row_at(run, 1.5), 0] == pytest.approx(5.0)
    assert engine.entities.odometer[0] == pytest.approx(run.x[-1, 0] - 100.0)
    assert math.isnan(engine.entities.still_since_s[0])


def test_a_teleport_is_no_way_travelled(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    place = '<LanePosition roadId="1" laneId="-2" s="900" offset="0"/>'
    stage.private("A", f"<TeleportAction><Position>{place}</Position></TeleportAction>", at=0.5)
    run, engine = stage.run(1.0)
    assert run.x[-1, 0] > 900.0
    assert engine.entities.odometer[0] < 11.0
    assert np.abs(run.accel[:, 0]).max() < 1.0


def test_who_overlaps_is_noted_when_it_begins_and_when_it_ends(tmp_path: Path) -> None:
    run, _ = quiet(tmp_path, (20.0, 5.0)).run(6.0)
    assert [(c.actor, c.other, c.begins) for c in run.contacts] == [(0, 1, True), (0, 1, False)]
    assert run.contacts[0].time_s == pytest.approx(45.0 / 15.0, abs=0.02)
    assert run.contacts[1].time_s == pytest.approx(55.0 / 15.0, abs=0.02)


def test_deleted_entities_are_gone_and_what_they_did_stops(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.private("B", SPEED.format("linear", 9, 30), at=0.5)
    stage.globally(DELETE.format("B"), at=1.0)
    run, _ = stage.run(2.0)
    assert np.isfinite(run.x[row_at(run, 1.0), 1])
    assert np.isnan(run.x[row_at(run, 1.1) :, 1]).all()
    last = [c for c in run.storyboard if c.element == f"{event} action"][-1]
    assert (last.state, last.transition) == ("completeState", "stopTransition")


def test_an_action_on_a_deleted_entity_is_an_error_with_its_place(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.globally(DELETE.format("B"), at=0.5)
    stage.private("B", SPEED.format("step", 0, 30), at=1.0)
    with pytest.raises(ActionError, match=r"scenario.xosc:\d+:\d+: SpeedAction 'B 0 action' at 1.000 s acts on 'B'"):
        stage.run(2.0)


def test_a_deleted_entity_can_come_back(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.globally(DELETE.format("B"), at=0.5)
    stage.globally(ADD.format("B"), at=1.0)
    run, _ = stage.run(1.5)
    assert run.x[-1, 1] == pytest.approx(505.0)
    assert run.on[-1, 1].tolist() == [0, -2]


def edited(stage: Stage, *changes: tuple[str, str], until_s: float = 0.5) -> Engine:
    """The engine of the stage's file after texts in it were replaced."""
    stage.engine(RunOptions())
    path = stage.folder / "scenario.xosc"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return Engine(load_scenario(path), RunOptions(dt_s=0.1, max_time_s=until_s))


def test_an_entity_that_init_does_not_place_is_not_there(tmp_path: Path) -> None:
    engine = edited(quiet(tmp_path), (START.format("B", -1, 150.0, 10.0), ""))
    assert np.isnan(run_engine(engine).x[:, 1]).all()


def test_whom_init_places_by_somebody_else_comes_after_that_one(tmp_path: Path) -> None:
    lane = '<LanePosition roadId="1" laneId="-1" s="100.0"\n offset="0"/>'
    engine = edited(quiet(tmp_path), (lane, '<RelativeLanePosition entityRef="B" dLane="0" ds="-30"/>'))
    assert run_engine(engine).x[0].tolist() == pytest.approx([120.0, 150.0])


def test_without_roads_nothing_drives(tmp_path: Path) -> None:
    lanes = ((f'<LanePosition roadId="1" laneId="-1" s="{s}"\n offset="0"/>', f'<WorldPosition x="{s}" y="0"/>')
             for s in (100.0, 150.0))  # fmt: skip
    run = run_engine(edited(quiet(tmp_path), ('<LogicFile filepath="road.xodr"/>', ""), *lanes))
    assert run.x[-1].tolist() == [100.0, 150.0]


def test_a_run_becomes_a_run_folder_that_readers_read(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(20.0, 5.0))
    stage.private("A", SPEED.format("linear", 2, 20), at=0.5)
    run, _ = stage.run(4.0, dt_s=0.05)
    folder = run.write(tmp_path / "run")
    assert RunFolder(folder).manifest.status == "complete"
    trace = read_trace(folder)
    assert trace.names == ("A", "B")
    assert trace.x_m == pytest.approx(run.x)
    assert [(c.actor, c.other) for c in trace.contacts or ()] == [(0, 1)]


def test_an_unknown_entity_is_said_before_the_run_with_its_place(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.globally(DELETE.format("BB"))
    with pytest.raises(OpenScenarioError, match=r"scenario.xosc:\d+:\d+.*'BB'"):
        stage.run(1.0)


FAST = """<ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="A"/>
<EntityRef entityRef="B"/></TriggeringEntities><EntityCondition><SpeedCondition value="15" rule="greaterThan"/>
</EntityCondition></ByEntityCondition>"""


def test_the_entities_that_made_the_trigger_true_can_be_the_actors(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 20.0))
    stage.private("A", SPEED.format("step", 0, 7), at=1.0)
    actors = '<Actors selectTriggeringEntities="{}">\n<EntityRef entityRef="A"/></Actors>'
    time = """<ByValueCondition>
<SimulationTimeCondition value="1.0" rule="greaterOrEqual"/></ByValueCondition>"""
    chosen = '<Actors selectTriggeringEntities="true"/>'
    run = run_engine(edited(stage, (actors.format("false"), chosen), (time, FAST)))
    assert run.speed[-1].tolist() == [10.0, 7.0]


def test_a_loop_of_maneuvers_is_named(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.private("A", SPEED.format("step", 0, 7), at=0.0)
    engine = edited(
        stage, ('name="of A" maximumExecutionCount="1"', 'name="of A" maximumExecutionCount="1000000"'), until_s=60.0
    )
    with pytest.raises(StoryLoopError, match=r"scenario.xosc:\d+:\d+: maneuver group 'of A' has run .*\(A 0\)"):
        run_engine(engine)


def test_what_an_author_may_not_expect_is_told(tmp_path: Path) -> None:
    engine = edited(
        quiet(tmp_path),
        (START.format("B", -1, 150.0, 10.0), ""),
        ('<TeleportAction><Position><LanePosition roadId="1" laneId="-1" s="100.0"\n offset="0"/></Position>'
         '</TeleportAction>', '<VisibilityAction graphics="true" sensors="true" traffic="true"/>'),
    )  # fmt: skip
    nowhere, absent = sorted(engine.log.warnings, key=lambda text: "Init:" not in text)
    assert re.fullmatch(r".*scenario.xosc:\d+:\d+: 'A' has no TeleportAction in Init: .*", nowhere)
    assert re.fullmatch(r".*scenario.xosc:\d+:\d+: 'B' gets no position in Init, .*", absent)


def test_an_entity_that_comes_back_goes_on_as_fast_as_it_was(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 20.0))
    stage.globally(DELETE.format("B"), at=0.5)
    stage.globally(ADD.format("B"), at=1.0)
    run, _ = stage.run(1.5)
    assert run.speed[-1].tolist() == [10.0, 20.0]
