"""How far actors of the same scenario are apart in the native world and on the headless CARLA server.

`python -m benchmarks.scenario_worlds FILE.xosc ... [--stack SPEC] [--seconds 20]`; without files those of esmini's
examples that are beside the checkout. Prints a row a scenario and the largest deviation of those that the engine moves.
"""

import argparse
import time
from pathlib import Path

from jing_maps.errors import JingError
from jing_scenarios.run_file import FileRun, RunRequest, run_file

_EXAMPLES = Path(__file__).resolve().parents[2] / "shared/data/openscenario/corpus/esmini/resources/xosc"
_NAMES = (
    "bicycle_fall_over", "cut-in", "cut-in_environment", "cut-in_visibility", "drop-bike", "highway_merge",
    "keep_lateral_distance", "lane_change_crest", "left-hand-traffic_by_heading", "light_state",
    "long_dist_action_with_jerk", "override_bb", "parking_lot", "pedestrian", "pedestrian_collision", "routing-test",
    "speed-profile", "straight_500m", "swarm", "synch_with_steady_state", "trailer_connect", "trailers", "tunnels",
    "velodrome",
)  # fmt: skip


def main() -> None:
    """Runs all files in both worlds and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--stack", default="")
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    worst = 0.0
    for file in options.files or [_EXAMPLES / f"{name}.xosc" for name in _NAMES]:
        begin = time.perf_counter()
        try:
            done = run_file(RunRequest(file, world="both", stack=options.stack, max_time_s=options.seconds))
        except JingError as error:
            print(f"{file.stem:32} {str(error).splitlines()[0][:110]}", flush=True)
            continue
        worst = max([worst, *(one.max_m for one in done.deviations if not one.driven)])
        print(f"{_row(file, done)}  {time.perf_counter() - begin:5.1f} s", flush=True)
    print(f"largest deviation of actors that the engine moves: {worst:.5f} m")


def _row(file: Path, done: FileRun) -> str:
    far = done.deviations[0] if done.deviations else None
    actors = len(done.deviations)
    if far is None:
        return f"{file.stem:32} no actors"
    by = "pedals" if far.driven else "engine"
    return f"{file.stem:32} {actors:3} actors  {far.max_m:9.5f} m  {far.actor} at {far.at_s:.2f} s, moved by {by}"


if __name__ == "__main__":
    main()
