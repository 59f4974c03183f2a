"""The vehicles of the traffic engine as actors of an episode, drawn between the engine's steps."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.rpc import RefusedError
from jing_sim.carla.spawning import spawn
from jing_sim.carla.structs import ActorAttributeValue, ActorDescription, Rotation, Transform, Vector3D
from jing_sim.driving.bodies import Motion
from jing_sim.driving.pushes import carry
from jing_sim.traffic import TrafficWorld
from jing_sim.traffic.between_steps import BetweenSteps

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["Fleet"]

Float = NDArray[np.float64]

BLUEPRINTS = (
    "vehicle.tesla.model3", "vehicle.audi.a2", "vehicle.nissan.patrol_2021", "vehicle.lincoln.mkz_2020",
    "vehicle.toyota.prius", "vehicle.mercedes.coupe_2020", "vehicle.volkswagen.t2_2021", "vehicle.seat.leon",
)  # fmt: skip
_AXLES_M = 1.3
"""From the middle of a vehicle to where the road's height is taken for its pitch."""


class Fleet:
    """Vehicles of a traffic world, and the actors that stand for them.

    Attributes:
        vehicle_of: vehicle of the traffic world by actor.
    """

    def __init__(self, episode: "Episode", world: TrafficWorld) -> None:
        self.episode, self.world = episode, world
        self.vehicle_of: dict[int, int] = {}
        self._actor_of: dict[int, int] = {}
        self._between = BetweenSteps()

    @property
    def running(self) -> int:
        """Vehicles on the road."""
        return len(self._between.vehicles)

    def follow(self) -> None:
        """Takes what the engine's step has made of its vehicles."""
        before = self._between.vehicles
        self._between.follow(self.world.frame(), self.world.happenings.outside, self.world.options.dt_s)
        for vehicle in np.setdiff1d(before, self._between.vehicles).tolist():
            self._leave(vehicle)

    def place(self, share: float, step_s: float) -> None:
        """Puts all actors where they are at `share` of the engine's last step."""
        drawn = self._between.at(share, step_s)
        vehicles, yaw = drawn.vehicle.tolist(), drawn.yaw_rad
        ahead, nose = np.column_stack([np.cos(yaw), np.sin(yaw)]), np.column_stack([drawn.x_m, drawn.y_m])
        here = np.array([self._there(v, nose[k], float(yaw[k])) for k, v in enumerate(vehicles)], np.bool_)
        if not here.any():
            return
        world = self.episode.world
        rows = np.array([world.row_of(self._actor_of[v]) for v in drawn.vehicle[here].tolist()], np.int64)
        front = world.bodies.half_extent[rows, 0] + world.bodies.box_centre[rows, 0]
        middle = nose[here] - ahead[here] * front[:, None]
        z, pitch = self._on_the_ground(middle, ahead[here], world.bodies.position[rows, 2])
        still = np.zeros(len(rows))
        carry(
            world.state, rows, np.column_stack([middle, z]), np.column_stack([yaw[here], pitch, still]),
            np.column_stack([ahead[here] * drawn.speed_mps[here, None], still]),
        )  # fmt: skip

    def _there(self, vehicle: int, nose: Float, yaw: float) -> bool:
        """The actor of a vehicle is there: the one that was, or a new one."""
        actor = self._actor_of.get(vehicle)
        if actor is None:
            return self._spawn(vehicle, nose, yaw)
        if self.episode.world.has(actor):
            return True
        # A client has destroyed the actor: the vehicle leaves the road as well.
        del self._actor_of[vehicle], self.vehicle_of[actor]
        self.world.remove(vehicle)
        return False

    def _on_the_ground(self, middle: Float, ahead: Float, height: Float) -> tuple[Float, Float]:
        """Heights, and pitches as the road is below the axles."""
        feet = np.concatenate([middle - _AXLES_M * ahead, middle + _AXLES_M * ahead])
        above = np.tile(height + 1.0, 2)
        rear, front = np.split(self.episode.stage.scene.ground.at(np.column_stack([feet, above]))[:, 0], 2)
        return 0.5 * (rear + front), np.arctan2(front - rear, 2.0 * _AXLES_M)

    def _spawn(self, vehicle: int, nose: Float, yaw: float) -> bool:
        """The vehicle is new and gets an actor; False while something stands there."""
        name = BLUEPRINTS[vehicle % len(BLUEPRINTS)]
        wanted = ActorDescription(0, name, (ActorAttributeValue("role_name", 4, "background"),))
        x, y = nose - 2.4 * np.array([np.cos(yaw), np.sin(yaw)])
        z = float(self.episode.stage.scene.ground.at(np.array([[x, y, 1.0e4]]))[0, 0])
        try:
            entry = spawn(
                self.episode, wanted, Transform(Vector3D(x, -y, z + 0.05), Rotation(0.0, -np.degrees(yaw), 0.0))
            )
        except RefusedError:
            return False
        self.episode.world.set_motion(entry.id, Motion.KINEMATIC)
        self._actor_of[vehicle], self.vehicle_of[entry.id] = entry.id, vehicle
        return True

    def _leave(self, vehicle: int) -> None:
        actor = self._actor_of.pop(vehicle, None)
        if actor is not None:
            self.vehicle_of.pop(actor, None)
            self.episode.destroy(actor)
