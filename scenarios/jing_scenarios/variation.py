"""Variations written as text, for the command line: `NAME=WHAT`.

| what | is |
|---|---|
| `5..30` | `Uniform(5, 30)` |
| `10..60/10` | `Steps(10, 60, 10)` |
| `car,van,bus` or `1,2,4` | `Choice` |
| `normal(20,5)` or `normal(20,5,10,30)` | `Normal`, cut |
| `lognormal(1.2,0.4)` | `LogNormal` |

>>> parse_variation("gap_m=5..30"), parse_variation("n=1,2,4")
(('gap_m', Uniform(low=5.0, high=30.0)), ('n', Choice([1, 2, 4], [1.0, 1.0, 1.0])))
"""

import re

from jing_scenarios.script.distributions import (
    Choice,
    Distribution,
    DistributionError,
    LogNormal,
    Normal,
    ParameterValue,
    Steps,
    Uniform,
)

__all__ = ["parse_variation"]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?:/({_NUMBER}))?")
_CURVE = re.compile(r"(normal|lognormal)\(([^)]*)\)")


def parse_variation(text: str) -> tuple[str, Distribution]:
    """Name and distribution of a variation; raises DistributionError."""
    name, equals, what = text.partition("=")
    name, what = name.strip(), what.strip()
    if not equals or not name or not what:
        raise DistributionError(f"{text!r}: NAME=5..30, NAME=10..60/10, NAME=a,b,c or NAME=normal(20,5) would be right")
    if found := _RANGE.fullmatch(what):
        low, high = float(found[1]), float(found[2])
        return name, Steps(low, high, float(found[3])) if found[3] else Uniform(low, high)
    if found := _CURVE.fullmatch(what):
        return name, _curve(text, found[1], found[2])
    return name, Choice([_value(part.strip()) for part in what.split(",")])


def _curve(text: str, kind: str, numbers: str) -> Distribution:
    try:
        figures = [float(number) for number in numbers.split(",")]
    except ValueError:
        figures = []
    if len(figures) not in {2, 4}:
        raise DistributionError(f"{text!r}: {kind}(MEAN,STD) or {kind}(MEAN,STD,LOW,HIGH) would be right")
    return Normal(*figures) if kind == "normal" else LogNormal(*figures)


def _value(text: str) -> ParameterValue:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
