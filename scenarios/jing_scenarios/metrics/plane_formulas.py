"""Formulas of conflicts in the plane, over arrays of any shape.

>>> float(worst_time_to_collision_s((30.0, 0.0), (-10.0, 0.0), 4.0, 16.0))
1.283
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["required_lateral_mps2", "worst_time_to_collision_s"]

Float = NDArray[np.float64]


def worst_time_to_collision_s(
    apart_m: tuple[ArrayLike, ArrayLike],
    relative_mps: tuple[ArrayLike, ArrayLike],
    radii_m: ArrayLike,
    accelerations_mps2: ArrayLike,
) -> Float:
    """Seconds until two bodies could touch at the earliest, if both accelerate towards each other at once, "WTTC".

    First t with |apart + relative t| <= radii + accelerations t^2 / 2, to a thousandth; 0 where the discs overlap
    (W. Wachenfeld, P. Junietz, R. Wenzel, H. Winner, IEEE Intelligent Vehicles Symposium 2016).

    Args:
        apart_m: x and y of the other from here.
        relative_mps: x and y of the other's velocity less one's own.
        radii_m: sum of the radii of discs around both bodies.
        accelerations_mps2: sum of the greatest accelerations of both, any direction.
    """
    px, py, vx, vy, radii, accel = (
        np.asarray(v, dtype=np.float64)
        for v in np.broadcast_arrays(*apart_m, *relative_mps, radii_m, accelerations_mps2)
    )
    unknown = np.isnan(px + vx + py + vy)
    # |p + v t|^2 = (R + A t^2 / 2)^2 as a monic quartic, its roots as the eigenvalues of its companion matrix.
    scale = np.where(unknown, 1.0, -4.0 / accel**2)
    square = scale * np.where(unknown, 0.0, vx**2 + vy**2 - accel * radii)
    linear = scale * np.where(unknown, 0.0, 2 * (px * vx + py * vy))
    constant = scale * np.where(unknown, 0.0, px**2 + py**2 - radii**2)
    companion = np.zeros((*px.shape, 4, 4))
    companion[..., 1, 0] = companion[..., 2, 1] = companion[..., 3, 2] = 1.0
    companion[..., 0, 3], companion[..., 1, 3], companion[..., 2, 3] = -constant, -linear, -square
    roots = np.linalg.eigvals(companion)
    real = (np.abs(roots.imag) <= 1e-6 * (1 + np.abs(roots.real))) & (roots.real > 0)
    first = np.where(real, roots.real, np.inf).min(axis=-1)
    time = np.where(np.hypot(px, py) <= radii, 0.0, np.round(first, 3))
    return np.where(unknown, np.nan, time)


def required_lateral_mps2(
    ttc_s: ArrayLike,
    sideways_m: ArrayLike,
    sideways_mps: ArrayLike,
    other_accel_mps2: ArrayLike,
    half_widths_m: ArrayLike,
) -> Float:
    """Lateral acceleration in m/s2 that has moved one body beside the other when they would touch, "a_lat,req".

    min over both sides of |a - 2 (-d + side w - v ttc) / ttc^2| (J. Jansson, "Collision Avoidance Theory", 2005,
    section 5.3.8); 0 where no contact is due, inf in contact.

    Args:
        ttc_s: time to collision along the way.
        sideways_m, sideways_mps, other_accel_mps2: the other's place, relative speed and acceleration to the left.
        half_widths_m: half of both widths together.
    """
    ttc, d, v, a, w = (
        np.asarray(x, dtype=np.float64)
        for x in np.broadcast_arrays(ttc_s, sideways_m, sideways_mps, other_accel_mps2, half_widths_m)
    )
    due = np.isfinite(ttc) & (ttc > 0)
    t = np.where(due, ttc, 1.0)
    left, right = (np.abs(a - 2 * (-d + side * w - v * t) / t**2) for side in (1.0, -1.0))
    needed = np.where(due, np.minimum(left, right), np.where(ttc <= 0, np.inf, 0.0))
    return np.where(np.isnan(ttc + d + v), np.nan, needed)
