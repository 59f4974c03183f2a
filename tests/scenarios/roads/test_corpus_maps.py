"""Every road network of the corpus: lane positions as the map package has them, and back to the same place."""

from pathlib import Path

import numpy as np
import pytest

from jing_maps.errors import JingError
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.place import lane_pose
from jing_scenarios.roads import RoadMotion, RoadPlan, road_plan
from jing_scenarios.roads.place_rows import EVERY_TYPE, HOW, KEEPS, LANE, LANE_SET, OFFSET, POSE_SET, ROAD, H, S, X, Z

CORPUS = Path(__file__).resolve().parents[3].parent / "shared/data/openscenario/corpus"
FILES = sorted(CORPUS.rglob("*.xodr")) if CORPUS.exists() else []

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not FILES, reason="the OpenDRIVE files under ../shared are absent"),
]


def places(plan: RoadPlan, count: int) -> RoadMotion:
    """Entities on random lanes all over a map."""
    columns, draw = plan.odr.columns, np.random.default_rng(5)
    lane = draw.integers(0, len(columns.lane_id), count)
    section = columns.lane_section[lane]
    begin, end = columns.section_start_m[section], columns.section_end_m[section]
    motion = RoadMotion(plan, count)
    motion.on[:, ROAD], motion.on[:, LANE] = columns.section_road[section], columns.lane_id[lane]
    motion.along[:, S] = begin + draw.uniform(0.001, 0.999, count) * (end - begin)
    motion.along[:, OFFSET] = draw.uniform(-0.2, 0.2, count)
    motion.on[:, KEEPS], motion.on[:, HOW] = EVERY_TYPE, LANE_SET
    return motion


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_places_agree_and_are_found_again(path: Path) -> None:
    try:
        plan = road_plan(read_opendrive(path))
    except JingError as error:
        pytest.skip(f"the file is no map: {error}")
    motion = places(plan, 200)
    road, lane = motion.on[:, ROAD].copy(), motion.on[:, LANE].copy()
    exact = lane_pose(plan.odr, road, lane, motion.along[:, S], motion.along[:, OFFSET])
    motion.step()
    assert np.allclose(motion.pose[:, X : Z + 1], np.stack([exact.x_m, exact.y_m, exact.z_m], 1), atol=1e-9)
    assert np.allclose(np.exp(1j * motion.pose[:, H]), np.exp(1j * exact.heading_rad), atol=1e-9)
    before = motion.along.copy()
    motion.on[:, HOW] = POSE_SET
    motion.step()
    # Beside the edge of one road may be another one's middle.
    assert np.mean(motion.on[:, ROAD] == road) > 0.9
    # Folds of narrow curves are more than one place; everywhere else s and t come back.
    assert np.median(np.abs(motion.along[:, S] - before[:, S])) < 1e-6
    assert np.median(np.abs(motion.along[:, 1] - before[:, 1])) < 1e-6
