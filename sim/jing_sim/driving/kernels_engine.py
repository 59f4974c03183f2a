"""From the pedals to the wheels: engine, clutch, gear box, axle; and the controller that finds the pedals itself.

The engine follows its full-load torque curve times the throttle; the clutch slips until the wheels turn as fast as the
engine would at that throttle and is rigid from there on; the box shifts at shares of the largest rpm as PhysX's
vehicles do; the axle is an open differential.
"""

import math
from typing import Any

from jing_sim.kernel_cache import leaf

__all__ = ["drive_wheels", "find_pedals", "rider_throttle", "wheel_angle"]

_RPM = 30.0 / math.pi
_EFFICIENCY = 0.93
"""Of gear box and axle under load."""
_GRIP_SHARE = 0.98
"""Of what a tyre holds, up to which traction control lets it drive."""
_SIDE_RESERVE = 1.2
"""Traction control keeps this multiple of the lateral force that a tyre carries."""
_LEAN_SHARE = 0.9
"""Of what the tyres of a two-wheeler hold across that its rider uses."""
_TICK_S = 0.05
"""Step for which CARLA's gains of the second controller are meant: it sums up changes of the pedal a step."""
_FILTER_S = 0.05
"""Of the measured acceleration."""


@leaf
def _curve_at(x: float, xs: Any, ys: Any, n: int) -> float:  # noqa: ANN401
    """Linear interpolation in the first `n` points; constant outside."""
    if x <= xs[0] or n == 1:
        return float(ys[0])
    for k in range(1, n):
        if x < xs[k]:
            return float(ys[k - 1] + (ys[k] - ys[k - 1]) * (x - xs[k - 1]) / (xs[k] - xs[k - 1]))
    return float(ys[n - 1])


@leaf
def _lean_limit(c: Any, speed: float, holds_mps2: float) -> float:  # noqa: ANN401
    return math.atan(_LEAN_SHARE * holds_mps2 * c.wheelbase / max(speed * speed, 1e-6))


@leaf
def rider_throttle(c: Any, speed: float, holds_mps2: float) -> float:  # noqa: ANN401
    """What a rider leaves of the throttle: less where the front wheel grows light, or the curve asks for more lean."""
    wanted = abs(c.steer * c.max_steer[0])
    most = _lean_limit(c, speed, holds_mps2)
    share = 1.0 if wanted <= most else max(2.0 * most / wanted - 1.0, 0.0)
    return float(c.throttle * share * min(c.load[0] / (0.15 * c.rest_load[0]), 1.0))


@leaf
def wheel_angle(c: Any, k: int, speed: float, holds_mps2: float, slide: float) -> float:  # noqa: ANN401
    """Angle of wheel `k`: Ackermann's geometry about the point where the rear axle's line meets them.

    A rider steers by leaning, and leans no farther than tyres that hold `holds_mps2` across let him;
    where the rear slides by the angle `slide` [rad], he steers against it.
    """
    middle = c.steer * c.max_steer[k]
    if not c.ackermann:
        middle *= _curve_at(speed, c.steer_mps, c.steer_share, c.n_steer)
    if c.leans:
        most = _lean_limit(c, speed, holds_mps2)
        middle = min(max(middle, slide - most), slide + most)
    if middle == 0.0 or c.y[k] == 0.0 or c.wheelbase <= 0.0:
        return float(middle)
    t = math.tan(min(max(middle, -1.5), 1.5))
    return math.atan2(c.wheelbase * t, max(c.wheelbase - c.y[k] * t, 0.05 * c.wheelbase))


@leaf
def _shift(c: Any, share_of_max: float, dt: float) -> None:  # noqa: ANN401
    """The gear box: a gear that was called for comes after the switch time; until then there is none."""
    if c.shift_s > 0.0:
        c.shift_s -= dt
        if c.shift_s <= 1e-9:
            c.gear, c.shift_s = c.next_gear, 0.0
        return
    wanted = c.gear
    if c.manual:
        wanted = min(max(c.wish, -1), c.n_gears)
    elif c.reverse:
        wanted = -1
    elif c.gear < 1:
        wanted = 1
    elif c.autobox:
        if share_of_max > c.up[c.gear - 1] and c.gear < c.n_gears:
            wanted = c.gear + 1
        elif share_of_max < c.down[c.gear - 1] and c.gear > 1:
            wanted = c.gear - 1
    if wanted == c.gear:
        return
    if c.gear < 1 or wanted < 1 or c.switch_s <= 0.0:
        c.gear = wanted
    else:
        c.next_gear, c.shift_s, c.gear = wanted, c.switch_s, 0


@leaf
def _gear_ratio(c: Any) -> float:  # noqa: ANN401
    if c.gear == 0:
        return 0.0
    return float(-c.reverse_ratio * c.final if c.gear < 0 else c.ratio[c.gear - 1] * c.final)


