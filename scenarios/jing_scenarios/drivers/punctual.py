"""A deadline for each answer of a driver, and what is done instead of a late one."""

import queue
import threading
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
    _questions: "queue.SimpleQueue[tuple[Observation, float] | None] | None" = field(
        default=None, init=False, repr=False
    )
    _last: Answer | None = field(default=None, init=False, repr=False)

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
        self.close()
        questions: queue.SimpleQueue[tuple[Observation, float] | None] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()
        self._questions, self._asked, self._last = questions, False, None
        # A daemon: a driver that never answers must not keep the program from ending.
        threading.Thread(target=_answer, args=(self.inner, questions, self._replies), daemon=True).start()

    def control(self, seen: Observation, time_s: float) -> Answer:
        """Inherited, see `Driver`."""
        assert self._questions is not None
        if not self._asked:
            self._questions.put((seen, time_s))
            self._asked = True
        try:
            reply = self._replies.get(timeout=self.deadline_s)
        except queue.Empty:
            self.late_answers += 1
            return self._instead()
        self._asked = False
        if isinstance(reply, Exception):
            raise reply
        self._last = reply
        return reply

    def close(self) -> None:
        """Its thread ends, once the driver has answered."""
        if self._questions is not None:
            self._questions.put(None)

    def _instead(self) -> Answer:
        if self._last is not None and self.late == "hold":
            return self._last
        if self.answers == "pedals":
            return VehicleControl(brake=0.5 if self.late == "brake" else 0.0)
        if self.answers == "pose" and self._last is not None:
            return self._last
        return MotionTarget(-_BRAKE_MPS2 if self.late == "brake" else 0.0)


def _answer(
    driver: Driver,
    questions: "queue.SimpleQueue[tuple[Observation, float] | None]",
    replies: "queue.SimpleQueue[Answer | Exception]",
) -> None:
    """Answers question after question until there is none."""
    while (question := questions.get()) is not None:
        try:
            replies.put(driver.control(*question))
        except Exception as error:  # noqa: BLE001 - raised again where the driver was asked
            replies.put(error)
