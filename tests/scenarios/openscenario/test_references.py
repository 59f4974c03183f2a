"""References to what is not there, doubled names, values out of bounds."""

from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import PRIVATE, declared, event, scenario, story, write

from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.openscenario.storyboard_names import storyboard_names

LIGHTS = """<LogicFile filepath="map.xodr"/><TrafficSignals>
<TrafficSignalController name="north"><Phase name="go" duration="{duration}">
<TrafficSignalState trafficSignalId="{signal}" state="on;off;off"/></Phase></TrafficSignalController>
</TrafficSignals>"""


def found(folder: Path, text: str) -> str:
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(folder, text))
    return str(error.value)


def acts(action: str) -> str:
    return scenario(stories=story(event(action=action)))


def when(condition: str, **parts: str) -> str:
    return scenario(stories=story(event(condition=condition)), **parts)  # type: ignore[arg-type]


def state(reference: str, kind: str = "event") -> str:
    return (
        f'<StoryboardElementStateCondition storyboardElementRef="{reference}" storyboardElementType="{kind}" '
        'state="completeState"/>'
    )


def test_an_entity_must_be_there(tmp_path: Path) -> None:
    said = found(tmp_path, scenario(init='<Private entityRef="Eg0">' + PRIVATE.format(value=1) + "</Private>"))
    assert "Private entityRef='Eg0': no such entity; did you mean 'Ego'?" in said


def test_a_selection_serves_as_an_entity(tmp_path: Path) -> None:
    selection = '<EntitySelection name="all"><Members><EntityRef entityRef="Ego"/></Members></EntitySelection>'
    actors = '<EntityRef entityRef="all"/>'
    load_scenario(write(tmp_path, scenario(entities=selection, stories=story(event(), actors=actors))))
    wrong = selection.replace('entityRef="Ego"', 'entityRef="Ega"')
    assert "entityRef='Ega': no such entity" in found(tmp_path, scenario(entities=wrong))


def test_a_reference_to_a_storyboard_element_must_mean_one(tmp_path: Path) -> None:
    load_scenario(write(tmp_path, when(state("event"))))
    assert "no such event; did you mean 'event'?" in found(tmp_path, when(state("evnt")))
    assert "it is of type act, not event" in found(tmp_path, when(state("act")))
    twice = story(event("a", condition=state("b"))) + story(event("b"), name="s2") + story(event("b"), name="s3")
    assert "2 of type event are called so" in found(tmp_path, scenario(stories=twice))
    named = twice.replace('Ref="b"', 'Ref="s2::act::group::maneuver::b"')
    load_scenario(write(tmp_path, scenario(stories=named)))


def test_before_1_2_an_ambiguous_reference_is_a_warning(tmp_path: Path) -> None:
    twice = story(event("a", condition=state("b"))) + story(event("b"), name="s2") + story(event("b"), name="s3")
    read = load_scenario(write(tmp_path, scenario(1, stories=twice)))
    assert "2 of type event are called so" in read.warnings[0]


def test_of_several_elements_the_nearest_is_meant(tmp_path: Path) -> None:
    both = story(event("a"), event("b", condition=state("a"))) + story(event("a"), name="s2")
    read = load_scenario(write(tmp_path, scenario(stories=both)))
    names = storyboard_names(read.storyboard)
    (meant,) = names.meant("a", "event", ("s2", "act", "group", "maneuver"))
    assert meant.path == ("s2", "act", "group", "maneuver", "a")
    assert len(names.meant("a", "event")) == 2


def test_signals_and_their_controllers_must_be_there(tmp_path: Path) -> None:
    write(tmp_path, '<OpenDRIVE><road><signals><signal id="7"/></signals></road></OpenDRIVE>', "map.xodr")
    roads = LIGHTS.format(duration=5, signal=7)
    phase = '<TrafficSignalControllerCondition trafficSignalControllerRef="{}" phase="{}"/>'
    load_scenario(write(tmp_path, when(phase.format("north", "go"), roads=roads)))
    said = found(tmp_path, when(phase.format("nord", "go"), roads=roads))
    assert "no such TrafficSignalController; did you mean 'north'?" in said
    assert "'north' has no such phase; there is go" in found(tmp_path, when(phase.format("north", "stop"), roads=roads))
    light = '<TrafficSignalCondition name="{}" state="on"/>'
    load_scenario(write(tmp_path, when(light.format(7), roads=roads)))
    assert "name='8': the map has no such signal; there is 7" in found(tmp_path, when(light.format(8), roads=roads))
    read = load_scenario(write(tmp_path, scenario(roads=LIGHTS.format(duration=5, signal=9))))
    assert "TrafficSignalState trafficSignalId='9': the map has no such signal" in read.warnings[0]


