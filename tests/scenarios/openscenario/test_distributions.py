"""Distributions of parameters: how many cases, which values, drawn how."""

import math
import statistics
from pathlib import Path

import pytest
from tests.scenarios.openscenario.files import HEADER, scenario, write

from jing_scenarios.openscenario.distributions import ParameterDistribution, load_distribution
from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.openscenario.stochastic import random_number

CUT = """<NormalDistribution expectedValue="0" variance="1">
<Range lowerLimit="{}" upperLimit="{}"/></NormalDistribution>"""


def load(folder: Path, inside: str, **more: object) -> ParameterDistribution:
    write(folder, scenario(), "scenario.xosc")
    whole = (
        f"<OpenSCENARIO>{HEADER.format(minor=3)}<ParameterValueDistribution>\n"
        '<ScenarioFile filepath="scenario.xosc"/>\n'
        f"{inside}</ParameterValueDistribution></OpenSCENARIO>"
    )
    return load_distribution(write(folder, whole), **more)  # type: ignore[arg-type]


def single(name: str, inside: str) -> str:
    return (
        f'<DeterministicSingleParameterDistribution parameterName="{name}">{inside}'
        "</DeterministicSingleParameterDistribution>"
    )


def steps(low: str, high: str, step: str) -> str:
    return f'<DistributionRange stepWidth="{step}"><Range lowerLimit="{low}" upperLimit="{high}"/></DistributionRange>'


def values(*names: str) -> str:
    return "<DistributionSet>" + "".join(f'<Element value="{name}"/>' for name in names) + "</DistributionSet>"


def drawn(folder: Path, inside: str, runs: int = 4000) -> list[float]:
    text = f'<Stochastic numberOfTestRuns="{runs}" randomSeed="3">'
    text += f'<StochasticDistribution parameterName="x">{inside}</StochasticDistribution></Stochastic>'
    return [float(case["x"]) for case in load(folder, text).cases()]


def test_deterministic_distributions_are_combined_the_last_one_fastest(tmp_path: Path) -> None:
    sets = """<DeterministicMultiParameterDistribution><ValueSetDistribution>
    <ParameterValueSet><ParameterAssignment parameterRef="a" value="1"/>
    <ParameterAssignment parameterRef="b" value="2"/></ParameterValueSet>
    <ParameterValueSet><ParameterAssignment parameterRef="b" value="3"/></ParameterValueSet>
    </ValueSetDistribution></DeterministicMultiParameterDistribution>"""
    found = load(tmp_path, f"<Deterministic>{sets}{single('c', values('x', 'y'))}</Deterministic>")
    assert found.count == 4
    assert found.parameters == ("a", "b", "c")
    assert list(found.cases()) == [
        {"a": "1", "b": "2", "c": "x"},
        {"a": "1", "b": "2", "c": "y"},
        {"b": "3", "c": "x"},
        {"b": "3", "c": "y"},
    ]
    assert found.scenario_file == tmp_path / "scenario.xosc"
    assert not found.is_stochastic


