"""Who gives way where two connectors meet (Road Traffic Safety Law implementing regulations, articles 51 and 52)."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import ConflictKind, Turn, Yields
from jing_maps.compile.carriageways import Carriageway
from jing_maps.compile.curves import headings
from jing_maps.compile.movements import ConnectorDraft
from jing_maps.compile.plan import Control, StreetPlan
from jing_maps.conflicts import Meetings

__all__ = ["who_yields"]

# Turning traffic gives way to traffic that goes straight on; a right turn gives way to the left turn that it meets
# (article 52: 相对方向行驶的右转弯的机动车让左转弯的车辆先行).
_BY_TURN = {Turn.STRAIGHT: 0, Turn.LEFT: 1, Turn.RIGHT: 2, Turn.U_TURN: 3}


def who_yields(
    plan: StreetPlan, ways: list[Carriageway], drafts: list[ConnectorDraft], meetings: Meetings
) -> NDArray[np.int8]:
    """`(n_meetings,)` `Yields`: the lesser street, then the lesser turn, then who has the other on his right."""
    major = [_major_class(plan, ways, draft) for draft in drafts]
    out = np.empty(len(meetings), dtype=np.int8)
    for row, (a, b, kind) in enumerate(zip(meetings.first, meetings.second, meetings.kind, strict=True)):
        out[row] = _decide(plan, ways, (drafts[a], major[a]), (drafts[b], major[b]), int(kind))
    return out


def _decide(
    plan: StreetPlan,
    ways: list[Carriageway],
    first: tuple[ConnectorDraft, int],
    second: tuple[ConnectorDraft, int],
    kind: int,
) -> Yields:
    (a, rank_a), (b, rank_b) = first, second
    if a.from_way == b.from_way:
        return _same_approach(a, b, kind)
    signal = plan.control[a.node] == Control.SIGNAL
    # At signals right turns have no light of their own: they give way to all that has.
    key_a = (int(a.turn == Turn.RIGHT) if signal else rank_a, _BY_TURN[a.turn])
    key_b = (int(b.turn == Turn.RIGHT) if signal else rank_b, _BY_TURN[b.turn])
    if key_a != key_b:
        return Yields.FIRST if key_a > key_b else Yields.SECOND
    angle = headings(ways[b.from_way].axis)[1] - headings(ways[a.from_way].axis)[1]
    # b drives to the left of a's direction: it comes from a's right, so a gives way.
    return Yields.FIRST if np.sin(angle) > 0 else Yields.SECOND


def _same_approach(a: ConnectorDraft, b: ConnectorDraft, kind: int) -> Yields:
    if kind == ConflictKind.MERGING and a.turn == b.turn:
        return Yields.NEITHER
    # Beside one another a turn gives way to what goes straight on (a right turn to the bicycle lane on its right).
    return Yields.FIRST if _BY_TURN[a.turn] > _BY_TURN[b.turn] else Yields.SECOND


def _major_class(plan: StreetPlan, ways: list[Carriageway], draft: ConnectorDraft) -> int:
    """Rank of the approach: its class.

    So a ramp gives way to the main line that it joins, and a side road to the ramp that comes down from the main line
    (Beijing's regulations: 辅路上行驶的机动车应当让出主路的车先行).
    """
    return int(plan.kind[ways[draft.from_way].link])
