"""Writes the report folder: the page, JUnit, evidence, the result table, and on request MCAP and PDF.

```
OUT/report.html      self-contained, Chinese and English
    junit.xml        for CI
    results.parquet  one row a case
    evidence.json    what proves it
    mcap/CASE.mcap   on request (extra report)
    report.pdf       on request (extra report)
```
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jing_maps.errors import UnknownNameError
from jing_scenarios.metrics.trace_file import read_trace
from jing_scenarios.report.baseline import Comparison, compare
from jing_scenarios.report.case_files import read_series, read_verdicts
from jing_scenarios.report.case_payload import case_payload
from jing_scenarios.report.evidence import RunFacts, write_evidence
from jing_scenarios.report.junit import junit_xml
from jing_scenarios.report.mcap_export import write_mcap
from jing_scenarios.report.page import packed, render_page, write_whole
from jing_scenarios.report.pdf import write_pdf
from jing_scenarios.report.results import RESULTS_NAME, CaseResult, ReportError, write_results
from jing_scenarios.report.summary import summary

__all__ = ["ReportFolder", "ReportOptions", "write_report"]

_FIRST = {"fail": 0, "error": 1, "inconclusive": 2, "pass": 3}


@dataclass(frozen=True)
class ReportOptions:
    """What a report holds beyond what it always holds.

    Attributes:
        most_replays: cases whose replay is in the page, failures and errors first.
        mcap: names of cases to export, those whose run folder was kept. pdf: the summary as PDF.
    """

    most_replays: int = 100
    mcap: tuple[str, ...] = ()
    pdf: bool = False


@dataclass(frozen=True)
class ReportFolder:
    """What was written; `replays`: how many cases the page can play."""

    folder: Path
    page: Path
    junit: Path
    results: Path
    evidence: Path
    replays: int
    comparison: Comparison | None
    mcap: tuple[Path, ...] = ()
    pdf: Path | None = None


def write_report(
    cases: Sequence[CaseResult],
    out: Path,
    facts: RunFacts,
    *,
    runs: Path | None = None,
    baseline: Sequence[CaseResult] | None = None,
    options: ReportOptions = ReportOptions(),
) -> ReportFolder:
    """The report of the cases stands in the folder `out`.

    Args:
        cases: results.
        out: made where it is missing; files of an earlier report are replaced.
        facts: of the run as a whole.
        runs: folder to which `CaseResult.run` is relative; `out` when None.
        baseline: results of another run to compare with.
        options: further parts.

    Raises:
        ReportError: no cases, or a damaged file of a run.
        MissingExtraError: MCAP or PDF is asked for without the extra `report`.
    """
    if not cases:
        raise ReportError("a report needs at least one case")
    out.mkdir(parents=True, exist_ok=True)
    comparison = None if baseline is None else compare(cases, baseline)
    payloads = _payloads(cases, runs or out, options.most_replays)
    meta = summary(facts, cases, comparison, {case: blob for case, (blob, _) in payloads.items()})
    blobs = {"meta": packed(meta), **dict(payloads.values())}
    stamp = datetime.fromisoformat(facts.started).replace(tzinfo=None).isoformat(timespec="seconds")
    name = facts.manifest.name if facts.manifest else facts.title.en
    junit = out / "junit.xml"
    junit.write_bytes(junit_xml(name, cases, stamp))
    return ReportFolder(
        folder=out,
        page=write_whole(out / "report.html", render_page(facts.title.zh or facts.title.en, blobs)),
        junit=junit,
        results=write_results(cases, out / RESULTS_NAME),
        evidence=write_evidence(facts, cases, out / "evidence.json"),
        replays=len(payloads),
        comparison=comparison,
        mcap=_export(cases, runs or out, out / "mcap", options.mcap),
        pdf=write_pdf(meta, out / "report.pdf") if options.pdf else None,
    )


def _payloads(cases: Sequence[CaseResult], runs: Path, most: int) -> dict[str, tuple[str, str]]:
    """Case -> (name of its blob, the blob), for the first `most` that have a run folder."""
    kept = sorted((case for case in cases if case.run), key=lambda case: _FIRST[case.verdict])[:most]
    out = {}
    for number, case in enumerate(kept):
        run = runs / case.run
        if (run / "manifest.json").is_file():
            trace, verdicts = read_trace(run, with_map=False), read_verdicts(run) or list(case.criteria)
            if not trace.n_t or not len(trace):
                continue
            out[case.case] = (f"case{number}", packed(case_payload(run, trace, verdicts, read_series(run))))
    return out


def _export(cases: Sequence[CaseResult], runs: Path, out: Path, wanted: Sequence[str]) -> tuple[Path, ...]:
    """MCAP files of the wanted cases."""
    known = {case.case: case for case in cases}
    files = []
    for name in wanted:
        if name not in known:
            raise UnknownNameError("case", name, known)
        if not known[name].run:
            raise ReportError(f"case {name} has no run folder, so it cannot be exported; run it again and keep it")
        run = runs / known[name].run
        files.append(
            write_mcap(out / f"{name}.mcap", read_trace(run, with_map=False), read_verdicts(run), read_series(run))
        )
    return tuple(files)
