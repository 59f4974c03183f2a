"""Criteria in a file beside a scenario: `NAME.verdict.yaml`, or `verdict.yaml` for all scenarios of a folder.

```yaml
ego: Ego                                   # who `ego` is; without it who is called so
laws: china                                # a rule pack, or a mapping: {pack: china, only: [red_light]}
criteria:
  - stays_on_road
  - no_collision: {requirement: REQ-1}
  - min_ttc: 1.5 s
  - max_speed: {threshold: 60 km/h, actor: Lead}
  - min_gap: {threshold: 0.5 m, other: Cutter, when: {cut_in: Cutter}}
  - metric: {metric: rss_margin_m, at_least: 0 m}
  - reaches: {x: 120 m, y: 3.5 m, radius: 2 m, by: 30 s}
  - custom: {function: checks.py:never_backwards}
```

Each entry is a criterion of `jing_scenarios.criteria` by its Python name. A value alone is its `threshold`, a name
alone the criterion as it is.
"""

from pathlib import Path

from jing_maps.errors import JingError
from jing_scenarios.criteria.criterion import Criterion
from jing_scenarios.criteria.from_yaml import CRITERIA, criterion_of
from jing_scenarios.criteria.yaml_places import Entry, VerdictFileError, read_entries
from jing_scenarios.laws_china.pack import CHINA_LAWS, china_laws

__all__ = ["VerdictFileError", "load_verdict_file", "verdict_file_beside"]

_KEYS = ("criteria", "ego", "laws")


def verdict_file_beside(scenario: Path | str) -> Path | None:
    """The verdict file of a scenario file: `NAME.verdict.yaml`, else `verdict.yaml` in its folder, else None."""
    path = Path(scenario)
    own = path.with_name(f"{path.name.removesuffix(path.suffix)}.verdict.yaml")
    return next((file for file in (own, path.with_name("verdict.yaml")) if file.is_file()), None)


def load_verdict_file(path: Path | str) -> tuple[Criterion, ...]:
    """The criteria of a verdict file, those of its rule packs behind them.

    Raises:
        VerdictFileError: it cannot be read, or something in it is not known, with its place.
    """
    file = Path(path)
    root = read_entries(file)
    keys = root.keys("the file", _KEYS)
    ego = keys["ego"].text("ego") if "ego" in keys else "ego"
    criteria: list[Criterion] = []
    names: dict[str, str] = {}
    for entry in keys["criteria"].items("criteria") if "criteria" in keys else []:
        criterion = _one(entry, file.parent, ego)
        if criterion.name in names:
            first = names[criterion.name]
            entry.fail(f"the name {criterion.name!r} is taken at {first}; give one of them a 'name' of its own")
        names[criterion.name] = entry.place
        criteria.append(criterion)
    if "laws" in keys:
        criteria += _laws(keys["laws"], ego)
    if not criteria:
        root.fail("the file has no criteria; a list under 'criteria' is right")
    return tuple(criteria)


def _one(entry: Entry, folder: Path, ego: str) -> Criterion:
    if isinstance(entry.value, str):  # a name alone
        entry = Entry({entry.value: Entry("", entry.place)}, entry.place)
    mapping = entry.mapping("a criterion")
    if len(mapping) != 1:
        entry.fail(f"a criterion has {len(mapping)} keys ({', '.join(mapping)}); its name alone is right")
    entry.keys("criteria", CRITERIA)
    ((kind, value),) = mapping.items()
    try:
        return criterion_of(kind, value, folder, ego)
    except VerdictFileError:
        raise
    except JingError as error:
        value.fail(f"{kind}: {error}")


def _laws(entry: Entry, ego: str) -> tuple[Criterion, ...]:
    if isinstance(entry.value, str):
        entry = Entry({"pack": entry}, entry.place)
    keys = entry.keys("laws", ("only", "pack"))
    if "pack" not in keys:
        entry.fail("laws have no 'pack'; pack: china is right")
    if keys["pack"].text("pack") != "china":
        keys["pack"].fail(f"there is no rule pack {keys['pack'].value!r}; china is right")
    if "only" not in keys:
        return china_laws(actor=ego)
    only = keys["only"].items("only")
    for name in only:
        Entry({name.text("a law"): name}, name.place).keys("only", CHINA_LAWS)
    return china_laws(actor=ego, only=tuple(name.text("a law") for name in only))
