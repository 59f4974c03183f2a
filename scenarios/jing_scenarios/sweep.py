"""Sweeps: the cases of a scenario that a plan names, run as a campaign.

>>> from jing_scenarios.script.distributions import Uniform
>>> sweep = Sweep("cut_in.py", "sobol", {"gap_m": Uniform(5.0, 30.0)}, cases=4)
>>> [case.case for case in sweep_cases(sweep)]
['cut_in-000000', 'cut_in-000001', 'cut_in-000002', 'cut_in-000003']
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jing_maps.errors import JingError, UnknownNameError
from jing_scenarios.case_run import CaseSpec
from jing_scenarios.case_source import absolute_source
from jing_scenarios.openscenario.distributions import load_distribution
from jing_scenarios.openscenario.document import read_document
from jing_scenarios.sampling import Case, Space, covering, grid, grid_size, random_cases, sobol
from jing_scenarios.script.distributions import Distribution, ParameterValue
from jing_scenarios.script.load import load_script

__all__ = [
    "METHODS",
    "Method",
    "Sweep",
    "SweepError",
    "is_distribution_file",
    "planned_cases",
    "space_of",
    "sweep_cases",
]

Method = Literal["own", "grid", "sobol", "covering", "random"]
DEFAULT_CASES = 64
METHODS: tuple[Method, ...] = ("own", "grid", "sobol", "covering", "random")


class SweepError(JingError, ValueError):
    """A sweep that cannot be made."""


@dataclass(frozen=True)
class Sweep:
    """Which cases of a scenario.

    Attributes:
        source: `FILE.xosc` (a scenario, or a parameter value distribution for `own`), `FILE.py`, `FILE.py:FUNCTION`.
        method: own = as the distribution file says; grid, sobol, covering, random.
        space: what varies.
        cases: how many; of own and grid evenly spread ones; None = all, and 64 of sobol and random.
        levels: of continuous parameters, for grid and covering. strength: of covering.
        seed: of the choice of cases, and of each run.
        stack: spec of the ego's driver. dt_s, max_time_s: of each run.
        verdict: a file of criteria; empty = those beside the scenario.
    """

    source: str
    method: Method
    space: Space = field(default_factory=dict)
    cases: int | None = None
    levels: int = 3
    strength: int = 2
    seed: int = 0
    stack: str = ""
    dt_s: float = 0.05
    max_time_s: float = 120.0
    verdict: str = ""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UnknownNameError("method", self.method, METHODS)
        if self.method == "own" and (self.space or not is_distribution_file(self.source)):
            own = "own takes the file's distributions, not --vary"
            reason = own if self.space else "own is for files that hold a parameter value distribution"
            raise SweepError(f"{self.source}: {reason}; grid, sobol, covering or random would be right")
        if self.method != "own" and not self.space:
            raise SweepError(f"{self.source}: nothing varies; name parameters (--vary gap_m=5..30) or declare them")
        if self.cases is not None and self.cases < 1:
            raise SweepError(f"{self.cases} cases; one or more would be right")


def sweep_cases(sweep: Sweep) -> Iterator[CaseSpec]:
    """The cases of a sweep, in order, made as they are asked for.

    Raises:
        OpenScenarioError: a distribution file is broken.
        DistributionError: the method does not fit the space.
    """
    source = scenario_source(sweep)
    stem = Path(sweep.source.rpartition(":")[0] if ".py:" in sweep.source else sweep.source).stem
    for number, case in enumerate(_cases(sweep)):
        yield CaseSpec(
            case=f"{stem}-{number:06d}",
            source=source,
            parameters=case,
            scenario=stem,
            seed=sweep.seed,
            stack=sweep.stack,
            dt_s=sweep.dt_s,
            max_time_s=sweep.max_time_s,
            verdict=sweep.verdict,
        )


def planned_cases(sweep: Sweep) -> int:
    """How many cases a sweep has."""
    if sweep.method == "own":
        count = load_distribution(sweep.source).count
    elif sweep.method == "grid":
        count = grid_size(sweep.space, sweep.levels)
    elif sweep.method == "covering":
        count = sum(1 for _ in covering(sweep.space, sweep.strength, sweep.levels))
    else:
        return sweep.cases or DEFAULT_CASES
    return min(count, sweep.cases or count)


def scenario_source(sweep: Sweep) -> str:
    """The source of its cases: of a distribution file the scenario that this names."""
    if is_distribution_file(sweep.source):
        return absolute_source(str(load_distribution(sweep.source).scenario_file))
    return absolute_source(sweep.source)


def is_distribution_file(source: str) -> bool:
    """The file holds a parameter value distribution in place of a scenario; raises OpenScenarioError."""
    return source.endswith(".xosc") and read_document(Path(source)).root.find("ParameterValueDistribution") is not None


def space_of(source: str, given: Mapping[str, Distribution]) -> dict[str, Distribution]:
    """What varies: the parameters that a script declares, and `given`, which comes before them.

    Raises:
        ScriptFileError: a script cannot be loaded.
    """
    own: dict[str, Distribution] = {}
    if source.endswith(".py"):
        own = {name: param.distribution for name, param in load_script(source).space.items()}
    return {**own, **given}


def _cases(sweep: Sweep) -> Iterator[Case]:
    n = sweep.cases or DEFAULT_CASES
    if sweep.method == "own":
        distribution = load_distribution(sweep.source)
        rows = spread(distribution.count, sweep.cases)
        return ({name: _value(text) for name, text in distribution.case(row, sweep.seed).items()} for row in rows)
    if sweep.method == "grid":
        rows = spread(grid_size(sweep.space, sweep.levels), sweep.cases)
        return _at_rows(grid(sweep.space, sweep.levels), rows)
    if sweep.method == "covering":
        return itertools.islice(covering(sweep.space, sweep.strength, sweep.levels), sweep.cases)
    if sweep.method == "sobol":
        return sobol(sweep.space, n, sweep.seed)
    return random_cases(sweep.space, n, sweep.seed)


def spread(count: int, wanted: int | None) -> Sequence[int]:
    """Rows of `wanted` of `count` cases, evenly spread from the first on; all where None.

    >>> list(spread(10, 4))
    [0, 2, 5, 7]
    """
    if wanted is None or wanted >= count:
        return range(count)
    return [row * count // wanted for row in range(wanted)]


def _value(text: str) -> ParameterValue:
    """A number where it is written back as the same text, so that tables have columns of numbers.

    >>> _value("-4"), _value("2.5"), _value("2.50"), _value("car")
    (-4, 2.5, '2.50', 'car')
    """
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        if repr(value) == text and math.isfinite(value):
            return value
    return text


def _at_rows(cases: Iterator[Case], rows: Sequence[int]) -> Iterator[Case]:
    wanted = set(rows)
    return (case for row, case in enumerate(cases) if row in wanted)
