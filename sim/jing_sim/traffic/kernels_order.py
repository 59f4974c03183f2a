"""The rows in the order of the ways, front to back: put there in each step, and what is read off them then."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import inlined, inner
from jing_sim.traffic.rows import (
    ID,
    POS,
    T_GAP,
    T_LENGTH,
    TYPE,
)

__all__ = ["busy_ways", "copy_row", "sort_rows"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


@inlined
def copy_row(i: I32, s: int, to_i: I32, at: int) -> None:
    """Row `s` to row `at`. Loads before stores, eight at a time: a loop over single words takes twice as long."""
    for k in range(0, 32, 8):
        a, b, c, d = i[s, k], i[s, k + 1], i[s, k + 2], i[s, k + 3]
        e, f, g, h = i[s, k + 4], i[s, k + 5], i[s, k + 6], i[s, k + 7]
        to_i[at, k], to_i[at, k + 1], to_i[at, k + 2], to_i[at, k + 3] = a, b, c, d
        to_i[at, k + 4], to_i[at, k + 5], to_i[at, k + 6], to_i[at, k + 7] = e, f, g, h


@inner
def _put_in(s: int, f: F32, i: I32, to_f: F32, to_i: I32, begin: int, at: int) -> None:
    """Copies row `s` among the rows from `begin` to `at - 1`, which make room for it."""
    # Equal positions (none, unless something is wrong) are ordered by vehicle.
    while at > begin and (
        to_f[at - 1, POS] < f[s, POS] or (to_f[at - 1, POS] == f[s, POS] and to_i[at - 1, ID] > i[s, ID])
    ):
        copy_row(to_i, at - 1, to_i, at)
        at -= 1
    copy_row(i, s, to_i, at)


@inner
def sort_rows(
    n: int, n_in: int, n_later: int, later: I32, n_busy: int, busy: I32, begin: I32, new_way: I32, f: F32, i: I32,
    to_f: F32, to_i: I32, way: I32, first: I32, fill: I32, typef: F64, brutto: F32,
) -> None:  # fmt: skip
    """Copies the rows with `new_way >= 0` to `to_i` in the order of the ways, front to back.

    The first `n` rows stand by `busy` ways and `first`; those in `later` came onto another way than theirs, and `n_in`
    more stand behind. `fill` `(n_ways,)`: how many are on each way now. Writes `way`,
    `first` `(n_ways + 1,)`, and for each way the length that its vehicles take with their gaps (`brutto`). `begin`
    `(n_ways,)` is scratch.
    """
    n_ways = len(first) - 1
    for place in range(n_busy):
        begin[place] = first[busy[place]]
    to = 0
    for w in range(n_ways):
        first[w] = to
        to += fill[w]
        fill[w] = first[w]
        brutto[w] = np.float32(0.0)
    first[n_ways] = to
    for place in range(n_busy):
        w = busy[place]
        at = start = first[w]
        end = begin[place + 1] if place + 1 < n_busy else n
        takes = np.float32(0.0)
        before = np.float32(1.0e9)
        for s in range(begin[place], end):
            if new_way[s] != w:
                continue
            pos = f[s, POS]
            if pos < before:
                copy_row(i, s, to_i, at)
            else:
                _put_in(s, f, i, to_f, to_i, start, at)
            way[at] = w
            before = pos
            at += 1
            takes += np.float32(typef[i[s, TYPE], T_LENGTH] + typef[i[s, TYPE], T_GAP])
        fill[w] = at
        brutto[w] = takes
    for k in range(n_later + n_in):
        s = later[k] if k < n_later else n + k - n_later
        w = new_way[s]
        _put_in(s, f, i, to_f, to_i, first[w], fill[w])
        way[fill[w]] = w
        fill[w] += 1
        brutto[w] += np.float32(typef[i[s, TYPE], T_LENGTH] + typef[i[s, TYPE], T_GAP])


@inner
def busy_ways(n: int, way: I32, busy: I32) -> int:
    """Writes the ways of the first `n` rows, each once; returns how many they are."""
    k, before = -1, -1
    for s in range(n):
        k += 1 if way[s] != before else 0
        before = way[s]
        busy[k] = before
    return k + 1
