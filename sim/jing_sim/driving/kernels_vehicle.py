"""One vehicle over one substep: a two-track model with heave, pitch and roll on springs, and a spin for each wheel.

Forces of the tyres follow the brush model of Fiala (1954) for combined slip, in the form of PhysX's tyre function, with
a cornering stiffness that saturates with load and a friction that falls with load. They enter the equations of motion
as secants, `F = -D v_slip`, taken at the end of the substep: three unknowns (forward, left, yaw) and the spins, solved
at once. Such a step is stable at any stiffness and never adds energy (cf. Patankar, 1980, on secant linearisation);
what remains of creeping at rest is stopped where brakes and friction could hold the vehicle.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.kernels_attitude import forward_left_up
from jing_sim.driving.kernels_engine import drive_wheels, find_pedals, rider_throttle, wheel_angle
from jing_sim.driving.kernels_ground import ground_at
from jing_sim.driving.rows import BodyArrays, GroundArrays
from jing_sim.kernel_cache import leaf

__all__ = ["ASLEEP", "move_vehicle"]

F64 = NDArray[np.float64]
Records = NDArray[np.void]

ASLEEP = 40
"""Substeps at rest after which a vehicle is not moved until something happens to it."""
_SLOW_MPS = 0.5
"""Slip is taken over this speed at least."""
_REST_MPS = 0.03
_CALM = 2.0e-4
"""m/s and rad/s on its springs below which a vehicle may fall asleep."""
_BUMP_M = 0.10
"""Compression from the height at rest at which a spring meets its stop."""
_LOAD_DEGRESSION = 0.1
_TILT = 1.2
_LEAN_S = 0.15


@leaf
def _stand(i: int, b: BodyArrays, c: Any, e: Any, ground: GroundArrays, axes: Any) -> tuple[float, float, float]:  # noqa: ANN401
    """Loads of the wheels from springs and dampers; returns the mean normal of the ground, (0, 0, 0) in the air."""
    fx, fy, fz, lx, ly, lz, _ux, _uy, _uz = axes
    vx, vy, vz = b.velocity[i, 0], b.velocity[i, 1], b.velocity[i, 2]
    wx, wy, wz = b.angular[i, 0], b.angular[i, 1], b.angular[i, 2]
    sx, sy, sz = 0.0, 0.0, 0.0
    deepest = 0.0
    for k in range(c.n_wheels):
        ax = c.x[k] * fx + c.y[k] * lx
        ay = c.x[k] * fy + c.y[k] * ly
        az = c.x[k] * fz + c.y[k] * lz
        px, py, pz = b.position[i, 0] + ax, b.position[i, 1] + ay, b.position[i, 2] + az
        z, nx, ny, nz, grip, kind = ground_at(
            px, py, pz, ground.origin, ground.cells, ground.first, ground.items, ground.triangles, ground.friction,
            ground.label, ground.terrain,
        )  # fmt: skip
        depth = (z - pz) * nz
        deepest = max(deepest, z - pz)
        rate = -((vx + wy * az - wz * ay) * nx + (vy + wz * ax - wx * az) * ny + (vz + wx * ay - wy * ax) * nz)
        load = c.rest_load[k] + c.spring[k] * (depth + 6.0 * max(depth - _BUMP_M, 0.0))
        if load > 0.0:
            load = min(max(load + c.damper[k] * rate, 0.0), 10.0 * c.rest_load[k])
        load = max(load, 0.0)
        c.load[k] = load
        c.mu[k] = grip
        if load > 0.0:
            sx, sy, sz = sx + nx, sy + ny, sz + nz
            e.ground_label = kind
    size = math.sqrt(sx * sx + sy * sy + sz * sz)
    # A step in the ground higher than the springs are long lifts the vehicle.
    if deepest > 0.25:
        b.position[i, 2] += deepest - 0.25
        b.velocity[i, 2] = max(b.velocity[i, 2], 0.0)
    if size == 0.0:
        return 0.0, 0.0, 0.0
    return sx / size, sy / size, sz / size


@leaf
def _brake_torque(c: Any, k: int) -> float:  # noqa: ANN401
    torque = c.brake * c.brake_nm[k]
    if c.hand_brake:
        torque += c.hand_nm[k]
    return float(torque + c.rolling * c.load[k] * c.radius[k])


@leaf
def _tyre(c: Any, k: int, vx: float, vy: float, dt: float) -> None:  # noqa: ANN401
    """Secants of one tyre at the slip velocity of now: force along = push - slope v, across = -side v.

    The spin at the end of the substep is eliminated: `omega = (G omega0 + T + R D v) / (G + R^2 D + damping)` with
    `G = inertia / dt`, unless the brakes hold the wheel, or the anti-lock system keeps its slip where the force peaks.
    """
    rest, load = c.rest_load[k], c.load[k]
    relative = load / rest
    grip = c.mu[k] * load
    along, across = 0.0, 0.0
    spin = c.omega[k] * c.radius[k]
    d = max(abs(vx), abs(spin), _SLOW_MPS)
    c.long_slip[k] = (spin - vx) / d
    c.lat_slip[k] = math.atan2(vy, max(abs(vx), _SLOW_MPS))
    stiff_x = c.long[k] * relative
    q = min(3.0 * relative / max(c.lat_load[k], 1e-3), 3.0)
    stiff_y = rest * c.lat[k] * (q - q * q / 3.0 + q * q * q / 27.0)
    if grip > 1e-6:
        kx, ky = stiff_x * (vx - spin) / d, stiff_y * vy / d
        slip = math.sqrt(kx * kx + ky * ky) / grip
        secant = 1.0 - slip / 3.0 + slip * slip / 27.0 if slip < 3.0 else 1.0 / slip
        along, across = stiff_x * secant / d, stiff_y * secant / d
    r = c.radius[k]
    g = c.inertia[k] / dt
    total = g + r * r * along + c.spin_damp[k]
    hold = _brake_torque(c, k)
    free = (g * c.omega[k] + c.drive[k] + r * along * vx) / total
    c.locked[k] = 1 if abs(free) * total <= hold else 0
    torque = c.drive[k] - math.copysign(hold, free)
    c.hold[k] = hold
    c.side[k] = across
    c.spins[k] = 1
    if c.locked[k] == 1:
        c.spins[k] = 0
        c.push[k], c.slope[k] = 0.0, along
    else:
        c.push[k] = along * r * (g * c.omega[k] + torque) / total
        c.slope[k] = along * (1.0 - r * r * along / total)
    c.torque[k] = torque
    if c.has_abs and c.brake > 0.0 and abs(vx) > 1.0 and along > 0.0 and not c.hand_brake:
        peak = min(3.0 * grip / stiff_x, 1.0)
        after = 0.0 if c.locked[k] == 1 else (g * c.omega[k] + torque + r * along * vx) / total
        if after * r * math.copysign(1.0, vx) < (1.0 - peak) * abs(vx):
            c.spins[k] = 2
            c.locked[k] = 0
            c.push[k], c.slope[k] = 0.0, along * peak
            c.drive[k] = (1.0 - peak) / r


@leaf
def _spin(c: Any, k: int, vx: float, dt: float) -> None:  # noqa: ANN401
    """The spin at the end of the substep, at the forward velocity `vx` found for it."""
    if c.spins[k] == 0:
        c.omega[k] = 0.0
    elif c.spins[k] == 2:
        c.omega[k] = c.drive[k] * vx
    else:
        force = c.push[k] - c.slope[k] * vx
        omega = c.omega[k] + (c.torque[k] - c.radius[k] * force) * dt / c.inertia[k]
        c.omega[k] = omega / (1.0 + c.spin_damp[k] * dt / c.inertia[k])
    c.turn[k] = (c.turn[k] + c.omega[k] * dt) % (2.0 * math.pi)


@leaf
def _solved(
    a00: float, a01: float, a02: float, a11: float, a12: float, a22: float, r0: float, r1: float, r2: float
) -> tuple[float, float, float]:
    """Solution of a symmetric, positive definite system of three, by elimination."""
    m1, m2 = a01 / a00, a02 / a00
    b11, b12, b22 = a11 - m1 * a01, a12 - m1 * a02, a22 - m2 * a02
    s1, s2 = r1 - m1 * r0, r2 - m2 * r0
    m = b12 / b11
    z = (s2 - m * s1) / (b22 - m * b12)
    y = (s1 - b12 * z) / b11
    return (r0 - a01 * y - a02 * z) / a00, y, z


@leaf
def _rests(c: Any, along: float, across: float) -> bool:  # noqa: ANN401
    """Brakes and friction can hold the forces `along` and `across` [N] and what the wheels that turn push."""
    held, side = 0.0, 0.0
    for k in range(c.n_wheels):
        grip = c.mu[k] * c.load[k]
        side += grip
        if c.locked[k] == 1:
            held += min(grip, c.hold[k] / c.radius[k])
        else:
            along += min(max(c.torque[k] / c.radius[k], -grip), grip)
    return abs(along) <= held and abs(across) <= side and side > 0.0


@leaf
def move_vehicle(
    i: int, b: BodyArrays, cars: Records, extra: Records, ground: GroundArrays, zones: F64, gravity: float, road: float,
    dt: float,
) -> None:  # fmt: skip
    """Moves velocity, angular velocity and spins of vehicle `i` on by `dt`; positions follow after contacts.

    `zones` `(n, 9)`: centre, half extent, cos and sin of yaw, friction of tyres in there. `road`: factor on friction.
    """
    c, e = cars[i], extra[i]
    axes = forward_left_up(b.rotation[i, 0], b.rotation[i, 1], b.rotation[i, 2])
    fx, fy, fz, lx, ly, lz, ux, uy, uz = axes
    nx, ny, nz = _stand(i, b, c, e, ground, axes)
    flies = nx == 0.0 and ny == 0.0 and nz == 0.0
    e.grounded = not flies
    if flies:
        nx, ny, nz = ux, uy, uz
    # Axes in the plane of the ground: forward of the body laid into it, left, up.
    dot = fx * nx + fy * ny + fz * nz
    fx, fy, fz = fx - dot * nx, fy - dot * ny, fz - dot * nz
    size = math.sqrt(fx * fx + fy * fy + fz * fz)
    fx, fy, fz = fx / size, fy / size, fz / size
    lx, ly, lz = ny * fz - nz * fy, nz * fx - nx * fz, nx * fy - ny * fx
    v, w = b.velocity, b.angular
    roll_rate = w[i, 0] * fx + w[i, 1] * fy + w[i, 2] * fz
    pitch_rate = w[i, 0] * lx + w[i, 1] * ly + w[i, 2] * lz
    yaw_rate = w[i, 0] * nx + w[i, 1] * ny + w[i, 2] * nz
    cx, cy, cz = c.centre[0], c.centre[1], c.centre[2]
    along = v[i, 0] * fx + v[i, 1] * fy + v[i, 2] * fz - yaw_rate * cy
    across = v[i, 0] * lx + v[i, 1] * ly + v[i, 2] * lz + yaw_rate * cx
    rise = v[i, 0] * nx + v[i, 1] * ny + v[i, 2] * nz + roll_rate * cy - pitch_rate * cx
    if c.ackermann:
        find_pedals(c, along, dt)
    throttle = c.throttle
    speed = math.sqrt(along * along + across * across)
    mass = c.mass
    down = gravity if b.gravity[i] else 0.0
    zone = _zone_friction(b.position[i, 0], b.position[i, 1], b.position[i, 2], zones)
    for k in range(c.n_wheels):
        tyre = zone if zone >= 0.0 else c.friction[k]
        relative = c.load[k] / c.rest_load[k]
        c.mu[k] *= tyre * road * min(max(1.0 - _LOAD_DEGRESSION * (relative - 1.0), 0.7), 1.1)
    if c.leans:
        throttle = rider_throttle(c, speed, c.mu[0] * down)
    drive_wheels(c, throttle, dt)
    c.drag_n = c.drag * speed * speed
    air = c.drag * speed
    out_f = -mass * down * fz + e.force[0] * fx + e.force[1] * fy + e.force[2] * fz
    out_l = -mass * down * lz + e.force[0] * lx + e.force[1] * ly + e.force[2] * lz
    out_n = -mass * down * nz + e.force[0] * nx + e.force[1] * ny + e.force[2] * nz
    twist = e.torque[0] * nx + e.torque[1] * ny + e.torque[2] * nz
    a00, a01, a02 = mass + dt * air, 0.0, 0.0
    a11, a12, a22 = mass + dt * air, 0.0, c.yaw_inertia
    r0, r1, r2 = mass * along + dt * out_f, mass * across + dt * out_l, c.yaw_inertia * yaw_rate + dt * twist
    last = c.n_wheels - 1
    slide = math.atan2(across + yaw_rate * (c.x[last] - cx), max(abs(along), 1.0))
    for k in range(c.n_wheels):
        angle = wheel_angle(c, k, speed, c.mu[k] * down, slide) if c.max_steer[k] != 0.0 else 0.0
        c.angle[k] = angle
        cos, sin = math.cos(angle), math.sin(angle)
        rx, ry = c.x[k] - cx, c.y[k] - cy
        hx, hy, ht = cos, sin, sin * rx - cos * ry
        sx, sy, st = -sin, cos, sin * ry + cos * rx
        _tyre(c, k, hx * along + hy * across + ht * yaw_rate, sx * along + sy * across + st * yaw_rate, dt)
        p, q = dt * c.slope[k], dt * c.side[k]
        a00 += p * hx * hx + q * sx * sx
        a01 += p * hx * hy + q * sx * sy
        a02 += p * hx * ht + q * sx * st
        a11 += p * hy * hy + q * sy * sy
        a12 += p * hy * ht + q * sy * st
        a22 += p * ht * ht + q * st * st
        r0 += dt * c.push[k] * hx
        r1 += dt * c.push[k] * hy
        r2 += dt * c.push[k] * ht
        c.rx[k], c.ry[k], c.cos[k], c.sin[k] = rx, ry, cos, sin
    along, across, yaw_rate = _solved(a00, a01, a02, a11, a12, a22, r0, r1, r2)
    roll_m = e.torque[0] * fx + e.torque[1] * fy + e.torque[2] * fz
    pitch_m = e.torque[0] * lx + e.torque[1] * ly + e.torque[2] * lz
    lift, side_n = out_n, 0.0
    for k in range(c.n_wheels):
        rx, ry, cos, sin = c.rx[k], c.ry[k], c.cos[k], c.sin[k]
        vx = cos * (along - yaw_rate * ry) + sin * (across + yaw_rate * rx)
        vy = cos * (across + yaw_rate * rx) - sin * (along - yaw_rate * ry)
        long_n, lat_n = c.push[k] - c.slope[k] * vx, -c.side[k] * vy
        c.long_n[k], c.lat_n[k] = long_n, lat_n
        _spin(c, k, vx, dt)
        f, s, load = cos * long_n - sin * lat_n, sin * long_n + cos * lat_n, c.load[k]
        roll_m += ry * load + cz * s
        pitch_m += -cz * f - rx * load
        lift += load
        side_n += s
    if (
        not flies and speed < 1.0 and abs(along) < _REST_MPS and abs(across) < _REST_MPS
        and abs(yaw_rate) < _REST_MPS and _rests(c, out_f, out_l)
    ):  # fmt: skip
        along, across, yaw_rate = 0.0, 0.0, 0.0
        for k in range(c.n_wheels):
            c.omega[k] = 0.0
        calm = abs(rise) < _CALM and abs(roll_rate) < _CALM and abs(pitch_rate) < _CALM and c.throttle == 0.0
        e.still = e.still + 1 if calm else 0
    else:
        e.still = 0
    rise += dt * lift / mass
    roll_rate += dt * roll_m / c.roll_inertia
    pitch_rate += dt * pitch_m / c.pitch_inertia
    if c.leans:
        lean = -math.atan2(side_n, mass * max(down, 1.0)) if not flies else 0.0
        roll_rate = min(max((lean - b.rotation[i, 2]) / _LEAN_S, -3.0), 3.0)
    along += yaw_rate * cy
    across -= yaw_rate * cx
    rise -= roll_rate * cy - pitch_rate * cx
    for a in range(3):
        f, s, n = (fx, lx, nx) if a == 0 else (fy, ly, ny) if a == 1 else (fz, lz, nz)
        v[i, a] = along * f + across * s + rise * n
        w[i, a] = roll_rate * f + pitch_rate * s + yaw_rate * n
        if e.still >= ASLEEP:
            v[i, a], w[i, a] = 0.0, 0.0


@leaf
def _zone_friction(x: float, y: float, z: float, zones: F64) -> float:
    """Friction of tyres of the first zone around the point, -1 where there is none."""
    for k in range(len(zones)):
        dx, dy = x - zones[k, 0], y - zones[k, 1]
        u, s = dx * zones[k, 6] + dy * zones[k, 7], dy * zones[k, 6] - dx * zones[k, 7]
        if abs(u) <= zones[k, 3] and abs(s) <= zones[k, 4] and abs(z - zones[k, 2]) <= zones[k, 5]:
            return float(zones[k, 8])
    return -1.0
