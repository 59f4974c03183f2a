import json
from pathlib import Path

import pytest

from jing_sim.cluster.job import CampaignError, Job
from jing_sim.cluster.results import ResultStore


def test_the_first_writer_of_a_key_wins_and_the_loser_leaves_nothing(tmp_path: Path) -> None:
    store, job = ResultStore(tmp_path), Job({"seed": 1})
    first, second = store.begin(job.key, "1-a"), store.begin(job.key, "2-a")
    (first / "run.txt").write_text("first")
    assert store.commit(job, first, {"x": 1})
    assert not store.commit(job, second, {"x": 2})
    assert store.value(job.key) == {"x": 1}
    assert (store.folder(job.key) / "run.txt").read_text() == "first"
    assert not second.exists()
    assert store.starts(job.key) == 2


def test_a_sweep_keeps_winners_and_removes_what_dead_workers_left(tmp_path: Path) -> None:
    store, job = ResultStore(tmp_path), Job({"seed": 1})
    winner, dead = store.begin(job.key, "2-a"), store.begin(job.key, "1-a")
    store.commit(job, winner, {})
    store.sweep()
    assert winner.exists()
    assert not dead.exists()


def test_one_folder_has_one_driver_at_a_time(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with store.exclusive(), pytest.raises(CampaignError, match="another campaign"), ResultStore(tmp_path).exclusive():
        pass


def test_a_job_that_has_not_finished_says_so(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with pytest.raises(CampaignError, match="has not finished"):
        store.value("0" * 24)
    (tmp_path / "results" / "bad.json").write_text("{")
    with pytest.raises(CampaignError, match="remove it"):
        store.value("bad")


def test_equal_parameters_have_one_key_whatever_their_order() -> None:
    assert Job({"a": 1, "b": [1, 2]}).key == Job({"b": [1, 2], "a": 1}).key
    assert Job({"a": 1}).key != Job({"a": 2}).key


def test_parameters_that_are_not_json_are_refused() -> None:
    with pytest.raises(CampaignError, match="JSON"):
        Job({"x": float("nan")})
    with pytest.raises(CampaignError, match="JSON"):
        Job({"x": object()})  # type: ignore[dict-item]


def test_quarantine_keeps_the_last_error(tmp_path: Path) -> None:
    store, job = ResultStore(tmp_path), Job({"seed": 1})
    assert store.error(job.key) is None
    store.quarantine(job, 4, "worker died", refused=False)
    assert store.error(job.key) == "worker died"
    assert json.loads((tmp_path / "quarantine" / f"{job.key}.json").read_text())["attempts"] == 4
