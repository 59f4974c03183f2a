"""Many cases as a campaign on Ray: some a job, resumed after a kill, one table of results at the end.

```
FOLDER/results.parquet   one row a case, in the order of the cases
       runs/CASE/        run folders, where they are kept
       jobs and their progress, see `jing_sim.cluster.results` and `case_batch`
```
"""

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jing_scenarios.case_batch import DEATHS, ROWS, case_from_json, lost_row, run_batch
from jing_scenarios.case_run import OUTSIDE, CaseSpec
from jing_scenarios.case_source import source_hash
from jing_scenarios.report.results import PARAMETER_PREFIX, RESULTS_NAME, CaseResult, read_results, table_of
from jing_sim.cluster import Job, ResultStore
from jing_sim.cluster.campaign import CampaignOptions, run_campaign
from jing_sim.cluster.job import Json
from jing_sim.trace import code_hash

__all__ = ["BatchOptions", "CampaignSummary", "results_hash", "run_cases"]


@dataclass(frozen=True)
class BatchOptions:
    """How cases become jobs.

    Attributes:
        cases_per_job: cases that one task runs; few for long ones, many for short ones.
        keep_runs: write a run folder for each.
        together: cases that are stepped in one batch of worlds, where they can be (see `lockstep`).
        case_deadline_s: wall time of a case, after which its process is ended as if it had died.
    """

    cases_per_job: int = 25
    keep_runs: bool = False
    together: int = 1
    case_deadline_s: float = 900.0


@dataclass(frozen=True)
class CampaignSummary:
    """Counts of verdicts, wall time, cases that were there before, and the table.

    Attributes:
        unjudged: the first inconclusive case that the scenario's own constraints do not rule out, and its reason;
            empty = there is none.
    """

    cases: int
    passed: int
    failed: int
    errors: int
    inconclusive: int
    wall_s: float
    resumed: int
    results: Path
    unjudged: str = ""


@dataclass
class _Book:
    """What is noted of the cases: keys of their jobs, the parameters' columns, and the first that was not judged."""

    batch: BatchOptions
    keys: list[str] = field(default_factory=list)
    numeric: dict[str, bool] = field(default_factory=dict)
    unjudged: str = ""

    def jobs(self, cases: Iterable[CaseSpec]) -> Iterator[Job]:
        """Jobs, in order; raises CaseSourceError."""
        hashes: dict[str, str] = {}
        for group in _batched(cases, self.batch.cases_per_job):
            for case in group:
                self._note(case)
                if case.source not in hashes:
                    hashes[case.source] = source_hash(case.source)
            sources = {case.source: hashes[case.source] for case in group}
            job = Job(
                {
                    "cases": [_plain(case) for case in group],
                    "sources": dict(sources),
                    "keep_runs": self.batch.keep_runs,
                    "together": self.batch.together,
                    "deadline_s": self.batch.case_deadline_s,
                    "code": code_hash(),
                }
            )
            self.keys.append(job.key)
            yield job

    def _note(self, case: CaseSpec) -> None:
        for name, value in case.parameters.items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            self.numeric[name] = self.numeric.get(name, True) and number


def run_cases(
    cases: Iterable[CaseSpec],
    folder: Path,
    options: CampaignOptions | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _given_up: None,
    batch: BatchOptions | None = None,
) -> CampaignSummary:
    """The cases have run and `folder/results.parquet` tells how; needs `ray_session`.

    Cases that an earlier call with the same code and sources has run are not run again. Crashing cases are put in
    quarantine: their row is inconclusive and says why.

    Args:
        cases: read lazily, their names differ; memory does not grow with their number.
        folder: of the campaign.
        options: of the campaign; attempts and deadline follow from `batch` by default.
        on_progress: called with the number of cases done and given up, to the nearest job.
        batch: how cases become jobs.

    Raises:
        CaseSourceError: a source is not there.
        CampaignError: the folder is in use.
        ReportError: two cases have one name.
    """
    batch = batch or BatchOptions()
    size = batch.cases_per_job
    options = options or CampaignOptions(
        attempts=DEATHS * size + 1, deadline_s=batch.case_deadline_s * size, poll_s=0.1
    )
    folder.mkdir(parents=True, exist_ok=True)
    store, book = ResultStore(folder), _Book(batch)
    report = run_campaign(
        book.jobs(cases), run_batch, store, options, lambda done, lost: on_progress(done * size, lost * size)
    )
    counts = _write_table(store, book, folder / RESULTS_NAME)
    return CampaignSummary(
        cases=sum(counts.values()),
        passed=counts["pass"],
        failed=counts["fail"],
        errors=counts["error"],
        inconclusive=counts["inconclusive"],
        wall_s=report.wall_s,
        resumed=min(report.resumed * size, sum(counts.values())),
        results=folder / RESULTS_NAME,
        unjudged=book.unjudged,
    )


def results_hash(results: Path) -> str:
    """SHA-256 over all rows but wall times and hashes of code: equal where two campaigns found the same bits."""
    digest = hashlib.sha256()
    for case in read_results(results):
        digest.update(repr(replace(case, wall_s=0.0, code_hash="")).encode())
    return digest.hexdigest()


def _write_table(store: ResultStore, book: _Book, path: Path) -> Counter[str]:
    """One row group a job, so that no more than that is in memory."""
    counts: Counter[str] = Counter()
    partial = path.with_name(f".{path.name}.partial")
    writer: pq.ParquetWriter | None = None
    for key in book.keys:
        rows = _rows(store, key)
        counts.update(row.verdict for row in rows)
        lost = (row for row in rows if row.verdict == "inconclusive" and not row.reason.startswith(OUTSIDE))
        book.unjudged = book.unjudged or next((f"{row.case}: {row.reason}" for row in lost), "")
        table = _with_parameters(table_of(rows), book.numeric)
        writer = writer or pq.ParquetWriter(partial, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is None:
        pq.write_table(table_of([]), partial)
    else:
        writer.close()
    partial.replace(path)
    return counts


def _rows(store: ResultStore, key: str) -> list[CaseResult]:
    if key in store:
        lines = (store.folder(key) / ROWS).read_text(encoding="utf-8").splitlines()
        return [case_from_json(json.loads(line)) for line in lines]
    reason = f"its job was given up: {(store.error(key) or '').strip().splitlines()[-1]}"
    return [lost_row(CaseSpec(**spec), reason) for spec in store.params(key)["cases"]]  # type: ignore[arg-type, union-attr]


def _with_parameters(table: pa.Table, numeric: dict[str, bool]) -> pa.Table:
    """The table with a column for each parameter of the campaign, numbers where all of its values are."""
    fixed = table.select([name for name in table.column_names if not name.startswith(PARAMETER_PREFIX)])
    for name in sorted(numeric):
        kind = pa.float64() if numeric[name] else pa.string()
        column = PARAMETER_PREFIX + name
        values = table.column(column) if column in table.column_names else pa.nulls(table.num_rows, kind)
        fixed = fixed.append_column(column, values.cast(kind))
    return fixed


def _batched(cases: Iterable[CaseSpec], size: int) -> Iterator[tuple[CaseSpec, ...]]:
    rest = iter(cases)
    while group := tuple(itertools.islice(rest, size)):
        yield group


def _plain(case: CaseSpec) -> dict[str, Json]:
    return {**asdict(case), "parameters": dict(case.parameters), "odd": dict(case.odd)}
