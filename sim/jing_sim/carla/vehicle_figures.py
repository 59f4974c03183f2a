"""Physics, telemetry and controls of vehicles between clients and the driving world.

Clients have steering to the right, degrees, wheel radii in centimetres, and wheel places in the world in centimetres;
the driving world has steering to the left, radians, metres, and wheel places in the body.
"""

import math

from jing_sim.carla import structs_control as wire
from jing_sim.carla.frames import Six, compose
from jing_sim.carla.structs import Vector2D, Vector3D
from jing_sim.driving import controls, physics

__all__ = [
    "ackermann_of",
    "control_of",
    "gains_of",
    "physics_of",
    "settings_of",
    "telemetry_to_wire",
    "to_wire",
    "walk_of",
]


def control_of(control: wire.VehicleControl) -> controls.VehicleControl:
    """For the driving world."""
    return controls.VehicleControl(
        control.throttle,
        -control.steer,
        control.brake,
        control.hand_brake,
        control.reverse,
        control.manual_gear_shift,
        control.gear,
    )


def ackermann_of(control: wire.AckermannControl) -> controls.AckermannControl:
    """For the driving world."""
    return controls.AckermannControl(
        -control.steer, control.steer_speed, control.speed, control.acceleration, control.jerk
    )


def gains_of(settings: wire.AckermannSettings) -> controls.AckermannGains:
    """For the driving world."""
    s = settings
    return controls.AckermannGains(
        s.speed_kp, s.speed_ki, s.speed_kd, s.acceleration_kp, s.acceleration_ki, s.acceleration_kd
    )


def settings_of(gains: controls.AckermannGains) -> wire.AckermannSettings:
    """For clients."""
    g = gains
    return wire.AckermannSettings(g.speed_kp, g.speed_ki, g.speed_kd, g.accel_kp, g.accel_ki, g.accel_kd)


def walk_of(control: wire.WalkerControl) -> controls.WalkerControl:
    """For the driving world."""
    way = control.direction
    return controls.WalkerControl((way.x, -way.y, way.z), control.speed, control.jump)


def to_wire(figures: physics.VehiclePhysics, pose: Six) -> wire.VehiclePhysics:
    """For clients; `pose` of the vehicle in CARLA's frame."""
    x, y, z = figures.centre_of_mass
    return wire.VehiclePhysics(
        tuple(Vector2D(rpm, torque) for rpm, torque in figures.torque_curve),
        figures.max_rpm,
        figures.moi,
        figures.damping_full_throttle,
        figures.damping_engaged,
        figures.damping_disengaged,
        figures.use_autobox,
        figures.gear_switch_time_s,
        figures.clutch_strength,
        figures.final_ratio,
        tuple(wire.Gear(gear.ratio, gear.down_ratio, gear.up_ratio) for gear in figures.forward_gears),
        figures.mass_kg,
        figures.drag_coefficient,
        Vector3D(x, -y, z),
        tuple(Vector2D(3.6 * speed, share) for speed, share in figures.steering_curve),
        tuple(_wheel(wheel, pose) for wheel in figures.wheels),
        figures.sweep_wheels,
    )


def _wheel(wheel: physics.Wheel, pose: Six) -> wire.Wheel:
    x, y, z = wheel.position
    place = compose(pose, (x, -y, z, 0.0, 0.0, 0.0))
    return wire.Wheel(
        wheel.tyre_friction,
        wheel.damping_rate,
        math.degrees(wheel.max_steer_rad),
        100.0 * wheel.radius_m,
        wheel.max_brake_nm,
        wheel.max_handbrake_nm,
        wheel.lat_stiff_max_load,
        wheel.lat_stiff_value,
        wheel.long_stiff_value,
        Vector3D(*(100.0 * value for value in place[:3])),
    )


def physics_of(figures: wire.VehiclePhysics, now: physics.VehiclePhysics) -> physics.VehiclePhysics:
    """For the driving world; the wheels stay where they are on the vehicle, as there.

    Raises:
        PhysicsError: figures that no vehicle can have.
    """
    places = [wheel.position for wheel in now.wheels]
    centre = figures.center_of_mass
    return physics.VehiclePhysics(
        tuple((point.x, point.y) for point in figures.torque_curve),
        figures.max_rpm,
        figures.moi,
        figures.damping_rate_full_throttle,
        figures.damping_rate_zero_throttle_clutch_engaged,
        figures.damping_rate_zero_throttle_clutch_disengaged,
        figures.use_gear_autobox,
        figures.gear_switch_time,
        figures.clutch_strength,
        figures.final_ratio,
        tuple(physics.Gear(gear.ratio, gear.down_ratio, gear.up_ratio) for gear in figures.forward_gears),
        figures.mass,
        figures.drag_coefficient,
        (centre.x, -centre.y, centre.z),
        tuple((point.x / 3.6, point.y) for point in figures.steering_curve),
        tuple(
            _wheel_of(wheel, place)
            for wheel, place in zip(figures.wheels, (*places, *places[-1:] * len(figures.wheels)), strict=False)
        ),
        figures.use_sweep_wheel_collision,
    )


def _wheel_of(wheel: wire.Wheel, place: tuple[float, float, float]) -> physics.Wheel:
    return physics.Wheel(
        place,
        wheel.tire_friction,
        wheel.damping_rate,
        math.radians(wheel.max_steer_angle),
        wheel.radius / 100.0,
        wheel.max_brake_torque,
        wheel.max_handbrake_torque,
        wheel.lat_stiff_max_load,
        wheel.lat_stiff_value,
        wheel.long_stiff_value,
    )


def telemetry_to_wire(told: physics.VehicleTelemetry) -> wire.VehicleTelemetry:
    """For clients."""
    wheels = tuple(
        wire.WheelTelemetry(
            one.friction,
            -one.lat_slip,
            one.long_slip,
            one.omega_radps,
            one.load_n,
            one.normalised_load,
            one.torque_nm,
            one.long_force_n,
            -one.lat_force_n,
            one.normalised_long_force,
            -one.normalised_lat_force,
        )
        for one in told.wheels
    )
    return wire.VehicleTelemetry(
        told.speed_mps, -told.steer, told.throttle, told.brake, told.engine_rpm, told.gear, told.drag_n, wheels
    )
