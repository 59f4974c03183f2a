"""Some cases, one after the other, in one job of a campaign: what a worker does.

`PROGRESS/KEY.ATTEMPT.jsonl` gets a line when a case begins and one when it is over, so that a job whose process was
killed goes on where it was, and a case that kills its process is found: after two deaths it is put in quarantine, which
costs its own row alone.
"""

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from jing_scenarios.case_run import CaseSpec, run_case
from jing_scenarios.case_source import source_hash
from jing_scenarios.lockstep import run_together
from jing_scenarios.report.results import CaseResult, CriterionResult
from jing_sim.cluster.job import Json
from jing_sim.trace import code_hash, inputs_hash

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
    done, deaths = _past(sorted(log.glob(f"{key}.*.jsonl")), folder.name.rpartition("-")[2])
    together = int(params["together"])  # type: ignore[arg-type]
    with (log / f"{folder.name}.jsonl").open("w", encoding="utf-8") as file:
        for group in _groups([spec for spec in specs if spec.case not in done], deaths, together):
            # Whatever hangs, in Python or below it, is ended by the system's own hand: SIGALRM ends the process.
            signal.setitimer(signal.ITIMER_REAL, float(params["deadline_s"]) * len(group))  # type: ignore[arg-type]
            for row in _rows(file, group, deaths, root if params["keep_runs"] else None):
                done[row.case] = asdict(row)
                _say(file, {"row": done[row.case]})
            signal.setitimer(signal.ITIMER_REAL, 0.0)
    with (folder / ROWS).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(done[spec.case], ensure_ascii=False) + "\n" for spec in specs)
    return {"cases": len(specs)}


def _groups(specs: list[CaseSpec], deaths: Counter[str], together: int) -> list[list[CaseSpec]]:
    """Cases that are begun at once: those in which no process has died yet by `together`, the others alone."""
    groups: list[list[CaseSpec]] = []
    for spec in specs:
        alone = together < 2 or deaths[spec.case] > 0
        if alone or not groups or len(groups[-1]) >= together or deaths[groups[-1][0].case] > 0:
            groups.append([])
        groups[-1].append(spec)
    return groups


def _rows(file: TextIO, group: list[CaseSpec], deaths: Counter[str], root: Path | None) -> Iterator[CaseResult]:
    """The rows of a group, as they are found; `root`: where run folders are kept, None = they are not."""
    if deaths[group[0].case] >= DEATHS:
        yield lost_row(group[0], f"its process died {deaths[group[0].case]} times; it was not tried again")
        return
    for spec in group:
        _say(file, {"begin": spec.case})
    folders = [None if root is None else _fresh(root / RUNS / spec.case) for spec in group]
    shared = run_together(group, folders) if len(group) > 1 else None
    for number, (spec, folder) in enumerate(zip(group, folders, strict=True)):
        row = run_case(spec, folder) if shared is None else shared[number]
        kept = f"{RUNS}/{spec.case}" if folder is not None and any(folder.iterdir()) else ""
        said = inputs_hash(source_hash(spec.source), sorted(spec.parameters.items()), spec.dt_s, spec.max_time_s)
        yield replace(row, code_hash=code_hash(), scenario_hash=said, run=kept)


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def lost_row(spec: CaseSpec, reason: str) -> CaseResult:
    """The row of a case that was given up."""
    return CaseResult(
        case=spec.case, verdict="inconclusive", reason=reason, scenario=spec.scenario, parameters=spec.parameters,
        odd=spec.odd, stack=spec.stack, preventable=spec.preventable, label=spec.label, seed=spec.seed,
    )  # fmt: skip


def _past(files: list[Path], campaign: str) -> tuple[dict[str, dict[str, Any]], Counter[str]]:
    """Rows that earlier attempts have left, and how often a case began in this campaign.

    That a process of another campaign died says nothing of the case: somebody may have stopped all of it.
    """
    rows: dict[str, dict[str, Any]] = {}
    begun: Counter[str] = Counter()
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue  # the process died while it wrote this line: the case counts as begun
            if "begin" in entry:
                begun[entry["begin"]] += path.stem.endswith(f"-{campaign}")
            else:
                rows[entry["row"]["case"]] = entry["row"]
    return rows, begun


def _say(file: TextIO, entry: dict[str, Any]) -> None:
    file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    file.flush()
    os.fsync(file.fileno())


def case_from_json(row: dict[str, Any]) -> CaseResult:
    """The row that a line of `rows.jsonl` holds."""
    criteria = tuple(CriterionResult(**item) for item in row.pop("criteria"))
    return CaseResult(**row, criteria=criteria)
