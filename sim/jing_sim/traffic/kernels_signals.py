"""Signals in kernels: programs by the clock, green that vehicles prolong, and stages that a controller asks for.

One call moves all signals of a world to a time. A step from `t` to `t + dt` is driven under what is shown at `t + dt`,
so signals are moved to `t + dt` first, from where the vehicles are at `t`: SUMO's order.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, inner, leaf
from jing_sim.traffic.rows import (
    CHANGED,
    CHANGED_LEFT,
    FLAGS,
    POS,
    SPEED,
    T_LENGTH,
    TYPE,
)

__all__ = ["ANY", "MAX_GAP_S", "TO_LEFT", "TO_RIGHT", "advance_programs", "advance_stages"]

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

ANY, TO_LEFT, TO_RIGHT = -1, -2, -3
"""Values of `watch_via` that are no connector: all vehicles; those that have just left the loop's lane to one side."""

_RED, _YELLOW, _GREEN, _PERMISSIVE = 0, 1, 2, 3
MAX_GAP_S = 3.0
_DETECTOR_GAP_S = 2.0
_GRACE_S = 1.0e-6


@leaf
def advance_programs(
    time_s: float, dt_s: float, anew: bool,
    first_group: I32, program: I32, actuated: I32, offset_s: F64, first_phase: I32, duration_s: F64, cycle_s: F64,
    min_ms: I64, max_ms: I64, goes: U8, first_state: I32, shown: U8, first_phase_loop: I32, phase_loop: I32,
    first_watch: I32, watch_way: I32, watch_at_m: F64, watch_via: I32, watch_past: I32, hasty: U8,
    state: U8, phase: I32, since_ms: I64, next_ms: I64, occupied: U8, left_s: F64, clock_s: F64,
    first: I32, f: F32, i: I32, typef: F64,
) -> None:  # fmt: skip
    """Writes into `state` what programs show at `time_s`; the vehicles are where the last step left them.

    `dt_s`: length of the step that ends then. `anew`: what `state` holds need not be what they last showed. Tables and
    memory: fields of `SignalTables` and `SignalMemory`; `hasty`: see `hasty_programs`; then the vehicles of the world:
    `first` `(n_ways + 1,)`, `f` and `i` `(capacity, N_WORDS)`, `typef`.
    """
    elapsed_s = time_s - clock_s[0]
    clock_s[0] = time_s
    # A phase that begins between two steps is shown from the earlier one, as in SUMO.
    _play_fixed(
        time_s + dt_s - 2.0 * _GRACE_S, anew, program, first_group, offset_s, first_phase, duration_s, cycle_s,
        first_state, shown, state, next_ms,
    )  # fmt: skip
    if elapsed_s > 0.0:
        _sense(
            time_s, elapsed_s, actuated, first_phase, hasty, first_phase_loop, phase_loop, first_watch, watch_way,
            watch_at_m, watch_via, watch_past, phase, next_ms, occupied, left_s, first, f, i, typef,
        )  # fmt: skip
    _play_actuated(
        time_s, dt_s, anew, first_group, actuated, first_phase, min_ms, max_ms, goes, first_state, shown,
        first_phase_loop, phase_loop, state, phase, since_ms, next_ms, occupied, left_s,
    )  # fmt: skip


@inner
def _play_fixed(
    time_s: float, anew: bool, program: I32, first_group: I32, offset_s: F64, first_phase: I32, duration_s: F64,
    cycle_s: F64, first_state: I32, shown: U8, state: U8, next_ms: I64,
) -> None:  # fmt: skip
    """Shows the phases of fixed programs in force at this time; `program` `(n_controllers,)`, -1 = none."""
    now_ms = np.int64(time_s * 1000.0)
    for c in range(len(program)):
        p = program[c]
        if p < 0 or (now_ms < next_ms[c] and not anew):
            continue
        # Sums of steps must not show the phase before for one step too long.
        clock = (time_s - offset_s[p] + _GRACE_S) % cycle_s[p]
        phase = first_phase[p]
        while phase < first_phase[p + 1] - 1 and clock >= duration_s[phase]:
            clock -= duration_s[phase]
            phase += 1
        _show(c, phase, first_group, first_state, shown, state)
        # A little early: the sums of another time may be rounded otherwise.
        next_ms[c] = np.int64((time_s + duration_s[phase] - clock) * 1000.0) - 1


