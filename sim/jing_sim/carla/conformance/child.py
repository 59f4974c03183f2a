"""Runs checks one after the other and says on stdout what came out: a JSON line before and after each.

    python -m jing_sim.carla.conformance.child HOST PORT CHECK...

A process of its own: the carla library may end the process, and a check that hangs is ended with it.
"""

import json
import sys

from jing_sim.carla.conformance.bench import Bench, DiffersError
from jing_sim.carla.conformance.everything import CHECKS

__all__ = ["main"]

_UNKNOWN = "rpc::rpc_error"


def main(host: str, port: int, names: list[str]) -> None:
    """Runs these checks."""
    bench = Bench(host, port)
    _say(version=bench.version)
    for name in names:
        _say(begin=name)
        result, detail = _outcome(bench, name)
        _say(end=name, result=result, detail=detail)


def _outcome(bench: Bench, name: str) -> tuple[str, str]:
    try:
        bench.set_up()
        try:
            CHECKS[name].run(bench)
        finally:
            bench.clear()
    except DiffersError as problem:
        return "failed", str(problem)
    except Exception as problem:  # noqa: BLE001 - whatever the library raises is what the user of it would get
        kind = "missing" if _UNKNOWN in str(problem) else "failed"
        return kind, f"{type(problem).__name__}: {problem}"
    return "passed", ""


def _say(**values: object) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
