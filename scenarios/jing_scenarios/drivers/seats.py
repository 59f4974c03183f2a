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
from jing_scenarios.drivers.spec import check_driver
from jing_scenarios.openscenario.node import Node
from jing_scenarios.worlds.weather import grip_mps2
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
        self._seats: dict[int, dict[str, _Seat]] = {}
        self._wanted: dict[int, float] = {}
        self._overrides: dict[int, Overrides] = {}
        self.busy, self.failure = False, ""
        for row, node in enumerate(engine.entities.nodes):
            for holder in node.every("ObjectController"):
                controller = holder.find("Controller")
                if controller is not None:
                    self.assign(row, controller, holder.string("name", "") or controller.string("name"))

    def take(self, row: int, driver: Driver, properties: dict[str, str] | None = None) -> None:
        """The driver has both domains from now on.

        Raises:
            DriverError: it lacks what drivers have, or asks for what nobody shows it.
        """
        check_driver(driver, f"of {self._engine.entities.names[row]}")
        self._seats.setdefault(row, {})["stack"] = _Seat(driver, properties or {})
        self.activate(row, "stack", longitudinal=True, lateral=True)

    def assign(self, row: int, controller: Node, name: str = "") -> None:
        """AssignControllerAction: the driver of this Controller element; it drives once it is activated.

        Raises:
            DriverError: a controller that was chosen by name is no driver.
        """
        driver, warning = driver_of_controller(controller, self._engine.options.controllers)
        if warning:
            self._engine.log.warn(warning)
        seats, name = self._seats.setdefault(row, {}), name or controller.string("name")
        before = seats.pop(name, None)
        seats[name] = seat = _Seat(driver, properties_of(controller))
        if before is not None:
            seat.longitudinal, seat.lateral = before.longitudinal, before.lateral
            self._settle(row)

    def activate(
        self,
        row: int,
        name: str = "",
        *,
        longitudinal: bool | None = None,
        lateral: bool | None = None,
        lighting: bool | None = None,
        animation: bool | None = None,
    ) -> None:
        """ActivateControllerAction; None = the domain stays as it is; no name = the controller assigned last.

        Lights and animations are left to actions: drivers here have none.
        """
        del lighting, animation
        seats, entity = self._seats.get(row, {}), self._engine.entities.names[row]
        seat = seats.get(name) if name else next(reversed(seats.values()), None)
        if seat is None:
            which = f"controller {name!r}" if name else "controller"
            self._engine.log.warn(f"{entity!r} has no {which} that could be activated")
            return
        if longitudinal is not None:
            for other in seats.values():
                other.longitudinal = other is seat and longitudinal
        if lateral is not None:
            for other in seats.values():
                other.lateral = other is seat and lateral
        self._settle(row)

    def wanted_speed(self, row: int, speed_mps: float) -> None:
        """A speed action has named a speed for a row whose driver decides."""
        self._wanted[row] = speed_mps

    def override(self, row: int, **values: float | None) -> None:
        """OverrideControllerValueAction: a number = held from now on, None = the driver's own value counts again.

        Names are those of `overrides.Overrides`; a name that is not there stays as it is.
        """
        held = self._overrides.setdefault(row, {})
        for name, value in values.items():
            if value is None:
                held.pop(name, None)
            else:
                held[name] = value
        if held and not any(seat.active for seat in self._seats.get(row, {}).values()):
            entity = self._engine.entities.names[row]
            self._engine.log.warn(f"no controller drives {entity!r}: pedals and wheel that are overridden move nothing")

    def step(self, engine: Engine, dt_s: float) -> None:
        """All active drivers have answered for the step under way, and their rows go as they say."""
        for row, seats in self._seats.items():
            if self.failure or not engine.entities.alive[row]:
                continue
            for seat in seats.values():
                if seat.active:
                    self._ask(engine, row, seat, dt_s)

    def finish(self) -> None:
        """Tells of late answers, and ends what drivers have started."""
        for row, seat in ((row, seat) for row, seats in self._seats.items() for seat in seats.values()):
            if isinstance(seat.driver, PunctualDriver) and seat.ready:
                if seat.driver.late_answers:
                    name, late = self._engine.entities.names[row], seat.driver.late_answers
                    limit = f"{seat.driver.deadline_s:g} s"
                    self._engine.log.warn(f"the driver of {name!r} was later than {limit} in {late} steps")
                seat.driver.close()

    def _ask(self, engine: Engine, row: int, seat: _Seat, dt_s: float) -> None:
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

    def _settle(self, row: int) -> None:
        """Columns and world know who moves the row."""
        engine, seats = self._engine, self._seats[row].values()
        was = engine.motion.driver_long[row] or engine.motion.driver_lat[row]
        engine.motion.driver_long[row] = any(seat.active and seat.longitudinal for seat in seats)
        engine.motion.driver_lat[row] = any(seat.active and seat.lateral for seat in seats)
        driven = any(seat.active and seat.driver.answers == "pedals" for seat in seats)
        if driven and engine.world is None:
            name = engine.entities.names[row]
            raise DriverError(f"the driver of {name!r} answers with pedals, which needs a world with bodies")
        if bool(engine.entities.driven[row]) != driven:
            engine.entities.driven[row] = driven
            if engine.world is not None and engine.step_count > 0:
                engine.world.drive(row, engine.entities)
        if not was and any(seat.active for seat in seats):
            speed = engine.entities.speed.item(row)
            self._wanted[row] = speed if speed != 0.0 else math.nan
        self.busy = any(seat.active for seats in self._seats.values() for seat in seats.values())

    def _wish(self, row: int) -> float:
        return self._wanted.get(row, math.nan)

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
        grip = grip_mps2(engine.environment.now)
        most, least = min(body.max_acceleration_mps2, grip), -min(body.max_deceleration_mps2, grip)
        wish = max(min(answer.acceleration_mps2, most), least)
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
    if dt_s <= 0.0:
        return
    if not (seat.longitudinal and seat.lateral):
        # Half a pose: the speed along the lane, or nothing.
        if seat.longitudinal:
            engine.entities.speed[row] = answer.speed_mps
            engine.motion.speed_set[row] = True
        return
    engine.put_pose(row, (answer.x_m, answer.y_m, math.nan, answer.heading_rad, math.nan, math.nan))
    engine.entities.speed[row] = answer.speed_mps
    engine.motion.long_set[row] = engine.motion.lat_set[row] = engine.motion.speed_set[row] = True


def _last_line(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "no traceback"
