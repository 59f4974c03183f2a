"""Random numbers that do not depend on who asks first."""

__all__ = ["counter_random"]

_MASK = (1 << 64) - 1


def counter_random(seed: int, row: int, step: int, salt: int = 0) -> float:
    """In [0, 1), from a hash (splitmix64's finaliser, Steele et al. 2014) of the four numbers.

    >>> counter_random(1, 0, 5) == counter_random(1, 0, 5), counter_random(1, 0, 5) == counter_random(2, 0, 5)
    (True, False)
    """
    value = 0
    for part in (seed, row, step, salt):
        value = (value ^ (part & _MASK)) + 0x9E3779B97F4A7C15 & _MASK
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        value = (value ^ value >> 27) * 0x94D049BB133111EB & _MASK
        value ^= value >> 31
    return (value >> 11) / (1 << 53)
