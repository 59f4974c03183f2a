"""A world over the carla client library: the same code runs against our server and against Epic's.

Columns and poses are in the map frame (x east, y north, z up, radians counter-clockwise); CARLA's frame stays inside.
"""

import math
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import carla
import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import UnreachableError
from jing_sim.carla.frames import degrees_of, mirrored, radians_of
from jing_sim.driving.controls import Pose, VehicleControl
from jing_sim.driving.pushes import Vector

__all__ = ["ActorColumns", "CarlaWorld"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class ActorColumns:
    """`(n,)` actors of one moment, map frame.

    Attributes:
        id: of the actor. position, velocity, acceleration: `(n, 3)`. rotation: `(n, 3)` yaw, pitch, roll.
        angular: `(n, 3)` rad/s.
    """

    id: NDArray[np.uint32]
    position: Float
    rotation: Float
    velocity: Float
    angular: Float
    acceleration: Float


class CarlaWorld:
    """A connection to a CARLA server.

    Attributes:
        client, world: of the carla library, for what is not offered here.

    Raises:
        UnreachableError: nobody answers there.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 2000, timeout_s: float = 20.0) -> None:
        try:
            # The library would wait for all of its time-out where nobody listens.
            socket.create_connection((host, port), timeout=timeout_s).close()
        except OSError as error:
            raise UnreachableError(f"no CARLA server answers at {host}:{port}: {error}") from error
        self.client = carla.Client(host, port)
        self.client.set_timeout(timeout_s)
        try:
            self.world: Any = self.client.get_world()
        except RuntimeError as error:
            raise UnreachableError(f"no CARLA server answers at {host}:{port}: {error}") from error
        self._library: Any = self.world.get_blueprint_library()

    @contextmanager
    def synchronous(self, dt_s: float) -> Iterator[None]:
        """The world waits for `step` meanwhile; afterwards its settings are what they were."""
        before = self.world.get_settings()
        settings = self.world.get_settings()
        settings.synchronous_mode, settings.fixed_delta_seconds = True, dt_s
        self.world.apply_settings(settings)
        try:
            yield
        finally:
            self.world.apply_settings(before)

    def step(self, times: int = 1) -> int:
        """Ticks; the frame after the last one."""
        frame = 0
        for _ in range(times):
            frame = self.world.tick()
        return int(frame)

    def load(self, name: str) -> None:
        """Another map, on which all begins anew."""
        self.take(self.client.load_world(name))

    def take(self, world: Any) -> None:
        """Goes on with a new episode, the carla library's `World`."""
        self.world = world
        self._library = world.get_blueprint_library()

    def spawn_points(self) -> list[Pose]:
        """Places on driving lanes."""
        return [_pose(place) for place in self.world.get_map().get_spawn_points()]

    def spawn(self, blueprint: str, pose: Pose, **attributes: object) -> int:
        """A new actor's id.

        Raises:
            RuntimeError: something stands there, or there is no such blueprint, as the library says it.
        """
        found = self._library.find(blueprint)
        for name, value in attributes.items():
            found.set_attribute(name, str(value))
        return int(self.world.spawn_actor(found, _transform(pose)).id)

    def destroy(self, actor: int) -> bool:
        """Whether it was there."""
        found = self.world.get_actor(actor)
        return found is not None and bool(found.destroy())

    def control(self, actor: int, control: VehicleControl) -> None:
        """Pedals and wheel of a vehicle."""
        self.world.get_actor(actor).apply_control(_control(control))

    def blueprint_ids(self) -> frozenset[str]:
        """What the server can spawn."""
        return frozenset(str(one.id) for one in self._library)

    def set_physics(self, actor: int, on: bool) -> None:
        """Whether forces move it; otherwise it goes where it is put."""
        self.world.get_actor(actor).set_simulate_physics(on)

    def max_steer_rad(self, actor: int) -> float:
        """Of the front wheels of a vehicle, at full steering and standstill."""
        wheels = self.world.get_actor(actor).get_physics_control().wheels
        return math.radians(max((wheel.max_steer_angle for wheel in wheels), default=0.0))

    def order(
        self, places: Sequence[tuple[int, Pose]], velocities: Sequence[tuple[int, Vector]],
        controls: Sequence[tuple[int, VehicleControl]] = (),
    ) -> None:  # fmt: skip
        """All these actors are put there, get these velocities (m/s, map frame) and pedals, in one call.

        Raises:
            RuntimeError: the server refuses one of them, as it says it.
        """
        commands = [carla.command.ApplyTransform(actor, _transform(pose)) for actor, pose in places]
        commands += [
            carla.command.ApplyTargetVelocity(actor, carla.Vector3D(x, -y, z)) for actor, (x, y, z) in velocities
        ]
        commands += [carla.command.ApplyVehicleControl(actor, _control(pedals)) for actor, pedals in controls]
        for answer in self.client.apply_batch_sync(commands, False):
            if answer.has_error():
                msg = f"actor {answer.actor_id}: {answer.error}"
                raise RuntimeError(msg)

    def actors(self, pattern: str = "vehicle.*") -> ActorColumns:
        """All actors whose type matches, as the last snapshot has them."""
        return self.seen([actor.id for actor in self.world.get_actors().filter(pattern)])

    def seen(self, actors: Sequence[int]) -> ActorColumns:
        """These actors as the last snapshot has them, in this order; who is not in it is left out."""
        snapshot = self.world.get_snapshot()
        rows = [row for row in (snapshot.find(actor) for actor in actors) if row is not None]
        places = [row.get_transform() for row in rows]
        angles = [(p.rotation.pitch, p.rotation.yaw, p.rotation.roll) for p in places]
        # Angular velocities are axial: mirroring turns the signs of x and z, not of y.
        turning = np.radians(_three([row.get_angular_velocity() for row in rows])) * np.array([-1.0, 1.0, -1.0])
        return ActorColumns(
            id=np.array([row.id for row in rows], np.uint32),
            position=mirrored(_three([p.location for p in places])),
            rotation=radians_of(np.array(angles, np.float64).reshape(-1, 3)),
            velocity=mirrored(_three([row.get_velocity() for row in rows])),
            angular=turning,
            acceleration=mirrored(_three([row.get_acceleration() for row in rows])),
        )


def _control(control: VehicleControl) -> Any:
    return carla.VehicleControl(
        control.throttle, -control.steer, control.brake, control.hand_brake, control.reverse, control.manual_gear,
        control.gear,
    )  # fmt: skip


def _three(vectors: list[Any]) -> Float:
    return np.array([(v.x, v.y, v.z) for v in vectors], np.float64).reshape(-1, 3)


def _pose(place: Any) -> Pose:
    turned = radians_of(np.array([place.rotation.pitch, place.rotation.yaw, place.rotation.roll]))
    return Pose(place.location.x, -place.location.y, place.location.z, *(float(v) for v in turned))


def _transform(pose: Pose) -> Any:
    pitch, yaw, roll = degrees_of(np.array([pose.yaw, pose.pitch, pose.roll])).tolist()
    return carla.Transform(carla.Location(pose.x, -pose.y, pose.z), carla.Rotation(pitch, yaw, roll))
