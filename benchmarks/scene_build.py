"""How long scenes take: reading, building, keeping, loading; how large they are; what a look at the ground costs.

    python benchmarks/scene_build.py [AREA or FILE.xodr ...] [--json]

Processor seconds of this process, since the machine may be busy; sizes in triangles and megabytes.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from jing_maps.areas import AREAS, load_area
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.write import write_opendrive
from jing_sim.driving.scene import StaticScene, scene_of
from jing_sim.driving.scene_store import load_scene, save_scene

T = TypeVar("T")
_POINTS = 200_000


@dataclass(frozen=True)
class Row:
    """One map: seconds of processor time, sizes, and how many points of ground a second are looked up."""

    name: str
    write_s: float
    read_s: float
    build_s: float
    load_s: float
    file_mb: float
    triangles: int
    ground_triangles: int
    boxes: int
    spawn_points: int
    ground_per_s: float


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def measure(name: str, folder: Path) -> Row:
    """One area or file."""
    file, write_s = Path(name), 0.0
    if name in AREAS:
        file = folder / f"{name}.xodr"
        write_s, _ = _timed(lambda: write_opendrive(load_area(name), file))
    read_s, odr = _timed(lambda: read_opendrive(file))
    scene_of(odr)  # compiles the kernels
    build_s, scene = _timed(lambda: scene_of(odr))
    kept = folder / "scene.npz"
    save_scene(scene, kept)
    load_s, _ = _timed(lambda: load_scene(kept))
    return Row(
        file.stem, write_s, read_s, build_s, load_s, kept.stat().st_size / 1e6, len(scene.triangles),
        len(scene.ground.triangles), len(scene.boxes), len(scene.spawn_points), _ground_rate(scene),
    )  # fmt: skip


def _ground_rate(scene: StaticScene) -> float:
    draw = np.random.default_rng(0)
    triangles = scene.ground.triangles[draw.integers(0, len(scene.ground.triangles), _POINTS)].astype(np.float64)
    points = (draw.dirichlet(np.ones(3), _POINTS)[:, :, None] * triangles).sum(axis=1)
    seconds, _ = _timed(lambda: scene.ground.at(points))
    return _POINTS / seconds


def main() -> None:
    """Prints a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("maps", nargs="*", default=list(AREAS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(name, Path(folder)) for name in options.maps]
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    print("| map | write, read, build, load [s] | file | triangles (ground) | boxes | spawn points | ground points/s |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        times = f"{row.write_s:.1f}, {row.read_s:.1f}, {row.build_s:.1f}, {row.load_s:.2f}"
        sizes = f"{row.triangles:,} ({row.ground_triangles:,}) | {row.boxes:,} | {row.spawn_points:,}"
        print(f"| {row.name} | {times} | {row.file_mb:.0f} MB | {sizes} | {row.ground_per_s / 1e6:.1f} M |")


if __name__ == "__main__":
    main()
