"""Key figures as the panel shows them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from jing_citybrain.kpi import FIGURES, PlanFigures
from jing_citybrain.replay.errors import ReplayError

__all__ = ["panel", "panel_of_summaries"]


def panel(kpis: Sequence[PlanFigures]) -> dict[str, Any]:
    """`{names, plans: [{plan, seeds, values: [[mean, half_width, n], ...]}]}`; unknown numbers are null.

    Raises:
        ReplayError: a plan lacks a figure that another has.
    """
    names = list(kpis[0].figures) if kpis else []
    for plan in kpis:
        if list(plan.figures) != names:
            raise ReplayError(
                f"figures of plan {plan.plan!r} are {list(plan.figures)}, those of the first plan {names}"
            )
    plans = [
        {
            "plan": plan.plan,
            "seeds": plan.seeds,
            "values": [[_number(v.mean), _number(v.half_width), v.n] for v in plan.figures.values()],
        }
        for plan in kpis
    ]
    return {"names": names, "plans": plans}


def panel_of_summaries(summaries: Sequence[tuple[str, Mapping[str, object]]]) -> dict[str, Any]:
    """The panel of single runs: their own figures, without intervals."""
    names = [name for name in FIGURES if any(name in summary for _, summary in summaries)]
    plans = [
        {"plan": plan, "seeds": 1, "values": [[_number(summary.get(name)), None, 1] for name in names]}
        for plan, summary in summaries
    ]
    return {"names": names, "plans": plans}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
