"""Loop detectors: who came over a loop between the step before and this one, and who still stands on it."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, kernel

__all__ = ["MOST_ON", "follow_vehicles", "leave_loops"]

Int = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float = NDArray[np.float64]

MOST_ON = 8
"""Vehicles that may cover one loop at a time: one, and more while somebody changes lanes there."""
MOST_WAYS = 6
"""Ways over which a vehicle is followed in one step."""
_TINY_M = 1.0e-6
# Columns of `sums`.
_ENTERED, _COUNT, _COVERED, _SPEED, _LENGTH = range(5)


@inlined
def _trail(start: int, end: int, first_next: Int, next_way: Int, trail: Int, at: Int) -> int:
    """Fills `trail` with the fewest ways from `start` to `end`; returns how many, 0 = none within `MOST_WAYS`."""
    trail[0] = start
    for most in range(1, MOST_WAYS):
        depth = 0
        at[0] = first_next[start]
        while depth >= 0:
            if at[depth] == first_next[trail[depth] + 1]:
                depth -= 1
                continue
            way = next_way[at[depth]]
            at[depth] += 1
            trail[depth + 1] = way
            if depth + 1 < most:
                depth += 1
                at[depth] = first_next[way]
            elif way == end:
                return most + 1
    return 0


@inlined
def _enter(
    loop: int, v: int, step: int, front: float, in_s: float, out_s: float, now_s: float, stays: bool, length: float,
    on_vehicle: Int, on_step: Int64, on_front: Float, on_length: Float, on_since: Float, sums: Float, left_s: Float,
) -> bool:  # fmt: skip
    """A vehicle comes onto a loop at `in_s`; it leaves at `out_s` or, unless it `stays`, sideways. False = no room."""
    sums[loop, _ENTERED] += 1.0
    if out_s <= now_s:
        sums[loop, _COUNT] += 1.0
        sums[loop, _COVERED] += out_s - in_s
        sums[loop, _SPEED] += length / (out_s - in_s)
        sums[loop, _LENGTH] += length
        left_s[loop] = max(left_s[loop], out_s)
        return True
    sums[loop, _COVERED] += now_s - in_s
    if not stays:
        left_s[loop] = now_s
        return True
    for slot in range(MOST_ON):
        if on_vehicle[loop, slot] < 0:
            on_vehicle[loop, slot] = v
            on_step[loop, slot] = step
            on_front[loop, slot] = front
            on_length[loop, slot] = length
            on_since[loop, slot] = in_s
            return True
    return False


@inlined
def _drive(
    was: int, way: int, n_lanes: int, way_road: Int, way_left: Int, way_right: Int, first_next: Int, next_way: Int,
    trail: Int, at: Int,
) -> int:  # fmt: skip
    """Fills `trail` with the ways driven from `was` to `way`, or to a lane beside it; returns how many, 0 = unknown.

    As in SUMO, a vehicle moves before it changes lanes; a change before the move is tried last.
    """
    trail[0] = was
    # Side by side: lanes of a road, or connectors that leave the same road (SUMO changes lanes within junctions, too).
    if (was < n_lanes) == (way < n_lanes) and way_road[was] == way_road[way]:
        return 1
    n_trail = _trail(was, way, first_next, next_way, trail, at)
    for beside in (way_right[way], way_left[way]):
        if n_trail == 0 and beside >= 0:
            n_trail = _trail(was, beside, first_next, next_way, trail, at)
    for beside in (way_right[was], way_left[was]):
        if n_trail == 0 and beside >= 0:
            n_trail = _trail(beside, way, first_next, next_way, trail, at)
    return n_trail


@kernel
def follow_vehicles(
    step: int, now_s: float, dt: float, n_lanes: int, first: Int, vehicle: Int, pos: Float, length: Float,
    way_length: Float, way_start: Float, way_road: Int, way_left: Int, way_right: Int, first_next: Int, next_way: Int,
    first_loop: Int, loop_pos: Float, last_step: Int64, last_way: Int, last_pos: Float, moved: Float, sideways: Int,
    on_vehicle: Int, on_step: Int64, on_front: Float, on_length: Float, on_since: Float, sums: Float, left_s: Float,
) -> int:  # fmt: skip
    """Moves all vehicles on from where they were, over the loops in between; returns a loop without room, or -1.

    `last_*`, `moved`, `sideways` `(n_vehicles,)`: step, way and place in which a vehicle was seen last, how far it came
    since (NaN = unknown), and the lane that it left sideways (-1 = none). Between two steps a vehicle drives evenly.
    """
    full = -1
    trail, at = np.empty(MOST_WAYS + 1, np.int32), np.empty(MOST_WAYS + 1, np.int32)
    for way in range(len(first) - 1):
        for k in range(first[way], first[way + 1]):
            v, here, size = vehicle[k], np.float64(pos[k]), np.float64(length[k])
            was = last_way[v] if last_step[v] == step - 1 else -1
            before = last_pos[v]
            last_step[v], last_way[v], last_pos[v] = step, way, here
            moved[v], sideways[v] = np.nan, -1
            n_trail = 0
            if was == way:
                n_trail, trail[0] = 1, was
                if here >= before and first_loop[way] == first_loop[way + 1]:
                    moved[v] = here - before
                    continue
            elif was >= 0:
                n_trail = _drive(was, way, n_lanes, way_road, way_left, way_right, first_next, next_way, trail, at)
            if n_trail > 0:
                goal = trail[n_trail - 1]
                whole = here - before
                if goal != way:
                    sideways[v] = goal
                    whole += way_start[way] - way_start[goal]
                elif trail[0] != was:
                    sideways[v] = was
                    whole += way_start[trail[0]] - way_start[was]
                for j in range(n_trail - 1):
                    whole += way_length[trail[j]]
                if whole < -_TINY_M:
                    n_trail = 0
                else:
                    moved[v] = max(whole, 0.0)
                begin = -before if trail[0] == was else way_start[trail[0]] - way_start[was] - before
                for j in range(n_trail):
                    for loop in range(first_loop[trail[j]], first_loop[trail[j] + 1]):
                        ahead = begin + loop_pos[loop]
                        if ahead > 0.0 and ahead <= whole:
                            in_s = now_s - dt + dt * ahead / whole
                            out_s = now_s - dt + dt * (ahead + size) / whole
                            stays = trail[j] == way or trail[j] != goal
                            if not _enter(
                                loop, v, step, whole - ahead, in_s, out_s, now_s, stays, size, on_vehicle, on_step,
                                on_front, on_length, on_since, sums, left_s,
                            ):  # fmt: skip
                                full = loop
                    begin += way_length[trail[j]]
            if n_trail == 0 or trail[n_trail - 1] != way:
                # It came from the side or out of nowhere: the loops below its body are covered from now on.
                for loop in range(first_loop[way], first_loop[way + 1]):
                    front = here - loop_pos[loop]
                    if front >= 0.0 and front < size and not _enter(
                        loop, v, step, front, now_s - dt, np.inf, now_s, True, size, on_vehicle, on_step, on_front,
                        on_length, on_since, sums, left_s,
                    ):  # fmt: skip
                        full = loop
    return full


@kernel
def leave_loops(
    step: int, now_s: float, dt: float, loop_way: Int, last_step: Int64, moved: Float, sideways: Int,
    on_vehicle: Int, on_step: Int64, on_front: Float, on_length: Float, on_since: Float, sums: Float, left_s: Float,
    occupied: NDArray[np.bool_], since_s: Float,
) -> None:  # fmt: skip
    """Moves on those who stood on loops before this step; who left sideways or vanished is not counted as passed."""
    for loop in range(len(loop_way)):
        occupied[loop] = False
        for slot in range(MOST_ON):
            v = on_vehicle[loop, slot]
            if v < 0:
                continue
            if on_step[loop, slot] == step:
                occupied[loop] = True
                continue
            size = on_length[loop, slot]
            known = last_step[v] == step and not np.isnan(moved[v])
            if known and on_front[loop, slot] + moved[v] > size:
                out_s = now_s - dt + dt * (size - on_front[loop, slot]) / moved[v]
                sums[loop, _COUNT] += 1.0
                sums[loop, _COVERED] += out_s - (now_s - dt)
                sums[loop, _SPEED] += size / (out_s - on_since[loop, slot])
                sums[loop, _LENGTH] += size
                on_vehicle[loop, slot] = -1
                left_s[loop] = max(left_s[loop], out_s)
                continue
            sums[loop, _COVERED] += dt
            if known and sideways[v] != loop_way[loop]:
                on_front[loop, slot] += moved[v]
                occupied[loop] = True
            else:
                on_vehicle[loop, slot] = -1
                left_s[loop] = now_s
        since_s[loop] = 0.0 if occupied[loop] else now_s - left_s[loop]
