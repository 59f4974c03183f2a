"""Which cases grids, sequences and covering arrays hold."""

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from jing_scenarios.sampling import covering, grid, grid_size, random_cases, sobol
from jing_scenarios.script.distributions import (
    Choice,
    Distribution,
    DistributionError,
    LogNormal,
    Normal,
    Steps,
    Uniform,
)
from jing_scenarios.sweep import Sweep, SweepError, planned_cases, sweep_cases
from jing_scenarios.variation import parse_variation

SPACE: dict[str, Distribution] = {
    "gap_m": Uniform(5.0, 30.0),
    "model": Choice(["car", "bus"], [3.0, 1.0]),
    "speed_kph": Steps(10.0, 60.0, 10.0),
}


def test_a_grid_has_every_combination_once() -> None:
    rows = [tuple(case.values()) for case in grid(SPACE, levels=4)]
    assert len(rows) == len(set(rows)) == grid_size(SPACE, 4) == 4 * 2 * 6
    assert sorted({row[0] for row in rows}) == pytest.approx([5.0, 5.0 + 25.0 / 3.0, 5.0 + 50.0 / 3.0, 30.0])
    with pytest.raises(DistributionError, match="take fewer levels"):
        list(grid({f"p{k}": Uniform(0.0, 1.0) for k in range(9)}, levels=10))


def test_a_sobol_sequence_fills_the_space_evenly_and_goes_on() -> None:
    values = np.array([float(case["gap_m"]) for case in sobol(SPACE, 256, seed=5)])
    counts, _ = np.histogram(values, bins=16, range=(5.0, 30.0))
    assert counts.tolist() == [16] * 16
    models = Counter(case["model"] for case in sobol(SPACE, 256, seed=5))
    assert models["car"] == pytest.approx(192, abs=1)
    assert list(sobol(SPACE, 10, seed=5)) == list(sobol(SPACE, 256, seed=5))[:10]


@pytest.mark.parametrize("strength", [2, 3])
def test_a_covering_array_holds_every_combination_of_so_many_values(strength: int) -> None:
    space: dict[str, Distribution] = {f"p{k}": Choice(list(range(4))) for k in range(6)}
    rows = list(covering(space, strength))
    for names in itertools.combinations(space, strength):
        assert len({tuple(case[name] for name in names) for case in rows}) == 4**strength
    assert len(rows) < 3 * 4**strength
    assert rows == list(covering(space, strength))
    with pytest.raises(DistributionError, match="strength 7"):
        covering(space, 7)


def test_draws_do_not_depend_on_how_many_there_are() -> None:
    assert list(random_cases(SPACE, 5, seed=2)) == list(random_cases(SPACE, 50, seed=2))[:5]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Uniform(2.0, 7.0), stats.uniform(2.0, 5.0)),
        (Normal(1.0, 2.0, -1.0, 5.0), stats.truncnorm(-1.0, 2.0, 1.0, 2.0)),
        (LogNormal(0.5, 0.4, 0.1, 50.0), stats.lognorm(0.4, scale=np.exp(0.5))),
    ],
)
def test_quantiles_are_those_of_scipy_and_positions_their_inverse(ours: Distribution, theirs: object) -> None:
    for u in (0.05, 0.3, 0.5, 0.77, 0.95):
        value = float(ours.quantile(u))
        assert value == pytest.approx(float(theirs.ppf(u)), rel=1e-5)  # type: ignore[attr-defined]
        assert ours.position(value) == pytest.approx(u, abs=1e-9)


def test_steps_and_choices_find_their_own_share() -> None:
    for distribution in (Steps(1.0, 3.0, 0.5), Choice(["a", "b", "c"], [1.0, 5.0, 2.0])):
        for value in distribution.levels():
            assert distribution.quantile(distribution.position(value)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gap_m=5..30", Uniform(5.0, 30.0)),
        ("v=10..60/10", Steps(10.0, 60.0, 10.0)),
        ("m=car, bus", Choice(["car", "bus"])),
        ("n=1,2", Choice([1, 2])),
        ("x=normal(1,2,0,5)", Normal(1.0, 2.0, 0.0, 5.0)),
        ("x=lognormal(1,0.2)", LogNormal(1.0, 0.2)),
    ],
)
def test_variations_are_read(text: str, expected: Distribution) -> None:
    assert parse_variation(text)[1] == expected


@pytest.mark.parametrize("text", ["gap", "=3", "gap=", "gap=normal(1)", "gap=30..5"])
def test_variations_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(DistributionError):
        parse_variation(text)


_DISTRIBUTION = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSCENARIO>
  <FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="test" author="test"/>
  <ParameterValueDistribution>
    <ScenarioFile filepath="scenario.xosc"/>
    <Deterministic>
      <DeterministicSingleParameterDistribution parameterName="speed">
        <DistributionRange stepWidth="1"><Range lowerLimit="1" upperLimit="5"/></DistributionRange>
      </DeterministicSingleParameterDistribution>
      <DeterministicSingleParameterDistribution parameterName="model">
        <DistributionSet><Element value="car"/><Element value="bus"/></DistributionSet>
      </DeterministicSingleParameterDistribution>
    </Deterministic>
  </ParameterValueDistribution>
</OpenSCENARIO>
"""


def test_the_cases_of_a_distribution_file_are_its_own(tmp_path: Path) -> None:
    file = tmp_path / "variation.xosc"
    file.write_text(_DISTRIBUTION, encoding="utf-8")
    (tmp_path / "scenario.xosc").write_text("<OpenSCENARIO/>", encoding="utf-8")
    sweep = Sweep(str(file), "own")
    cases = list(sweep_cases(sweep))
    assert len(cases) == planned_cases(sweep) == 10
    assert cases[0].source == str(tmp_path / "scenario.xosc")
    some = Sweep(str(file), "own", cases=5)
    assert [case.parameters for case in sweep_cases(some)] == [case.parameters for case in cases[::2]]
    with pytest.raises(SweepError, match="not --vary"):
        Sweep(str(file), "own", {"speed": Uniform(1.0, 2.0)})
    with pytest.raises(SweepError, match="nothing varies"):
        Sweep(str(file), "grid")
