"""A campaign of a single job, in this process: starting Ray would take longer than many a run."""

import signal
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jing_sim.cluster.attempt import DEFAULT_OPTIONS, CampaignOptions, CampaignReport, Outcome, Task, attempt
from jing_sim.cluster.job import Job
from jing_sim.cluster.results import ResultStore

__all__ = ["run_alone"]

_AGAIN_S = 5.0


def run_alone(
    job: Job,
    task: Task,
    store: ResultStore,
    options: CampaignOptions = DEFAULT_OPTIONS,
    on_progress: Callable[[int, int], None] = lambda _done, _given_up: None,
) -> CampaignReport:
    """As `run_campaign` of this job: it has a result in the store, or stands in quarantine, when this returns.

    To be called in the main thread, which alone can be told that the deadline is over.

    Raises:
        CampaignError: the store is in use.
    """
    begin = time.monotonic()
    with store.exclusive():
        resumed = int(job.key in store)
        if not resumed and store.error(job.key) is None:
            _attempt_until_final(job, task, store, options)
        done = job.key in store
        on_progress(int(done), int(not done))
        store.sweep()
    wall_s = time.monotonic() - begin
    return CampaignReport((job.key,) if done else (), () if done else (job.key,), resumed, wall_s)


def _attempt_until_final(job: Job, task: Task, store: ResultStore, options: CampaignOptions) -> None:
    run = uuid.uuid4().hex[:8]
    outcome, n = Outcome(None, final=False), 0
    while not outcome.final and n < options.attempts:
        n += 1
        with _deadline(options.deadline_s):
            outcome = attempt(task, job, store, f"{n}-{run}")
    if job.key not in store:
        store.quarantine(job, n, outcome.error or "ended without a result", refused=outcome.final)


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raises `TimeoutError` inside the block when it takes longer, and again until the block ends."""

    def late(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"no result within the deadline of {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    # Where the first one comes in the middle of a callback (of the compiler, say) it is lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
