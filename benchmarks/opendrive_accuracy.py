"""Lane positions of this reader against the carla wheel, for every `.xodr` file below a folder.

    python benchmarks/opendrive_accuracy.py [FOLDER] [--json]

For each file the wheel (in a process of its own, since it may abort) places waypoints by road, lane and s; the table
shows the largest differences in x, y and heading. Files that the wheel does not load are listed with its error.

Three things in which the wheel is wrong are kept apart, and noted in the table:
- it has no superelevation: this reader's is switched off for the comparison (tests compare it with esmini);
- it mixes the lanes of all layers of a 1.9 file: it gets the first layer only;
- its heading adds the slope of the lane's offset to the road's heading as if both were small and the road straight.
  The column `track` therefore compares with the direction of the wheel's own positions 5 cm before and behind.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.model import Cubics
from jing_maps.opendrive.place import lane_pose

Int = NDArray[np.int64]
Float = NDArray[np.float64]

CORPUS = Path(__file__).resolve().parents[2] / "shared/data/openscenario"
POSITIONS_PER_FILE = 400

# Runs in the wheel's process: reads the map and a list of [road, lane, s], answers [x, y, yaw, track, z] or null for
# each; headings in degrees along s, `track` from two positions (null at a section's border).
_WHEEL = """
import json, math, sys, carla
task = json.load(sys.stdin)
world_map = carla.Map("map", task["xodr"])

def place(road, lane, s):
    w = world_map.get_waypoint_xodr(road, lane, s)
    return w if w is not None and (w.road_id, w.lane_id) == (road, lane) else None

out = []
for road, lane, s, against in task["places"]:
    here, a, b = (place(road, lane, v) for v in (s, s - 0.05, s + 0.05))
    if here is None:
        out.append(None)
        continue
    t, track = here.transform, None
    if a is not None and b is not None and a.section_id == b.section_id:
        one, two = a.transform.location, b.transform.location
        track = math.degrees(math.atan2(one.y - two.y, two.x - one.x))
    out.append([t.location.x, -t.location.y, -t.rotation.yaw - (180.0 if against else 0.0), track, t.location.z])
