"""`evidence.json`: what somebody who was not there needs in order to believe the result, or to repeat it.

A record of every case has the fields that ISO 34505 asks of a test case: identity, objective, inputs (map, scenario,
parameters, seed, with their hashes), steps, platform, expected and actual result, requirement and ODD reference, and
the verdict of each criterion with threshold and worst instant.
"""

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jing_scenarios.report.results import CaseResult, CriterionResult
from jing_scenarios.suite_manifest import SuiteManifest, SuiteScenario, Text
from jing_sim.trace import inputs_hash

__all__ = ["SCHEMA_VERSION", "RunFacts", "case_record", "evidence", "write_evidence"]

SCHEMA_VERSION = 1
_NOTHING = Text()


@dataclass(frozen=True)
class RunFacts:
    """What a report says of the run as a whole.

    Attributes:
        title: of the report. started: RFC 3339 with zone. wall_s: of the whole run.
        stack: SPEC. command: what was typed, empty = not from the command line.
        manifest: of the suite; None for a sweep.
    """

    title: Text
    started: str
    wall_s: float = math.nan
    stack: str = ""
    command: str = ""
    manifest: SuiteManifest | None = None
    warnings: tuple[str, ...] = field(default=())

    def scenario(self, name: str) -> SuiteScenario | None:
        """What the manifest says of a scenario."""
        rows = self.manifest.scenario if self.manifest else []
        return next((row for row in rows if row.id == name), None)


def evidence(facts: RunFacts, cases: Sequence[CaseResult]) -> dict[str, Any]:
    """The whole document, JSON values only."""
    manifest = facts.manifest
    return {
        "schema_version": SCHEMA_VERSION,
        "fields": "test case fields after ISO 34505",
        "report": _text(facts.title),
        "suite": manifest.name if manifest else "",
        "standard": manifest.standard if manifest else "",
        "taken_from_the_standard": _text(manifest.taken if manifest else _NOTHING),
        "our_reading": _text(manifest.reading if manifest else _NOTHING),
        "started": facts.started,
        "wall_s": _number(facts.wall_s),
        "command": facts.command,
        "stack": facts.stack,
        "platform": _platform(),
        "warnings": list(facts.warnings),
        "totals": {
            verdict: sum(case.verdict == verdict for case in cases)
            for verdict in ("pass", "fail", "error", "inconclusive")
        },
        "cases": [case_record(facts, case) for case in cases],
    }


def write_evidence(facts: RunFacts, cases: Sequence[CaseResult], path: Path) -> Path:
    """The document stands in the file; returns the path."""
    text = json.dumps(evidence(facts, cases), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def case_record(facts: RunFacts, case: CaseResult) -> dict[str, Any]:
    """One case, JSON values only."""
    scenario = facts.scenario(case.scenario)
    parameters = {name: _value(value) for name, value in case.parameters.items()}
    of_criteria = {c.requirement for c in case.criteria if c.requirement}
    return {
        "id": case.case,
        "scenario": case.scenario,
        "title": _text(scenario.title if scenario else _NOTHING),
        "objective": _text(scenario.objective if scenario else _NOTHING),
        "requirements": sorted({*(scenario.requirements if scenario else ()), *of_criteria}),
        "odd": dict(case.odd),
        "inputs": {
            "map_sha256": case.map_hash,
            "scenario_sha256": case.scenario_hash,
            "parameters": parameters,
            "parameters_sha256": inputs_hash(json.dumps(parameters, sort_keys=True)),
            "seed": case.seed,
        },
        "steps": _text(scenario.steps if scenario else _NOTHING),
        "test_object": {"stack": case.stack, "stack_sha256": case.stack_hash or case.code_hash},
        "platform_sha256": case.code_hash,
        "expected_result": {
            "text": _text(scenario.expected if scenario else _NOTHING),
            "preventable": case.preventable,
            "label": case.label,
        },
        "actual_result": {
            "verdict": case.verdict,
            "reason": case.reason,
            "sim_end_s": _number(case.sim_end_s),
            "stopped_by": case.stopped_by,
            "criteria": [_criterion(criterion) for criterion in case.criteria],
            "state_sha256": case.state_hash,
        },
        "run": case.run,
        "wall_s": _number(case.wall_s),
    }


def _criterion(row: CriterionResult) -> dict[str, Any]:
    return {
        "name": row.name,
        "requirement": row.requirement,
        "verdict": row.verdict,
        "value": _number(row.value),
        "comparison": row.comparison,
        "threshold": _number(row.threshold),
        "unit": row.unit,
        "worst_time_s": _number(row.worst_time_s),
        "actor": row.actor,
        "other": row.other,
        "clause": row.clause,
        "reason": row.reason,
    }


def _platform() -> Mapping[str, str]:
    return {
        "name": "jingsim",
        "version": version("jingsim"),
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _value(value: float | str) -> float | str | None:
    return _number(value) if isinstance(value, int | float) else value
