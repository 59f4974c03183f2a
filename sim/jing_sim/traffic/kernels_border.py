"""Rows that go from one part of a network to another, and rows of several parts put in the order of the ways."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import kernel
from jing_sim.traffic.rows import AT, ID, N_WORDS

__all__ = ["count_rows", "end_counts", "keep_rows", "pack_rows", "place_rows"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]


@kernel
def pack_rows(
    ways: I32, first: I32, i: I32, route_first: I32, new_route: U8, counts: I32, rows: I32
) -> tuple[int, int]:
    """Copies the rows of `ways` to `rows`, AT counted from the begin of the route, and their numbers to `counts`.

    Returns how many (-1 = they do not fit), and how many of them have a `new_route`.
    """
    n = 0
    news = 0
    for k in range(len(ways)):
        w = ways[k]
        counts[k] = first[w + 1] - first[w]
        for s in range(first[w], first[w + 1]):
            if n >= len(rows):
                return -1, news
            for q in range(N_WORDS):
                rows[n, q] = i[s, q]
            rows[n, AT] -= route_first[i[s, ID]]
            news += new_route[i[s, ID]]
            n += 1
    return n, news


@kernel
def count_rows(ways: I32, counts: I32, first: I32) -> None:
    """Adds the numbers of rows of some ways to `first[way + 1]`."""
    for k in range(len(ways)):
        first[ways[k] + 1] += counts[k]


@kernel
def end_counts(own: U8, before: I32, first: I32) -> int:
    """Adds the numbers of own rows, `before` being their first ones, and makes `first` of numbers; returns the sum."""
    first[0] = 0
    for w in range(len(own)):
        first[w + 1] += first[w]
        if own[w]:
            first[w + 1] += before[w + 1] - before[w]
    return int(first[len(own)])


@kernel
def keep_rows(own: U8, before: I32, i: I32, first: I32, to: I32) -> None:
    """Copies the rows of own ways to their new places."""
    for w in range(len(own)):
        if own[w]:
            at = first[w]
            for s in range(before[w], before[w + 1]):
                for q in range(N_WORDS):
                    to[at, q] = i[s, q]
                at += 1


@kernel
def place_rows(ways: I32, counts: I32, rows: I32, route_first: I32, first: I32, to: I32) -> None:
    """Copies rows that were packed by another part to their places."""
    n = 0
    for k in range(len(ways)):
        at = first[ways[k]]
        for _ in range(counts[k]):
            for q in range(N_WORDS):
                to[at, q] = rows[n, q]
            to[at, AT] += route_first[rows[n, ID]]
            at += 1
            n += 1
