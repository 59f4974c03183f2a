"""The parameters of a script as a parameter value distribution file of OpenSCENARIO 1.3.

Where all parameters are steps or choices of equal weight the file is deterministic: it holds all combinations. Else it
is stochastic, with a number of test runs.
"""

from collections.abc import Mapping
from pathlib import Path

from jing_scenarios.openscenario.node import Node
from jing_scenarios.openscenario.write import write_xosc
from jing_scenarios.script.distributions import Choice, Distribution, LogNormal, Normal, Steps, Uniform
from jing_scenarios.script.document import header_element
from jing_scenarios.script.values import Param, ScriptError, text_of

__all__ = ["write_variation"]


def write_variation(
    params: Mapping[str, Param], scenario_file: str, path: str | Path, runs: int = 100, seed: int = 0
) -> Path:
    """The file stands at `path`.

    Args:
        params: by name.
        scenario_file: whose parameters they are, relative to `path`.
        path: of the file.
        runs, seed: of a stochastic one.

    Raises:
        ScriptError: there are no parameters.
    """
    path = Path(path)
    if not params:
        raise ScriptError(f"{path.name}: the scenario has no parameters to vary")
    file = Node("ScenarioFile", {"filepath": scenario_file})
    root = Node("ParameterValueDistribution", children=(file, _distribution(params, runs, seed)))
    header = header_element(f"Variation of {scenario_file}")
    write_xosc(Node("OpenSCENARIO", children=(header, root)), path)
    return path


def _distribution(params: Mapping[str, Param], runs: int, seed: int) -> Node:
    """The `Deterministic` or `Stochastic` element."""
    kinds = {name: param.distribution for name, param in params.items()}
    if all(_is_even(kind) for kind in kinds.values()):
        parts = tuple(
            Node("DeterministicSingleParameterDistribution", {"parameterName": name}, (_deterministic(kind),))
            for name, kind in kinds.items()
        )
        return Node("Deterministic", children=parts)
    parts = tuple(
        Node("StochasticDistribution", {"parameterName": name}, (_stochastic(name, kind),))
        for name, kind in kinds.items()
    )
    return Node("Stochastic", {"numberOfTestRuns": str(runs), "randomSeed": str(seed)}, parts)


def _is_even(kind: Distribution) -> bool:
    return isinstance(kind, Steps) or (isinstance(kind, Choice) and len(set(kind.weights)) == 1)


def _deterministic(kind: Distribution) -> Node:
    if isinstance(kind, Steps):
        return Node("DistributionRange", {"stepWidth": text_of(kind.step)}, (_range(kind.low, kind.high),))
    return Node("DistributionSet", children=tuple(Node("Element", {"value": text_of(v)}) for v in kind.levels()))


def _stochastic(name: str, kind: Distribution) -> Node:
    if isinstance(kind, Uniform):
        return Node("UniformDistribution", children=(_range(kind.low, kind.high),))
    if isinstance(kind, Normal):
        values = {"expectedValue": text_of(kind.mean), "variance": text_of(kind.std**2)}
        return Node("NormalDistribution", values, (_range(*kind.bounds),))
    if isinstance(kind, LogNormal):
        logarithm = kind.logarithm
        values = {"expectedValue": text_of(logarithm.mean), "variance": text_of(logarithm.std**2)}
        low, high = (kind.quantile(u) for u in (0.0, 1.0))
        return Node("LogNormalDistribution", values, (_range(low, high),))
    if isinstance(kind, Choice | Steps):
        weights = kind.weights if isinstance(kind, Choice) else (1.0,) * len(kind.levels())
        elements = tuple(
            Node("Element", {"value": text_of(value), "weight": text_of(weight)})
            for value, weight in zip(kind.levels(), weights, strict=True)
        )
        return Node("ProbabilityDistributionSet", children=elements)
    raise ScriptError(f"parameter {name}: {kind} has no counterpart in OpenSCENARIO; Uniform, Normal, LogNormal, "
                      "Choice and Steps have one")  # fmt: skip


def _range(low: float, high: float) -> Node:
    return Node("Range", {"lowerLimit": text_of(low), "upperLimit": text_of(high)})
