"""What weather and road do to those who drive in the world of columns alone: how far they see, how hard they brake."""

import math

from jing_scenarios.worlds.world import Environment

__all__ = ["grip_mps2", "sight_m"]

_G_MPS2 = 9.80665
_DRY_ROAD = 1.0
_CLEAR_M = 2000.0
"""From here on sight is no limit to anybody who drives."""


def sight_m(environment: Environment) -> float:
    """Visual range of the fog that the scenario says, or of its rain and dust; inf where one sees far.

    >>> sight_m(Environment())
    inf
    """
    found = min(environment.visual_range_m, environment.weather.visibility_m)
    return found if found < _CLEAR_M else math.inf


def grip_mps2(environment: Environment) -> float:
    """The largest acceleration in any direction: friction (said, or that of the weather) times gravity; dry: 9.8.

    >>> round(grip_mps2(Environment(friction=0.3)), 2)
    2.94
    """
    friction = environment.weather.road_friction if environment.friction is None else environment.friction
    return _G_MPS2 * min(max(friction, 0.0), _DRY_ROAD)
