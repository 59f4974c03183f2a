"""Signal groups of an OpenDRIVE map's lights, and a fixed program for each junction, since files hold no timing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Controllers, Programs, SignalGroups, SignalState, Yields
from jing_maps.conflicts import Meetings
from jing_maps.opendrive.document import OpenDriveMap

__all__ = ["SignalPlan", "plan_signals"]

Int = NDArray[np.int32]

# A default stage: green, then yellow and all-red (GA/T 527.1 asks for 3 s and at least 2 s).
_GREEN_S, _YELLOW_S, _ALL_RED_S = 25.0, 3.0, 2.0


@dataclass(frozen=True)
class SignalPlan:
    """Controllers, groups and programs; `group_of` `(n_connectors,)` and `controller_of` `(n_nodes,)`, -1 = none."""

    controllers: Controllers
    groups: SignalGroups
    programs: Programs
    group_of: Int
    controller_of: Int


def plan_signals(
    odr: OpenDriveMap,
    nodes: Int,
    names: list[str],
    lights: list[tuple[str, ...]],
    meetings: Meetings,
    yields: list[Yields],
) -> SignalPlan:
    """Groups from the file's controllers (a light without one is a group of its own); conflict-free stages.

    `nodes` `(n_connectors,)`: node of each connector; `names`: of the nodes; `lights`: signal ids of each connector.
    Groups whose connectors meet never share a stage; connectors that meet within one group get a permissive green.
    """
    by_signal = {signal: c.name or c.id for c in reversed(odr.controllers) for signal in c.signals}
    wanted = [(int(node), by_signal.get(ids[0], ids[0])) for node, ids in zip(nodes, lights, strict=True) if ids]
    keys = sorted(set(wanted), key=lambda key: (key[0], wanted.index(key)))
    row = {key: i for i, key in enumerate(keys)}
    group_of = np.full(len(nodes), -1, dtype=np.int32)
    ruled = [i for i, ids in enumerate(lights) if ids]
    group_of[ruled] = [row[key] for key in wanted]
    controlled = sorted({node for node, _ in keys})
    controller_of = np.full(len(names), -1, dtype=np.int32)
    controller_of[controlled] = np.arange(len(controlled))
    owner = np.array([controller_of[node] for node, _ in keys], dtype=np.int32)
    first = np.searchsorted(owner, np.arange(len(controlled) + 1)).astype(np.int32)
    controllers = Controllers(tuple(names[node] for node in controlled), first)
    programs = _programs(first, _meeting_groups(group_of, meetings, yields))
    return SignalPlan(
        controllers, SignalGroups(owner, tuple(key[1] for key in keys)), programs, group_of, controller_of
    )


def _meeting_groups(group_of: Int, meetings: Meetings, yields: list[Yields]) -> set[tuple[int, int]]:
    """Pairs of groups that must not be green together; a pair of equal ones needs the conflict table."""
    pairs = set()
    for a, b, rule in zip(group_of[meetings.first], group_of[meetings.second], yields, strict=True):
        if a >= 0 and b >= 0 and (a != b or rule != Yields.NEITHER):
            pairs |= {(int(a), int(b)), (int(b), int(a))}
    return pairs


def _stages(groups: range, meeting: set[tuple[int, int]]) -> list[list[int]]:
    stages: list[list[int]] = []
    for group in groups:
        free = (stage for stage in stages if not any((group, other) in meeting for other in stage))
        stage = next(free, None)
        if stage is None:
            stages.append([group])
        else:
            stage.append(group)
    return stages


def _programs(first: Int, meeting: set[tuple[int, int]]) -> Programs:
    durations: list[float] = []
    states: list[NDArray[np.uint8]] = []
    first_phase = [0]
    for controller in range(len(first) - 1):
        groups = range(int(first[controller]), int(first[controller + 1]))
        for stage in _stages(groups, meeting):
            green = np.full(len(groups), SignalState.RED, dtype=np.uint8)
            for group in stage:
                green[group - groups.start] = SignalState.PERMISSIVE if (group, group) in meeting else SignalState.GREEN
            yellow = np.where(green == SignalState.RED, SignalState.RED, SignalState.YELLOW).astype(np.uint8)
            durations += [_GREEN_S, _YELLOW_S, _ALL_RED_S]
            states += [green, yellow, np.full(len(groups), SignalState.RED, dtype=np.uint8)]
        first_phase.append(len(durations))
    duration = np.array(durations, dtype=np.float64)
    n = len(first) - 1
    return Programs(
        controller=np.arange(n, dtype=np.int32),
        name=("default",) * n,
        offset_s=np.zeros(n),
        first_phase=np.array(first_phase, dtype=np.int32),
        duration_s=duration,
        min_s=duration.copy(),
        max_s=duration.copy(),
        first_state=np.concatenate([[0], np.cumsum([len(s) for s in states])]).astype(np.int32),
        state=np.concatenate([np.zeros(0, dtype=np.uint8), *states]),
    )
