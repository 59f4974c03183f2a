"""A scenario as a Python program: roads, actors, what they do, when it ends, and what must hold.

```python
gap = Param("cut_in_gap_m", Uniform(5.0, 30.0))
scenario = Scenario("cut-in", road=straight(1500.0, lanes=3))
ego = scenario.vehicle("Ego", at=lane(-2, 50.0), speed_mps=25.0)
car = scenario.vehicle("Cutter", at=ahead_of(ego, gap_m=gap, left=1), speed_mps=20.0)
scenario.do(serial(wait(2.0), car.change_lane(right=1, over_s=3.0), car.brake(4.0, to_mps=5.0)))
scenario.end(time_s() > 15.0)
```
"""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jing_maps.errors import UnknownNameError
from jing_scenarios.criteria import Criterion, MetricBound, RunVerdict, judge
from jing_scenarios.drivers.driver import Answer, Driver, Observation
from jing_scenarios.drivers.spec import driver_of_spec, function_driver
from jing_scenarios.metrics.scenario_runs import trace_of
from jing_scenarios.openscenario.node import Node
from jing_scenarios.openscenario.read import Scenario as Resolved
from jing_scenarios.openscenario.read import scenario_of
from jing_scenarios.openscenario.write import write_xosc
from jing_scenarios.script.actions import global_action, is_built_in, signal_state
from jing_scenarios.script.actors import Actor, Kind
from jing_scenarios.script.behaviour import Behaviour, command_of
from jing_scenarios.script.conditions import Condition
from jing_scenarios.script.distributions import ParameterValue
from jing_scenarios.script.document import params_below, root_element
from jing_scenarios.script.environment import Environment, environment_action
from jing_scenarios.script.maneuvers import Maneuver, Step
from jing_scenarios.script.models import (
    PEDESTRIANS,
    VEHICLES,
    Model,
    model_of,
)
from jing_scenarios.script.places import At, Place
from jing_scenarios.script.roads import Road, area_road
from jing_scenarios.script.storyboard import storyboard_element
from jing_scenarios.script.streets import Compass, Way, way_from, way_towards
from jing_scenarios.script.values import Number, Param, ScriptError, text_of
from jing_scenarios.script.variation_file import write_variation
from jing_scenarios.script.verdict_export import write_verdict_file
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_scenario
from jing_scenarios.worlds.choice import native_world

__all__ = ["NO_ROAD", "Scenario"]

DriverFunction = Callable[[Observation, float], Answer]
"""A driver as a plain function: what it sees and the time -> what it does."""

NO_ROAD = Path()
"""As the road of a scenario without any: only coordinates are places there."""


