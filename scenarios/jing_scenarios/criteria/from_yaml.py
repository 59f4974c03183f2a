"""From an entry of a verdict file to a criterion."""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

from jing_scenarios.criteria import preconditions, ready_made
from jing_scenarios.criteria.bound import Comparison, MetricBound
from jing_scenarios.criteria.criterion import Criterion, Precondition
from jing_scenarios.criteria.custom import CustomAnswer
from jing_scenarios.criteria.ready_made import BOUNDS, Common
from jing_scenarios.criteria.yaml_places import Entry, VerdictFileError
from jing_scenarios.metrics.registry import metric_of
from jing_scenarios.metrics.scenario_trace import ScenarioTrace

__all__ = ["CRITERIA", "criterion_of"]

_COMMON = ("name", "requirement", "actor", "other", "when")
_COMPARISONS: dict[str, Comparison] = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}

_OTHERS = ("completes_route", "custom", "metric", "reaches", "time_limit")

CRITERIA = (*BOUNDS, *_OTHERS)
"""Kinds of criteria that a verdict file can have."""


def criterion_of(kind: str, entry: Entry, folder: Path, ego: str) -> Criterion:
    """The criterion of a kind of `CRITERIA`.

    Args:
        kind: which.
        entry: its value: a mapping, or a scalar that is its threshold.
        folder: from where the files of custom functions are looked for.
        ego: who is judged unless the entry says otherwise.

    Raises:
        VerdictFileError: with the place.
        JingError: what the criterion itself does not accept.
    """
    if kind in BOUNDS:
        return _bound(kind, entry, ego)
    return {"completes_route": _route, "custom": _custom, "metric": _metric, "reaches": _reach, "time_limit": _time}[
        kind
    ](entry, folder, ego)


def _keys(kind: str, entry: Entry, own: tuple[str, ...], shorthand: str = "") -> dict[str, Entry]:
    """The keys of a criterion; a scalar (not empty) is the value of `shorthand`."""
    if entry.value == "":
        return {}
    if isinstance(entry.value, str) and shorthand:
        return {shorthand: entry}
    return entry.keys(kind, (*own, *_COMMON))


def _common(keys: dict[str, Entry], ego: str) -> Common:
    common: Common = {"actor": ego}
    for name in ("name", "requirement", "actor", "other"):
        if name in keys:
            common[name] = keys[name].text(name)
    if "when" in keys:
        common["when"] = _when(keys["when"], ego)
    return common


def _bound(kind: str, entry: Entry, ego: str) -> MetricBound:
    metric, _, usual, _ = BOUNDS[kind]
    keys = _keys(kind, entry, ("threshold",), "threshold")
    if "threshold" in keys:
        threshold, unit = keys["threshold"].quantity(f"{kind}: threshold", metric_of(metric).unit)
    elif usual is not None:
        threshold, unit = usual
    else:
        entry.fail(f"{kind} has no threshold; threshold: 1 {metric_of(metric).unit} would be one")
    return ready_made.bound_of(kind, threshold, unit, **_common(keys, ego))


def _metric(entry: Entry, folder: Path, ego: str) -> Criterion:
    del folder
    keys = _keys("metric", entry, ("metric", *_COMPARISONS))
    name, comparison, threshold, unit = _compared("metric", entry, keys)
    return ready_made.metric_bound(name, comparison, threshold, unit, **_common(keys, ego))


def _compared(what: str, entry: Entry, keys: dict[str, Entry]) -> tuple[str, Comparison, float, str]:
    """Metric, comparison, threshold and unit of a mapping with `metric` and one of the comparisons."""
    if "metric" not in keys:
        entry.fail(f"{what} does not say which; metric: ttc_s would be one")
    given = [name for name in _COMPARISONS if name in keys]
    if len(given) != 1:
        entry.fail(f"{what} has {len(given)} comparisons; one of {', '.join(_COMPARISONS)} is right")
    name = keys["metric"].text("metric")
    threshold, unit = keys[given[0]].quantity(given[0], metric_of(name).unit)
    return name, _COMPARISONS[given[0]], threshold, unit


def _route(entry: Entry, folder: Path, ego: str) -> Criterion:
    del folder
    keys = _keys("completes_route", entry, ("share", "waypoints"), "share")
    share = keys["share"].number("share", "1") if "share" in keys else 1.0
    points = keys["waypoints"].items("waypoints") if "waypoints" in keys else []
    return ready_made.completes_route(share, tuple(_point(point) for point in points), **_common(keys, ego))


