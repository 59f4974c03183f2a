"""Our metrics against two reference libraries: commonroad-crime 0.4.5 and ad-rss 5.0.

    python -m benchmarks.metrics_references            # compares with the stored tables
    python -m benchmarks.metrics_references --fresh    # makes the tables anew first (some minutes)
    python -m benchmarks.metrics_references --write    # and puts the tables into docs/scenarios-metrics.md

The libraries live in an environment of their own: commonroad-crime brings some forty packages. The stored tables are in
tests/scenarios/metrics/references.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jing_scenarios.metrics import METRICS, following_formulas
from jing_scenarios.metrics.criticality import time_headway_s
from jing_scenarios.metrics.evasion import last_moments_of
from jing_scenarios.metrics.limits import EvasionLimits
from jing_scenarios.metrics.plane_formulas import required_lateral_mps2, worst_time_to_collision_s
from jing_scenarios.metrics.rss import RssParameters, safe_lateral_m, safe_longitudinal_m, safe_opposite_m
from jing_scenarios.metrics.scenario_trace import Boxes, Places, ScenarioTrace

DOCS = Path(__file__).parent.parent / "docs" / "scenarios-metrics.md"
TABLES = Path(__file__).parent.parent / "tests" / "scenarios" / "metrics" / "references"
PEERS = Path(__file__).parent / "metric_peers"
PACKAGES = {"commonroad_crime.json": ("commonroad_table.py", "commonroad-crime==0.4.5"),
            "ad_rss.json": ("rss_table.py", "ad-rss==5.0.0")}  # fmt: skip


@dataclass(frozen=True)
class Deviation:
    """One row of the table of deviations."""

    metric: str
    library: str
    cases: int
    greatest: float
    unit: str
    allowed: float
    note: str


def fresh() -> None:
    """Makes the tables anew, each library in one environment under the temporary folder."""
    home = Path(tempfile.gettempdir()) / "jingsim-metric-references"
    if not (home / "bin" / "python").exists():
        venv.create(home, with_pip=True)
        packages = [package for _, package in PACKAGES.values()]
        subprocess.run([home / "bin" / "pip", "install", "--quiet", *packages], check=True)
    for table, (program, _) in PACKAGES.items():
        print(f"{program} ...", file=sys.stderr, flush=True)
        done = subprocess.run([home / "bin" / "python", PEERS / program], check=True, capture_output=True)
        (TABLES / table).write_bytes(done.stdout)


def rss_deviations() -> Iterator[Deviation]:
    """Safe distances against ad-rss."""
    table = json.loads((TABLES / "ad_rss.json").read_text())
    own, other = RssParameters(**table["own"]), RssParameters(**table["other"])
    kinds: dict[str, tuple[str, Callable[..., object]]] = {
        "same": ("RSS longitudinal, same direction", safe_longitudinal_m),
        "opposite": ("RSS longitudinal, opposite", safe_opposite_m),
        "lateral": ("RSS lateral", safe_lateral_m),
    }
    for kind, (name, formula) in kinds.items():
        rows = [row for row in table["rows"] if row["kind"] == kind]
        if kind == "lateral":
            # Of those who part the library lets the fluctuation shrink, the paper does not.
            rows = [row for row in rows if row["value"] > (own.fluctuation_m + other.fluctuation_m) / 2]
        apart = [abs(float(np.asarray(formula(*row["speeds"], own, other))) - row["value"]) for row in rows]
        yield Deviation(name, "ad-rss", len(rows), max(apart), "m", 1e-6, "")


def trace_of_case(table: dict[str, object], case: list[float]) -> ScenarioTrace:
    """The run of a case, as the reference's program makes it; reference points are the bodies' centres."""
    spacing, ego_v, other_v, ego_a, other_a = case
    dt, steps = float(str(table["dt_s"])), int(str(table["steps"]))
    time = np.arange(steps + 1, dtype=np.float64) * dt
    columns = []
    for x, v, a in ((0.0, ego_v, ego_a), (spacing, other_v, other_a)):
        end = np.minimum(time, v / -a) if a < 0 else time
        moves = (time < end[-1] - 1e-9) if a < 0 else np.ones_like(time)
        columns.append((x + v * end + a * end**2 / 2, v + a * end, a * moves))
    x_m, speed, accel = (np.stack(column, axis=1) for column in zip(*columns, strict=True))
    two, zero = np.ones(2), np.zeros_like(x_m)
    boxes = Boxes(4.8 * two, 2.0 * two, 1.5 * two, 0 * two, 0 * two, 0.75 * two, 1500 * two)
    names, kinds = ("Ego", "Other"), ("car", "car")
    places = Places.unknown(steps + 1, 2)
    return ScenarioTrace(time, names, kinds, boxes, x_m, zero, zero, zero, speed, accel, places, ego=0)


def ours(table: dict[str, object], case: list[float]) -> dict[str, float]:
    """Our values under the names of the reference, with its parameters, at the first instant or over the run."""
    trace = trace_of_case(table, case)
    spacing, v, w, _, b = case
    gap = spacing - 4.8
    names = ("ttc_star_s", "distance_m", "mttc_s")
    # The reference leaves the last instant of a run out.
    over = {name: METRICS[name].of(trace, 0).values[:-1] for name in names}
    needed = float(following_formulas.required_longitudinal_mps2(gap, v, w, b))
    run = _over_run(trace)
    ttc = over["mttc_s"][0]
    limits = EvasionLimits(braking_mps2=8.0, kickdown_mps2=8.0)
    lateral = float(required_lateral_mps2(np.round(ttc, 2), 0.0, 0.0, 0.0, 2.0))
    return {
        "ttc": float(ttc),
        "ttc_star": float(over["ttc_star_s"][0]),
        "thw": float(time_headway_s(gap, v)),
        "a_long_req": -needed,
        "a_lat_req": lateral,
        "btn": needed / 11.5,
        "stn": lateral / 8.0,
        "dst": float(following_formulas.deceleration_to_safety_time_mps2(gap, v, w)),
        "wttc": float(worst_time_to_collision_s((spacing, 0.0), (w - v, 0.0), 2 * _DISC_M, 16.0)),
        "delta_v": v / 2,
        "dce": float(np.nanmin(over["distance_m"])),
        "ttce": float(trace.time_s[int(np.nanargmin(over["distance_m"]))]),
        "ttb": float(last_moments_of(trace, 0, "brake", limits)[0, 1]),
        "ttk": float(last_moments_of(trace, 0, "kickdown", limits)[0, 1]),
        **run,
    }


def _over_run(trace: ScenarioTrace) -> dict[str, float]:
    """TET, TIT and CPI as the reference sums them: each instant but the last counts as one step, up to contact."""
    dt = float(trace.time_s[1] - trace.time_s[0])
    gap = (trace.x_m[:, 1] - trace.x_m[:, 0] - 4.8)[:-1]
    apart = gap > 1e-6
    v, w, a, b = (column[:-1, row] for column in (trace.speed_mps, trace.accel_mps2) for row in (0, 1))
    ttc = following_formulas.modified_time_to_collision_s(gap, v, w, a, b)
    ttc = np.where(apart, ttc, np.inf)
    needed = following_formulas.required_longitudinal_mps2(np.where(apart, gap, np.nan), v, w, b)
    share = np.nan_to_num(following_formulas.crash_potential(needed))
    return {
        "tet": float(following_formulas.exposure_s(ttc, dt).sum()),
        "tit": float(following_formulas.integrated_exposure_s2(ttc, dt).sum()),
        "cpi": float(share.mean()),
    }


@dataclass(frozen=True)
class Shared:
    """A metric that both know: name and unit, which cases are comparable, what deviation is due to the reference."""

    name: str
    unit: str
    allowed: float
    note: str = ""
    asked: Callable[[list[float]], bool] = lambda _: True


_DISC_M = math.hypot(4.8 / 6, 2.0 / 2)
"""Radius of each of the three discs that the reference lays over a car."""


def _closing(case: list[float]) -> bool:
    return case[1] > case[2]


def _thw(case: list[float]) -> bool:
    """At constant speed, and within the run of 6 s."""
    return case[3] == 0.0 and case[0] - 4.8 < 6.0 * case[1]


def _first_root(case: list[float]) -> bool:
    """The reference takes the first root that numpy lists, which need not be the least one."""
    apart, speed = case[0], case[2] - case[1]
    roots = np.roots([-64.0, 0.0, speed**2 - 32.0 * _DISC_M, 2 * speed * apart, apart**2 - (2 * _DISC_M) ** 2])
    positive = [float(np.real(root)) for root in roots if np.isreal(root) and np.real(root) > 0]
    return positive[0] == min(positive)


def _steady(case: list[float]) -> bool:
    return case[3] == 0.0 and case[4] == 0.0


def _dst(case: list[float]) -> bool:
    return _closing(case) and case[0] - 4.8 - 2.0 * case[2] > 0


SHARED = {
    "ttc": Shared("TTC (constant acceleration)", "s", 0.0051, "rounded to 0.01"),
    "ttc_star": Shared("TTC*", "s", 1e-9, ""),
    "thw": Shared("THW (time gap)", "s", 0.11, "whole steps of 0.1 s; constant speed", _thw),
    "a_long_req": Shared("a_long,req", "m/s2", 0.0051, "rounded to 0.01", _closing),
    "a_lat_req": Shared("a_lat,req", "m/s2", 0.025, "rounded to 0.01; their lane is tilted by 1e-4 rad", _closing),
    "btn": Shared("BTN", "1", 0.0006, "from a_long,req rounded to 0.01", _closing),
    "stn": Shared("STN", "1", 0.0032, "from a_lat,req rounded to 0.01", _closing),
    "dst": Shared("DST", "m/s2", 0.0051, "rounded to 0.01; gap above the safety time", _dst),
    "wttc": Shared("WTTC", "s", 0.051, "rounded to 0.1; least root of the quartic", _first_root),
    "delta_v": Shared("delta-v", "m/s", 0.0051, "other stands (the reference adds speeds)", lambda c: c[2] == 0.0),
    "tet": Shared("TET", "s", 1e-9, ""),
    "tit": Shared("TIT", "s2", 0.01, "TTC rounded to 0.01"),
    "cpi": Shared("CPI", "1", 0.002, "from a_long,req rounded to 0.01"),
    "dce": Shared("minimum gap (DCE)", "m", 0.0051, "rounded to 0.01"),
    "ttce": Shared("time of the minimum gap", "s", 1e-9, ""),
    "ttb": Shared("TTB", "s", 0.3, "steps of 0.1 s, collisions looked for a step late", _steady),
    "ttk": Shared("TTK", "s", 0.3, "likewise", _steady),
}


def commonroad_deviations() -> Iterator[Deviation]:
    """Metrics of car following against commonroad-crime."""
    table = json.loads((TABLES / "commonroad_crime.json").read_text())
    rows = [(row["case"], row["values"], ours(table, row["case"])) for row in table["rows"]]
    for key, shared in SHARED.items():
        apart = []
        for case, theirs, own in rows:
            if theirs[key] is not None and shared.asked(case):
                apart.append(_apart(float(theirs[key]), own[key]))
        yield Deviation(shared.name, "commonroad-crime", len(apart), max(apart, default=math.nan), shared.unit,
                        shared.allowed, shared.note)  # fmt: skip


def _apart(theirs: float, own: float) -> float:
    return 0.0 if theirs == own else abs(theirs - own)


def deviation_table(found: list[Deviation]) -> str:
    """The deviations as a Markdown table."""
    head = "| metric | against | cases | greatest deviation | allowed | why it is not 0 |\n|---|---|---|---|---|---|"
    rows = [
        f"| {d.metric} | {d.library} | {d.cases} | {d.greatest:.2g} {d.unit} | {d.allowed:g} | {d.note or '-'} |"
        for d in found
    ]
    return "\n".join([head, *rows])


def metric_table() -> str:
    """All metrics as a Markdown table."""
    worst = {"min": "least", "max": "greatest", "total": "sum", "last": "last"}
    head = "| metric | what | unit | of a run | definition | source |\n|---|---|---|---|---|---|"
    rows = [
        f"| `{m.name}` | {m.title} | {m.unit} | {worst[m.worst]} | {m.definition} | {m.source} |"
        for m in METRICS.values()
    ]
    return "\n".join([head, *rows])


def written(text: str, tables: dict[str, str]) -> str:
    """The page with these tables between their marks."""
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{table}\n{end}{rest.split(end)[1]}"
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="make the reference tables anew")
    parser.add_argument("--write", action="store_true", help="put the tables into the docs")
    options = parser.parse_args()
    if options.fresh:
        fresh()
    found = [*commonroad_deviations(), *rss_deviations()]
    print(deviation_table(found))
    if options.write:
        tables = {"metrics": metric_table(), "deviations": deviation_table(found)}
        DOCS.write_text(written(DOCS.read_text(encoding="utf-8"), tables), encoding="utf-8")
    return int(any(not d.greatest <= d.allowed for d in found))


if __name__ == "__main__":
    sys.exit(main())
