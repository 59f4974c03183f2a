"""All roads of an OpenDRIVE map in flat columns, made once, so that many places can be computed at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.model import Cubics, LaneHeight, PlanView, Road

__all__ = ["Pieces", "RoadColumns", "compile_roads", "piece_at"]

Int = NDArray[np.int64]
Float = NDArray[np.float64]


def piece_at(first: Int, start_m: Float, owner: Int, s_m: Float) -> Int:
    """Row of the last piece of `owner` that starts at or before `s_m`; its first piece where `s_m` lies before all.

    `first` `(n_owners + 1,)` cuts `start_m` by owner; `owner` and `s_m` are `(k,)`. An owner without pieces gets the
    row `first[owner]`, which belongs to another one: the caller must mask it.
    """
    low, high = first[owner].copy(), np.maximum(first[owner + 1], first[owner] + 1)
    while (high - low > 1).any():
        middle = (low + high) // 2
        right = (start_m[np.minimum(middle, len(start_m) - 1)] <= s_m) & (high - low > 1)
        low, high = np.where(right, middle, low), np.where(right, high, np.maximum(middle, low + 1))
    return low


@dataclass(frozen=True)
class Pieces:
    """Cubic pieces of many owners: those of owner `i` are rows `first[i] .. first[i + 1] - 1`."""

    first: Int
    start_m: Float
    abcd: Float

    @classmethod
    def pack(cls, cubics: Sequence[Cubics]) -> "Pieces":
        """One owner for each of `cubics`."""
        first = np.zeros(len(cubics) + 1, dtype=np.int64)
        first[1:] = np.cumsum([len(c) for c in cubics])
        start = np.concatenate([np.zeros(0), *(c.start_m for c in cubics)])
        return cls(first, start, np.concatenate([np.zeros((0, 4)), *(c.abcd for c in cubics)]))

    def at(self, owner: Int, s_m: Float) -> tuple[Float, Float]:
        """`(k,)` values and slopes at `s_m`; 0 and 0 where the owner has no piece."""
        if not len(self.start_m):
            return np.zeros(len(owner)), np.zeros(len(owner))
        row = np.minimum(piece_at(self.first, self.start_m, owner, s_m), len(self.start_m) - 1)
        has = self.first[owner + 1] > self.first[owner]
        ds = s_m - self.start_m[row]
        a, b, c, d = self.abcd[row].T
        value = a + ds * (b + ds * (c + ds * d))
        slope = b + ds * (2 * c + ds * 3 * d)
        return np.where(has, value, 0.0), np.where(has, slope, 0.0)

    def has(self, owner: Int) -> NDArray[np.bool_]:
        """`(k,)`: whether the owner has a piece at all."""
        return np.asarray(self.first[owner + 1] > self.first[owner])


@dataclass(frozen=True)
class RoadColumns:
    """All roads: plan view primitives, profiles, sections and lanes.

    Attributes:
        length_m: `(n_roads,)`.
        first_piece: `(n_roads + 1,)` rows of `plan`.
        elevation, superelevation, lane_offset: owners are roads.
        crossfall: of the left and of the right sides of roads.
        shaped: `(n_roads,)` whether the road has a lateral shape.
        first_section: `(n_roads + 1,)`; section_start_m, section_end_m `(n_sections,)`.
        section_road: `(n_sections,)`.
        right_lane, n_right, left_lane, n_left: `(n_sections,)` row of lane -1 and of lane 1, and how many follow.
        lane_id, lane_section: `(n_lanes,)`; the centre lane is left out.
        lane_type: `(n_lanes,)` names.
        width, border: owners are lanes; distances from the section's start.
        inner_height, outer_height: of lanes above the road at their borders, as `width`.
    """

    length_m: Float
    first_piece: Int
    plan: PlanView
    elevation: Pieces
    superelevation: Pieces
    crossfall: tuple[Pieces, Pieces]
    lane_offset: Pieces
    shaped: NDArray[np.bool_]
    first_section: Int
    section_start_m: Float
    section_end_m: Float
    section_road: Int
    right_lane: Int
    n_right: Int
    left_lane: Int
    n_left: Int
    lane_id: Int
    lane_section: Int
    lane_type: tuple[str, ...]
    width: Pieces
    border: Pieces
    inner_height: Pieces
    outer_height: Pieces


def compile_roads(roads: Sequence[Road]) -> RoadColumns:
    """The columns of a map's roads."""
    sections = [(i, section) for i, road in enumerate(roads) for section in road.sections]
    right = [[lane for k, lane in section.lanes.items() if k < 0] for _, section in sections]
    left = [[section.lanes[k] for k in sorted(section.lanes) if k > 0] for _, section in sections]
    sides = [(i, lanes) for i, pair in enumerate(zip(right, left, strict=True)) for lanes in pair]
    lanes = [(i, lane) for i, side in sides for lane in side]
    counts = np.array([len(side) for _, side in sides], dtype=np.int64)
    begin = np.concatenate([[0], np.cumsum(counts)])[:-1].astype(np.int64)
    return RoadColumns(
        length_m=np.array([road.length_m for road in roads]),
        first_piece=_first([len(road.plan) for road in roads]),
        plan=_join_plans([road.plan for road in roads]),
        elevation=Pieces.pack([road.elevation for road in roads]),
        superelevation=Pieces.pack([road.superelevation for road in roads]),
        crossfall=(
            Pieces.pack([road.crossfall[0] for road in roads]),
            Pieces.pack([road.crossfall[1] for road in roads]),
        ),
        lane_offset=Pieces.pack([road.lane_offset for road in roads]),
        shaped=np.array([road.shape is not None for road in roads]),
        first_section=_first([len(road.sections) for road in roads]),
        section_start_m=np.array([section.start_m for _, section in sections]),
        section_end_m=np.array([section.end_m for _, section in sections]),
        section_road=np.array([i for i, _ in sections], dtype=np.int64),
        right_lane=begin[0::2],
        n_right=counts[0::2],
        left_lane=begin[1::2],
        n_left=counts[1::2],
        lane_id=np.array([lane.id for _, lane in lanes], dtype=np.int64),
        lane_section=np.array([i for i, _ in lanes], dtype=np.int64),
        lane_type=tuple(lane.type for _, lane in lanes),
        width=Pieces.pack([lane.width for _, lane in lanes]),
        border=Pieces.pack([lane.border for _, lane in lanes]),
        inner_height=Pieces.pack([_ramps(lane.heights, [h.inner_m for h in lane.heights]) for _, lane in lanes]),
        outer_height=Pieces.pack([_ramps(lane.heights, [h.outer_m for h in lane.heights]) for _, lane in lanes]),
    )


