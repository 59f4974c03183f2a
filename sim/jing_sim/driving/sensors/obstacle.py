"""Obstacle detector: how far a ball can move ahead before it touches something."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.sensor_options import check_positive

__all__ = ["Obstacle", "ObstacleDetector", "ObstacleOptions"]

Float = NDArray[np.float64]

_RAYS = 256
_GOLDEN_RAD = np.pi * (3.0 - np.sqrt(5.0))
_SURFACES = (1, 2, 10, 24, 25)


@dataclass(frozen=True)
class ObstacleOptions:
    """As CARLA's `sensor.other.obstacle`: length of the way and radius of the ball [m], whether still things count."""

    distance_m: float = 5.0
    radius_m: float = 0.5
    only_dynamics: bool = False

    def __post_init__(self) -> None:
        check_positive("obstacle detector", distance_m=self.distance_m, radius_m=self.radius_m)


@dataclass(frozen=True)
class Obstacle:
    """What was found: id of the body (0 = a still thing), row of the scene's boxes + 1 or 0, label, way of the ball."""

    body: int
    thing: int
    label: int
    distance_m: float


class ObstacleDetector:
    """The ball's front is felt by rays, about an eighth of the radius apart; roads and land are no obstacle."""

    def __init__(self, options: ObstacleOptions = ObstacleOptions()) -> None:
        self.options = options
        # Evenly spread over the disc, the last ones on its rim (H. Vogel, Math. Biosciences 44, 1979).
        share = np.sqrt(np.arange(_RAYS) / (_RAYS - 1))
        angle = _GOLDEN_RAD * np.arange(_RAYS)
        self._away: Float = options.radius_m * np.stack([share * np.cos(angle), share * np.sin(angle)], 1)
        self._ahead: Float = options.radius_m * np.sqrt(1.0 - share**2)

    def sense(self, scene: RayScene, mount: Mount) -> Obstacle | None:
        """The obstacle that the ball touches first, if there is one; its carrier is none."""
        o, axes = self.options, mount.axes()
        starts = mount.position + self._away @ axes[1:]
        ways = np.broadcast_to(axes[0], starts.shape)
        hits = scene.cast(starts, ways, o.distance_m + o.radius_m, mount.row)
        moved = np.maximum(hits.distance - self._ahead, 0.0)
        counts = hits.hit & (moved <= o.distance_m)
        counts &= hits.body > 0 if o.only_dynamics else ~np.isin(hits.label, _SURFACES)
        if not counts.any():
            return None
        best = int(np.argmin(np.where(counts, moved, np.inf)))
        return Obstacle(int(hits.body[best]), int(hits.thing[best]), int(hits.label[best]), float(moved[best]))
