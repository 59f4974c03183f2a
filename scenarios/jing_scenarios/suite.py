"""Suites of cases: built-in ones by name, or a folder with a manifest.

Cases of a scenario are the product of its `vary`, for each of its `variants`; a parameter that is named like an axis of
the ODD is a tag of its case too.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from jing_maps.errors import UnknownNameError
from jing_scenarios.suite_manifest import (
    MANIFEST_NAME,
    ParameterValue,
    SuiteManifest,
    SuiteScenario,
    read_suite_manifest,
)

__all__ = ["Suite", "SuiteCase", "builtin_suites", "find_suite", "load_suite"]


@dataclass(frozen=True)
class SuiteCase:
    """One case: a scenario with all its parameters.

    Attributes:
        case: `SCENARIO-0007`, unique in the suite.
        scenario: of the manifest.
        parameters, odd: of this case.
        seed: of whatever is random in it; its number within the scenario.
    """

    case: str
    scenario: SuiteScenario
    parameters: Mapping[str, ParameterValue]
    odd: Mapping[str, str]
    seed: int


@dataclass(frozen=True)
class Suite:
    """A folder and its manifest."""

    folder: Path
    manifest: SuiteManifest

    @property
    def name(self) -> str:
        """Of the manifest."""
        return self.manifest.name

    def source(self, scenario: SuiteScenario) -> str:
        """The absolute `FILE.xosc` or `FILE.py:FUNCTION` of a scenario."""
        return str(self.folder / scenario.source)

    def cases(self) -> list[SuiteCase]:
        """All cases, in the order of the manifest."""
        return [case for scenario in self.manifest.scenario for case in self._cases_of(scenario)]

    def _cases_of(self, scenario: SuiteScenario) -> Iterator[SuiteCase]:
        for number, parameters in enumerate(self._permutations(scenario)):
            tags = {axis: str(parameters[axis]) for axis in self.manifest.odd if axis in parameters}
            yield SuiteCase(f"{scenario.id}-{number:04d}", scenario, parameters, {**scenario.odd, **tags}, number)

    def _permutations(self, scenario: SuiteScenario) -> Iterator[dict[str, ParameterValue]]:
        for variant in scenario.variants or [{}]:
            begin = {**scenario.fixed, **variant}
            for values in itertools.product(*scenario.vary.values()):
                yield {**begin, **dict(zip(scenario.vary, values, strict=True))}


def load_suite(folder: Path | str) -> Suite:
    """The suite of a folder; raises SuiteError, UnknownNameError."""
    folder = Path(folder).resolve()
    return Suite(folder, read_suite_manifest(folder))


def builtin_suites() -> dict[str, Path]:
    """Folders of the suites that come with the platform, by name."""
    root = Path(str(resources.files("jing_scenarios") / "library"))
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{MANIFEST_NAME}"))}


def find_suite(name_or_folder: str | Path) -> Suite:
    """A built-in suite by its name, or the suite of a folder.

    Raises:
        UnknownNameError: neither.
        SuiteError: as `load_suite`.
    """
    known = builtin_suites()
    if str(name_or_folder) in known:
        return load_suite(known[str(name_or_folder)])
    if Path(name_or_folder).is_dir():
        return load_suite(name_or_folder)
    raise UnknownNameError("suite (neither built in nor a folder)", str(name_or_folder), known)
