"""What the engine asks of a world, whichever it is.

Frame: map frame, metres, x east, y north, z up, radians counter-clockwise. The position of an entity is the standard's:
of a vehicle the centre of the rear axle on the ground, of others the middle of the box on the ground. Worlds whose
bodies have another origin turn poses themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError
from jing_sim.driving.controls import VehicleControl
from jing_sim.driving.weather import Weather

__all__ = ["Contact", "EntityBody", "Environment", "PoseColumns", "ScenarioWorld", "WorldError"]

Float = NDArray[np.float64]


class WorldError(JingError, RuntimeError):
    """A world cannot do what a scenario asks of it."""


@dataclass(frozen=True)
class EntityBody:
    """What a world must know of an entity to put it there.

    Attributes:
        name: of the entity.
        kind: vehicle, pedestrian or misc.
        category: `vehicleCategory`, `pedestrianCategory` or `miscObjectCategory`, as the standard writes them.
        model: `model3d`, or the catalog entry's name; a CARLA blueprint's id is taken at its word.
        role: of vehicles, as the standard writes it.
        size_m: length, width, height of the box.
        centre_m: its middle, from the entity's reference point: forward, left, up.
        wheelbase_m: from the rear axle to the front axle; 0 = no axles.
        max_steer_rad: of the front wheels. mass_kg: 0 = not said.
        max_speed_mps, max_acceleration_mps2, max_deceleration_mps2: performance; inf = not said.
        max_acceleration_mps3, max_deceleration_mps3: largest rates of change of them; inf = not said.
        place: file:line:column of its element.
    """

    name: str
    kind: Literal["vehicle", "pedestrian", "misc"]
    category: str = "car"
    model: str = ""
    role: str = "none"
    size_m: tuple[float, float, float] = (4.5, 1.8, 1.5)
    centre_m: tuple[float, float, float] = (1.4, 0.0, 0.75)
    wheelbase_m: float = 2.8
    max_steer_rad: float = 0.5
    mass_kg: float = 0.0
    max_speed_mps: float = float("inf")
    max_acceleration_mps2: float = float("inf")
    max_deceleration_mps2: float = float("inf")
    max_acceleration_mps3: float = float("inf")
    max_deceleration_mps3: float = float("inf")
    place: str = ""


@dataclass(frozen=True)
class Environment:
    """What an EnvironmentAction says.

    Attributes:
        weather: sky, rain, fog, as shares.
        friction: of the road, 1 = dry (`frictionScaleFactor`); None = not said, the weather's own effect counts.
        visual_range_m: of fog; inf = clear. seconds_of_day: -1 = not said.
    """

    weather: Weather = field(default_factory=Weather)
    friction: float | None = None
    visual_range_m: float = float("inf")
    seconds_of_day: float = -1.0


@dataclass(frozen=True, slots=True)
class Contact:
    """Two entities touched in the last step, or one and the static scene.

    Attributes:
        row: of an entity. other: row, -1 = the static scene. impulse_ns: size of the impulse.
    """

    row: int
    other: int
    impulse_ns: float


class PoseColumns(Protocol):
    """`(n,)` float64 columns of all entities; `driven` and `alive` are bool.

    `driven` rows are moved by the world from pedals, the others by the engine. `h`, `p`, `r`: heading; pitch and roll
    as the engine has them (the standard's: nose down and right side down are positive).
    """

    x: Float
    y: Float
    z: Float
    h: Float
    p: Float
    r: Float
    speed: Float
    accel: Float
    driven: NDArray[np.bool_]
    alive: NDArray[np.bool_]


class ScenarioWorld(Protocol):
    """A world for one run.

    The engine calls, in a step from t to t + dt: its actions and drivers, which leave the poses at t + dt of all rows
    that are not driven in the columns; `control` for driven ones; `step`; then it looks at poses and contacts.
    """

    @property
    def name(self) -> str:
        """`native` or `carla`."""
        ...

    def add(self, row: int, body: EntityBody, columns: PoseColumns) -> None:
        """The entity is there, at its row's pose; where `columns.driven[row]`, it takes pedals from now on.

        Raises:
            WorldError: the world has nothing like it, or no room for it.
        """
        ...

    def remove(self, row: int) -> None:
        """The entity is gone."""
        ...

    def drive(self, row: int, columns: PoseColumns) -> None:
        """Tells that `columns.driven[row]` has changed."""
        ...

    def control(self, row: int, control: VehicleControl) -> None:
        """Pedals and wheel of a driven vehicle until others come."""
        ...

    def step(self, columns: PoseColumns, dt_s: float) -> None:
        """Moves the world on: rows that are not driven stand where the columns say, driven rows are written.

        A step of 0 s, the first one of a run, changes nothing.
        """
        ...

    def contacts(self) -> Sequence[Contact]:
        """Of the last step; empty in a world without bodies (the engine finds overlaps of boxes by itself)."""
        ...

    def set_environment(self, environment: Environment) -> None:
        """Weather and friction from the next step on."""
        ...

    def show_signal(self, signal: str, state: str) -> None:
        """A traffic signal of the map (OpenDRIVE id) shows a state, in the words of the standard."""
        ...

    def warnings(self) -> tuple[str, ...]:
        """What was chosen or left out on the way, each once."""
        ...

    def close(self) -> None:
        """Leaves everything as it was found."""
        ...
