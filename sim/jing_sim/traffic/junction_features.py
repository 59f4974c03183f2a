"""What an agent at each junction sees of many worlds, in one array of fixed width, and how it is rewarded."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.protocols import Stages

__all__ = ["REWARDS", "SPACE_PER_CAR_M", "JunctionFeatures"]

I32 = NDArray[np.int32]

SPACE_PER_CAR_M = 7.5
"""A standing car of 5 m and the gap of 2.5 m before it."""
REWARDS = {"halting": 0, "pressure": 1, "waiting": 2}
"""Minus the vehicles below 0.1 m/s on the lanes before a junction; minus the absolute difference between the vehicles
before and behind it (Wei et al. 2019, PressLight); minus the time [s] that those before it have stood."""


@dataclass(frozen=True)
class JunctionFeatures:
    """The layout of `(n_controllers, len(self))` features; where a controller has fewer stages or lanes: 0.

    In this order, S = most stages and L = most incoming lanes of a controller:

    - S: 1 for the stage in force (during a change: the next one), else 0;
    - 1: 1 when another stage would be taken up at once: no change under way, minimum green over;
    - 1: age of the stage over its maximum green; negative during a change; cut to [-1, 1];
    - L: vehicles on each lane before the junction, over the cars that find place on it; full at 1;
    - L: vehicles slower than 0.1 m/s on each of these lanes, likewise.

    Attributes:
        lane_in, lane_out: `(n_controllers, L)`, `(n_controllers, ..)` lanes from which and to which connectors with a
            signal of the controller lead, sorted; -1 = none.
        storage: `(n_controllers, L)` cars that find place.
        n_stages: `(n_controllers,)` stages to choose from, at least 1.
        first_stage, min_green_s, max_green_s: as in `Stages`.
    """

    lane_in: I32
    lane_out: I32
    storage: NDArray[np.float32]
    n_stages: I32
    first_stage: I32
    min_green_s: NDArray[np.float64]
    max_green_s: NDArray[np.float64]

    @classmethod
    def of(cls, network: RoadNetwork, stages: Stages) -> Self:
        """The layout for this network."""
        signals = np.flatnonzero(network.connectors.signal_group >= 0)
        group = network.connectors.signal_group[signals]
        owner = np.searchsorted(network.controllers.first_group, group, side="right") - 1
        n = len(network.controllers)
        lane_in = _padded(owner, network.connectors.from_lane[signals], n)
        storage = np.maximum(network.lanes.length_m[lane_in] / SPACE_PER_CAR_M, 1.0)
        return cls(
            lane_in=lane_in,
            lane_out=_padded(owner, network.connectors.to_lane[signals], n),
            storage=storage.astype(np.float32),
            n_stages=np.maximum(np.diff(stages.first_stage), 1).astype(np.int32),
            first_stage=stages.first_stage.astype(np.int32),
            min_green_s=stages.min_green_s.astype(np.float64),
            max_green_s=stages.max_green_s.astype(np.float64),
        )

    @property
    def most_stages(self) -> int:
        """S."""
        return int(self.n_stages.max(initial=1))

    def __len__(self) -> int:
        return int(self.most_stages + 2 + 2 * self.lane_in.shape[1])

    @property
    def mask(self) -> NDArray[np.bool_]:
        """`(n_controllers, len(self))` features that are there; the others are always 0."""
        lanes, two = self.lane_in >= 0, np.ones((len(self.n_stages), 2), np.bool_)
        return np.concatenate([self.action_mask, two, lanes, lanes], axis=1)

    @property
    def action_mask(self) -> NDArray[np.bool_]:
        """`(n_controllers, S)` stages that are there."""
        return np.asarray(np.arange(self.most_stages) < self.n_stages[:, None])


def _padded(owner: NDArray[np.integer], lane: I32, n: int) -> I32:
    """`(n, ..)` the different lanes of each owner, sorted, then -1."""
    pairs = np.unique(np.stack([owner, lane]), axis=1)
    counts = np.bincount(pairs[0], minlength=n)
    rows = np.full((n, int(counts.max(initial=0))), -1, np.int32)
    rows[pairs[0], np.arange(len(pairs[0])) - np.repeat(np.cumsum(counts) - counts, counts)] = pairs[1]
    return rows
