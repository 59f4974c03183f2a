"""Studies: the same seed gives the same bits on one worker, on two, and when a worker is killed on the way."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from jing_citybrain.study import Study, StudyError, StudyResult, run_studies, run_study, run_world
from jing_maps.errors import UnknownNameError
from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_maps.store import save
from jing_sim.cluster.campaign import CampaignOptions
from jing_sim.cluster.session import ray_session
from jing_sim.trace import RunFolder

pytestmark = [
    # Ray warns while its processes are killed, which is what the last test does.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

FAST = CampaignOptions(deadline_s=120, poll_s=0.1)


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("maps") / "grid.jingnet"
    save(grid(2, 2), path)
    return str(path)


@pytest.fixture(scope="module")
def study(area: str) -> Study:
    return Study(area, ("webster", "max-pressure"), tuple(range(8)), minutes=3.0, demand="6.0")


@pytest.fixture(scope="module")
def undisturbed(study: Study, tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    with ray_session(workers=2):
        return run_study(study, tmp_path_factory.mktemp("two"), FAST)


def test_what_the_map_reader_warns_of_stands_in_the_manifest_and_the_result(tmp_path: Path) -> None:
    path = tmp_path / "crossing.xodr"
    write_opendrive(grid(1, 1), path)
    path.write_text(path.read_text().replace("</header>", "</header><railroad/>"))
    (job,) = Study(str(path), ("map",), minutes=0.2).jobs()
    lines = run_world(dict(job.params), tmp_path / "run")["warnings"]
    assert isinstance(lines, list)
    (warning,) = (line for line in lines if "railroad" in str(line))
    assert warning in RunFolder(tmp_path / "run").manifest.warnings


def _hashes(result: StudyResult) -> dict[tuple[str, int], str]:
    return {(str(run["plan"]), int(str(run["seed"]))): str(run["state_hash"]) for run in result.runs}


def _states(result: StudyResult) -> dict[tuple[str, int], list[bytes]]:
    return {
        (str(run["plan"]), int(str(run["seed"]))): [path.read_bytes() for path in RunFolder(str(run["run"])).segments]
        for run in result.runs
    }


def _ray_workers() -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if entry.read_bytes().startswith(b"ray::_attempt"):
                yield int(entry.parent.name)
        except OSError:
            continue


def test_every_plan_and_seed_has_its_run_with_the_figures_of_the_contract(undisturbed: StudyResult) -> None:
    assert len(undisturbed.runs) == 16
    for run in undisturbed.runs:
        assert {"inserted", "arrived", "running", "waiting_to_enter", "mean_travel_time_s", "state_hash", "run"} <= set(
            run
        )
        assert (run["overlaps"], run["red_runs"], run["lost"]) == (0, 0, 0)
        folder = RunFolder(str(run["run"]))
        assert folder.complete
        assert folder.manifest.plan == run["plan"]
    assert len(set(_hashes(undisturbed).values())) == 16


def test_one_worker_gives_the_same_bits_as_two(study: Study, undisturbed: StudyResult, tmp_path: Path) -> None:
    few = Study(study.area, study.plans, (0, 1), study.minutes, demand=study.demand)
    with ray_session(workers=1):
        alone = run_study(few, tmp_path, FAST)
    expected = _hashes(undisturbed)
    assert _hashes(alone) == {key: expected[key] for key in _hashes(alone)}


def test_a_worker_killed_halfway_changes_no_byte(study: Study, undisturbed: StudyResult, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill(done: int, _given_up: int) -> None:
        if done >= 8 and not killed:
            killed.append(next(_ray_workers()))
            os.kill(killed[0], signal.SIGKILL)

    with ray_session(workers=2):
        disturbed = run_studies([study], tmp_path, FAST, kill)[0]
    assert killed
    assert len(disturbed.runs) == 16
    assert _hashes(disturbed) == _hashes(undisturbed)
    assert _states(disturbed) == _states(undisturbed)


def test_wrong_options_are_refused_before_anything_runs(area: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean webster"):
        Study(area, ("webstr",))
    with pytest.raises(StudyError, match="HH:MM"):
        Study(area, begin="7h30")
    with pytest.raises(StudyError, match="does not exist"):
        Study(area, demand=str(tmp_path / "od.csv"))
    with pytest.raises(StudyError, match="give one of them"):
        Study(area, demand="2.0", routes=tmp_path / "x.rou.xml")
    with pytest.raises(StudyError, match="factor"):
        Study(area, demand="-1")
