"""Monitors of who goes first: lane changes in front of others, turns across the way of those who go straight on, and
emergency vehicles from behind."""

import numpy as np

from jing_scenarios.laws_china.law import MOTOR_KINDS, Breach, LawReport
from jing_scenarios.laws_china.speeds import stretches, turns_in_junctions
from jing_scenarios.metrics.compliance import red_passages
from jing_scenarios.metrics.criticality import deceleration_to_avoid_crash_mps2
from jing_scenarios.metrics.map_facts import facts_of
from jing_scenarios.metrics.pairs import pairs_of
from jing_scenarios.metrics.plane import encroachments_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["watch_emergency_vehicles", "watch_lane_changes", "watch_turns"]

# Who must brake harder than this because somebody has come into the lane is hindered (comfortable braking).
_HINDERS_MPS2 = 2.0
_BEFORE_S, _AFTER_S = 3.0, 1.0
# Who reaches the place less than this after the turning vehicle has left it is hindered.
_SHORT_S = 1.5
# Who has turned by less than this around the meeting goes straight on.
_STRAIGHT_RAD = np.deg2rad(30.0)
_AROUND_S = 4.0
# Roles of vehicles that are let pass, as OpenSCENARIO writes them.
_EMERGENCY = {"ambulance", "fire", "police"}
# One that is this close behind and not slower by more than this is held up; so long may it take to make way.
_BEHIND_M = 30.0
_SLOWER_MPS = 1.0
_MAKES_WAY_S = 5.0
# Who has run a red light so short a time ago has no way to be given.
_RED_S = 15.0


def watch_lane_changes(trace: ScenarioTrace, actor: int) -> LawReport:
    """Changing to a lane so close before another that it has to brake with more than 2 m/s2.

    Raises:
        MetricError: the run has no map.
    """
    facts_of(trace, "lane changes")
    road, lane = trace.places.road[:, actor], trace.places.lane[:, actor]
    same = (road[1:] == road[:-1]) & (road[1:] >= 0)
    changes = np.flatnonzero(same & (lane[1:] != lane[:-1]) & (lane[1:] * lane[:-1] > 0)) + 1
    breaches = [breach for row in changes.tolist() if (breach := _hindered(trace, actor, row)) is not None]
    return LawReport(len(changes), tuple(breaches))


def _hindered(trace: ScenarioTrace, actor: int, row: int) -> Breach | None:
    """The one that has to brake hardest within a second after the change."""
    now = slice(row, int(np.searchsorted(trace.time_s, trace.time_s[row] + _AFTER_S, side="right")))
    before = slice(int(np.searchsorted(trace.time_s, trace.time_s[row] - _BEFORE_S)), row)
    worst: tuple[float, int] = (_HINDERS_MPS2, -1)
    for other, kind in enumerate(trace.kinds):
        if other == actor or kind not in MOTOR_KINDS:
            continue
        pair = pairs_of(trace, other, (actor,))
        needed = deceleration_to_avoid_crash_mps2(pair.gap_m[now], pair.follower_mps[now], pair.leader_mps[now])
        hardest = float(np.max(np.nan_to_num(needed, nan=0.0), initial=0.0))
        # Who was ahead of the other all the time before the change has not come in front of it.
        if hardest > worst[0] and np.isnan(pair.gap_m[before, 0]).any():
            worst = (hardest, other)
    if worst[1] < 0:
        return None
    time, name, whom = float(trace.time_s[row]), trace.names[actor], trace.names[worst[1]]
    text = f"{name} changed lanes at {time:g} s so close before {whom} that it has to brake with {worst[0]:.1f} m/s2"
    text_zh = f"{name}在{time:g}秒变更车道，迫使{whom}以{worst[0]:.1f}米/秒²减速"
    return Breach(time, worst[0] - _HINDERS_MPS2, text, text_zh, whom)


def watch_turns(trace: ScenarioTrace, actor: int) -> LawReport:
    """Turning in a junction right before somebody who goes straight on, or walks.

    Raises:
        MetricError: the run has no map.
    """
    turns = turns_in_junctions(trace, actor)
    apart = encroachments_of(trace, actor)
    breaches, met = [], 0
    for begin, end in turns:
        for other in range(len(trace)):
            if other == actor:
                continue
            waits = apart[begin:end, other]
            # Negative: the other comes there after the turning vehicle.
            short = np.flatnonzero((waits <= 0) & (waits > -_SHORT_S))
            met += bool(np.isfinite(waits).any())
            if len(short) and _has_the_way(trace, other, begin + int(short[0])):
                breaches.append(_cut(trace, actor, other, begin + int(short[0]), float(-waits[short].max())))
    return LawReport(max(met, len(breaches)), tuple(breaches))


def _has_the_way(trace: ScenarioTrace, other: int, row: int) -> bool:
    near = np.abs(trace.time_s - trace.time_s[row]) <= _AROUND_S
    heading = trace.heading_rad[near & trace.present[:, other], other]
    if not len(heading) or float(np.ptp(np.unwrap(heading))) > _STRAIGHT_RAD:
        return False
    ran = [float(trace.time_s[p.row]) for p in red_passages(trace, other)]
    return not any(abs(float(trace.time_s[row]) - time) <= _RED_S for time in ran)


def _cut(trace: ScenarioTrace, actor: int, other: int, row: int, wait_s: float) -> Breach:
    time, name, whom = float(trace.time_s[row]), trace.names[actor], trace.names[other]
    wait_s = abs(wait_s)
    text = f"{name} turned at {time:g} s, {wait_s:.1f} s before {whom}, who went straight on"
    return Breach(
        time, _SHORT_S - wait_s, text, f"{name}在{time:g}秒转弯时未让直行的{whom}先行（相隔{wait_s:.1f}秒）", whom
    )


def watch_emergency_vehicles(trace: ScenarioTrace, actor: int) -> LawReport:
    """Holding up an emergency vehicle for more than 5 s: it is at most 30 m behind in one's way and would be faster."""
    occasions, breaches = 0, []
    for other, role in enumerate(trace.roles):
        if other == actor or role not in _EMERGENCY:
            continue
        pair = pairs_of(trace, other, (actor,))
        gap, own = pair.gap_m[:, 0], trace.speed_mps[:, actor]
        held = np.isfinite(gap) & (gap <= _BEHIND_M) & (trace.speed_mps[:, other] >= own - _SLOWER_MPS)
        for begin, end in stretches(held):
            occasions += 1
            spent = float(trace.time_s[end - 1] - trace.time_s[begin])
            if spent > _MAKES_WAY_S:
                breaches.append(_held_up(trace, actor, other, begin, spent))
    return LawReport(occasions, tuple(breaches))


def _held_up(trace: ScenarioTrace, actor: int, other: int, row: int, spent_s: float) -> Breach:
    time, name, whom = float(trace.time_s[row]), trace.names[actor], trace.names[other]
    text = f"{name} held up {whom} ({trace.roles[other]}) for {spent_s:.1f} s from {time:g} s on"
    return Breach(time, spent_s, text, f"{name}从{time:g}秒起阻挡{whom}（特种车辆）{spent_s:.1f}秒未让行", whom)
