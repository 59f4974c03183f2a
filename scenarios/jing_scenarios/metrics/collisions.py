"""Collisions of an actor: with whom, where it was hit, how fast, and who is at fault."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.bodies import bodies_of, box_gaps_of, box_times_of, mass_of, velocity_of
from jing_scenarios.metrics.lane_borders import lane_room_m
from jing_scenarios.metrics.limits import LIMITS
from jing_scenarios.metrics.pairs import greatest
from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["Collision", "CollisionSide", "collisions_of", "delta_v_mps"]

Float = NDArray[np.float64]
Rows = tuple[int, ...]
CollisionSide = Literal["front", "rear", "side"]

_NUPLAN = "nuPlan-devkit, metric no_ego_at_fault_collisions (H. Caesar et al. 2021)"
_SHELBY = "S. G. Shelby, 3rd International Conference on Road Safety and Simulation (2011)"
_STANDS_MPS = 0.05
# A contact that the world reports is the same as one of boxes up to this time apart.
_SAME_S = 0.5


@dataclass(frozen=True)
class Collision:
    """An actor's collision.

    Attributes:
        time_s, row: instant at which the bodies overlap first, and its index.
        other: row, -1 = something that is no actor.
        side: of the actor that was hit: front, rear or side.
        impact_mps: relative speed of both at that instant.
        delta_v_mps: change of the actor's own velocity in a perfectly inelastic impact.
        at_fault: whether the actor is at fault.
    """

    time_s: float
    row: int
    other: int
    side: CollisionSide
    impact_mps: float
    delta_v_mps: float
    at_fault: bool


def delta_v_mps(relative_mps: float | Float, own_kg: float, other_kg: float) -> float | Float:
    """Change of one's own velocity in a perfectly inelastic impact, m/s (Shelby 2011).

    >>> delta_v_mps(10.0, 1500.0, 1500.0)
    5.0
    """
    return relative_mps * _share(own_kg, other_kg)


def _share(own_kg: float, other_kg: float) -> float:
    return 1.0 if np.isinf(other_kg) else 0.0 if np.isinf(own_kg) else other_kg / (own_kg + other_kg)


def collisions_of(trace: ScenarioTrace, actor: int) -> tuple[Collision, ...]:
    """All collisions of an actor in the order of time: boxes that begin to overlap, and contacts the world reports."""
    if ("collisions", actor) not in trace.derived:
        hits = [(trace.time_s[i], i, row) for row in range(len(trace)) for i in _begins(trace, actor, row)]
        for contact in trace.contacts:
            if actor not in (contact.actor, contact.other):
                continue
            other = contact.other if contact.actor == actor else contact.actor
            if not any(o == other and abs(t - contact.time_s) <= _SAME_S for t, _, o in hits):
                i = int(np.clip(np.searchsorted(trace.time_s, contact.time_s), 0, trace.n_t - 1))
                hits.append((contact.time_s, i, other))
        trace.derived["collisions", actor] = tuple(_collision(trace, actor, *hit) for hit in sorted(hits))
    found: tuple[Collision, ...] = trace.derived["collisions", actor]
    return found


def _begins(trace: ScenarioTrace, actor: int, other: int) -> list[int]:
    touching = box_gaps_of(trace, actor)[:, other] <= 0
    return [int(i) for i in np.flatnonzero(touching & ~np.concatenate([[False], touching[:-1]]))]


def _collision(trace: ScenarioTrace, actor: int, time_s: float, i: int, other: int) -> Collision:
    vx, vy = velocity_of(trace)
    if other >= 0:
        relative = float(np.hypot(vx[i, other] - vx[i, actor], vy[i, other] - vy[i, actor]))
        side, mass = _side(trace, actor, other, i), mass_of(trace, other)
    else:
        relative = float(abs(trace.speed_mps[i, actor]))
        side, mass = ("front" if trace.speed_mps[i, actor] >= 0 else "rear"), np.inf
    change = float(delta_v_mps(relative, mass_of(trace, actor), mass))
    return Collision(float(time_s), i, other, side, relative, change, _at_fault(trace, actor, other, side, i))


def _side(trace: ScenarioTrace, actor: int, other: int, i: int) -> CollisionSide:
    """By the face of the actor's box that the other one's reaches last, moving back from the instant of contact."""
    before = max(i - 1, 0)
    own, its = bodies_of(trace)[before, actor], bodies_of(trace)[before, other]
    cos, sin = np.cos(own[2]), np.sin(own[2])
    dx, dy = its[0] - own[0], its[1] - own[1]
    vx, vy = its[5] - own[5], its[6] - own[6]
    turn = its[2] - own[2]
    c, s = abs(np.cos(turn)), abs(np.sin(turn))
    along, across = dx * cos + dy * sin, dy * cos - dx * sin
    speed_along, speed_across = vx * cos + vy * sin, vy * cos - vx * sin
    # Time until the extents meet along and across; who comes last is the face that is hit.
    room_along = abs(along) - (own[3] + its[3] * c + its[4] * s)
    room_across = abs(across) - (own[4] + its[3] * s + its[4] * c)
    wait_along = _wait(room_along, -speed_along * np.sign(along))
    wait_across = _wait(room_across, -speed_across * np.sign(across))
    if wait_across > wait_along:
        return "side"
    return "front" if along >= 0 else "rear"


def _wait(room_m: float, closing_mps: float) -> float:
    """Time until extents meet; below 0 they do already: then the deeper one met earlier."""
    if room_m > 0:
        return room_m / closing_mps if closing_mps > 1e-9 else np.inf
    return room_m


def _at_fault(trace: ScenarioTrace, actor: int, other: int, side: CollisionSide, i: int) -> bool:
    """nuPlan's rule: not who stands or is hit from behind; who hits something that stands or hits with its front; who
    is hit at the side only if it is not within one lane."""
    if abs(trace.speed_mps[i, actor]) <= _STANDS_MPS:
        return False
    stands = other < 0 or abs(trace.speed_mps[i, other]) <= _STANDS_MPS
    if stands or side == "front":
        return True
    return side == "side" and not bool(lane_room_m(trace, actor)[i] >= 0)


_SIDES_ZH = {"front": "前部", "rear": "后部", "side": "侧面"}


def _tell(trace: ScenarioTrace, actor: int, row: int) -> tuple[str, str]:
    """The collisions of an instant in words."""
    told, told_zh = [], []
    for hit in collisions_of(trace, actor):
        if hit.row != row:
            continue
        name, whom = trace.names[actor], trace.names[hit.other] if hit.other >= 0 else "something"
        fault, fault_zh = ("its own fault", "本车责任") if hit.at_fault else ("not its fault", "非本车责任")
        told.append(f"{name} met {whom} with its {hit.side} at {hit.impact_mps:.1f} m/s, {fault}")
        whom_zh = whom if hit.other >= 0 else "障碍物"
        told_zh.append(f"{name}以{hit.impact_mps:.1f}米/秒与{whom_zh}相撞（{_SIDES_ZH[hit.side]}，{fault_zh}）")
    return "; ".join(told), "；".join(told_zh)


def _counts(trace: ScenarioTrace, actor: int, others: Rows, kept: list[Collision]) -> Series:
    """How many of these collisions there are at each instant."""
    return _marks(trace, actor, others, kept, [1.0] * len(kept), np.add)


def _marks(
    trace: ScenarioTrace,
    actor: int,
    others: Rows,
    kept: list[Collision],
    values: list[float],
    join: np.ufunc = np.maximum,
) -> Series:
    """0 everywhere, and the values at the instants of these collisions; joined where several are at one."""
    out, who = np.zeros(trace.n_t), np.full(trace.n_t, -1, dtype=np.int64)
    for hit, value in zip(kept, values, strict=True):
        if hit.other < 0 or hit.other in others:
            out[hit.row] = join(out[hit.row], value)
            who[hit.row] = hit.other
    return Series(np.where(trace.present[:, actor] | (out > 0), out, np.nan), who)


@metric(
    "collisions_1", "1", "collisions", "Number of collisions of the actor.",
    "overlap of bodies; UN Regulation 157, paragraph 5.2.5", "total", _tell,
)  # fmt: skip
def _collisions(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _counts(trace, actor, others, list(collisions_of(trace, actor)))


@metric(
    "collisions_at_fault_1", "1", "collisions at fault",
    "Number of collisions that are the actor's own: front, standing object, or side outside of one lane.",
    _NUPLAN, "total", _tell,
)  # fmt: skip
def _at_fault_metric(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _counts(trace, actor, others, [hit for hit in collisions_of(trace, actor) if hit.at_fault])


@metric(
    "impact_speed_mps", "m/s", "impact speed", "Relative speed at the instant of a collision; 0 without one.",
    "Euro NCAP, AEB Car-to-Car test protocol (v_rel,impact)", "max", _tell,
)  # fmt: skip
def _impact(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    hits = list(collisions_of(trace, actor))
    return _marks(trace, actor, others, hits, [hit.impact_mps for hit in hits])


@metric(
    "impact_delta_v_mps", "m/s", "delta-v at impact",
    "Change of the actor's velocity in its collisions, perfectly inelastic; 0 without one.", _SHELBY, "max",
)  # fmt: skip
def _impact_delta_v(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    hits = list(collisions_of(trace, actor))
    return _marks(trace, actor, others, hits, [hit.delta_v_mps for hit in hits])


def _expected(trace: ScenarioTrace, actor: int, others: Rows, braking_mps2: float) -> Series:
    """Delta-v of the collisions that are due (TTC in the plane), the actor braking until then."""
    rows = np.array(others, dtype=np.int64)
    vx, vy = velocity_of(trace)
    due = box_times_of(trace, actor)[:, rows]
    relative = np.hypot(vx[:, rows] - vx[:, [actor]], vy[:, rows] - vy[:, [actor]])
    left = np.maximum(relative - braking_mps2 * np.where(np.isfinite(due), due, 0.0), 0.0)
    own = mass_of(trace, actor)
    share = np.array([_share(own, mass_of(trace, row)) for row in others])
    return greatest(np.where(np.isnan(due), np.nan, np.where(np.isinf(due), 0.0, left * share)), rows)


@metric(
    "delta_v_mps", "m/s", "delta-v", "Change of velocity in the collision that is due at constant velocity; 0 = none.",
    _SHELBY, "max",
)  # fmt: skip
def _delta_v(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _expected(trace, actor, others, 0.0)


@metric(
    "conflict_severity_mps", "m/s", "CS", "Delta-v that is left if the actor brakes with 8 m/s2 until the collision.",
    "after O. Bagdadi, Accident Analysis and Prevention 50 (2013)", "max",
)  # fmt: skip
def _severity(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    return _expected(trace, actor, others, LIMITS.braking_mps2)
