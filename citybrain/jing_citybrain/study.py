"""A study: traffic worlds of one area under several signal plans and seeds, as a campaign on Ray.

Every run is a job whose parameters say all that decides its outcome; `run_world` turns them into a run folder.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from jing_citybrain.control.plans import PLANS, make_plan
from jing_citybrain.engines import WorldInputs, check_engine, open_engine
from jing_maps.areas import AREAS, load_terminals
from jing_maps.errors import JingError, UnknownNameError
from jing_maps.network import RoadNetwork
from jing_maps.read import read_map, read_map_with_warnings
from jing_maps.store import content_hash
from jing_sim.cluster.alone import run_alone
from jing_sim.cluster.attempt import CampaignOptions, CampaignReport
from jing_sim.cluster.job import Job, Json
from jing_sim.cluster.results import ResultStore
from jing_sim.demand import DemandOptions, DemandReport, area_demand, random_trips, read_od, read_sumo_routes
from jing_sim.trace import RunManifest, TraceWriter
from jing_sim.trace.hashes import code_hash, inputs_hash
from jing_sim.traffic import TrafficOptions
from jing_sim.traffic.compile_ahead import compiling_beside
from jing_sim.trips import Trips

__all__ = ["Study", "StudyError", "StudyResult", "run_studies", "run_study", "run_study_alone", "run_world"]

# An ordinary Monday; `begin` gives the time of day.
_DAY = "2026-03-02"
# Light random traffic on a map that says nothing of its demand, vehicles per hour and kilometre of lane.
_RANDOM_VPH_PER_LANE_KM = 12.0


class StudyError(JingError, ValueError):
    """A study whose options are wrong or contradict each other."""


@dataclass(frozen=True)
class Study:
    """What is compared: plans times seeds on one area.

    Attributes:
        area: a built-in area, or the path of a map file.
        plans: names of signal plans.
        seeds: of demand and drivers; a seed means the same trips under every plan.
        minutes: simulated time.
        begin: time of day at which it starts, HH:MM.
        dt_s, car_following: of the traffic engine.
        demand: a factor on the area's own demand (on random trips where the map has none), or the path of a CSV file of
            origin-destination flows.
        routes: SUMO trips in place of the demand.
        engine: one of `jing_citybrain.engines.ENGINES`.
    """

    area: str
    plans: tuple[str, ...] = ("webster",)
    seeds: tuple[int, ...] = (0,)
    minutes: float = 15.0
    begin: str = "07:30"
    dt_s: float = 1.0
    car_following: str = "krauss"
    demand: str = "1.0"
    routes: Path | None = None
    engine: str = "native"

    def __post_init__(self) -> None:
        check_engine(self.engine)
        for plan in self.plans:
            if plan not in PLANS:
                raise UnknownNameError("signal plan", plan, PLANS)
        if not self.plans or not self.seeds or not self.minutes > 0:
            raise StudyError("a study needs a plan, a seed and a positive time")
        begin_s(self.begin)
        TrafficOptions(dt_s=self.dt_s, car_following=self.car_following, seed=self.seeds[0])
        if self.routes is not None and self.demand != "1.0":
            raise StudyError("--routes brings the trips; --demand has no effect then: give one of them")
        for path in (self.routes, _od_file(self.demand)):
            if path is not None and not path.is_file():
                raise StudyError(f"{path} does not exist; --demand takes a factor or a CSV file, --routes a .rou.xml")

    @property
    def title(self) -> str:
        """The area's name."""
        return AREAS[self.area].title_zh if self.area in AREAS else Path(self.area).name

    @property
    def n_runs(self) -> int:
        """Plans times seeds."""
        return len(self.plans) * len(self.seeds)

    def jobs(self) -> list[Job]:
        """A job for each plan and seed, seed by seed."""
        network = read_map(self.area)
        shared: dict[str, Json] = {
            "area": self.area if self.area in AREAS else str(Path(self.area).resolve()),
            "minutes": self.minutes,
            "begin": self.begin,
            "dt_s": self.dt_s,
            "car_following": self.car_following,
            "engine": self.engine,
            "demand": _resolved(self.demand),
            "routes": str(self.routes.resolve()) if self.routes else None,
            "inputs_hash": _files_hash(self.routes, _od_file(self.demand)),
            "map_hash": content_hash(network),
            "code_hash": code_hash(),
        }
        return [Job({**shared, "plan": plan, "seed": seed}) for seed in self.seeds for plan in self.plans]


@dataclass(frozen=True)
class StudyResult:
    """What a study found.

    Attributes:
        area, engine: as in the study.
        runs: the summaries, as `simulate --json` prints them; `run` is the run folder.
        given_up: runs without a result, and why. refused: those of them whose inputs are wrong.
        warnings: of the runs, each once.
    """

    area: str
    engine: str
    runs: list[Mapping[str, object]]
    given_up: Mapping[str, str]
    refused: tuple[str, ...]
    warnings: tuple[str, ...]
    wall_s: float

    def as_json(self) -> dict[str, object]:
        """What `simulate --json` prints."""
        return {
            "area": self.area,
            "engine": self.engine,
            "runs": self.runs,
            "given_up": dict(self.given_up),
            "warnings": list(self.warnings),
            "wall_s": self.wall_s,
        }


def run_study(
    study: Study,
    folder: Path,
    options: CampaignOptions,
    on_progress: Callable[[int, int], None] = lambda _done, _given_up: None,
) -> StudyResult:
    """All runs of a study, as a campaign in `folder`; needs `jing_sim.cluster.session.ray_session`."""
    return run_studies([study], folder, options, on_progress)[0]


