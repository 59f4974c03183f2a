"""Campaigns under faults, on a simulated cluster of three nodes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import ray
from ray.cluster_utils import Cluster

from jing_maps.errors import NetworkError
from jing_sim.cluster.campaign import CampaignOptions, run_campaign
from jing_sim.cluster.job import CampaignError, Job, Json
from jing_sim.cluster.results import ResultStore

# Ray's own processes and sockets warn while they are killed; that is what these tests do to them.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

FAST = CampaignOptions(deadline_s=30, poll_s=0.1)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    made.add_node(num_cpus=2)
    made.add_node(num_cpus=1, num_gpus=1, resources={"CARLA": 2})
    # Worker processes import the tasks below by this module's name.
    ray.init(made.address, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": str(Path(__file__).parent)}})
    yield made
    ray.shutdown()
    made.shutdown()


def square(params: dict[str, Json], folder: Path) -> dict[str, Json]:
    number = params["n"]
    assert isinstance(number, int)
    (folder / "square.txt").write_text(str(number**2))
    time.sleep(float(str(params.get("sleep_s", 0))))
    return {"square": number**2, "pid": os.getpid()}


def die_when_told(params: dict[str, Json], folder: Path) -> dict[str, Json]:
    """Kills its own worker process as long as the file that `params` names is not there (then makes it)."""
    mark = Path(str(params["mark"]))
    if params["poison"] or (params["dies"] and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(params, folder)


def slow_once(params: dict[str, Json], folder: Path) -> dict[str, Json]:
    mark = Path(str(params["mark"]))
    if not mark.exists():
        mark.touch()
        time.sleep(60)
    return square(params, folder)


def refuse(params: dict[str, Json], folder: Path) -> dict[str, Json]:
    raise NetworkError(f"bad map {params['n']} for {folder.name[:3]}")


def what_it_got(_params: dict[str, Json], _folder: Path) -> dict[str, Json]:
    return {"resources": json.dumps(ray.get_runtime_context().get_assigned_resources(), sort_keys=True)}


def _jobs(n: int, **more: Json) -> list[Job]:
    return [Job({"n": i, **more}) for i in range(n)]


def test_every_job_has_one_result_and_a_second_campaign_runs_nothing(cluster: Cluster, tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    seen: list[tuple[int, int]] = []
    report = run_campaign(_jobs(12), square, store, FAST, lambda done, bad: seen.append((done, bad)))
    assert (len(report.done), report.quarantined, report.resumed) == (12, (), 0)
    squares = [int(str(store.value(job.key)["square"])) for job in _jobs(12)]
    assert squares == [i**2 for i in range(12)]
    assert seen[-1] == (12, 0)
    again = run_campaign(_jobs(14), square, store, FAST)
    assert (len(again.done), again.resumed) == (14, 12)
    assert sum(store.starts(job.key) for job in _jobs(14)) == 14


def test_killed_workers_cost_an_attempt_and_poison_is_given_up_after_four(cluster: Cluster, tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "store")
    jobs = [Job({"n": i, "mark": str(tmp_path / f"{i}"), "dies": i in {3, 7}, "poison": i == 5}) for i in range(10)]
    report = run_campaign(jobs, die_when_told, store, FAST)
    assert set(report.quarantined) == {jobs[5].key}
    assert len(report.done) == 9
    assert [store.starts(jobs[i].key) for i in (3, 5, 7)] == [2, 4, 2]
    assert "died" in str(store.error(jobs[5].key)).lower() or "crash" in str(store.error(jobs[5].key)).lower()
    assert len(list((store.root / "attempts").iterdir())) == 9


def test_a_job_past_its_deadline_is_cancelled_and_tried_again(cluster: Cluster, tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "store")
    job = Job({"n": 4, "mark": str(tmp_path / "mark")})
    report = run_campaign([job], slow_once, store, CampaignOptions(deadline_s=1.0, poll_s=0.1))
    assert report.done == (job.key,)
    assert store.starts(job.key) == 2
    assert report.wall_s < 30


def test_inputs_that_the_platform_refuses_are_not_tried_again(cluster: Cluster, tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    report = run_campaign(_jobs(1), refuse, store, FAST)
    assert store.starts(report.quarantined[0]) == 1
    assert "NetworkError: bad map 0" in str(store.error(report.quarantined[0]))


def test_resources_reach_the_right_node_and_missing_ones_are_an_error(cluster: Cluster, tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    job = Job({"n": 1}, {"CPU": 1, "GPU": 1, "CARLA": 1})
    run_campaign([job], what_it_got, store, FAST)
    got = json.loads(str(store.value(job.key)["resources"]))
    assert (got["GPU"], got["CARLA"]) == (1.0, 1.0)
    with pytest.raises(CampaignError, match=r"no Ray node offers.*NPU"):
        run_campaign([Job({"n": 2}, {"NPU": 1})], square, store, FAST)


def test_a_node_that_is_taken_away_costs_no_result(cluster: Cluster, tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    extra = cluster.add_node(num_cpus=2)
    removed: list[bool] = []

    def take_away(done: int, _given_up: int) -> None:
        if done >= 4 and not removed:
            removed.append(True)
            cluster.remove_node(extra, allow_graceful=False)

    report = run_campaign(_jobs(16, sleep_s=0.4), square, store, FAST, take_away)
    assert removed
    assert (len(report.done), report.quarantined) == (16, ())


_DRIVER = """
import sys
from pathlib import Path
import ray
import test_campaign as t
from jing_sim.cluster.session import ray_session
from jing_sim.cluster.campaign import run_campaign
from jing_sim.cluster.results import ResultStore
with ray_session(workers=2):
    run_campaign(t._jobs(20, sleep_s=0.3), t.square, ResultStore(Path(sys.argv[1])), t.FAST)
"""


def test_a_killed_driver_resumes_without_running_what_was_done(cluster: Cluster, tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    driver = subprocess.Popen([sys.executable, "-c", _DRIVER, str(tmp_path)], env=here, start_new_session=True)
    while len(list(store.keys())) < 6:
        assert driver.poll() is None
        time.sleep(0.1)
    os.killpg(driver.pid, signal.SIGKILL)
    driver.wait()
    committed = list(store.keys())
    assert 6 <= len(committed) < 20
    before = {key: store.starts(key) for key in committed}
    report = run_campaign(_jobs(20, sleep_s=0.3), square, store, FAST)
    assert (len(report.done), report.quarantined) == (20, ())
    assert report.resumed >= len(committed)
    assert {key: store.starts(key) for key in committed} == before
