"""The result table: one row a case, `results.parquet`, written by sweeps and suites and read by reports.

>>> case = CaseResult("cut-in-0001", "fail", parameters={"gap_m": 12.0})
>>> table_of([case]).column("verdict").to_pylist()
['fail']
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from jing_maps.errors import JingError, UnknownNameError

__all__ = [
    "PARAMETER_PREFIX",
    "RESULTS_NAME",
    "CaseResult",
    "CaseVerdict",
    "CriterionResult",
    "ReportError",
    "read_results",
    "table_of",
    "write_results",
]

CaseVerdict = Literal["pass", "fail", "error", "inconclusive"]
VERDICTS: tuple[CaseVerdict, ...] = ("pass", "fail", "error", "inconclusive")
"""fail: a criterion does not hold; error: the stack broke; inconclusive: the platform broke, or nothing was tested."""

RESULTS_NAME = "results.parquet"
PARAMETER_PREFIX = "param."
_NAN = math.nan


class ReportError(JingError, ValueError):
    """Results that cannot be read, or a report that cannot be written."""


@dataclass(frozen=True)
class CriterionResult:
    """What one criterion says of a case; numbers that are not known are NaN.

    Attributes:
        name, requirement: of the criterion; requirement is the id of what it checks, empty = none.
        verdict: of this criterion alone.
        value: at the worst instant, in `unit`.
        threshold, comparison: `value comparison threshold` must hold.
        worst_time_s: the worst instant.
        actor, other: names of who was judged and of the other party at that instant, empty = none.
        reason: one sentence; reason_zh: in Chinese where there is one.
        clause: of a law or standard, empty = none.
    """

    name: str
    verdict: CaseVerdict
    value: float = _NAN
    threshold: float = _NAN
    comparison: str = ""
    unit: str = ""
    worst_time_s: float = _NAN
    requirement: str = ""
    actor: str = ""
    other: str = ""
    reason: str = ""
    reason_zh: str = ""
    clause: str = ""


@dataclass(frozen=True)
class CaseResult:
    """One case of a sweep or suite.

    Attributes:
        case: unique in the table; letters, digits, dot, dash, underscore.
        verdict, reason: of the whole case, and the sentence that says why.
        scenario: id of the scenario (a suite's logical scenario, or the file's stem) that the case is a variation of.
        parameters: of the case; numbers stay numbers. A column `param.NAME` each in the table.
        odd: tags of the operational design domain, axis -> value, such as `weather: rain`.
        criteria: in the order of the scenario.
        stack: SPEC of what drove, empty = nobody under test. stack_hash: of its code, empty = built in (code_hash).
        preventable: what the reference driver models say, None = not asked.
        label: of `preventable`: which models, and what each said.
        seed, sim_end_s, stopped_by, wall_s: of the run.
        run: run folder, relative to the folder of the table where it lies below it; empty = not kept.
        scenario_hash, map_hash, code_hash: SHA-256, hex. state_hash: of everything that the run recorded.
    """

    case: str
    verdict: CaseVerdict
    reason: str = ""
    scenario: str = ""
    parameters: Mapping[str, float | str] = field(default_factory=dict)
    odd: Mapping[str, str] = field(default_factory=dict)
    criteria: tuple[CriterionResult, ...] = ()
    stack: str = ""
    stack_hash: str = ""
    preventable: bool | None = None
    label: str = ""
    seed: int = 0
    sim_end_s: float = _NAN
    stopped_by: str = ""
    wall_s: float = _NAN
    run: str = ""
    scenario_hash: str = ""
    map_hash: str = ""
    code_hash: str = ""
    state_hash: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise UnknownNameError("verdict", self.verdict, VERDICTS)


_CRITERIA = pa.list_(
    pa.struct([(f.name, pa.float64() if f.type is float else pa.string()) for f in fields(CriterionResult)])
)
_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), CaseVerdict: pa.string()}
_SPECIAL = {
    "odd": pa.map_(pa.string(), pa.string()),
    "criteria": _CRITERIA,
    "preventable": pa.bool_(),
}


def _fixed() -> list[tuple[str, pa.DataType]]:
    names = [f for f in fields(CaseResult) if f.name != "parameters"]
    return [(f.name, _SPECIAL.get(f.name) or _TYPES[f.type]) for f in names]


def table_of(cases: Sequence[CaseResult]) -> pa.Table:
    """The table of cases, in their order; a parameter that all cases have as numbers is a float column, else text.

    Raises:
        ReportError: a case occurs twice.
    """
    seen: set[str] = set()
    for case in cases:
        if case.case in seen:
            raise ReportError(f"case {case.case!r} occurs twice in the results; give every case its own name")
        seen.add(case.case)
    fixed = _fixed()
    columns: dict[str, pa.Array] = {}
    for name, kind in fixed:
        columns[name] = pa.array([_cell(getattr(case, name)) for case in cases], kind)
    names = sorted({name for case in cases for name in case.parameters})
    for name in names:
        columns[PARAMETER_PREFIX + name] = _parameter_column([case.parameters.get(name) for case in cases])
    return pa.table(columns)


def write_results(cases: Sequence[CaseResult], path: Path | str) -> Path:
    """The table stands in the file, whole; returns the path."""
    path = Path(path)
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(table_of(cases), partial, compression="zstd")
    partial.replace(path)
    return path


def read_results(path: Path | str) -> list[CaseResult]:
    """The cases of a table, or of the folder that holds it.

    Raises:
        ReportError: no such file, no Parquet, or columns are missing.
    """
    path = Path(path)
    path = path / RESULTS_NAME if path.is_dir() else path
    if not path.is_file():
        raise ReportError(f"{path} does not exist; run the cases first (jingsim scenario sweep, jingsim validate)")
    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowInvalid, OSError) as error:
        raise ReportError(f"{path}: damaged Parquet file: {error}; run the cases again") from error
    lacking = [name for name, _ in _fixed() if name not in table.column_names]
    if lacking:
        raise ReportError(f"{path}: column {lacking[0]!r} is missing, so it is no table of results")
    return [_case_of(row) for row in table.to_pylist()]


def _cell(value: Any) -> Any:  # noqa: ANN401 - whatever Arrow takes
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, tuple):
        return [asdict(item) for item in value]
    return value


def _parameter_column(values: Sequence[float | str | None]) -> pa.Array:
    numeric = all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values)
    if numeric:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _case_of(row: Mapping[str, Any]) -> CaseResult:
    plain = {name: row[name] for name, _ in _fixed() if name not in {"odd", "criteria"}}
    parameters = {
        name.removeprefix(PARAMETER_PREFIX): value
        for name, value in row.items()
        if name.startswith(PARAMETER_PREFIX) and value is not None
    }
    criteria = tuple(CriterionResult(**item) for item in row["criteria"] or ())
    return CaseResult(**plain, parameters=parameters, odd=dict(row["odd"] or ()), criteria=criteria)