class Scenario:
    """A scenario under construction.

    Args:
        name: of it; also what files are called.
        area: a built-in area, or
        road: roads made by `straight`, `curved`, `crossing`, or the path of an OpenDRIVE file.
        description: one sentence.

    Attributes:
        actors: by name, in the order in which they were made.
        commands: functions that are called during the run, by name.
        requirements: what must hold.
        drivers: of actors that drive themselves, by name, where they are not built in.
    """

    def __init__(
        self, name: str, *, area: str = "", road: Road | str | Path | None = None, description: str = ""
    ) -> None:
        if bool(area) == (road is not None):
            raise ScriptError(f"scenario {name!r} needs an area or a road, one of them")
        self.name, self.description = name, description
        self.road: Road | Path = area_road(area) if area else road if isinstance(road, Road) else Path(str(road))
        self.actors: dict[str, Actor] = {}
        self.commands: dict[str, Behaviour] = {}
        self.drivers: dict[str, str | Driver] = {}
        self.requirements: list[Criterion] = []
        self._variables: dict[str, ParameterValue] = {}
        self._init: list[Node] = []
        self._acts: list[Maneuver] = []
        self._stop: Condition | None = None
        self._names: set[str] = set()

    # --- actors

    def vehicle(
        self,
        name: str,
        *,
        at: Place | None,
        speed_mps: Number = 0.0,
        model: str | Model = "car",
        driver: str | Driver | DriverFunction | None = None,
    ) -> Actor:
        """A vehicle.

        Args:
            name: of it; the one under test is called Ego.
            at: where it stands at the start; None = it appears later.
            speed_mps: at the start.
            model: a key of `VEHICLES`, or a model of one's own.
            driver: who drives it besides the scenario: "careful", "idm?headway_s=1.2", "file.py:Class", a driver, or a
                function of what is seen (state, lane, neighbours) and the time, see `drivers.function_driver`.
        """
        body = model if isinstance(model, Model) else model_of(model, VEHICLES, "vehicle model")
        actor = self._actor(name, "vehicle", body, at, speed_mps)
        if isinstance(driver, str) and is_built_in(driver):
            actor.driver = driver
        elif callable(driver):
            self.drivers[name] = function_driver(driver)
        elif driver is not None:
            self.drivers[name] = driver
        return actor

    def pedestrian(
        self, name: str, *, at: Place | None, speed_mps: Number = 0.0, model: str | Model = "adult"
    ) -> Actor:
        """Somebody on foot; model: a key of `PEDESTRIANS`."""
        body = model if isinstance(model, Model) else model_of(model, PEDESTRIANS, "pedestrian model")
        return self._actor(name, "pedestrian", body, at, speed_mps)

    def thing(
        self,
        name: str,
        *,
        at: Place | None,
        size_m: tuple[float, float, float],
        category: str = "obstacle",
        mass_kg: float = 500.0,
    ) -> Actor:
        """A thing that stands about, with its length, width and height; category: of the standard's MiscObject."""
        return self._actor(name, "thing", Model(category, size_m, mass_kg=mass_kg), at, 0.0)

    def _actor(self, name: str, kind: Kind, model: Model, at: Place | None, speed_mps: Number) -> Actor:
        if name in self.actors:
            raise ScriptError(f"there is an actor {name!r} already; give each its own name")
        self._names.add(name)
        self.actors[name] = Actor(self, name, kind, model, at, speed_mps)
        return self.actors[name]

    # --- places on named streets

    def way(self, street: str, *, towards: str = "", leaving: str = "", heading: Compass | None = None) -> Way:
        """The carriageway of a street towards a junction, or leaving it; see `way_towards`.

        Raises:
            ScriptError: the road is a file, whose streets are not known, or there is not exactly one such way.
        """
        if not isinstance(self.road, Road):
            raise ScriptError(f"{self.road}: streets are known by name in areas and made roads; use lane() here")
        if bool(towards) == bool(leaving):
            raise ScriptError(f"a way of {street} needs towards= or leaving=, one of them")
        if towards:
            return way_towards(self.road.network, street, towards, heading)
        return way_from(self.road.network, street, leaving, heading)

    def on_street(
        self,
        street: str,
        *,
        towards: str = "",
        leaving: str = "",
        metres: float,
        lane_from_right: int = 1,
        heading: Compass | None = None,
        bikes: bool = False,
        offset_m: float = 0.0,
    ) -> At:
        """A place `metres` before the junction `towards`, or `metres` after the junction `leaving`.

        Args:
            street: name of the street.
            towards, leaving: a junction: its id, its name, or the street that crosses there.
            metres: from the end or the begin of the carriageway, where stop lines stand.
            lane_from_right: 1 = the rightmost.
            heading: east, north, west or south, where the street reaches the junction from several sides.
            bikes: count bicycle lanes in place of motor lanes.
            offset_m: to the left of the middle of the lane.
        """
        way = self.way(street, towards=towards, leaving=leaving, heading=heading)
        before, after = (metres, None) if towards else (None, metres)
        assert isinstance(self.road, Road)
        return way.place(
            self.road.network,
            before_m=before,
            after_m=after,
            lane_from_right=lane_from_right,
            bikes=bikes,
            offset_m=offset_m,
        )

    def signals_at(self, street: str, *, towards: str, heading: Compass | None = None) -> tuple[str, ...]:
        """Ids of the traffic signals that a street meets at a junction."""
        way = self.way(street, towards=towards, heading=heading)
        assert isinstance(self.road, Road)
        return way.signals(self.road.network)

    # --- what happens

    def do(self, *maneuvers: Maneuver) -> None:
        """Happens from the start on; several calls run side by side."""
        self._acts += maneuvers

    def end(self, condition: Condition) -> None:
        """The run ends when this is true; of several conditions any ends it."""
        self._stop = condition if self._stop is None else self._stop | condition

    def environment(self, environment: Environment) -> None:
        """Time of day, weather and road surface at the start."""
        self._init.append(environment_action(environment, self.fresh_name("environment")))

    def variable(self, name: str, value: ParameterValue) -> None:
        """A variable that maneuvers set and conditions read."""
        self._variables[name] = value

    def set_variable(self, name: str, value: ParameterValue) -> Step:
        """The variable gets a value; raises UnknownNameError for one that was not made."""
        if name not in self._variables:
            raise UnknownNameError("variable", name, self._variables)
        action = Node("SetAction", {"value": text_of(value)})
        return self._world(f"set_{name}", global_action(Node("VariableAction", {"variableRef": name}), action))

    def set_signal(self, *names: str, state: str) -> Step:
        """Traffic signals of the map (their ids) show a state from now on: red, yellow, green, off."""
        return self._world("set_signal", *(signal_state(name, state) for name in names))

    def set_environment(self, environment: Environment) -> Step:
        """Weather and time change."""
        return self._world("set_environment", environment_action(environment, self.fresh_name("environment")))

    def require(self, *criteria: Criterion, requirement: str = "") -> None:
        """Must hold in every run: bounds (`min_gap("Ego") >= 0.5`), and others of `jing_scenarios.criteria`.

        Args:
            criteria: what must hold.
            requirement: id of the requirement that bounds check; of others it is given where they are made.
        """
        for one in criteria:
            if requirement and isinstance(one, MetricBound):
                self.requirements.append(replace(one, requirement=requirement))
            else:
                self.requirements.append(one)

    def _world(self, verb: str, *actions: Node) -> Step:
        return Step(self.fresh_name(verb), (), actions)

    def fresh_name(self, stem: str) -> str:
        """A name that nothing else in the scenario has."""
        number = 1
        while (name := f"{stem}_{number}") in self._names:
            number += 1
        self._names.add(name)
        return name

    def keep_command(self, name: str, function: Behaviour) -> None:
        """The function is called by this name during the run."""
        self.commands[name] = function

    # --- what it becomes

    @property
    def road_file(self) -> Path:
        """The OpenDRIVE file; `NO_ROAD` where there is none."""
        return self.road.file if isinstance(self.road, Road) else self.road

    def root(self, road_file: str | None = None) -> Node:
        """The element OpenSCENARIO 1.3; `road_file`: as it stands in it, the absolute path by default."""
        actors = list(self.actors.values())
        return root_element(
            self.description or self.name,
            "" if self.road_file == NO_ROAD else road_file or str(self.road_file.resolve()),
            actors,
            storyboard_element(actors, self._init, self._acts, self._stop),
            self._variables,
        )

    @property
    def space(self) -> dict[str, Param]:
        """Its parameters by name, in the order in which they occur; raises ScriptError where two share a name."""
        return params_below(self.root().children)

    def resolved(self, case: Mapping[str, ParameterValue] | None = None) -> Resolved:
        """The scenario with the values of a case in place of the defaults.

        Raises:
            UnknownNameError: a name of the case is no parameter.
            OpenScenarioError: the scenario breaks the standard.
        """
        root = self.root()
        known = {node.string("name") for node in root.find("ParameterDeclarations") or ()}
        for name in case or ():
            if name not in known:
                raise UnknownNameError("parameter", name, known)
        return scenario_of(root, None, {name: text_of(value) for name, value in (case or {}).items()})

    def options(self, **options: Any) -> RunOptions:  # noqa: ANN401 - fields of RunOptions
        """The options of a run with the script's drivers and functions; `options`: fields of `RunOptions`."""
        drivers = {name: driver_of_spec(who) if isinstance(who, str) else who for name, who in self.drivers.items()}
        commands = {name: command_of(function) for name, function in self.commands.items()}
        road = None if self.road_file == NO_ROAD else self.road_file
        world = native_world(road, drivers.values()) if "world" not in options else None
        return RunOptions(**{"world": world, "drivers": drivers, "commands": commands, **options})

    def run(self, case: Mapping[str, ParameterValue] | None = None, **options: Any) -> ScenarioRun:  # noqa: ANN401
        """The run of the scenario, or of a case of it; `options`: fields of `RunOptions`, such as `dt_s=0.01`.

        Raises:
            OpenScenarioError: the scenario breaks the standard, or cannot be carried out.
        """
        return run_scenario(self.resolved(case), self.options(**options))

    def verdict(self, run: ScenarioRun) -> RunVerdict:
        """What the requirements say of a run."""
        return judge(trace_of(run), self.requirements)

    def export_variation(self, path: str | Path, scenario_file: str | Path, runs: int = 100, seed: int = 0) -> Path:
        """The parameters' distributions stand in a file of their own, for the exported `scenario_file`.

        Args:
            path: of the file.
            scenario_file: what `export` has written.
            runs, seed: of a stochastic one; where all parameters are steps and even choices it holds all combinations.

        Raises:
            ScriptError: the scenario has no parameters.
        """
        beside = os.path.relpath(Path(scenario_file).resolve(), Path(path).resolve().parent)
        return write_variation(self.space, beside, path, runs, seed)

    def export(self, path: str | Path) -> Path:
        """The scenario stands in an OpenSCENARIO 1.3 file, its roads in a file beside it.

        Parameters become declarations with their nominal values, requirements `NAME.verdict.yaml`.

        Raises:
            ScriptError: it holds what a file cannot: functions, or drivers that are objects.
        """
        path = Path(path)
        if self.commands:
            raise ScriptError(
                f"{self.name}: {', '.join(self.commands)} are Python functions, which a file cannot hold; "
                "write them as maneuvers, or run the script as it is"
            )
        if self.drivers:
            raise ScriptError(
                f"{self.name}: the drivers of {', '.join(self.drivers)} are not built in; name them at run"
            )
        write_verdict_file(self.requirements, path)
        if self.road_file == NO_ROAD:
            write_xosc(self.root(), path)
            return path
        road = path.with_name(self.road_file.name)
        if not road.exists() or not road.samefile(self.road_file):
            shutil.copyfile(self.road_file, road)
        write_xosc(self.root(road.name), path)
        return path
