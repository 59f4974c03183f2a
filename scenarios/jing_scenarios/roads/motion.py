"""The places of all entities of a scenario in columns, and how they move along roads.

>>> from jing_maps.opendrive.example import straight_road
>>> from jing_scenarios.roads.place_rows import ALONG
>>> from jing_scenarios.roads.plan import road_plan
>>> from jing_scenarios.roads.place import placed_on_lane
>>> motion = RoadMotion(road_plan(straight_road(length_m=100.0, lane_width_m=3.5)), 1)
>>> motion.put(0, placed_on_lane(motion.plan, 0, -1, 20.0))
>>> motion.how[0], motion.ds_m[0] = ALONG, 0.5
>>> motion.step()
>>> motion.placement(0).x
20.5
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_step import step_all
from jing_scenarios.roads.place_rows import (
    AGAIN,
    ALONG_WIDTH,
    ANGLE,
    CURSOR,
    DRIVING,
    DS,
    END_OF_ROUTE,
    EVERY_TYPE,
    FLAGS,
    HOW,
    KEEPS,
    LANE,
    LAST,
    ON_WIDTH,
    ROAD,
    STAY,
    Z_REL,
    S,
)
from jing_scenarios.roads.placement import Placement
from jing_scenarios.roads.plan import RoadPlan

__all__ = ["Placement", "RoadMotion"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]


class RoadMotion:
    """Columns of place of `n` entities; their numbers are those of `place_rows`.

    Attributes:
        plan: the roads.
        pose: `(n, 6)` X, Y, Z, H, P, R.
        along: `(n, 10)` S, T, OFFSET, H_REL, P_REL, R_REL, Z_REL, DS, ANGLE, HELD_OFFSET.
        on: `(n, 9)` ROAD, LANE, FLAGS, HOW, KEEPS, CURSOR, LAST, AGAIN, HELD_LANE.
        how: `(n,)` what the next step does: STAY; ALONG (move `ds_m` along the lane); LANE_SET (somebody wrote ROAD,
            LANE, S, OFFSET, and relative angles: move `ds_m` from there and let the pose follow); ROAD_SET (ROAD, S, T
            are given: lane and pose follow); POSE_SET (the pose is given, NaN where the road decides: the place on the
            road follows); LANE_CHANGE (as LANE_SET, but afterwards LANE and OFFSET are of the nearest lane, and
            HELD_LANE and HELD_OFFSET of the one that was given).
        ds_m: `(n,)` metres along the driven line, negative for backwards.
    """

    def __init__(self, plan: RoadPlan, n: int) -> None:
        self.plan = plan
        self.pose: Float = np.zeros((n, 6))
        self.along: Float = np.zeros((n, ALONG_WIDTH))
        self.on: Int = np.zeros((n, ON_WIDTH), dtype=np.int64)
        self.on[:, ROAD] = -1
        self.on[:, KEEPS] = DRIVING
        self.on[:, AGAIN] = -1
        self.how: Int = self.on[:, HOW]
        self.ds_m: Float = self.along[:, DS]
        self._path = plan.no_path
        self._paths: list[tuple[int, ...]] = [()] * n

    def __len__(self) -> int:
        return len(self.pose)

    def step(self) -> None:
        """Does what `how` says for every entity; afterwards all are at STAY and `ds_m` is 0."""
        step_all(self.plan.tables, self.plan.stretches, self.pose, self.along, self.on, self._path)

    def put(self, row: int, place: Placement) -> None:
        """The entity is there now (a teleport): its flags are cleared, its place on its route is found anew."""
        self.pose[row] = place[:6]
        self.on[row, ROAD : LANE + 1] = place[6:8]
        self.along[row, S : Z_REL + 1] = place[8:]
        self.on[row, FLAGS] = 0
        self.how[row] = STAY
        self.ds_m[row] = 0.0
        self._find_cursor(row)

    def placement(self, row: int) -> Placement:
        """Where the entity is."""
        road, lane = self.on[row, ROAD : LANE + 1].tolist()
        along = self.along[row, S : Z_REL + 1].tolist()
        return Placement._make([*self.pose[row].tolist(), road, lane, *along])

    @property
    def roads_of_paths(self) -> Int:
        """Rows of the roads of all routes, one after the other; CURSOR and LAST are places in it."""
        return self._path

    def keep_to(self, row: int, lane_types: int) -> None:
        """Of which types lanes are when the entity is matched to a road: bits of `place_rows`, all for pedestrians."""
        self.on[row, KEEPS] = lane_types & EVERY_TYPE

    def turn_by(self, row: int, angle_rad: float) -> None:
        """Which way the entity takes where several leave a junction and no route decides (0: the straightest)."""
        self.along[row, ANGLE] = angle_rad

    def set_path(self, row: int, roads: Sequence[int], *, closed: bool = False) -> None:
        """The roads (rows) of the entity's route in driven order, connecting roads included; none: no route."""
        passed = [int(self.on[k, CURSOR] - (self.on[k, LAST] - len(path))) for k, path in enumerate(self._paths)]
        loops = [bool(self.on[k, AGAIN] >= 0) for k in range(len(self._paths))]
        self._paths[row], loops[row] = tuple(roads), closed and len(roads) > 1
        self.on[row, FLAGS] &= ~END_OF_ROUTE
        self._path = np.array([road for path in self._paths for road in path], dtype=np.int64)
        first = 0
        for k, path in enumerate(self._paths):
            self.on[k, CURSOR], self.on[k, LAST] = first + passed[k], first + len(path)
            self.on[k, AGAIN] = first if loops[k] else -1
            first += len(path)
        self._find_cursor(row)

    def keeps(self, row: int) -> int:
        """The lane types of `keep_to`."""
        return int(self.on[row, KEEPS])

    def path_at(self, row: int) -> tuple[Int, int, int, int]:
        """Roads of all routes, the entity's place among them, the end of its route and where that goes on (or -1)."""
        return self._path, int(self.on[row, CURSOR]), int(self.on[row, LAST]), int(self.on[row, AGAIN])

    def path(self, row: int) -> tuple[int, ...]:
        """The roads of the entity's route."""
        return self._paths[row]

    def passed(self, row: int) -> int:
        """How many roads of its route the entity has left behind."""
        return int(self.on[row, CURSOR] - (self.on[row, LAST] - len(self._paths[row])))

    def _find_cursor(self, row: int) -> None:
        path, road = self._paths[row], int(self.on[row, ROAD])
        first = int(self.on[row, LAST]) - len(path)
        self.on[row, CURSOR] = first + (path.index(road) if road in path else 0)
