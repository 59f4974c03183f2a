"""Runs jobs as Ray tasks until each has a result or is given up.

Ray retries nothing here (`max_retries=0`): retries on top of retries would multiply. A job has one budget of attempts
and one deadline, both kept by the driver. A task looks for the result first, writes under a name of its own and commits
with an atomic create, so a job that runs twice (a lost node that was alive after all) has one result all the same.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import ray
import ray.exceptions

from jing_sim.cluster.attempt import DEFAULT_OPTIONS, CampaignOptions, CampaignReport, Outcome, Task, attempt
from jing_sim.cluster.job import Job
from jing_sim.cluster.results import ResultStore
from jing_sim.cluster.session import check_feasible

__all__ = ["CampaignOptions", "CampaignReport", "Task", "run_campaign"]


@dataclass
class _Flight:
    job: Job
    attempt: int
    running_since: float | None = None


def run_campaign(
    jobs: Iterable[Job],
    task: Task,
    store: ResultStore,
    options: CampaignOptions = DEFAULT_OPTIONS,
    on_progress: Callable[[int, int], None] = lambda _done, _given_up: None,
) -> CampaignReport:
    """Every job has a result in the store, or stands in quarantine, when this returns.

    Jobs whose result is in the store are not run again: that is how a campaign resumes. Needs `ray_session`.

    Args:
        jobs: read lazily; at most a window of them is held.
        task: module-level function.
        on_progress: called with the number of results and of jobs given up so far.

    Raises:
        CampaignError: a job asks for resources that no node has, or the store is in use.
    """
    with store.exclusive():
        return _Campaign(task, store, options, on_progress).run(iter(jobs))


class _Campaign:
    """The driver's state: what is in flight, what waits for another attempt, what is over."""

    def __init__(
        self, task: Task, store: ResultStore, options: CampaignOptions, on_progress: Callable[[int, int], None]
    ) -> None:
        self.task, self.store, self.options, self.on_progress = task, store, options, on_progress
        self.window = options.window or 2 * max(int(ray.cluster_resources().get("CPU", 1)), 1)
        self.id = uuid.uuid4().hex[:8]
        self.flights: dict[ray.ObjectRef, _Flight] = {}
        self.again: list[_Flight] = []
        self.done: dict[str, None] = {}
        self.given_up: dict[str, None] = {}
        self.resumed = 0
        self.feasible: set[tuple[tuple[str, float], ...]] = set()

    def run(self, jobs: Iterator[Job]) -> CampaignReport:
        begin = time.monotonic()
        exhausted = False
        try:
            while not exhausted or self.flights or self.again:
                exhausted = self._launch(jobs)
                self._collect()
                self._enforce_deadlines()
        finally:
            for ref in self.flights:
                ray.cancel(ref, force=True)
        self.store.sweep()
        return CampaignReport(tuple(self.done), tuple(self.given_up), self.resumed, time.monotonic() - begin)

    def _launch(self, waiting: Iterator[Job]) -> bool:
        """Fills the window; returns whether no new job is left."""
        while self.again and len(self.flights) < self.window:
            self._start(self.again.pop(0))
        while len(self.flights) < self.window:
            job = next(waiting, None)
            if job is None:
                return True
            self._admit(job)
        return False

    def _admit(self, job: Job) -> None:
        if job.key in self.store:
            self.resumed += job.key not in self.done
            self.done[job.key] = None
            self._report()
        elif self.store.error(job.key) is not None:
            self.given_up[job.key] = None
            self._report()
        elif all(flight.job.key != job.key for flight in [*self.flights.values(), *self.again]):
            self._start(_Flight(job, 1))

    def _start(self, flight: _Flight) -> None:
        needs = dict(flight.job.resources)
        signature = tuple(sorted(needs.items()))
        if signature not in self.feasible:
            check_feasible(needs)
            self.feasible.add(signature)
        options = {"num_cpus": needs.pop("CPU", 0), "num_gpus": needs.pop("GPU", 0), "resources": needs}
        remote = _attempt.options(max_retries=0, **options)
        self.flights[remote.remote(self.task, flight.job, str(self.store.root), self._label(flight))] = flight

    def _collect(self) -> None:
        if not self.flights:
            return
        ready, _ = ray.wait(list(self.flights), num_returns=1, timeout=self.options.poll_s)
        for ref in ready:
            flight = self.flights.pop(ref)
            try:
                outcome = ray.get(ref)
            except ray.exceptions.RayError as error:
                outcome = Outcome(f"{type(error).__name__}: {_first_line(error)}", final=False)
            self._settle(flight, outcome)

    def _settle(self, flight: _Flight, outcome: Outcome) -> None:
        key = flight.job.key
        # A worker may die after its commit: the store decides, not the task's answer.
        if key in self.store:
            self.done[key] = None
        elif outcome.final or flight.attempt >= self.options.attempts:
            error = outcome.error or "ended without a result"
            self.store.quarantine(flight.job, flight.attempt, error, refused=outcome.final)
            self.given_up[key] = None
        else:
            self.again.append(_Flight(flight.job, flight.attempt + 1))
        self._report()

    def _enforce_deadlines(self) -> None:
        now = time.monotonic()
        for ref, flight in list(self.flights.items()):
            if flight.running_since is None and self.store.started(flight.job.key, self._label(flight)):
                flight.running_since = now
            if flight.running_since is not None and now - flight.running_since > self.options.deadline_s:
                del self.flights[ref]
                ray.cancel(ref, force=True)
                late = f"no result within the deadline of {self.options.deadline_s:g} s"
                self._settle(flight, Outcome(late, final=False))

    def _label(self, flight: _Flight) -> str:
        return f"{flight.attempt}-{self.id}"

    def _report(self) -> None:
        self.on_progress(len(self.done), len(self.given_up))


@ray.remote
def _attempt(task: Task, job: Job, root: str, label: str) -> Outcome:
    """One attempt at a job, on a worker."""
    return attempt(task, job, ResultStore(Path(root)), label)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else ""
