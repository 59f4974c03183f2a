"""Car following and random numbers: what one vehicle may do behind another one or before a stop.

Krauss: S. Krauss, "Microscopic Modeling of Traffic Flow", DLR-FB 98-08 (1998), in the discrete-time form in which a
vehicle that brakes by `decel * dt` each step stands exactly at the end of its gap (the form that SUMO uses).
IDM: M. Treiber, A. Hennecke, D. Helbing, Physical Review E 62 (2000) 1805.
Units: m, s, m/s, m/s^2; decelerations are positive.
"""

import math

from numba import njit, uint64

__all__ = ["brake_gap", "dawdle", "follow_speed", "idm_speed", "normal", "stop_speed", "travel_time", "uniform"]


@njit(nogil=True, cache=True, forceinline=True)
def brake_gap(speed: float, decel: float, dt: float) -> float:
    """Way until standstill of a vehicle that brakes from this step on."""
    cut = decel * dt
    n = math.floor(speed / cut)
    return dt * (n * speed - cut * n * (n + 1.0) * 0.5)


@njit(nogil=True, cache=True, forceinline=True)
def stop_speed(gap: float, decel: float, headway: float, dt: float) -> float:
    """Largest speed after which a vehicle that reacts `headway` later can brake to a stand within `gap`."""
    if gap <= 0.0:
        return 0.0
    cut = decel * dt
    h = headway - 0.5 * dt
    n = math.floor((math.sqrt(h * h + 2.0 * dt * gap / cut) - h) / dt)
    used = 0.5 * dt * cut * n * (n - 1.0) + headway * n * cut
    return max(n * cut + (gap - used) / (n * dt + headway), 0.0)


@njit(nogil=True, cache=True, forceinline=True)
def follow_speed(gap: float, decel: float, tau: float, lead_speed: float, lead_decel: float, dt: float) -> float:
    """Krauss's safe speed behind a leader that may brake with its own deceleration."""
    return stop_speed(gap + brake_gap(lead_speed, max(decel, lead_decel), dt), decel, tau, dt)


@njit(nogil=True, cache=True, forceinline=True)
def dawdle(speed: float, accel: float, sigma: float, draw: float, dt: float) -> float:
    """Speed of an imperfect Krauss driver; `draw` in 0..1. Slow starters dawdle less."""
    step = accel * dt
    return max(speed - dt * sigma * draw * min(accel, speed / dt if speed < step else accel), 0.0)


@njit(nogil=True, cache=True)
def idm_speed(
    speed: float,
    wish: float,
    gap: float,
    lead_speed: float,
    min_gap: float,
    accel: float,
    decel: float,
    tau: float,
    dt: float,
) -> float:
    """Speed after `dt` of the intelligent driver model, in sub-steps of at most 0.25 s; `gap` bumper to bumper."""
    n = max(1, int(math.ceil(dt / 0.25 - 1e-9)))
    h = dt / n
    root = 2.0 * math.sqrt(accel * decel)
    now = speed
    for _ in range(n):
        star = min_gap + max(0.0, now * tau + now * (now - lead_speed) / root)
        free = (now / wish) ** 4
        change = accel * (1.0 - free - (star / max(gap, 0.1)) ** 2)
        nxt = max(now + change * h, 0.0)
        gap += (lead_speed - 0.5 * (now + nxt)) * h
        now = nxt
    return now


@njit(nogil=True, cache=True, forceinline=True)
def travel_time(way: float, speed: float, accel: float, top: float) -> float:
    """Time to drive `way` from `speed`, accelerating up to `top`; 0 for a way behind."""
    if way <= 0.0:
        return 0.0
    if speed >= top:
        return way / speed
    if way <= (top * top - speed * speed) / (2.0 * accel):
        return (math.sqrt(speed * speed + 2.0 * accel * way) - speed) / accel
    run = (top - speed) / accel
    return run + (way - 0.5 * (top + speed) * run) / top


@njit(nogil=True, cache=True, forceinline=True)
def uniform(seed: int, entity: int, step: int) -> float:
    """A number in 0..1 that depends on its three counters alone (splitmix64; Steele, Lea, Flood, OOPSLA 2014)."""
    z = uint64(seed) * uint64(0x9E3779B97F4A7C15) + uint64(entity)
    z = z * uint64(0xD1342543DE82EF95) + uint64(step) + uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    z = z ^ (z >> uint64(31))
    return float(z >> uint64(11)) * (1.0 / 9007199254740992.0)


@njit(nogil=True, cache=True)
def normal(seed: int, entity: int) -> float:
    """A standard normal number for an entity (Box and Muller, 1958)."""
    u = max(uniform(seed, entity, -1), 1e-12)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * uniform(seed, entity, -2))
