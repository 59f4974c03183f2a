"""What a criterion says of a run, and what all criteria say together.

>>> RunVerdict.of([Verdict("no collision", "pass"), Verdict("gap", "fail", reason="gap is 0.3 m")]).outcome
'fail'
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Breakdown", "Outcome", "RunVerdict", "Verdict", "VerdictSeries"]

Float = NDArray[np.float64]

Outcome = Literal["pass", "fail", "error", "inconclusive"]
"""error: the stack broke; inconclusive: the platform broke, or nothing was tested."""

_GRAVEST: tuple[Outcome, ...] = ("fail", "error", "inconclusive")


@dataclass(frozen=True)
class VerdictSeries:
    """`(n,)` instants at which the criterion was asked, and the value there, in the verdict's unit."""

    time_s: Float
    value: Float


@dataclass(frozen=True)
class Verdict:
    """What one criterion says of a run; numbers that are not known are NaN.

    Attributes:
        name, requirement: of the criterion; `requirement` is the id of what it checks, empty = none.
        outcome: pass, fail, error or inconclusive.
        value: at the worst instant, in `unit`.
        threshold, comparison: `value comparison threshold` must hold.
        worst_time_s: the worst instant, the first of equals.
        metric: key of `METRICS`, empty for functions.
        actor, other: names of who was judged and of the other party at the worst instant, empty = none.
        reason: one sentence; reason_zh: the same in Chinese where the criterion has it.
        clause: of a law or standard, empty = none.
        series: values over time, None where there is none.
    """

    name: str
    outcome: Outcome
    value: float = math.nan
    threshold: float = math.nan
    comparison: str = ""
    unit: str = ""
    worst_time_s: float = math.nan
    requirement: str = ""
    metric: str = ""
    actor: str = ""
    other: str = ""
    reason: str = ""
    reason_zh: str = ""
    clause: str = ""
    series: VerdictSeries | None = None

    def as_json(self) -> dict[str, str | float | None]:
        """The verdict for `--json` and reports (without the series); a number that is not finite becomes None."""
        numbers = {"value": self.value, "threshold": self.threshold, "worst_time_s": self.worst_time_s}
        return {
            "name": self.name,
            "verdict": self.outcome,
            **{key: number if math.isfinite(number) else None for key, number in numbers.items()},
            "unit": self.unit,
            "comparison": self.comparison,
            "metric": self.metric,
            "requirement": self.requirement,
            "actor": self.actor,
            "other": self.other,
            "reason": self.reason,
            "reason_zh": self.reason_zh,
            "clause": self.clause,
        }


@dataclass(frozen=True)
class Breakdown:
    """Why a run did not come to its end: the stack under test broke, or the platform did."""

    who: Literal["stack", "platform"]
    reason: str
    time_s: float = math.nan


@dataclass(frozen=True)
class RunVerdict:
    """The verdict over a run, and those of its criteria in their order."""

    outcome: Outcome
    reason: str
    verdicts: tuple[Verdict, ...] = ()

    @classmethod
    def of(cls, verdicts: Sequence[Verdict], breakdown: Breakdown | None = None) -> "RunVerdict":
        """The gravest of the verdicts: fail, then error, then inconclusive.

        A stack that broke is an error, a platform that broke makes the run inconclusive, whatever the criteria say of
        the part that was driven. A run without criteria passes if it came to its end.
        """
        if breakdown is not None:
            when = f" at {breakdown.time_s:g} s" if math.isfinite(breakdown.time_s) else ""
            outcome: Outcome = "error" if breakdown.who == "stack" else "inconclusive"
            return cls(outcome, f"the {breakdown.who} broke{when}: {breakdown.reason}", tuple(verdicts))
        for grave in _GRAVEST:
            found = [verdict for verdict in verdicts if verdict.outcome == grave]
            if found:
                more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
                return cls(grave, f"{found[0].name}: {found[0].reason}{more}", tuple(verdicts))
        reason = f"all {len(verdicts)} criteria hold" if verdicts else "the run came to its end; it has no criteria"
        return cls("pass", reason, tuple(verdicts))
