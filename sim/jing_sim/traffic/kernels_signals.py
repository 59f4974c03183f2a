"""Signals in kernels: programs by the clock, green that vehicles prolong, and stages that a controller asks for.

One call moves all signals of a world to a time. A step from `t` to `t + dt` is driven under what is shown at `t + dt`,
so signals are moved to `t + dt` first, from where the vehicles are at `t`: SUMO's order.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel
from jing_sim.traffic.rows import (
    CHANGED,
    CHANGED_LEFT,
    FLAGS,
    POS,
    SPEED,
    T_LENGTH,
    TYPE,
)

__all__ = ["ANY", "TO_LEFT", "TO_RIGHT", "advance_signals", "play_programs"]

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

ANY, TO_LEFT, TO_RIGHT = -1, -2, -3
"""Values of `watch_via` that are no connector: all vehicles; those that have just left the loop's lane to one side."""

_RED, _YELLOW, _GREEN, _PERMISSIVE = 0, 1, 2, 3
_MAX_GAP_S = 3.0
_DETECTOR_GAP_S = 2.0
_GRACE_S = 1.0e-6


@kernel
def advance_signals(
    time_s: float, dt_s: float, by_stages: bool,
    first_group: I32, program: I32, actuated: I32, offset_s: F64, first_phase: I32, duration_s: F64, cycle_s: F64,
    min_ms: I64, max_ms: I64, goes: U8, first_state: I32, shown: U8, first_phase_loop: I32, phase_loop: I32,
    first_watch: I32, watch_way: I32, watch_at_m: F64, watch_via: I32, watch_past: I32,
    first_stage: I32, min_green_s: F64, stage_state: I32, stage_shown: U8, yellow_s: F64, red_s: F64,
    state: U8, phase: I32, since_ms: I64, next_ms: I64, occupied: U8, left_s: F64, stage: I32, before: I32, age_s: F64,
    wanted: I32, clock_s: F64,
    first: I32, f: F32, i: I32, typef: F64,
) -> None:  # fmt: skip
    """Writes into `state` what is shown at `time_s`; the vehicles are where they were at the end of the last step.

    `dt_s`: length of the step that ends then. Tables: fields of `SignalTables`; memory: fields of
    `SignalMemory`; then the vehicles of the world: `first` `(n_ways + 1,)`, `f` and `i` `(capacity, N_WORDS)`,
    `typef`.
    """
    elapsed_s = time_s - clock_s[0]
    clock_s[0] = time_s
    clock_s[1] -= elapsed_s
    if by_stages:
        _advance_stages(
            elapsed_s, first_group, first_stage, min_green_s, stage_state, stage_shown, yellow_s, red_s, state, stage,
            before, age_s, wanted,
        )  # fmt: skip
        return
    # A phase that begins between two steps is shown from the earlier one, as in SUMO.
    play_programs(
        time_s + dt_s - 2.0 * _GRACE_S, program, first_group, offset_s, first_phase, duration_s, cycle_s, first_state,
        shown, state,
    )  # fmt: skip
    if elapsed_s > 0.0:
        _sense(
            time_s, elapsed_s, actuated, first_phase, min_ms, first_phase_loop, phase_loop, first_watch, watch_way,
            watch_at_m, watch_via, watch_past, phase, next_ms, occupied, left_s, first, f, i, typef,
        )  # fmt: skip
    _play_actuated(
        time_s, dt_s, first_group, actuated, first_phase, min_ms, max_ms, goes, first_state, shown, first_phase_loop,
        phase_loop, state, phase, since_ms, next_ms, occupied, left_s,
    )  # fmt: skip


@kernel
def play_programs(
    time_s: float, program: I32, first_group: I32, offset_s: F64, first_phase: I32, duration_s: F64, cycle_s: F64,
    first_state: I32, shown: U8, state: U8,
) -> None:  # fmt: skip
    """Shows the phases of fixed programs in force at this time; `program` `(n_controllers,)`, -1 = none."""
    for c in range(len(program)):
        p = program[c]
        if p < 0:
            continue
        # Sums of steps must not show the phase before for one step too long.
        clock = (time_s - offset_s[p] + _GRACE_S) % cycle_s[p]
        phase = first_phase[p]
        while phase < first_phase[p + 1] - 1 and clock >= duration_s[phase]:
            clock -= duration_s[phase]
            phase += 1
        _show(c, phase, first_group, first_state, shown, state)


