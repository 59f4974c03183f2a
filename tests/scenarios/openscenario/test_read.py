"""Files that are no scenarios, and what a scenario is once it is read."""

import pickle
from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import PRIVATE, catalog, event, scenario, story, write

from jing_scenarios.openscenario.document import read_document
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.openscenario.read import load_scenario, resolve_document, scenario_of
from jing_scenarios.openscenario.xml_tree import parse_text


def message(folder: Path, text: str) -> str:
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(folder, text))
    return str(error.value)


def test_ill_formed_xml_is_told_with_line_and_column(tmp_path: Path) -> None:
    said = message(tmp_path, "<OpenSCENARIO>\n  <FileHeader>\n</OpenSCENARIO>")
    assert said.startswith(f"{tmp_path}/file.xosc:3:3: not well-formed XML: mismatched tag")
    assert "FileHeader of line 2 is still open" in said


def test_entities_of_a_document_type_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bb">]><OpenSCENARIO>&b;</OpenSCENARIO>'
    assert "entity (b) has no place" in message(tmp_path, bomb)


def test_a_document_type_alone_is_not_looked_at(tmp_path: Path) -> None:
    said = message(tmp_path, '<!DOCTYPE OpenSCENARIO SYSTEM "away.dtd"><OpenSCENARIO/>')
    assert "lacks FileHeader" in said


def test_a_wrong_root_and_a_missing_header_are_told(tmp_path: Path) -> None:
    assert "the root is Scenario; OpenSCENARIO is right" in message(tmp_path, "<Scenario/>")
    said = message(tmp_path, "<OpenSCENARIO><Fileheader/></OpenSCENARIO>")
    assert "lacks FileHeader" in said
    assert "did you mean 'Fileheader'?" in said


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ('revMajor="1"', "lacks revMinor; a whole number is right"),
        ('revMajor="one" revMinor="3"', "revMajor='one'; a whole number is right"),
        (
            'revMajor="1" revMinor="9"',
            "revMajor=1 revMinor=9: no version that is known; 1.0, 1.1, 1.2, 1.3 are, and 0.9",
        ),
        ('revMajor="2" revMinor="0"', "revMajor=2 revMinor=0: no version that is known"),
    ],
)
def test_an_unknown_version_is_told_at_the_header(tmp_path: Path, attributes: str, said: str) -> None:
    found = message(tmp_path, f"<OpenSCENARIO>\n<FileHeader {attributes}/></OpenSCENARIO>")
    assert found.startswith(f"{tmp_path}/file.xosc:2:1: FileHeader {said}")


def test_a_catalog_is_no_scenario(tmp_path: Path) -> None:
    assert "the file holds Catalog; a scenario with Entities and Storyboard is right here" in message(
        tmp_path, catalog()
    )


def test_a_missing_file_is_told() -> None:
    with pytest.raises(OpenScenarioError, match=r"nowhere\.xosc: cannot be read: No such file"):
        load_scenario("nowhere.xosc")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = scenario(stories=story(event().replace("parallel", "paralel"), event("b").replace('delay="0"', 'delay="x"')))
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(tmp_path, text))
    assert [finding.split(": ", 1)[1] for finding in error.value.findings] == [
        "Event priority='paralel'; did you mean 'parallel'? (Priority)",
        "Condition delay='x'; a number is right",
    ]


def test_values_have_the_types_of_the_grammar(tmp_path: Path) -> None:
    read = load_scenario(
        write(tmp_path, scenario(init='<Private entityRef="Ego">' + PRIVATE.format(value=7) + "</Private>"))
    )
    private = read.storyboard.child("Init").child("Actions").child("Private")
    speed = private.child("PrivateAction").only().only().child("SpeedActionTarget").only()
    assert speed.values["value"] == 7.0
    group = read.storyboard.child("Story").child("Act").child("ManeuverGroup")
    assert group.values["maximumExecutionCount"] == 1
    assert isinstance(group.values["maximumExecutionCount"], int)
    assert group.child("Actors").values["selectTriggeringEntities"] is False
    assert [entity.string("name") for entity in read.entities] == ["Ego"]


def test_a_tree_made_by_a_program_is_checked_alike(tmp_path: Path) -> None:
    def typed(node: Node) -> Node:
        values = {name: 10.0 if value == "10" else value for name, value in node.values.items()}
        return Node(node.tag, values, tuple(typed(child) for child in node.children))

    from_file = load_scenario(write(tmp_path, scenario()))
    made = scenario_of(typed(parse_text(scenario())))
    assert made.path is None
    assert [node.values for node in made.root.descendants()] == [node.values for node in from_file.root.descendants()]
    with pytest.raises(OpenScenarioError, match="<python>: OpenSCENARIO lacks"):
        scenario_of(Node("OpenSCENARIO", {}, (Node("FileHeader", {"revMajor": 1, "revMinor": 3}),)))


def test_a_road_network_file_must_be_there(tmp_path: Path) -> None:
    write(tmp_path, "<OpenDRIVE/>", "roads/straight.xodr")
    right = load_scenario(write(tmp_path, scenario(roads='<LogicFile filepath="roads/straight.xodr"/>')))
    assert right.road_file == tmp_path / "roads/straight.xodr"
    said = message(tmp_path, scenario(roads='<LogicFile filepath="roads/strait.xodr"/>'))
    assert "LogicFile filepath='roads/strait.xodr': no such road network file; did you mean 'straight.xodr'?" in said


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path = write(tmp_path, scenario())
    assert load_scenario(path).version == (1, 3)
    path.write_text(scenario(1) + "\n", encoding="utf-8")
    assert load_scenario(path).version == (1, 1)


def test_a_document_that_was_resolved_can_be_sent_to_another_process(tmp_path: Path) -> None:
    document = read_document(write(tmp_path, scenario()))
    here = resolve_document(document, tmp_path / "file.xosc")
    assert document.resolved
    sent = pickle.loads(pickle.dumps(document))
    assert not sent.resolved
    assert resolve_document(sent, tmp_path / "file.xosc").root == here.root
    assert pickle.loads(pickle.dumps(here)).root == here.root


def test_monitors_and_variables_are_typed(tmp_path: Path) -> None:
    before = (
        '<VariableDeclarations><VariableDeclaration name="v" variableType="int" value="3"/></VariableDeclarations>'
        '<MonitorDeclarations><MonitorDeclaration name="m" value="true"/></MonitorDeclarations>'
    )
    read = load_scenario(write(tmp_path, scenario(before=before)))
    assert (read.variables, read.variable_types, read.monitors) == ({"v": 3}, {"v": "int"}, {"m": True})
    wrong = before.replace('value="3"', 'value="three"')
    assert "VariableDeclaration value='three'; a whole number" in message(tmp_path, scenario(before=wrong))
