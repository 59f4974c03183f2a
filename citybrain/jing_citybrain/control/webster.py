"""Fixed-time signal programs after Webster's method.

F. V. Webster, "Traffic Signal Settings", Road Research Technical Paper 39, HMSO 1958: the cycle of least delay is
C0 = (1.5 L + 5) / (1 - Y), with L the lost time of a cycle and Y the sum of the stages' critical flow ratios; green is
shared in proportion to these ratios.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs, SignalState, Turn
from jing_maps.network import RoadNetwork

__all__ = ["WebsterOptions", "webster_programs"]

Float = NDArray[np.float64]

_GOES = (SignalState.GREEN, SignalState.PERMISSIVE)
_CHANGES = (SignalState.YELLOW, SignalState.RED_YELLOW)
_LEAST_GREEN_S = 10.0


@dataclass(frozen=True)
class WebsterOptions:
    """What Webster's method is given beside the flows.

    Attributes:
        saturation_flow_vph: of a straight lane (Krauss drivers at a step of 1 s discharge about 1,800).
        left_factor, right_factor, permissive_factor: of it for protected left turns, right turns, and turns that must
            find gaps (the first two: Highway Capacity Manual 2000, chapter 16, adjustment factors).
        min_cycle_s, max_cycle_s: bounds of the cycle.
        max_flow_ratio: Y is capped here; above, the method has no answer and the cycle is at its upper bound anyhow.
    """

    saturation_flow_vph: float = 1800.0
    left_factor: float = 0.95
    right_factor: float = 0.85
    permissive_factor: float = 0.5
    min_cycle_s: float = 40.0
    max_cycle_s: float = 150.0
    max_flow_ratio: float = 0.9

    def __post_init__(self) -> None:
        if not 0 < self.min_cycle_s <= self.max_cycle_s:
            raise ValueError(f"cycle bounds {self.min_cycle_s:g} s to {self.max_cycle_s:g} s are not in order")
        if self.saturation_flow_vph <= 0 or not 0 < self.max_flow_ratio < 1:
            raise ValueError("saturation_flow_vph must be positive and max_flow_ratio lie between 0 and 1")


def webster_programs(network: RoadNetwork, flows_vph: Float, options: WebsterOptions = WebsterOptions()) -> Programs:
    """The network's programs in force, with greens after Webster; stages, yellow, all-red and offsets stay.

    A group that is green in several stages shares its flow evenly among them. Every stage keeps at least its minimum
    green (which holds the pedestrians' time), also if the cycle must then exceed its upper bound.

    Args:
        network: with signal programs.
        flows_vph: `(n_connectors,)` vehicles per hour.
        options: saturation flow and bounds.

    Raises:
        ValueError: one flow a connector is needed, finite and not negative.
    """
    if flows_vph.shape != (len(network.connectors),) or not (np.isfinite(flows_vph) & (flows_vph >= 0)).all():
        raise ValueError(f"flows_vph must be {len(network.connectors)} finite numbers, none negative")
    programs = network.programs
    duration_s = programs.duration_s.copy()
    for controller in range(len(network.controllers)):
        rows = network.controller_programs[controller]
        if len(rows):
            _retime(network, int(rows[0]), flows_vph, options, duration_s)
    return replace(programs, duration_s=duration_s, min_s=duration_s.copy(), max_s=duration_s.copy())


def _retime(network: RoadNetwork, program: int, flows_vph: Float, options: WebsterOptions, duration_s: Float) -> None:
    programs = network.programs
    phases = range(int(programs.first_phase[program]), int(programs.first_phase[program + 1]))
    stages = [phase for phase in phases if _is_stage(programs, phase)]
    if len(stages) < 2:
        return
    ratio = _critical_ratios(network, program, stages, flows_vph, options)
    lost_s = float(sum(duration_s[phase] for phase in phases if phase not in stages))
    total = min(float(ratio.sum()), options.max_flow_ratio)
    cycle_s = float(np.clip((1.5 * lost_s + 5.0) / (1.0 - total), options.min_cycle_s, options.max_cycle_s))
    # A program of fixed durations names no minimum.
    fixed = programs.min_s[stages] == programs.max_s[stages]
    least_s = np.where(fixed, np.minimum(programs.duration_s[stages], _LEAST_GREEN_S), programs.min_s[stages])
    duration_s[stages] = _share_green(cycle_s - lost_s, ratio, least_s)


def _is_stage(programs: Programs, phase: int) -> bool:
    state = programs.state[programs.first_state[phase] : programs.first_state[phase + 1]]
    return bool(np.isin(state, _GOES).any() and not np.isin(state, _CHANGES).any())


def _critical_ratios(
    network: RoadNetwork, program: int, stages: list[int], flows_vph: Float, options: WebsterOptions
) -> Float:
    """`(n_stages,)` the greatest ratio of flow to saturation flow over the lanes that each stage serves."""
    programs, connectors = network.programs, network.connectors
    controller = int(programs.controller[program])
    first = int(network.controllers.first_group[controller])
    state = np.stack([programs.state[programs.first_state[p] : programs.first_state[p + 1]] for p in stages])
    goes = np.isin(state, _GOES)
    ratio = np.zeros(len(stages))
    rows = np.flatnonzero(
        (connectors.signal_group >= first) & (connectors.signal_group < network.controllers.first_group[controller + 1])
    )
    group = connectors.signal_group[rows] - first
    times_green = np.maximum(goes[:, group].sum(axis=0), 1)
    for i in range(len(stages)):
        served = goes[i, group]
        factor = _turn_factor(connectors.turn[rows], state[i, group] == SignalState.PERMISSIVE, options)
        need = flows_vph[rows] / times_green / (options.saturation_flow_vph * factor)
        lanes, place = np.unique(connectors.from_lane[rows[served]], return_inverse=True)
        if len(lanes):
            ratio[i] = np.bincount(place, need[served]).max()
    return ratio


def _turn_factor(turn: NDArray[np.int8], permissive: NDArray[np.bool_], options: WebsterOptions) -> Float:
    left = (turn == Turn.LEFT) | (turn == Turn.U_TURN)
    factor = np.where(left, options.left_factor, np.where(turn == Turn.RIGHT, options.right_factor, 1.0))
    return np.where(permissive & left, options.permissive_factor, factor)


def _share_green(green_s: float, ratio: Float, least_s: Float) -> Float:
    """Whole seconds for each stage: in proportion to `ratio`, but at least `least_s` (rounded up)."""
    least = np.ceil(least_s)
    total = max(round(green_s), int(least.sum()))
    weight = np.where(ratio > 0, ratio, 1e-6)
    fixed = np.zeros(len(ratio), dtype=bool)
    share = np.zeros(len(ratio))
    # A stage raised to its minimum takes from the others, which may raise another one: at most once a stage.
    for _ in range(len(ratio)):
        free = total - least[fixed].sum()
        share = np.where(fixed, least, free * weight / weight[~fixed].sum() if (~fixed).any() else least)
        low = ~fixed & (share < least)
        if not low.any():
            break
        fixed |= low
    share = np.maximum(share, least)
    whole = np.floor(share)
    rest = int(total - whole.sum())
    order = np.argsort(-(share - whole), kind="stable")
    whole[order[: max(rest, 0)]] += 1.0
    return whole
