"""Some cases, one after the other, in one job of a campaign: what a worker does.

`PROGRESS/KEY.ATTEMPT.jsonl` gets a line when a case begins and one when it is over, so that a job whose process was
killed goes on where it was, and a case that kills its process is found: after two deaths it is put in quarantine, which
costs its own row alone.
"""

import json
import os
import shutil
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from jing_scenarios.case_run import CaseSpec, run_case
from jing_scenarios.report.results import CaseResult, CriterionResult
from jing_sim.cluster.job import Json
from jing_sim.trace import code_hash

__all__ = ["DEATHS", "ROWS", "RUNS", "case_from_json", "lost_row", "run_batch"]

DEATHS = 2
"""So many processes may die in a case before it is put in quarantine."""

ROWS = "rows.jsonl"
RUNS = "runs"
_PROGRESS = "progress"


def run_batch(params: dict[str, Json], folder: Path) -> dict[str, Json]:
    """Runs the cases of a job; their rows stand in `folder/rows.jsonl`. See `jing_sim.cluster.campaign.Task`."""
    root = folder.parent.parent
    specs = [CaseSpec(**spec) for spec in params["cases"]]  # type: ignore[arg-type, union-attr]
    key = folder.name.partition(".")[0]
    log = root / _PROGRESS
    log.mkdir(exist_ok=True)
    done, deaths = _past(sorted(log.glob(f"{key}.*.jsonl")))
    with (log / f"{folder.name}.jsonl").open("w", encoding="utf-8") as file:
        for spec in specs:
            if spec.case in done:
                continue
            if deaths[spec.case] >= DEATHS:
                row = lost_row(spec, f"its process died {deaths[spec.case]} times; it was not tried again")
            else:
                _say(file, {"begin": spec.case})
                row = _run(spec, root, bool(params["keep_runs"]))
            done[spec.case] = asdict(row)
            _say(file, {"row": done[spec.case]})
    with (folder / ROWS).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(done[spec.case], ensure_ascii=False) + "\n" for spec in specs)
    return {"cases": len(specs)}


def _run(spec: CaseSpec, root: Path, keep: bool) -> CaseResult:
    folder = root / RUNS / spec.case if keep else None
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    row = replace(run_case(spec, folder), code_hash=code_hash())
    if folder is not None and any(folder.iterdir()):
        return replace(row, run=f"{RUNS}/{spec.case}")
    return row


def lost_row(spec: CaseSpec, reason: str) -> CaseResult:
    """The row of a case that was given up."""
    return CaseResult(
        case=spec.case, verdict="inconclusive", reason=reason, scenario=spec.scenario, parameters=spec.parameters,
        odd=spec.odd, stack=spec.stack, preventable=spec.preventable, label=spec.label, seed=spec.seed,
    )  # fmt: skip


def _past(files: list[Path]) -> tuple[dict[str, dict[str, Any]], Counter[str]]:
    """Rows that earlier attempts have left, and how often a case began that never ended."""
    rows: dict[str, dict[str, Any]] = {}
    begun: Counter[str] = Counter()
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue  # the process died while it wrote this line: the case counts as begun
            if "begin" in entry:
                begun[entry["begin"]] += 1
            else:
                rows[entry["row"]["case"]] = entry["row"]
    return rows, begun


def _say(file: Any, entry: dict[str, Any]) -> None:  # noqa: ANN401 - a text file
    file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    file.flush()
    os.fsync(file.fileno())


def case_from_json(row: dict[str, Any]) -> CaseResult:
    """The row that a line of `rows.jsonl` holds."""
    criteria = tuple(CriterionResult(**item) for item in row.pop("criteria"))
    return CaseResult(**row, criteria=criteria)
