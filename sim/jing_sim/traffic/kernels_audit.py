"""The world's own audit: overlaps along ways, and of bodies on crossing stretches of connectors."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inner
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


@inner
def _note(i: I32, s: int, hit: bool) -> int:
    """Enters whether a vehicle overlaps; 1 the first time that it does."""
    seen = i[s, FLAGS] & OVERLAPS
    i[s, FLAGS] = i[s, FLAGS] | OVERLAPS if hit else i[s, FLAGS] & ~OVERLAPS
    return 1 if hit and not seen else 0


@inner
def _meets(
    w: int, s: int, first: I32, f: F32, i: I32, sidef: F64, sidei: I32, wayi: I32, typef: F64
) -> bool:  # fmt: skip
    """Whether somebody on a connector stands where another one crosses it that is before it in the order of ways."""
    pos = f[s, POS]
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
                return True
    return False


@inner
def count_overlaps(
    n_lanes: int, n: int, way: I32, first: I32, f: F32, i: I32, sidef: F64, sidei: I32, wayi: I32, typef: F64,
    over_rear: F32, over_slot: I32,
) -> int:  # fmt: skip
    """Of the first `n` rows, those that overlap their leader on a way, or another one on a crossing; each counts once
    while it overlaps.
    """
    found = 0
    rear, before = 1.0e9, -1
    for s in range(n):
        w = way[s]
        pos, flags = f[s, POS], i[s, FLAGS]
        hit = (rear < pos - _TOLERANCE_M) & (w == before)
        rear = pos - typef[i[s, TYPE], T_LENGTH]
        alone = (w != before) & (over_slot[w] >= 0)
        before = w
        if hit | alone | (w >= n_lanes) | (flags & OVERLAPS != 0):
            u = over_slot[w]
            if alone and u != s:
                tail = over_rear[w]
                hit = tail < pos - _TOLERANCE_M and tail + typef[i[u, TYPE], T_LENGTH] > rear
            if w >= n_lanes and not hit:
                hit = _meets(w, s, first, f, i, sidef, sidei, wayi, typef)
            found += _note(i, s, hit)
    return found
