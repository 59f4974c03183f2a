"""Where two boxes in the plane touch: the edge of the one laid against the face of the other."""

from typing import Any

from jing_sim.kernel_cache import leaf

__all__ = ["touch_points"]

Box = tuple[float, float, float, float]
_NEAR_M = 0.02


@leaf
def touch_points(
    ax: float,
    ay: float,
    p: Box,
    bx: float,
    by: float,
    q: Box,
    axis: int,
    nx: float,
    ny: float,
    found: Any,  # noqa: ANN401
) -> int:
    """Fills `px`, `py` of `found` with one or two points; returns how many.

    Middles `(ax, ay)`, `(bx, by)`; boxes are forward axis and half sides. `axis` below 2: the face is the first box's;
    the normal `(nx, ny)` points from the first to the second. The edge of the other box that looks at the face most
    is cut to the face's length (Sutherland and Hodgman), and its ends at or behind the face are the points.
    """
    fx, fy, face, ox, oy, other = ax, ay, p, bx, by, q
    mx, my = nx, ny
    if axis >= 2:
        fx, fy, face, ox, oy, other = bx, by, q, ax, ay, p
        mx, my = -nx, -ny
    forward = axis % 2 == 0
    reach = face[2] if forward else face[3]
    side = face[3] if forward else face[2]
    tx, ty = -my, mx
    # The edge of the other box against the normal.
    along = -(other[0] * mx + other[1] * my)
    across = -(-other[1] * mx + other[0] * my)
    if abs(along) >= abs(across):
        s = 1.0 if along >= 0.0 else -1.0
        ex, ey = ox + s * other[0] * other[2], oy + s * other[1] * other[2]
        dx, dy, half = -other[1], other[0], other[3]
    else:
        s = 1.0 if across >= 0.0 else -1.0
        ex, ey = ox - s * other[1] * other[3], oy + s * other[0] * other[3]
        dx, dy, half = other[0], other[1], other[2]
    lo, hi = -half, half
    base, slope = (ex - fx) * tx + (ey - fy) * ty, dx * tx + dy * ty
    if abs(slope) > 1e-9:
        u, w = (-side - base) / slope, (side - base) / slope
        lo, hi = max(lo, min(u, w)), min(hi, max(u, w))
        if lo > hi:
            lo = hi = min(max(-base / slope, -half), half)
    g0 = (ex + lo * dx - fx) * mx + (ey + lo * dy - fy) * my - reach
    g1 = (ex + hi * dx - fx) * mx + (ey + hi * dy - fy) * my - reach
    deepest = min(g0, g1)
    n = 0
    if g0 <= deepest + _NEAR_M:
        found.px[n], found.py[n] = ex + lo * dx, ey + lo * dy
        n += 1
    if g1 <= deepest + _NEAR_M and hi - lo > 1e-6:
        found.px[n], found.py[n] = ex + hi * dx, ey + hi * dy
        n += 1
    if n == 0:
        found.px[0], found.py[0] = ex + hi * dx, ey + hi * dy
        n = 1
    return n
