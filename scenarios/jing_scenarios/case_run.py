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

__all__ = ["OUTSIDE", "CaseSpec", "run_case"]

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


def run_case(spec: CaseSpec, folder: Path | None = None) -> CaseResult:
    """The row of a case; whatever goes wrong in it is its verdict, nothing is raised.

    Args:
        spec: the case.
        folder: the run folder to write; None = none.
    """
    begin = time.perf_counter()
    try:
        prepared = _with_criteria(spec, source_of(spec.source).prepare(spec.parameters))
        engine = Engine(prepared.scenario, _options(spec, prepared, begin))
        run = run_engine(engine)
    except ParameterConstraintError as error:
        return _row(spec, RunVerdict("inconclusive", f"{OUTSIDE}: {error}"), begin, None)
    except DriverError as error:
        return _broken(spec, Breakdown("stack", str(error)), begin)
    except JingError as error:
        return _broken(spec, Breakdown("platform", str(error)), begin)
    except Exception as error:  # noqa: BLE001 - a fault of the platform in one case must not end the campaign
        return _broken(spec, Breakdown("platform", f"{type(error).__name__}: {error}"), begin)
    breakdown = Breakdown("stack", engine.seats.failure, run.sim_end_s) if engine.seats.failure else None
    if run.stopped_by == _TIME_UP:
        breakdown = Breakdown("platform", f"no end within {spec.wall_s:g} s", run.sim_end_s)
    return _judged(_Ended(spec, prepared, run, breakdown, begin), folder)


def _with_criteria(spec: CaseSpec, prepared: Prepared) -> Prepared:
    if not spec.verdict:
        return prepared
    path = Path(spec.verdict)
    return replace(prepared, criteria=(*prepared.criteria, *_criteria(path, path.stat().st_mtime_ns)))


@lru_cache(maxsize=64)
def _criteria(path: Path, _changed_ns: int) -> tuple[Criterion, ...]:
    return tuple(load_verdict_file(path))


def _options(spec: CaseSpec, prepared: Prepared, begin: float) -> RunOptions:
    drivers = {name: _driver(driver) for name, driver in prepared.drivers.items()}
    if spec.stack:
        drivers[_ego(prepared)] = driver_of_spec(spec.stack)
    return RunOptions(
        dt_s=spec.dt_s,
        max_time_s=spec.max_time_s,
        seed=spec.seed,
        world=native_world(prepared.scenario.road_file, drivers.values()),
        drivers=drivers,
        commands=prepared.commands,
        observers=(_limit(begin + spec.wall_s),),
    )


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


@dataclass(frozen=True)
class _Ended:
    spec: CaseSpec
    prepared: Prepared
    run: ScenarioRun
    breakdown: Breakdown | None
    begin: float


def _judged(ended: _Ended, folder: Path | None) -> CaseResult:
    try:
        verdict = judge(trace_of(ended.run), ended.prepared.criteria, ended.breakdown)
    except JingError as error:
        return _broken(ended.spec, Breakdown("platform", str(error)), ended.begin)
    if folder is not None:
        ended.run.write(folder)
        write_case_files(folder, verdict.verdicts)
    return _row(ended.spec, verdict, ended.begin, ended.run)


def _broken(spec: CaseSpec, breakdown: Breakdown, begin: float) -> CaseResult:
    return _row(spec, RunVerdict.of((), breakdown), begin, None)


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
