"""Metrics of an actor and those ahead of it in its way (longitudinal conflicts)."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.metrics import criticality, following_formulas
from jing_scenarios.metrics.limits import LIMITS
from jing_scenarios.metrics.pairs import greatest, least, pairs_of
from jing_scenarios.metrics.registry import Series, metric
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["sample_durations_s"]

Float = NDArray[np.float64]
Rows = tuple[int, ...]

_REVIEW = "L. Westhofen et al., Archives of Computational Methods in Engineering 30 (2023)"
_HAYWARD = "J. C. Hayward, Highway Research Record 384 (1972)"
_MINDERHOUD = "M. M. Minderhoud, P. H. L. Bovy, Accident Analysis and Prevention 33 (2001)"
_AASLJUNG = "D. Aasljung, J. Nilsson, J. Fredriksson, IEEE Transactions on Intelligent Vehicles 2 (2017)"


def sample_durations_s(trace: ScenarioTrace) -> Float:
    """`(n_t,)` time that each sample stands for: until the next one; 0 for the last."""
    return np.append(np.diff(trace.time_s), 0.0)


@metric("gap_m", "m", "gap", "Front bumper to the rear bumper of who is ahead, along the way.", _REVIEW, "min")
def _gap(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    pairs = pairs_of(trace, actor, others)
    return least(pairs.gap_m, pairs.rows)


@metric("ttc_s", "s", "TTC", "Gap over closing speed: time to contact if both keep their speeds.", _HAYWARD, "min")
def _ttc(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    pairs = pairs_of(trace, actor, others)
    return least(criticality.time_to_collision_s(pairs.gap_m, pairs.follower_mps, pairs.leader_mps), pairs.rows)


@metric(
    "mttc_s", "s", "MTTC", "Time to contact along the way if both keep their accelerations.",
    "J. Jansson, Collision Avoidance Theory (Linkoeping 2005), eq. 5.24; K. Ozbay et al., TRR 2083 (2008)", "min",
)  # fmt: skip
def _mttc(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    p = pairs_of(trace, actor, others)
    accelerations = p.follower_accel_mps2, p.leader_accel_mps2
    time = following_formulas.modified_time_to_collision_s(p.gap_m, p.follower_mps, p.leader_mps, *accelerations)
    return least(time, p.rows)


@metric(
    "headway_s", "s", "THW", "Front bumper to front bumper over the speed: time headway.", "SAE J2944 (2015)", "min"
)
def _headway(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    pairs = pairs_of(trace, actor, others)
    return least(criticality.time_headway_s(pairs.spacing_m, pairs.follower_mps), pairs.rows)


@metric(
    "time_gap_s", "s", "time gap", "Bumper to bumper over the speed: the distance that R157 asks for.",
    "UN Regulation 157, paragraph 5.2.3.3", "min",
)  # fmt: skip
def _time_gap(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    pairs = pairs_of(trace, actor, others)
    gap = np.maximum(pairs.gap_m, 0.0)
    return least(criticality.time_headway_s(gap, pairs.follower_mps), pairs.rows)


@metric(
    "drac_mps2", "m/s2", "DRAC", "Deceleration that avoids a crash with a leader that keeps its speed.",
    "D. F. Cooper, N. Ferguson, Traffic Engineering and Control 17 (1976)", "max",
)  # fmt: skip
def _drac(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    p = pairs_of(trace, actor, others)
    return greatest(criticality.deceleration_to_avoid_crash_mps2(p.gap_m, p.follower_mps, p.leader_mps), p.rows)


@metric(
    "required_mps2", "m/s2", "a_long,req",
    "Deceleration that avoids a crash with a leader that keeps its acceleration until it stands.",
    f"{_REVIEW}, after J. Jansson (2005)", "max",
)  # fmt: skip
def _required(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    p = pairs_of(trace, actor, others)
    needed = criticality.required_deceleration_mps2(p.gap_m, p.follower_mps, p.leader_mps, p.leader_accel_mps2)
    return greatest(needed, p.rows)


def _threat_mps2(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    p = pairs_of(trace, actor, others)
    needed = following_formulas.required_longitudinal_mps2(p.gap_m, p.follower_mps, p.leader_mps, p.leader_accel_mps2)
    return greatest(needed, p.rows)


@metric("btn_1", "1", "BTN", "Brake threat number: required over available (8 m/s2) deceleration.", _AASLJUNG, "max")
def _btn(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    needed = _threat_mps2(trace, actor, others)
    return Series(following_formulas.brake_threat_number(needed.values, LIMITS.braking_mps2), needed.other)


@metric(
    "dst_mps2", "m/s2", "DST", "Deceleration to safety time: that ends 2 s behind the leader, at its speed.",
    "C. Hupfer (1997); R. Schubert et al., IEEE T-ITS 11 (2010), eq. 17", "max",
)  # fmt: skip
def _dst(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    p = pairs_of(trace, actor, others)
    needed = following_formulas.deceleration_to_safety_time_mps2(p.gap_m, p.follower_mps, p.leader_mps)
    return greatest(needed, p.rows)


@metric("tet_s", "s", "TET", "Time exposed to a time to collision of at most 1.5 s.", _MINDERHOUD, "total")
def _tet(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    ttc = _ttc(trace, actor, others)
    return Series(following_formulas.exposure_s(ttc.values, sample_durations_s(trace)), ttc.other)


@metric(
    "tit_s2", "s2", "TIT", "Integral over time of how far the time to collision lies below 1.5 s.", _MINDERHOUD, "total"
)
def _tit(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    ttc = _ttc(trace, actor, others)
    return Series(following_formulas.integrated_exposure_s2(ttc.values, sample_durations_s(trace)), ttc.other)


@metric(
    "cpi_1", "1", "CPI", "Mean over the run of the probability that braking cannot be as hard as required.",
    "F. Cunto, F. F. Saccomanno (2007)", "total",
)  # fmt: skip
def _cpi(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    needed = _threat_mps2(trace, actor, others)
    duration = sample_durations_s(trace)
    share = following_formulas.crash_potential(needed.values) * duration / max(float(duration.sum()), 1e-9)
    return Series(share, needed.other)


@metric("deceleration_mps2", "m/s2", "deceleration", "How hard the actor brakes, 0 while it does not.", _REVIEW, "max")
def _deceleration(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    accel = np.where(trace.present[:, actor], trace.accel_mps2[:, actor] * np.sign(trace.speed_mps[:, actor]), np.nan)
    return Series.alone(criticality.deceleration_mps2(accel))


@metric(
    "jerk_mps3", "m/s3", "jerk", "Size of the change of acceleration since the sample before, over the time between.",
    "ISO 15622:2018", "max",
)  # fmt: skip
def _jerk(trace: ScenarioTrace, actor: int, others: Rows) -> Series:
    del others
    return Series.alone(np.abs(criticality.jerk_mps3(trace.time_s, trace.accel_mps2[:, actor])))
