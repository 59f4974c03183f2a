"""What an agent sees of signals and the lanes in front of them, as one vector."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.protocols import Stages

__all__ = ["SPACE_PER_CAR_M", "SignalFeatures"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

SPACE_PER_CAR_M = 7.5
"""A standing car of 5 m and the gap of 2.5 m before it."""


@dataclass(frozen=True)
class SignalFeatures:
    """The layout of the vector, for one network and its stages.

    The vector holds, one after the other, all in [-1, 1]:

    - vehicles on each lane in front of a signal, over the cars that find place on it; a lane is full at 1;
    - halting vehicles on each of these lanes, likewise;
    - for each controller one number a stage, 1 for the stage in force (during a change, the next one), 0 for others;
    - for each controller the age of that stage over its maximum green: negative during the change, 1 from there on.

    Attributes:
        lane: `(n_seen_lanes,)` rows of `Lanes` from which a connector with a signal leaves, sorted.
        storage: `(n_seen_lanes,)` cars that find place on each.
        choices: `(n_controllers,)` stages of each controller, at least 1.
        max_green_s: `(n_stages,)`.
        first_stage: `(n_controllers + 1,)` rows of `max_green_s`.
    """

    lane: Int
    storage: Float
    choices: NDArray[np.int64]
    max_green_s: Float
    first_stage: Int

    @classmethod
    def of(cls, network: RoadNetwork, stages: Stages) -> "SignalFeatures":
        """The layout for this network."""
        lane = np.unique(network.connectors.from_lane[network.connectors.signal_group >= 0]).astype(np.int32)
        return cls(
            lane=lane,
            storage=np.maximum(network.lanes.length_m[lane] / SPACE_PER_CAR_M, 1.0),
            choices=np.maximum(np.diff(stages.first_stage), 1).astype(np.int64),
            max_green_s=stages.max_green_s,
            first_stage=stages.first_stage,
        )

    def __len__(self) -> int:
        return 2 * len(self.lane) + int(self.first_stage[-1]) + len(self.choices)

    def observe(self, lane_vehicles: Int, lane_halting: Int, stage: Int, stage_age_s: Float) -> NDArray[np.float32]:
        """`(len(self),)` the vector.

        Args:
            lane_vehicles, lane_halting: `(n_lanes,)` of the whole network.
            stage, stage_age_s: `(n_controllers,)` as in `SignalObservation`.
        """
        shown = np.zeros(int(self.first_stage[-1]))
        has_stage = np.diff(self.first_stage) > 0
        row = (self.first_stage[:-1] + stage)[has_stage]
        shown[row] = 1.0
        age = np.zeros(len(stage))
        age[has_stage] = stage_age_s[has_stage] / self.max_green_s[row]
        parts = (lane_vehicles[self.lane] / self.storage, lane_halting[self.lane] / self.storage, shown, age)
        return np.clip(np.concatenate(parts), -1.0, 1.0).astype(np.float32)
