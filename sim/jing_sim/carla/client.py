"""A world over the carla client library: the same code runs against our server and against Epic's.

Columns and poses are in the map frame (x east, y north, z up, radians counter-clockwise); CARLA's frame stays inside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import carla
import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import UnreachableError
from jing_sim.carla.frames import degrees_of, mirrored, radians_of
from jing_sim.driving.controls import Pose, VehicleControl

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
        self.world = self.client.load_world(name)
        self._library = self.world.get_blueprint_library()

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
        self.world.get_actor(actor).apply_control(
            carla.VehicleControl(
                control.throttle, -control.steer, control.brake, control.hand_brake, control.reverse,
                control.manual_gear, control.gear,
            )
        )  # fmt: skip

    def actors(self, pattern: str = "vehicle.*") -> ActorColumns:
        """All actors whose type matches, as the last snapshot has them."""
        snapshot = self.world.get_snapshot()
        rows = [snapshot.find(actor.id) for actor in self.world.get_actors().filter(pattern)]
        rows = [row for row in rows if row is not None]
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


def _three(vectors: list[Any]) -> Float:
    return np.array([(v.x, v.y, v.z) for v in vectors], np.float64).reshape(-1, 3)


def _pose(place: Any) -> Pose:
    turned = radians_of(np.array([place.rotation.pitch, place.rotation.yaw, place.rotation.roll]))
    return Pose(place.location.x, -place.location.y, place.location.z, *(float(v) for v in turned))


def _transform(pose: Pose) -> Any:
    pitch, yaw, roll = degrees_of(np.array([pose.yaw, pose.pitch, pose.roll])).tolist()
    return carla.Transform(carla.Location(pose.x, -pose.y, pose.z), carla.Rotation(pitch, yaw, roll))
