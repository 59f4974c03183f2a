"""Files of 0.9 are converted where 1.x has a counterpart."""

from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import scenario, write

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.openscenario.read import Scenario, load_scenario

OBJECT = """<Object name="{name}"><Vehicle name="car" category="car"><ParameterDeclaration/>
<Performance maxSpeed="69" maxDeceleration="10.0" mass="1800.0"/>
<BoundingBox><Center x="1.5" y="0.0" z="0.9"/><Dimension width="2.1" length="4.5" height="1.8"/></BoundingBox>
<Axles><Front maxSteering="0.5" wheelDiameter="0.6" trackWidth="1.8" positionX="3.1" positionZ="0.3"/>
<Rear maxSteering="0.0" wheelDiameter="0.6" trackWidth="1.8" positionX="0.0" positionZ="0.3"/></Axles>
<Properties><Property name="type" value="ego"/></Properties></Vehicle>{controller}</Object>"""

DRIVER = (
    '<Controller><Driver name="d"><Description weight="60.0" age="28"><Properties/></Description></Driver></Controller>'
)

FILE = """<OpenSCENARIO><FileHeader revMajor="0" revMinor="9" date="2019-06-25" description="d" author=""/>
<ParameterDeclaration><Parameter name="$speed" type="double" value="27.5"/></ParameterDeclaration>
<Catalogs><VehicleCatalog><Directory path=""/></VehicleCatalog>
<DriverCatalog><Directory path=""/></DriverCatalog></Catalogs>
<RoadNetwork><Logics filepath=""/><SceneGraph filepath=""/></RoadNetwork>
<Entities>{objects}</Entities>
<Storyboard><Init><Actions>
<Global><SetEnvironment><Environment name="e"><TimeOfDay animation="false"><Time hour="8" min="5" sec="0.0"/>
<Date day="5" month="6" year="2019"/></TimeOfDay><Weather cloudState="free">
<Sun intensity="1.0" azimuth="0" elevation="1"/>
<Fog visualRange="100000.0"/><Precipitation type="dry" intensity="0.0"/></Weather><RoadCondition frictionScale="0.8"/>
</Environment></SetEnvironment></Global>
<Private object="Ego"><Action><Position><Lane roadId="1" laneId="-3" s="20"/></Position></Action>
<Action><Longitudinal><Speed><Dynamics shape="step" rate="0" distance="20"/>
<Target><Absolute value="$speed"/></Target></Speed>
</Longitudinal></Action><Action><Autonomous activate="true" domain="lateral"/></Action></Private></Actions></Init>
<Story name="s" owner="Ego"><Act name="a"><Sequence name="q" numberOfExecutions="1">
<Actors><Entity name="$owner"/></Actors>
<Maneuver name="m"><Event name="e" priority="overwrite"><Action name="x"><Private>
{action}</Private></Action><StartConditions><ConditionGroup><Condition name="c" delay="0" edge="any">
{condition}</Condition></ConditionGroup></StartConditions></Event></Maneuver></Sequence>
<Conditions><Start>{time}</Start><End>{time}</End><Cancel>{time}</Cancel></Conditions></Act></Story>
<EndConditions/></Storyboard></OpenSCENARIO>"""

TIME = """<ConditionGroup><Condition name="t" delay="0" edge="rising"><ByValue>
<SimulationTime value="0" rule="greater_than"/></ByValue></Condition></ConditionGroup>"""

CHANGE = """<Lateral><LaneChange><Dynamics shape="sinusoidal" time="2.8"/>
<Target><Relative object="Other" value="0"/></Target></LaneChange></Lateral>"""

STATE = '<ByState><AfterTermination type="event" name="e" rule="end"/></ByState>'


def text(action: str = CHANGE, condition: str = STATE) -> str:
    objects = OBJECT.format(name="Ego", controller=DRIVER) + OBJECT.format(name="Other", controller="")
    return FILE.format(objects=objects, action=action, condition=condition, time=TIME)


def every(read: Scenario, tag: str) -> list[Node]:
    return [node for node in read.root.descendants() if node.tag == tag]


