"""Criteria that are functions of a run.

>>> from jing_scenarios.metrics.scenario_trace import straight_trace
>>> def moves(trace): return bool((trace.speed_mps[:, trace.ego] > 0).all())
>>> Custom("always moving", moves).judge(straight_trace({"Ego": (0.0, 1.0)}, 3.0, 1.0)).outcome
'pass'
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.criteria.criterion import CriterionError
from jing_scenarios.criteria.verdict import Verdict
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["Custom", "CustomAnswer"]

CustomAnswer = bool | Verdict | NDArray[np.bool_]
"""Whether it holds; or `(n_t,)` at which instants it holds; or a whole verdict."""


@dataclass(frozen=True)
class Custom:
    """Holds if a function of the run says so. A function that raises is an error of the criterion: outcome `error`."""

    name: str
    function: Callable[[ScenarioTrace], CustomAnswer]
    requirement: str = ""

    def judge(self, trace: ScenarioTrace) -> Verdict:
        """What the function says.

        Raises:
            CriterionError: it answers what is no answer.
        """
        try:
            answer = self.function(trace)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's function raises is its verdict
            reason = f"the function raised {type(error).__name__}: {error}"
            return Verdict(self.name, "error", requirement=self.requirement, reason=reason)
        if isinstance(answer, Verdict):
            return replace(answer, name=self.name, requirement=self.requirement or answer.requirement)
        if isinstance(answer, bool | np.bool_):
            reason = "the function says that it holds" if answer else "the function says that it does not hold"
            return Verdict(self.name, "pass" if answer else "fail", requirement=self.requirement, reason=reason)
        return self._of_instants(trace, answer)

    def _of_instants(self, trace: ScenarioTrace, answer: object) -> Verdict:
        holds = np.asarray(answer)
        if holds.dtype != np.bool_ or holds.shape != (trace.n_t,):
            raise CriterionError(
                f"criterion {self.name!r}: the function answered {type(answer).__name__} of shape {holds.shape}; "
                f"a bool, a Verdict or ({trace.n_t},) bools are right"
            )
        if holds.all():
            return Verdict(self.name, "pass", requirement=self.requirement, reason="it holds at every instant")
        first = float(trace.time_s[int(np.argmin(holds))])
        reason = f"it does not hold at {int((~holds).sum())} of {trace.n_t} instants, first at {first:g} s"
        return Verdict(self.name, "fail", worst_time_s=first, requirement=self.requirement, reason=reason)
