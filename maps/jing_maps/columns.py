"""The columns of a road network, one dataclass a concept; `jing_maps.network` says how they hang together."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

from jing_maps.polylines import Polylines

__all__ = [
    "ConflictKind",
    "Conflicts",
    "Connectors",
    "Controllers",
    "Crosswalks",
    "Csr",
    "JunctionKind",
    "Junctions",
    "Lanes",
    "Programs",
    "RoadClass",
    "Roads",
    "SignalGroups",
    "SignalState",
    "Streets",
    "Turn",
    "VehicleClass",
    "Yields",
]

Int = NDArray[np.int32]
Small = NDArray[np.int8]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Names = tuple[str, ...]


class VehicleClass(IntFlag):
    """Who may use a lane; a lane's `allowed` is the sum of these bits."""

    CAR = 1
    TAXI = 2
    BUS = 4
    TRUCK = 8
    EMERGENCY = 16
    BICYCLE = 32
    PEDESTRIAN = 64
    MOTOR = CAR | TAXI | BUS | TRUCK | EMERGENCY
    ALL = MOTOR | BICYCLE | PEDESTRIAN


class RoadClass(IntEnum):
    """Class of a road (CJJ 37, with the side roads of expressways apart)."""

    EXPRESSWAY = 0
    RAMP = 1
    EXPRESSWAY_SIDE = 2
    ARTERIAL = 3
    SECONDARY = 4
    BRANCH = 5
    SERVICE = 6


class JunctionKind(IntEnum):
    """How a junction settles who goes first."""

    PRIORITY = 0
    """Major and minor approaches: minor ones yield."""
    SIGNAL = 1
    JOINT = 2
    """Merge, diverge or change of lanes on a main line; no crossing movements."""
    BOUNDARY = 3
    """The map ends here; no connectors."""
    RIGHT_BEFORE_LEFT = 4
    ALL_WAY_STOP = 5
    ROUNDABOUT = 6


class Turn(IntEnum):
    """Direction of a connector through its junction."""

    STRAIGHT = 0
    LEFT = 1
    RIGHT = 2
    U_TURN = 3


class ConflictKind(IntEnum):
    """How two connectors meet."""

    CROSSING = 0
    MERGING = 1


class Yields(IntEnum):
    """Who gives way where two connectors meet, unless a protected green says otherwise."""

    NEITHER = 0
    """First come, first served (zipper)."""
    FIRST = 1
    SECOND = 2


class SignalState(IntEnum):
    """What a signal group shows."""

    RED = 0
    YELLOW = 1
    GREEN = 2
    """Protected: go without yielding."""
    PERMISSIVE = 3
    """Green, but yield as the conflict table says."""
    RED_YELLOW = 4
    OFF = 5
    """Dark or flashing yellow: the conflict table rules."""


@dataclass(frozen=True)
class Csr:
    """Lists of ids in two flat columns: list `i` is `items[first[i]:first[i + 1]]`."""

    first: Int
    items: Int

    @classmethod
    def group(cls, keys: Int, n_keys: int) -> "Csr":
        """Row numbers of `keys` grouped by value 0 .. n_keys - 1, in row order; negative keys are left out."""
        order = np.argsort(keys, kind="stable").astype(np.int32)
        order = order[keys[order] >= 0]
        first = np.zeros(n_keys + 1, dtype=np.int32)
        first[1:] = np.cumsum(np.bincount(keys[order], minlength=n_keys))
        return cls(first, order)

    def __getitem__(self, i: int) -> Int:
        return self.items[self.first[i] : self.first[i + 1]]

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True)
class Streets:
    """`(n_streets,)` names as on the street signs; an unknown English name is empty."""

    name_zh: Names
    name_en: Names

    def __len__(self) -> int:
        return len(self.name_zh)


@dataclass(frozen=True)
class Roads:
    """`(n_roads,)` directed carriageways.

    Attributes:
        ext_id: id in the source file.
        street: row of `Streets` or -1.
        kind: `RoadClass`.
        level: stacking order, 0 = ground.
        from_junction, to_junction: rows of `Junctions`.
        first_lane: `(n_roads + 1,)`; lanes of road `i` are rows `first_lane[i] .. first_lane[i + 1] - 1`.
        length_m: length of the road's station axis.
        roundabout: whether it is a part of the ring of one.
    """

    ext_id: Names
    street: Int
    kind: Small
    level: Small
    from_junction: Int
    to_junction: Int
    first_lane: Int
    length_m: Float
    roundabout: Bool

    def __len__(self) -> int:
        return len(self.street)


