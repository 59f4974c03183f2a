"""What bodies are told to do, and where they stand: poses and controls.

Map frame: x east, y north, z up, radians counter-clockwise. Steering and wheel angles are positive to the left.
"""

from dataclasses import dataclass

__all__ = ["AckermannControl", "AckermannGains", "Pose", "VehicleControl", "WalkerControl"]


@dataclass(frozen=True)
class Pose:
    """A place and an attitude: metres; radians, yaw counter-clockwise, pitch nose up, roll right side down."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0


@dataclass(frozen=True)
class VehicleControl:
    """Pedals, wheel and lever of a vehicle.

    Attributes:
        throttle, brake: 0 to 1.
        steer: -1 to 1, positive to the left, of the largest angle of the wheels.
        hand_brake: on or off, on the wheels that have one.
        reverse: the gear box takes the reverse gear.
        manual_gear: `gear` counts, not the automatic gear box.
        gear: -1 reverse, 0 neutral, 1 the first one.
    """

    throttle: float = 0.0
    steer: float = 0.0
    brake: float = 0.0
    hand_brake: bool = False
    reverse: bool = False
    manual_gear: bool = False
    gear: int = 0


@dataclass(frozen=True)
class AckermannControl:
    """A wheel angle and a speed to be reached; a controller finds the pedals.

    Attributes:
        steer_rad: of the front axle, positive to the left.
        steer_speed_radps: how fast the angle is taken; 0 = at once.
        speed_mps: wanted; negative = backwards.
        acceleration_mps2: largest one; 0 = as much as it can.
        jerk_mps3: largest change of the wanted acceleration; 0 = any.
    """

    steer_rad: float = 0.0
    steer_speed_radps: float = 0.0
    speed_mps: float = 0.0
    acceleration_mps2: float = 0.0
    jerk_mps3: float = 0.0


@dataclass(frozen=True)
class AckermannGains:
    """Gains of the two controllers in a row: from speed to acceleration, from acceleration to the pedals."""

    speed_kp: float = 0.15
    speed_ki: float = 0.0
    speed_kd: float = 0.25
    accel_kp: float = 0.01
    accel_ki: float = 0.0
    accel_kd: float = 0.01


@dataclass(frozen=True)
class WalkerControl:
    """Where a walker goes: `direction` (3,) in the map frame, of any length; `speed_mps`; `jump` once."""

    direction: tuple[float, float, float] = (1.0, 0.0, 0.0)
    speed_mps: float = 0.0
    jump: bool = False
