"""From a run of the scenario engine to its trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive import OpenDriveMap
from jing_maps.opendrive.place import reference_line
from jing_scenarios.metrics.scenario_trace import (
    Boxes,
    Contact,
    Places,
    ScenarioTrace,
    SignalChange,
    StoryChange,
    ego_of,
)
from jing_scenarios.openscenario.node import Node
from jing_scenarios.storyboard.set_up import plan_of

if TYPE_CHECKING:
    from jing_scenarios.routes import Route
    from jing_scenarios.storyboard.run import ScenarioRun

__all__ = ["trace_of"]

Float = NDArray[np.float64]

_ROUTE_STEP_M = 5.0


def trace_of(run: ScenarioRun, odr: OpenDriveMap | None = None, ego: str = "") -> ScenarioTrace:
    """The frozen columns of a run.

    Args:
        run: that has ended.
        odr: its map; None = that of the scenario's road file.
        ego: name of the ego; empty = who is called ego, hero, vut or sut, else the only one with a driver of its own.

    Raises:
        UnknownNameError: no actor is called like the ego.
    """
    road_file = run.scenario.road_file
    if odr is None and road_file is not None:
        odr = plan_of(road_file).odr
    s, t, offset = (run.along[:, :, k] for k in range(3))
    trace = ScenarioTrace(
        time_s=run.time_s,
        names=run.names,
        kinds=tuple(body.category or body.kind for body in run.bodies),
        boxes=_boxes(run),
        x_m=run.x,
        y_m=run.y,
        z_m=run.z,
        heading_rad=run.h,
        speed_mps=run.speed,
        accel_mps2=run.accel,
        places=Places(run.on[:, :, 0], run.on[:, :, 1], s, t, offset),
        odr=odr,
        ego=_ego(run, ego),
        signals=tuple(SignalChange(*change) for change in run.signals),
        contacts=tuple(Contact(c.time_s, c.actor, c.other) for c in run.contacts if c.begins),
        story=tuple(StoryChange(c.time_s, c.element, c.type, c.state, c.transition) for c in run.storyboard),
        routes={} if odr is None else {row: way for row, route in run.routes.items() if len(way := _way(odr, route))},
        t0=_time_of_day(run.scenario.root),
        roles=tuple(body.role for body in run.bodies),
    )
    if ego:
        trace.row(ego)
    return trace


def _ego(run: ScenarioRun, name: str) -> int:
    """Row of the one named, else of who is called so, else of the only one that was given a driver; -1 = none."""
    if name:
        return run.names.index(name) if name in run.names else -1
    called, driven = ego_of(run.names), sorted(run.driven)
    return run.names.index(driven[0]) if called < 0 and len(driven) == 1 else called


def _way(odr: OpenDriveMap, route: Route) -> Float:
    """`(k, 2)` points of the reference lines along a route, `(0, 2)` for one without stretches."""
    parts = []
    for stretch in route.stretches:
        steps = max(int(np.ceil(stretch.length_m / _ROUTE_STEP_M)), 1)
        s = np.linspace(stretch.from_s_m, stretch.to_s_m, steps + 1)
        line = reference_line(odr, np.full(len(s), stretch.road), s)
        parts.append(np.stack([line.x_m, line.y_m], axis=1))
    return np.concatenate(parts) if parts else np.zeros((0, 2))


def _boxes(run: ScenarioRun) -> Boxes:
    sizes = np.array([body.size_m for body in run.bodies], dtype=np.float64).reshape(-1, 3)
    centres = np.array([body.centre_m for body in run.bodies], dtype=np.float64).reshape(-1, 3)
    mass = np.array([body.mass_kg for body in run.bodies], dtype=np.float64)
    (length, width, height), (ahead, left, up) = sizes.T, centres.T
    return Boxes(length, width, height, ahead, left, up, mass)


def _time_of_day(root: Node) -> str:
    """The first time of day that the scenario sets; empty where it sets none."""
    times = (node.string("dateTime", "") for node in root.descendants() if node.tag == "TimeOfDay")
    return next(times, "")
