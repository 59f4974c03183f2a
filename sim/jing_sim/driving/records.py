"""From the figures of a blueprint to the columns and records that kernels read."""

import math
from typing import Any

import numpy as np

from jing_sim.driving.ackermann import write_gains
from jing_sim.driving.blueprint import Blueprint, VehicleFigures
from jing_sim.driving.controls import AckermannGains, Pose
from jing_sim.driving.kernels_step import StateArrays
from jing_sim.driving.physics import VehiclePhysics, Wheel

__all__ = ["fill_body", "fill_car"]

GRAVITY = 9.80665
"""Standard gravity, to which loads at rest and stiffnesses refer [m/s2]."""
_AIR_KGPM3 = 1.225
_DAMPING = 0.35
"""Of the body on its springs, over the critical one."""


def fill_body(state: StateArrays, row: int, body: int, blueprint: Blueprint, pose: Pose) -> None:
    """A body at rest into a row that was free."""
    figures = blueprint.body
    assert figures is not None
    for column in (*state.bodies, state.cars, state.extra):
        column[row] = np.zeros((), column.dtype)
    b = state.bodies
    b.id[row], b.kind[row], b.motion[row], b.label[row] = body, figures.kind, figures.motion, figures.label
    b.position[row] = pose.x, pose.y, pose.z
    b.rotation[row] = pose.yaw, pose.pitch, pose.roll
    b.half_extent[row], b.box_centre[row] = figures.half_extent, figures.box_centre
    b.mass_kg[row] = figures.mass_kg
    b.yaw_inertia[row] = figures.mass_kg * (figures.half_extent[0] ** 2 + figures.half_extent[1] ** 2) / 3.0
    b.friction[row], b.restitution[row] = figures.friction, figures.restitution
    b.collides[row] = b.gravity[row] = True
    if blueprint.vehicle is not None:
        fill_car(state, row, blueprint.vehicle, blueprint.vehicle.physics)
        car = state.cars[row]
        write_gains(car, AckermannGains())
        car["gear"], car["rpm"] = 1, blueprint.vehicle.idle_rpm


def fill_car(state: StateArrays, row: int, figures: VehicleFigures, physics: VehiclePhysics) -> None:
    """Sets all figures of the vehicle in this row; its state and controls stay as they are."""
    p = physics
    car = state.cars[row]
    car["n_wheels"], car["leans"], car["has_abs"] = len(p.wheels), figures.leans, figures.has_abs
    car["autobox"], car["idle_rpm"], car["max_rpm"], car["moi"] = p.use_autobox, figures.idle_rpm, p.max_rpm, p.moi
    car["damp_full"], car["damp_engaged"] = p.damping_full_throttle, p.damping_engaged
    car["damp_free"], car["switch_s"], car["clutch"] = p.damping_disengaged, p.gear_switch_time_s, p.clutch_strength
    car["launch_rpm"] = figures.launch_rpm
    car["final"], car["reverse_ratio"] = p.final_ratio, figures.reverse_ratio
    car["mass"], car["centre"] = p.mass_kg, p.centre_of_mass
    car["drag"] = 0.5 * _AIR_KGPM3 * p.drag_coefficient * figures.frontal_area_m2
    car["rolling"] = figures.rolling_resistance
    _fill_curves(car, p)
    _fill_wheels(car, figures, p)
    _fill_inertia(car, p, state.bodies.half_extent[row])
    state.bodies.mass_kg[row], state.bodies.yaw_inertia[row] = p.mass_kg, car["yaw_inertia"]


def _fill_curves(car: Any, p: VehiclePhysics) -> None:  # noqa: ANN401
    gears = [(gear.ratio, gear.up_ratio, gear.down_ratio) for gear in p.forward_gears]
    for names, points in (
        (("curve_rpm", "curve_nm"), p.torque_curve),
        (("steer_mps", "steer_share"), p.steering_curve),
        (("ratio", "up", "down"), gears),
    ):
        for name, column in zip(names, zip(*points, strict=True), strict=True):
            car[name][: len(points)] = column
    car["n_curve"], car["n_steer"], car["n_gears"] = len(p.torque_curve), len(p.steering_curve), len(gears)


