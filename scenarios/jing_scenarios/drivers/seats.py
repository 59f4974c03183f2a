"""Who drives which entity while a scenario runs."""

from __future__ import annotations

import math
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jing_maps.errors import JingError
from jing_scenarios.drivers.controllers import driver_of_controller, properties_of
from jing_scenarios.drivers.driver import Answer, Driver, DriverError, DriverView, MotionTarget, PoseTarget
from jing_scenarios.drivers.observe import Eyes
from jing_scenarios.drivers.overrides import Overrides, with_overrides
from jing_scenarios.drivers.punctual import PunctualDriver
from jing_scenarios.drivers.simple import DefaultDriver
from jing_scenarios.openscenario.node import Node
from jing_sim.driving.controls import VehicleControl

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Seats"]


@dataclass
class _Seat:
    """The driver of an entity: assigned, and in which domains it is active."""

    driver: Driver
    properties: dict[str, str] = field(default_factory=dict)
    longitudinal: bool = False
    lateral: bool = False
    ready: bool = False
    eyes: Eyes | None = None

    @property
    def active(self) -> bool:
        """It drives: the default driver leaves that to the engine."""
        return (self.longitudinal or self.lateral) and not isinstance(self.driver, DefaultDriver)


class Seats:
    """All drivers of a run.

    An active driver has its domains to itself: actions on them run and end as they would, and move nothing.

    Attributes:
        busy: somebody is asked in each step.
        failure: of which driver and why the run was ended; empty = none.
    """

    def __init__(self, engine: Engine) -> None:
        """Controllers that entities have from the start are assigned, not active.

        Raises:
            DriverError: a controller that was chosen by name is no driver.
        """
        self._engine = engine
        self._seats: dict[int, _Seat] = {}
        self._wanted: dict[int, float] = {}
        self._overrides: dict[int, Overrides] = {}
        self.busy, self.failure = False, ""
        for row, node in enumerate(engine.entities.nodes):
            for holder in node.every("ObjectController"):
                controller = holder.find("Controller")
                if controller is not None:
                    self.assign(row, controller)

    def take(self, row: int, driver: Driver, properties: dict[str, str] | None = None) -> None:
        """The driver has both domains from now on."""
        self._seat(row, driver, properties or {})
        self.activate(row, longitudinal=True, lateral=True)

    def assign(
        self, row: int, controller: Node, *, longitudinal: bool | None = None, lateral: bool | None = None
    ) -> None:
        """AssignControllerAction: the driver of this Controller element; None = the domain stays as it is."""
        before = self._seats.get(row)
        driver, warning = driver_of_controller(controller, self._engine.options.controllers)
        if warning:
            self._engine.log.warn(warning)
        self._seat(row, driver, properties_of(controller))
        keeps = (before.longitudinal, before.lateral) if before is not None else (False, False)
        self.activate(
            row,
            longitudinal=keeps[0] if longitudinal is None else longitudinal,
            lateral=keeps[1] if lateral is None else lateral,
        )

    def activate(self, row: int, *, longitudinal: bool | None = None, lateral: bool | None = None) -> None:
        """ActivateControllerAction; None = the domain stays as it is. Nobody in the seat: nothing happens."""
        seat = self._seats.get(row)
        if seat is None:
            return
        seat.longitudinal = seat.longitudinal if longitudinal is None else longitudinal
        seat.lateral = seat.lateral if lateral is None else lateral
        self._settle(row, seat)

    def wanted_speed(self, row: int, speed_mps: float) -> None:
        """A speed action has named a speed for a row whose driver decides."""
        self._wanted[row] = speed_mps

    def override(self, row: int, pedal: str, value: float | None) -> None:
        """OverrideControllerValueAction: `pedal` is throttle, brake, clutch, parkingBrake, steering or gear.

        None = the driver's own value counts again. Values as the standard has them: 0 to 1, steering in rad.
        """
        held = self._overrides.setdefault(row, {})
        if value is None:
            held.pop(pedal, None)
        else:
            held[pedal] = value

    def step(self, engine: Engine, dt_s: float) -> None:
        """All active drivers have answered for the step under way, and their rows go as they say."""
        for row, seat in self._seats.items():
            if not seat.active or not engine.entities.alive[row] or self.failure:
                continue
            try:
                self._ready(row, seat)
                assert seat.eyes is not None
                seen = seat.eyes.look(engine, dt_s or engine.options.dt_s, self._wish(row))
                answer = seat.driver.control(seen, engine.time_s)
                answer = with_overrides(answer, self._overrides.get(row), engine.entities.bodies[row])
                self._apply(engine, row, seat, answer, dt_s)
            except JingError as error:
                self._fail(engine, row, str(error))
            except Exception as error:  # noqa: BLE001 - whatever a user's driver raises is the driver's failure
                self._fail(engine, row, f"{type(error).__name__}: {error}; {_last_line(error)}")

    def finish(self) -> None:
        """Tells of late answers, and ends what drivers have started."""
        for row, seat in self._seats.items():
            if isinstance(seat.driver, PunctualDriver) and seat.ready:
                if seat.driver.late_answers:
                    name = self._engine.entities.names[row]
                    late, limit = seat.driver.late_answers, seat.driver.deadline_s
                    text = (
                        f"the driver of {name!r} answered later than {limit:g} s in {late} steps ({seat.driver.late})"
                    )
                    self._engine.log.warn(text)
                seat.driver.close()

    def _seat(self, row: int, driver: Driver, properties: dict[str, str]) -> None:
        self._seats[row] = _Seat(driver, properties)

    def _settle(self, row: int, seat: _Seat) -> None:
        """Columns and world know who moves the row."""
        engine = self._engine
        active = seat.active
        engine.motion.driver_long[row] = active and seat.longitudinal
        engine.motion.driver_lat[row] = active and seat.lateral
        driven = active and seat.driver.answers == "pedals"
        if driven and engine.world is None:
            name = engine.entities.names[row]
            raise DriverError(f"the driver of {name!r} answers with pedals, which needs a world with bodies")
        if bool(engine.entities.driven[row]) != driven:
            engine.entities.driven[row] = driven
            if engine.world is not None and engine.step_count > 0:
                engine.world.drive(row, engine.entities)
        if active:
            self._wanted[row] = engine.entities.speed.item(row)
        self.busy = any(one.active for one in self._seats.values())

    def _wish(self, row: int) -> float:
        return self._wanted.get(row, 0.0)

    def _ready(self, row: int, seat: _Seat) -> None:
        """Before its first question."""
        if seat.ready:
            return
        engine, body = self._engine, self._engine.entities.bodies[row]
        seat.eyes = Eyes(engine, row, tuple(seat.driver.needs))
        options, scenario = engine.options, engine.scenario
        view = DriverView(
            body.name, options.dt_s, scenario.road_file, options.seed, seat.properties, body.wheelbase_m,
            body.max_steer_rad,
        )  # fmt: skip
        seat.driver.setup(view)
        seat.ready = True

    def _apply(self, engine: Engine, row: int, seat: _Seat, answer: Answer, dt_s: float) -> None:
        if isinstance(answer, VehicleControl):
            if engine.world is None or not engine.entities.driven[row]:
                raise DriverError("it answers with pedals, but says that it answers with " + seat.driver.answers)
            if dt_s > 0.0:
                engine.world.control(row, answer)
        elif isinstance(answer, MotionTarget):
            _move_along(engine, row, seat, answer, dt_s)
        elif isinstance(answer, PoseTarget):
            _put(engine, row, seat, answer, dt_s)
        else:
            raise DriverError(f"it answers {answer!r}; VehicleControl, MotionTarget or PoseTarget is right")

    def _fail(self, engine: Engine, row: int, why: str) -> None:
        name = engine.entities.names[row]
        self.failure = f"the driver of {name!r} failed at {engine.time_s:.2f} s: {why}"
        engine.stop_reason = self.failure


