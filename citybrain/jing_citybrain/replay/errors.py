"""The error of replays."""

from jing_maps.errors import JingError

__all__ = ["ReplayError"]


class ReplayError(JingError, ValueError):
    """Runs that cannot be shown, or not side by side; the message says which and what would be right."""
