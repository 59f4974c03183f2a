"""The manifest of a suite: which scenarios, which variations of each, and what a standard asks.

```toml
name = "my-suite"
title = { zh = "示例", en = "Example" }
taken = { zh = "...", en = "what is the standard's" }
reading = { zh = "...", en = "what is our own" }
max_time_s = 40.0

[parameters.gap_m]              # coverage: edges of the bins of a number, or the values of a text
unit = "m"
bins = [5.0, 10.0, 20.0, 40.0]

[odd]                           # axes of the operational design domain and their values
weather = ["clear", "rain", "fog"]

[[scenario]]
id = "cut-in"
source = "cut_in.py:cut_in"     # a function that returns a script scenario, or a .xosc file
title = { zh = "切入", en = "Cut-in" }
requirements = ["R157-5.2.5"]
odd = { weather = "clear" }
vary = { gap_m = [8.0, 16.0], weather = ["clear", "rain"] }
```
"""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from jing_maps.errors import JingError, UnknownNameError

__all__ = [
    "MANIFEST_NAME",
    "ParameterBins",
    "ParameterValue",
    "SuiteError",
    "SuiteManifest",
    "SuiteScenario",
    "Text",
    "read_suite_manifest",
]

MANIFEST_NAME = "manifest.toml"
ParameterValue = float | str


class SuiteError(JingError, ValueError):
    """A suite whose manifest is wrong, or whose files are missing."""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Chinese and English."""

    zh: str = ""
    en: str = ""


class ParameterBins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What coverage means for a parameter: edges of bins (numbers), or the values that count (texts)."""

    bins: list[ParameterValue]
    unit: str = ""
    title: Text = Text()


class SuiteScenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A logical scenario and its variations.

    Attributes:
        id: unique in the suite. source: `FILE.xosc`, or `FILE.py:FUNCTION`, relative to the suite's folder.
        objective, steps, expected: for people, and for evidence (ISO 34505).
        requirements: ids of what it checks: clauses of the standard.
        odd: tags of all its cases.
        fixed: parameters of all its cases. vary: lists, their product is taken. variants: sets of parameters, one
            run of the product for each.
        reference: `FILE.py:FUNCTION` that says from the parameters whether a case can be prevented
            (`jing_scenarios.library.reference_drivers.Label`); empty = not asked.
    """

    id: str
    source: str
    title: Text
    objective: Text = Text()
    steps: Text = Text()
    expected: Text = Text()
    requirements: list[str] = []
    odd: dict[str, str] = {}
    fixed: dict[str, ParameterValue] = {}
    vary: dict[str, list[ParameterValue]] = {}
    variants: list[dict[str, ParameterValue]] = []
    reference: str = ""


class SuiteManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`manifest.toml`; `taken` says what comes from the standard, `reading` what is our own."""

    name: str
    title: Text
    scenario: list[SuiteScenario]
    standard: str = ""
    taken: Text = Text()
    reading: Text = Text()
    parameters: dict[str, ParameterBins] = {}
    odd: dict[str, list[str]] = {}
    max_time_s: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    dt_s: Annotated[float, msgspec.Meta(gt=0, le=0.1)] = 0.05


def read_suite_manifest(folder: Path) -> SuiteManifest:
    """The manifest of a suite's folder.

    Raises:
        SuiteError: no manifest, keys that mean nothing, files that are not there, ids that occur twice.
        UnknownNameError: a tag outside the axes of the ODD.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise SuiteError(f"{folder} has no {MANIFEST_NAME}, so it is no suite")
    try:
        manifest = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), SuiteManifest)
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{path}: no TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise SuiteError(f"{path}: {error}{_nearest(str(error))}") from error
    _check(path, manifest)
    return manifest


_KEYS = sorted(
    {
        field.name
        for kind in (SuiteManifest, SuiteScenario, ParameterBins, Text)
        for field in msgspec.structs.fields(kind)
    }
)


def _nearest(message: str) -> str:
    found = re.search(r"unknown field `(\w+)`", message)
    near = difflib.get_close_matches(found[1], _KEYS, n=2) if found else []
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _check(path: Path, manifest: SuiteManifest) -> None:
    """Raises SuiteError for what the types do not say."""
    seen: set[str] = set()
    for scenario in manifest.scenario:
        if scenario.id in seen or not re.fullmatch(r"[\w.-]+", scenario.id):
            raise SuiteError(f"{path}: scenario id {scenario.id!r} is taken, or has other signs than letters . _ -")
        seen.add(scenario.id)
        for source in filter(None, (scenario.source, scenario.reference)):
            file = path.parent / source.partition(":")[0]
            if not file.is_file():
                raise SuiteError(f"{path}: scenario {scenario.id}: {file} does not exist")
        for axis, tag in _tags(scenario, manifest):
            if axis not in manifest.odd:
                raise UnknownNameError(f"axis of the ODD (scenario {scenario.id})", axis, manifest.odd)
            if tag not in manifest.odd[axis]:
                raise UnknownNameError(f"{axis} (scenario {scenario.id})", tag, manifest.odd[axis])
        unknown = [n for n in (*scenario.vary, *scenario.fixed) if not n.isidentifier()]
        if unknown:
            raise SuiteError(f"{path}: scenario {scenario.id}: parameter {unknown[0]!r} is no name of Python")


def _tags(scenario: SuiteScenario, manifest: SuiteManifest) -> list[tuple[str, str]]:
    """All pairs of axis and value that a scenario names."""
    rows: list[tuple[str, ParameterValue]] = list(scenario.odd.items())
    for parameters in (scenario.fixed, *scenario.variants):
        rows += [pair for pair in parameters.items() if pair[0] in manifest.odd]
    rows += [(name, value) for name, values in scenario.vary.items() if name in manifest.odd for value in values]
    return [(axis, str(value)) for axis, value in rows]
