"""Parameters: values, scopes, constraints."""

from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import PRIVATE, declared, event, scenario, story, write

from jing_scenarios.openscenario.node import Node, OpenScenarioError, ParameterConstraintError
from jing_scenarios.openscenario.read import Scenario, load_scenario


def constraint(*rules: tuple[str, str]) -> str:
    rows = "".join(f'<ValueConstraint rule="{rule}" value="{value}"/>' for rule, value in rules)
    return f"<ConstraintGroup>{rows}</ConstraintGroup>"


def speeds(read: Scenario) -> list[float]:
    return [node.number("value") for node in read.storyboard.descendants() if node.tag == "AbsoluteTargetSpeed"]


def uses(value: str) -> str:
    return story(event(action=PRIVATE.format(value=value)))


def test_a_parameter_has_its_default_or_the_value_given(tmp_path: Path) -> None:
    path = write(tmp_path, scenario(before=declared(("v", "double", "12.5")), stories=uses("$v")))
    assert speeds(load_scenario(path)) == [12.5]
    assert speeds(load_scenario(path, {"v": "20"})) == [20.0]
    assert load_scenario(path, {"v": "20"}).parameters == {"v": 20.0}
    assert load_scenario(path).parameter_types == {"v": "double"}


def test_a_given_value_must_fit_its_parameter(tmp_path: Path) -> None:
    path = write(
        tmp_path, scenario(before=declared(("speed", "double", "12.5"), ("n", "int", "1")), stories=uses("$speed"))
    )
    with pytest.raises(OpenScenarioError, match="no parameter 'sped' is declared; did you mean 'speed'"):
        load_scenario(path, {"sped": "1"})
    with pytest.raises(OpenScenarioError, match="'speed' is given 'fast'; a number is right"):
        load_scenario(path, {"speed": "fast"})
    assert load_scenario(path, {"n": "4.0"}).parameters["n"] == 4


def test_defaults_may_refer_to_other_parameters(tmp_path: Path) -> None:
    before = declared(("a", "double", "${$b / 2}"), ("b", "double", "$c"), ("c", "double", "30"))
    path = write(tmp_path, scenario(before=before, stories=uses("${$a + 1}")))
    assert speeds(load_scenario(path)) == [16.0]
    assert speeds(load_scenario(path, {"c": "10"})) == [6.0]
    circle = declared(("a", "double", "$b"), ("b", "double", "$a"))
    with pytest.raises(OpenScenarioError, match="'b' refers to itself: a -> b -> a"):
        load_scenario(write(tmp_path, scenario(before=circle, stories=uses("$a"))))


def test_an_unknown_parameter_is_told_where_it_is_used(tmp_path: Path) -> None:
    text = scenario(before=declared(("speed", "double", "1")), stories=uses("$sped"))
    line = text[: text.index("AbsoluteTargetSpeed")].count("\n") + 1
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(write(tmp_path, text))
    assert str(error.value).startswith(f"{tmp_path}/file.xosc:{line}:")
    assert "AbsoluteTargetSpeed value='$sped': no parameter 'sped'; did you mean 'speed'?" in str(error.value)


def test_the_value_of_a_parameter_must_fit_the_attribute(tmp_path: Path) -> None:
    text = scenario(before=declared(("v", "string", "quick")), stories=uses("$v"))
    with pytest.raises(OpenScenarioError, match=r"AbsoluteTargetSpeed value='quick' \(\$v\); a number is right"):
        load_scenario(write(tmp_path, text))
    text = scenario(before=declared(("p", "string", "soon")), stories=uses("1").replace('"parallel"', '"$p"'))
    with pytest.raises(OpenScenarioError, match=r"Event priority='soon' \(\$p\); there is overwrite"):
        load_scenario(write(tmp_path, text))


def test_an_inner_declaration_hides_an_outer_one(tmp_path: Path) -> None:
    inner = story(event(action=PRIVATE.format(value="$v")), parameters=declared(("v", "double", "${$v + 1}")))
    outer = story(event(action=PRIVATE.format(value="$v")), name="other")
    path = write(tmp_path, scenario(before=declared(("v", "double", "5")), stories=inner + outer))
    assert speeds(load_scenario(path)) == [6.0, 5.0]


