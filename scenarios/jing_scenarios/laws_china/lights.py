"""Monitors of lights: red, right turns at red, and standing beyond the stop line."""

import numpy as np

from jing_scenarios.laws_china.law import Breach, LawReport
from jing_scenarios.metrics.bodies import box_gaps_of
from jing_scenarios.metrics.compliance import light_passages, red_passages
from jing_scenarios.metrics.plane import encroachments_of
from jing_scenarios.metrics.registry import metric_of
from jing_scenarios.metrics.road_lines import Passage
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["watch_red_light", "watch_right_turn", "watch_stop_line"]

# Who has turned by more than this to the right within this way or time after the line has turned right.
_TURN_RAD = np.deg2rad(40.0)
_TURN_WAY_M = 40.0
_TURN_S = 15.0
# Others are hindered if they use the place within this time of the turning vehicle, or are passed closer than this.
_HINDER_S = 2.0
_HINDER_M = 1.0


def _turns_right(trace: ScenarioTrace, actor: int, passage: Passage) -> bool:
    speed = np.nan_to_num(np.abs(trace.speed_mps[:, actor]))
    way = np.cumsum(speed * np.append(0.0, np.diff(trace.time_s)))
    after = np.arange(trace.n_t) >= passage.row
    near = after & (way - way[passage.row] <= _TURN_WAY_M) & (trace.time_s - trace.time_s[passage.row] <= _TURN_S)
    heading = np.unwrap(trace.heading_rad[near, actor])
    return bool(len(heading) and np.nanmin(heading - heading[0]) <= -_TURN_RAD)


def watch_red_light(trace: ScenarioTrace, actor: int) -> LawReport:
    """Passing the stop line at red; turning right at a round red light is another law's."""
    met = light_passages(trace, actor)
    breaches = []
    for passage, light in met:
        if light != "red" or (not passage.line.arrow and _turns_right(trace, actor, passage)):
            continue
        time, signal = float(trace.time_s[passage.row]), passage.line.signal
        speed = abs(float(trace.speed_mps[passage.row, actor])) * 3.6
        name = trace.names[actor]
        text = f"{name} passed the stop line of signal {signal} at red at {time:g} s with {speed:.1f} km/h"
        breaches.append(
            Breach(time, 1.0, text, f"{name}在{time:g}秒红灯亮时以{speed:.1f}公里/小时越过信号灯{signal}的停止线")
        )
    dark = sorted({passage.line.signal for passage, light in met if light == "unknown"})
    unknown = f"the states of the signals {', '.join(dark)} are not known" if dark else ""
    return LawReport(len(met), tuple(breaches), unknown, f"信号灯{'、'.join(dark)}状态未知" if dark else "")


def watch_right_turn(trace: ScenarioTrace, actor: int) -> LawReport:
    """Turning right at a round red light in the way of others."""
    turns = [p for p in red_passages(trace, actor) if not p.line.arrow and _turns_right(trace, actor, p)]
    breaches = [breach for turn in turns if (breach := _hindered(trace, actor, turn)) is not None]
    return LawReport(len(turns), tuple(breaches))


def _hindered(trace: ScenarioTrace, actor: int, turn: Passage) -> Breach | None:
    time = trace.time_s
    during = (np.arange(trace.n_t) >= turn.row) & (time - time[turn.row] <= _TURN_S)
    apart = np.abs(encroachments_of(trace, actor))
    gaps = box_gaps_of(trace, actor)
    walkers = np.array([kind in {"pedestrian", "wheelchair", "bicycle"} for kind in trace.kinds])
    hinders = (apart <= _HINDER_S) | ((gaps <= _HINDER_M) & walkers)
    hinders[~during] = False
    if not hinders.any():
        return None
    row, other = (int(k[0]) for k in np.nonzero(hinders))
    name, whom, when = trace.names[actor], trace.names[other], float(time[row])
    text = f"{name} turned right at the red signal {turn.line.signal} in the way of {whom} at {when:g} s"
    text_zh = f"{name}在{when:g}秒红灯右转时妨碍{whom}通行（信号灯{turn.line.signal}）"
    return Breach(when, 1.0, text, text_zh, whom)


def watch_stop_line(trace: ScenarioTrace, actor: int) -> LawReport:
    """Standing with the front beyond the stop line of a red light."""
    beyond = metric_of("beyond_stop_line_m").of(trace, actor).values
    met = light_passages(trace, actor)
    row = int(np.nanargmax(np.nan_to_num(beyond)))
    if not met or not beyond[row] > 0:
        return LawReport(len(met))
    time, name = float(trace.time_s[row]), trace.names[actor]
    text = f"{name} stood {beyond[row]:.2f} m beyond the stop line at red at {time:g} s"
    text_zh = f"{name}在{time:g}秒红灯时停在停止线以内{beyond[row]:.2f}米处"
    return LawReport(len(met), (Breach(time, float(beyond[row]), text, text_zh),))
