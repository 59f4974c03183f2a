"""What the page knows of all cases: the JSON from which its tables, clusters and coverage are drawn."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from jing_scenarios.report.baseline import Comparison
from jing_scenarios.report.clusters import Cluster, failure_clusters
from jing_scenarios.report.coverage import AxisCoverage, odd_coverage, pair_coverage, parameter_coverage
from jing_scenarios.report.evidence import RunFacts
from jing_scenarios.report.results import VERDICTS, CaseResult
from jing_scenarios.suite_manifest import SuiteScenario, Text

__all__ = ["MOST_ROWS", "summary"]

MOST_ROWS = 20_000
"""Cases that the page lists, those that did not pass first; figures, coverage and clusters are of all."""


def summary(
    facts: RunFacts, cases: Sequence[CaseResult], comparison: Comparison | None, pages: Mapping[str, str]
) -> dict[str, Any]:
    """JSON values only.

    Args:
        facts: of the run.
        cases: its results.
        comparison: with a baseline, or None.
        pages: case -> name of the blob with its replay, for those that have one.
    """
    manifest = facts.manifest
    listed = sorted(cases, key=lambda case: case.verdict == "pass")[:MOST_ROWS] if len(cases) > MOST_ROWS else cases
    return {
        "title": _text(facts.title),
        "all": len(cases),
        "totals": {verdict: sum(case.verdict == verdict for case in cases) for verdict in VERDICTS},
        "scenarios": [_scenario(row) for row in (manifest.scenario if manifest else ())],
        "parameters": {
            name: {"unit": row.unit, "title": _text(row.title)}
            for name, row in (manifest.parameters if manifest else {}).items()
        },
        "missed": sum(case.preventable is True and case.verdict in {"fail", "error"} for case in cases),
        "labelled": any(case.preventable is not None for case in cases),
        "cases": [_case(case, pages.get(case.case)) for case in listed],
        "clusters": [_cluster(cluster) for cluster in failure_clusters(cases)],
        "coverage": _coverage(facts, cases),
        "comparison": None if comparison is None else asdict(comparison),
        "about": _about(facts, cases, len(pages)),
    }


def _about(facts: RunFacts, cases: Sequence[CaseResult], embedded: int) -> dict[str, Any]:
    manifest = facts.manifest
    return {
        "standard": manifest.standard if manifest else "",
        "taken": _text(manifest.taken) if manifest else None,
        "reading": _text(manifest.reading) if manifest else None,
        "stack": facts.stack,
        "started": facts.started,
        "wall_s": _number(facts.wall_s),
        "command": facts.command,
        "warnings": list(facts.warnings),
        "code": sorted({case.code_hash for case in cases if case.code_hash}),
        "maps": sorted({case.map_hash for case in cases if case.map_hash}),
        "embedded": embedded,
    }


def _coverage(facts: RunFacts, cases: Sequence[CaseResult]) -> dict[str, Any]:
    manifest = facts.manifest
    declared = {name: row.bins for name, row in (manifest.parameters if manifest else {}).items()}
    axes = odd_coverage(cases, manifest.odd if manifest else {})
    tags = {axis.name for axis in axes}
    parameters = [axis for axis in parameter_coverage(cases, declared) if axis.name not in tags]
    return {
        "parameters": [_axis(axis) for axis in parameters],
        "odd": [_axis(axis) for axis in axes],
        "pairs": [asdict(pair) for pair in pair_coverage(cases, axes)],
    }


def _axis(axis: AxisCoverage) -> dict[str, Any]:
    bins = [{"label": b.label, "counts": list(b.counts), "hit": b.hit} for b in axis.bins]
    return {"name": axis.name, "bins": bins, "declared": axis.declared, "outside": axis.outside}


def _scenario(row: SuiteScenario) -> dict[str, Any]:
    texts = {name: _text(getattr(row, name)) for name in ("title", "objective", "steps", "expected")}
    return {"id": row.id, "requirements": row.requirements, **texts}


def _case(case: CaseResult, page: str | None) -> dict[str, Any]:
    row = asdict(case)
    row["parameters"] = {name: _finite(value) for name, value in case.parameters.items()}
    row["criteria"] = [{name: _finite(value) for name, value in one.items()} for one in row["criteria"]]
    row["sim_end_s"], row["wall_s"] = _number(case.sim_end_s), _number(case.wall_s)
    return {**row, "page": page}


def _cluster(cluster: Cluster) -> dict[str, Any]:
    return asdict(cluster)


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _finite(value: float | str) -> float | str | None:
    return _number(value) if isinstance(value, float) else value
