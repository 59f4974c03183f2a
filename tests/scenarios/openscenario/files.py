"""Small scenario files for tests: only what the standard asks for, and what a test adds."""

from pathlib import Path

__all__ = ["HEADER", "PRIVATE", "VEHICLE", "catalog", "declared", "event", "scenario", "story", "write"]

HEADER = '<FileHeader revMajor="1" revMinor="{minor}" date="2026-06-01T08:00:00" description="d" author="a"/>'

VEHICLE = """<Vehicle name="car" vehicleCategory="car">{parameters}
<BoundingBox><Center x="1.4" y="0" z="0.8"/><Dimensions width="2" length="5" height="1.5"/></BoundingBox>
<Performance maxSpeed="{speed}" maxAcceleration="10" maxDeceleration="10"/>
<Axles><FrontAxle maxSteering="0.5" wheelDiameter="0.6" trackWidth="1.8" positionX="3" positionZ="0.3"/>
<RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.8" positionX="0" positionZ="0.3"/></Axles>
<Properties/></Vehicle>"""

PRIVATE = """<PrivateAction><LongitudinalAction><SpeedAction>
<SpeedActionDynamics dynamicsShape="step" dynamicsDimension="time" value="0"/>
<SpeedActionTarget><AbsoluteTargetSpeed value="{value}"/></SpeedActionTarget>
</SpeedAction></LongitudinalAction></PrivateAction>"""

CONDITION = """<ConditionGroup><Condition name="c" delay="0" conditionEdge="none"><ByValueCondition>
{condition}</ByValueCondition></Condition></ConditionGroup>"""

TIME = '<SimulationTimeCondition value="1" rule="greaterThan"/>'


def declared(*parameters: tuple[str, str, str], inside: str = "") -> str:
    """Declarations of parameters: name, type, value of each."""
    rows = "".join(
        f'<ParameterDeclaration name="{name}" parameterType="{kind}" value="{value}">{inside}</ParameterDeclaration>'
        for name, kind, value in parameters
    )
    return f"<ParameterDeclarations>{rows}</ParameterDeclarations>"


def event(name: str = "event", action: str = PRIVATE.format(value=10), condition: str = TIME) -> str:
    """An event with one action."""
    trigger = CONDITION.format(condition=condition)
    return (
        f'<Event name="{name}" priority="parallel"><Action name="{name} action">{action}</Action>'
        f"<StartTrigger>{trigger}</StartTrigger></Event>"
    )


def story(*events: str, name: str = "story", parameters: str = "", actors: str = '<EntityRef entityRef="Ego"/>') -> str:
    """A story with one maneuver, whose actor is Ego."""
    return (
        f'<Story name="{name}">{parameters}<Act name="act"><ManeuverGroup name="group" maximumExecutionCount="1">'
        f'<Actors selectTriggeringEntities="false">{actors}</Actors>'
        f'<Maneuver name="maneuver">{"".join(events)}</Maneuver></ManeuverGroup>'
        f"<StartTrigger>{CONDITION.format(condition=TIME)}</StartTrigger></Act></Story>"
    )


def scenario(
    minor: int = 3,
    *,
    before: str = "",
    catalogs: str = "",
    roads: str = "",
    entities: str = "",
    init: str = "",
    stories: str = "",
) -> str:
    """A scenario of version 1.minor with the car Ego."""
    ego = f'<ScenarioObject name="Ego">{VEHICLE.format(parameters="", speed=60)}</ScenarioObject>'
    return (
        f"<OpenSCENARIO>{HEADER.format(minor=minor)}\n{before}<CatalogLocations>{catalogs}</CatalogLocations>"
        f"<RoadNetwork>{roads}</RoadNetwork>\n<Entities>{ego}{entities}</Entities>\n"
        f"<Storyboard><Init><Actions>{init}</Actions></Init>\n{stories or story(event())}"
        f"<StopTrigger/></Storyboard></OpenSCENARIO>"
    )


def catalog(*entries: str, name: str = "cars", minor: int = 3) -> str:
    """A catalog file."""
    return (
        f'<OpenSCENARIO>{HEADER.format(minor=minor)}<Catalog name="{name}">{"".join(entries)}</Catalog></OpenSCENARIO>'
    )


def write(folder: Path, text: str, name: str = "file.xosc") -> Path:
    """The text in a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
