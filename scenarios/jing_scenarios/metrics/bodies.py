"""The bodies of a run as columns for the kernels of boxes, and the distances of one actor to the others."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.kernels_boxes import box_gaps, box_times
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["STANDS_FAST", "bodies_of", "box_gaps_of", "box_times_of", "mass_of", "velocity_of"]

Float = NDArray[np.float64]

# Kerb or body mass in kg where the scenario gives none: passenger car of the FMVSS/Euro NCAP fleet, 18 t truck etc.
_MASS_KG = {
    "car": 1500.0, "van": 2500.0, "truck": 18_000.0, "semitrailer": 25_000.0, "trailer": 1500.0, "bus": 15_000.0,
    "motorbike": 280.0, "bicycle": 90.0, "train": 200_000.0, "tram": 40_000.0, "pedestrian": 75.0,
    "wheelchair": 120.0, "animal": 40.0,
}  # fmt: skip


STANDS_FAST = frozenset({
    "barrier", "building", "crosswalk", "gantry", "none", "obstacle", "parkingSpace", "patch", "pole", "railing",
    "roadMark", "soundBarrier", "streetLamp", "trafficIsland", "tree", "vegetation", "wind", "misc",
})  # fmt: skip
"""Kinds of actors that do not move by themselves."""


def mass_of(trace: ScenarioTrace, row: int) -> float:
    """Mass of an actor in kg: the scenario's, else a usual one of its kind; infinite for things that stand fast."""
    known = float(trace.boxes.mass_kg[row])
    return known if known > 0 else _MASS_KG.get(trace.kinds[row], np.inf)


def velocity_of(trace: ScenarioTrace) -> tuple[Float, Float]:
    """`(n_t, n)` velocity of the bodies' centres in the map frame: speed along the heading, and turning about the
    reference point."""
    if ("velocity", -1) not in trace.derived:
        cos, sin = np.cos(trace.heading_rad), np.sin(trace.heading_rad)
        swing = trace.yaw_rate_radps * trace.boxes.centre_x_m
        trace.derived["velocity", -1] = trace.speed_mps * cos - swing * sin, trace.speed_mps * sin + swing * cos
    vx, vy = trace.derived["velocity", -1]
    return vx, vy


def bodies_of(trace: ScenarioTrace) -> Float:
    """`(n_t, n, 7)`: centre x, y, heading, half length, half width, velocity x, y; NaN where an actor is not there."""
    if ("bodies", -1) not in trace.derived:
        x, y = trace.centre_m
        vx, vy = velocity_of(trace)
        half_length, half_width = np.broadcast_to(trace.boxes.length_m / 2, x.shape), trace.boxes.width_m / 2
        columns = [x, y, trace.heading_rad, half_length, np.broadcast_to(half_width, x.shape), vx, vy]
        trace.derived["bodies", -1] = np.stack(columns, axis=2)
    bodies: Float = trace.derived["bodies", -1]
    return bodies


def box_gaps_of(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t, n)` distance of the actor's box to every box in the plane, 0 = they overlap; NaN for itself, and for
    pairs of which one passes above the other."""
    if ("box gaps", actor) not in trace.derived:
        bodies = bodies_of(trace)
        trace.derived["box gaps", actor] = _masked(trace, actor, box_gaps(bodies[:, actor], bodies))
    gaps: Float = trace.derived["box gaps", actor]
    return gaps


def box_times_of(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t, n)` time until the actor's box touches each other box if both keep velocity and heading; inf = never."""
    if ("box times", actor) not in trace.derived:
        bodies = bodies_of(trace)
        trace.derived["box times", actor] = _masked(trace, actor, box_times(bodies[:, actor], bodies))
    times: Float = trace.derived["box times", actor]
    return times


def _masked(trace: ScenarioTrace, actor: int, values: Float) -> Float:
    bottom = trace.z_m + trace.boxes.centre_z_m - trace.boxes.height_m / 2
    top = bottom + trace.boxes.height_m
    apart = (bottom > top[:, [actor]]) | (top < bottom[:, [actor]])
    values = np.where(apart, np.nan, values)
    values[:, actor] = np.nan
    return values