@pytest.mark.parametrize(
    ("low", "high", "step", "expected"),
    [
        ("0.1", "0.5", "0.1", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
        ("5", "60", "25", ["5.0", "30.0", "55.0"]),
        ("-3.0", "3.0", "3", ["-3.0", "0.0", "3.0"]),
        ("2", "2", "1", ["2.0"]),
    ],
)
def test_a_range_has_exact_steps_up_to_its_limit(
    tmp_path: Path, low: str, high: str, step: str, expected: list[str]
) -> None:
    found = load(tmp_path, f"<Deterministic>{single('x', steps(low, high, step))}</Deterministic>")
    assert [case["x"] for case in found.cases()] == expected


def test_millions_of_cases_are_counted_without_making_them(tmp_path: Path) -> None:
    axes = "".join(single(f"p{i}", steps("0", "999", "1")) for i in range(4))
    found = load(tmp_path, f"<Deterministic>{axes}</Deterministic>")
    assert found.count == 10**12
    assert found.case(123_456_789_012) == {"p0": "123.0", "p1": "456.0", "p2": "789.0", "p3": "12.0"}
    with pytest.raises(IndexError, match="0 to 999999999999 are there"):
        found.case(10**12)


def test_draws_are_the_same_in_every_order(tmp_path: Path) -> None:
    inside = '<NormalDistribution expectedValue="1" variance="4"/>'
    text = '<Stochastic numberOfTestRuns="50" randomSeed="3">'
    text += f'<StochasticDistribution parameterName="x">{inside}</StochasticDistribution></Stochastic>'
    found = load(tmp_path, text)
    assert found.is_stochastic
    assert [found.case(i) for i in reversed(range(50))] == list(reversed(list(found.cases())))
    assert list(found.cases(3)) == list(found.cases())
    assert list(found.cases(4)) != list(found.cases())
    assert random_number(3, "x", 7) != random_number(3, "y", 7)


def test_a_normal_distribution_has_its_mean_and_variance(tmp_path: Path) -> None:
    found = drawn(tmp_path, '<NormalDistribution expectedValue="22" variance="9"/>')
    assert statistics.fmean(found) == pytest.approx(22, abs=0.2)
    assert statistics.variance(found) == pytest.approx(9, rel=0.08)


def test_a_range_cuts_a_distribution_without_losing_cases(tmp_path: Path) -> None:
    inside = CUT
    found = drawn(tmp_path, inside.format(-1, 1))
    assert len(found) == 4000
    assert min(found) >= -1
    assert max(found) <= 1
    far = drawn(tmp_path, inside.format(9, 10), 500)
    assert 9 <= min(far) < max(far) <= 10
    assert statistics.fmean(far) == pytest.approx(9.11, abs=0.02)


def test_the_logarithm_of_a_log_normal_is_normal(tmp_path: Path) -> None:
    found = drawn(tmp_path, '<LogNormalDistribution expectedValue="0.5" variance="0.25"/>')
    assert statistics.fmean(map(math.log, found)) == pytest.approx(0.5, abs=0.03)
    assert statistics.stdev(map(math.log, found)) == pytest.approx(0.5, rel=0.05)


def test_a_uniform_distribution_fills_its_range(tmp_path: Path) -> None:
    found = drawn(tmp_path, '<UniformDistribution><Range lowerLimit="2" upperLimit="4"/></UniformDistribution>')
    assert 2 <= min(found) < 2.01
    assert 3.99 < max(found) < 4
    assert statistics.fmean(found) == pytest.approx(3, abs=0.03)


def test_a_poisson_distribution_counts(tmp_path: Path) -> None:
    found = drawn(tmp_path, '<PoissonDistribution expectedValue="3.5"/>')
    assert all(number == int(number) for number in found)
    assert statistics.fmean(found) == pytest.approx(3.5, abs=0.1)
    assert statistics.variance(found) == pytest.approx(3.5, rel=0.08)
    assert found.count(0) / len(found) == pytest.approx(math.exp(-3.5), abs=0.008)
    cut = '<PoissonDistribution expectedValue="3.5"><Range lowerLimit="2" upperLimit="4.5"/></PoissonDistribution>'
    assert set(drawn(tmp_path, cut, 500)) == {2, 3, 4}


def test_weights_choose_elements_and_bins(tmp_path: Path) -> None:
    elements = "".join(f'<Element value="{v}" weight="{w}"/>' for v, w in ((1, 1), (2, 0), (3, 3)))
    found = drawn(tmp_path, f"<ProbabilityDistributionSet>{elements}</ProbabilityDistributionSet>")
    assert set(found) == {1, 3}
    assert found.count(3) / len(found) == pytest.approx(0.75, abs=0.02)
    bins = "".join(
        f'<Bin weight="{w}"><Range lowerLimit="{a}" upperLimit="{a + 1}"/></Bin>' for a, w in ((0, 0.2), (5, 0.8))
    )
    found = drawn(tmp_path, f"<Histogram>{bins}</Histogram>")
    assert all(0 <= number < 1 or 5 <= number < 6 for number in found)
    assert sum(number >= 5 for number in found) / len(found) == pytest.approx(0.8, abs=0.02)


def test_user_defined_distributions_need_a_function(tmp_path: Path) -> None:
    primes = '<UserDefinedDistribution type="primes">10</UserDefinedDistribution>'
    text = f"<Deterministic>{single('x', primes)}</Deterministic>"
    with pytest.raises(OpenScenarioError, match="type='primes' is not known; give a function for it"):
        load(tmp_path, text)
    found = load(tmp_path, text, user_defined={"primes": lambda content: [2, 3, 5, 7][: int(content) - 6]})
    assert [case["x"] for case in found.cases()] == ["2", "3", "5", "7"]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (single("x", steps("0", "1", "0")), "DistributionRange stepWidth=0.0; more than 0 is right"),
        (single("x", steps("2", "1", "1")), "Range from 2.0 to 1.0; finite limits, the lower first, are right"),
        (single("x", values("1")) + single("x", values("2")), "parameter 'x' is varied already"),
    ],
)
def test_what_is_wrong_with_a_distribution_is_told(tmp_path: Path, inside: str, said: str) -> None:
    with pytest.raises(OpenScenarioError) as error:
        load(tmp_path, f"<Deterministic>{inside}</Deterministic>")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (
            '<NormalDistribution expectedValue="0" variance="-1"/>',
            "NormalDistribution variance=-1; more than 0 is right",
        ),
        ('<UniformDistribution><Range lowerLimit="2" upperLimit="1"/></UniformDistribution>', "Range from 2 to 1"),
        ('<PoissonDistribution expectedValue="0"/>', "PoissonDistribution expectedValue=0; more than 0 is right"),
        (
            CUT.format(50, 60),
            "Range leaves nothing of the NormalDistribution; widen it",
        ),
        (
            '<ProbabilityDistributionSet><Element value="1" weight="0"/></ProbabilityDistributionSet>',
            "not all 0 is right",
        ),
    ],
)
def test_what_is_wrong_with_a_draw_is_told(tmp_path: Path, inside: str, said: str) -> None:
    with pytest.raises(OpenScenarioError) as error:
        drawn(tmp_path, inside)
    assert said in str(error.value)


def test_the_scenario_file_must_be_there(tmp_path: Path) -> None:
    path = load(tmp_path, f"<Deterministic>{single('x', values('1'))}</Deterministic>").path
    (tmp_path / "scenario.xosc").unlink()
    with pytest.raises(OpenScenarioError, match=r"ScenarioFile filepath='scenario\.xosc': no such file"):
        load_distribution(path)
    with pytest.raises(
        OpenScenarioError, match="the file holds Storyboard; a ParameterValueDistribution is right here"
    ):
        load_distribution(write(tmp_path, scenario(), "scenario.xosc"))
