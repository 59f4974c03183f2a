"""Distances between the bounding boxes of entities, seen from above."""

import math

__all__ = ["Corners", "box_gap", "corners_of", "gaps_in_frame", "point_gap"]

Corners = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]
"""Length, width, and centre x and y in the entity's frame."""


def corners_of(x: float, y: float, h: float, box: Box) -> Corners:
    """The four corners of a box, counter-clockwise from the front left one."""
    cos, sin = math.cos(h), math.sin(h)
    length, width, cx, cy = box
    return tuple(
        (x + u * cos - v * sin, y + u * sin + v * cos)
        for u, v in (
            (cx + length / 2, cy + width / 2),
            (cx - length / 2, cy + width / 2),
            (cx - length / 2, cy - width / 2),
            (cx + length / 2, cy - width / 2),
        )
    )


def gaps_in_frame(x: float, y: float, h: float, box: Box, others: Corners) -> tuple[float, float]:
    """Gaps ahead (negative: behind) and to the left (negative: right) of a box to a body; 0 where they are level."""
    cos, sin = math.cos(h), math.sin(h)
    length, width, cx, cy = box
    along = [(px - x) * cos + (py - y) * sin - cx for px, py in others]
    across = [(py - y) * cos - (px - x) * sin - cy for px, py in others]
    return _gap(along, length / 2), _gap(across, width / 2)


def box_gap(first: Corners, second: Corners) -> float:
    """Least distance between two convex bodies; 0 where they overlap (separating axes)."""
    if _overlap(first, second) and _overlap(second, first):
        return 0.0
    gaps = [point_gap(point, second, inside=False) for point in first]
    gaps += [point_gap(point, first, inside=False) for point in second]
    return min(gaps)


def point_gap(point: tuple[float, float], body: Corners, *, inside: bool = True) -> float:
    """Distance from a point to a convex body; 0 in it, unless `inside` is False (then to its edge)."""
    best, within = math.inf, True
    px, py = point
    for k, (ax, ay) in enumerate(body):
        bx, by = body[(k + 1) % len(body)]
        ux, uy = bx - ax, by - ay
        size = ux * ux + uy * uy
        share = min(max(((px - ax) * ux + (py - ay) * uy) / size, 0.0), 1.0) if size > 0 else 0.0
        best = min(best, math.hypot(px - ax - share * ux, py - ay - share * uy))
        within = within and ux * (py - ay) - uy * (px - ax) >= 0
    return 0.0 if inside and within else best


def _gap(values: list[float], half: float) -> float:
    low, high = min(values), max(values)
    if low > half:
        return low - half
    return high + half if high < -half else 0.0


def _overlap(first: Corners, second: Corners) -> bool:
    """No edge of the first body separates the two."""
    for k, (ax, ay) in enumerate(first):
        bx, by = first[(k + 1) % len(first)]
        if all((bx - ax) * (py - ay) - (by - ay) * (px - ax) < 0 for px, py in second):
            return False
    return True
