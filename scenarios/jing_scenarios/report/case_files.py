"""What a case leaves in its run folder beside the trace: verdicts of its criteria, and their time series.

```
RUN/verdicts.json     {"criteria": [rows as CriterionResult]}; numbers that are not known are null
    series.parquet    criterion, time_s, value: what each criterion measured, in its unit
```
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from jing_scenarios.criteria import Verdict
from jing_scenarios.report.results import CriterionResult, ReportError

__all__ = ["SERIES_NAME", "VERDICTS_NAME", "criterion_result", "read_series", "read_verdicts", "write_case_files"]

Float = NDArray[np.float64]
Series = tuple[Float, Float]
"""Time [s] and value, `(n,)` each."""

VERDICTS_NAME = "verdicts.json"
SERIES_NAME = "series.parquet"
_SCHEMA = pa.schema([("criterion", pa.string()), ("time_s", pa.float64()), ("value", pa.float64())])


def criterion_result(verdict: Verdict) -> CriterionResult:
    """A verdict as the row of the result table."""
    known: dict[str, Any] = {f.name: getattr(verdict, f.name) for f in fields(CriterionResult) if f.name != "verdict"}
    return CriterionResult(verdict=verdict.outcome, **known)


def write_case_files(folder: Path, verdicts: Sequence[Verdict]) -> None:
    """Both files stand in the run folder."""
    rows = [
        {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in asdict(row).items()}
        for row in map(criterion_result, verdicts)
    ]
    (folder / VERDICTS_NAME).write_text(json.dumps({"criteria": rows}, ensure_ascii=False, indent=1), encoding="utf-8")
    known = [(verdict.name, verdict.series) for verdict in verdicts if verdict.series is not None]
    names = [name for name, series in known for _ in range(len(series.time_s))]
    columns = [
        np.concatenate([np.empty(0), *(np.asarray(getattr(series, part), dtype=np.float64) for _, series in known)])
        for part in ("time_s", "value")
    ]
    pq.write_table(pa.table([names, *columns], schema=_SCHEMA), folder / SERIES_NAME, compression="zstd")


def read_verdicts(folder: Path) -> list[CriterionResult]:
    """The verdicts of a run folder, empty where it has none; raises ReportError for a damaged file."""
    path = folder / VERDICTS_NAME
    if not path.is_file():
        return []
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["criteria"]
        return [_criterion(row) for row in rows]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ReportError(f"{path}: no verdicts of a case: {error}; run the case again") from error


def read_series(folder: Path) -> dict[str, Series]:
    """The time series by criterion, empty where the folder has none; raises ReportError for a damaged file."""
    path = folder / SERIES_NAME
    if not path.is_file():
        return {}
    try:
        frame = pq.ParquetFile(path).read().to_pandas()
        parts = frame.groupby("criterion", sort=False)
        return {str(name): (part["time_s"].to_numpy(), part["value"].to_numpy()) for name, part in parts}
    except (pa.ArrowInvalid, KeyError, OSError) as error:
        raise ReportError(f"{path}: no series of a case: {error}; run the case again") from error


def _criterion(row: dict[str, Any]) -> CriterionResult:
    known: dict[str, Any] = {name: math.nan if value is None else value for name, value in row.items()}
    return CriterionResult(**known)