print("\\n" + json.dumps(out))
"""


@dataclass(frozen=True)
class Deviation:
    """What one file showed; positions in metres, headings in degrees; `heading` is the better of yaw and track."""

    file: str
    positions: int = 0
    missing: int = 0
    xy_m: float = 0.0
    yaw_deg: float = 0.0
    track_deg: float = 0.0
    heading_deg: float = 0.0
    z_m: float = 0.0
    worst_at: str = ""
    note: str = ""
    problem: str = ""


def corpus_files(folder: Path) -> list[Path]:
    """The `.xodr` files below a folder, the first of each content."""
    seen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.xodr")):
        seen.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    return sorted(seen.values())


def as_the_wheel_can(path: Path) -> tuple[OpenDriveMap, str, str]:
    """The map without superelevation, its text with one layer of lanes, and a note on what was left out."""
    root = etree.fromstring(path.read_bytes())
    layers = [layer for road in root.iter("road") for layer in road.findall("lanes")[1:]]
    for layer in layers:
        parent = layer.getparent()
        if parent is not None:
            parent.remove(layer)
    odr = read_opendrive(path)
    banked = any(np.abs(road.superelevation.abcd).max(initial=0.0) > 0 for road in odr.roads)
    flat = replace(odr, roads=tuple(replace(road, superelevation=Cubics()) for road in odr.roads))
    notes = [note for note, true in (("first layer only", layers), ("superelevation off", banked)) if true]
    return flat, etree.tostring(root, encoding="unicode"), ", ".join(notes)


def sample(odr: OpenDriveMap, wanted: int) -> tuple[Int, Int, Float]:
    """Road rows, lane ids and stations spread over all lanes of a map."""
    columns, section = odr.columns, odr.columns.lane_section
    numeric = np.array([road.id.lstrip("-").isdigit() for road in odr.roads])
    length = (columns.section_end_m - columns.section_start_m)[section]
    usable = np.flatnonzero((length > 0.02) & numeric[columns.section_road[section]])
    each = max(2, -(-wanted // max(len(usable), 1)))
    lane = np.repeat(usable[np.linspace(0, len(usable) - 1, min(len(usable), wanted)).astype(int)], each)
    # Irrational steps, so that no two lanes are asked at the same share of their length.
    share = (np.arange(len(lane)) * 0.6180339887498949) % 1.0
    s = columns.section_start_m[section[lane]] + 0.01 + share * (length[lane] - 0.02)
    return columns.section_road[section[lane]], columns.lane_id[lane], s


def ask_wheel(xodr: str, places: list[tuple[int, int, float, bool]]) -> list[list[float | None] | None] | str:
    """The wheel's answers, or the reason why there are none."""
    done = subprocess.run(
        [sys.executable, "-c", _WHEEL],
        input=json.dumps({"xodr": xodr, "places": places}), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return f"exit {done.returncode}: {lines[-1] if lines else 'no message'}"
    answers: list[list[float | None] | None] = json.loads(done.stdout.splitlines()[-1])
    return answers


def compare(path: Path, wanted: int = POSITIONS_PER_FILE) -> Deviation:
    """This reader against the wheel on one file."""
    odr, xodr, note = as_the_wheel_can(path)
    road, lane, s = sample(odr, wanted)
    # The wheel's yaw points along the traffic: against s on left lanes of right-hand traffic.
    against = [(lane[i] > 0) == (odr.roads[road[i]].rule == "RHT") for i in range(len(s))]
    places = [
        (int(odr.roads[r].id), int(k), float(v), bool(a)) for r, k, v, a in zip(road, lane, s, against, strict=True)
    ]
    answers = ask_wheel(xodr, places)
    if isinstance(answers, str):
        return Deviation(path.name, problem=answers)
    rows = np.array([a if a is not None else [np.nan] * 5 for a in answers], dtype=np.float64)
    found = np.isfinite(rows[:, 0])
    if (~found).any():
        note = ", ".join(filter(None, [note, f"{(~found).sum()} answers of the wheel are not a number or none"]))
    theirs, pose = rows[found], lane_pose(odr, road[found], lane[found], s[found])
    xy = np.hypot(pose.x_m - theirs[:, 0], pose.y_m - theirs[:, 1])
    yaw, track = (np.abs((np.degrees(pose.heading_rad) - theirs[:, k] + 180) % 360 - 180) for k in (2, 3))
    heading = np.fmin(yaw, track)
    i = int(np.argmax(xy / 0.05 + heading / 0.5))
    at = f"road {odr.roads[road[found][i]].id} lane {lane[found][i]} s {s[found][i]:.2f}"
    xy_m, yaw_deg, track_deg, heading_deg, z_m = (
        float(np.nanmax(v)) for v in (xy, yaw, track, heading, np.abs(pose.z_m - theirs[:, 4]))
    )
    counts = int(found.sum()), int((~found).sum())
    return Deviation(path.name, *counts, xy_m, yaw_deg, track_deg, heading_deg, z_m, at, note)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = [compare(path) for path in corpus_files(args.folder)]
    if args.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    print(f"{'file':54} {'n':>4} {'xy m':>8} {'yaw':>8} {'track':>8} {'best':>8} {'z m':>7}  worst at; note")
    for row in rows:
        if row.problem:
            print(f"{row.file:54} not loaded by the wheel: {row.problem}")
        else:
            figures = f"{row.xy_m:8.5f} {row.yaw_deg:8.4f} {row.track_deg:8.4f} {row.heading_deg:8.4f} {row.z_m:7.4f}"
            print(f"{row.file:54} {row.positions:4d} {figures}  {'; '.join(filter(None, [row.worst_at, row.note]))}")
    print(f"{sum(row.positions for row in rows)} positions in {sum(not row.problem for row in rows)} files")


if __name__ == "__main__":
    main()
