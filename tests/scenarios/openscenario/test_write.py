"""What is written is read again as the same tree."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios.openscenario.files import scenario, write

from jing_scenarios.openscenario.node import Node
from jing_scenarios.openscenario.read import load_scenario, scenario_of
from jing_scenarios.openscenario.write import write_xosc, xosc_text
from jing_scenarios.openscenario.xml_tree import parse_text

letters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
texts = st.text(st.one_of(letters, st.sampled_from("\t\n")), max_size=8)
names = st.sampled_from(["Act", "Event", "Vehicle", "None", "Trigger"])
nodes = st.recursive(
    st.builds(Node, names, st.dictionaries(st.sampled_from("abcd"), texts), text=texts.map(str.strip)),
    lambda inner: st.builds(Node, names, st.dictionaries(st.sampled_from("abcd"), texts), st.lists(inner).map(tuple)),
    max_leaves=6,
)


def same(node: Node, other: Node) -> bool:
    alike = (node.tag, dict(node.values), node.text) == (other.tag, dict(other.values), other.text)
    return alike and len(node.children) == len(other.children) and all(map(same, node.children, other.children))


@given(nodes)
def test_writing_and_reading_loses_nothing(node: Node) -> None:
    assert same(parse_text(xosc_text(node)), node)


def test_children_are_written_in_the_order_of_the_standard() -> None:
    act = Node("Act", {"name": "a"}, (Node("StopTrigger"), Node("StartTrigger"), Node("ManeuverGroup")))
    assert [child.tag for child in parse_text(xosc_text(act))] == ["ManeuverGroup", "StartTrigger", "StopTrigger"]


def test_a_resolved_scenario_can_be_written_and_read(tmp_path: Path) -> None:
    read = load_scenario(write(tmp_path, scenario()))
    write_xosc(read.root, tmp_path / "again.xosc")
    again = load_scenario(tmp_path / "again.xosc")
    assert same(again.root, read.root)
    assert same(scenario_of(again.root).root, read.root)