@leaf
def drive_wheels(c: Any, throttle: float, dt: float) -> None:  # noqa: ANN401
    """Sets `drive` [N m] and `inertia` [kg m2] of each wheel, and moves rpm and gear on by `dt`."""
    mean = 0.0
    for k in range(c.n_wheels):
        mean += c.share[k] * c.omega[k]
    _shift(c, mean * _gear_ratio(c) * _RPM / c.max_rpm, dt)
    ratio = _gear_ratio(c)
    torque, carried = 0.0, 0.0
    if ratio == 0.0:
        _turn_freely(c, throttle, dt)
    else:
        wheel_rpm = mean * ratio * _RPM
        low = c.idle_rpm + throttle * max(c.launch_rpm - c.idle_rpm, 0.0)
        c.rpm = max(wheel_rpm, low)
        omega = c.rpm / _RPM
        if c.rpm < c.max_rpm:
            torque = throttle * _curve_at(c.rpm, c.curve_rpm, c.curve_nm, c.n_curve)
        torque *= _EFFICIENCY
        if wheel_rpm >= low:
            carried = c.moi
            torque -= (c.damp_engaged + (c.damp_full - c.damp_engaged) * throttle) * omega
        elif low > 0.0:
            torque = min(torque, c.clutch * omega)
    for k in range(c.n_wheels):
        c.drive[k] = torque * ratio * c.share[k]
        c.inertia[k] = c.spin_inertia[k] + carried * ratio * ratio * c.share[k]
        if c.has_abs and torque > 0.0 and c.share[k] > 0.0:
            _keep_grip(c, k)


@leaf
def _keep_grip(c: Any, k: int) -> None:  # noqa: ANN401
    """Traction control: no more drive than the tyre, beside its lateral force, and the wheel's inertia take."""
    grip = _GRIP_SHARE * c.mu[k] * c.load[k]
    side = min(_SIDE_RESERVE * abs(c.lat_n[k]), grip)
    most = max(math.sqrt(grip * grip - side * side), 0.1 * grip) * c.radius[k]
    most *= 1.0 + c.inertia[k] / (c.share[k] * c.mass * c.radius[k] * c.radius[k])
    c.drive[k] = min(max(c.drive[k], -most), most)


@leaf
def _turn_freely(c: Any, throttle: float, dt: float) -> None:  # noqa: ANN401
    """The engine without a gear: towards the rpm at which its drag takes the torque, never below idle."""
    omega = c.rpm / _RPM
    torque = throttle * _curve_at(c.rpm, c.curve_rpm, c.curve_nm, c.n_curve) if c.rpm < c.max_rpm else 0.0
    moi = max(c.moi, 0.01)
    omega = (omega + dt * torque / moi) / (1.0 + dt * (c.damp_free + 0.05) / moi)
    c.rpm = min(max(omega * _RPM, c.idle_rpm), c.max_rpm)


@leaf
def find_pedals(c: Any, speed: float, dt: float) -> None:  # noqa: ANN401
    """Two PID controllers in a row: speed to acceleration, acceleration to the change of one pedal in -1 to 1.

    The structure and the default gains are those of CARLA's Ackermann controller.
    """
    step = c.a_steer_speed * dt if c.a_steer_speed > 0.0 else 10.0
    most = max(c.max_steer[0], 1e-3)
    wanted = min(max(c.a_steer / most, -1.0), 1.0)
    c.steer += min(max(wanted - c.steer, -step / most), step / most)
    measured = (speed - c.a_last_speed) / dt
    c.a_last_speed = speed
    c.a_measured += (measured - c.a_measured) * dt / (_FILTER_S + dt)
    backwards = c.a_speed < 0.0 if abs(speed) < 0.2 else speed < 0.0
    if abs(c.a_speed) < 0.05 and abs(speed) < 0.2:
        c.a_pedal, c.throttle, c.brake, c.a_target = 0.0, 0.0, 1.0, 0.0
        c.a_error[0], c.a_error[1] = 0.0, 0.0
        return
    sign = -1.0 if backwards else 1.0
    if c.reverse != backwards:
        c.reverse, c.a_pedal = backwards, 0.0
    error = sign * (c.a_speed - speed)
    c.a_sum[0] = min(max(c.a_sum[0] + error * dt, -20.0), 20.0)
    # The derivative is that of the speed: a new wish gives no kick.
    target = c.gains[0] * error + c.gains[1] * c.a_sum[0] - c.gains[2] * sign * c.a_measured
    most_accel = c.a_accel if c.a_accel > 0.0 else 8.0
    target = min(max(target, -most_accel), most_accel)
    if c.a_jerk > 0.0:
        target = min(max(target, c.a_target - c.a_jerk * dt), c.a_target + c.a_jerk * dt)
    c.a_target = target
    error = target - sign * c.a_measured
    c.a_sum[1] = min(max(c.a_sum[1] + error * dt, -20.0), 20.0)
    change = c.gains[3] * error + c.gains[4] * c.a_sum[1] + c.gains[5] * (error - c.a_error[1]) / dt
    c.a_error[1] = error
    c.a_pedal = min(max(c.a_pedal + change * dt / _TICK_S, -1.0), 1.0)
    c.throttle, c.brake = max(c.a_pedal, 0.0), max(-c.a_pedal, 0.0)
