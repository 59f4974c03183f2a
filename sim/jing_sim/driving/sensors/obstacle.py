"""Obstacle detector: the nearest thing in a tube ahead."""

from dataclasses import dataclass

import numpy as np

from jing_sim.driving.sensors.mount import Mount
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.sensor_options import check_positive

__all__ = ["Obstacle", "ObstacleDetector", "ObstacleOptions"]

_RINGS, _PER_RING = 2, 8
_SURFACES = frozenset({1, 2, 10, 24, 25})


@dataclass(frozen=True)
class ObstacleOptions:
    """As CARLA's `sensor.other.obstacle`: length and radius of the tube [m], whether still things count."""

    distance_m: float = 5.0
    radius_m: float = 0.5
    only_dynamics: bool = False

    def __post_init__(self) -> None:
        check_positive("obstacle detector", distance_m=self.distance_m, radius_m=self.radius_m)


@dataclass(frozen=True)
class Obstacle:
    """What was found: id of the body (0 = a still thing), row of the scene's boxes + 1 or 0, label, distance."""

    body: int
    thing: int
    label: int
    distance_m: float


@dataclass(frozen=True)
class ObstacleDetector:
    """The tube is felt along its axis and along rays on two rings in it; the road itself is no obstacle."""

    options: ObstacleOptions = ObstacleOptions()

    def sense(self, scene: RayScene, mount: Mount) -> Obstacle | None:
        """The nearest obstacle, if there is one."""
        o, axes = self.options, mount.axes()
        angle = np.arange(_PER_RING) * 2.0 * np.pi / _PER_RING
        ring = np.cos(angle)[:, None] * axes[1] + np.sin(angle)[:, None] * axes[2]
        away = [np.zeros((1, 3)), *(ring * o.radius_m * (k + 1) / _RINGS for k in range(_RINGS))]
        starts = mount.position + np.concatenate(away)
        hits = scene.cast(starts, np.broadcast_to(axes[0], starts.shape), o.distance_m, mount.row)
        counts = hits.hit & (hits.body > 0 if o.only_dynamics else ~np.isin(hits.label, list(_SURFACES)))
        if not counts.any():
            return None
        best = int(np.argmin(np.where(counts, hits.distance, np.inf)))
        return Obstacle(int(hits.body[best]), int(hits.thing[best]), int(hits.label[best]), float(hits.distance[best]))
