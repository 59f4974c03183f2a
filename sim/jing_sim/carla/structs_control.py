"""Structs of the protocol that drive vehicles and walkers, in CARLA's frame and units."""

from jing_sim.carla.structs import Transform, Vector2D, Vector3D, Wire

__all__ = [
    "AckermannControl",
    "AckermannSettings",
    "BonesIn",
    "BonesOut",
    "Gear",
    "VehicleControl",
    "VehicleLights",
    "VehiclePhysics",
    "VehicleTelemetry",
    "WalkerControl",
    "Weather",
    "Wheel",
    "WheelTelemetry",
]


class VehicleControl(Wire, frozen=True):
    """Pedals 0 to 1, `steer` -1 (left) to 1 (right)."""

    throttle: float = 0.0
    steer: float = 0.0
    brake: float = 0.0
    hand_brake: bool = False
    reverse: bool = False
    manual_gear_shift: bool = False
    gear: int = 0


class AckermannControl(Wire, frozen=True):
    """Radians to the right, rad/s, m/s, m/s2, m/s3."""

    steer: float = 0.0
    steer_speed: float = 0.0
    speed: float = 0.0
    acceleration: float = 0.0
    jerk: float = 0.0


class AckermannSettings(Wire, frozen=True):
    """Gains of the two controllers behind an Ackermann control."""

    speed_kp: float = 0.15
    speed_ki: float = 0.0
    speed_kd: float = 0.25
    acceleration_kp: float = 0.01
    acceleration_ki: float = 0.0
    acceleration_kd: float = 0.01


class WalkerControl(Wire, frozen=True):
    """Where a walker goes, m/s."""

    direction: Vector3D = Vector3D(1.0, 0.0, 0.0)
    speed: float = 0.0
    jump: bool = False


class Gear(Wire, frozen=True):
    """A forward gear."""

    ratio: float = 1.0
    down_ratio: float = 0.5
    up_ratio: float = 0.65


class Wheel(Wire, frozen=True):
    """Degrees, centimetres (radius, position in the world), Nm."""

    tire_friction: float = 3.5
    damping_rate: float = 0.25
    max_steer_angle: float = 70.0
    radius: float = 30.0
    max_brake_torque: float = 1500.0
    max_handbrake_torque: float = 3000.0
    lat_stiff_max_load: float = 2.0
    lat_stiff_value: float = 17.0
    long_stiff_value: float = 1000.0
    position: Vector3D = Vector3D()


class VehiclePhysics(Wire, frozen=True):
    """What a vehicle's movement follows from; torque curve in rpm and Nm, steering curve in km/h and shares."""

    torque_curve: tuple[Vector2D, ...] = ()
    max_rpm: float = 5000.0
    moi: float = 1.0
    damping_rate_full_throttle: float = 0.15
    damping_rate_zero_throttle_clutch_engaged: float = 2.0
    damping_rate_zero_throttle_clutch_disengaged: float = 0.35
    use_gear_autobox: bool = True
    gear_switch_time: float = 0.5
    clutch_strength: float = 10.0
    final_ratio: float = 4.0
    forward_gears: tuple[Gear, ...] = ()
    mass: float = 1000.0
    drag_coefficient: float = 0.3
    center_of_mass: Vector3D = Vector3D()
    steering_curve: tuple[Vector2D, ...] = ()
    wheels: tuple[Wheel, ...] = ()
    use_sweep_wheel_collision: bool = False


class VehicleLights(Wire, frozen=True):
    """1 position, 2 low, 4 high, 8 brake, 16 right, 32 left, 64 reverse, 128 fog, 256 interior, 512, 1024 special."""

    flags: int = 0


class WheelTelemetry(Wire, frozen=True):
    """Forces in N, load in N, torque in Nm."""

    tire_friction: float = 0.0
    lat_slip: float = 0.0
    long_slip: float = 0.0
    omega: float = 0.0
    tire_load: float = 0.0
    normalized_tire_load: float = 0.0
    torque: float = 0.0
    long_force: float = 0.0
    lat_force: float = 0.0
    normalized_long_force: float = 0.0
    normalized_lat_force: float = 0.0


class VehicleTelemetry(Wire, frozen=True):
    """What a vehicle does now."""

    speed: float = 0.0
    steer: float = 0.0
    throttle: float = 0.0
    brake: float = 0.0
    engine_rpm: float = 0.0
    gear: int = 0
    drag: float = 0.0
    wheels: tuple[WheelTelemetry, ...] = ()


class Weather(Wire, frozen=True):
    """Shares in per cent, angles in degrees, distances in metres."""

    cloudiness: float = 0.0
    precipitation: float = 0.0
    precipitation_deposits: float = 0.0
    wind_intensity: float = 0.0
    sun_azimuth_angle: float = 0.0
    sun_altitude_angle: float = 0.0
    fog_density: float = 0.0
    fog_distance: float = 0.0
    fog_falloff: float = 0.0
    wetness: float = 0.0
    scattering_intensity: float = 0.0
    mie_scattering_scale: float = 0.0
    rayleigh_scattering_scale: float = 0.0331
    dust_storm: float = 0.0


class BonesIn(Wire, frozen=True):
    """Poses of bones, by name."""

    bones: tuple[tuple[str, Transform], ...] = ()


class BonesOut(Wire, frozen=True):
    """Poses of bones in the world, in their component, and in their parent bone."""

    bones: tuple[tuple[str, Transform, Transform, Transform], ...] = ()