def _move_along(engine: Engine, row: int, seat: _Seat, answer: MotionTarget, dt_s: float) -> None:
    entities, body = engine.entities, engine.entities.bodies[row]
    if not math.isfinite(answer.acceleration_mps2):
        raise DriverError(f"it answers an acceleration of {answer.acceleration_mps2} m/s2; a number is right")
    if seat.longitudinal:
        wish = max(min(answer.acceleration_mps2, body.max_acceleration_mps2), -body.max_deceleration_mps2)
        speed = min(max(entities.speed.item(row) + wish * dt_s, 0.0), body.max_speed_mps)
        entities.speed[row] = speed
        engine.motion.speed_set[row] = True
    if seat.lateral and answer.offset_m is not None and dt_s > 0.0 and entities.road.item(row) >= 0:
        # Offsets in the file's sense grow to the left along growing s.
        along = math.cos(entities.h_rel.item(row)) >= 0.0
        offset = answer.offset_m if along else -answer.offset_m
        place = entities.road.item(row), entities.lane.item(row), entities.s.item(row)
        engine.put_lane(row, *place, offset, 0.0 if along else math.pi)
        engine.motion.lat_set[row] = True


def _put(engine: Engine, row: int, seat: _Seat, answer: PoseTarget, dt_s: float) -> None:
    values = answer.x_m, answer.y_m, answer.heading_rad, answer.speed_mps
    if not all(math.isfinite(value) for value in values):
        raise DriverError(f"it answers {answer!r}; finite numbers are right")
    if dt_s <= 0.0 or not (seat.longitudinal and seat.lateral):
        return
    engine.put_pose(row, (answer.x_m, answer.y_m, math.nan, answer.heading_rad, math.nan, math.nan))
    engine.entities.speed[row] = answer.speed_mps
    engine.motion.long_set[row] = engine.motion.lat_set[row] = engine.motion.speed_set[row] = True


def _last_line(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "no traceback"
