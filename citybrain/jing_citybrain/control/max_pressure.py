"""Max-pressure signal control.

P. Varaiya, "Max pressure control of a network of signalized intersections", Transportation Research Part C 36 (2013):
each junction shows the stage whose movements have the greatest sum of (queue upstream - queue downstream), times the
saturation flow. It needs no demand forecast and keeps every queue bounded if any plan can.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import SignalState
from jing_maps.network import RoadNetwork
from jing_sim.protocols import SignalObservation, Stages

__all__ = ["MaxPressureController"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class _Tables:
    """What does not change during a run.

    A movement is a pair of lane and next road. `served` `(n_stages, n_movements)` says how many connectors of a
    movement a stage lets go, over all; zero for other controllers' movements.
    """

    movement_lane: Int
    movement_road: Int
    lane_share: Float
    road_lanes: Float
    lane_road: Int
    pair_stage: Int
    pair_movement: Int
    first_stage: Int
    max_green_s: Float


@dataclass
class MaxPressureController:
    """A `SignalController` that follows pressures; a stage goes on until another one presses more.

    Attributes:
        interval_s: time between two decisions.
    """

    interval_s: float = 5.0
    _tables: _Tables | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.interval_s > 0:
            raise ValueError(f"interval_s is {self.interval_s}; it must be positive")

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        """Called once, before the first question of a run."""
        connectors, lanes = network.connectors, network.lanes
        to_road = lanes.road[connectors.to_lane].astype(np.int64)
        key = connectors.from_lane.astype(np.int64) * len(network.roads) + to_road
        movements, movement_of = np.unique(key, return_inverse=True)
        movement_lane = (movements // len(network.roads)).astype(np.int32)
        stage, connector = _served(network, stages)
        pairs = np.unique(stage.astype(np.int64) * len(movements) + movement_of[connector])
        self._tables = _Tables(
            movement_lane=movement_lane,
            movement_road=(movements % len(network.roads)).astype(np.int32),
            lane_share=1.0 / np.bincount(movement_lane, minlength=len(lanes))[movement_lane],
            road_lanes=np.diff(network.roads.first_lane).astype(np.float64),
            lane_road=lanes.road,
            pair_stage=(pairs // len(movements)).astype(np.int32),
            pair_movement=(pairs % len(movements)).astype(np.int32),
            first_stage=stages.first_stage,
            max_green_s=stages.max_green_s,
        )

    def decide(self, seen: SignalObservation) -> Int:
        """The stage with the greatest pressure for each controller; the present one on a tie.

        A stage that has had its maximum green gives way to the best of the others.
        """
        tables = self._tables
        if tables is None:
            raise RuntimeError("decide was called before reset")
        queue = seen.lane_halting.astype(np.float64)
        downstream = np.bincount(tables.lane_road, queue, minlength=len(tables.road_lanes)) / tables.road_lanes
        upstream = queue[tables.movement_lane] * tables.lane_share
        pressure = upstream - downstream[tables.movement_road]
        by_stage = np.bincount(tables.pair_stage, pressure[tables.pair_movement], minlength=int(tables.first_stage[-1]))
        wanted = seen.stage.copy()
        for controller in range(len(wanted)):
            first, last = int(tables.first_stage[controller]), int(tables.first_stage[controller + 1])
            if last - first < 2:
                continue
            own = by_stage[first:last].copy()
            now = int(seen.stage[controller])
            if seen.stage_age_s[controller] >= tables.max_green_s[first + now]:
                own[now] = -np.inf
            best = int(np.argmax(own))
            wanted[controller] = best if own[best] > own[now] else now
        return wanted


def _served(network: RoadNetwork, stages: Stages) -> tuple[Int, Int]:
    """Pairs (stage, connector) where the stage lets the connector go."""
    stage_of_state = np.repeat(np.arange(len(stages), dtype=np.int32), np.diff(stages.first_state))
    first_group = network.controllers.first_group[stages.controller]
    within = np.arange(len(stages.state)) - stages.first_state[stage_of_state]
    group = first_group[stage_of_state] + within
    goes = np.isin(stages.state, (SignalState.GREEN, SignalState.PERMISSIVE))
    by_group = network.group_connectors
    rows = [(int(s), int(c)) for s, g in zip(stage_of_state[goes], group[goes], strict=True) for c in by_group[int(g)]]
    pairs = np.array(rows, dtype=np.int32).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
