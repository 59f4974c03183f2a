"""One step of one world, phase by phase; a batch of worlds is a loop over this."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf
from jing_sim.traffic.kernels_audit import count_overlaps
from jing_sim.traffic.kernels_change import change_lanes
from jing_sim.traffic.kernels_insertion import insert_vehicles
from jing_sim.traffic.kernels_move import drive, move_on
from jing_sim.traffic.kernels_order import busy_ways, sort_rows
from jing_sim.traffic.kernels_plan import plan_speeds
from jing_sim.traffic.kernels_tails import mark_tails
from jing_sim.traffic.kernels_yield import decide_to_yield
from jing_sim.traffic.rows import (
    ID,
    LOSS,
)

__all__ = ["step_world"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]


@leaf
def step_world(
    model: int, seed: int, step: int, dt: float, deadlock_s: float, audit: bool,
    n_lanes: int, wayf: F64, wayi: I32, signs: I32, out: I32, to_lane: I32, into: I32, road_first: I32,
    changeable: I32, sidef: F64, sidei: I32, walkf: F64, walki: I32, typef: F64, kind_of: NDArray[np.uint16],
    route: I32, route_first: I32, route_last: I32, depart_s: F64, type_of: I32, factor: F32, depart_lane: I32,
    depart_speed: F32, first_stop: I32, stop_lane: I32, stop_pos: F32, stop_steps: I32, stop_until: I32,
    rows_f: F32, rows_i: I32, way: I32, first: I32, over_rear: F32, over_slot: I32, brutto: F32, limit: F32,
    allowed: NDArray[np.uint16], state: U8, walk_busy: U8, queue: I32, pointers: I32, failed: I32, outside_way: I32,
    outside_f: F32, entered_s: F64, arrived_s: F64, loss_s: F32, totals: NDArray[np.int64],
    new_way: I32, safe: F32, least: F32, ask_head: I32, askf: F64, aski: I32, pendf: F64, pendi: I32, tail_rear: F32,
    tail_slot: I32, head_slot: I32, fill: I32, full: U8, reach: F64, turn: I32, change: I32, keep: I32,
    heads: F64, busy: I32, lead_v: F64, taken: U8, stands: U8, block: F64, later: I32, later_x: F64,
    told: I32, counts: I32,
) -> None:  # fmt: skip
    """Moves a world from `step * dt` to `(step + 1) * dt`.

    `rows_f`, `rows_i` `(2, capacity, N_WORDS)` are the same memory; `pointers[2]` says which of the two is in force.
    `pointers`: next trip, queue length, buffer, running, entered and arrived in this step. `totals`: updates, overlaps,
    red runs, vehicles that drove on after the deadlock time, steps given up, arrived, entered, lane changes.

    Where more approach junctions than `askf` and `pendf` have places for, the step is given up before anybody moves: it
    can be taken again with longer ones.
    """
    time_s = step * dt
    cur = pointers[2]
    n = pointers[3]
    n_ways = len(first) - 1
    f, i = rows_f[cur], rows_i[cur]
    n_busy = busy_ways(n, way, busy)
    counts[2] = 0
    counts[3] = 0
    # What the later parts of a step write first holds lists and speeds of planning until then.
    plan_speeds(
        model, seed, dt, step, n_lanes, n_busy, busy, first, f, i, wayf, wayi, limit, sidef, sidei, typef, over_rear,
        over_slot, brutto, route_last, state, stop_lane, stop_pos, walkf, walki, walk_busy, deadlock_s, safe, least,
        ask_head, askf, aski, pendf, pendi, reach, turn, counts, signs, way, later_x, lead_v, later, told, new_way,
        taken, stands, block,
    )  # fmt: skip
    if counts[2] > 0:
        totals[4] += 1
        return
    decide_to_yield(
        model, dt, counts[1], first, f, i, wayf, wayi, sidef, sidei, typef, state, ask_head, askf, aski, pendf, pendi,
        safe, least,
    )  # fmt: skip
    counts[1] = 0
    tail_rear[:] = np.float32(1.0e9)
    tail_slot[:] = -1
    head_slot[:] = -1
    over_rear[:] = np.float32(1.0e9)
    over_slot[:] = -1
    for w in range(n_ways):
        fill[w] = first[w + 1] - first[w]
    n_later = drive(
        model, seed, step, dt, deadlock_s, n, way, f, i, safe, least, wayf, limit, typef, new_way, tail_rear,
        tail_slot, head_slot, later, later_x, counts,
    )  # fmt: skip
    n_later = move_on(
        model, seed, step, dt, deadlock_s, n_lanes, n_later, later, later_x, f, i, safe, least, wayf, wayi, limit,
        typef, kind_of, out, to_lane, road_first, allowed, route, route_last, state, stop_lane, stop_pos, stop_steps,
        stop_until, first_stop, outside_way, outside_f, new_way, tail_rear, tail_slot, head_slot, over_rear, over_slot,
        fill, reach, turn, change, told, counts,
    )  # fmt: skip
    totals[0] += n
    totals[2] += counts[1]
    totals[3] += counts[3]
    n_out = counts[0]
    for k in range(n_out):
        s = told[k]
        v = i[s, ID]
        arrived_s[v] = time_s + dt
        loss_s[v] = f[s, LOSS]
        told[k] = v
    n_in = insert_vehicles(
        time_s + dt, dt, step, n_lanes, n, f, i, wayf, wayi, limit, typef, kind_of, out, to_lane, into, road_first,
        allowed, route, route_first, route_last, depart_s, type_of, factor, depart_lane, depart_speed, first_stop,
        stop_lane, stop_pos, state, new_way, tail_rear, tail_slot, head_slot, over_rear, over_slot, full, queue,
        pointers, failed, told[n_out:], reach, turn, change,
    )  # fmt: skip
    for k in range(n_in):
        entered_s[told[n_out + k]] = time_s + dt
        fill[new_way[n + k]] += 1
    to_f, to_i = rows_f[1 - cur], rows_i[1 - cur]
    sort_rows(
        n, n_in, n_later, later, n_busy, busy, ask_head, new_way, f, i, to_f, to_i, way, first, fill, typef, brutto
    )  # fmt: skip
    totals[7] += change_lanes(
        dt, n_lanes, first, way, to_f, to_i, f, i, tail_rear, tail_slot, head_slot, over_rear, over_slot, brutto,
        wayf, wayi, limit, typef, kind_of, out, to_lane, into, road_first, changeable, allowed, route, route_last,
        stop_lane, stop_pos, reach, turn, change, keep, heads, sidef, sidei, state,
    )  # fmt: skip
    n = first[n_ways]
    mark_tails(n_lanes, n, way, to_f, to_i, wayf, wayi, typef, over_rear, over_slot)
    pointers[2] = 1 - cur
    pointers[3] = n
    pointers[4] = n_in
    pointers[5] = n_out
    totals[5] += n_out
    totals[6] += n_in
    if audit:
        totals[1] += count_overlaps(
            n_lanes, n, way, first, to_f, to_i, sidef, sidei, wayi, typef, over_rear, over_slot
        )  # fmt: skip
