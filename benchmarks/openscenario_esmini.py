"""Scenario files against esmini: final states, trajectories, event times, what must be rejected, what is covered.

    python -m benchmarks.openscenario_esmini [--only SUBSTRING] [--json FILE] [--processes 2] [--show] [--dt 0.01]

Every file that esmini has run is run here at its step of 0.01 s (or another one, to see what a coarser step costs).
Positions are compared at all of its samples (every 0.1 s), each with the nearest of our places one step before, at and
one step after its time. `--only` runs the files whose name contains the text; `--show` prints where each deviates
first.
"""

import argparse
import csv
import gzip
import json
import multiprocessing
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError
from jing_scenarios.actions.registry import GLOBAL_ACTIONS, PRIVATE_ACTIONS
from jing_scenarios.conditions.registry import BY_ENTITY, BY_VALUE
from jing_scenarios.openscenario.catalogs import load_catalog
from jing_scenarios.openscenario.distributions import load_distribution
from jing_scenarios.openscenario.document import read_document
from jing_scenarios.openscenario.grammar import VERSIONS, grammar_of
from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_scenario

Float = NDArray[np.float64]

DATA = Path(__file__).resolve().parents[2] / "shared/data/openscenario"
NEAR_M, FAR_M = 0.1, 1.0
EVENT_STEPS = 2


@dataclass
class FileResult:
    """How a file went.

    Attributes:
        ended, wanted_end: `QUIT 21.74` or `MAXT 120.00`, here and there.
        final: all elements end in the state in which they end there, and the run ends by the same.
        worst_m: greatest distance of any entity; inf = one that esmini has is not here.
        first_off: entity and time at which 0.1 m is left first.
        events, events_near: state changes of esmini's; those that have one here within two steps.
        first_event: the first one that has not.
        wall_s: of compiling and running. error: why it did not run.
    """

    file: str
    tier: str
    pure: bool
    dt_s: float
    ended: str = ""
    wanted_end: str = ""
    final: bool = False
    worst_m: float = float("inf")
    first_off: str = ""
    events: int = 0
    events_near: int = 0
    first_event: str = ""
    wall_s: float = 0.0
    error: str = ""
    states_off: list[str] = field(default_factory=list)


def main() -> None:
    """Runs the files and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="files whose name contains this")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path, help="results of all files")
    parser.add_argument("--show", action="store_true", help="every file, and where it deviates first")
    parser.add_argument("--dt", type=float, default=0.01, help="step [s]")
    args = parser.parse_args()
    with (DATA / "ACCEPTANCE.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if args.only in row["file"]]
    with multiprocessing.get_context("spawn").Pool(args.processes) as pool:
        results = pool.map(partial(judged, dt_s=args.dt), rows, chunksize=1)
    if args.json:
        args.json.write_text(json.dumps([asdict(result) for result in results], indent=1))
    print_files(results, everything=args.show)
    print_table(results)


def judged(row: dict[str, str], dt_s: float) -> FileResult:
    """What becomes of a file of its tier."""
    result = FileResult(row["file"], row["tier"], row["pure_osc"] == "1", dt_s)
    path = DATA / "corpus" / row["file"]
    begin = time.perf_counter()
    try:
        if row["tier"] == "A-run":
            compare(path, row, result)
        elif row["tier"] == "P-dist":
            result.ended = f"{load_distribution(path).count} cases"
        elif row["tier"] == "C-catalog":
            result.ended = f"{len(load_catalog(path).entries)} entries"
        elif row["tier"] == "B-parse":
            read_document(path)
        else:
            load_scenario(path)
            result.ended = "read"
    except JingError as error:
        result.error = str(error)
    except Exception as error:  # noqa: BLE001  # a bug of ours in one file must not hide the others
        result.error = f"!! {type(error).__name__}: {error}"
    result.wall_s = time.perf_counter() - begin
    return result


def compare(path: Path, row: dict[str, str], result: FileResult) -> None:
    """Runs a file and fills in how far it is from esmini's run."""
    kind, end_s = row["sim_end"].split()[:2]
    result.wanted_end = f"{kind} {float(end_s):.2f}"
    run = run_scenario(
        load_scenario(path), RunOptions(dt_s=result.dt_s, max_time_s=float(end_s) if kind == "MAXT" else 320.0)
    )
    result.ended = f"{'QUIT' if run.stopped_by == 'stop trigger' else 'MAXT'} {run.sim_end_s:.2f}"
    name = row["file"].removesuffix(".xosc").replace("/", "__")
    events = json.loads(gzip.decompress((DATA / "oracle" / f"{name}.events.json.gz").read_bytes()))
    compare_events(run, events, result)
    result.final = not result.states_off and result.ended.split()[0] == kind
    compare_places(run, read_places(DATA / "oracle" / f"{name}.csv.gz"), result)


