"""The reference drivers of UN R157: would a careful and competent human have prevented the collision?

Two models, each driving straight on and braking only:

- *Careful and competent human driver* (UN R157 Annex 4 Appendix 3, since the 01 series Annex 3): the danger begins when
  the other vehicle has left the wandering zone of 0.375 m about the middle of its lane (cut-in, cut-out), or when it
  brakes; perceiving takes 0.4 s; the brake acts 0.75 s later and reaches 0.774 g within 0.6 s. In a cut-in the driver
  brakes only when the time to collision is below 2.0 s. Following distance before a cut-out or braking: 2.0 s.
- *Fuzzy safety model* (01 series, Annex 3; K. Mattas et al., Accident Analysis & Prevention 148 (2020) 105794): two
  fuzzy measures of the gap, proactive and critical, decide whether and how hard it brakes after 0.75 s.

Our reading where the text leaves room: the human driver does not decelerate during its delay; the brake of 0.85 g
"after full wrap" is not used (0.774 g is the weaker, so fewer cases count as preventable); lane width and bodies are
arguments. A case counts as preventable when the human driver prevents it; the label tells the answer of both models.

>>> cut_in(60 / 3.6, 30 / 3.6, gap_m=40.0, lateral_mps=1.0).preventable
True
>>> cut_in(60 / 3.6, 20 / 3.6, gap_m=8.0, lateral_mps=1.8).preventable
False
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["DT_S", "Bodies", "Encounter", "Label", "cut_in", "cut_out", "deceleration", "fuzzy_driver", "human_driver"]

DT_S = 0.01
G_MPS2 = 9.81
WANDERING_M = 0.375
PERCEPTION_S = 0.4
DELAY_S = 0.75
FULL_BRAKE_MPS2 = 0.774 * G_MPS2
RAMP_MPS3 = FULL_BRAKE_MPS2 / 0.6
CRITICAL_TTC_S = 2.0
FOLLOWING_S = 2.0
# Fuzzy safety model: comfortable and full braking of the own, full braking of the other vehicle [m/s2], margins [m].
_OWN_COMFORT, _OWN_FULL, _OTHER_FULL = 4.0, 6.0, 7.0
_STANDING_M, _SAFETY_M = 2.0, 2.0
_LATERAL_MARGIN_S = 0.1


@dataclass(frozen=True)
class Bodies:
    """Lengths and widths of the own and the other vehicle [m], and the width of lanes."""

    own_length_m: float = 4.5
    own_width_m: float = 1.9
    other_length_m: float = 4.5
    other_width_m: float = 1.9
    lane_m: float = 3.5

    @property
    def side_m(self) -> float:
        """Distance of the middles at which the bodies touch sideways."""
        return (self.own_width_m + self.other_width_m) / 2


@dataclass(frozen=True)
class Encounter:
    """The other vehicle over time, as functions of seconds.

    Attributes:
        own_mps: speed of the own vehicle at first.
        gap_m: from the own front to the other's rear at time 0.
        speed_mps, travelled_m: of the other vehicle, forward.
        lateral_m: distance of the middles across the lane. lateral_mps: closing speed across.
        perceived_s: when the human driver has perceived the danger. needs_ttc: he brakes only below the critical time
            to collision.
        steady_s: from then on the other keeps its speed and its place across the lane.
        bodies: of both.
    """

    own_mps: float
    gap_m: float
    speed_mps: Callable[[float], float]
    travelled_m: Callable[[float], float]
    lateral_m: Callable[[float], float]
    lateral_mps: Callable[[float], float]
    perceived_s: float
    steady_s: float
    needs_ttc: bool = False
    bodies: Bodies = field(default_factory=Bodies)


@dataclass(frozen=True)
class Label:
    """Whether the reference driver prevents the collision, and what both models say."""

    preventable: bool
    text: str


def cut_in(own_mps: float, other_mps: float, gap_m: float, lateral_mps: float, bodies: Bodies = Bodies()) -> Label:
    """The other vehicle leaves the middle of the neighbouring lane at time 0, `gap_m` ahead, at constant speeds."""
    duration_s = bodies.lane_m / lateral_mps
    return _label(
        Encounter(
            own_mps,
            gap_m,
            speed_mps=lambda _: other_mps,
            travelled_m=lambda t: other_mps * t,
            lateral_m=lambda t: max(bodies.lane_m - lateral_mps * t, 0.0),
            lateral_mps=lambda t: lateral_mps if t < duration_s else 0.0,
            perceived_s=WANDERING_M / lateral_mps + PERCEPTION_S,
            steady_s=duration_s,
            needs_ttc=True,
            bodies=bodies,
        )
    )


def cut_out(own_mps: float, lateral_mps: float, ahead_m: float, bodies: Bodies = Bodies()) -> Label:
    """The vehicle in front, 2.0 s ahead at the same speed, leaves the lane at time 0 and reveals one that stands
    `ahead_m` before it."""
    gap_m = own_mps * FOLLOWING_S + bodies.other_length_m + ahead_m
    return _label(
        Encounter(
            own_mps,
            gap_m,
            speed_mps=lambda _: 0.0,
            travelled_m=lambda _: 0.0,
            lateral_m=lambda _: 0.0,
            lateral_mps=lambda _: 0.0,
            perceived_s=WANDERING_M / lateral_mps + PERCEPTION_S,
            steady_s=0.0,
            bodies=bodies,
        )
    )


def deceleration(own_mps: float, brake_mps2: float, headway_s: float = FOLLOWING_S, bodies: Bodies = Bodies()) -> Label:
    """The vehicle in front, `headway_s` ahead at the same speed, brakes at time 0 until it stands."""
    stop_s = own_mps / brake_mps2

    def travelled(t: float) -> float:
        u = min(t, stop_s)
        return own_mps * u - brake_mps2 * u * u / 2

    return _label(
        Encounter(
            own_mps,
            own_mps * headway_s,
            speed_mps=lambda t: max(own_mps - brake_mps2 * t, 0.0),
            travelled_m=travelled,
            lateral_m=lambda _: 0.0,
            lateral_mps=lambda _: 0.0,
            perceived_s=PERCEPTION_S,
            steady_s=stop_s,
            bodies=bodies,
        )
    )


def human_driver(encounter: Encounter, dt_s: float = DT_S) -> bool:
    """Whether the careful and competent human driver comes away without contact."""
    alarm_s: float | None = None

    def brake(t: float, speed: float, gap: float, _brake: float) -> float:
        nonlocal alarm_s
        if alarm_s is None and t >= encounter.perceived_s:
            closing = speed - encounter.speed_mps(t)
            near = gap >= 0 and closing > 0 and gap / closing <= CRITICAL_TTC_S
            if near or not encounter.needs_ttc:
                alarm_s = t
        if alarm_s is None:
            return 0.0
        return min(max(t - alarm_s - DELAY_S, 0.0) * RAMP_MPS3, FULL_BRAKE_MPS2)

    return _drive(encounter, brake, dt_s)


def fuzzy_driver(encounter: Encounter, dt_s: float = DT_S) -> bool:
    """Whether the fuzzy safety model comes away without contact."""
    alarm_s: float | None = None

    def brake(t: float, speed: float, gap: float, before: float) -> float:
        nonlocal alarm_s
        other = encounter.speed_mps(t)
        proactive = critical = 0.0
        if gap >= 0 and _in_the_way(encounter, t, speed - other, gap):
            proactive = _proactive(gap - _STANDING_M, speed, other)
            critical = _critical(gap, speed, other, -before)
        if proactive + critical == 0.0:
            return 0.0
        alarm_s = t if alarm_s is None else alarm_s
        if t - alarm_s < DELAY_S:
            return 0.0
        wanted = _OWN_COMFORT + critical * (_OWN_FULL - _OWN_COMFORT) if critical > 0 else proactive * _OWN_COMFORT
        return min(before + RAMP_MPS3 * dt_s, FULL_BRAKE_MPS2, wanted)

    return _drive(encounter, brake, dt_s)


def _label(encounter: Encounter) -> Label:
    human, fuzzy = human_driver(encounter), fuzzy_driver(encounter)
    said = {True: "avoids", False: "collides"}
    return Label(human, f"careful and competent driver {said[human]}; fuzzy safety model {said[fuzzy]}")


def _drive(encounter: Encounter, brake: Callable[[float, float, float, float], float], dt_s: float) -> bool:
    """Steps until contact (False), or until nothing can happen any more (True)."""
    bodies, speed, own_m, deceleration_mps2, t = encounter.bodies, encounter.own_mps, 0.0, 0.0, 0.0
    while t < 120.0:
        gap = encounter.gap_m + encounter.travelled_m(t) - own_m
        beside = encounter.lateral_m(t) >= bodies.side_m
        if not beside and -(bodies.own_length_m + bodies.other_length_m) < gap <= 0.0:
            return False
        passed = gap <= -(bodies.own_length_m + bodies.other_length_m)
        if passed or (t >= encounter.steady_s and gap > 0 and speed <= encounter.speed_mps(t)):
            return True
        deceleration_mps2 = brake(t, speed, gap, deceleration_mps2)
        next_speed = max(speed - deceleration_mps2 * dt_s, 0.0)
        own_m += (speed + next_speed) / 2 * dt_s
        speed, t = next_speed, t + dt_s
    return True


def _in_the_way(encounter: Encounter, t: float, closing_mps: float, gap_m: float) -> bool:
    """The lateral check of the fuzzy model: the other is in the lane, or comes into it before it is passed."""
    free = encounter.lateral_m(t) - encounter.bodies.side_m
    if free <= 0:
        return True
    across = encounter.lateral_mps(t)
    if across <= 0 or closing_mps <= 0:
        return False
    passed_s = (gap_m + encounter.bodies.own_length_m + encounter.bodies.other_length_m) / closing_mps
    return free / across <= passed_s + _LATERAL_MARGIN_S


def _proactive(gap_m: float, own: float, other: float) -> float:
    """0 = the gap lets the own vehicle stop comfortably behind an other that brakes hard, 1 = not even braking hard."""
    others = other * other / (2 * _OTHER_FULL)
    safe = own * DELAY_S + own * own / (2 * _OWN_COMFORT) - others + _SAFETY_M
    unsafe = own * DELAY_S + own * own / (2 * _OWN_FULL) - others
    return _between(gap_m, safe, unsafe)


def _critical(gap_m: float, own: float, other: float, accel: float) -> float:
    """0 = comfortable braking avoids contact if the other keeps its speed, 1 = full braking does not."""
    if own <= other:
        return 0.0
    accel = max(accel, -_OWN_COMFORT)
    later = own + DELAY_S * accel
    if later < other:
        return 1.0 if gap_m < (own - other) ** 2 / abs(2 * accel) else 0.0
    reacting = (own + accel * DELAY_S / 2 - other) * DELAY_S
    closing = (later - other) ** 2
    return _between(gap_m, reacting + closing / (2 * _OWN_COMFORT), reacting + closing / (2 * _OWN_FULL))


def _between(value: float, safe: float, unsafe: float) -> float:
    """0 above `safe`, 1 below `unsafe`, linear between them."""
    if value > safe:
        return 0.0
    if value < unsafe or math.isclose(safe, unsafe):
        return 1.0
    return (safe - value) / (safe - unsafe)
