"""The list of checks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jing_sim.carla.conformance.bench import Bench

__all__ = ["CHECKS", "Check", "check"]

Run = Callable[["Bench"], None]


@dataclass(frozen=True)
class Check:
    """One thing that the documentation says; `run` raises DiffersError where it is not so."""

    group: str
    name: str
    says: str
    run: Run


CHECKS: dict[str, Check] = {}
"""By `group.name`, in the order of the files."""


def check(group: str) -> Callable[[Run], Run]:
    """Enters a function into the list; its docstring is what CARLA's documentation says."""

    def enter(run: Run) -> Run:
        name = run.__name__
        key = f"{group}.{name}"
        if key in CHECKS:
            raise ValueError(f"there are two checks {key}")
        CHECKS[key] = Check(group, name, (run.__doc__ or "").strip(), run)
        return run

    return enter