@inner
def _show(c: int, row: int, first_group: I32, first_state: I32, shown: U8, state: U8) -> None:
    base = first_state[row] - first_group[c]
    for g in range(first_group[c], first_group[c + 1]):
        state[g] = shown[base + g]


@inner
def _sense(
    time_s: float, dt: float, actuated: I32, first_phase: I32, hasty: U8, first_phase_loop: I32, phase_loop: I32,
    first_watch: I32, watch_way: I32, watch_at_m: F64, watch_via: I32, watch_past: I32, phase: I32, next_ms: I64,
    occupied: U8, left_s: F64, first: I32, f: F32, i: I32, typef: F64,
) -> None:  # fmt: skip
    """Looks at the loops whose last 3 s the next decisions may ask about; all others count as free.

    They are free: a green that is prolonged is decided about within 3 s, and when it ends its loops are left free.
    """
    soon = np.int64(time_s * 1000.0) + np.int64((MAX_GAP_S + 2.0 * dt) * 1000.0)
    longest_m = 0.0
    for kind in range(len(typef)):
        longest_m = max(longest_m, typef[kind, T_LENGTH])
    for c in range(len(actuated)):
        p = actuated[c]
        if p < 0 or (next_ms[c] > soon and not hasty[p]):
            continue
        begin, end = phase[c], phase[c] + 1
        if hasty[p]:
            begin, end = first_phase[p], first_phase[p + 1]
        for m in range(first_phase_loop[begin], first_phase_loop[end]):
            _sense_loop(
                time_s, dt, phase_loop[m], longest_m, first_watch, watch_way, watch_at_m, watch_via, watch_past, first,
                f, i, typef, occupied, left_s,
            )  # fmt: skip


@inlined
def _sense_loop(
    time_s: float, dt: float, k: int, longest_m: float, first_watch: I32, watch_way: I32, watch_at_m: F64,
    watch_via: I32, watch_past: I32, first: I32, f: F32, i: I32, typef: F64, occupied: U8, left_s: F64,
) -> None:  # fmt: skip
    """Whether a vehicle is on a loop, and when the last one left it, to a fraction of the last step."""
    on = False
    left = -1.0e9
    for m in range(first_watch[k], first_watch[k + 1]):
        way = watch_way[m]
        s, end, step = first[way], first[way + 1], 1
        if s == end:
            continue
        at, via = watch_at_m[m], watch_via[m]
        front_first = at >= 0.0
        if not front_first:
            s, end, step = end - 1, s - 1, -1
        while s != end:
            front = np.float64(f[s, POS])
            if front_first and front < at:
                break
            moved = np.float64(f[s, SPEED]) * dt
            past = front - longest_m - moved > at
            if not past:
                back = front - typef[i[s, TYPE], T_LENGTH]
                past = back - moved > at
            if past and not front_first:
                break
            if past:
                s += step
                continue
            changed = i[s, FLAGS] & CHANGED
            if via <= TO_LEFT:
                counts = changed and (via == TO_LEFT) == (i[s, FLAGS] & CHANGED_LEFT != 0)
                if counts and back <= at:
                    left = time_s
            else:
                counts = via == ANY or i[s, watch_past[m]] == via
                on = on or (counts and back <= at)
                counts = counts and not changed
            if counts and back - moved <= at < back:
                left = max(left, time_s - dt * min((back - at) / moved, 1.0))
            s += step
    if left < 0.0 and occupied[k] and not on:
        # It changed lanes, or its route ended here.
        left = time_s
    if left >= 0.0:
        left_s[k] = left
    occupied[k] = on


