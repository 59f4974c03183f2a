"""Scenario files as an author writes them, on a small map, and what came of running them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_scenario

__all__ = [
    "CAR", "DT_S", "Outcome", "at_lane", "delta", "event", "linear_speed", "private", "run", "speed", "when", "xosc",
]  # fmt: skip

DT_S = 0.01

_LANES = {2: 3.5, 1: 3.5, -1: 3.5, -2: 3.5, -3: 3.5}
_ARC_M = 50 * np.pi


def _lanes(right: int) -> str:
    def lane(number: int, width: float) -> str:
        link = "" if number == -3 else f'<link><predecessor id="{number}"/><successor id="{number}"/></link>'
        return (
            f'<lane id="{number}" type="driving" level="false">{link}'
            f'<width sOffset="0" a="{width}" b="0" c="0" d="0"/></lane>'
        )

    left = "".join(lane(number, width) for number, width in _LANES.items() if number > 0)
    on_right = "".join(lane(number, width) for number, width in _LANES.items() if -right <= number < 0)
    return (
        f'<lanes><laneSection s="0"><left>{left}</left><center><lane id="0" type="none" level="false"/></center>'
        f"<right>{on_right}</right></laneSection></lanes>"
    )


ROADS = f"""<OpenDRIVE><header revMajor="1" revMinor="6" name="map" north="0" south="0" east="0" west="0"/>
<road name="straight" length="500" id="1" junction="-1">
<link><successor elementType="road" elementId="2" contactPoint="start"/></link>
<planView><geometry s="0" x="0" y="0" hdg="0" length="500"><line/></geometry></planView>{_lanes(3)}
<signals><signal s="200" t="-12" id="light" name="light" dynamic="yes" orientation="+" zOffset="5"
country="OpenDRIVE" type="1000001" subtype="-1" value="-1" height="1" width="0.5"/></signals></road>
<road name="quarter turn of 100 m" length="{_ARC_M!r}" id="2" junction="-1">
<link><predecessor elementType="road" elementId="1" contactPoint="end"/></link>
<planView><geometry s="0" x="500" y="0" hdg="0" length="{_ARC_M!r}"><arc curvature="0.01"/></geometry></planView>
{_lanes(2)}</road></OpenDRIVE>"""
"""500 m east from the origin, then a quarter turn left of radius 100 m; lane -3 ends before the turn."""

CAR = """<Vehicle name="car" vehicleCategory="car">
<BoundingBox><Center x="1.5" y="0" z="0.75"/><Dimensions width="2" length="5" height="1.5"/></BoundingBox>
<Performance maxSpeed="60" maxAcceleration="10" maxDeceleration="10"/><Axles>
<FrontAxle maxSteering="0.5" wheelDiameter="0.6" trackWidth="1.8" positionX="3" positionZ="0.3"/>
<RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.8" positionX="0" positionZ="0.3"/></Axles>
<Properties/></Vehicle>"""
"""5 m long and 2 m wide; its front is 4 m ahead of the reference point."""


def at_lane(road: str, lane: int, s_m: float, inside: str = "") -> str:
    """A LanePosition."""
    return f'<LanePosition roadId="{road}" laneId="{lane}" s="{s_m!r}">{inside}</LanePosition>'


def speed(target: str, dynamics: str = 'dynamicsShape="step" dynamicsDimension="time" value="0"') -> str:
    """A SpeedAction."""
    return (
        f"<LongitudinalAction><SpeedAction><SpeedActionDynamics {dynamics}/>"
        f"<SpeedActionTarget>{target}</SpeedActionTarget></SpeedAction></LongitudinalAction>"
    )


def linear_speed(to_mps: float, rate_mps2: float) -> str:
    """A SpeedAction at an even rate."""
    dynamics = f'dynamicsShape="linear" dynamicsDimension="rate" value="{rate_mps2}"'
    return speed(f'<AbsoluteTargetSpeed value="{to_mps}"/>', dynamics)


def when(condition: str, more: str = 'conditionEdge="none"', who: str = "") -> str:
    """A start trigger: on a value, or on the entity `who`."""
    inner = f"<ByValueCondition>{condition}</ByValueCondition>"
    if who:
        inner = (
            f'<ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="{who}"/>'
            f"</TriggeringEntities><EntityCondition>{condition}</EntityCondition></ByEntityCondition>"
        )
    delay = "" if "delay" in more else ' delay="0"'
    return f'<ConditionGroup><Condition name="c"{delay} {more}>{inner}</Condition></ConditionGroup>'


def private(*actions: str) -> str:
    """PrivateActions of an event."""
    text = '<Action name="action {}"><PrivateAction>{}</PrivateAction></Action>'
    return "".join(text.format(k, action) for k, action in enumerate(actions))


def event(name: str, trigger: str, actions: str, more: str = 'priority="parallel"') -> str:
    """An Event."""
    return f'<Event name="{name}" {more}>{actions}<StartTrigger>{trigger}</StartTrigger></Event>'


def _put(name: str, place: str, mps: float) -> str:
    there = f"<TeleportAction><Position>{place}</Position></TeleportAction>"
    goes = speed(f'<AbsoluteTargetSpeed value="{mps}"/>')
    actions = "".join(f"<PrivateAction>{action}</PrivateAction>" for action in (there, goes))
    return f'<Private entityRef="{name}">{actions}</Private>'


def xosc(
    *events: str,
    places: dict[str, tuple[str, float]],
    until_s: float = 12.0,
    before: str = "",
    signals: str = "",
    stop: str = "",
) -> str:
    """A scenario whose events are Ego's.

    Args:
        places: position and speed of each entity in Init.
        until_s: time of its end. before: declarations. signals: of the road network. stop: StopTrigger of the act.
    """
    entities = "".join(f'<ScenarioObject name="{name}">{CAR}</ScenarioObject>' for name in places)
    init = "".join(_put(name, place, mps) for name, (place, mps) in places.items())
    time = '<SimulationTimeCondition value="{}" rule="greaterOrEqual"/>'
    story = (
        f'<Story name="story"><Act name="act"><ManeuverGroup name="group" maximumExecutionCount="1">'
        f'<Actors selectTriggeringEntities="false"><EntityRef entityRef="Ego"/></Actors>'
        f'<Maneuver name="maneuver">{"".join(events)}</Maneuver></ManeuverGroup>'
        f"<StartTrigger>{when(time.format(0))}</StartTrigger>"
        f"{stop}</Act></Story>"
    )
    return (
        '<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-06-01T08:00:00" description="" author=""/>'
        f'{before}<CatalogLocations/><RoadNetwork><LogicFile filepath="map.xodr"/>{signals}</RoadNetwork>'
        f"<Entities>{entities}</Entities><Storyboard><Init><Actions>{init}</Actions></Init>{story}"
        f"<StopTrigger>{when(time.format(until_s))}</StopTrigger></Storyboard></OpenSCENARIO>"
    )


@dataclass(frozen=True)
class Outcome:
    """A run, asked by name and time."""

    run: ScenarioRun

    def at(self, name: str, time_s: float) -> dict[str, float]:
        """x, y, h and v of an entity, its lane and s."""
        k, row = int(np.argmin(np.abs(self.run.time_s - time_s))), self.run.row_of(name)
        x, y, _, h, _, _ = self.run.pose[k, row].tolist()
        lane, s = int(self.run.on[k, row, 1]), float(self.run.along[k, row, 0])
        return {"x": x, "y": y, "h": h, "v": float(self.run.speed[k, row]), "lane": lane, "s": s}

    def times(self, element: str, transition: str = "startTransition") -> list[float]:
        """When an element made a transition."""
        return [one.time_s for one in self.run.storyboard if one.element == element and one.transition == transition]


def delta(outcome: Outcome, name: str, begin_s: float, end_s: float) -> float:
    """How far an entity has come along x."""
    return outcome.at(name, end_s)["x"] - outcome.at(name, begin_s)["x"]


def run(folder: Path, text: str) -> Outcome:
    """The text as a file beside its map, run at 0.01 s."""
    (folder / "map.xodr").write_text(ROADS, encoding="utf-8")
    file = folder / "scenario.xosc"
    file.write_text(text, encoding="utf-8")
    return Outcome(run_scenario(load_scenario(file), RunOptions(dt_s=DT_S, max_time_s=60.0)))
