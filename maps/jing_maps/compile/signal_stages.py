"""Signal groups and programs of crossings, after Chinese practice.

Streets of rank with left-turn pockets have four stages (through, then protected left, for each of the two streets);
lesser crossings two with permissive left turns; what meets no opposite approach has a stage of its own. Green is
followed by 3 s of yellow and 2 s of all-red (GA/T 527.1). Right turns have no signal: they give way.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import SignalState, Turn, VehicleClass, Yields
from jing_maps.compile.carriageways import Carriageway
from jing_maps.compile.curves import headings
from jing_maps.compile.movements import ConnectorDraft
from jing_maps.compile.plan import Control, StreetPlan
from jing_maps.conflicts import Meetings

__all__ = ["ControllerDraft", "Walk", "draft_controllers"]

YELLOW_S = 3.0
ALL_RED_S = 2.0
_THROUGH_S_A_LANE = 11.0
_LEFT_S = 16.0
_WALK_SPEED_MPS = 1.0
_LONGEST_CYCLE_S = 120.0


@dataclass(frozen=True)
class Walk:
    """A crosswalk as far as signals depend on it: its crossing, its length, and the connectors that run over it."""

    node: int
    length_m: float
    crossed_by: tuple[int, ...]


@dataclass
class ControllerDraft:
    """A controller: its groups, its stages (green groups each), and their greens.

    Attributes:
        nodes: crossings that it controls.
        groups: names; `of_connector` and `of_walk` say who belongs to which.
        stages: for each stage the state of each group.
        green_s, min_s: `(n_stages,)`.
    """

    name: str
    nodes: list[int]
    groups: list[str] = field(default_factory=list)
    of_connector: dict[int, int] = field(default_factory=dict)
    of_walk: dict[int, int] = field(default_factory=dict)
    stages: list[list[SignalState]] = field(default_factory=list)
    green_s: list[float] = field(default_factory=list)
    min_s: list[float] = field(default_factory=list)


@dataclass
class _Approach:
    way: int
    heading: float
    through: int | None = None
    left: int | None = None
    lanes: int = 1
    shared_left: bool = False


def draft_controllers(
    plan: StreetPlan,
    ways: list[Carriageway],
    drafts: list[ConnectorDraft],
    walks: list[Walk],
    meetings: Meetings,
    yields: NDArray[np.int8],
) -> list[ControllerDraft]:
    """A controller for each signalised crossing, or for each group of crossings that share one."""
    nodes: dict[str, list[int]] = {}
    for node in np.flatnonzero(plan.control == Control.SIGNAL):
        nodes.setdefault(plan.signal_group[node] or plan.node_id[node], []).append(int(node))
    made = []
    for name, own in nodes.items():
        controller = ControllerDraft(name, own)
        approaches = _groups(ways, drafts, controller)
        if controller.groups:
            _stages(controller, approaches)
            _permit(controller, meetings, yields)
            _walks(controller, drafts, walks)
            _shorten(controller)
            made.append(controller)
    return made


def _groups(ways: list[Carriageway], drafts: list[ConnectorDraft], controller: ControllerDraft) -> list[_Approach]:
    approaches: dict[int, _Approach] = {}
    served: dict[tuple[int, int], set[Turn]] = {}
    for row, draft in enumerate(drafts):
        if draft.node not in controller.nodes or draft.turn == Turn.RIGHT:
            continue
        way = ways[draft.from_way]
        approach = approaches.setdefault(draft.from_way, _Approach(draft.from_way, headings(way.axis)[1]))
        left = draft.turn in (Turn.LEFT, Turn.U_TURN)
        served.setdefault((draft.from_way, draft.from_lane), set()).add(draft.turn)
        group = approach.left if left else approach.through
        if group is None:
            group = len(controller.groups)
            controller.groups.append(f"{_compass(approach.heading)} {'left' if left else 'through'} {draft.from_way}")
            if left:
                approach.left = group
            else:
                approach.through = group
        controller.of_connector[row] = group
    for (way_row, _), turns in served.items():
        approaches[way_row].shared_left |= {Turn.STRAIGHT, Turn.LEFT} <= turns
    for approach in approaches.values():
        approach.lanes = sum(bool(lane.allowed & VehicleClass.CAR) for lane in ways[approach.way].lanes)
    return list(approaches.values())


def _compass(heading: float) -> str:
    names = ("eastbound", "northbound", "westbound", "southbound")
    return names[round(heading / (np.pi / 2)) % 4]


def _stages(controller: ControllerDraft, approaches: list[_Approach]) -> None:
    for axis in _axes(approaches):
        opposite = len({round(np.cos(a.heading - axis[0].heading)) for a in axis}) > 1
        through = [a.through for a in axis if a.through is not None]
        left = [a.left for a in axis if a.left is not None]
        lanes = max(a.lanes for a in axis)
        split = opposite and bool(through) and bool(left) and not any(a.shared_left for a in axis) and lanes >= 3
        if split:
            _add_stage(controller, through, min(_THROUGH_S_A_LANE * lanes, 45.0))
            _add_stage(controller, left, _LEFT_S)
        else:
            _add_stage(controller, through + left, min(_THROUGH_S_A_LANE * max(lanes, 2), 40.0))


def _axes(approaches: list[_Approach]) -> list[list[_Approach]]:
    """Approaches that run along one line (within 45 degrees), whichever way."""
    axes: list[list[_Approach]] = []
    for approach in approaches:
        for axis in axes:
            if abs(np.cos(approach.heading - axis[0].heading)) > np.cos(np.pi / 4):
                axis.append(approach)
                break
        else:
            axes.append([approach])
    return axes


def _add_stage(controller: ControllerDraft, green: list[int], green_s: float) -> None:
    states = [SignalState.GREEN if g in green else SignalState.RED for g in range(len(controller.groups))]
    controller.stages.append(states)
    controller.green_s.append(green_s)
    controller.min_s.append(min(10.0, green_s))


def _walks(controller: ControllerDraft, drafts: list[ConnectorDraft], walks: list[Walk]) -> None:
    """Pedestrians walk beside a through stage; what turns over their crosswalk then gives way to them.

    Those who can walk in no stage because something always goes straight over their crosswalk get one of their own.
    """
    vehicle_groups = len(controller.groups)
    own = [row for row, walk in enumerate(walks) if walk.node in controller.nodes]
    beside = {row: _stage_beside(controller, drafts, walks[row]) for row in own}
    if any(stage is None for stage in beside.values()):
        controller.stages.append([SignalState.RED] * vehicle_groups)
        controller.green_s.append(0.0)
        controller.min_s.append(0.0)
    for row in own:
        along = beside[row]
        along = len(controller.stages) - 1 if along is None else along
        controller.of_walk[row] = len(controller.groups)
        controller.groups.append(f"walk {row}")
        over = {controller.of_connector[c] for c in walks[row].crossed_by if c in controller.of_connector}
        for i, states in enumerate(controller.stages):
            states.append(SignalState.GREEN if i == along else SignalState.RED)
            for group in over:
                if i == along and states[group] == SignalState.GREEN:
                    states[group] = SignalState.PERMISSIVE
        need_s = min(5.0 + walks[row].length_m / 2 / _WALK_SPEED_MPS, 30.0)
        controller.min_s[along] = max(controller.min_s[along], need_s)
        controller.green_s[along] = max(controller.green_s[along], need_s)


def _stage_beside(controller: ControllerDraft, drafts: list[ConnectorDraft], walk: Walk) -> int | None:
    """The stage in which nothing goes straight over the crosswalk, and the fewest turns do."""
    best: tuple[int, int] | None = None
    for i, states in enumerate(controller.stages):
        going = [
            drafts[c].turn
            for c in walk.crossed_by
            if c in controller.of_connector and states[controller.of_connector[c]] != SignalState.RED
        ]
        if Turn.STRAIGHT not in going and (best is None or len(going) < best[0]):
            best = (len(going), i)
    return best[1] if best else None


def _shorten(controller: ControllerDraft) -> None:
    """Cuts greens, in proportion and not below their minimum, where the cycle would be too long for people to wait."""
    lost_s = (YELLOW_S + ALL_RED_S) * len(controller.stages)
    share = min(1.0, (_LONGEST_CYCLE_S - lost_s) / sum(controller.green_s))
    controller.green_s = [max(m, g * share) for g, m in zip(controller.green_s, controller.min_s, strict=True)]


def _permit(controller: ControllerDraft, meetings: Meetings, yields: NDArray[np.int8]) -> None:
    """Where two groups that are green together meet, the one that gives way is permissive."""
    pairs = _yielding_groups(controller, meetings, yields)
    for states in controller.stages:
        for lesser, greater in pairs:
            if states[lesser] == SignalState.GREEN and states[greater] != SignalState.RED:
                states[lesser] = SignalState.PERMISSIVE


def _yielding_groups(
    controller: ControllerDraft, meetings: Meetings, yields: NDArray[np.int8]
) -> list[tuple[int, int]]:
    """(group that gives way, group that goes first) for each pair of groups that meet."""
    pairs = set()
    for a, b, who in zip(meetings.first.tolist(), meetings.second.tolist(), yields.tolist(), strict=True):
        if a in controller.of_connector and b in controller.of_connector and who != Yields.NEITHER:
            lesser, greater = (a, b) if who == Yields.FIRST else (b, a)
            pairs.add((controller.of_connector[lesser], controller.of_connector[greater]))
    return sorted(pair for pair in pairs if pair[0] != pair[1])
