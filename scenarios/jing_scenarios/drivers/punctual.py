"""A deadline for each answer of a driver, and what is done instead of a late one."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass, field
from typing import Literal

from jing_scenarios.drivers.driver import Answer, Driver, DriverError, DriverView, MotionTarget, Observation
from jing_sim.driving.controls import VehicleControl

__all__ = ["LATE_POLICIES", "PunctualDriver"]

LATE_POLICIES = ("hold", "brake")
_BRAKE_MPS2 = 4.0


@dataclass
class PunctualDriver:
    """Asks `inner` and waits no longer than `deadline_s`.

    While a late answer is under way the driver is not asked again; when it comes, it counts from the next step on.
    Wall-clock deadlines make runs depend on the machine: two runs may differ.

    Attributes:
        late: hold = the answer before goes on; brake = an even braking with 4 m/s2, or half the pedal.
        late_answers: how many steps had to do without one.
    """

    inner: Driver
    deadline_s: float
    late: str = "hold"
    late_answers: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if not self.deadline_s > 0.0:
            raise DriverError(f"deadline_s={self.deadline_s}; more than 0 s is right")
        if self.late not in LATE_POLICIES:
            raise DriverError(f"late={self.late!r}; {' or '.join(LATE_POLICIES)} is right")

    @property
    def needs(self) -> tuple[str, ...]:
        """Those of `inner`."""
        return self.inner.needs

    @property
    def answers(self) -> Literal["motion", "pose", "pedals"]:
        """Those of `inner`."""
        return self.inner.answers

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""
        self.inner.setup(view)
        self._pool = ThreadPoolExecutor(1, "driver")
        self._under_way: Future[Answer] | None = None
        self._last: Answer | None = None

    def control(self, seen: Observation, time_s: float) -> Answer:
        """Inherited, see `Driver`."""
        if self._under_way is None:
            self._under_way = self._pool.submit(self.inner.control, seen, time_s)
        try:
            self._last = self._under_way.result(self.deadline_s)
            self._under_way = None
        except LateError:
            self.late_answers += 1
            return self._instead()
        return self._last

    def close(self) -> None:
        """Its thread ends; one that never answers is left behind."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for thread in threading.enumerate():
            if thread.name.startswith("driver") and thread.is_alive():
                thread.join(0.1)

    def _instead(self) -> Answer:
        if self._last is not None and self.late == "hold":
            return self._last
        if self.answers == "pedals":
            return VehicleControl(brake=0.5 if self.late == "brake" else 0.0)
        if self.answers == "pose" and self._last is not None:
            return self._last
        return MotionTarget(-_BRAKE_MPS2 if self.late == "brake" else 0.0)
