"""The requirements of a script as a verdict file, which files of scenarios are judged by.

Bounds on metrics go into it. What a file has no words for (functions, preconditions made in Python, reaching a place)
stands in it as a comment that names what is left out.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from jing_scenarios.criteria import Criterion, MetricBound

__all__ = ["verdict_text", "write_verdict_file"]

_WORDS = {">=": "at_least", "<=": "at_most", ">": "above", "<": "below"}


def write_verdict_file(criteria: Sequence[Criterion], scenario: Path) -> Path | None:
    """`NAME.verdict.yaml` stands beside a scenario file; None, and no file, where no bound is among the criteria."""
    text = verdict_text(criteria)
    if "\n  - " not in text:
        return None
    path = scenario.with_name(f"{scenario.stem}.verdict.yaml")
    path.write_text(text, encoding="utf-8")
    return path


def verdict_text(criteria: Sequence[Criterion]) -> str:
    """The text of the file.

    >>> print(verdict_text([MetricBound("gap", "distance_m", ">=", 0.5, "m", "R-1", "Ego", "Cutter")]).strip())
    criteria:
      - metric: {metric: distance_m, at_least: "0.5 m", name: "gap", actor: "Ego", other: "Cutter", requirement: "R-1"}
    """
    lines = ["criteria:"]
    for one in criteria:
        if isinstance(one, MetricBound) and one.precondition is None:
            lines.append(f"  - metric: {{{_bound(one)}}}")
        else:
            lines.append(f"  # left out, a file has no words for it: {one.name}")
    return "\n".join(lines) + "\n"


def _bound(one: MetricBound) -> str:
    quoted = {"name": one.name, "actor": one.actor, "other": one.other, "requirement": one.requirement}
    parts = [f"metric: {one.metric}", f'{_WORDS[one.comparison]}: "{one.threshold:g} {one.unit}"']
    # A JSON text is a YAML text, too.
    parts += [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in quoted.items() if value]
    return ", ".join(parts)
