"""Errors of the driving world.

```
JingError
├── OverlapError (ValueError)   a body would be placed inside another one or inside a wall
├── NoBodyError (LookupError)   there is no body of this id, or it is of another kind
└── PhysicsError (ValueError)   figures that no vehicle can have
```
"""

from jing_maps.errors import JingError

__all__ = ["NoBodyError", "OverlapError", "PhysicsError"]


class OverlapError(JingError, ValueError):
    """A body would be placed inside another one or inside a wall; the message says which."""


class NoBodyError(JingError, LookupError):
    """There is no body of this id, or it is not of the kind that is asked for."""


class PhysicsError(JingError, ValueError):
    """Figures that no vehicle can have; the message says which, and what would be right."""
