"""What does not change during a run: the network as flat tables for the kernels (columns: `rows`).

Lanes, connectors and second parts of connectors are *ways* with one id space: a lane's row, `n_lanes` + a connector's
row, and behind these the second parts of those connectors in which a vehicle waits for others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import ConflictKind, JunctionKind, Turn, Yields
from jing_maps.network import RoadNetwork
from jing_sim.traffic import rows as r
from jing_sim.traffic.crosswalk_gaps import crosswalk_gap_m
from jing_sim.traffic.meetings import meeting_stretches, parting_m, turn_radius_m
from jing_sim.traffic.roundabouts import near_ring

__all__ = ["WayTables", "way_tables"]

I32 = NDArray[np.int32]
F64 = NDArray[np.float64]


@dataclass(frozen=True)
class WayTables:
    """Static tables of a network.

    Attributes:
        n_lanes, n_ways: see above.
        wayf, wayi: `(n_ways, N_WAY_FLOATS)`, `(n_ways, N_WAY_INTS)`.
        signs: `(n_ways + 1,)` W_FLAGS, and 16 bits up the signal group + 1: what a driver reads of a way, close
            together; the last place is read, and not used, where no connector is known.
        limit_mps: `(n_ways,)` as the map says.
        allowed: `(n_lanes + n_connectors,)` vehicle classes.
        out: connectors out of lanes; into: ways into lanes (W_OUT0.., W_IN0.. count in them).
        to_lane: `(n_connectors,)`.
        road_first: `(n_roads + 1,)` lanes.
        changeable: roads with more than one lane.
        sidef, sidei: conflicts, seen from each of the two ways.
        walkf, walki: where connectors run over crosswalks: from, to [m], and the crosswalk.
        second_of: `(n_connectors,)` the second part or -1.
        offset_m: `(n_ways,)` of a second part from the begin of its connector, else 0.
    """

    n_lanes: int
    n_ways: int
    wayf: F64
    wayi: I32
    signs: I32
    limit_mps: NDArray[np.float32]
    allowed: NDArray[np.uint16]
    out: I32
    into: I32
    to_lane: I32
    road_first: I32
    changeable: I32
    sidef: F64
    sidei: I32
    walkf: F64
    walki: I32
    second_of: I32
    offset_m: F64


def way_tables(network: RoadNetwork) -> WayTables:
    """The tables of a network."""
    lanes, connectors = network.lanes, network.connectors
    n_lanes, n_conn = len(lanes), len(connectors)
    wait = getattr(connectors, "wait_m", np.full(n_conn, np.nan))
    split = np.flatnonzero(~np.isnan(wait)).astype(np.int32)
    n_ways = n_lanes + n_conn + len(split)
    second_of = np.full(n_conn, -1, dtype=np.int32)
    second_of[split] = n_lanes + n_conn + np.arange(len(split))
    wayf = np.zeros((n_ways, r.N_WAY_FLOATS))
    wayi = np.full((n_ways, r.N_WAY_INTS), -1, dtype=np.int32)
    wayi[:, r.W_FLAGS] = 0
    wayf[:n_lanes, r.W_LENGTH] = lanes.length_m
    stop = np.where(np.isnan(lanes.stop_line_m), lanes.length_m, np.minimum(lanes.stop_line_m, lanes.length_m))
    wayf[:n_lanes, r.W_STOP] = lanes.length_m - stop
    wayf[:n_lanes, r.W_START] = lanes.start_m
    gap_m = crosswalk_gap_m(network)
    wayf[n_lanes : n_lanes + n_conn, r.W_STOP] = gap_m[0]
    wayf[second_of[split], r.W_STOP] = gap_m[1, split]
    wayi[:n_lanes, r.W_ROAD] = lanes.road
    wayi[:n_lanes, r.W_LEFT] = np.where(lanes.change_left, lanes.left, -1)
    wayi[:n_lanes, r.W_RIGHT] = np.where(lanes.change_right, lanes.right, -1)
    wayi[:n_lanes, r.W_OUT0], wayi[:n_lanes, r.W_OUT1] = network.lane_out.first[:-1], network.lane_out.first[1:]
    own = np.arange(n_lanes, n_lanes + n_conn)
    wayf[own, r.W_LENGTH] = np.where(np.isnan(wait), connectors.length_m, wait)
    wayf[second_of[split], r.W_LENGTH] = connectors.length_m[split] - wait[split]
    wayi[own, r.W_NEXT] = np.where(second_of >= 0, second_of, connectors.to_lane)
    wayi[second_of[split], r.W_NEXT] = connectors.to_lane[split]
    wayi[own, r.W_FROM] = connectors.from_lane
    wayi[second_of[split], r.W_FROM] = n_lanes + split
    wayi[own, r.W_GROUP] = connectors.signal_group
    wayi[own, r.W_CONNECTOR] = np.arange(n_conn)
    wayi[second_of[split], r.W_CONNECTOR] = split
    last = np.where(second_of >= 0, second_of, own).astype(np.int32)
    into = last[network.lane_in.items]
    wayi[:n_lanes, r.W_IN0], wayi[:n_lanes, r.W_IN1] = network.lane_in.first[:-1], network.lane_in.first[1:]
    sidef, sidei = _sides(network, wayi, second_of, wait, n_lanes)
    _flags(network, wayi, second_of, sidei)
    walkf, walki = _walks(network, wayi, second_of, wait, n_lanes)
    road_first = network.roads.first_lane.astype(np.int32)
    limit = np.concatenate([lanes.speed_limit_mps, connectors.speed_limit_mps, connectors.speed_limit_mps[split]])
    offset = np.zeros(n_ways)
    offset[second_of[split]] = wait[split]
    return WayTables(
        n_lanes=n_lanes,
        n_ways=n_ways,
        wayf=wayf,
        wayi=wayi,
        signs=np.append(wayi[:, r.W_FLAGS] | (wayi[:, r.W_GROUP] + 1) << 16, 0).astype(np.int32),
        limit_mps=limit.astype(np.float32),
        allowed=np.concatenate([lanes.allowed, connectors.allowed]).astype(np.uint16),
        out=network.lane_out.items.astype(np.int32),
        into=into.astype(np.int32),
        to_lane=connectors.to_lane.astype(np.int32),
        road_first=road_first,
        changeable=np.flatnonzero(np.diff(road_first) > 1).astype(np.int32),
        sidef=sidef,
        sidei=sidei,
        walkf=walkf,
        walki=walki,
        second_of=second_of,
        offset_m=offset,
    )


def _sides(network: RoadNetwork, wayi: I32, second_of: I32, wait: F64, n_lanes: int) -> tuple[F64, I32]:
    """Both sides of all conflicts and divergences, grouped by way; writes W_SIDE0, W_SIDE1."""
    c = network.conflicts
    rights = _right_of_way(network)
    points = meeting_stretches(network)
    sides = [
        (c.first, c.second, *points[:, :4].T, rights[0] | points[:, 4].astype(np.int32)),
        (c.second, c.first, *points[:, [2, 3, 0, 1]].T, rights[1] | points[:, 4].astype(np.int32)),
    ]
    own, other, enter, leave, o_enter, o_leave, flags = (np.concatenate(column) for column in zip(*sides, strict=True))
    way, enter, leave = _placed(own, enter, leave, second_of, wait, n_lanes)
    o_way, o_enter, o_leave = _placed(other, o_enter, o_leave, second_of, wait, n_lanes)
    d_way, d_at, d_other, d_other_at = _split_divergences(*_divergences(network), second_of, wait, n_lanes)
    way, o_way = np.concatenate([way, d_way]), np.concatenate([o_way, d_other])
    enter, leave = np.concatenate([enter, d_at]), np.concatenate([leave, d_at])
    o_enter, o_leave = np.concatenate([o_enter, d_other_at]), np.concatenate([o_leave, d_other_at])
    flags = np.concatenate([flags, np.full(len(d_way), r.S_DIVERGES, np.int32)])
    single = flags & (r.S_MERGES | r.S_DIVERGES) != 0
    radius = np.where(single, 0.0, turn_radius_m(network)[wayi[way, r.W_CONNECTOR]])
    order = np.argsort(way, kind="stable")
    sidef = np.stack(
        [enter, np.where(single, 0.0, leave - enter), o_enter, np.where(single, 0.0, o_leave - o_enter), radius], axis=1
    )[order]
    sidei = np.stack([o_way, flags], axis=1).astype(np.int32)[order]
    counts = np.bincount(way, minlength=len(wayi))
    ends = np.cumsum(counts)
    wayi[:, r.W_SIDE0], wayi[:, r.W_SIDE1] = ends - counts, ends
    return np.ascontiguousarray(sidef), np.ascontiguousarray(sidei)


def _right_of_way(network: RoadNetwork) -> tuple[I32, I32]:
    """Flags of the first and of the second side of each conflict."""
    c = network.conflicts
    kind = np.where(c.kind == ConflictKind.MERGING, r.S_MERGES, 0)
    first_y, second_y = c.yields == Yields.FIRST, c.yields == Yields.SECOND
    # Where both yield (all-way stops), both ask.
    mutual = (c.yields == Yields.NEITHER) & _all_way(network)[c.first]
    # Where the map rules nothing, neither by signs nor by signals, whoever comes later gives way.
    ruled = (network.connectors.signal_group[c.first] >= 0) | (network.connectors.signal_group[c.second] >= 0)
    loose = (c.yields == Yields.NEITHER) & ~mutual & ~ruled
    both_ask = r.S_FIRST_COME | r.S_YIELDS | r.S_OTHER_YIELDS
    kind = kind | np.where(loose, both_ask, 0)
    first = kind | np.where(first_y | mutual, r.S_YIELDS, 0) | np.where(second_y | mutual, r.S_OTHER_YIELDS, 0)
    second = kind | np.where(second_y | mutual, r.S_YIELDS, 0) | np.where(first_y | mutual, r.S_OTHER_YIELDS, 0)
    return first.astype(np.int32), second.astype(np.int32)


def _placed(connector: I32, enter: F64, leave: F64, second_of: I32, wait: F64, n_lanes: int) -> tuple[I32, F64, F64]:
    """The way on which a stretch of a connector lies, and the stretch on it."""
    second = (second_of[connector] >= 0) & (leave > np.where(np.isnan(wait), np.inf, wait)[connector] + 0.1)
    shift = np.where(second, np.nan_to_num(wait)[connector], 0.0)
    way = np.where(second, second_of[connector], n_lanes + connector).astype(np.int32)
    return way, np.maximum(enter - shift, 0.0), np.maximum(leave - shift, 0.0)


def _all_way(network: RoadNetwork) -> NDArray[np.bool_]:
    kind = network.junctions.kind[network.connectors.junction]
    return np.asarray(kind == JunctionKind.ALL_WAY_STOP)


def _divergences(network: RoadNetwork) -> tuple[I32, I32, F64]:
    """Pairs of connectors that leave one lane, and how far from its end they are apart."""
    first: list[int] = []
    second: list[int] = []
    out = network.lane_out
    for lane in np.flatnonzero(np.diff(out.first) > 1):
        own = out.items[out.first[lane] : out.first[lane + 1]]
        for k in range(len(own)):
            first += [int(own[k])] * (len(own) - k - 1)
            second += own[k + 1 :].tolist()
    a, b = np.array(first, dtype=np.int32), np.array(second, dtype=np.int32)
    apart, parted = parting_m(network, a, b, from_end=False)
    # Who has not parted from others where it may wait inside is followed until one of the two has left the junction.
    length = network.connectors.length_m
    return a, b, np.where(parted, apart, np.minimum(length[a], length[b]))


def _split_divergences(a: I32, b: I32, at: F64, second_of: I32, wait: F64, n_lanes: int) -> tuple[I32, F64, I32, F64]:
    """Both sides of divergences, for each part of either connector: way, point, other way, point on it."""
    sides: list[tuple[I32, F64, I32, F64]] = []
    for own, other in ((a, b), (b, a)):
        for own_second in (False, True):
            for other_second in (False, True):
                # Behind both places to wait nobody looks at the other any more.
                keep = np.full(len(a), not (own_second and other_second))
                point, other_point = at.copy(), at.copy()
                way, other_way = n_lanes + own, n_lanes + other
                if own_second:
                    keep &= at > np.nan_to_num(wait[own], nan=np.inf)
                    point, way = point - np.nan_to_num(wait[own]), second_of[own]
                if other_second:
                    keep &= at > np.nan_to_num(wait[other], nan=np.inf)
                    other_point, other_way = other_point - np.nan_to_num(wait[other]), second_of[other]
                sides.append((way[keep], point[keep], other_way[keep], other_point[keep]))
    way, point, other_way, other_point = (np.concatenate(column) for column in zip(*sides, strict=True))
    return way.astype(np.int32), point, other_way.astype(np.int32), other_point


def _flags(network: RoadNetwork, wayi: I32, second_of: I32, sidei: I32) -> None:
    n_lanes, n_conn = len(network.lanes), len(network.connectors)
    owner = np.repeat(np.arange(len(wayi)), wayi[:, r.W_SIDE1] - wayi[:, r.W_SIDE0])
    rules = sidei[:, r.S_FLAGS]
    loose = rules & r.S_FIRST_COME != 0
    wayi[np.unique(owner[(rules & r.S_YIELDS != 0) & ~loose]), r.W_FLAGS] |= r.YIELDS
    wayi[np.unique(owner[rules & r.S_OTHER_YIELDS != 0]), r.W_FLAGS] |= r.YIELDED_TO
    wayi[np.unique(owner[loose]), r.W_FLAGS] |= r.FIRST_COME
    own = np.arange(n_lanes, n_lanes + n_conn)
    # Who has a place to wait looks, even where only people on foot go first; so does whoever gives way to the right.
    parts = second_of[second_of >= 0]
    wayi[parts, r.W_FLAGS] |= r.YIELDS
    looks = network.junctions.kind[network.connectors.junction] == JunctionKind.RIGHT_BEFORE_LEFT
    wayi[own[looks & (network.connectors.signal_group < 0)], r.W_FLAGS] |= r.YIELDS
    wayi[wayi[parts, r.W_FROM], r.W_FLAGS] |= wayi[parts, r.W_FLAGS] & (r.YIELDED_TO | r.YIELDS)
    meets = np.unique(owner[sidei[:, r.S_FLAGS] & r.S_DIVERGES == 0])
    wayi[meets, r.W_FLAGS] |= r.MEETS
    seconds = second_of[second_of >= 0]
    wayi[wayi[seconds[np.isin(seconds, meets)], r.W_FROM], r.W_FLAGS] |= r.MEETS
    wayi[own[second_of >= 0], r.W_FLAGS] |= r.CONTINUES
    wayi[seconds, r.W_FLAGS] |= r.SECOND_PART
    wayi[own[network.connectors.on_red], r.W_FLAGS] |= r.ON_RED
    wayi[own[network.connectors.turn == Turn.U_TURN], r.W_FLAGS] |= r.TURNS_BACK
    wayi[own[_all_way(network)], r.W_FLAGS] |= r.ALL_WAY
    must_stop = getattr(network.connectors, "must_stop", np.zeros(n_conn, dtype=bool))
    wayi[own[must_stop], r.W_FLAGS] |= r.MUST_STOP
    on_ring = network.roads.roundabout[network.lanes.road]
    wayi[:n_lanes][on_ring, r.W_FLAGS] |= r.ROUNDABOUT
    wayi[own[on_ring[network.connectors.to_lane]], r.W_FLAGS] |= r.ROUNDABOUT
    wayi[:n_lanes][near_ring(network)[network.lanes.road], r.W_FLAGS] |= r.NEAR_RING
    wayi[own[_equal_rights(network, wayi[own, r.W_FLAGS] & r.YIELDS != 0)], r.W_FLAGS] |= r.EQUAL
    # Whoever turns on red has to yield to all that cross or merge and do not yield to it: the others must register.
    for way in own[network.connectors.on_red]:
        for side in range(wayi[way, r.W_SIDE0], wayi[way, r.W_SIDE1]):
            if not sidei[side, r.S_FLAGS] & (r.S_DIVERGES | r.S_OTHER_YIELDS):
                wayi[sidei[side, r.S_OTHER], r.W_FLAGS] |= r.YIELDED_TO


def _equal_rights(network: RoadNetwork, yields: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Connectors that give way to the right, and those of junctions where all who drive straight on give way."""
    c = network.connectors
    right_first = network.junctions.kind[c.junction] == JunctionKind.RIGHT_BEFORE_LEFT
    major = (c.signal_group >= 0) | ((c.turn == Turn.STRAIGHT) & ~yields)
    with_major = np.zeros(len(network.junctions), dtype=bool)
    with_major[c.junction[major]] = True
    return np.asarray(yields & (right_first | ~with_major[c.junction]))


def _walks(network: RoadNetwork, wayi: I32, second_of: I32, wait: F64, n_lanes: int) -> tuple[F64, I32]:
    walks = network.crosswalks
    connector = walks.crossed_connector
    way, enter, leave = _placed(connector, walks.crossed_enter_m, walks.crossed_exit_m, second_of, wait, n_lanes)
    order = np.lexsort((enter, way))
    counts = np.bincount(way, minlength=len(wayi))
    ends = np.cumsum(counts)
    wayi[:, r.W_WALK0], wayi[:, r.W_WALK1] = ends - counts, ends
    # Crosswalks are kept clear as crossings are.
    wayi[counts > 0, r.W_FLAGS] |= r.WALKS | r.MEETS
    second = second_of[second_of >= 0]
    wayi[wayi[second[counts[second] > 0], r.W_FROM], r.W_FLAGS] |= r.MEETS
    walkf = np.stack([enter, leave], axis=1)[order].reshape(-1, 2)
    return np.ascontiguousarray(walkf), walks.crossed_crosswalk[order].astype(np.int32)
