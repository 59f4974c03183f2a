"""Many worlds of one network in one call: arrays with a leading axis of worlds, one after the other through a step."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf
from jing_sim.traffic.kernels_signals import advance_stages
from jing_sim.traffic.kernels_step import step_world
from jing_sim.traffic.kernels_stuck import next_stuck
from jing_sim.traffic.rows import SPEED, WAIT

__all__ = ["FULL", "STUCK", "observe_worlds", "step_worlds"]

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]

STUCK = 1
"""A vehicle needs another route before the world goes on."""
FULL = 2
"""More vehicles approach junctions than there is room for."""
_DETOUR_EVERY_S = 10.0
_HALTING_MPS = 0.1


@leaf
def step_worlds(
    begin: int, end: int, model: int, dt: float, deadlock_s: float, audit: bool, left: I64, steps: I64, seeds: I64,
    demand_row: I32, trouble: U8,
    n_lanes: int, wayf: F64, wayi: I32, signs: I32, out: I32, to_lane: I32, into: I32, road_first: I32,
    changeable: I32, sidef: F64, sidei: I32, walkf: F64, walki: I32,
    first_group: I32, first_stage: I32, min_green_s: F64, stage_state: I32, stage_shown: U8, yellow_s: F64, red_s: F64,
    typef: F64, kind_of: U16, depart_s: F64, type_of: I32, depart_lane: I32, depart_speed: F32, first_stop: I32,
    stop_lane: I32, stop_pos: F32, stop_steps: I32, stop_until: I32,
    route: I32, route_first: I32, route_last: I32, factor: F32,
    rows_f: F32, rows_i: I32, way: I32, first: I32, over_rear: F32, over_slot: I32, brutto: F32, limit: F32,
    allowed: U16, state: U8, walk_busy: U8, queue: I32, pointers: I32, failed: I32, outside_way: I32, outside_f: F32,
    entered_s: F64, arrived_s: F64, loss_s: F32, totals: I64,
    stage: I32, before: I32, age_s: F64, wanted: I32, clock_s: F64,
    new_way: I32, safe: F32, least: F32, ask_head: I32, askf: F64, aski: I32, pendf: F64, pendi: I32, tail_rear: F32,
    tail_slot: I32, head_slot: I32, fill: I32, full: U8, reach: F64, turn: I32, change: I32, keep: I32,
    heads: F64, busy: I32, lead_v: F64, taken: U8, stands: U8, block: F64, later: I32, later_x: F64,
    told: I32, counts: I32,
) -> None:  # fmt: skip
    """Moves worlds `begin` to `end - 1` by `left[w]` steps each, or until `trouble[w]`.

    `left`, `steps`, `seeds`, `demand_row`, `trouble` `(n_worlds,)`; then the arguments of `step_world` and
    `advance_stages`: tables and scratch as they have them, demands with a leading axis that `demand_row` counts in,
    all else with a leading axis of worlds.
    """
    for w in range(begin, end):
        d = demand_row[w]
        trouble[w] = 0
        while left[w] > 0 and trouble[w] == 0:
            advance_stages(
                steps[w] * dt + dt, first_group, first_stage, min_green_s, stage_state, stage_shown, yellow_s, red_s,
                state[w], stage[w], before[w], age_s[w], wanted[w], clock_s[w],
            )  # fmt: skip
            crowded = totals[w, 4]
            step_world(
                model, seeds[w], steps[w], dt, deadlock_s, audit, n_lanes, wayf, wayi, signs, out, to_lane, into,
                road_first, changeable, sidef, sidei, walkf, walki, typef[d], kind_of[d], route[w], route_first[w],
                route_last[w],
                depart_s[d], type_of[d], factor[w], depart_lane[d], depart_speed[d], first_stop[d], stop_lane[d],
                stop_pos[d], stop_steps[d], stop_until[d], rows_f[w], rows_i[w], way[w], first[w], over_rear[w],
                over_slot[w], brutto[w], limit[w], allowed[w], state[w], walk_busy[w], queue[w], pointers[w], failed[w],
                outside_way[w], outside_f[w], entered_s[w], arrived_s[w], loss_s[w], totals[w], new_way, safe, least,
                ask_head, askf, aski, pendf, pendi, tail_rear, tail_slot, head_slot, fill, full, reach, turn,
                change, keep, heads, busy, lead_v, taken, stands, block, later, later_x, told, counts,
            )  # fmt: skip
            steps[w] += 1
            left[w] -= 1
            cur = pointers[w, 2]
            if totals[w, 4] != crowded:
                trouble[w] = FULL
            elif (steps[w] * dt) % _DETOUR_EVERY_S <= dt - 1.0e-9:
                stuck = next_stuck(0, n_lanes, deadlock_s, first[w], rows_f[w, cur], rows_i[w, cur], route_last[w])
                trouble[w] = STUCK if stuck >= 0 else 0


@leaf
def observe_worlds(
    begin: int, end: int, reward_kind: int, first_stage: I32, min_green_s: F64, max_green_s: F64, n_stages: int,
    lane_in: I32, lane_out: I32, storage: F32, first: I32, rows_f: F32, pointers: I32, stage: I32, before: I32,
    age_s: F64, seen: F32, reward: F32,
) -> None:  # fmt: skip
    """Writes observations and rewards of worlds `begin` to `end - 1`.

    `lane_in`, `lane_out` `(n_controllers, ..)` lanes before and behind each, -1 = none; `storage` as `lane_in`;
    `seen` `(n_worlds, n_controllers, n_features)` and `reward` `(n_worlds, n_controllers)`: see `JunctionFeatures`.
    """
    most = lane_in.shape[1]
    at_count, at_halting = n_stages + 2, n_stages + 2 + most
    for w in range(begin, end):
        f = rows_f[w, pointers[w, 2]]
        for c in range(len(lane_in)):
            x = seen[w, c]
            x[:] = 0.0
            begin_stage = first_stage[c]
            if first_stage[c + 1] > begin_stage:
                row = begin_stage + stage[w, c]
                x[stage[w, c]] = 1.0
                free = before[w, c] < 0 and age_s[w, c] >= min_green_s[row] - 1.0e-6
                x[n_stages] = 1.0 if free else 0.0
                x[n_stages + 1] = min(max(age_s[w, c] / max_green_s[row], -1.0), 1.0)
            halting, pressure, waiting = 0, 0, 0.0
            for k in range(most):
                lane = lane_in[c, k]
                if lane < 0:
                    break
                slow = 0
                for s in range(first[w, lane], first[w, lane + 1]):
                    if f[s, SPEED] < _HALTING_MPS:
                        slow += 1
                    waiting += f[s, WAIT]
                n = first[w, lane + 1] - first[w, lane]
                x[at_count + k] = min(n / storage[c, k], 1.0)
                x[at_halting + k] = min(slow / storage[c, k], 1.0)
                halting += slow
                pressure += n
            for k in range(lane_out.shape[1]):
                lane = lane_out[c, k]
                if lane < 0:
                    break
                pressure -= first[w, lane + 1] - first[w, lane]
            if reward_kind == 0:
                reward[w, c] = -halting
            elif reward_kind == 1:
                reward[w, c] = -abs(pressure)
            else:
                reward[w, c] = -waiting