def run_study_alone(
    study: Study,
    folder: Path,
    options: CampaignOptions,
    on_progress: Callable[[int, int], None] = lambda _done, _given_up: None,
) -> StudyResult:
    """A study of one run, in this process and its main thread, without Ray."""
    (job,) = study.jobs()
    store = ResultStore(folder)
    with compiling_beside() if study.engine == "native" else nullcontext():
        report = run_alone(job, run_world, store, options, on_progress)
    return _result(study, [job], store, report)


def run_studies(
    studies: list[Study],
    folder: Path,
    options: CampaignOptions,
    on_progress: Callable[[int, int], None] = lambda _done, _given_up: None,
) -> list[StudyResult]:
    """The runs of several studies as one campaign, so that all of them share the workers."""
    from jing_sim.cluster.campaign import run_campaign  # noqa: PLC0415 - loads Ray, which a run alone does without

    jobs = [study.jobs() for study in studies]
    store = ResultStore(folder)
    report = run_campaign([job for own in jobs for job in own], run_world, store, options, on_progress)
    return [_result(study, own, store, report) for study, own in zip(studies, jobs, strict=True)]


def _result(study: Study, jobs: list[Job], store: ResultStore, report: CampaignReport) -> StudyResult:
    done = [job.key for job in jobs if job.key in report.done]
    values = [store.value(key) for key in done]
    runs: list[Mapping[str, object]] = [
        {**_figures(value), "run": str(store.folder(key))} for key, value in zip(done, values, strict=True)
    ]
    warnings = dict.fromkeys(str(line) for value in values for line in _lines(value["warnings"]))
    names = {job.key: f"{job.params['plan']}, seed {job.params['seed']}" for job in jobs}
    lost = [key for key in names if key in report.quarantined]
    given_up = {names[key]: store.error(key) or "" for key in lost}
    refused = tuple(names[key] for key in lost if store.refused(key))
    return StudyResult(study.area, study.engine, runs, given_up, refused, tuple(warnings), report.wall_s)


def _figures(value: Mapping[str, Json]) -> dict[str, Json]:
    figures = value["summary"]
    assert isinstance(figures, dict)
    return figures


def _lines(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value


def run_world(params: dict[str, Json], folder: Path) -> dict[str, Json]:
    """One run into `folder`: the task of a study's jobs, executed on a Ray worker.

    Returns:
        `summary` (the figures of the run) and `warnings`.
    """
    network, found = read_map_with_warnings(str(params["area"]))
    map_warnings = _shortened(found)
    seconds, seed = float(str(params["minutes"])) * 60.0, int(str(params["seed"]))
    trips, report = _trips(network, params, seconds, seed)
    plan = make_plan(str(params["plan"]), network, trips, seconds)
    options = TrafficOptions(dt_s=float(str(params["dt_s"])), car_following=str(params["car_following"]), seed=seed)
    manifest = RunManifest(
        run_id=folder.name,
        area=str(params["area"]),
        plan=str(params["plan"]),
        engine=str(params["engine"]),
        seed=seed,
        dt_s=options.dt_s,
        t0=f"{_DAY}T{params['begin']}:00+08:00",
        scenario_hash=inputs_hash(trips, plan.programs),
        warnings=map_warnings,
    )
    inputs = WorldInputs(manifest.area, network, trips, options, plan)
    with (
        TraceWriter(folder, network, trips, manifest) as trace,
        open_engine(manifest.engine, inputs, trace) as world,
    ):
        for line in report.lines():
            trace.warn("demand", line)
        world.run(seconds)
        summary = {"seed": seed, "plan": str(params["plan"]), **asdict(world.summary())}
        trace.summarise(summary)
    figures: dict[str, Json] = {name: _json(value) for name, value in summary.items()}
    return {"summary": figures, "warnings": [*map_warnings, *report.lines()]}


def _shortened(warnings: list[str], most: int = 20) -> list[str]:
    """The first `most` warnings of a map, and how many more there are."""
    more = len(warnings) - most
    return [*warnings[:most], *([f"{more} more warnings about the map; jingsim maps import shows all"] * (more > 0))]


def _trips(network: RoadNetwork, params: Mapping[str, Json], seconds: float, seed: int) -> tuple[Trips, DemandReport]:
    demand, area = str(params["demand"]), str(params["area"])
    od_file = _od_file(demand)
    options = DemandOptions(
        duration_s=seconds,
        seed=seed,
        scale=1.0 if od_file else float(demand),
        begin_of_day_s=begin_s(str(params["begin"])),
    )
    terminals = load_terminals(area, network) if area in AREAS else None
    if params["routes"] is not None:
        return read_sumo_routes(str(params["routes"]), network, options)
    if od_file is not None:
        return read_od(od_file, network, options, terminals)
    if terminals is not None:
        return area_demand(network, terminals, options)
    return random_trips(network, _RANDOM_VPH_PER_LANE_KM * float(network.lanes.length_m.sum()) / 1000.0, options)


def begin_s(text: str) -> float:
    """Seconds since midnight of HH:MM.

    Raises:
        StudyError: it is no time of day.
    """
    try:
        clock = datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise StudyError(f"{text!r} is no time of day; write HH:MM, e.g. 07:30") from None
    return clock.hour * 3600.0 + clock.minute * 60.0


def _od_file(demand: str) -> Path | None:
    try:
        factor = float(demand)
    except ValueError:
        return Path(demand)
    if not 0 < factor < 100:
        raise StudyError(f"--demand {demand}: a factor lies above 0 and below 100")
    return None


def _resolved(demand: str) -> str:
    path = _od_file(demand)
    return str(path.resolve()) if path else demand


def _files_hash(*paths: Path | None) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes() if path else b"-")
    return digest.hexdigest()


def _json(value: object) -> Json:
    if isinstance(value, float):
        return value if value == value else None  # noqa: PLR0124 - NaN is the number that differs from itself
    assert isinstance(value, str | int)
    return value
