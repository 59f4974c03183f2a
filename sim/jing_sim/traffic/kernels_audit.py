"""The world's own audit: overlaps along ways, and of bodies on crossing stretches of connectors."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, leaf
from jing_sim.traffic.rows import (
    FLAGS,
    OVERLAPS,
    POS,
    S_DIVERGES,
    S_FLAGS,
    S_MERGES,
    S_OTHER,
    S_OTHER_POINT,
    S_OTHER_WIDTH,
    S_PASSES,
    S_POINT,
    S_WIDTH,
    T_LENGTH,
    TYPE,
    W_SIDE0,
    W_SIDE1,
)

__all__ = ["count_overlaps"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

_TOLERANCE_M = 0.01


@inlined
def _new_overlap(i: I32, s: int) -> int:
    """1 the first time that a vehicle is found to overlap."""
    seen = i[s, FLAGS] & OVERLAPS
    i[s, FLAGS] |= OVERLAPS
    return 0 if seen else 1


@leaf
def count_overlaps(
    n_lanes: int, n_busy: int, busy: I32, first: I32, f: F32, i: I32, sidef: F64, sidei: I32, wayi: I32, typef: F64,
    over_rear: F32, over_slot: I32,
) -> int:  # fmt: skip
    """Vehicles that overlap their leader on a way, or another one on a crossing; each counts once while it overlaps."""
    n = 0
    for place in range(n_busy):
        w = busy[place]
        k0, k1 = first[w], first[w + 1]
        for s in range(k0, k1):
            hit = False
            pos = f[s, POS]
            if s > k0:
                hit = f[s - 1, POS] - typef[i[s - 1, TYPE], T_LENGTH] < pos - _TOLERANCE_M
            elif over_slot[w] >= 0 and over_slot[w] != s:
                rear = over_rear[w]
                u = over_slot[w]
                hit = (
                    rear < pos - _TOLERANCE_M and rear + typef[i[u, TYPE], T_LENGTH] > pos - typef[i[s, TYPE], T_LENGTH]
                )
            if w >= n_lanes and not hit:
                rear = pos - typef[i[s, TYPE], T_LENGTH]
                for q in range(wayi[w, W_SIDE0], wayi[w, W_SIDE1]):
                    o = sidei[q, S_OTHER]
                    if o > w or sidei[q, S_FLAGS] & (S_MERGES | S_DIVERGES | S_PASSES) or first[o] == first[o + 1]:
                        continue
                    a0, a1 = sidef[q, S_POINT], sidef[q, S_POINT] + sidef[q, S_WIDTH]
                    if pos <= a0 + 0.5 or rear >= a1 - 0.5:
                        continue
                    b0, b1 = sidef[q, S_OTHER_POINT], sidef[q, S_OTHER_POINT] + sidef[q, S_OTHER_WIDTH]
                    for u in range(first[o], first[o + 1]):
                        if f[u, POS] > b0 + 0.5 and f[u, POS] - typef[i[u, TYPE], T_LENGTH] < b1 - 0.5:
                            hit = True
            if hit:
                n += _new_overlap(i, s)
            elif i[s, FLAGS] & OVERLAPS:
                i[s, FLAGS] &= ~OVERLAPS
    return n
