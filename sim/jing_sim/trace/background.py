"""Work that a thread does beside the one that steps a world, in the order in which it was given.

>>> from functools import partial
>>> done: list[int] = []
>>> work = WorkInOrder()
>>> for k in range(100):
...     work.add(partial(done.append, k))
>>> work.finish()
>>> done == list(range(100))
True
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["WorkInOrder"]

Task = Callable[[], None]

# A thread that is woken for each task costs more than the tasks; what waits is held in memory.
_AT_ONCE = 32
_MOST_WAITING = 320


class WorkInOrder:
    """Tasks for one thread. What a task raises is raised again by the next call, and the tasks behind it are dropped.

    `add` returns at once unless 320 tasks wait; then it waits for the thread, so memory is bounded.
    """

    def __init__(self) -> None:
        self._waiting: list[Task] = []
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None

    def add(self, task: Task) -> None:
        """The task will be done after all others."""
        self._waiting.append(task)
        idle = self._running is None or self._running.done()
        if len(self._waiting) >= (_AT_ONCE if idle else _MOST_WAITING):
            self._join()
            tasks, self._waiting = self._waiting, []
            self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="trace")
            self._running = self._pool.submit(_do, tasks)

    def finish(self) -> None:
        """All tasks are done when this returns; no thread is left."""
        try:
            self._join()
            tasks, self._waiting = self._waiting, []
            _do(tasks)
        finally:
            if self._pool is not None:
                self._pool.shutdown()
                self._pool = None

    def _join(self) -> None:
        running, self._running = self._running, None
        try:
            if running is not None:
                running.result()
        except Exception:
            self._waiting = []
            raise


def _do(tasks: list[Task]) -> None:
    for task in tasks:
        task()
