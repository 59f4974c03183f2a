"""Expressions: what they give, and why they give nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jing_scenarios.openscenario.expressions import ExpressionError, evaluated, joined

NAMES = {"v": "36.0", "n": "7", "on": "true", "car": "Ego"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-2 - -3", 1),
        ("7 / 2", 3.5),
        ("6 / 2", 3.0),
        ("7 % 4", 3),
        ("-7 % 4", -3),
        ("7.5 % 2", 1.5),
        ("2 * 3 % 4", 2),
        ("pow(2, 3) * 2", 16.0),
        ("sqrt(16)", 4.0),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("floor(-1.2)", -2),
        ("ceil(1.2)", 2),
        ("sign(-3)", -1),
        ("sign(0.0)", 0.0),
        ("abs(-3)", 3),
        ("max(2, 3.5)", 3.5),
        ("min(2, 3)", 2),
        ("sin(0) + cos(0) + tan(0)", 1.0),
        ("asin(1) + acos(1) + atan(0)", math.pi / 2),
        ("2 * pi", 2 * math.pi),
        ("2.1E-7", 2.1e-7),
        (".5 + 1.", 1.5),
        ("$v / 3.6", 10.0),
        ("$n + 1", 8),
        ("-$n", -7),
        ("true and not false", True),
        ("false or false", False),
        ("1 or 0 and not 1", True),
        ("not $on", False),
        ("(false)", False),
    ],
)
def test_expressions_give_what_the_standard_says(text: str, value: float) -> None:
    found = evaluated(f"${{{text}}}", NAMES)
    assert found == pytest.approx(value)
    assert isinstance(found, type(value))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 / 0", "a division by zero"),
        ("1 % 0", "a division by zero"),
        ("1 / ($n - 7)", "a division by zero"),
        ("pow(10, 400)", "pow(10, 400): math range error"),
        ("1e308 * 10", "'*' gives a number that is out of range"),
        ("9999999999 * 9999999999", "'*' gives a number that is out of range"),
        ("sqrt(-1)", "sqrt(-1): math domain error"),
        ("asin(2)", "asin(2): math domain error"),
        ("2 ^ 3", "'^' is no operator"),
        ("powerer(2, 3)", "no function 'powerer'; did you mean 'pow"),
        ("pow(2)", "pow has 1 operands; 2 are right"),
        ("round(1, 2)", "round has 2 operands; 1 is right"),
        ("(1 + 2", "'the end' where ')' is right"),
        ("1 2", "'2' where an operator or the end is right"),
        ("1 +", "'the end' where a number, a parameter or a function is right"),
        ("", "'the end' where a number"),
        ("$w + 1", "no parameter 'w'; did you mean"),
        ("v + 1", "'v' is a parameter: write '$v'"),
        ("$car + 1", "parameter 'car' is 'Ego'; a number or true or false is right"),
        ("$on + 1", "'+' calculates with numbers; 'true' is none"),
        ("2 and true", "'and' joins true or false; 2 is neither"),
        ("$far % 2", "'%' gives a number that is out of range"),
    ],
)
def test_what_is_wrong_with_an_expression_is_told(text: str, said: str) -> None:
    with pytest.raises(ExpressionError) as error:
        evaluated(f"${{{text}}}", {**NAMES, "x": "1", "far": "INF"})
    assert said in str(error.value).replace("there is v, n, on, car, x, far", "did you mean")


def test_an_expression_must_be_closed() -> None:
    with pytest.raises(ExpressionError, match="an expression ends with '}'"):
        evaluated("${1 + 2", {})


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 1000))
def test_whole_numbers_are_calculated_as_in_python(a: int, b: int, c: int) -> None:
    names = {"a": str(a), "b": str(b), "c": str(c)}
    assert evaluated("${$a * $b - $c + abs($a)}", names) == a * b - c + abs(a)
    assert evaluated("${$a % $c}", names) == math.fmod(a, c)


def test_text_is_joined_without_the_blanks_around_its_parts() -> None:
    assert joined("${$car + brakes + _ + $n}", NAMES) == "Egobrakes_7"
    assert joined("${$bus + brakes}", NAMES) is None
    assert joined("${2*3+4^23}", NAMES) is None
    assert joined("${$car}", NAMES) is None
