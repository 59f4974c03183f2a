"""Permutations whose ego is driven by pedals, stepped together in the worlds of one `DrivingBatch`.

The results are those of running each alone, bit by bit: worlds of a batch do not see each other. Cases go together
where they have one map, one step, and a driver with pedals; scenarios without bodies have no use for it. For two cars
the physics is a tenth of the time, so that one core gains nothing: it pays where many bodies move.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jing_scenarios.case_run import CaseSpec, ReadyCase, judged_row, ready_case, row_of_error
from jing_scenarios.report.results import CaseResult
from jing_scenarios.storyboard.run_scenario import Progress
from jing_scenarios.worlds.bodies import BodiesWorld
from jing_sim.driving.batch import DrivingBatch
from jing_sim.driving.options import DrivingOptions
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.scene_store import kept_scene

__all__ = ["go_together", "run_together"]

_SPARE_ROWS = 8


class _Member:
    """A case that runs in the batch."""

    def __init__(self, number: int, ready: ReadyCase, world: BodiesWorld) -> None:
        self.number, self.ready, self.world = number, ready, world
        self.engine = ready.engine(world)
        self.progress = Progress(self.engine)

    def begin_step(self) -> bool:
        """Up to where the world moves; False when the storyboard has ended."""
        engine = self.engine
        if not engine.begin_step():
            return False
        if engine.dt_s > 0.0:
            self.world.begin_step(engine.entities, engine.dt_s)
        return True

    def end_step(self) -> bool:
        """From there on; False when it was the last step."""
        if self.engine.dt_s > 0.0:
            self.world.end_step(self.engine.entities)
        self.engine.end_step()
        return self.progress.goes_on()


def go_together(cases: Sequence[ReadyCase]) -> bool:
    """The cases may share a batch."""
    kinds = {(case.prepared.scenario.road_file, case.spec.dt_s) for case in cases}
    driven = all(any(driver.answers == "pedals" for driver in case.drivers.values()) for case in cases)
    return len(cases) > 1 and len(kinds) == 1 and driven


def run_together(specs: Sequence[CaseSpec], folders: Sequence[Path | None] | None = None) -> list[CaseResult] | None:
    """The rows of cases, in their order; None where they do not go together, and nothing was run.

    Args:
        specs: the cases.
        folders: run folders to write; None = none.
    """
    begin = time.perf_counter()
    rows: dict[int, CaseResult] = {}
    ready: dict[int, ReadyCase] = {}
    for number, spec in enumerate(specs):
        try:
            ready[number] = ready_case(spec)
        except Exception as error:  # noqa: BLE001 - what is wrong with one case is its verdict
            rows[number] = row_of_error(spec, error, begin)
    if not go_together(list(ready.values())):
        return None
    return _Together(specs, folders or [None] * len(specs), rows).run(ready)


class _Together:
    """Cases on their way through one batch, and the rows of those that are over."""

    def __init__(self, specs: Sequence[CaseSpec], folders: Sequence[Path | None], rows: dict[int, CaseResult]) -> None:
        self._specs, self._folders, self._rows = specs, folders, rows

    def run(self, ready: dict[int, ReadyCase]) -> list[CaseResult]:
        """All rows, in the order of the cases."""
        first = next(iter(ready.values()))
        road, dt_s = first.prepared.scenario.road_file, first.spec.dt_s
        scene = flat_scene() if road is None else kept_scene(road)
        bodies = max(len(case.prepared.scenario.entities) for case in ready.values()) + _SPARE_ROWS
        batch = DrivingBatch(scene, len(ready), DrivingOptions(rows=bodies))
        members: list[_Member] = []
        for (number, case), own in zip(ready.items(), batch.worlds, strict=True):
            with self._verdict_of(number, case.begin):
                members.append(_Member(number, case, BodiesWorld(scene, own)))
        at_start = True
        while members:
            members = [one for one in members if self._goes_on(one, one.begin_step)]
            if not at_start and members:
                batch.step(dt_s)
            at_start = False
            members = [one for one in members if self._goes_on(one, one.end_step)]
        return [self._rows[number] for number in range(len(self._specs))]

    def _goes_on(self, one: _Member, half: Callable[[], bool]) -> bool:
        """After half a step of a case; one that has ended, or broke, has its row."""
        with self._verdict_of(one.number, one.ready.begin):
            if half():
                return True
            run = one.progress.ended()
            self._rows[one.number] = judged_row(one.ready, one.engine, run, self._folders[one.number])
        return False

    @contextmanager
    def _verdict_of(self, number: int, begin: float) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - what is wrong with one case is its verdict
            self._rows[number] = row_of_error(self._specs[number], error, begin)