def _fill_wheels(car: Any, figures: VehicleFigures, p: VehiclePhysics) -> None:  # noqa: ANN401
    places = np.array([wheel.position for wheel in p.wheels])
    middle = 0.5 * (places[:, 0].min() + places[:, 0].max())
    front = places[:, 0] >= middle
    car["wheelbase"] = places[:, 0].max() - places[:, 0].min()
    load = _rest_loads(places, front, p)
    hertz = 2.0 * math.pi * figures.ride_hz
    for k, wheel in enumerate(p.wheels):
        _fill_wheel(car, k, wheel)
        axle = front if front[k] else ~front
        share = figures.front_drive if front[k] else 1.0 - figures.front_drive
        car["share"][k] = share / axle.sum()
        car["rest_load"][k] = load[k]
        car["spring"][k] = load[k] / GRAVITY * hertz**2
        car["damper"][k] = 2.0 * _DAMPING * load[k] / GRAVITY * hertz
        # A wheel with its tyre is about half disc, half ring; it weighs about 3 % of what it carries.
        car["spin_inertia"][k] = max(0.75 * 0.045 * load[k] / GRAVITY * wheel.radius_m**2, 0.02)


def _fill_wheel(car: Any, k: int, wheel: Wheel) -> None:  # noqa: ANN401
    car["x"][k], car["y"][k] = wheel.position[:2]
    car["radius"][k], car["friction"][k], car["spin_damp"][k] = wheel.radius_m, wheel.tyre_friction, wheel.damping_rate
    car["max_steer"][k], car["brake_nm"][k] = wheel.max_steer_rad, wheel.max_brake_nm
    car["hand_nm"][k], car["lat_load"][k] = wheel.max_handbrake_nm, wheel.lat_stiff_max_load
    car["lat"][k], car["long"][k] = wheel.lat_stiff_value, wheel.long_stiff_value * GRAVITY


def _rest_loads(places: Any, front: Any, p: VehiclePhysics) -> Any:  # noqa: ANN401
    """Load of each wheel on level ground; no wheel carries less than a tenth of its even share."""
    n = len(places)
    weight = p.mass_kg * GRAVITY
    ahead, behind = places[front, 0].mean(), places[~front, 0].mean() if (~front).any() else places[0, 0] - 1.0
    share = min(max((p.centre_of_mass[0] - behind) / max(ahead - behind, 1e-3), 0.05), 0.95)
    load = np.where(front, share / max(front.sum(), 1), (1.0 - share) / max((~front).sum(), 1)) * weight
    side = np.abs(places[:, 1]).max()
    if side > 0.0:
        load = load * (1.0 + np.sign(places[:, 1]) * min(max(p.centre_of_mass[1] / side, -0.8), 0.8))
    return np.maximum(load, 0.1 * weight / n)


def _fill_inertia(car: Any, p: VehiclePhysics, half_extent: Any) -> None:  # noqa: ANN401
    """Yaw inertia is mass times the distances of the axles from the centre (Gillespie, 1992: index near 1)."""
    length, width, height = (2.0 * float(h) for h in half_extent)
    xs = [wheel.position[0] for wheel in p.wheels]
    ahead, behind = max(xs) - p.centre_of_mass[0], p.centre_of_mass[0] - min(xs)
    box = p.mass_kg * (length**2 + width**2) / 12.0
    car["yaw_inertia"] = max(p.mass_kg * ahead * behind, 0.3 * box)
    car["pitch_inertia"] = 0.95 * car["yaw_inertia"]
    car["roll_inertia"] = 0.85 * p.mass_kg * (width**2 + height**2) / 12.0
