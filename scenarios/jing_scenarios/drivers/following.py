"""Car following and braking: accelerations from gaps and speeds, as plain functions.

Sources: Treiber, Hennecke, Helbing (2000), "Congested traffic states in empirical observations and microscopic
simulations", Phys. Rev. E 62 (IDM); required deceleration after Allen, Shin, Cooper (1978).
"""

import math
from dataclasses import dataclass

__all__ = ["FollowingStyle", "idm_acceleration", "required_deceleration", "stopping_acceleration"]

_CLOSE_M = 0.1


@dataclass(frozen=True)
class FollowingStyle:
    """How somebody follows.

    Attributes:
        headway_s: kept while following. gap_m: kept at standstill. accel_mps2, decel_mps2: comfortable ones.
    """

    headway_s: float = 1.5
    gap_m: float = 2.0
    accel_mps2: float = 1.5
    decel_mps2: float = 2.0


def idm_acceleration(
    style: FollowingStyle, speed_mps: float, wish_mps: float, gap_m: float = math.inf, ahead_mps: float = 0.0
) -> float:
    """The IDM's acceleration behind somebody at `gap_m` with `ahead_mps`, or on a free road.

    >>> round(idm_acceleration(FollowingStyle(), 10.0, 10.0), 3)
    0.0
    >>> idm_acceleration(FollowingStyle(), 10.0, 10.0, 8.0, 0.0) < -2.0
    True
    """
    if wish_mps <= 0.0:
        free = -style.decel_mps2 if speed_mps > 0.0 else 0.0
    elif speed_mps <= wish_mps:
        free = style.accel_mps2 * (1.0 - (speed_mps / wish_mps) ** 4)
    else:
        # Above the wish the quartic term brakes harder than anybody does.
        free = max(-style.decel_mps2, style.accel_mps2 * (1.0 - (speed_mps / wish_mps) ** 4))
    if math.isinf(gap_m):
        return free
    closing = speed_mps - ahead_mps
    wished = speed_mps * style.headway_s + speed_mps * closing / (2.0 * math.sqrt(style.accel_mps2 * style.decel_mps2))
    wished = style.gap_m + max(wished, 0.0)
    return min(free, style.accel_mps2) - style.accel_mps2 * (wished / max(gap_m, _CLOSE_M)) ** 2


def stopping_acceleration(style: FollowingStyle, speed_mps: float, line_m: float) -> float:
    """Comes to a halt at a line: as behind somebody who stands there, without the gap at standstill."""
    if line_m <= 0.3:
        return -2.0 * style.decel_mps2 if speed_mps > 0.0 else 0.0
    needed = speed_mps * speed_mps / (2.0 * line_m)
    close = FollowingStyle(style.headway_s, 0.3, style.accel_mps2, style.decel_mps2)
    following = idm_acceleration(close, speed_mps, math.inf if speed_mps == 0.0 else 2.0 * speed_mps, line_m, 0.0)
    # Near the line the IDM creeps; a driver brakes evenly to it.
    return max(following, -needed) if needed > style.decel_mps2 else following


def required_deceleration(speed_mps: float, gap_m: float, ahead_mps: float, ahead_accel_mps2: float = 0.0) -> float:
    """The constant deceleration (positive) that just avoids touching; 0 where none is needed, inf where none helps."""
    closing = speed_mps - ahead_mps
    if gap_m <= 0.0:
        return math.inf if closing > 0.0 else 0.0
    if ahead_accel_mps2 < 0.0 and ahead_mps > 0.0:
        # Who brakes ahead comes to a halt after v2 / 2a; both stop, one behind the other.
        halt = ahead_mps * ahead_mps / (-2.0 * ahead_accel_mps2)
        return speed_mps * speed_mps / (2.0 * (gap_m + halt))
    return closing * closing / (2.0 * gap_m) if closing > 0.0 else 0.0