@inner
def _play_actuated(
    time_s: float, dt_s: float, anew: bool, first_group: I32, actuated: I32, first_phase: I32, min_ms: I64,
    max_ms: I64, goes: U8, first_state: I32, shown: U8, first_phase_loop: I32, phase_loop: I32, state: U8, phase: I32,
    since_ms: I64, next_ms: I64, occupied: U8, left_s: F64,
) -> None:  # fmt: skip
    """Shows programs whose green lasts while vehicles follow each other in gaps of less than 3 s.

    `actuated` `(n_controllers,)` programs, -1 = none. A green ends between its minimum and its maximum, when for 3 s no
    vehicle was on a loop that prolongs it; this is looked at after full seconds of green. Times between two steps count
    as the earlier one.
    """
    now = np.int64(np.rint(time_s * 1000.0))
    end = now + np.int64(np.rint(dt_s * 1000.0))
    for c in range(len(actuated)):
        p = actuated[c]
        if p < 0 or (next_ms[c] >= end and not anew):
            continue
        while next_ms[c] < end:
            at = phase[c]
            age = now - since_ms[c]
            gap_s = MAX_GAP_S
            if goes[at] and age < max_ms[at]:
                for m in range(first_phase_loop[at], first_phase_loop[at + 1]):
                    k = phase_loop[m]
                    gap_s = min(gap_s, 0.0 if occupied[k] else time_s - left_s[k])
            if gap_s < MAX_GAP_S:
                more = max(min_ms[at] - age, np.int64(np.rint((_DETECTOR_GAP_S - gap_s) * 1000.0)), 1)
                if more % 1000:
                    more = ((more + age) // 1000 + 1) * 1000 - age
                next_ms[c] += max(min(more, max_ms[at] - age), 1)
                continue
            for m in range(first_phase_loop[at], first_phase_loop[at + 1]):
                occupied[phase_loop[m]] = False
            phase[c] = at + 1 if at + 1 < first_phase[p + 1] else first_phase[p]
            if phase[c] != at:
                since_ms[c] = now
            next_ms[c] += max(min_ms[phase[c]], 1)
        _show(c, phase[c], first_group, first_state, shown, state)


@leaf
def advance_stages(
    time_s: float, first_group: I32, first_stage: I32, min_green_s: F64, stage_state: I32, stage_shown: U8,
    yellow_s: F64, red_s: F64, state: U8, stage: I32, before: I32, age_s: F64, wanted: I32, clock_s: F64,
) -> None:  # fmt: skip
    """Writes into `state` what stages show at `time_s`, one step after the last time.

    Tables and memory: fields of `SignalTables` and `SignalMemory`. `wanted` is taken up where the minimum green is
    over, and cleared.
    """
    dt = time_s - clock_s[0]
    clock_s[0] = time_s
    clock_s[1] -= dt
    for c in range(len(stage)):
        if first_stage[c + 1] == first_stage[c]:
            continue
        age_s[c] += dt
        if before[c] >= 0 and age_s[c] >= -_GRACE_S:
            before[c] = -1
            age_s[c] = max(age_s[c], 0.0)
        wish = wanted[c]
        wanted[c] = -1
        over = age_s[c] >= min_green_s[first_stage[c] + stage[c]] - _GRACE_S
        if wish >= 0 and wish != stage[c] and before[c] < 0 and over:
            before[c] = stage[c]
            stage[c] = wish
            age_s[c] = -(yellow_s[c] + red_s[c])
        _show(c, first_stage[c] + stage[c], first_group, stage_state, stage_shown, state)
        if before[c] < 0:
            continue
        base = stage_state[first_stage[c] + before[c]] - first_group[c]
        in_yellow = age_s[c] < -red_s[c] - _GRACE_S
        for g in range(first_group[c], first_group[c + 1]):
            old = stage_shown[base + g]
            if old not in (_GREEN, _PERMISSIVE):
                state[g] = _RED
            elif state[g] in (_GREEN, _PERMISSIVE):
                state[g] = old
            else:
                state[g] = _YELLOW if in_yellow else _RED
