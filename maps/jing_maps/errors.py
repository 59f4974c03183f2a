"""Errors of the platform: one root, and subclasses that refine a built-in.

```
JingError
├── NetworkError (ValueError)        a road network whose columns contradict each other
├── MapFormatError (ValueError)      a map file that cannot be read: says file, line or element
├── UnknownNameError (LookupError)   a name that is not there: says the nearest ones
├── RouteError (LookupError)         no way from here to there
├── ProjectionError (ValueError)     coordinates outside the range of their system
├── MissingExtraError (ImportError)  an optional dependency is absent: says which extra to install
└── UnreachableError (OSError)       an outside service did not answer
```

Packages on higher floors add their own subclasses of `JingError` beside their code.
"""

import difflib
from collections.abc import Iterable

__all__ = [
    "JingError",
    "MapFormatError",
    "MissingExtraError",
    "NetworkError",
    "ProjectionError",
    "RouteError",
    "UnknownNameError",
    "UnreachableError",
]


class JingError(Exception):
    """Root of every error that the platform raises on purpose."""


class NetworkError(JingError, ValueError):
    """A road network whose columns contradict each other."""


class MapFormatError(JingError, ValueError):
    """A map file that cannot be read; the message says file, line or element, and the cure."""

    def __init__(self, path: object, problem: str, *, line: int | None = None) -> None:
        place = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{place}: {problem}")


class UnknownNameError(JingError, LookupError):
    """A name that is not there; the message lists the nearest ones that are."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names[:20])}"
        super().__init__(f"unknown {kind} {name!r}; {hint}")


class RouteError(JingError, LookupError):
    """There is no way from the one place to the other for this vehicle class."""


class ProjectionError(JingError, ValueError):
    """Coordinates outside the range in which their reference system is defined."""


class MissingExtraError(JingError, ImportError):
    """An optional dependency is absent; the message names the extra that installs it."""

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(f"{module} is not installed; install it with: pip install 'jingsim[{extra}]'")


class UnreachableError(JingError, OSError):
    """An outside service did not answer."""
