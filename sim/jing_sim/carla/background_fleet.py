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

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["Fleet"]

Float = NDArray[np.float64]

BLUEPRINTS = (
    "vehicle.tesla.model3", "vehicle.audi.a2", "vehicle.nissan.patrol_2021", "vehicle.lincoln.mkz_2020",
    "vehicle.toyota.prius", "vehicle.mercedes.coupe_2020", "vehicle.volkswagen.t2_2021", "vehicle.seat.leon",
)  # fmt: skip
_SIDEWAYS_S = 2.5
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
        # `(n,)` vehicles on the road, rising; their front bumper x, y, heading and speed at the step of the engine and
        # at the one before; what is left of a change of lanes, which the engine makes at once: to the left, seconds.
        self._vehicles = np.zeros(0, np.int64)
        self._now, self._before, self._aside = np.zeros((0, 4)), np.zeros((0, 4)), np.zeros((0, 2))

    @property
    def running(self) -> int:
        """Vehicles on the road."""
        return len(self._vehicles)

    def follow(self) -> None:
        """Takes what the engine's step has made of its vehicles."""
        frame = self.world.frame()
        ours = ~np.isin(frame.vehicle, list(self.world.happenings.outside))
        order = np.flatnonzero(ours)[np.argsort(frame.vehicle[ours])]
        vehicles = frame.vehicle[order].astype(np.int64)
        now = np.stack([frame.x_m, frame.y_m, frame.heading_rad, frame.speed_mps], 1)[order]
        for vehicle in np.setdiff1d(self._vehicles, vehicles).tolist():
            self._leave(vehicle)
        before, aside = now.copy(), np.zeros((len(now), 2))
        if len(self._vehicles):
            place = np.minimum(np.searchsorted(self._vehicles, vehicles), len(self._vehicles) - 1)
            known = self._vehicles[place] == vehicles
            before[known], aside[known] = self._now[place[known]], self._aside[place[known]]
        _smooth_jumps(now, before, aside, self.world.options.dt_s)
        self._vehicles, self._now, self._before, self._aside = vehicles, now, before, aside

    def place(self, share: float, step_s: float) -> None:
        """Puts all actors where they are at `share` of the engine's last step."""
        turn = (self._now[:, 2] - self._before[:, 2] + np.pi) % (2 * np.pi) - np.pi
        mixed = self._before + share * (self._now - self._before)
        yaw = self._before[:, 2] + share * turn
        ahead = np.column_stack([np.cos(yaw), np.sin(yaw)])
        beside = _rest(self._aside[:, 0], self._aside[:, 1] - share * step_s)
        nose = mixed[:, :2] + np.column_stack([-ahead[:, 1], ahead[:, 0]]) * beside[:, None]
        here = np.array([self._there(k, nose[k], float(yaw[k])) for k in range(len(yaw))], np.bool_)
        if not here.any():
            return
        world = self.episode.world
        rows = np.array([world.row_of(self._actor_of[v]) for v in self._vehicles[here].tolist()], np.int64)
        front = world.bodies.half_extent[rows, 0] + world.bodies.box_centre[rows, 0]
        middle = nose[here] - ahead[here] * front[:, None]
        z, pitch = self._on_the_ground(middle, ahead[here], world.bodies.position[rows, 2])
        still = np.zeros(len(rows))
        carry(
            world.state, rows, np.column_stack([middle, z]), np.column_stack([yaw[here], pitch, still]),
            np.column_stack([ahead[here] * mixed[here, 3:], still]),
        )  # fmt: skip

    def _there(self, k: int, nose: Float, yaw: float) -> bool:
        """The actor of vehicle `k` is there: the one that was, or a new one."""
        vehicle = int(self._vehicles[k])
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


def _smooth_jumps(now: Float, before: Float, aside: Float, dt_s: float) -> None:
    """Vehicles that have changed lanes at once are drawn where they were, and from there to where they are.

    `now`, `before` `(n, 4)` x, y, heading, speed; `aside` `(n, 2)` how far to the left of `now` they are still drawn,
    and for how long. Changes `before` and `aside`.
    """
    aside[:, 1] = np.maximum(aside[:, 1] - dt_s, 0.0)
    across = np.column_stack([-np.sin(now[:, 2]), np.cos(now[:, 2])])
    jump = ((now[:, :2] - before[:, :2]) * across).sum(axis=1)
    jumped = (np.abs(jump) > 1.5) & (np.abs(np.sin(now[:, 2] - before[:, 2])) < 0.3)
    # It may still be on its way from the last change.
    aside[jumped, 0] = _rest(aside[jumped, 0], aside[jumped, 1]) - jump[jumped]
    aside[jumped, 1] = _SIDEWAYS_S
    before[jumped, :2] += across[jumped] * jump[jumped, None]


def _rest(aside: Float, left_s: Float) -> Float:
    """What is left of a sideways way after a smooth part of it."""
    part = np.maximum(left_s, 0.0) / _SIDEWAYS_S
    return aside * part * part * (3.0 - 2.0 * part)
