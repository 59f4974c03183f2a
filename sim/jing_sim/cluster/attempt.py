"""One attempt at a job of a campaign, wherever it runs, and the rules that a campaign has for attempts."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jing_maps.errors import JingError
from jing_sim.cluster.job import CampaignError, Job, Json
from jing_sim.cluster.results import ResultStore

__all__ = ["DEFAULT_OPTIONS", "CampaignOptions", "CampaignReport", "Outcome", "Task", "attempt"]

Task = Callable[[dict[str, Json], Path], dict[str, Json]]
"""What a worker runs: parameters and a folder to write into -> the result. It must be importable on the workers."""


@dataclass(frozen=True)
class CampaignOptions:
    """How a campaign treats its jobs.

    Attributes:
        attempts: starts of one job before it is put in quarantine.
        deadline_s: running time of one attempt before it is cancelled and counted as failed.
        window: most jobs in flight; None = twice the CPUs of the cluster.
        poll_s: how often the driver looks at deadlines.
    """

    attempts: int = 4
    deadline_s: float = 3600.0
    window: int | None = None
    poll_s: float = 0.5

    def __post_init__(self) -> None:
        if (
            self.attempts < 1
            or self.deadline_s <= 0
            or self.poll_s <= 0
            or (self.window is not None and self.window < 1)
        ):
            raise CampaignError(f"attempts, deadline, window and poll must be positive: {self}")


DEFAULT_OPTIONS = CampaignOptions()


@dataclass(frozen=True)
class CampaignReport:
    """What became of the jobs: keys with a result, keys given up, and how many of the results were there before."""

    done: tuple[str, ...]
    quarantined: tuple[str, ...]
    resumed: int
    wall_s: float


@dataclass(frozen=True)
class Outcome:
    """What an attempt tells the driver; the result itself stays in the store. `final`: another would not help."""

    error: str | None
    final: bool


def attempt(task: Task, job: Job, store: ResultStore, label: str) -> Outcome:
    """One attempt at a job: its result, if there is one, is committed to the store."""
    if job.key in store:
        return Outcome(None, final=True)
    folder = store.begin(job.key, label)
    try:
        value = task(dict(job.params), folder)
    except JingError as error:
        # The platform refuses these inputs; it would refuse them again.
        store.discard(folder)
        return Outcome(f"{type(error).__name__}: {error}", final=True)
    except Exception:  # noqa: BLE001 - whatever a task raises is that job's failure, not the campaign's
        store.discard(folder)
        return Outcome(traceback.format_exc(limit=-8), final=False)
    store.commit(job, folder, value)
    return Outcome(None, final=True)