def _ramps(heights: tuple[LaneHeight, ...], values: list[float]) -> Cubics:
    """Linear from each entry to the next one: the standard has heights at discrete places."""
    if not heights:
        return Cubics()
    start = np.array([height.s_offset_m for height in heights])
    value = np.array(values)
    wide = np.diff(start, append=np.inf)
    slope = np.where(wide > 0, np.diff(value, append=value[-1]) / np.where(wide > 0, wide, 1.0), 0.0)
    flat = np.zeros(len(start))
    before = np.array([[value[0], 0.0, 0.0, 0.0]])
    return Cubics(np.append(-1.0, start), np.vstack([before, np.stack([value, slope, flat, flat], 1)]))


def _first(counts: Sequence[int]) -> Int:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _join_plans(plans: Sequence[PlanView]) -> PlanView:
    return PlanView(
        start_m=np.concatenate([p.start_m for p in plans]),
        x_m=np.concatenate([p.x_m for p in plans]),
        y_m=np.concatenate([p.y_m for p in plans]),
        heading_rad=np.concatenate([p.heading_rad for p in plans]),
        length_m=np.concatenate([p.length_m for p in plans]),
        kind=np.concatenate([p.kind for p in plans]),
        params=np.concatenate([p.params for p in plans]),
        p_end=np.concatenate([p.p_end for p in plans]),
    )
