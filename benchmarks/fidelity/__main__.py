"""Measures how near our traffic engine comes to SUMO.

    python -m benchmarks.fidelity                                   all measures
    python -m benchmarks.fidelity travel --net grid4 --load medium --seeds 3
    python -m benchmarks.fidelity all --fresh --write               as in docs/fidelity.md

SUMO's answers are kept under runs/fidelity and used again, unless with `--fresh`. Ends with 1 if a figure is out of its
tolerance.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.fidelity.document import text_of, write_section
from benchmarks.fidelity.figures import Figure, Measured
from benchmarks.fidelity.junctions import measure_junctions
from benchmarks.fidelity.memory import Bench
from benchmarks.fidelity.ring import measure_ring
from benchmarks.fidelity.saturation import measure_saturation
from benchmarks.fidelity.signal_queue import measure_queue
from benchmarks.fidelity.travel import LOADS, measure_travel

MEASURES: dict[str, Callable[[Bench, Sequence[int], argparse.Namespace], Measured]] = {
    "saturation": lambda bench, seeds, _: measure_saturation(bench, seeds),
    "ring": lambda bench, seeds, words: measure_ring(bench, seeds, words.lanes or (1, 2)),
    "junctions": lambda bench, seeds, words: measure_junctions(bench, seeds, words.load),
    "queue": lambda bench, seeds, words: measure_queue(bench, seeds, words.load),
    "travel": lambda bench, seeds, words: measure_travel(bench, seeds, words.net, words.load, words.rates),
}


def main() -> int:
    """Runs what the command line asks for."""
    parser = _parser()
    words = parser.parse_args()
    if words.write and (words.load or words.net or words.rates or words.lanes):
        parser.error("--write needs whole measures, without --load, --net, --rates and --lanes")
    bench = Bench(words.keep, words.fresh)
    seeds = range(1, words.seeds + 1)
    missed = 0
    for name in MEASURES if words.measure == "all" else [words.measure]:
        begin = time.perf_counter()
        measured = MEASURES[name](bench, seeds, words)
        missed += _show(measured)
        if words.write:
            write_section(name, measured, f"python -m benchmarks.fidelity {name} --seeds {words.seeds}")
        print(f"({time.perf_counter() - begin:.0f} s)\n", flush=True)
    audit = _audit(bench)
    missed += _show(audit)
    if words.write and words.measure == "all":
        write_section("audit", audit, f"python -m benchmarks.fidelity all --seeds {words.seeds}")
    return 1 if missed else 0


def _show(measured: Measured) -> int:
    """Prints a measure, and returns how many figures are out of tolerance."""
    missed = sum(not figure.ok for figure in measured.figures)
    print(f"== {measured.title}: {missed} of {len(measured.figures)} out of tolerance")
    print(text_of(measured))
    return missed


def _audit(bench: Bench) -> Measured:
    names = {"overlaps": "overlaps", "red_runs": "red runs", "lost": "vehicles lost"}
    figures = [
        Figure("all runs above", name, "", float(bench.audit[key]), 0.0, 0.0, absolute=True)
        for key, name in names.items()
    ]
    return Measured("What must never happen", figures, [f"deadlocks resolved: {bench.audit['deadlocks_resolved']}"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fidelity", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("measure", nargs="?", default="all", choices=["all", *MEASURES])
    parser.add_argument("--seeds", type=int, default=10, help="how many, from 1 (10)")
    parser.add_argument("--load", choices=LOADS, help="of travel, queue and junctions; all if not given")
    parser.add_argument("--net", help="of travel, a name or the path of a .net.xml; all if not given")
    parser.add_argument("--rates", type=float, nargs=3, help="of travel: vehicles an hour at the three loads")
    parser.add_argument("--lanes", type=int, nargs="*", choices=(1, 2), help="of the ring")
    parser.add_argument("--keep", type=Path, default=Path("runs/fidelity"), help="folder of SUMO's answers")
    parser.add_argument("--fresh", action="store_true", help="run SUMO again")
    parser.add_argument("--write", action="store_true", help="write docs/fidelity.md and its plots")
    return parser


if __name__ == "__main__":
    sys.exit(main())