def test_of_two_declarations_the_last_counts_and_that_is_a_warning(tmp_path: Path) -> None:
    read = load_scenario(
        write(tmp_path, scenario(before=declared(("v", "double", "1"), ("v", "double", "2")), stories=uses("$v")))
    )
    assert speeds(read) == [2.0]
    assert "name='v' is declared again at" in read.warnings[0]


def test_a_dollar_before_a_declared_name_is_a_warning(tmp_path: Path) -> None:
    read = load_scenario(write(tmp_path, scenario(before=declared(("$v", "double", "3")), stories=uses("$v"))))
    assert speeds(read) == [3.0]
    assert "the name of a parameter has no '$'; v is taken" in read.warnings[0]


def test_one_constraint_group_must_hold(tmp_path: Path) -> None:
    inside = constraint(("greaterThan", "0"), ("lessOrEqual", "10")) + constraint(("equalTo", "${10 * 10}"))
    path = write(tmp_path, scenario(before=declared(("v", "double", "5"), inside=inside), stories=uses("$v")))
    assert speeds(load_scenario(path, {"v": "10"})) == [10.0]
    assert speeds(load_scenario(path, {"v": "100.0"})) == [100.0]
    with pytest.raises(ParameterConstraintError) as error:
        load_scenario(path, {"v": "11"})
    assert "'v' is 11; its constraints ask for lessOrEqual 10 or equalTo 100" in str(error.value)


@pytest.mark.parametrize(
    ("kind", "value", "rule", "limit", "is_right"),
    [
        ("boolean", "true", "greaterThan", "false", True),
        ("boolean", "true", "lessOrEqual", "false", False),
        ("dateTime", "2021-07-09T11:00:00.34+04:00", "equalTo", "2021-07-09T10:00:00.34+03:00", True),
        ("dateTime", "2021-07-09T11:00:00", "lessThan", "2021-07-09T10:00:00", False),
        ("double", "${1.2 + 3.1}", "equalTo", "4.3", True),
        ("string", "car", "lessThan", "truck", True),
        ("string", "car", "notEqualTo", "car", False),
        ("unsignedShort", "4", "notEqualTo", "4", False),
    ],
)
def test_constraints_compare_values_of_their_type(
    tmp_path: Path, kind: str, value: str, rule: str, limit: str, *, is_right: bool
) -> None:
    path = write(tmp_path, scenario(before=declared(("p", kind, value), inside=constraint((rule, limit)))))
    if is_right:
        load_scenario(path)
    else:
        with pytest.raises(ParameterConstraintError, match=f"its constraints ask for {rule}"):
            load_scenario(path)


def test_a_backslash_keeps_a_dollar(tmp_path: Path) -> None:
    read = load_scenario(write(tmp_path, scenario(stories=story(event(r"\$name")))))
    assert [node.string("name") for node in read.storyboard.descendants() if node.tag == "Event"] == ["$name"]


def test_owner_is_read_as_in_0_9_with_a_warning(tmp_path: Path) -> None:
    condition = """</ByValueCondition><ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any">
    <EntityRef entityRef="$owner"/></TriggeringEntities><EntityCondition><StandStillCondition duration="1"/>
    </EntityCondition></ByEntityCondition><ByValueCondition>"""
    text = scenario(stories=story(event(condition=condition))).replace("<ByValueCondition>\n</ByValueCondition>", "")
    read = load_scenario(write(tmp_path, text.replace("<ByValueCondition></ByValueCondition>", "")))
    triggering = next(node for node in read.storyboard.descendants() if node.tag == "TriggeringEntities")
    assert triggering.children[0] == Node("EntityRef", {"entityRef": "Ego"}, (), triggering.children[0].place)
    assert "read as in 0.9: the actor 'Ego'" in read.warnings[0]


def test_a_value_that_is_missing_is_told_beside_the_others_where_its_attribute_has_a_newer_name(tmp_path: Path) -> None:
    place = '<Position><GeoPosition latitude="$lat" longitude="1"/></Position>'
    geo = f"<PrivateAction><TeleportAction>{place}</TeleportAction></PrivateAction>"
    path = write(tmp_path, scenario(1, stories=story(event(action=geo), event("other", PRIVATE.format(value="$v")))))
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(path)
    assert [finding.partition(": ")[2] for finding in error.value.findings] == [
        "GeoPosition latitude='$lat': no parameter 'lat'; there is owner",
        "AbsoluteTargetSpeed value='$v': no parameter 'v'; there is owner",
    ]
