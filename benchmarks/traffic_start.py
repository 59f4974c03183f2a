"""How long `jingsim simulate` takes until the first steps: in a new installation, and after that.

A new installation is a copy of the packages in an empty folder, without byte code and compiled kernels. The clock runs
from the start of the command until six steps are made and stored, so it holds Python, the map, the demand, Ray, numba's
compiler and a little writing: an upper bound of the time until the first step. Other packages keep their byte code.

    python benchmarks/traffic_start.py [area] [later starts]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGES = ("maps", "edge_runtime", "sim", "scenarios", "agents", "citybrain", "cli")
BARS_S = {"first simulate": 25.0, "later simulate": 3.0}


def install(folder: Path) -> dict[str, str]:
    """Copies the packages; the environment in which they are found first."""
    root = Path(__file__).parents[1]
    for name in PACKAGES:
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": os.pathsep.join(str(folder / name) for name in PACKAGES)}


def start_s(area: str, out: Path, environment: dict[str, str]) -> float:
    """Seconds until the first states of a run are on disk."""
    code = "from jing_cli.main import run; run()"
    words = [sys.executable, "-c", code, "simulate", area, "--minutes", "0.1", "--workers", "1", "--out", str(out)]
    begin, seen = time.perf_counter(), 0.0
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            if not seen and any(out.rglob("seg_00000.parquet")):
                seen = time.perf_counter() - begin
            time.sleep(0.02)
        if process.returncode:
            raise SystemExit(process.stderr.read().decode() if process.stderr else "jingsim failed")
    return seen


def main(area: str, later: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = install(folder / "packages")
        times = [start_s(area, folder / f"run-{k}", environment) for k in range(later + 1)]
    print(f"{'what':34s} {'ours':>12s} {'theirs':>12s} {'ratio':>8s} {'bar':>7s}")
    for what, seconds in (("first simulate", times[0]), ("later simulate", min(times[1:]))):
        bar = BARS_S[what]
        print(f"{what + ' ' + area:34s} {seconds:10.1f} s {'-':>12s} {seconds / bar:8.2f} {f'<= {bar:g}':>7s}")


if __name__ == "__main__":
    words = [*sys.argv[1:], *("yizhuang", "3")[len(sys.argv) - 1 :]]
    main(words[0], int(words[1]))
