"""The vehicles of the traffic engine as actors of an episode, drawn between the engine's steps."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.rpc import RefusedError
from jing_sim.carla.spawning import spawn
from jing_sim.carla.structs import ActorAttributeValue, ActorDescription, Rotation, Transform, Vector3D
from jing_sim.driving.bodies import Motion
from jing_sim.driving.controls import Pose
from jing_sim.traffic import TrafficWorld

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["Fleet"]

Float = NDArray[np.float64]

BLUEPRINTS = (
    "vehicle.tesla.model3", "vehicle.audi.a2", "vehicle.nissan.patrol_2021", "vehicle.lincoln.mkz_2020",
    "vehicle.toyota.prius", "vehicle.mercedes.coupe_2020", "vehicle.volkswagen.t2_2021", "vehicle.seat.leon",
)  # fmt: skip
_SIDEWAYS_S = 2.5


class Fleet:
    """Vehicles of a traffic world, and the actors that stand for them.

    Attributes:
        vehicle_of: vehicle of the traffic world by actor.
    """

    def __init__(self, episode: "Episode", world: TrafficWorld) -> None:
        self.episode, self.world = episode, world
        self.vehicle_of: dict[int, int] = {}
        self._actor_of: dict[int, int] = {}
        # Front bumper x, y, heading and speed at the engine's last step and at the one before, by vehicle.
        self._now: dict[int, Float] = {}
        self._before: dict[int, Float] = {}
        # What is left of a change of lanes, which the engine makes at once: to the left, and seconds.
        self._aside: dict[int, tuple[float, float]] = {}

    @property
    def running(self) -> int:
        """Vehicles on the road."""
        return len(self._now)

    def follow(self) -> None:
        """Takes what the engine's step has made of its vehicles."""
        frame = self.world.frame()
        outside = self.world.happenings.outside
        columns = np.stack([frame.x_m, frame.y_m, frame.heading_rad, frame.speed_mps], 1)
        driven = zip(frame.vehicle.tolist(), columns, strict=True)
        self._before, now = self._now, {vehicle: place for vehicle, place in driven if vehicle not in outside}
        self._now = now
        for vehicle, place in now.items():
            self._look_for_jumps(vehicle, place)
        for vehicle in [vehicle for vehicle in self._actor_of if vehicle not in now]:
            actor = self._actor_of.pop(vehicle)
            self.vehicle_of.pop(actor, None)
            self._aside.pop(vehicle, None)
            self.episode.destroy(actor)

    def place(self, share: float, step_s: float) -> None:
        """Puts all actors where they are at `share` of the engine's last step."""
        world = self.episode.world
        for vehicle, place in self._now.items():
            old = self._before.get(vehicle, place)
            turn = (place[2] - old[2] + np.pi) % (2 * np.pi) - np.pi
            yaw, speed = old[2] + share * turn, old[3] + share * (place[3] - old[3])
            ahead = np.array([np.cos(yaw), np.sin(yaw)])
            nose = old[:2] + share * (place[:2] - old[:2])
            aside, left_s = self._aside.get(vehicle, (0.0, 0.0))
            nose = nose + np.array([-ahead[1], ahead[0]]) * _rest(aside, left_s - share * step_s)
            actor = self._actor_of.get(vehicle)
            if actor is None:
                actor = self._spawn(vehicle, nose, yaw)
            if actor is None:
                continue
            if not world.has(actor):
                self._lost(vehicle, actor)
                continue
            row = world.row_of(actor)
            middle = nose - ahead * (world.bodies.half_extent[row, 0] + world.bodies.box_centre[row, 0])
            world.set_pose(actor, self._pose(middle, ahead, yaw, float(world.bodies.position[row, 2])))
            world.set_velocity(actor, np.array([*(ahead * speed), 0.0]))

    def _pose(self, middle: Float, ahead: Float, yaw: float, height: float) -> Pose:
        """On the ground, pitched as the road is below its axles."""
        feet = np.stack([middle - 1.3 * ahead, middle + 1.3 * ahead])
        z = self.episode.stage.scene.ground.at(np.column_stack([feet, np.full(2, height + 1.0)]))[:, 0]
        return Pose(float(middle[0]), float(middle[1]), float(z.mean()), yaw, float(np.arctan2(z[1] - z[0], 2.6)), 0.0)

    def _spawn(self, vehicle: int, nose: Float, yaw: float) -> int | None:
        """The actor of a vehicle that is new; None while something stands there."""
        name = BLUEPRINTS[vehicle % len(BLUEPRINTS)]
        wanted = ActorDescription(0, name, (ActorAttributeValue("role_name", 4, "background"),))
        x, y = nose - 2.4 * np.array([np.cos(yaw), np.sin(yaw)])
        z = float(self.episode.stage.scene.ground.at(np.array([[x, y, 1.0e4]]))[0, 0])
        try:
            entry = spawn(
                self.episode, wanted, Transform(Vector3D(x, -y, z + 0.05), Rotation(0.0, -np.degrees(yaw), 0.0))
            )
        except RefusedError:
            return None
        self.episode.world.set_motion(entry.id, Motion.KINEMATIC)
        self._actor_of[vehicle], self.vehicle_of[entry.id] = entry.id, vehicle
        return entry.id

    def _lost(self, vehicle: int, actor: int) -> None:
        """A client has destroyed the actor: the vehicle leaves the road as well."""
        del self._actor_of[vehicle]
        self.vehicle_of.pop(actor, None)
        self.world.remove(vehicle)

    def _look_for_jumps(self, vehicle: int, place: Float) -> None:
        aside, left_s = self._aside.get(vehicle, (0.0, 0.0))
        left_s = max(left_s - self.world.options.dt_s, 0.0)
        old = self._before.get(vehicle)
        if old is not None:
            across = np.array([-np.sin(place[2]), np.cos(place[2])])
            jump = float((place[:2] - old[:2]) @ across)
            if abs(jump) > 1.5 and abs(np.sin(place[2] - old[2])) < 0.3:
                # Drawn where it was, and from there to where it is; it may still be on its way from the last change.
                aside, left_s = _rest(aside, left_s) - jump, _SIDEWAYS_S
                old[:2] += across * jump
        if left_s > 0.0:
            self._aside[vehicle] = aside, left_s
        else:
            self._aside.pop(vehicle, None)


def _rest(aside: float, left_s: float) -> float:
    """What is left of a sideways way after a smooth part of it."""
    part = max(left_s, 0.0) / _SIDEWAYS_S
    return aside * part * part * (3.0 - 2.0 * part)