def test_durations_are_not_negative(tmp_path: Path) -> None:
    roads = LIGHTS.format(duration=-1, signal=7).replace('<LogicFile filepath="map.xodr"/>', "")
    assert "Phase duration=-1; 0 or more is right" in found(tmp_path, scenario(roads=roads))
    light = """<PrivateAction><AppearanceAction><LightStateAction transitionTime="-0.5"><LightType>
    <VehicleLight vehicleLightType="fogLights"/></LightType><LightState mode="on"/></LightStateAction>
    </AppearanceAction></PrivateAction>"""
    assert "LightStateAction transitionTime=-0.5; 0 or more is right" in found(tmp_path, acts(light))


def test_variables_monitors_and_parameters_must_be_declared(tmp_path: Path) -> None:
    variable = (
        '<GlobalAction><VariableAction variableRef="count"><SetAction value="1"/></VariableAction></GlobalAction>'
    )
    assert "variableRef='count': no such variable; there are none" in found(tmp_path, acts(variable))
    monitor = '<GlobalAction><SetMonitorAction monitorRef="m" value="true"/></GlobalAction>'
    assert "monitorRef='m': no such monitor; there are none" in found(tmp_path, acts(monitor))
    parameter = '<ParameterCondition parameterRef="p" rule="equalTo" value="1"/>'
    assert "parameterRef='p': no such parameter; there are none" in found(tmp_path, when(parameter))


def test_a_parameter_serves_as_a_variable_with_a_warning(tmp_path: Path) -> None:
    before = declared(("count", "int", "4"))
    variable = '<VariableCondition variableRef="count" rule="equalTo" value="4"/>'
    read = load_scenario(write(tmp_path, when(variable, before=before)))
    assert read.variables == {"count": 4}
    assert "variableRef='count' is a parameter" in read.warnings[0]


@pytest.mark.parametrize("minor", [1, 2, 3])
def test_names_of_one_level_differ_since_1_2(tmp_path: Path, minor: int) -> None:
    text = scenario(minor, stories=story(event("e"), event("e")))
    if minor < 2:
        assert "name='e' is taken in this Maneuver" in load_scenario(write(tmp_path, text)).warnings[0]
    else:
        assert "Event name='e' is taken in this Maneuver by the Event at" in found(tmp_path, text)


def test_entities_never_share_a_name(tmp_path: Path) -> None:
    selection = '<EntitySelection name="Ego"><Members><EntityRef entityRef="Ego"/></Members></EntitySelection>'
    assert "name='Ego' is taken in this Entities by the ScenarioObject" in found(
        tmp_path, scenario(0, entities=selection)
    )


def test_private_actions_need_an_actor(tmp_path: Path) -> None:
    text = scenario(stories=story(event(), actors=""))
    assert "Actors names no entity, but there are private actions; add an EntityRef" in found(tmp_path, text)
    action = '<GlobalAction><EntityAction entityRef="Ego"><DeleteEntityAction/></EntityAction></GlobalAction>'
    load_scenario(write(tmp_path, scenario(stories=story(event(action=action), actors=""))))


@pytest.mark.parametrize(
    ("kind", "value", "text", "right"),
    [("int", "3", "abc", "a number"), ("boolean", "true", "yes", "true or false"), ("int", "3", "2.5", "")],
)
def test_values_are_compared_with_values_of_their_type(
    tmp_path: Path, kind: str, value: str, text: str, right: str
) -> None:
    condition = f'<ParameterCondition parameterRef="p" value="{text}" rule="equalTo"/>'
    whole = when(condition, before=declared(("p", kind, value)))
    if not right:
        load_scenario(write(tmp_path, whole))
        return
    assert f"ParameterCondition value='{text}' is compared with 'p'; {right} is right" in found(tmp_path, whole)


@pytest.mark.parametrize(("ways", "said"), [("", "neither"), ('ds="1" dsLane="2"', "both"), ('dsLane="2"', "")])
def test_a_relative_lane_position_says_once_how_far_it_is(tmp_path: Path, ways: str, said: str) -> None:
    place = f'<RelativeLanePosition entityRef="Ego" dLane="0" {ways}/>'
    action = f"<PrivateAction><TeleportAction><Position>{place}</Position></TeleportAction></PrivateAction>"
    warnings = load_scenario(write(tmp_path, acts(action))).warnings
    assert [said in warning for warning in warnings] == ([True] if said else [])
