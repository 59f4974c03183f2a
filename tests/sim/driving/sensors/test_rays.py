"""Rays through trees against all triangles one by one, and against distances that one can write down."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.road_things import Boxes
from jing_sim.driving.scene import StaticScene, flat_scene
from jing_sim.driving.sensors.ray_scene import RayScene

Float = NDArray[np.float64]


def _brute(corners: Float, origin: Float, way: Float) -> float:
    """The nearest triangle by solving a + u e1 + v e2 = o + t d for each."""
    best = np.inf
    for a, b, c in corners:
        matrix = np.stack([b - a, c - a, -way], 1)
        if abs(np.linalg.det(matrix)) < 1e-12:
            continue
        u, v, t = np.linalg.solve(matrix, origin - a)
        if u >= 0 and v >= 0 and u + v <= 1 and t > 1e-6:
            best = min(best, t)
    return best


def _soup(seed: int, n: int) -> StaticScene:
    draw = np.random.default_rng(seed)
    corners = (draw.uniform(-20, 20, (n, 1, 3)) + draw.uniform(-4, 4, (n, 3, 3))).astype(np.float32)
    flat = flat_scene()
    label = draw.integers(1, 25, n).astype(np.uint8)
    return StaticScene(**{**vars(flat), "triangles": corners, "label": label, "object": np.zeros(n, np.uint32)})


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 60))
def test_the_tree_finds_what_a_search_of_all_triangles_finds(seed: int, n: int) -> None:
    scene, draw = _soup(seed, n), np.random.default_rng(seed + 1)
    origins, ways = draw.uniform(-30, 30, (40, 3)), draw.normal(size=(40, 3))
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    hits = RayScene(scene).cast(origins, ways, 1000.0)
    for k in range(40):
        best = _brute(scene.triangles.astype(np.float64), origins[k], ways[k])
        if np.isfinite(best):
            assert hits.distance[k] == pytest.approx(best, rel=1e-4, abs=1e-3)
        else:
            assert not hits.hit[k]


def test_a_plane_and_a_wall_are_where_they_are() -> None:
    wall = Boxes.stack([(np.array([10.0, 0.0, 2.0]), np.array([0.5, 5.0, 2.0]), 0.0, 4, "wall")])
    scene = RayScene(flat_scene(boxes=wall))
    down = np.array([np.cos(-0.3), 0.0, np.sin(-0.3)])
    hits = scene.cast(np.array([0.0, 0.0, 1.5]), np.stack([[1.0, 0, 0], [-1.0, 0, 0], down]), 100.0)
    assert hits.distance == pytest.approx([9.5, 100.0, 1.5 / np.sin(0.3)], rel=1e-5)
    assert hits.label.tolist() == [4, 0, 1]
    assert hits.thing.tolist() == [1, 0, 0]
    assert hits.cosine[[0, 2]] == pytest.approx([1.0, np.sin(0.3)], rel=1e-5)


def _one_car(yaw: float) -> Bodies:
    bodies = Bodies.empty(3)
    bodies.id[1], bodies.kind[1], bodies.label[1] = 77, BodyKind.VEHICLE, 16
    bodies.position[1] = 20.0, 3.0, 0.0
    bodies.rotation[1, 0] = yaw
    bodies.half_extent[1], bodies.box_centre[1] = (6.0, 1.25, 1.5), (0.0, 0.0, 1.5)
    return bodies


def test_a_bus_is_met_at_its_side() -> None:
    scene = RayScene(flat_scene())
    scene.update(_one_car(np.pi / 2))
    hits = scene.cast(np.array([0.0, 3.0, 1.5]), np.array([[1.0, 0.0, 0.0]]), 100.0)
    assert hits.distance[0] == pytest.approx(20.0 - 1.25, rel=1e-6)
    assert (hits.body[0], hits.label[0], hits.row[0]) == (77, 16, 1)
    assert not scene.cast(np.array([0.0, 3.0, 1.5]), np.array([[1.0, 0.0, 0.0]]), 100.0, skip=1).hit[0]


def test_from_inside_a_closed_box_nothing_gets_out() -> None:
    sides = [(np.array([s * 5.0, 0, 5.0]), np.array([0.1, 5.2, 5.2]), 0.0, 3, "") for s in (-1, 1)] + [
        (np.array([0, s * 5.0, 5.0]), np.array([5.2, 0.1, 5.2]), 0.0, 3, "") for s in (-1, 1)
    ]
    sides.append((np.array([0, 0, 10.0]), np.array([5.2, 5.2, 0.1]), 0.0, 3, ""))
    ways = np.random.default_rng(3).normal(size=(5000, 3))
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    hits = RayScene(flat_scene(boxes=Boxes.stack(sides))).cast(np.array([0.3, -0.2, 4.0]), ways, 1000.0)
    assert hits.hit.all()
    assert hits.distance.max() < 5 * np.sqrt(3) * 1.3 + 1


def test_threads_do_not_change_the_bits() -> None:
    ways = np.random.default_rng(3).normal(size=(20000, 3))
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    scene = _soup(5, 500)
    one, two = (RayScene(scene, threads).cast(np.zeros(3), ways, 100.0) for threads in (1, 2))
    assert np.array_equal(one.distance, two.distance)
    assert np.array_equal(one.label, two.label)