def _point(entry: Entry) -> tuple[float, float]:
    pair = entry.items("a waypoint")
    if len(pair) != 2:
        entry.fail(f"a waypoint has {len(pair)} numbers; [x, y] in metres of the map frame is right")
    x, y = (Entry(f"{one.text('a coordinate')} m", one.place).number("a coordinate", "m") for one in pair)
    return x, y


def _reach(entry: Entry, folder: Path, ego: str) -> Criterion:
    del folder
    keys = _keys("reaches", entry, ("x", "y", "radius", "by"))
    for name in ("x", "y"):
        if name not in keys:
            entry.fail(f"reaches has no {name}; {name}: 10 m would be one")
    x, y = keys["x"].number("x", "m"), keys["y"].number("y", "m")
    radius = keys["radius"].number("radius", "m") if "radius" in keys else 2.0
    by = keys["by"].number("by", "s") if "by" in keys else float("inf")
    return ready_made.reaches(x, y, radius, by, **_common(keys, ego))


def _time(entry: Entry, folder: Path, ego: str) -> Criterion:
    del folder
    keys = _keys("time_limit", entry, ("threshold",), "threshold")
    if "threshold" not in keys:
        entry.fail("time_limit has no threshold; threshold: 60 s would be one")
    return ready_made.time_limit(keys["threshold"].number("threshold", "s"), **_common(keys, ego))


def _custom(entry: Entry, folder: Path, ego: str) -> Criterion:
    keys = _keys("custom", entry, ("function",), "function")
    if "function" not in keys:
        entry.fail("custom has no function; function: checks.py:name or package.module:name is right")
    common = _common(keys, ego)
    where = keys["function"]
    common.setdefault("name", where.text("function").rpartition(":")[2])
    return ready_made.custom(_function(where, folder), **common)


def _function(entry: Entry, folder: Path) -> Callable[[ScenarioTrace], CustomAnswer]:
    module_name, _, name = entry.text("function").rpartition(":")
    if not module_name or not name:
        entry.fail(f"{entry.value!r} names no function; checks.py:name or package.module:name is right")
    try:
        if module_name.endswith(".py"):
            path = folder / module_name
            spec = importlib.util.spec_from_file_location(f"criteria_of_{path.stem}", path)
            if not path.is_file() or spec is None or spec.loader is None:
                entry.fail(f"there is no file {path}")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        else:
            module = importlib.import_module(module_name)
    except VerdictFileError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a stranger's module raises is told with its place
        entry.fail(f"{module_name} cannot be imported: {type(error).__name__}: {error}")
    function = getattr(module, name, None)
    if not callable(function):
        has = sorted(key for key, value in vars(module).items() if callable(value) and not key.startswith("_"))
        entry.fail(f"{module_name} has no function {name!r}; it has {', '.join(has) or 'none'}")
    return function  # type: ignore[no-any-return] # a stranger's function: what it answers is checked when it is asked


def _when(entry: Entry, ego: str) -> Precondition:
    keys = entry.keys("when", ("cut_in", "story", "between", "metric"))
    if not keys:
        entry.fail("when is empty; cut_in, story, between or metric is right")
    found = [{"cut_in": _cut_in, "story": _story, "between": _between, "metric": _while}[name](one, ego)
             for name, one in keys.items()]  # fmt: skip
    return found[0] if len(found) == 1 else preconditions.all_of(*found)


def _cut_in(entry: Entry, ego: str) -> Precondition:
    return preconditions.after_cut_in(entry.text("cut_in"), ego)


def _story(entry: Entry, ego: str) -> Precondition:
    del ego
    if isinstance(entry.value, str):
        return preconditions.after_story(entry.value)
    keys = entry.keys("story", ("element", "state"))
    if "element" not in keys:
        entry.fail("story has no element; element: CutInEvent would be one")
    state = keys["state"].text("state") if "state" in keys else "runningState"
    return preconditions.after_story(keys["element"].text("element"), state)


def _between(entry: Entry, ego: str) -> Precondition:
    del ego
    keys = entry.keys("between", ("from", "to"))
    begin = keys["from"].number("from", "s") if "from" in keys else 0.0
    end = keys["to"].number("to", "s") if "to" in keys else float("inf")
    return preconditions.between(begin, end)


def _while(entry: Entry, ego: str) -> Precondition:
    keys = entry.keys("metric", ("metric", "actor", "other", *_COMPARISONS))
    name, comparison, threshold, unit = _compared("metric", entry, keys)
    actor = keys["actor"].text("actor") if "actor" in keys else ego
    other = keys["other"].text("other") if "other" in keys else ""
    return preconditions.while_metric(name, comparison, threshold, unit, actor, other)
