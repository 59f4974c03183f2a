"""Small scenarios on a straight road of two lanes each way, for actions."""

from dataclasses import dataclass, field
from pathlib import Path

from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.storyboard.engine import Engine
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_engine

ROAD = """<?xml version="1.0"?>
<OpenDRIVE><header revMajor="1" revMinor="6"/>
<road name="" length="2000" id="1" junction="-1">
<planView><geometry s="0" x="0" y="0" hdg="0" length="2000"><line/></geometry></planView>
<lanes><laneSection s="0">
<left>{2}{1}</left><center><lane id="0" type="none" level="false"/></center><right>{-1}{-2}</right>
</laneSection></lanes>
<signals><signal s="100" t="-8" id="s1" name="light" dynamic="yes" orientation="+" zOffset="5" country="OpenDRIVE"
 type="1000001" subtype="-1" value="-1" width="0.3" height="1"/></signals>
</road>
<controller id="c7" name="crossing"><control signalId="s1" type=""/></controller>
</OpenDRIVE>"""
LANE = '<lane id="{}" type="driving" level="false"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane>'

ENTITY = """<ScenarioObject name="{}"><Vehicle name="car" vehicleCategory="car"><ParameterDeclarations/>
<BoundingBox><Center x="1.4" y="0" z="0.75"/><Dimensions width="2" length="5" height="1.5"/></BoundingBox>
<Performance maxSpeed="{max_speed}" maxAcceleration="{max_accel}" maxDeceleration="{max_accel}"/>
<Axles><FrontAxle maxSteering="0.5" wheelDiameter="0.6" trackWidth="1.6" positionX="2.8" positionZ="0.3"/>
<RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.6" positionX="0" positionZ="0.3"/></Axles><Properties/>
{extra}</Vehicle></ScenarioObject>"""

START = """<Private entityRef="{}"><PrivateAction><TeleportAction><Position><LanePosition roadId="1" laneId="{}" s="{}"
 offset="0"/></Position></TeleportAction></PrivateAction><PrivateAction><LongitudinalAction><SpeedAction>
<SpeedActionDynamics dynamicsShape="step" dynamicsDimension="time" value="0"/><SpeedActionTarget>
<AbsoluteTargetSpeed value="{}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction></Private>"""

EVENT = """<Event name="{name}" priority="parallel" maximumExecutionCount="1">
<Action name="{name} action">{action}</Action>
<StartTrigger><ConditionGroup><Condition name="{name} begins" delay="0" conditionEdge="none"><ByValueCondition>
<SimulationTimeCondition value="{at}" rule="greaterOrEqual"/></ByValueCondition></Condition></ConditionGroup>
</StartTrigger></Event>"""

GROUP = """<ManeuverGroup name="of {actor}" maximumExecutionCount="1"><Actors selectTriggeringEntities="false">
<EntityRef entityRef="{actor}"/></Actors><Maneuver name="{actor} maneuver">{events}</Maneuver></ManeuverGroup>"""

FILE = """<?xml version="1.0"?>
<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/>
<ParameterDeclarations><ParameterDeclaration name="p" parameterType="double" value="1"/></ParameterDeclarations>
<VariableDeclarations><VariableDeclaration name="v" variableType="double" value="2"/>
<VariableDeclaration name="n" variableType="int" value="3"/>
<VariableDeclaration name="word" variableType="string" value="a"/></VariableDeclarations>
<MonitorDeclarations><MonitorDeclaration name="m" value="false"/></MonitorDeclarations>
<CatalogLocations/><RoadNetwork><LogicFile filepath="road.xodr"/>{signals}</RoadNetwork><Entities>{entities}</Entities>
<Storyboard><Init><Actions>{globals}{starts}</Actions></Init><Story name="story"><Act name="act">{groups}
<StartTrigger><ConditionGroup><Condition name="act begins" delay="0" conditionEdge="none"><ByValueCondition>
<SimulationTimeCondition value="0" rule="greaterThan"/></ByValueCondition></Condition></ConditionGroup></StartTrigger>
</Act></Story><StopTrigger/></Storyboard></OpenSCENARIO>"""


@dataclass
class Stage:
    """Cars A (lane -1, s = 100 m) and B (lane -1, s = 150 m), and what they do."""

    folder: Path
    speeds: tuple[float, float] = (10.0, 10.0)
    lanes: tuple[int, int] = (-1, -1)
    starts: tuple[float, float] = (100.0, 150.0)
    max_speed: float = 100.0
    max_accel: float = 50.0
    extras: tuple[str, str] = ("", "")
    signals: str = ""
    begin: str = ""
    events: dict[str, list[str]] = field(default_factory=dict)

    def event(self, actor: str, action: str, at: float = 1.0) -> str:
        """Adds an action that starts at a time; the name of its event."""
        events = self.events.setdefault(actor, [])
        name = f"{actor} {len(events)}"
        events.append(EVENT.format(name=name, action=action, at=at))
        return name

    def private(self, actor: str, action: str, at: float = 1.0) -> str:
        """Adds a private action of an actor."""
        return self.event(actor, f"<PrivateAction>{action}</PrivateAction>", at)

    def globally(self, action: str, at: float = 1.0) -> str:
        """Adds a global action."""
        return self.event("A", f"<GlobalAction>{action}</GlobalAction>", at)

    def engine(self, options: RunOptions) -> Engine:
        """The scenario, compiled."""
        lanes = {f"{{{number}}}": LANE.format(number) for number in (2, 1, -1, -2)}
        road = ROAD
        for mark, lane in lanes.items():
            road = road.replace(mark, lane)
        (self.folder / "road.xodr").write_text(road, encoding="utf-8")
        limits = {"max_speed": self.max_speed, "max_accel": self.max_accel}
        values = list(zip("AB", self.extras, self.lanes, self.starts, self.speeds, strict=True))
        text = FILE.format(
            entities="".join(ENTITY.format(name, extra=extra, **limits) for name, extra, *_ in values),
            starts="".join(START.format(name, lane, s, speed) for name, _, lane, s, speed in values),
            groups="".join(GROUP.format(actor=actor, events="".join(e)) for actor, e in self.events.items()),
            signals=self.signals,
            globals=self.begin,
        )
        path = self.folder / "scenario.xosc"
        path.write_text(text, encoding="utf-8")
        return Engine(load_scenario(path), options)

    def run(self, until_s: float, dt_s: float = 0.01, **options: object) -> tuple[ScenarioRun, Engine]:
        """The run and its engine at the end."""
        engine = self.engine(RunOptions(dt_s=dt_s, max_time_s=until_s, **options))  # type: ignore[arg-type]
        return run_engine(engine), engine


def ended_at(run: ScenarioRun, event: str) -> float:
    """When an event was complete; NaN if it was not."""
    times = [c.time_s for c in run.storyboard if c.element == event and c.state == "completeState"]
    return times[0] if times else float("nan")


def row_at(run: ScenarioRun, time_s: float) -> int:
    """The recorded row of a time."""
    return int(abs(run.time_s - time_s).argmin())
