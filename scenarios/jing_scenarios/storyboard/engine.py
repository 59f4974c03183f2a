"""The loop that carries out a scenario.

A step of more than 10 ms in which something may begin, go on or end is made of equal parts of at most 10 ms, unless
drivers, traffic or pedals move somebody: they decide once a step. Order of a part from t to t + dt (the first step, at
0 s, has dt = 0 and starts Init and the storyboard): triggers are evaluated on the state at t; what starts, starts and
takes its first step at once; running actions step; drivers answer; whoever was not moved along goes speed * dt along
its lane; the world moves driven entities; trailers follow; then it is t + dt, and overlaps, standing still, end of road
and velocities are noted. So a condition `simulation time > 0` fires at dt, and an action that starts at t is seen in
the row of t + dt.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Protocol

import numpy as np

from jing_scenarios.actions.action import Owned
from jing_scenarios.actions.environment import EnvironmentState
from jing_scenarios.actions.signals import signals_of
from jing_scenarios.actions.trailers import Trailers
from jing_scenarios.drivers.seats import Seats
from jing_scenarios.openscenario.node import OpenScenarioError, Value
from jing_scenarios.roads.place_rows import (
    H_REL,
    LANE,
    LANE_SET,
    OFFSET,
    POSE_SET,
    ROAD,
    H,
    P,
    R,
    S,
    X,
    Y,
    Z,
)
from jing_scenarios.roads.placement import Placement
from jing_scenarios.storyboard.build import init_of, storyboard_of
from jing_scenarios.storyboard.context import CompileContext
from jing_scenarios.storyboard.element import Element, State
from jing_scenarios.storyboard.entities import Motion
from jing_scenarios.storyboard.event import ActionElement
from jing_scenarios.storyboard.kernels_state import default_motion, note_step
from jing_scenarios.storyboard.loops import LoopWatch
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.randoms import counter_random
from jing_scenarios.storyboard.set_up import entities_of, plan_of, scene_of, surprises_in
from jing_scenarios.storyboard.story_log import ContactChange, StoryChange, StoryLog
from jing_scenarios.storyboard.watch import StoryWatch
from jing_scenarios.worlds.scenery import Scenery

if TYPE_CHECKING:
    from jing_scenarios.actions.appearance import Light
    from jing_scenarios.openscenario.read import Scenario
    from jing_scenarios.worlds.world import EntityBody

__all__ = ["Engine", "NoRoomError"]

LONGEST_PART_S = 0.01
"""Of a step in which everybody is moved by actions: what happens between two steps is not put off to the next one."""

_MOST_OVERLAPS = 256


class NoRoomError(OpenScenarioError):
    """More entities at a time than the run has rows for."""


class TrafficPart(Protocol):
    """Traffic around the file's entities."""

    def step(self, engine: Engine, dt_s: float) -> None:
        """Its vehicles have decided how to go on."""


