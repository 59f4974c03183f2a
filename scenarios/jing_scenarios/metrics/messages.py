"""Metrics of V2X messages."""

import numpy as np

from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__: list[str] = []


@metric(
    "message_age_s", "s", "V2X message age",
    "Time since the newest message that the actor has received was generated; not known before the first.",
    "S. Kaul, R. Yates, M. Gruteser, IEEE INFOCOM 2012 (age of information); T/CSAE 53-2020", "max",
)  # fmt: skip
def _age(trace: ScenarioTrace, actor: int, others: tuple[int, ...]) -> Series:
    del others
    got = sorted((m.received_s, m.generated_s) for m in trace.messages if m.receiver == actor)
    if not got:
        return Series.alone(np.full(trace.n_t, np.nan))
    received, generated = np.array(got).T
    newest = np.maximum.accumulate(generated)
    at = np.searchsorted(received, trace.time_s + 1e-9, side="right") - 1
    return Series.alone(np.where(at >= 0, trace.time_s - newest[np.maximum(at, 0)], np.nan))
