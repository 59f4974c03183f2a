"""Impulses between boxes that meet: sequential projection with Coulomb friction and Newton's restitution."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.kernel_cache import leaf

__all__ = ["prepare", "solve"]

Records = NDArray[np.void]

_SWEEPS = 40
_BOUNCE_MPS = 0.5
"""Slower impacts do not bounce."""


@leaf
def _approach(f: Any, k: int, s: Any, o: Any, x: float, y: float) -> float:  # noqa: ANN401
    """Velocity of the other relative to the first along `(x, y)` at point `k`."""
    vx = o.vx - o.w * f.by[k] - s.vx + s.w * f.ay[k]
    vy = o.vy + o.w * f.bx[k] - s.vy - s.w * f.ax[k]
    return float(vx * x + vy * y)


@leaf
def prepare(f: Any, s: Any, o: Any) -> bool:  # noqa: ANN401
    """Effective masses and wanted velocities of the points; False where nothing approaches."""
    closes = False
    inv_mass = s.inv_mass + o.inv_mass
    if inv_mass <= 0.0:
        return False
    for k in range(f.n):
        an, bn = f.ax[k] * f.ny - f.ay[k] * f.nx, f.bx[k] * f.ny - f.by[k] * f.nx
        at, bt = f.ax[k] * f.nx + f.ay[k] * f.ny, f.bx[k] * f.nx + f.by[k] * f.ny
        f.mass_n[k] = 1.0 / (inv_mass + s.inv_inertia * an * an + o.inv_inertia * bn * bn)
        f.mass_t[k] = 1.0 / (inv_mass + s.inv_inertia * at * at + o.inv_inertia * bt * bt)
        rate = _approach(f, k, s, o, f.nx, f.ny)
        f.target[k] = -f.bounce * rate if rate < -_BOUNCE_MPS else 0.0
        f.jn[k], f.jt[k] = 0.0, 0.0
        closes = closes or rate < 0.0
    return closes


@leaf
def _push(f: Any, k: int, s: Any, o: Any, jx: float, jy: float) -> None:  # noqa: ANN401
    """Impulse `(jx, jy)` on the other at point `k`, its opposite on the first."""
    s.vx -= jx * s.inv_mass
    s.vy -= jy * s.inv_mass
    s.w -= (f.ax[k] * jy - f.ay[k] * jx) * s.inv_inertia
    o.vx += jx * o.inv_mass
    o.vy += jy * o.inv_mass
    o.w += (f.bx[k] * jy - f.by[k] * jx) * o.inv_inertia


@leaf
def solve(contacts: Records, n: int, slabs: Records, wall: Any) -> None:  # noqa: ANN401
    """Impulses at which no point approaches faster than wanted, and friction holds within its cone."""
    for _sweep in range(_SWEEPS):
        largest = 0.0
        for q in range(n):
            f = contacts[q]
            s = slabs[f.a]
            o = slabs[f.b] if f.b >= 0 else wall
            for k in range(f.n):
                slip = _approach(f, k, s, o, -f.ny, f.nx)
                most = f.friction * f.jn[k]
                jt = min(max(f.jt[k] - slip * f.mass_t[k], -most), most)
                change = jt - f.jt[k]
                f.jt[k] = jt
                _push(f, k, s, o, -change * f.ny, change * f.nx)
                rate = _approach(f, k, s, o, f.nx, f.ny)
                jn = max(f.jn[k] + (f.target[k] - rate) * f.mass_n[k], 0.0)
                step = jn - f.jn[k]
                f.jn[k] = jn
                _push(f, k, s, o, step * f.nx, step * f.ny)
                largest = max(largest, (abs(step) + abs(change)) / f.mass_n[k])
        if largest < 1e-10:
            break
