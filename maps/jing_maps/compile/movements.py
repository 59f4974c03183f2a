"""Movements through crossings: which lane may go to which, on what line."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Turn, VehicleClass
from jing_maps.compile.carriageway_width import main_line_rank
from jing_maps.compile.carriageways import Carriageway
from jing_maps.compile.curves import bend, headings, least_radius_m
from jing_maps.compile.plan import Control, StreetPlan

__all__ = ["ConnectorDraft", "draft_connectors"]

Float = NDArray[np.float64]

# Comfortable lateral acceleration in a turn; CJJ 152 (planning of intersections) has 15 to 25 km/h for turning lanes.
_LATERAL_MPS2 = 2.3
_SLOWEST_MPS = 4.0
_BACK_RAD = np.radians(155.0)


@dataclass
class ConnectorDraft:
    """A connector before it has a row; ways are rows of the list of carriageways, lanes count within them."""

    node: int
    from_way: int
    from_lane: int
    to_way: int
    to_lane: int
    turn: Turn
    centre: Float
    speed_mps: float
    width_m: float
    allowed: VehicleClass


@dataclass(frozen=True)
class _Exit:
    """A way out of the crossing as one approach sees it; `angle` is the turn to the left [rad]."""

    way: int
    angle: float
    turn: Turn
    lanes: tuple[int, ...]


def draft_connectors(plan: StreetPlan, ways: list[Carriageway]) -> list[ConnectorDraft]:
    """All connectors of all crossings, approach by approach, from the rightmost lane on."""
    into: dict[int, list[int]] = {}
    out_of: dict[int, list[int]] = {}
    for row, way in enumerate(ways):
        into.setdefault(way.head, []).append(row)
        out_of.setdefault(way.tail, []).append(row)
    drafts: list[ConnectorDraft] = []
    for node in range(len(plan.node_id)):
        if plan.control[node] == Control.BOUNDARY:
            continue
        approaches, exits = into.get(node, []), out_of.get(node, [])
        for row in approaches:
            pairs = _lane_pairs(plan, ways, row, approaches, exits)
            made = {(lane, exit_.way, to_lane) for lane, exit_, to_lane in pairs}
            pairs += [
                (lane, exit_, to_lane)
                for lane, exit_, to_lane in _bicycle_pairs(plan, ways, row, exits)
                if (lane, exit_.way, to_lane) not in made
            ]
            drafts += [_draft(plan, ways, node, row, *pair) for pair in pairs]
    return drafts


def _draft(
    plan: StreetPlan, ways: list[Carriageway], node: int, row: int, lane: int, exit_: _Exit, to_lane: int
) -> ConnectorDraft:
    source, target = ways[row].lanes[lane], ways[exit_.way].lanes[to_lane]
    centre = bend(source.centre[-1], headings(source.centre)[1], target.centre[0], headings(target.centre)[0])
    limit = min(float(plan.speed_mps[ways[row].link]), float(plan.speed_mps[ways[exit_.way].link]))
    curve = float(np.sqrt(_LATERAL_MPS2 * least_radius_m(centre)))
    speed = limit if exit_.turn == Turn.STRAIGHT else max(min(limit, curve), _SLOWEST_MPS)
    allowed = source.allowed & target.allowed
    return ConnectorDraft(
        node, row, lane, exit_.way, to_lane, exit_.turn, centre, speed, min(source.width_m, target.width_m), allowed
    )


def _motor_lanes(way: Carriageway) -> tuple[int, ...]:
    return tuple(i for i, lane in enumerate(way.lanes) if lane.allowed & VehicleClass.CAR)


def _exits(plan: StreetPlan, ways: list[Carriageway], row: int, exits: list[int]) -> list[_Exit]:
    """Ways out but for the U-turn, from right to left."""
    heading = headings(ways[row].axis)[1]
    found = []
    for out in exits:
        angle = _wrap(headings(ways[out].axis)[0] - heading)
        if _leads_back(ways, row, out):
            continue
        lanes = tuple(i for i in _motor_lanes(ways[out]) if not ways[out].lanes[i].pocket)
        found.append(_Exit(out, angle, _turn(angle), lanes))
    if plan.control[ways[row].head] == Control.NONE:
        # What merges and parts runs side by side: the place says who is on the right, not the direction.
        found.sort(key=lambda exit_: -_right_of_m(ways[row].axis[-1], heading, ways[exit_.way].axis[0]))
    else:
        found.sort(key=lambda exit_: exit_.angle)
    return _one_straight(plan, ways, row, found)


def _right_of_m(place: Float, heading: float, other: Float) -> float:
    """How far `other` lies to the right of a place, looking along the heading."""
    return float((other - place) @ np.array([np.sin(heading), -np.cos(heading)]))


def _turn(angle: float) -> Turn:
    if abs(angle) < np.radians(40):
        return Turn.STRAIGHT
    return Turn.LEFT if angle > 0 else Turn.RIGHT


def _one_straight(plan: StreetPlan, ways: list[Carriageway], row: int, exits: list[_Exit]) -> list[_Exit]:
    """At most one exit is straight on: of several the same street, else the straightest; none becomes it."""
    straight = [exit_ for exit_ in exits if exit_.turn == Turn.STRAIGHT]
    if len(straight) < 2:
        return exits
    street = plan.street[ways[row].link]
    kept = min(straight, key=lambda exit_: (plan.street[ways[exit_.way].link] != street, abs(exit_.angle)))
    renamed = []
    for i, exit_ in enumerate(exits):
        turn = exit_.turn
        if turn == Turn.STRAIGHT and exit_ is not kept:
            turn = Turn.RIGHT if i < exits.index(kept) else Turn.LEFT
        renamed.append(_Exit(exit_.way, exit_.angle, turn, exit_.lanes))
    return renamed


def _lane_pairs(
    plan: StreetPlan, ways: list[Carriageway], row: int, approaches: list[int], exits: list[int]
) -> list[tuple[int, _Exit, int]]:
    """(lane, exit, lane of the exit) for the motor lanes of an approach."""
    node = ways[row].head
    lanes = _motor_lanes(ways[row])
    options = _exits(plan, ways, row, exits)
    if not options:
        back = _u_turn(ways, row, exits)
        return [(lanes[-1], back, back.lanes[-1])] if back and plan.control[node] != Control.NONE else []
    if plan.control[node] == Control.NONE:
        return _main_line_pairs(plan, ways, row, approaches, options)
    shares = _share_lanes(ways[row], lanes, options)
    pairs = [pair for exit_, own in zip(options, shares, strict=True) for pair in _match(exit_, own)]
    back = _u_turn(ways, row, exits)
    if back and plan.control[node] == Control.SIGNAL and _room_to_turn(plan, ways[row], back):
        pairs.append((lanes[-1], back, back.lanes[max(len(back.lanes) - 2, 0)]))
    return pairs


def _share_lanes(way: Carriageway, lanes: tuple[int, ...], options: list[_Exit]) -> list[tuple[int, ...]]:
    """For each exit (from right to left) the lanes of the approach that serve it.

    Right turns take the rightmost lane, left turns a pocket or the leftmost lane; what goes straight on takes all lanes
    that are not reserved for a left turn. Without a straight exit, left and right share the lanes between them.
    """
    rights = [exit_ for exit_ in options if exit_.turn == Turn.RIGHT]
    lefts = [exit_ for exit_ in options if exit_.turn == Turn.LEFT]
    straight = len(options) > len(rights) + len(lefts)
    pocket = way.lanes[lanes[-1]].pocket
    if straight:
        # A pocket without a left turn to serve is for turning back.
        through = lanes[:-1] if pocket or (lefts and len(lanes) >= 3) else lanes
        left, right = lanes[-1:], lanes[:1]
    elif lefts and rights:
        middle = max(len(lanes) // 2, 1)
        through, left, right = (), lanes[middle:] or lanes[-1:], lanes[:middle]
    else:
        through, left, right = (), lanes, lanes
    by_turn = {Turn.STRAIGHT: through, Turn.LEFT: left, Turn.RIGHT: right}
    return [by_turn[exit_.turn] for exit_ in options]


def _match(exit_: _Exit, lanes: tuple[int, ...]) -> list[tuple[int, _Exit, int]]:
    """Lanes of the approach onto lanes of the exit, in order, without crossing: left turns from the left side."""
    n, m = len(lanes), len(exit_.lanes)
    if exit_.turn == Turn.LEFT:
        return [(lanes[i], exit_, exit_.lanes[max(m - n + i, 0)]) for i in range(n)]
    return [(lanes[i], exit_, exit_.lanes[min(i, m - 1)]) for i in range(n)]


def _main_line_pairs(
    plan: StreetPlan, ways: list[Carriageway], row: int, approaches: list[int], options: list[_Exit]
) -> list[tuple[int, _Exit, int]]:
    """Merges and diverges: the main line keeps its left lanes, what joins or leaves does so at its own side."""
    lanes = _motor_lanes(ways[row])
    rank = [(main_line_rank(plan, ways[exit_.way].link), abs(exit_.angle)) for exit_ in options]
    main = min(range(len(options)), key=rank.__getitem__)
    to_right, to_left = (sum(len(exit_.lanes) for exit_ in part) for part in (options[:main], options[main + 1 :]))
    side = _joins_from(plan, ways, row, approaches)
    pairs: list[tuple[int, _Exit, int]] = []
    for i, exit_ in enumerate(options):
        n, m = len(lanes), len(exit_.lanes)
        k = min(n, m)
        if i != main:
            own = range(k) if i < main else range(n - k, n)
            shift = 0 if i < main else m - n
        elif side == Turn.RIGHT:
            own, shift = range(k), 0
        else:
            # Only the outermost lane of what leaves may also go on, or the two would cross.
            own, shift = range(max(n - k, to_right - 1, 0), min(n, n - to_left + 1)), m - n
        pairs += [(lanes[j], exit_, exit_.lanes[int(np.clip(j + shift, 0, m - 1))]) for j in own]
    served = {pair[0] for pair in pairs}
    # A lane that drops merges into its neighbour's way on the main exit.
    target = options[main]
    for j, lane in enumerate(lanes):
        if lane not in served:
            pairs.append((lane, target, target.lanes[0 if j < len(lanes) / 2 else -1]))
    return pairs


def _joins_from(plan: StreetPlan, ways: list[Carriageway], row: int, approaches: list[int]) -> Turn:
    """The side from which this approach comes to those of higher rank; `STRAIGHT` for the main line itself.

    A main line that something joins from its left keeps to the right.
    """
    others = [other for other in approaches if other != row]
    if not others:
        return Turn.STRAIGHT
    first = min(others, key=lambda other: _rank(plan, ways, other))
    heading = headings(ways[first].axis)[1]
    right = bool(_right_of_m(ways[first].axis[-1], heading, ways[row].axis[-1]) > 0)
    if _rank(plan, ways, first) < _rank(plan, ways, row):
        return Turn.RIGHT if right else Turn.LEFT
    return Turn.RIGHT if right else Turn.STRAIGHT


def _rank(plan: StreetPlan, ways: list[Carriageway], row: int) -> tuple[int, int]:
    return main_line_rank(plan, ways[row].link), -len(ways[row].lanes)


def _leads_back(ways: list[Carriageway], row: int, out: int) -> bool:
    """Whether a way out is the other direction of the approach's own street."""
    if ways[out].link == ways[row].link:
        return True
    return bool(abs(_wrap(headings(ways[out].axis)[0] - headings(ways[row].axis)[1])) > _BACK_RAD)


