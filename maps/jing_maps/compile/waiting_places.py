"""Where left turns and U-turns wait inside a crossing for what comes towards them."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import ConflictKind, Conflicts, SignalState, Turn, Yields
from jing_maps.compile.carriageways import Carriageway
from jing_maps.compile.curves import headings
from jing_maps.compile.movements import ConnectorDraft
from jing_maps.compile.plan import Control, StreetPlan
from jing_maps.compile.signal_stages import ControllerDraft

__all__ = ["waiting_places"]

Float = NDArray[np.float64]
Int = NDArray[np.int32]
Bool = NDArray[np.bool_]

_GAP_M = 1.0
"""From the place where one waits to what one waits for."""
_LEAST_M = 4.0
"""A place nearer to the crossing's edge than this is none: most of the car would stand before the crossing."""
_AGAINST = np.cos(np.radians(135.0))
_GOES = (SignalState.GREEN, SignalState.PERMISSIVE)


def waiting_places(
    plan: StreetPlan,
    ways: list[Carriageway],
    drafts: list[ConnectorDraft],
    table: Conflicts,
    controllers: list[ControllerDraft],
) -> Float:
    """`(n_connectors,)` `wait_m` [m from the connector's begin, whole millimetres]; NaN = it waits before the crossing.

    Whoever turns left or back and gives way to what comes straight on or right from the opposite approach waits 1 m
    before the first stretch of a crossing conflict in which he gives way. He does so only where he stands in nobody's
    way: before that place no stretch begins that he shares with a movement of another approach. Movements that a
    signal never lets go together do not count: of those the one has cleared the crossing before the other begins.
    """
    own, other = (np.concatenate(pair) for pair in ((table.first, table.second), (table.second, table.first)))
    enter = np.concatenate([table.first_enter_m, table.second_enter_m])
    gives_way = np.concatenate([table.yields == Yields.FIRST, table.yields == Yields.SECOND])
    crossing = np.tile(table.kind == ConflictKind.CROSSING, 2)
    together = _together(drafts, controllers, own, other)
    heading = np.array([headings(ways[draft.from_way].axis)[1] for draft in drafts])
    opposite = np.cos(heading[own] - heading[other]) < _AGAINST
    turn = np.array([draft.turn for draft in drafts], dtype=np.int8)

    first = np.full(len(drafts), np.inf)
    ahead = gives_way & crossing & together
    np.minimum.at(first, own[ahead], enter[ahead])
    place = np.round(first - _GAP_M, 3)

    control = plan.control[[draft.node for draft in drafts]]
    waits = np.zeros(len(drafts), dtype=bool)
    waits[own[gives_way & together & opposite & np.isin(turn[other], (Turn.STRAIGHT, Turn.RIGHT))]] = True
    waits &= np.isin(turn, (Turn.LEFT, Turn.U_TURN)) & np.isin(control, (Control.SIGNAL, Control.PRIORITY))
    waits[own[together & ~opposite & (enter < place[own])]] = False
    return np.where(waits & np.isfinite(place) & (place >= _LEAST_M), place, np.nan)


def _together(drafts: list[ConnectorDraft], controllers: list[ControllerDraft], own: Int, other: Int) -> Bool:
    """Whether two connectors may go at one time: in one stage of a signal, or where one of them has no signal."""
    stages = np.full(len(drafts), -1, dtype=np.int64)
    for controller in controllers:
        for connector, group in controller.of_connector.items():
            stages[connector] = sum(1 << i for i, states in enumerate(controller.stages) if states[group] in _GOES)
    return np.asarray((stages[own] & stages[other]) != 0)