class Engine:
    """A scenario that runs.

    Attributes:
        scenario, options: what is run, and how. plan: its roads. entities, motion: columns. scene: for positions.
        time_s, step_count: simulation time, steps taken. dt_s: of the part of a step that is under way.
        part_count: parts taken.
        parameters, variables, monitors, user_values: by name; actions change them.
        signals, environment, trailers, seats, traffic: parts with a state of their own.
        lights: of entities, by light type. animations: seconds since they began.
        init, storyboard: elements. log: what happened. overlapping: pairs of rows (smaller first).
        stop_reason: why it ended; empty = it runs.
    """

    def __init__(self, scenario: Scenario, options: RunOptions) -> None:
        """Compiles the scenario; raises OpenScenarioError (what is unsupported, what is not there) with places."""
        self.scenario, self.options, self.world = scenario, options, options.world
        self.plan = plan_of(scenario.road_file)
        self.entities = entities_of(scenario, self.plan)
        self.place = self.entities.place
        self.motion = Motion.of(len(self.entities))
        self.scene = scene_of(self.plan, self.entities, options.seed)
        self.time_s, self.step_count, self.part_count, self.dt_s = 0.0, 0, 0, 0.0
        self._parts = max(1, ceil(options.dt_s / LONGEST_PART_S - 1e-9))
        self.parameters: dict[str, Value] = dict(scenario.parameters)
        self.variables: dict[str, Value] = dict(scenario.variables)
        self.monitors: dict[str, bool] = dict(scenario.monitors)
        self.user_values: dict[str, Value] = {}
        self.log = StoryLog()
        for surprise in surprises_in(scenario, self.entities):
            self.log.warn(surprise)
        self.loops = LoopWatch(self.log)
        self.overlapping: set[tuple[int, int]] = set()
        self.stop_reason = ""
        self._owners: dict[Owned, list[ActionElement]] = {}
        self._pairs = np.zeros((_MOST_OVERLAPS, 2), dtype=np.int64)
        self._n_overlaps = 0
        self.traffic: list[TrafficPart] = []
        self.lights: dict[int, dict[str, Light]] = {}
        self.animations: dict[tuple[int, str], float] = {}
        self.environment = EnvironmentState()
        self.seats = Seats(self)
        self.trailers = Trailers.of(self.entities)
        context = CompileContext(self)
        self.signals = signals_of(context)
        self.init = init_of(scenario.storyboard, context)
        self.storyboard = storyboard_of(scenario.storyboard, context)
        self._towed, self._scenery = False, Scenery()
        self._watch = StoryWatch(self, self.storyboard, self.init)

    @property
    def running(self) -> bool:
        """The storyboard has not ended and nobody has stopped the run."""
        return not self.stop_reason

    @property
    def step_s(self) -> float:
        """Of the step under way, with all of its parts: 0 for the first one."""
        return self.options.dt_s if self.step_count else 0.0

    def step(self) -> bool:
        """Carries out a step, the first of which starts everything; False when the storyboard has ended."""
        if not self.begin_step():
            return False
        if self.world is not None:
            self.world.step(self.entities, self.step_s)
        self.end_step()
        return True

    def begin_step(self) -> bool:
        """The part of a step before the world moves; False when the storyboard has ended."""
        parts = self._parts if self._parts > 1 and self._may_change() else 1
        self.dt_s = self.step_s / parts
        for _ in range(1, parts):
            if not self._begin_part():
                return False
            self._end_part(round(self.time_s + self.dt_s, 9))
        goes_on = self._begin_part()
        if goes_on and self.world is not None and not self.entities.driven.any():
            self._tow()  # so that the world has trailers behind who tows them
        return goes_on

    def _may_change(self) -> bool:
        """Something may begin, go on or end in the step that begins, and nobody else than actions moves entities."""
        if not self.step_count or self.seats.busy or self.traffic or self.entities.driven.any():
            return False
        return self.trailers.any or not self._watch.rests(self.step_s)

    def _begin_part(self) -> bool:
        self.motion.clear()
        if not self.step_count:
            self._begin()
        self.signals.step(self.time_s)
        self._watch.look()
        self._watch.step(self.dt_s)
        if self.storyboard.state is not State.RUNNING:
            self.stop_reason = "stop trigger"
            return False
        self._move(self.dt_s)
        return True

    def end_step(self) -> None:
        """The part after it: driven entities are where the world has them, and it is a step later."""
        if self.world is not None:
            self._take_driven()
        self.step_count += 1
        self._end_part(round((self.step_count - 1) * self.options.dt_s, 9))
        if self.world is not None and self.entities.driven.any():
            self._scenery.note(self)

    def _end_part(self, time_s: float) -> None:
        if not self._towed:
            self._tow()
        self._towed = False
        self.part_count += 1
        self.scene.time[0] = self.time_s = time_s
        self._note()

    def _begin(self) -> None:
        for action in self.init:
            action.start()
        for name, driver in self.options.drivers.items():
            self.seats.take(self.entities.row_of(name), driver)
        self._join_world()
        self.storyboard.start()

    def _join_world(self) -> None:
        """All who take part after Init are in the world, which knows by now who is driven by pedals."""
        if self.world is not None:
            self.place.step()  # poses that Init has left half said are whole
            for row in np.flatnonzero(self.entities.alive).tolist():
                self.world.add(row, self.entities.bodies[row], self.entities)

    def _tow(self) -> None:
        if self.trailers.any:
            self.trailers.step(self)
        self._towed = True

    def _move(self, dt_s: float) -> None:
        entities, motion, place = self.entities, self.motion, self.place
        if self.seats.busy:
            self.seats.step(self, dt_s)
        for part in self.traffic:
            part.step(self, dt_s)
        flags = (entities.alive, motion.long_set, motion.speed_set, entities.towed, entities.driven)
        default_motion(place.ds_m, place.on, entities.speed, flags, dt_s)
        place.step()

    def _take_driven(self) -> None:
        driven = self.entities.driven
        if driven.any():
            self.place.how[driven] = POSE_SET
            self.motion.speed_set[driven] = True
            self.place.step()

    def _note(self) -> None:
        e, motion, place = self.entities, self.motion, self.place
        flags = (e.alive, motion.put, motion.speed_set)
        count = note_step(
            place.on, place.pose, e.before, e.rates, e.since, e.speed, self.scene.boxes, flags, self._pairs,
            self.time_s, self.dt_s,
        )  # fmt: skip
        if count or self._n_overlaps:
            self._note_overlaps(count)

    def _note_overlaps(self, count: int) -> None:
        now = {(int(i), int(j)) for i, j in self._pairs[:count].tolist() if not self.trailers.joined(i, j)}
        for i, j in sorted(now ^ self.overlapping):
            self.log.contacts.append(ContactChange(self.time_s, i, j, (i, j) in now))
        self.overlapping, self._n_overlaps = now, count

    def put(self, row: int, placement: Placement) -> None:
        """The entity is there at once; nothing else of it changes."""
        self.place.put(row, placement)
        self.motion.put[row] = True
        if self.world is not None and self.entities.driven[row] and self.step_count > 0:
            self.world.drive(row, self.entities)

    def put_lane(self, row: int, road: int, lane: int, s_m: float, offset_m: float, h_rel: float) -> None:
        """The step under way ends for the entity at this place of a lane (plus its motion along it, if any)."""
        place = self.place
        place.on[row, ROAD], place.on[row, LANE] = road, lane
        place.along[row, S], place.along[row, OFFSET], place.along[row, H_REL] = s_m, offset_m, h_rel
        place.how[row] = LANE_SET

    def put_pose(self, row: int, pose: tuple[float, float, float, float, float, float]) -> None:
        """Likewise, by x y z h p r; NaN in z, p, r = as the road has it."""
        place = self.place
        place.pose[row, X], place.pose[row, Y], place.pose[row, Z] = pose[:3]
        place.pose[row, H], place.pose[row, P], place.pose[row, R] = pose[3:]
        place.how[row] = POSE_SET

    def take_over(self, newer: ActionElement) -> None:
        """Ends whatever controls a domain of an entity that this one wants; Init's actions leave each other alone."""
        for owned in newer.action.owns:
            owners = self._owners.setdefault(owned, [])
            if self.step_count or newer not in self.init:
                for older in owners:
                    if older is not newer and older.state is State.RUNNING:
                        older.overtake()
                owners.clear()
            owners.append(newer)

    def add_entity(self, row: int, placement: Placement) -> None:
        """A declared entity takes part, from this place on."""
        self.entities.alive[row] = True
        self.put(row, placement)
        if self.world is not None:
            self.world.add(row, self.entities.bodies[row], self.entities)

    def remove_entity(self, row: int) -> None:
        """An entity takes no part any more; what it was doing stops."""
        for (owned_row, _), owners in self._owners.items():
            for action in owners if owned_row == row else ():
                if action.state is State.RUNNING:
                    action.stop()
        self.entities.alive[row] = False
        if self.world is not None:
            self.world.remove(row)

    def spawn(self, body: EntityBody, placement: Placement, name: str) -> int:
        """The row of a new entity; raises NoRoomError."""
        entities = self.entities
        row = entities.take_row(name, body)
        if row < 0:
            raise NoRoomError(
                f"{name!r}: {len(entities)} entities are there already; fewer vehicles of traffic are right"
            )
        self.scene.boxes[row] = (*body.size_m, *body.centre_m)
        self.add_entity(row, placement)
        return row

    def random(self, row: int, salt: int = 0) -> float:
        """In [0, 1): a hash of the run's seed, the entity, the step and `salt`, whoever asks first."""
        return counter_random(self.options.seed, row, self.step_count, salt)

    def tell_skip(self, element: Element) -> None:
        """An event could not start since another one of its maneuver runs."""
        state = "standbyState"
        self.log.changes.append(StoryChange(self.time_s, element.name, "event", state, "skipTransition", state))
