"""Runs a scenario from its beginning to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jing_scenarios.storyboard.engine import Engine
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.recording import Recording
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.triggers import TIME_TOLERANCE_S

if TYPE_CHECKING:
    from jing_scenarios.openscenario.read import Scenario

__all__ = ["Progress", "run_engine", "run_scenario"]


def run_scenario(scenario: Scenario, options: RunOptions | None = None) -> ScenarioRun:
    """The run of a scenario; the same scenario and options give the same bits.

    Raises:
        OpenScenarioError: before the run, what is unsupported or not there; in it, an action that cannot be carried
            out, or a loop of maneuvers: with places.
    """
    return run_engine(Engine(scenario, options or RunOptions()))


def run_engine(engine: Engine) -> ScenarioRun:
    """Runs an engine that has been made already until its storyboard, its time limit or an observer ends it."""
    progress = Progress(engine)
    while engine.step() and progress.goes_on():
        pass
    return progress.ended()


class Progress:
    """What is kept of a run while its engine steps."""

    def __init__(self, engine: Engine) -> None:
        self.engine, options = engine, engine.options
        self._recording = Recording(engine.entities)
        self._every, self._last_step = options.record_steps, round(options.max_time_s / options.dt_s) + 1

    def goes_on(self) -> bool:
        """After a step: it is recorded and observers have seen it; False when it was the last one."""
        engine, options = self.engine, self.engine.options
        if (engine.step_count - 1) % self._every == 0:
            self._recording.add(engine.time_s)
        for observer in options.observers:
            engine.stop_reason = engine.stop_reason or observer(engine) or ""
        if engine.step_count >= self._last_step and not engine.stop_reason:
            engine.stop_reason = "time limit"
        return not engine.stop_reason

    def ended(self) -> ScenarioRun:
        """The run, after its last step; its last row is of its end, also where that is between two steps."""
        engine, recording = self.engine, self._recording
        engine.seats.finish()
        if engine.time_s > recording.last_s + TIME_TOLERANCE_S:
            recording.add(engine.time_s)
        return _run_of(engine, recording)


def _run_of(engine: Engine, recording: Recording) -> ScenarioRun:
    entities, log = engine.entities, engine.log
    repeated = [text if count == 1 else f"{text} ({count} times)" for text, count in log.warnings.items()]
    world = engine.world.warnings() if engine.world is not None else ()
    return ScenarioRun(
        scenario=engine.scenario,
        names=tuple(entities.names),
        bodies=tuple(entities.bodies),
        dt_s=engine.options.dt_s,
        seed=engine.options.seed,
        sim_end_s=engine.time_s,
        stopped_by=engine.stop_reason,
        storyboard=log.changes,
        fired=log.fired,
        contacts=log.contacts,
        warnings=(*engine.scenario.warnings, *engine.scene.warnings, *repeated, *world),
        signals=engine.signals.changes,
        world=engine.world.name if engine.world is not None else "native",
        driven=frozenset(engine.options.drivers),
        routes=dict(engine.scene.routes),
        **recording.columns(len(entities.names)),  # type: ignore[arg-type]
    )
