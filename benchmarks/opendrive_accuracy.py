"""Lane positions of this reader against the carla wheel, for every `.xodr` file below a folder.

    python benchmarks/opendrive_accuracy.py [FOLDER] [--json]

For each file the wheel (in a process of its own, since it may abort) places waypoints by road, lane and s; the table
shows the largest differences in x, y and heading. Files that the wheel does not load are listed with its error.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.place import lane_pose

CORPUS = Path(__file__).resolve().parents[2] / "shared/data/openscenario"
POSITIONS_PER_FILE = 400

# Runs in the wheel's process: reads a list of [road, lane, s], answers [x, y, z, yaw] in degrees, or null.
_WHEEL = """
import json, sys, carla
xodr = open(sys.argv[1], encoding="utf-8-sig", errors="replace").read()
world_map = carla.Map("map", xodr)
out = []
for road, lane, s in json.load(sys.stdin):
    waypoint = world_map.get_waypoint_xodr(road, lane, s)
    if waypoint is None or waypoint.lane_id != lane or waypoint.road_id != road:
        out.append(None)
        continue
    t = waypoint.transform
    out.append([t.location.x, -t.location.y, t.location.z, -t.rotation.yaw - (180.0 if lane > 0 else 0.0)])
print("\\n" + json.dumps(out))
"""


@dataclass(frozen=True)
class Deviation:
    """What one file showed; positions in metres, headings in degrees."""

    file: str
    positions: int
    missing: int
    worst_xy_m: float
    worst_heading_deg: float
    worst_z_m: float
    worst_at: str
    problem: str = ""


def corpus_files(folder: Path) -> list[Path]:
    """The `.xodr` files below a folder, the first of each content."""
    seen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.xodr")):
        seen.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    return sorted(seen.values())


def sample(path: Path, wanted: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Road rows, lane ids and stations spread over all lanes of a file, with the roads' ids."""
    odr = read_opendrive(path)
    columns = odr.columns
    numeric = np.array([road.id.lstrip("-").isdigit() for road in odr.roads])
    section = columns.lane_section
    length = (columns.section_end_m - columns.section_start_m)[section]
    usable = np.flatnonzero((length > 0.02) & numeric[columns.section_road[section]])
    each = max(2, -(-wanted // max(len(usable), 1)))
    picked = usable[np.linspace(0, len(usable) - 1, min(len(usable), wanted)).astype(int)]
    lane = np.repeat(picked, each)
    # Irrational steps, so that no two lanes are asked at the same share of their length.
    share = (np.arange(len(lane)) * 0.6180339887498949) % 1.0
    s = columns.section_start_m[section[lane]] + 0.01 + share * (length[lane] - 0.02)
    road = columns.section_road[section[lane]]
    return road, columns.lane_id[lane], s, [r.id for r in odr.roads]


def ask_wheel(path: Path, places: list[tuple[int, int, float]]) -> list[list[float] | None] | str:
    """The wheel's answers, or the reason why there is none."""
    done = subprocess.run(
        [sys.executable, "-c", _WHEEL, str(path)],
        input=json.dumps(places), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return f"exit {done.returncode}: {lines[-1] if lines else 'no message'}"
    answers: list[list[float] | None] = json.loads(done.stdout.splitlines()[-1])
    return answers


def compare(path: Path, wanted: int = POSITIONS_PER_FILE) -> Deviation:
    """This reader against the wheel on one file."""
    road, lane, s, ids = sample(path, wanted)
    answers = ask_wheel(path, [(int(ids[r]), int(k), float(v)) for r, k, v in zip(road, lane, s, strict=True)])
    if isinstance(answers, str):
        return Deviation(path.name, 0, 0, np.nan, np.nan, np.nan, "", answers)
    found = np.array([a is not None for a in answers])
    theirs = np.array([a for a in answers if a is not None]).reshape(-1, 4)
    pose = lane_pose(read_opendrive(path), road[found], lane[found], s[found])
    xy = np.hypot(pose.x_m - theirs[:, 0], pose.y_m - theirs[:, 1])
    turn = (np.degrees(pose.heading_rad) - theirs[:, 3] + 180) % 360 - 180
    i = int(np.argmax(xy / 0.05 + np.abs(turn) / 0.5)) if len(xy) else 0
    at = f"road {ids[road[found][i]]} lane {lane[found][i]} s {s[found][i]:.2f}" if len(xy) else ""
    worst = [float(np.abs(v).max(initial=0.0)) for v in (xy, turn, pose.z_m - theirs[:, 2])]
    return Deviation(path.name, int(found.sum()), int((~found).sum()), *worst, at)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = [compare(path) for path in corpus_files(args.folder)]
    if args.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    print(f"{'file':55} {'n':>5} {'none':>5} {'xy m':>9} {'heading':>9} {'z m':>8}  worst at")
    for row in rows:
        if row.problem:
            print(f"{row.file:55} not loaded by the wheel: {row.problem}")
        else:
            figures = f"{row.worst_xy_m:9.5f} {row.worst_heading_deg:9.5f} {row.worst_z_m:8.4f}"
            print(f"{row.file:55} {row.positions:5d} {row.missing:5d} {figures}  {row.worst_at}")
    print(f"{sum(row.positions for row in rows)} positions in {sum(not row.problem for row in rows)} files")


if __name__ == "__main__":
    main()
