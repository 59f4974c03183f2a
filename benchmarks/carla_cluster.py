"""Many CARLA servers on one machine under Ray, each with a client that drives; one server is killed meanwhile.

python benchmarks/carla_cluster.py [servers] [seconds of driving] [background vehicles]
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from jing_sim.cluster.carla_drives import DriveJob, drive_on_servers
from jing_sim.cluster.session import ray_session

_KILL_AFTER_S = 20.0


def kill_one(stop: threading.Event) -> None:
    """Kills the youngest server after a while."""
    if stop.wait(_KILL_AFTER_S):
        print("all were done before a server was killed: drive for longer", flush=True)
        return
    youngest = max((int(file.parent.name) for file in Path("/proc").glob("[0-9]*/cmdline") if _serves(file)), default=0)
    if not youngest:
        print("no server was there to be killed", flush=True)
    else:
        os.kill(youngest, signal.SIGKILL)
        print(f"killed server {youngest}", flush=True)


def _serves(file: Path) -> bool:
    try:
        return b"jing_sim.carla.serve" in file.read_bytes().split(b"\0")
    except OSError:
        return False


def main(count: int, seconds: float, background: int) -> None:
    begin, stop = time.monotonic(), threading.Event()
    with ray_session():
        drive_on_servers(DriveJob(count=1, seconds=1.0, background=background))
        killer = threading.Thread(target=kill_one, args=(stop,))
        killer.start()
        figures = drive_on_servers(DriveJob(count=count, seconds=seconds, background=background))
    stop.set()
    killer.join()
    print(f"{'world':>6} {'way m':>8} {'ticks/s':>8} {'vehicles':>9} {'collisions':>11} {'red lights':>11}")
    for number, row in enumerate(figures):
        print(f"{number:6d} {row['way_m']:8.0f} {row['ticks_per_s']:8.1f} {row['vehicles']:9.0f} "
              f"{row['collisions']:11.0f} {row['red_lights']:11.0f}")  # fmt: skip
    print(f"{len(figures)} of {count} drives of {seconds:g} s complete, all in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    given = [*sys.argv[1:], *("8", "60", "10")[len(sys.argv) - 1 :]]
    main(int(given[0]), float(given[1]), int(given[2]))
