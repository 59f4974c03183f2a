"""One scenario, run once in one world or in two: its verdict, what happened, and how far the worlds were apart."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import UnknownNameError
from jing_maps.opendrive.example import straight_road
from jing_maps.opendrive.network import to_network
from jing_maps.opendrive.write import write_opendrive
from jing_scenarios.case_source import Prepared, source_of
from jing_scenarios.criteria import Breakdown, RunVerdict, judge
from jing_scenarios.drivers.driver import Driver, DriverError
from jing_scenarios.drivers.spec import driver_of_spec
from jing_scenarios.metrics.scenario_runs import trace_of
from jing_scenarios.metrics.scenario_trace import ego_of
from jing_scenarios.openscenario.road_file import RoadMaps
from jing_scenarios.report.case_files import write_case_files
from jing_scenarios.storyboard.engine import Engine
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_engine
from jing_scenarios.verdict_file import load_verdict_file
from jing_scenarios.worlds.choice import address_of, carla_world, native_world, served_maps
from jing_scenarios.worlds.deviation import Deviation, SeenTrack, deviations, write_deviations
from jing_scenarios.worlds.world import ScenarioWorld, WorldError
from jing_sim.carla.launcher import LaunchOptions, launch

__all__ = ["WORLDS", "FileRun", "RunRequest", "run_file"]

Float = NDArray[np.float64]

WORLDS = ("native", "carla", "both")
_GRAVEST = ("fail", "error", "inconclusive", "pass")


@dataclass(frozen=True)
class RunRequest:
    """What to run and how.

    Attributes:
        file: `.xosc`, or `.py` with a scenario. parameters: by name.
        world: native, carla or both. address: of the CARLA server; empty = a headless one is started for the run.
        stack: driver spec of the ego; empty = as the file says. ego: its entity; empty = who is called ego or hero.
        controllers: driver specs by names of the file's controllers.
        verdict: file of criteria beside those of the scenario.
        dt_s, seed, max_time_s: of the run.
        maps: folders with the `.xodr` files of maps that a scenario names.
    """

    file: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    world: str = "native"
    address: str = ""
    stack: str = ""
    ego: str = ""
    controllers: Mapping[str, str] = field(default_factory=dict)
    verdict: Path | None = None
    dt_s: float = 0.05
    seed: int = 0
    max_time_s: float = 120.0
    maps: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if self.world not in WORLDS:
            raise UnknownNameError("world", self.world, WORLDS)
        if self.address:
            address_of(self.address)


@dataclass(frozen=True)
class FileRun:
    """What came of it.

    Attributes:
        run, verdict: of the world, or of the native one of two. other: of the CARLA world of two.
        deviations: between two worlds, the largest first.
    """

    request: RunRequest
    run: ScenarioRun
    verdict: RunVerdict
    other: tuple[ScenarioRun, RunVerdict] | None = None
    deviations: tuple[Deviation, ...] = ()

    @property
    def outcome(self) -> RunVerdict:
        """The graver verdict of two worlds."""
        if self.other is None or _rank(self.verdict) <= _rank(self.other[1]):
            return self.verdict
        return replace(self.other[1], reason=f"in the CARLA world: {self.other[1].reason}")

    @property
    def warnings(self) -> tuple[str, ...]:
        """Of all worlds, each once."""
        runs = [self.run] if self.other is None else [self.run, self.other[0]]
        return tuple(dict.fromkeys(text for run in runs for text in run.warnings))

    def as_json(self, folder: Path | None) -> dict[str, object]:
        """As `jingsim scenario run --json` prints it."""
        run, outcome = self.run, self.outcome
        story = [
            {"time_s": change.time_s, "element": change.element, "type": change.type, "state": change.state,
             "transition": change.transition}
            for change in run.storyboard
        ]  # fmt: skip
        return {
            "file": str(self.request.file),
            "world": self.request.world,
            "verdict": outcome.outcome,
            "reason": outcome.reason,
            "sim_end_s": run.sim_end_s,
            "stopped_by": run.stopped_by,
            "criteria": [verdict.as_json() for verdict in outcome.verdicts],
            "storyboard": story,
            "unsupported": list(run.unsupported),
            "run": str(folder) if folder is not None else None,
            "warnings": list(self.warnings),
            "collisions": _collisions(run),
            "state_hash": run.state_hash,
            "deviations": [one.as_json() for one in self.deviations],
        }

    def write(self, folder: Path) -> Path:
        """The run folder, complete or not at all; of two worlds the CARLA world's is in its folder `carla`.

        Raises:
            WorldError: something is there already.
        """
        if folder.exists():
            raise WorldError(f"{folder} is there already; name a new folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            self.run.write(partial)
            write_case_files(partial, self.verdict.verdicts)
            if self.other is not None:
                self.other[0].write(partial / "carla")
                write_deviations(self.deviations, partial / "deviations.csv")
            partial.rename(folder)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        return folder


def run_file(request: RunRequest) -> FileRun:
    """Runs a scenario; what is wrong with it is said before the run starts.

    Raises:
        OpenScenarioError, DriverError, CriterionError and other JingErrors: with the place of what is wrong.
    """
    with _maps(request) as maps:
        return _run(request, source_of(str(request.file)).prepare(request.parameters, maps))


@contextmanager
def _maps(request: RunRequest) -> Iterator[RoadMaps]:
    """Where its road network is found by name; a server shows the map of the scenario as long as the run lasts."""
    if request.world == "native" or not request.address:
        yield RoadMaps(request.maps)
        return
    with served_maps(address_of(request.address)) as served:
        yield RoadMaps(request.maps, served.file)


def _run(request: RunRequest, prepared: Prepared) -> FileRun:
    if request.verdict is not None:
        prepared = replace(prepared, criteria=(*prepared.criteria, *load_verdict_file(request.verdict)))
    if request.world == "native":
        return FileRun(request, *_run_in(request, prepared, "native")[:2])
    if request.world == "carla":
        return FileRun(request, *_run_in(request, prepared, "carla")[:2])
    run, verdict, first = _run_in(request, prepared, "native")
    other, other_verdict, second = _run_in(request, prepared, "carla")
    driven = frozenset(name for name, driver in _drivers(request, prepared).items() if driver.answers == "pedals")
    return FileRun(request, run, verdict, (other, other_verdict), tuple(deviations(first, second, driven)))


def _run_in(request: RunRequest, prepared: Prepared, world: str) -> tuple[ScenarioRun, RunVerdict, dict[str, Float]]:
    """A run, its verdict, and where the world has had the entities: `(k, 5)` time, x, y, z, heading."""
    drivers = _drivers(request, prepared)
    engines: list[Engine] = []
    with _world(request, prepared, world, list(drivers.values())) as (place, seen):
        options = RunOptions(
            dt_s=request.dt_s, max_time_s=request.max_time_s, seed=request.seed, world=place, drivers=drivers,
            controllers=request.controllers, commands=prepared.commands,
        )  # fmt: skip
        engines.append(Engine(prepared.scenario, options))
        run = run_engine(engines[0])
        tracks = _tracks(run) if seen is None else {run.names[row]: seen.columns(row) for row in seen.rows}
    failure = engines[0].seats.failure
    breakdown = Breakdown("stack", failure, run.sim_end_s) if failure else None
    return run, judge(trace_of(run), prepared.criteria, breakdown), tracks


def _drivers(request: RunRequest, prepared: Prepared) -> dict[str, Driver]:
    """New drivers, by entity."""
    drivers = {name: driver_of_spec(one) if isinstance(one, str) else one for name, one in prepared.drivers.items()}
    if request.stack or request.ego:
        names = [node.string("name") for node in prepared.scenario.entities]
        if request.ego and request.ego not in names:
            raise UnknownNameError("entity", request.ego, names)
        row = names.index(request.ego) if request.ego else ego_of(names)
        if row < 0:
            known = ", ".join(names) or "none"
            raise DriverError(f"no entity is called ego or hero; --ego NAME says who the stack drives: {known}")
        drivers[names[row]] = driver_of_spec(request.stack or "careful")
    return drivers


@contextmanager
def _world(
    request: RunRequest, prepared: Prepared, world: str, drivers: list[Driver]
) -> Iterator[tuple[ScenarioWorld | None, SeenTrack | None]]:
    road_file = prepared.scenario.road_file
    if world == "native":
        chosen = [driver_of_spec(spec) for spec in request.controllers.values()]
        place = native_world(road_file, [*drivers, *chosen])
        yield place, None
        return
    with _server(request, road_file) as address:
        server = carla_world(address, road_file, request.dt_s)
        try:
            yield server, server.seen
        finally:
            server.close()


@contextmanager
def _server(request: RunRequest, road_file: Path | None) -> Iterator[tuple[str, int]]:
    """The address that was named, or that of a headless server that lives as long as the run."""
    if request.address:
        yield address_of(request.address)
        return
    with tempfile.TemporaryDirectory() as folder:
        if road_file is None:  # the server must have some map: the ground beside a short road is a plane
            road_file = Path(folder) / "plane.xodr"
            write_opendrive(to_network(straight_road(length_m=50.0, lane_width_m=3.5), "plane"), road_file)
        running = launch(LaunchOptions(map=str(road_file), seed=request.seed, carla_root=""))
        try:
            yield "127.0.0.1", running.port
        finally:
            running.stop()


def _tracks(run: ScenarioRun) -> dict[str, Float]:
    pose = run.pose
    return {
        name: np.column_stack([run.time_s, pose[:, k, 0], pose[:, k, 1], pose[:, k, 2], pose[:, k, 3]])[
            np.isfinite(pose[:, k, 0])
        ]
        for k, name in enumerate(run.names)
    }


def _collisions(run: ScenarioRun) -> list[dict[str, object]]:
    names = run.names
    return [
        {"time_s": contact.time_s, "actor": names[contact.actor],
         "other": names[contact.other] if contact.other >= 0 else ""}
        for contact in run.contacts
        if contact.begins
    ]  # fmt: skip


def _rank(verdict: RunVerdict) -> int:
    return _GRAVEST.index(verdict.outcome)