@dataclass(frozen=True)
class Lanes:
    """`(n_lanes,)` lanes, grouped by road, from right to left.

    Attributes:
        road: row of `Roads`.
        index: 0 = rightmost lane of the road.
        start_m: station of the road at which the lane begins.
        length_m: what a vehicle drives from its begin to its end (the centre line is stretched to it).
        width_m, speed_limit_mps: one value a lane.
        allowed: sum of `VehicleClass` bits.
        left, right: the neighbouring lanes of the same road, or -1.
        change_left, change_right: whether the marking may be crossed.
        stop_line_m: position of the stop line from the lane's begin; NaN = none.
        centre: centre lines, in driving direction.
    """

    road: Int
    index: NDArray[np.int16]
    start_m: Float
    length_m: Float
    width_m: Float
    speed_limit_mps: Float
    allowed: NDArray[np.uint16]
    left: Int
    right: Int
    change_left: Bool
    change_right: Bool
    stop_line_m: Float
    centre: Polylines

    def __len__(self) -> int:
        return len(self.road)


@dataclass(frozen=True)
class Connectors:
    """`(n_connectors,)` ways from a lane through a junction to a lane.

    Attributes:
        junction: row of `Junctions`.
        from_lane, to_lane: rows of `Lanes`.
        turn: `Turn`.
        length_m, width_m, speed_limit_mps: as for lanes.
        allowed: sum of `VehicleClass` bits.
        signal_group: row of `SignalGroups`, or -1 = no signal.
        on_red: may go on red after giving way (right turn on red).
        wait_m: where a vehicle that gives way waits inside the junction, from the connector's begin; NaN = it waits
            before the junction.
        must_stop: a stop sign: a vehicle must stand before it enters.
        centre: centre lines, from the end of `from_lane` to the begin of `to_lane`.
    """

    junction: Int
    from_lane: Int
    to_lane: Int
    turn: Small
    length_m: Float
    width_m: Float
    speed_limit_mps: Float
    allowed: NDArray[np.uint16]
    signal_group: Int
    on_red: Bool
    wait_m: Float
    must_stop: Bool
    centre: Polylines

    def __len__(self) -> int:
        return len(self.junction)


@dataclass(frozen=True)
class Conflicts:
    """`(n_conflicts,)` pairs of connectors, `first < second`, each pair once.

    Attributes:
        first, second: rows of `Connectors`.
        kind: `ConflictKind`.
        yields: `Yields`.
        first_enter_m, first_exit_m: the stretch of the first connector that the other's swept area covers.
        second_enter_m, second_exit_m: likewise on the second.
    """

    first: Int
    second: Int
    kind: Small
    yields: Small
    first_enter_m: Float
    first_exit_m: Float
    second_enter_m: Float
    second_exit_m: Float

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True)
class Junctions:
    """`(n_junctions,)` junctions.

    Attributes:
        ext_id, name_zh: id in the source, and streets that cross (`A/B`), possibly empty.
        kind: `JunctionKind`.
        x_m, y_m: centre.
        controller: row of `Controllers`, or -1. Two junctions may share one.
        outline: closed rings, counter-clockwise; may be empty.
    """

    ext_id: Names
    name_zh: Names
    kind: Small
    x_m: Float
    y_m: Float
    controller: Int
    outline: Polylines

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Controllers:
    """`(n_controllers,)` signal controllers; `first_group` `(n + 1,)`: their rows of `SignalGroups`."""

    ext_id: Names
    first_group: Int

    def __len__(self) -> int:
        return len(self.first_group) - 1


@dataclass(frozen=True)
class SignalGroups:
    """`(n_groups,)` sets of movements that always show the same; grouped by controller."""

    controller: Int
    name: Names

    def __len__(self) -> int:
        return len(self.controller)


@dataclass(frozen=True)
class Programs:
    """`(n_programs,)` fixed signal programs; the first one of a controller is the one in force.

    Attributes:
        controller: row of `Controllers`.
        name: id of the program.
        offset_s: the program's cycle starts at simulation times `offset_s` modulo the cycle.
        first_phase: `(n_programs + 1,)` rows of the phase columns.
        duration_s, min_s, max_s: `(n_phases,)`; min and max equal the duration where the phase is fixed.
        first_state: `(n_phases + 1,)`; the states of phase `p` are `state[first_state[p]:first_state[p + 1]]`,
            one for each group of the controller in its order.
        state: `SignalState`, uint8.
    """

    controller: Int
    name: Names
    offset_s: Float
    first_phase: Int
    duration_s: Float
    min_s: Float
    max_s: Float
    first_state: Int
    state: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.controller)


@dataclass(frozen=True)
class Crosswalks:
    """`(n_crosswalks,)` pedestrian crossings, and `(n_crossed,)` places where connectors run over them.

    Attributes:
        junction, road: where it lies; road = -1 when unknown.
        signal_group: row of `SignalGroups`, or -1.
        width_m: along the street.
        centre: line from kerb to kerb.
        crossed_crosswalk, crossed_connector: `(n_crossed,)` rows.
        crossed_enter_m, crossed_exit_m: `(n_crossed,)` stretch of the connector.
    """

    junction: Int
    road: Int
    signal_group: Int
    width_m: Float
    centre: Polylines
    crossed_crosswalk: Int
    crossed_connector: Int
    crossed_enter_m: Float
    crossed_exit_m: Float

    def __len__(self) -> int:
        return len(self.junction)
