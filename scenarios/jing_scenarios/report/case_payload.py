"""One case as its page needs it: boxes over time, roads around them, series against thresholds, the storyboard.

Lengths are whole centimetres from the ego's first place, angles hundredths of a degree, times milliseconds.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics.scenario_trace import ScenarioTrace, SignalChange, StoryChange
from jing_scenarios.report.results import CriterionResult
from jing_scenarios.report.roads_around import Window, roads_around

__all__ = ["case_payload", "story_bars"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Series = tuple[Float, Float]

FRAMES_PER_S = 10.0
MOST_POINTS = 600
MARGIN_M = 70.0
_CAST = 12
"""With more actors than that, the window follows the ego alone: the rest is background traffic."""


def case_payload(
    run: Path, trace: ScenarioTrace, criteria: Sequence[CriterionResult], series: Mapping[str, Series]
) -> dict[str, Any]:
    """JSON values of a case.

    Args:
        run: its run folder, for the roads.
        trace: of the run.
        criteria, series: what `case_files` holds.
    """
    rows = _frames(trace.time_s)
    window = _window(trace)
    ego = max(trace.ego, 0)
    actors = [_actor(trace, k, rows, window) for k in range(len(trace)) if _seen(trace, k, window)]
    return {
        "t": _whole(trace.time_s[rows], 1000.0),
        "ego": trace.names[ego] if trace.names else "",
        "bounds": [round(v * 100) for v in window.relative()],
        "actors": actors,
        "roads": roads_around(run, window),
        "series": _series_of(criteria, series) + _always(trace, ego, rows),
        "story": story_bars(trace.story, float(trace.time_s[-1])),
        "signals": _signal_bars(trace.signals, float(trace.time_s[-1])),
        "contacts": [
            [round(c.time_s * 1000), trace.names[c.actor], trace.names[c.other] if c.other >= 0 else ""]
            for c in trace.contacts or ()
        ],
    }


def story_bars(story: Sequence[StoryChange], end_s: float) -> list[list[Any]]:
    """`[element, type, begin ms, end ms]` of every time that an element ran, in the order of their begins."""
    begun: dict[tuple[str, str], float] = {}
    bars: list[list[Any]] = []
    for change in story:
        key = (change.element, change.type)
        if key in begun and change.state != "runningState":
            bars.append([*key, round(begun.pop(key) * 1000), round(change.time_s * 1000)])
        elif change.state == "runningState":
            begun.setdefault(key, change.time_s)
    bars += [[*key, round(at * 1000), round(end_s * 1000)] for key, at in begun.items()]
    return sorted(bars, key=lambda bar: bar[2])


def _signal_bars(changes: Sequence[SignalChange], end_s: float) -> list[list[Any]]:
    """`[signal, [begin ms, state], ...]` of the signals that changed or were set."""
    rows: dict[str, list[list[Any]]] = {}
    for change in changes:
        if change.time_s <= end_s:
            rows.setdefault(change.signal, []).append([round(change.time_s * 1000), change.state])
    return [[signal, *states] for signal, states in rows.items()]


def _frames(time_s: Float) -> NDArray[np.int64]:
    """Rows at ten frames a second, the last one among them."""
    wanted = np.arange(time_s[0], time_s[-1] + 1e-9, 1.0 / FRAMES_PER_S)
    rows = np.unique(np.searchsorted(time_s, wanted - 1e-9).clip(max=len(time_s) - 1))
    return np.unique(np.append(rows, len(time_s) - 1))


def _window(trace: ScenarioTrace) -> Window:
    """What the page shows: where the cast goes, and some metres more."""
    ego = max(trace.ego, 0)
    cast = list(range(len(trace))) if len(trace) <= _CAST else [ego]
    there = trace.present[:, cast]
    if not there.any():
        return Window(0.0, 0.0, -MARGIN_M, -MARGIN_M, MARGIN_M, MARGIN_M)
    x, y = trace.x_m[:, cast][there], trace.y_m[:, cast][there]
    own = np.flatnonzero(trace.present[:, ego])
    origin = (trace.x_m[own[0], ego], trace.y_m[own[0], ego]) if len(own) else (x[0], y[0])
    corners = (x.min() - MARGIN_M, y.min() - MARGIN_M, x.max() + MARGIN_M, y.max() + MARGIN_M)
    return Window(*(float(value) for value in (*origin, *corners)))


def _seen(trace: ScenarioTrace, row: int, window: Window) -> bool:
    return bool(window.holds(trace.x_m[:, row], trace.y_m[:, row]).any())


def _actor(trace: ScenarioTrace, row: int, frames: NDArray[np.int64], window: Window) -> dict[str, Any]:
    centre_x, centre_y = trace.centre_m
    boxes = trace.boxes
    return {
        "name": trace.names[row],
        "kind": trace.kinds[row],
        "ego": row == trace.ego,
        "size": [round(float(boxes.length_m[row]) * 100), round(float(boxes.width_m[row]) * 100)],
        "x": _whole(centre_x[frames, row] - window.origin_x_m, 100.0),
        "y": _whole(centre_y[frames, row] - window.origin_y_m, 100.0),
        "h": _whole(np.degrees(np.unwrap(_filled(trace.heading_rad[frames, row]))), 100.0),
        "v": _whole(trace.speed_mps[frames, row], 100.0),
    }


def _filled(values: Float) -> Float:
    return np.where(np.isfinite(values), values, 0.0)


def _whole(values: Float, factor: float) -> list[int | None]:
    """Rounded; null where the actor is not there."""
    known = np.isfinite(values)
    numbers = np.rint(np.where(known, values, 0.0) * factor).astype(np.int64).tolist()
    return [number if ok else None for number, ok in zip(numbers, known.tolist(), strict=True)]


def _series_of(criteria: Sequence[CriterionResult], series: Mapping[str, Series]) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "unit": row.unit,
            "comparison": row.comparison,
            "threshold": _finite(row.threshold),
            "verdict": row.verdict,
            "worst": [_finite(row.worst_time_s), _finite(row.value)],
            **_points(*series[row.name]),
        }
        for row in criteria
        if row.name in series and len(series[row.name][0])
    ]


def _always(trace: ScenarioTrace, ego: int, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
    """What every page shows of the ego: speed and acceleration."""
    if not len(trace):
        return []
    time_s = trace.time_s[rows]
    shown = (("ego_speed", "km/h", trace.speed_mps * 3.6), ("ego_acceleration", "m/s2", trace.accel_mps2))
    return [
        {"name": name, "unit": unit, "comparison": "", "threshold": None, "verdict": "", "worst": [None, None]}
        | _points(time_s, values[rows, ego])
        for name, unit, values in shown
    ]


def _points(time_s: Float, value: Float) -> dict[str, list[float | None]]:
    """At most `MOST_POINTS` of a series: of each stretch the first, lowest and highest stay, so that peaks do."""
    if len(time_s) > MOST_POINTS:
        keep: set[int] = set()
        for part in np.array_split(np.arange(len(time_s)), MOST_POINTS // 3):
            own = np.where(np.isfinite(value[part]), value[part], np.inf)
            low = int(part[np.argmin(own)])
            own = np.where(np.isfinite(value[part]), value[part], -np.inf)
            keep |= {int(part[0]), low, int(part[np.argmax(own)])}
        rows = np.array(sorted(keep))
        time_s, value = time_s[rows], value[rows]
    return {"t": [round(float(t), 3) for t in time_s], "v": [_finite(float(v)) for v in value]}


def _finite(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None