def compare_events(run: ScenarioRun, events: list[list[object]], result: FileResult) -> None:
    """State changes: the k-th time that an element enters a state has its time, and the last states agree."""
    ours: dict[tuple[str, str], list[float]] = {}
    last: dict[str, str] = {}
    for change in run.storyboard:
        ours.setdefault((change.element, change.state), []).append(change.time_s)
        last[change.element] = change.state
    theirs_last: dict[str, str] = {}
    counted: dict[tuple[str, str], int] = {}
    for event in events:
        if event[1] != "state":
            continue
        time_s, _, element, _, _, state = (str(part) for part in event)
        theirs_last[element] = state
        k = counted[element, state] = counted.get((element, state), -1) + 1
        times = ours.get((element, state), [])
        result.events += 1
        if k < len(times) and abs(times[k] - float(time_s)) <= EVENT_STEPS * result.dt_s + 1e-6:
            result.events_near += 1
        elif not result.first_event:
            has = f"{times[k]:.2f}" if k < len(times) else "never"
            result.first_event = f"{element} {state} at {float(time_s):.2f}, here {has}"
    result.states_off = [
        f"{element}: {state}, here {last.get(element, 'nothing')}"
        for element, state in theirs_last.items()
        if last.get(element) != state
    ]


def read_places(path: Path) -> dict[str, tuple[Float, Float]]:
    """Times `(k,)` and positions `(k, 3)` of each entity in a file of esmini's."""
    rows: dict[str, list[tuple[float, float, float, float]]] = {}
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            place = float(row["t"]), float(row["x"]), float(row["y"]), float(row["z"])
            rows.setdefault(row["name"], []).append(place)
    return {name: (np.array(places)[:, 0], np.array(places)[:, 1:]) for name, places in rows.items()}


def compare_places(run: ScenarioRun, theirs: dict[str, tuple[Float, Float]], result: FileResult) -> None:
    """Distances of all entities at all samples."""
    result.worst_m, first_s = 0.0, float("inf")
    for name, (times, places) in theirs.items():
        if name not in run.names:
            result.worst_m, result.first_off = float("inf"), f"{name} is not here"
            return
        ours = run.pose[:, run.row_of(name), :3]
        at = np.round(times / result.dt_s).astype(int)
        candidates = [ours[np.clip(at + shift, 0, len(ours) - 1)] for shift in (-1, 0, 1)]
        gaps = np.min([np.linalg.norm(places - c, axis=1) for c in candidates], axis=0)
        gaps[at > len(ours)] = np.inf
        gaps = np.where(np.isnan(gaps), np.inf, gaps)
        result.worst_m = max(result.worst_m, float(gaps.max()))
        off = np.flatnonzero(gaps > NEAR_M)
        if len(off) and times[off[0]] < first_s:
            first_s, k = times[off[0]], min(int(at[off[0]]), len(ours) - 1)
            here, there = ours[k], places[off[0]]
            result.first_off = f"{name} at {first_s:.1f} s: {_text(here)}, there {_text(there)}"


def _text(place: Float) -> str:
    return "({:.2f}, {:.2f}, {:.2f})".format(*place)


