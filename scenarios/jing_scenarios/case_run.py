"""One case of a sweep or a suite: its scenario made, run, judged, and told in one row."""

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from jing_maps.errors import JingError
from jing_scenarios.case_source import Prepared, source_of
from jing_scenarios.criteria import Breakdown, Criterion, RunVerdict, judge
from jing_scenarios.drivers.driver import Driver, DriverError
from jing_scenarios.drivers.spec import driver_of_spec
from jing_scenarios.metrics.scenario_runs import trace_of
from jing_scenarios.metrics.scenario_trace import ego_of
from jing_scenarios.openscenario.node import ParameterConstraintError
from jing_scenarios.report.case_files import criterion_result, write_case_files
from jing_scenarios.report.results import CaseResult
from jing_scenarios.storyboard.engine import Engine
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_engine
from jing_scenarios.verdict_file import load_verdict_file
from jing_scenarios.worlds.choice import native_world
from jing_scenarios.worlds.world import ScenarioWorld

__all__ = ["OUTSIDE", "CaseSpec", "ReadyCase", "judged_row", "ready_case", "row_of_error", "run_case"]

OUTSIDE = "outside the scenario's constraints"
"""In the reason of cases whose parameters the scenario rules out."""


@dataclass(frozen=True)
class CaseSpec:
    """What a case is.

    Attributes:
        case: unique in its campaign; letters, digits, dot, dash, underscore.
        source: `FILE.xosc`, `FILE.py`, `FILE.py:FUNCTION`, or `package.module:FUNCTION`.
        parameters: of the scenario, or of the function.
        scenario: id of the scenario that it is a case of. odd: tags. label, preventable: for the report.
        seed: of the run. stack: spec of the driver of the ego; empty = whatever the scenario says.
        verdict: a file of criteria that hold besides those of the scenario; empty = none.
        dt_s, max_time_s: of the run. wall_s: the run is broken off after so much wall time.
    """

    case: str
    source: str
    parameters: Mapping[str, float | int | str] = field(default_factory=dict)
    scenario: str = ""
    odd: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    stack: str = ""
    dt_s: float = 0.05
    max_time_s: float = 120.0
    wall_s: float = 600.0
    verdict: str = ""
    preventable: bool | None = None
    label: str = ""


@dataclass(frozen=True)
class ReadyCase:
    """A case whose scenario is made: its drivers, and the clock at which it was begun."""

    spec: CaseSpec
    prepared: Prepared
    drivers: Mapping[str, Driver]
    begin: float

    def engine(self, world: ScenarioWorld | None) -> Engine:
        """The engine that runs it; raises JingError where the scenario cannot be carried out."""
        spec = self.spec
        return Engine(
            self.prepared.scenario,
            RunOptions(
                dt_s=spec.dt_s,
                max_time_s=spec.max_time_s,
                seed=spec.seed,
                world=world,
                drivers=self.drivers,
                commands=self.prepared.commands,
                observers=(_limit(self.begin + spec.wall_s),),
            ),
        )


def run_case(spec: CaseSpec, folder: Path | None = None) -> CaseResult:
    """The row of a case; whatever goes wrong in it is its verdict, nothing is raised.

    Args:
        spec: the case.
        folder: the run folder to write; None = none.
    """
    begin = time.perf_counter()
    try:
        ready = ready_case(spec)
        engine = ready.engine(native_world(ready.prepared.scenario.road_file, ready.drivers.values()))
        return judged_row(ready, engine, run_engine(engine), folder)
    except Exception as error:  # noqa: BLE001 - a fault of the platform in one case must not end the campaign
        return row_of_error(spec, error, begin)


def ready_case(spec: CaseSpec) -> ReadyCase:
    """The case, made; raises JingError where its source, parameters or drivers are wrong."""
    begin = time.perf_counter()
    prepared = _with_criteria(spec, source_of(spec.source).prepare(spec.parameters))
    drivers = {name: _driver(driver) for name, driver in prepared.drivers.items()}
    if spec.stack:
        drivers[_ego(prepared)] = driver_of_spec(spec.stack)
    return ReadyCase(spec, prepared, drivers, begin)


def judged_row(ready: ReadyCase, engine: Engine, run: ScenarioRun, folder: Path | None) -> CaseResult:
    """The row of a run that has ended, and its folder; raises JingError where a criterion does not fit."""
    spec = ready.spec
    breakdown = Breakdown("stack", engine.seats.failure, run.sim_end_s) if engine.seats.failure else None
    if run.stopped_by == _TIME_UP:
        breakdown = Breakdown("platform", f"no end within {spec.wall_s:g} s", run.sim_end_s)
    verdict = judge(trace_of(run), ready.prepared.criteria, breakdown)
    if folder is not None:
        run.write(folder)
        write_case_files(folder, verdict.verdicts)
    return _row(spec, verdict, ready.begin, run)


def row_of_error(spec: CaseSpec, error: Exception, begin: float) -> CaseResult:
    """The row of a case that broke: the stack did where a driver failed, else the platform did."""
    if isinstance(error, ParameterConstraintError):
        return _row(spec, RunVerdict("inconclusive", f"{OUTSIDE}: {error}"), begin, None)
    text = str(error) if isinstance(error, JingError) else f"{type(error).__name__}: {error}"
    breakdown = Breakdown("stack" if isinstance(error, DriverError) else "platform", text)
    return _row(spec, RunVerdict.of((), breakdown), begin, None)


def _with_criteria(spec: CaseSpec, prepared: Prepared) -> Prepared:
    if not spec.verdict:
        return prepared
    path = Path(spec.verdict)
    return replace(prepared, criteria=(*prepared.criteria, *_criteria(path, path.stat().st_mtime_ns)))


@lru_cache(maxsize=64)
def _criteria(path: Path, _changed_ns: int) -> tuple[Criterion, ...]:
    return tuple(load_verdict_file(path))


def _driver(driver: str | Driver) -> Driver:
    return driver_of_spec(driver) if isinstance(driver, str) else driver


def _ego(prepared: Prepared) -> str:
    names = [node.string("name") for node in prepared.scenario.entities]
    row = ego_of(names)
    if row < 0:
        raise DriverError(f"the stack has no vehicle: no entity is called Ego; the entities are {', '.join(names)}")
    return names[row]


_TIME_UP = "wall time"


def _limit(until: float) -> Callable[[Engine], str | None]:
    def look(engine: Engine) -> str | None:
        # Looked at now and then: the clock is no free call.
        return _TIME_UP if engine.step_count % 64 == 0 and time.perf_counter() > until else None

    return look


def _row(spec: CaseSpec, verdict: RunVerdict, begin: float, run: ScenarioRun | None) -> CaseResult:
    road = run.scenario.road_file if run is not None else None
    return CaseResult(
        case=spec.case,
        verdict=verdict.outcome,
        reason=verdict.reason,
        scenario=spec.scenario,
        parameters=spec.parameters,
        odd=spec.odd,
        criteria=tuple(criterion_result(one) for one in verdict.verdicts),
        stack=spec.stack,
        preventable=spec.preventable,
        label=spec.label,
        seed=spec.seed,
        sim_end_s=run.sim_end_s if run is not None else math.nan,
        stopped_by=run.stopped_by if run is not None else "",
        state_hash=run.state_hash if run is not None else "",
        wall_s=time.perf_counter() - begin,
        map_hash=_file_hash(road, road.stat().st_mtime_ns) if road is not None else "",
    )


@lru_cache(maxsize=256)
def _file_hash(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
