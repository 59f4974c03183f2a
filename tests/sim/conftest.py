"""A small town for the tests of sim: blocks of two-way streets with a stub to the outside at each edge node."""

import numpy as np
import pytest

from jing_maps.columns import (
    Conflicts,
    Connectors,
    Controllers,
    Crosswalks,
    JunctionKind,
    Junctions,
    Lanes,
    Programs,
    RoadClass,
    Roads,
    SignalGroups,
    Streets,
    Turn,
    VehicleClass,
)
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame

BLOCK_M = 200.0


def _ints(values: object = ()) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, np.int32).reshape(-1)


def build_town(n: int = 2) -> RoadNetwork:
    """`n` x `n` inner nodes 200 m apart, one lane a direction; roads are called `from>to`, inner nodes `x_y`."""
    nodes = [(x, y) for x in range(n + 2) for y in range(n + 2) if (0 < x <= n) or (0 < y <= n)]
    inner = [0 < x <= n and 0 < y <= n for x, y in nodes]
    names = [f"{x}_{y}" for x, y in nodes]
    ends = [
        (a, b)
        for a, p in enumerate(nodes)
        for b, q in enumerate(nodes)
        if abs(p[0] - q[0]) + abs(p[1] - q[1]) == 1 and (inner[a] or inner[b])
    ]
    xy = np.array(nodes, float) * BLOCK_M
    lines = []
    for a, b in ends:
        way = (xy[b] - xy[a]) / BLOCK_M
        side = np.array([way[1], -way[0]]) * 2.0
        lines.append(np.array([xy[a] + way * 10 + side, xy[b] - way * 10 + side]))
    moves = [(i, j) for i, (_, b) in enumerate(ends) for j, (c, d) in enumerate(ends) if b == c and ends[i][0] != d]
    ways = [np.array([lines[i][1], lines[j][0]]) for i, j in moves]
    centre, inside = Polylines.from_list(lines), Polylines.from_list(ways)
    k, m, f, b8 = len(ends), len(moves), np.zeros(0), np.zeros(0, np.int8)
    motor = int(VehicleClass.MOTOR | VehicleClass.BICYCLE)
    kinds = [JunctionKind.SIGNAL if i else JunctionKind.BOUNDARY for i in inner]
    return RoadNetwork(
        name="town",
        frame=LocalFrame.tangent(116.3, 39.98),
        attribution="test",
        streets=Streets((), ()),
        roads=Roads(tuple(f"{names[a]}>{names[b]}" for a, b in ends), np.full(k, -1, np.int32),
                    np.full(k, RoadClass.ARTERIAL, np.int8), np.zeros(k, np.int8), _ints([a for a, _ in ends]),
                    _ints([b for _, b in ends]), np.arange(k + 1, dtype=np.int32), centre.lengths_m(),
                    np.zeros(k, bool)),
        lanes=Lanes(np.arange(k, dtype=np.int32), np.zeros(k, np.int16), np.zeros(k), centre.lengths_m(),
                    np.full(k, 3.5), np.full(k, 15.0), np.full(k, motor, np.uint16), np.full(k, -1, np.int32),
                    np.full(k, -1, np.int32), np.zeros(k, bool), np.zeros(k, bool), np.full(k, np.nan), centre),
        connectors=Connectors(_ints([ends[i][1] for i, _ in moves]), _ints([i for i, _ in moves]),
                              _ints([j for _, j in moves]), np.full(m, Turn.STRAIGHT, np.int8), inside.lengths_m(),
                              np.full(m, 3.5), np.full(m, 10.0), np.full(m, motor, np.uint16),
                              np.array([0] * m, np.int32), np.zeros(m, bool), np.full(m, np.nan),
                              np.zeros(m, bool), inside),
        conflicts=Conflicts(_ints(), _ints(), b8, b8, f, f, f, f),
        junctions=Junctions(tuple(names), ("",) * len(nodes), np.array(kinds, np.int8), xy[:, 0], xy[:, 1],
                            _ints([0 if i else -1 for i in inner]), Polylines.empty(len(nodes))),
        controllers=Controllers(("c",), _ints([0, 1])),
        signal_groups=SignalGroups(_ints([0]), ("all",)),
        programs=Programs(_ints([0]), ("p",), np.zeros(1), _ints([0, 1]), np.array([30.0]), np.array([30.0]),
                          np.array([30.0]), _ints([0, 1]), np.array([2], np.uint8)),
        crosswalks=Crosswalks(_ints(), _ints(), _ints(), f, Polylines.empty(), _ints(), _ints(), f, f),
    )  # fmt: skip


@pytest.fixture(scope="session")
def town() -> RoadNetwork:
    return build_town(2)
