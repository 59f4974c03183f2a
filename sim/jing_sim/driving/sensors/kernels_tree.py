"""Trees of bounding boxes over triangles or bodies, split where the surface area heuristic says.

A node holds the bounds of both of its children, so that one visit decides about both (I. Wald, S. Boulos, P. Shirley,
"Ray Tracing Deformable Scenes Using Dynamic Bounding Volume Hierarchies", 2007). Splits are looked for between 16 bins
of centres (I. Wald, "On Fast Construction of SAH-based Bounding Volume Hierarchies", 2007).
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf

__all__ = ["BINS", "MOST_IN_LEAF", "STACK", "build_tree"]

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]

BINS = 16
MOST_IN_LEAF = 8
STACK = 128
"""Room on the stacks of those who build or walk a tree."""
_DEEP = 60
_ALL_AXES = 4096
_HUGE = np.float32(3.0e38)


@leaf
def _spread(box: F32, at: int) -> float:
    """Half of the surface of a box of 6 numbers, 0 where it is empty."""
    x, y, z = box[at + 3] - box[at], box[at + 4] - box[at + 1], box[at + 5] - box[at + 2]
    if x < 0.0:
        return 0.0
    return float(np.float64(x) * y + np.float64(y) * z + np.float64(z) * x)


@leaf
def _clear(box: F32, at: int) -> None:
    for axis in range(3):
        box[at + axis] = _HUGE
        box[at + 3 + axis] = -_HUGE


@leaf
def _include(box: F32, at: int, things: F32, row: int) -> None:
    for axis in range(3):
        box[at + axis] = min(box[at + axis], things[row, axis])
        box[at + 3 + axis] = max(box[at + 3 + axis], things[row, 3 + axis])


@leaf
def _join(box: F32, at: int, other: F32, start: int) -> None:
    for axis in range(3):
        box[at + axis] = min(box[at + axis], other[start + axis])
        box[at + 3 + axis] = max(box[at + 3 + axis], other[start + 3 + axis])


@leaf
def _bin_of(things: F32, row: int, axis: int, low: float, scale: float) -> int:
    place = int((np.float64(things[row, axis]) + np.float64(things[row, axis + 3]) - low) * scale)
    return min(max(place, 0), BINS - 1)


@leaf
def _best_split(things: F32, begin: int, end: int, bins: F32, counts: I32, sides: F32) -> tuple[float, int, int]:
    """Cost of the best split of a run (half surface times things, over both sides), its axis, and its last left bin.

    The last 6 numbers of `sides` are the bounds of the sums of lower and upper bounds; the rest is scratch.
    """
    longest, centres = 0, BINS + 6
    for axis in range(1, 3):
        if sides[centres + 3 + axis] - sides[centres + axis] > sides[centres + 3 + longest] - sides[centres + longest]:
            longest = axis
    best, best_axis, best_bin = 1.0e300, -1, 0
    for axis in range(3):
        low = np.float64(sides[centres + axis])
        length = np.float64(sides[centres + 3 + axis]) - low
        # Maps are flat: of many things, only the longest axis is worth the look.
        if length <= 0.0 or (end - begin > _ALL_AXES and axis != longest):
            continue
        scale = BINS / length
        for b in range(BINS):
            counts[b] = 0
            _clear(bins, 6 * b)
        for row in range(begin, end):
            b = _bin_of(things, row, axis, low, scale)
            counts[b] += 1
            _include(bins, 6 * b, things, row)
        _clear(sides, BINS)
        count = 0
        for b in range(BINS - 1, 0, -1):
            count += counts[b]
            _join(sides, BINS, bins, 6 * b)
            sides[b] = _spread(sides, BINS) * count
        _clear(sides, BINS)
        count = 0
        for b in range(BINS - 1):
            count += counts[b]
            _join(sides, BINS, bins, 6 * b)
            cost = _spread(sides, BINS) * count + sides[b + 1]
            if 0 < count < end - begin and cost < best:
                best, best_axis, best_bin = cost, axis, b
    return best, best_axis, best_bin


@leaf
def _parted(things: F32, order: I32, begin: int, end: int, axis: int, low: float, scale: float, last: int) -> int:
    """Brings what lies in bins up to `last` to the front of the run; where the others begin."""
    left, right = begin, end - 1
    while left <= right:
        if _bin_of(things, left, axis, low, scale) <= last:
            left += 1
            continue
        for k in range(6):
            things[left, k], things[right, k] = things[right, k], things[left, k]
        order[left], order[right] = order[right], order[left]
        right -= 1
    return left


@leaf
def build_tree(
    things: F32, order: I32, bounds: F32, child: I32, split: I32, stack: I32, bins: F32, counts: I32, sides: F32
) -> int:
    """Number of nodes of the tree over `things` `(n, 6)` (lower and upper bounds), which are put in order, n > 0.

    `order` `(n,)`: the old rows of the things. A node: `bounds` `(2, 6)` of its children, `child` `(2,)`: a node, or
    ~(first * MOST_IN_LEAF + count - 1) of a run of things; `split`: the axis. At most n nodes. A child that is not
    there lies where no ray comes. `stack` `(STACK, 4)`, `bins` `(BINS * 6,)`, `counts` `(BINS,)`, `sides`
    `(BINS + 12,)`: scratch.
    """
    n_nodes, top = 1, 0
    n = len(things)
    for side in range(2):
        for k in range(6):
            bounds[0, side, k] = _HUGE
        child[0, side] = ~0
    split[0] = 0
    # Runs that are still to be looked at: begin, end, where their node is told (node * 2 + side), depth.
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = 0, n, 0, 0
    while top >= 0:
        begin, end, slot, depth = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        top -= 1
        here, centres = BINS, BINS + 6
        _clear(sides, here)
        _clear(sides, centres)
        for row in range(begin, end):
            _include(sides, here, things, row)
            for axis in range(3):
                sum_ = things[row, axis] + things[row, 3 + axis]
                sides[centres + axis] = min(sides[centres + axis], sum_)
                sides[centres + 3 + axis] = max(sides[centres + 3 + axis], sum_)
        whole = _spread(sides, here)
        for k in range(6):
            bounds[slot // 2, slot % 2, k] = sides[here + k]
        count = end - begin
        cost, axis, last = 1.0e300, -1, 0
        if count > 1 and depth < _DEEP:
            cost, axis, last = _best_split(things, begin, end, bins, counts, sides)
        if count <= MOST_IN_LEAF and (axis < 0 or count * whole <= whole + cost):
            child[slot // 2, slot % 2] = ~(begin * MOST_IN_LEAF + count - 1)
            continue
        middle = (begin + end) // 2
        if axis >= 0:
            low = np.float64(sides[centres + axis])
            scale = BINS / (np.float64(sides[centres + 3 + axis]) - low)
            middle = _parted(things, order, begin, end, axis, low, scale, last)
        # The root is node 0 itself: it is told nowhere.
        node = n_nodes if depth > 0 else 0
        if depth > 0:
            n_nodes += 1
            child[slot // 2, slot % 2] = node
        split[node] = max(axis, 0)
        for side in range(2):
            top += 1
            stack[top, 0], stack[top, 1] = (begin, middle) if side == 0 else (middle, end)
            stack[top, 2], stack[top, 3] = 2 * node + side, depth + 1
    return n_nodes
