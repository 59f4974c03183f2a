"""Content models, and what the grammar of each version says about files."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios.openscenario.files import event, scenario, story, write

from jing_scenarios.openscenario.content import content_model
from jing_scenarios.openscenario.grammar import NEWEST, VERSIONS, grammar_of
from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.openscenario.read import load_scenario


def right(model: str, tags: str) -> bool:
    return not list(content_model(model).problems(tags.split()))


@pytest.mark.parametrize(
    ("model", "good", "bad"),
    [
        ("(A B? C*)", ["A", "A B", "A C C", "A B C"], ["", "B", "A C B", "A B B", "A A"]),
        ("(A | B)", ["A", "B"], ["", "A B"]),
        ("(A? | B?)", ["", "A", "B"], ["A B", "A A"]),
        ("(A | B)*", ["", "A B A", "B B"], ["C"]),
        ("A{2,}", ["A A", "A A A A"], ["", "A"]),
        ("(A{2,} B{2,})", ["A A B B B"], ["A B B", "A A B"]),
        ("(A & B? & C)", ["A C", "C B A"], ["A", "A C A", "B"]),
        ("(H ((A? B) | C))", ["H A B", "H B", "H C"], ["H", "H A C", "H A"]),
        ("(A B)?", ["", "A B"], ["A", "B"]),
    ],
)
def test_content_models_accept_what_they_mean(model: str, good: list[str], bad: list[str]) -> None:
    assert all(right(model, tags) for tags in good)
    assert not any(right(model, tags) for tags in bad)


def test_what_is_missing_is_told_once(tmp_path: Path) -> None:
    problems = list(content_model("(A B C D*)").problems(["A", "C", "D", "D"]))
    assert [(problem.index, problem.expected) for problem in problems] == [(1, ("B",))]
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(tmp_path, scenario().replace("<RoadNetwork></RoadNetwork>", "")))
    assert len(error.value.findings) == 1
    assert "Entities cannot stand here in OpenSCENARIO; RoadNetwork is right" in str(error.value)


@given(st.lists(st.sampled_from("ABC"), max_size=6))
def test_a_sequence_is_what_the_regular_expression_says(tags: list[str]) -> None:
    expected = re.fullmatch(r"A+(B|C)?A*", "".join(tags)) is not None
    assert right("(A+ (B | C)? A:Aye*)", " ".join(tags)) is expected


@pytest.mark.parametrize("version", VERSIONS)
def test_every_child_and_attribute_has_a_type(version: tuple[int, int]) -> None:
    grammar = grammar_of(version)
    simple = {"Double", "Int", "UnsignedInt", "UnsignedShort", "Boolean", "String", "DateTime"}
    for kind in grammar.types.values():
        assert set(kind.content.types.values()) <= grammar.types.keys()
        assert {attribute.type for attribute in kind.attributes.values()} <= grammar.enumerations.keys() | simple


def test_the_grammar_has_as_many_elements_as_the_standard() -> None:
    assert [len(grammar_of(version).types) for version in VERSIONS] == [186, 218, 261, 287]
    assert len(grammar_of(NEWEST).enumerations) == 37


def test_what_a_later_version_has_is_told_with_its_versions(tmp_path: Path) -> None:
    profile = """<PrivateAction><LongitudinalAction><SpeedProfileAction followingMode="follow">
    <SpeedProfileEntry speed="3"/></SpeedProfileAction></LongitudinalAction></PrivateAction>"""
    load_scenario(write(tmp_path, scenario(2, stories=story(event(action=profile)))))
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(tmp_path, scenario(1, stories=story(event(action=profile)))))
    assert "SpeedProfileAction is no element of LongitudinalAction in 1.1, which the file declares" in str(error.value)
    assert "versions 1.2 and 1.3 have it" in str(error.value)


def found(folder: Path, text: str) -> str:
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(folder, text))
    return str(error.value)


def test_misplaced_missing_and_misspelt_elements_are_told(tmp_path: Path) -> None:
    whole = scenario()
    assert "Storyboard lacks one of Init" not in found(tmp_path, whole.replace("Init>", "Innit>"))
    assert "Innit is no element of Storyboard; did you mean 'Init'?" in found(
        tmp_path, whole.replace("Init>", "Innit>")
    )
    assert "SpeedAction is no element of Storyboard; it belongs into LongitudinalAction" in found(
        tmp_path, whole.replace("<StopTrigger/></Storyboard>", "<SpeedAction/><StopTrigger/></Storyboard>")
    )
    assert "Aktion is no element of Event; did you mean 'Action'?" in found(
        tmp_path, whole.replace("Action name", "Aktion name").replace("/Action>", "/Aktion>")
    )
    assert "ManeuverGroup lacks the attribute name (text)" in found(tmp_path, whole.replace('name="group" ', ""))
    assert "Event has no attribute 'prio'; did you mean 'priority'?" in found(
        tmp_path, whole.replace("priority", "prio")
    )
    assert "Act has the text 'hello'; only elements are right here" in found(
        tmp_path, whole.replace("<ManeuverGroup ", "hello<ManeuverGroup ")
    )


def test_expressions_came_with_1_1(tmp_path: Path) -> None:
    text = scenario(0).replace('AbsoluteTargetSpeed value="10"', 'AbsoluteTargetSpeed value="${5 * 2}"')
    assert "expressions came with 1.1, the file declares 1.0" in found(tmp_path, text)


def test_what_is_deprecated_is_a_warning_that_counts(tmp_path: Path) -> None:
    stories = story(event("a"), event("b")).replace("parallel", "overwrite")
    read = load_scenario(write(tmp_path, scenario(stories=stories)))
    assert [warning.split(": ", 1)[1] for warning in read.warnings] == [
        "Event priority='overwrite' is deprecated (here and at 1 more places)"
    ]
    assert load_scenario(write(tmp_path, scenario(1, stories=stories))).warnings == ()
