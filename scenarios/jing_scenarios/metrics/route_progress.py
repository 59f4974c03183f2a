"""How much of its planned route an actor has driven.

>>> route = np.array([[0.0, 0.0], [100.0, 0.0]])
>>> progress_along(route, np.array([0.0, 10.0, 50.0, 40.0]), np.zeros(4)).tolist()
[0.0, 0.1, 0.5, 0.5]
"""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.registry import MetricError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["progress_along", "route_progress"]

Float = NDArray[np.float64]

# From one instant to the next nobody gets further along the route than this: the route may cross itself.
_WINDOW_M = 60.0
_BESIDE_M = 30.0


def progress_along(route: Float, x_m: Float, y_m: Float) -> Float:
    """`(n_t,)` share (0 to 1) of the route `(k, 2)` driven so far: the furthest foot of the point on it yet.

    A point further than 30 m beside the route makes no progress.
    """
    steps = np.diff(route, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    begin = np.concatenate([[0.0], np.cumsum(lengths)])
    out, reached = np.zeros(len(x_m)), 0.0
    for i, (x, y) in enumerate(zip(x_m.tolist(), y_m.tolist(), strict=True)):
        low = max(int(np.searchsorted(begin, reached, side="right")) - 1, 0)
        high = max(int(np.searchsorted(begin, reached + _WINDOW_M, side="left")), low + 1)
        part, size = steps[low:high], np.maximum(lengths[low:high], 1e-9)
        away = np.array([x, y]) - route[low : low + len(part)]
        share = np.clip((away * part).sum(axis=1) / size**2, 0.0, 1.0)
        apart = np.hypot(*(away - share[:, None] * part).T)
        best = int(np.argmin(apart))
        if apart[best] <= _BESIDE_M:
            reached = max(reached, float(begin[low + best] + share[best] * lengths[low + best]))
        out[i] = reached / begin[-1] if begin[-1] > 0 else 1.0
    return out


def route_progress(trace: ScenarioTrace, actor: int) -> Float:
    """`(n_t,)` share of its route that the actor has driven; raises MetricError if it has none."""
    route = trace.routes.get(actor)
    if route is None or len(route) < 2:
        raise MetricError(
            f"{trace.names[actor]} has no route, so its completion cannot be told; give the criterion waypoints"
        )
    here = trace.present[:, actor]
    out = np.full(trace.n_t, np.nan)
    out[here] = progress_along(route, trace.x_m[here, actor], trace.y_m[here, actor])
    return out
