"""Where connectors of a junction cross or merge, from their geometry.

Two connectors are in conflict when vehicles on them could touch: where their centre lines come closer than half the
sum of the widths that vehicles sweep. Connectors that leave one lane are not in conflict (there, followers follow).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_maps.columns import ConflictKind
from jing_maps.polylines import Polylines

__all__ = ["ConnectorShapes", "Meetings", "find_conflicts", "stretches"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

# What a vehicle sweeps: a car or bus body with a margin, but never all of a lane, so that neighbours do not touch.
_SWEPT_M = 2.2
_SWEPT_SHARE = 0.9


@dataclass(frozen=True)
class ConnectorShapes:
    """`(n,)` connectors as far as conflicts depend on them; fields as in `Connectors`, a `level` may be folded into
    `junction` by the caller, since only connectors of one junction are compared."""

    junction: Int
    from_lane: Int
    to_lane: Int
    width_m: Float
    length_m: Float
    centre: Polylines


@dataclass(frozen=True)
class Meetings:
    """`(n_meetings,)` conflicting pairs, `first < second`, sorted by both; stretches as in `Conflicts`."""

    first: Int
    second: Int
    kind: NDArray[np.int8]
    first_enter_m: Float
    first_exit_m: Float
    second_enter_m: Float
    second_exit_m: Float

    def __len__(self) -> int:
        return len(self.first)


def find_conflicts(connectors: ConnectorShapes) -> Meetings:
    """All pairs of connectors that cross or merge, with the stretches in which they do.

    Stretches are measured in `length_m`, from the begin of each connector; a merging pair's stretches last until the
    connectors' ends.
    """
    lines, half_m = connectors.centre.linestrings(), _half_width(connectors.width_m)
    areas = shapely.buffer(lines, half_m, cap_style="flat")
    tree = shapely.STRtree(areas)
    a, b = tree.query(areas, predicate="intersects")
    one_place = connectors.junction[a] == connectors.junction[b]
    keep = (a < b) & one_place & (connectors.from_lane[a] != connectors.from_lane[b])
    pairs = np.unique(np.stack([a[keep], b[keep]]), axis=1).astype(np.int32)
    # Merging pairs meet at their common end even where a flat cap misses it.
    ends = _same_end(connectors)
    pairs = np.unique(np.concatenate([pairs, ends], axis=1), axis=1)
    return _meet(connectors, lines, half_m, pairs[0], pairs[1])


def stretches(connectors: ConnectorShapes, first: Int, second: Int) -> Meetings:
    """The stretches of given pairs (`first < second`, sorted); pairs whose swept areas do not meet are left out."""
    return _meet(connectors, connectors.centre.linestrings(), _half_width(connectors.width_m), first, second)


def _half_width(width_m: Float) -> Float:
    return np.minimum(width_m * _SWEPT_SHARE, _SWEPT_M) / 2


def _same_end(connectors: ConnectorShapes) -> Int:
    order = np.argsort(connectors.to_lane, kind="stable").astype(np.int32)
    rows: list[tuple[int, int]] = []
    for group in np.split(order, np.flatnonzero(np.diff(connectors.to_lane[order])) + 1):
        members = np.sort(group)
        for i, a in enumerate(members):
            rows.extend(
                (int(a), int(b)) for b in members[i + 1 :] if connectors.from_lane[a] != connectors.from_lane[b]
            )
    return np.array(rows, dtype=np.int32).reshape(-1, 2).T


def _meet(connectors: ConnectorShapes, lines: NDArray[np.object_], half_m: Float, first: Int, second: Int) -> Meetings:
    reach_m = half_m[first] + half_m[second]
    scale = connectors.length_m / shapely.length(lines)
    merging = connectors.to_lane[first] == connectors.to_lane[second]
    a_enter, a_exit = _covered(lines[first], lines[second], reach_m)
    b_enter, b_exit = _covered(lines[second], lines[first], reach_m)
    for enter, ids in ((a_enter, first), (b_enter, second)):
        length = shapely.length(lines[ids])
        enter[merging] = np.fmin(enter, length)[merging]
    a_exit[merging], b_exit[merging] = (shapely.length(lines[ids])[merging] for ids in (first, second))
    met = np.isfinite(a_enter) & np.isfinite(b_enter)
    kind = np.where(merging, ConflictKind.MERGING, ConflictKind.CROSSING).astype(np.int8)
    sa, sb = scale[first], scale[second]
    return Meetings(
        first=first[met],
        second=second[met],
        kind=kind[met],
        first_enter_m=(a_enter * sa)[met],
        first_exit_m=(a_exit * sa)[met],
        second_enter_m=(b_enter * sb)[met],
        second_exit_m=(b_exit * sb)[met],
    )


def _covered(line: NDArray[np.object_], other: NDArray[np.object_], reach_m: Float) -> tuple[Float, Float]:
    """First and last station of each line within reach of the other one; NaN where there is none."""
    enter, leave = np.full(len(line), np.inf), np.full(len(line), -np.inf)
    part = shapely.intersection(line, shapely.buffer(other, reach_m, cap_style="flat"))
    points, owner = shapely.get_coordinates(part, return_index=True)
    station = shapely.line_locate_point(line[owner], shapely.points(points))
    np.minimum.at(enter, owner, station)
    np.maximum.at(leave, owner, station)
    none = ~np.isfinite(enter)
    enter[none], leave[none] = np.nan, np.nan
    return enter, leave
