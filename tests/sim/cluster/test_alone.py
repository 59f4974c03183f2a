"""A campaign of one job, in this process."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from jing_maps.errors import NetworkError
from jing_sim.cluster import alone
from jing_sim.cluster.alone import run_alone
from jing_sim.cluster.attempt import CampaignOptions
from jing_sim.cluster.job import CampaignError, Job, Json
from jing_sim.cluster.results import ResultStore

JOB = Job({"n": 3})


def square(params: dict[str, Json], folder: Path) -> dict[str, Json]:
    number = params["n"]
    assert isinstance(number, int)
    (folder / "square.txt").write_text(str(number**2))
    return {"square": number**2}


def test_the_job_has_a_result_and_a_second_campaign_runs_nothing(tmp_path: Path) -> None:
    store, seen = ResultStore(tmp_path), []
    report = run_alone(JOB, square, store, on_progress=lambda done, given_up: seen.append((done, given_up)))
    assert (report.done, report.quarantined, report.resumed) == ((JOB.key,), (), 0)
    assert store.value(JOB.key) == {"square": 9}
    assert (store.folder(JOB.key) / "square.txt").read_text() == "9"
    assert seen == [(1, 0)]
    again = run_alone(JOB, square, store)
    assert (again.done, again.resumed, store.starts(JOB.key)) == ((JOB.key,), 1, 1)


def test_what_fails_once_is_tried_again_and_what_always_fails_is_given_up(tmp_path: Path) -> None:
    tries = []

    def fails(until: int) -> None:
        tries.append(until)
        if len(tries) < until:
            raise ZeroDivisionError(f"try {len(tries)}")

    def late(params: dict[str, Json], folder: Path) -> dict[str, Json]:
        fails(2)
        return square(params, folder)

    def never(_params: dict[str, Json], _folder: Path) -> dict[str, Json]:
        fails(99)
        return {}

    store = ResultStore(tmp_path / "late")
    assert run_alone(JOB, late, store).done == (JOB.key,)
    assert len(list((tmp_path / "late" / "attempts").iterdir())) == 1
    tries.clear()
    store = ResultStore(tmp_path / "never")
    report = run_alone(JOB, never, store, CampaignOptions(attempts=3))
    assert (report.done, report.quarantined, len(tries)) == ((), (JOB.key,), 3)
    assert "ZeroDivisionError: try 3" in str(store.error(JOB.key))
    assert not store.refused(JOB.key)
    assert list((tmp_path / "never" / "attempts").iterdir()) == []


def test_refused_inputs_are_tried_once(tmp_path: Path) -> None:
    def refuse(_params: dict[str, Json], _folder: Path) -> dict[str, Json]:
        raise NetworkError("bad map")

    store = ResultStore(tmp_path)
    assert run_alone(JOB, refuse, store).quarantined == (JOB.key,)
    assert store.error(JOB.key) == "NetworkError: bad map"
    assert store.refused(JOB.key)
    assert store.starts(JOB.key) == 1


def test_an_attempt_ends_with_its_deadline(tmp_path: Path) -> None:
    def slow(_params: dict[str, Json], _folder: Path) -> dict[str, Json]:
        time.sleep(60.0)
        return {}

    store = ResultStore(tmp_path)
    run_alone(JOB, slow, store, CampaignOptions(attempts=1, deadline_s=0.2))
    assert "no result within the deadline of 0.2 s" in str(store.error(JOB.key))


def test_a_deadline_that_was_lost_is_told_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(_params: dict[str, Json], _folder: Path) -> dict[str, Json]:
        with suppress(TimeoutError):
            time.sleep(60.0)
        time.sleep(60.0)
        return {}

    monkeypatch.setattr(alone, "_AGAIN_S", 0.2)
    store = ResultStore(tmp_path)
    run_alone(JOB, deaf, store, CampaignOptions(attempts=1, deadline_s=0.1))
    assert "no result within the deadline" in str(store.error(JOB.key))


def test_a_folder_has_one_campaign_at_a_time(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with store.exclusive(), pytest.raises(CampaignError, match="another campaign"):
        run_alone(JOB, square, ResultStore(tmp_path))