@kernel
def _show(c: int, row: int, first_group: I32, first_state: I32, shown: U8, state: U8) -> None:
    base = first_state[row] - first_group[c]
    for g in range(first_group[c], first_group[c + 1]):
        state[g] = shown[base + g]


@kernel
def _sense(
    time_s: float, dt: float, actuated: I32, first_phase: I32, min_ms: I64, first_phase_loop: I32, phase_loop: I32,
    first_watch: I32, watch_way: I32, watch_at_m: F64, watch_via: I32, watch_past: I32, phase: I32, next_ms: I64,
    occupied: U8, left_s: F64, first: I32, f: F32, i: I32, typef: F64,
) -> None:  # fmt: skip
    """Looks at the loops whose last 3 s the next decisions may ask about; all others count as free."""
    window_ms = np.int64((_MAX_GAP_S + 2.0 * dt) * 1000.0)
    soon = np.int64(time_s * 1000.0) + window_ms
    for c in range(len(actuated)):
        p = actuated[c]
        if p < 0:
            continue
        begin, end, near = phase[c], phase[c] + 1, next_ms[c] <= soon
        for q in range(first_phase[p], first_phase[p + 1]):
            if first_phase_loop[q] < first_phase_loop[q + 1] and min_ms[q] < window_ms:
                # A green may begin within the window.
                begin, end, near = first_phase[p], first_phase[p + 1], True
                break
        for m in range(first_phase_loop[begin], first_phase_loop[end]):
            k = phase_loop[m]
            if near:
                _sense_loop(
                    time_s, dt, k, first_watch, watch_way, watch_at_m, watch_via, watch_past, first, f, i, typef,
                    occupied, left_s,
                )  # fmt: skip
            else:
                occupied[k] = False


@kernel
def _sense_loop(
    time_s: float, dt: float, k: int, first_watch: I32, watch_way: I32, watch_at_m: F64, watch_via: I32,
    watch_past: I32, first: I32, f: F32, i: I32, typef: F64, occupied: U8, left_s: F64,
) -> None:  # fmt: skip
    """Whether a vehicle is on a loop, and when the last one left it, to a fraction of the last step."""
    on = False
    left = -1.0e9
    for m in range(first_watch[k], first_watch[k + 1]):
        way, at, via = watch_way[m], watch_at_m[m], watch_via[m]
        front_first = at >= 0.0
        s = first[way] if front_first else first[way + 1] - 1
        while first[way] <= s < first[way + 1]:
            front = np.float64(f[s, POS])
            if front_first and front < at:
                break
            back = front - typef[i[s, TYPE], T_LENGTH]
            moved = np.float64(f[s, SPEED]) * dt
            if not front_first and back - moved > at:
                break
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
            s += 1 if front_first else -1
    if left < 0.0 and occupied[k] and not on:
        # It changed lanes, or its route ended here.
        left = time_s
    if left >= 0.0:
        left_s[k] = left
    occupied[k] = on


@kernel
def _play_actuated(
    time_s: float, dt_s: float, first_group: I32, actuated: I32, first_phase: I32, min_ms: I64, max_ms: I64, goes: U8,
    first_state: I32, shown: U8, first_phase_loop: I32, phase_loop: I32, state: U8, phase: I32, since_ms: I64,
    next_ms: I64, occupied: U8, left_s: F64,
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
        if p < 0:
            continue
        while next_ms[c] < end:
            at = phase[c]
            age = now - since_ms[c]
            gap_s = _MAX_GAP_S
            if goes[at] and age < max_ms[at]:
                for m in range(first_phase_loop[at], first_phase_loop[at + 1]):
                    k = phase_loop[m]
                    gap_s = min(gap_s, 0.0 if occupied[k] else time_s - left_s[k])
            if gap_s < _MAX_GAP_S:
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


@kernel
def _advance_stages(
    dt: float, first_group: I32, first_stage: I32, min_green_s: F64, stage_state: I32, stage_shown: U8, yellow_s: F64,
    red_s: F64, state: U8, stage: I32, before: I32, age_s: F64, wanted: I32,
) -> None:  # fmt: skip
    """One step of stages; `wanted` `(n_controllers,)` is taken up where the minimum green is over, and cleared.

    `stage`: in force, or coming; `before`: that which ends (-1 = no change under way); `age_s`: of the green, negative
    in a change.
    """
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
