"""What can be put into a driving world: an id, attributes, and the figures of its body."""

from dataclasses import dataclass, field
from enum import IntEnum

from jing_sim.driving.bodies import BodyKind, Motion
from jing_sim.driving.physics import VehiclePhysics

__all__ = ["Attribute", "AttributeType", "Blueprint", "BodyFigures", "VehicleFigures"]


class AttributeType(IntEnum):
    """What the text of an attribute's value is; numbered as CARLA does."""

    BOOL = 1
    INT = 2
    FLOAT = 3
    STRING = 4
    COLOUR = 5
    """`r,g,b` from 0 to 255."""


@dataclass(frozen=True)
class Attribute:
    """One attribute of a blueprint: values are texts.

    Attributes:
        recommended: values to choose from; `restricted`: no others are right.
        modifiable: whoever uses the blueprint may set it.
    """

    name: str
    type: AttributeType
    value: str
    recommended: tuple[str, ...] = ()
    modifiable: bool = True
    restricted: bool = False


@dataclass(frozen=True)
class BodyFigures:
    """The box of a body and how it behaves in contacts.

    Attributes:
        kind, motion, label: as in `Bodies`.
        half_extent, box_centre: `(3,)` of the box, in the body's frame [m].
        mass_kg: where vehicles have physics, theirs counts.
        friction, restitution: of its hull.
    """

    kind: BodyKind
    motion: Motion
    label: int
    half_extent: tuple[float, float, float]
    box_centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    mass_kg: float = 1.0
    friction: float = 0.4
    restitution: float = 0.1


@dataclass(frozen=True)
class VehicleFigures:
    """What a vehicle is beside the physics that may be set at run time.

    Attributes:
        physics: at the start.
        front_drive: share of the drive on the front axle, 0 rear, 1 front.
        frontal_area_m2: for the drag.
        idle_rpm: 0 = an electric motor, or pedals: it needs no clutch to stand.
        launch_rpm: to which the engine turns up at full throttle while the clutch slips.
        reverse_ratio: of the reverse gear.
        has_abs: the service brake lets no wheel lock, and the engine lets none spin.
        leans: a two-wheeler.
        ride_hz: natural frequency of the body on its springs.
        rolling_resistance: over load.
    """

    physics: VehiclePhysics
    front_drive: float
    frontal_area_m2: float
    idle_rpm: float
    launch_rpm: float
    reverse_ratio: float
    has_abs: bool = True
    leans: bool = False
    ride_hz: float = 1.4
    rolling_resistance: float = 0.011


@dataclass(frozen=True)
class Blueprint:
    """One entry of the catalogue; `body` is None for what has no body (sensors, controllers)."""

    id: str
    tags: tuple[str, ...]
    attributes: tuple[Attribute, ...] = ()
    body: BodyFigures | None = None
    vehicle: VehicleFigures | None = field(default=None, repr=False)

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of this name, if there is one."""
        return next((one for one in self.attributes if one.name == name), None)
