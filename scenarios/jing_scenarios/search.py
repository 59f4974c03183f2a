"""Finds the case in which a criterion holds least: a search that is adversarial to it.

`bayes`: a tree-structured Parzen estimator (Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization), from
optuna; takes choices as they are. `cma`: CMA-ES (Hansen and Ostermeier 2001), from cmaes; for numbers.
Both are asked for a round of cases at a time, so that the result does not depend on the number of workers.

>>> from jing_scenarios.script.distributions import Uniform
>>> found = minimise({"x": Uniform(0.0, 10.0)}, lambda cases: [abs(case["x"] - 7.0) for case in cases],
...                  SearchOptions(method="cma", cases=120, round_size=12))
>>> abs(found.best.case["x"] - 7.0) < 0.01
True
"""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import optuna
from cmaes import CMA

from jing_maps.errors import JingError, UnknownNameError
from jing_scenarios.sampling import Case, Space, at
from jing_scenarios.script.distributions import Choice

__all__ = ["METHODS", "Evaluate", "Found", "Probe", "SearchError", "SearchOptions", "minimise"]

Evaluate = Callable[[Sequence[Case]], Sequence[float]]
"""The margins of some cases: how far the criterion holds, negative where it fails, NaN where nothing was tested."""

METHODS = ("bayes", "cma")


class SearchError(JingError, ValueError):
    """A search that cannot be made."""


@dataclass(frozen=True)
class SearchOptions:
    """How to search.

    Attributes:
        method: bayes or cma.
        cases: to evaluate in all.
        round_size: cases that are evaluated side by side before the next ones are chosen.
        seed: of the choices.
    """

    method: Literal["bayes", "cma"] = "bayes"
    cases: int = 100
    round_size: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UnknownNameError("method", self.method, METHODS)
        if self.cases < 1 or self.round_size < 2:
            raise SearchError(f"{self.cases} cases in rounds of {self.round_size}; at least 1 and 2 would be right")


@dataclass(frozen=True)
class Probe:
    """A case that was tried, and its margin."""

    case: Case
    margin: float


@dataclass(frozen=True)
class Found:
    """What a search has found.

    Attributes:
        best: the lowest margin, the first of equals. probes: all cases in their order.
        first_failure: number of cases up to the first with a margin below 0; 0 = there was none.
    """

    best: Probe
    probes: tuple[Probe, ...]
    first_failure: int


class _Chooser(Protocol):
    def ask(self, n: int) -> list[Case]: ...

    def tell(self, margins: Sequence[float]) -> None: ...


def minimise(space: Space, evaluate: Evaluate, options: SearchOptions | None = None) -> Found:
    """The case with the lowest margin that the search finds.

    Raises:
        SearchError: there is nothing to vary, or no case could be judged.
    """
    options = options or SearchOptions()
    if not space:
        raise SearchError("there are no parameters to vary")
    chooser: _Chooser = _Parzen(space, options) if options.method == "bayes" else _Evolution(space, options)
    probes: list[Probe] = []
    while len(probes) < options.cases:
        cases = chooser.ask(options.round_size)
        margins = [float(margin) for margin in evaluate(cases)]
        chooser.tell(margins)
        probes += [Probe(case, margin) for case, margin in zip(cases, margins, strict=True)]
    known = [probe for probe in probes if not math.isnan(probe.margin)]
    if not known:
        raise SearchError(f"none of {len(probes)} cases could be judged; look at the reasons in their results")
    failed = [number for number, probe in enumerate(probes, 1) if probe.margin < 0]
    return Found(min(known, key=lambda probe: probe.margin), tuple(probes), failed[0] if failed else 0)


class _Parzen:
    """Choices by optuna: continuous parameters as a place in [0, 1], others as they are."""

    def __init__(self, space: Space, options: SearchOptions) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            sampler = optuna.samplers.TPESampler(
                seed=options.seed, multivariate=True, constant_liar=True, n_startup_trials=2 * options.round_size
            )
        self._study = optuna.create_study(sampler=sampler)
        self._space = space
        self._asked: list[optuna.trial.Trial] = []

    def ask(self, n: int) -> list[Case]:
        self._asked = [self._study.ask() for _ in range(n)]
        return [self._case(trial) for trial in self._asked]

    def tell(self, margins: Sequence[float]) -> None:
        for trial, margin in zip(self._asked, margins, strict=True):
            if math.isnan(margin):
                self._study.tell(trial, state=optuna.trial.TrialState.FAIL)
            else:
                self._study.tell(trial, margin)

    def _case(self, trial: optuna.trial.Trial) -> Case:
        case: Case = {}
        for name, distribution in self._space.items():
            if isinstance(distribution, Choice):
                row = trial.suggest_categorical(name, list(range(len(distribution.values))))
                case[name] = distribution.values[row]
            else:
                case[name] = distribution.quantile(trial.suggest_float(name, 0.0, 1.0))
        return case


class _Evolution:
    """Choices by CMA-ES in the unit cube; unjudged cases count as the worst of their generation."""

    def __init__(self, space: Space, options: SearchOptions) -> None:
        self._space, self._size, self._seed = space, options.round_size, options.seed
        self._optimiser = self._make()
        self._points: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = []

    def _make(self) -> CMA:
        n = max(len(self._space), 2)  # the library needs two dimensions; the second one of a line is idle
        bounds = np.tile([0.0, 1.0], (n, 1))
        return CMA(np.full(n, 0.5), 0.3, bounds=bounds, population_size=self._size, seed=self._seed)

    def ask(self, n: int) -> list[Case]:
        self._points = [self._optimiser.ask() for _ in range(n)]
        return [at(self._space, point[: len(self._space)]) for point in self._points]

    def tell(self, margins: Sequence[float]) -> None:
        known = [margin for margin in margins if not math.isnan(margin)]
        worst = max(known, default=0.0)
        values = [worst if math.isnan(margin) else margin for margin in margins]
        self._optimiser.tell(list(zip(self._points, values, strict=True)))
        if self._optimiser.should_stop():
            self._seed += 1
            self._optimiser = self._make()