def test_a_scenario_of_0_9_becomes_one_of_1_3(tmp_path: Path) -> None:
    read = load_scenario(write(tmp_path, text()))
    assert read.version == (0, 9)
    assert read.parameters == {"speed": 27.5}
    assert every(read, "AbsoluteTargetSpeed")[0].number("value") == 27.5
    assert every(read, "SpeedActionDynamics")[0].values == {
        "dynamicsShape": "step",
        "dynamicsDimension": "time",
        "value": 0.0,
    }
    assert every(read, "LaneChangeActionDynamics")[0].values["value"] == 2.8
    assert every(read, "RelativeTargetLane")[0].values == {"entityRef": "Other", "value": 0}
    assert every(read, "TimeOfDay")[0].string("dateTime") == "2019-06-05T08:05:00"
    assert every(read, "Weather")[0].string("fractionalCloudCover") == "zeroOktas"
    assert every(read, "ActivateControllerAction")[0].values == {"lateral": True}
    assert every(read, "LanePosition")[0].values == {"roadId": "1", "laneId": "-3", "s": 20.0}


def test_the_owner_of_a_story_acts(tmp_path: Path) -> None:
    read = load_scenario(write(tmp_path, text()))
    actors = every(read, "Actors")[0]
    assert actors.children[0].string("entityRef") == "Ego"
    assert actors.boolean("selectTriggeringEntities") is False


def test_conditions_become_triggers(tmp_path: Path) -> None:
    read = load_scenario(write(tmp_path, text()))
    assert every(read, "Condition")[0].string("conditionEdge") == "risingOrFalling"
    assert every(read, "StoryboardElementStateCondition")[0].values == {
        "storyboardElementType": "event",
        "storyboardElementRef": "e",
        "state": "endTransition",
    }
    act = every(read, "Act")[0]
    assert len(act.child("StopTrigger").every("ConditionGroup")) == 2


def test_a_driver_becomes_a_controller(tmp_path: Path) -> None:
    read = load_scenario(write(tmp_path, text()))
    controller = every(read, "Controller")[0]
    properties = {node.string("name"): node.string("value") for node in controller.child("Properties")}
    assert properties == {"weight": "60.0", "age": "28"}


def test_what_was_made_up_is_a_warning(tmp_path: Path) -> None:
    warnings = "\n".join(load_scenario(write(tmp_path, text())).warnings)
    assert "date='2019-06-25' is no date and time; 2019-06-25T00:00:00 is taken" in warnings
    assert "Performance has no maxAcceleration in 0.9; maxDeceleration is taken for it" in warnings


def test_a_trajectory_of_vertices_becomes_a_polyline(tmp_path: Path) -> None:
    vertices = "".join(
        f'<Vertex reference="{x}"><Position><World x="{x}" y="0"/></Position><Shape><Polyline/></Shape></Vertex>'
        for x in range(3)
    )
    follow = f"""<Routing><FollowTrajectory><Trajectory name="t" closed="false" domain="time">{vertices}</Trajectory>
    <Longitudinal><None/></Longitudinal><Lateral purpose="steering"/></FollowTrajectory></Routing>"""
    read = load_scenario(write(tmp_path, text(follow)))
    line = every(read, "Polyline")[0]
    assert [vertex.number("time") for vertex in line] == [0.0, 1.0, 2.0]
    assert every(read, "TrajectoryFollowingMode")[0].string("followingMode") == "follow"
    with pytest.raises(
        OpenScenarioError, match=r"Clothoid between vertices has no counterpart in 1\.x; Polyline is right"
    ):
        load_scenario(write(tmp_path, text(follow.replace("<Polyline/>", '<Clothoid curvature="1"/>'))))


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("<Meeting mode='route'/>", "Meeting of Private in 0.9 has no counterpart in 1.x"),
        (
            CHANGE.replace('time="2.8"', 'time="2.8" rate="1"'),
            "has rate and time; one of rate, time, distance is right",
        ),
        (CHANGE.replace('time="2.8"', ""), "has none of them; one of rate, time, distance is right"),
    ],
)
def test_what_has_no_counterpart_is_named(tmp_path: Path, action: str, said: str) -> None:
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(tmp_path, text(action)))
    assert said in str(error.value)
    assert str(error.value).startswith(f"{tmp_path}/file.xosc:")


def test_the_priority_following_has_no_counterpart(tmp_path: Path) -> None:
    with pytest.raises(OpenScenarioError, match=r"priority='following' has no counterpart in 1\.x"):
        load_scenario(write(tmp_path, text().replace("overwrite", "following")))


def test_a_file_that_only_says_0_9_is_read_as_what_it_is(tmp_path: Path) -> None:
    mislabelled = scenario(0).replace('revMajor="1" revMinor="0"', 'revMajor="0" revMinor="9"')
    read = load_scenario(write(tmp_path, mislabelled))
    assert read.version == (1, 0)
    assert "declares 0.9, but the elements are those of 1.0" in read.warnings[0]