def print_files(results: Iterable[FileResult], *, everything: bool) -> None:
    """The files that are not as wanted, the worst last."""
    for r in sorted(results, key=lambda r: (r.tier, r.worst_m)):
        if r.tier != "A-run":
            rejected = bool(r.error)
            odd = rejected is not r.tier.startswith("N-") or r.error.startswith("!!")
            if odd or everything:
                print(f"{r.tier:20} {Path(r.file).name:60} {(r.error or r.ended).splitlines()[0][:170]}")
            continue
        if everything or r.error or not r.final or (r.pure and r.worst_m > NEAR_M):
            what = f"{'pure' if r.pure else '    '} {Path(r.file).name:60} {r.worst_m:9.3f} m"
            print(f"{what}  {r.ended} ({r.wanted_end})  events {r.events_near}/{r.events} {r.wall_s:.1f} s")
            for text in (r.error.splitlines()[0] if r.error else "", r.first_off, r.first_event, *r.states_off[:2]):
                if text:
                    print(f"            {text[:230]}")


def print_table(results: list[FileResult]) -> None:
    """What acceptance asks for."""
    runs = [r for r in results if r.tier == "A-run"]
    pure = [r for r in runs if r.pure]
    print()
    print(f"final state as esmini's          {sum(r.final for r in runs):4} of {len(runs)}")
    print(f"ran to the end                   {sum(not r.error for r in runs):4} of {len(runs)}")
    print(f"same end (2 steps)               {sum(_same_end(r) for r in runs):4} of {len(runs)}")
    print(f"pure within {NEAR_M} m               {sum(r.worst_m <= NEAR_M for r in pure):4} of {len(pure)}")
    print(f"pure within {FAR_M} m               {sum(r.worst_m <= FAR_M for r in pure):4} of {len(pure)}")
    near, all_events = sum(r.events_near for r in pure), sum(r.events for r in pure)
    print(f"pure: events within 2 steps      {near:4} of {all_events}; in all of a file: "
          f"{sum(r.events_near == r.events and not r.error for r in pure)} of {len(pure)}")  # fmt: skip
    for tier in ("N-negative/dialect", "B-parse", "C-catalog", "P-dist", "D-v0.9"):
        of_tier = [r for r in results if r.tier == tier]
        if tier.startswith("N-"):
            done = [r for r in of_tier if r.error and not r.error.startswith("!!") and ".xosc:" in r.error]
            print(f"{tier + ' rejected with a place':40} {len(done):3} of {len(of_tier)}")
        else:
            print(f"{tier + ' read':40} {sum(not r.error for r in of_tier):3} of {len(of_tier)}")
    n, m, missing = covered()
    print(f"elements of the tally                {n:3} of {m}" + (f"; not: {', '.join(missing)}" if missing else ""))


def covered() -> tuple[int, int, list[str]]:
    """Elements of the tally that are read, checked and carried out; all of them; those that are not.

    An element is carried out if the grammar has it and, for an action or a condition, the engine has it or what stands
    within it.
    """
    with (DATA / "tally_elements.csv").open() as file:
        tally = [(row["element"], row["category"]) for row in csv.DictReader(file)]
    within: dict[str, set[str]] = {}
    for version in VERSIONS:
        for kind in grammar_of(version).types.values():
            for tag, type_name in kind.content.types.items():
                within.setdefault(tag, set()).update(grammar_of(version).types[type_name].content.types)
    known = {"OpenSCENARIO", *within}
    carried = {*PRIVATE_ACTIONS, *GLOBAL_ACTIONS, *BY_ENTITY, *BY_VALUE, "StoryboardElementStateCondition"}
    carried |= {tag for parent in (*PRIVATE_ACTIONS, *GLOBAL_ACTIONS) for tag in _below(parent, within)}
    carried |= {"CustomCommandAction"}
    missing = [
        element for element, category in tally
        if element not in known
        or (category in ("action", "condition") and element not in carried and not carried & within[element]
            and not any(carried & within[inner] for inner in within[element]))
    ]  # fmt: skip
    return len(tally) - len(missing), len(tally), missing


def _below(tag: str, within: dict[str, set[str]]) -> set[str]:
    return within.get(tag, set()).union(*(within.get(inner, set()) for inner in within.get(tag, ())))


def _same_end(r: FileResult) -> bool:
    if r.error or r.ended.split()[0] != r.wanted_end.split()[0]:
        return False
    return abs(float(r.ended.split()[1]) - float(r.wanted_end.split()[1])) <= EVENT_STEPS * r.dt_s + 1e-6


if __name__ == "__main__":
    main()
