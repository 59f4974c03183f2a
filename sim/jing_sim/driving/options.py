"""How driving worlds are run: options, substeps, and what kernels read of a scene."""

import math
from dataclasses import dataclass

import numpy as np

from jing_sim.driving.errors import PhysicsError
from jing_sim.driving.obstacles import obstacle_grid
from jing_sim.driving.rows import GroundArrays, ObstacleArrays
from jing_sim.driving.scene import StaticScene

__all__ = ["DrivingOptions", "scene_arrays", "substeps_of"]

_LONGEST_SUBSTEP_S = 0.01


@dataclass(frozen=True)
class DrivingOptions:
    """How a world is run.

    Attributes:
        gravity_mps2: downwards.
        seed: of whatever is random in the world's sensors.
        substep_s: longest substep; the models are made for 0.01 s at most.
        rows: room for bodies at the start; a world grows, the worlds of a batch do not.
    """

    gravity_mps2: float = 9.80665
    seed: int = 0
    substep_s: float = 0.01
    rows: int = 32

    def __post_init__(self) -> None:
        if not 0.0 < self.substep_s <= _LONGEST_SUBSTEP_S:
            msg = f"substep_s is {self.substep_s}; above 0 and at most {_LONGEST_SUBSTEP_S} is right"
            raise PhysicsError(msg)
        if self.rows < 1:
            msg = f"rows is {self.rows}; 1 or more is right"
            raise PhysicsError(msg)


def scene_arrays(scene: StaticScene) -> tuple[GroundArrays, ObstacleArrays]:
    """What kernels read of a scene; worlds of one scene may share it."""
    boxes = scene.boxes
    walls = obstacle_grid(np.column_stack([boxes.centre, boxes.half, boxes.yaw, boxes.label]))
    return GroundArrays(*scene.ground.columns()), walls


def substeps_of(dt_s: float, substep_s: float) -> int:
    """Number of equal substeps, none longer than `substep_s` or 0.01 s; raises PhysicsError for a bad step."""
    if not (math.isfinite(dt_s) and dt_s > 0.0 and substep_s > 0.0):
        msg = f"a step of {dt_s} s in substeps of {substep_s} s; positive numbers of seconds are right"
        raise PhysicsError(msg)
    return max(math.ceil(dt_s / min(substep_s, _LONGEST_SUBSTEP_S) - 1e-9), 1)