def _u_turn(ways: list[Carriageway], row: int, exits: list[int]) -> _Exit | None:
    for out in exits:
        if _leads_back(ways, row, out):
            lanes = tuple(i for i in _motor_lanes(ways[out]) if not ways[out].lanes[i].pocket)
            return _Exit(out, np.pi, Turn.U_TURN, lanes)
    return None


def _room_to_turn(plan: StreetPlan, way: Carriageway, back: _Exit) -> bool:
    """A car's turning circle needs about 11 m: a median and lanes on the other side."""
    divided = plan.median_m[way.link] >= 3.0 or not plan.lanes_backward[way.link]
    return bool(divided and len(back.lanes) >= 2)


def _bicycle_pairs(
    plan: StreetPlan, ways: list[Carriageway], row: int, exits: list[int]
) -> list[tuple[int, _Exit, int]]:
    """Bicycles go on straight and right, and left where no street goes straight on.

    At a full crossing a bicycle turns left in two stages, which is outside this model.
    """
    if not ways[row].lanes[0].allowed & VehicleClass.BICYCLE:
        return []
    options = [
        exit_ for exit_ in _exits(plan, ways, row, exits) if ways[exit_.way].lanes[0].allowed & VehicleClass.BICYCLE
    ]
    through = any(exit_.turn == Turn.STRAIGHT for exit_ in options)
    if ways[row].lanes[0].allowed != VehicleClass.BICYCLE:
        # From a lane shared with cars only the way onto bicycle lanes is missing.
        options = [exit_ for exit_ in options if ways[exit_.way].lanes[0].allowed == VehicleClass.BICYCLE]
    return [(0, exit_, 0) for exit_ in options if exit_.turn != Turn.LEFT or not through]


def _wrap(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
