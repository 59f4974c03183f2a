"""The small nets of the measures: a signal, a priority crossing, a roundabout, an on-ramp, a ring."""

import math
from pathlib import Path

from benchmarks.fidelity.plain_net import Connection, Edge, Node, Phases, build

__all__ = ["ARMS", "on_ramp", "priority_crossing", "ring", "roundabout", "signal_approach"]

ARMS = {"w": (-1.0, 0.0), "s": (0.0, -1.0), "e": (1.0, 0.0), "n": (0.0, 1.0)}
"""Arms of the junctions, counter-clockwise, with their directions."""
_ARM_M = 300.0
_RADIUS_M = 25.0


def signal_approach(path: Path, phases: tuple[tuple[float, str], ...]) -> None:
    """Two lanes go straight through a signal: edges `in` (500 m) and `out`; an empty side street `side_in`, `side_out`.

    States have three letters: the right lane, the left lane, the side street.
    """
    nodes = [
        Node("a", -500, 0), Node("c", 0, 0, "traffic_light"), Node("b", 500, 0), Node("d", 0, 200), Node("e", 0, -200),
    ]  # fmt: skip
    edges = [
        Edge("in", "a", "c", lanes=2),
        Edge("out", "c", "b", lanes=2),
        Edge("side_in", "d", "c"),
        Edge("side_out", "c", "e"),
    ]
    connections = [
        Connection("in", "out", 0, 0, "c", 0),
        Connection("in", "out", 1, 1, "c", 1),
        Connection("side_in", "side_out", 0, 0, "c", 2),
    ]
    build(path, nodes, edges, connections, [Phases("c", phases)])


def priority_crossing(path: Path) -> None:
    """Four arms of 300 m, one lane a direction: `w_in` ... `n_out`; west-east has the right of way."""
    nodes = [Node("c", 0, 0)] + [Node(arm, x * _ARM_M, y * _ARM_M) for arm, (x, y) in ARMS.items()]
    edges = []
    for arm in ARMS:
        priority = 3 if arm in "we" else 1
        edges += [
            Edge(f"{arm}_in", arm, "c", priority=priority),
            Edge(f"{arm}_out", "c", arm, priority=priority),
        ]
    build(path, nodes, edges)


def roundabout(path: Path, lanes: int) -> None:
    """Four arms of 300 m on a ring of 25 m radius, `lanes` everywhere; ring edges `w_s`, `s_e`, `e_n`, `n_w`."""
    names = list(ARMS)
    nodes = [Node(arm, x * _ARM_M, y * _ARM_M) for arm, (x, y) in ARMS.items()]
    nodes += [Node(f"{arm}_ring", x * _RADIUS_M, y * _RADIUS_M) for arm, (x, y) in ARMS.items()]
    edges = []
    for k, arm in enumerate(names):
        following = names[(k + 1) % len(names)]
        edges += [
            Edge(f"{arm}_in", arm, f"{arm}_ring", lanes=lanes),
            Edge(f"{arm}_out", f"{arm}_ring", arm, lanes=lanes),
            Edge(
                f"{arm}_{following}", f"{arm}_ring", f"{following}_ring", lanes=lanes, priority=3, speed_mps=8.33,
                shape=_arc(math.pi + k * math.pi / 2, math.pi / 2, _RADIUS_M, 8),
            ),
        ]  # fmt: skip
    build(path, nodes, edges)


def on_ramp(path: Path) -> None:
    """Two lanes `main` (500 m), a ramp `ramp` that joins as a third lane of `merge` (250 m) and ends there; then `out`.

    The limit is 22.22 m/s, on the ramp 13.89 m/s.
    """
    nodes = [Node("a", -500, 0), Node("b", 0, 0), Node("c", 250, 0), Node("d", 750, 0), Node("r", -290, -80)]
    edges = [
        Edge("main", "a", "b", lanes=2, speed_mps=22.22, priority=4),
        Edge("ramp", "r", "b", speed_mps=13.89, priority=2),
        Edge("merge", "b", "c", lanes=3, speed_mps=22.22, priority=4),
        Edge("out", "c", "d", lanes=2, speed_mps=22.22, priority=4),
    ]
    connections = [
        Connection("main", "merge", 0, 1),
        Connection("main", "merge", 1, 2),
        Connection("ramp", "merge", 0, 0),
        Connection("merge", "out", 1, 0),
        Connection("merge", "out", 2, 1),
    ]
    build(path, nodes, edges, connections)


def ring(path: Path, length_m: float, lanes: int, n_edges: int) -> None:
    """A closed ring of edges `r0`, `r1`, ... without any limit but 13.89 m/s."""
    radius = length_m / math.tau
    step = math.tau / n_edges
    nodes = [Node(f"n{k}", radius * math.cos(k * step), radius * math.sin(k * step)) for k in range(n_edges)]
    edges = [
        Edge(f"r{k}", f"n{k}", f"n{(k + 1) % n_edges}", lanes=lanes, shape=_arc(k * step, step, radius, 4))
        for k in range(n_edges)
    ]
    ends = [(f"r{k}", f"r{(k + 1) % n_edges}") for k in range(n_edges)]
    connections = [Connection(a, b, lane, lane) for a, b in ends for lane in range(lanes)]
    build(path, nodes, edges, connections, options=["--junctions.limit-turn-speed", "-1", "--roundabouts.guess", "0"])


def _arc(begin_rad: float, turn_rad: float, radius_m: float, pieces: int) -> str:
    angles = [begin_rad + turn_rad * k / pieces for k in range(pieces + 1)]
    return " ".join(f"{radius_m * math.cos(a):.2f},{radius_m * math.sin(a):.2f}" for a in angles)
