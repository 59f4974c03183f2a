"""Rays against brute force over all triangles, in float64 and by another formula."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.road_things import Boxes
from jing_sim.driving.scene import StaticScene, flat_scene
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.still_tree import StillTree, kept_tree, tree_over_triangles

Float = NDArray[np.float64]
Build = Callable[..., StaticScene]
Place = Callable[..., Bodies]


def first_hits(triangles: Float, origin: Float, ways: Float, most: float) -> tuple[Float, Float]:
    """Distance to the nearest triangle of each ray (barycentric coordinates by linear solves), and its margin.

    The margin is how far inside of its triangle the point is, or the nearest miss is outside, in barycentric shares.
    """
    a, b, c = (triangles[:, k] for k in range(3))
    best, margin = np.full(len(ways), most), np.full(len(ways), np.inf)
    for k, way in enumerate(ways):
        matrix = np.stack([b - a, c - a, np.broadcast_to(-way, a.shape)], 2)
        flat = np.abs(np.linalg.det(matrix)) < 1e-12
        solved = np.linalg.solve(np.where(flat[:, None, None], np.eye(3), matrix), (origin - a)[..., None])[..., 0]
        u, v, t = solved.T
        inside = np.minimum(np.minimum(u, v), 1.0 - u - v)
        near = ~flat & (t > 1e-4) & (t < most)
        hit = near & (inside >= 0.0)
        if hit.any():
            best[k] = t[hit].min()
        margin[k] = np.abs(inside[near & (t < best[k] + 1e-3)]).min(initial=np.inf)
    return best, margin


def ways_of(n: int, seed: int) -> Float:
    ways = np.random.default_rng(seed).normal(size=(n, 3))
    unit: Float = ways / np.linalg.norm(ways, axis=1)[:, None]
    return unit


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(0, 10_000), st.floats(0.05, 4.0), st.sampled_from([0.0, 800.0, 5000.0]))
def test_rays_meet_what_brute_force_finds(build_scene: Build, n: int, seed: int, size: float, away: float) -> None:
    draw = np.random.default_rng(seed)
    middle = np.array([away, -away, 0.0])
    # Rounded as the scene does, so that both see the same triangles.
    triangles = (draw.uniform(-5, 5, (n, 1, 3)) + draw.normal(0, size, (n, 3, 3)) + middle).astype(np.float32)
    origin, ways = (draw.uniform(-6, 6, 3) + middle).astype(np.float32).astype(np.float64), ways_of(64, seed)
    hits = RayScene(build_scene(triangles)).cast(origin, ways, 50.0)
    best, margin = first_hits(triangles.astype(np.float64), origin, ways, 50.0)
    sure = margin > 1e-3
    assert np.allclose(hits.distance[sure], best[sure], rtol=2e-3, atol=2e-3)
    assert np.array_equal(hits.hit[sure], (best < 50.0)[sure])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 3000.0]))
def test_no_ray_escapes_from_a_closed_room(build_scene: Build, seed: int, away: float) -> None:
    draw = np.random.default_rng(seed)
    # A bumpy ball of 2 * 24 * 12 triangles around the origin.
    theta, phi = np.linspace(0, np.pi, 13), np.linspace(0, 2 * np.pi, 25)[:-1]
    radius = draw.uniform(5, 9, (13, 24))
    radius[0], radius[-1] = radius[0, 0], radius[-1, 0]
    t, p = np.meshgrid(theta, phi, indexing="ij")
    points = radius[..., None] * np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], -1)
    points[0], points[-1] = points[0, 0], points[-1, 0]
    points = (points + np.array([away, away, 0.0])).astype(np.float32)
    i, j = (m.ravel() for m in np.meshgrid(np.arange(12), np.arange(24), indexing="ij"))
    k = (j + 1) % 24
    quads = np.stack([points[i, j], points[i + 1, j], points[i + 1, k], points[i, k]], 1)
    triangles = quads[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 3)
    scene, origin = RayScene(build_scene(triangles)), np.array([away, away, 0.0])
    # At random, and right at the corners and the middles of edges, where leaks would be.
    middles = 0.5 * (triangles + np.roll(triangles, 1, axis=1))
    aimed = np.concatenate([triangles, middles]).reshape(-1, 3) - origin
    aimed = aimed[np.linalg.norm(aimed, axis=1) > 1.0]
    for ways in (ways_of(2000, seed), aimed / np.linalg.norm(aimed, axis=1)[:, None]):
        assert scene.cast(origin, ways, 100.0).hit.all()


def test_a_plane_and_a_wall_are_where_they_are() -> None:
    wall = Boxes.stack([(np.array([10.0, 0.0, 2.0]), np.array([0.5, 5.0, 2.0]), 0.0, 4, "wall")])
    scene = RayScene(flat_scene(boxes=wall))
    down = np.array([np.cos(-0.3), 0.0, np.sin(-0.3)])
    hits = scene.cast(np.array([0.0, 0.0, 1.5]), np.stack([[1.0, 0, 0], [-1.0, 0, 0], down]), 100.0)
    assert hits.distance == pytest.approx([9.5, 100.0, 1.5 / np.sin(0.3)], rel=1e-5)
    assert hits.label.tolist() == [4, 0, 1]
    assert hits.thing.tolist() == [1, 0, 0]
    assert hits.cosine[[0, 2]] == pytest.approx([1.0, np.sin(0.3)], rel=1e-5)


def test_a_ray_of_its_own_is_answered_as_in_any_company(place_bodies: Place) -> None:
    scene = RayScene(flat_scene())
    scene.update(place_bodies((8.0, 1.0, 0.0, 0.4), (-6.0, -3.0, 0.0, 2.0), (3.0, 9.0, 0.0, -1.0)))
    ways, origin = ways_of(500, 3), np.array([0.0, 0.0, 1.7])
    whole = scene.cast(origin, ways, 60.0)
    mixed = np.random.default_rng(1).permutation(500)
    again = scene.cast(origin, ways[mixed], 60.0)
    apart = scene.cast(np.tile(origin, (500, 1)), ways, 60.0)
    for field in ("distance", "label", "body", "hit"):
        assert np.array_equal(getattr(whole, field)[mixed], getattr(again, field))
        assert np.array_equal(getattr(whole, field), getattr(apart, field))
    alone = np.concatenate([scene.cast(origin, way[None], 60.0).distance for way in ways[:40]])
    assert np.array_equal(alone, whole.distance[:40])


def test_threads_do_not_change_the_answers(place_bodies: Place) -> None:
    ways, answers = ways_of(20_000, 4), []
    for threads in (1, 2, 3):
        scene = RayScene(flat_scene(), threads)
        scene.update(place_bodies((8.0, 1.0, 0.0, 0.4), (-6.0, -3.0, 0.0, 2.0)))
        hits = scene.cast(np.array([0.0, 0.0, 1.7]), ways, 60.0)
        answers.append((hits.distance.tobytes(), hits.label.tobytes(), hits.body.tobytes(), hits.cosine.tobytes()))
    assert answers[0] == answers[1] == answers[2]


def test_a_prop_is_met_where_its_turned_box_is(place_bodies: Place) -> None:
    half, yaw, pitch, roll = (1.0, 0.5, 0.8), 0.7, 0.3, -0.2
    bodies = place_bodies((10.0, 2.0, 1.0, yaw), kind=BodyKind.PROP, label=20, half=half)
    bodies.rotation[0] = yaw, pitch, roll
    scene = RayScene(flat_scene(z_m=-50.0))
    scene.update(bodies)
    # Rotation by three elementary turns, as the frame's definition says.
    (cy, sy), (cp, sp), (cr, sr) = ((np.cos(a), np.sin(a)) for a in (yaw, pitch, roll))
    turn_yaw = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    nose_up = np.array([[cp, 0, -sp], [0, 1, 0], [sp, 0, cp]])
    right_down = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    turned = turn_yaw @ nose_up @ right_down
    middle = bodies.position[0] + turned @ np.array([0.0, 0.0, half[2]])
    origin = np.zeros(3)
    aim = middle + np.random.default_rng(0).uniform(-1.6, 1.6, (3000, 3))
    ways = aim / np.linalg.norm(aim, axis=1)[:, None]
    # Slabs in the box's own frame.
    o, d = (origin - middle) @ turned, ways @ turned
    a, b = (-np.array(half) - o) / d, (np.array(half) - o) / d
    near, far = np.minimum(a, b).max(1), np.maximum(a, b).min(1)
    hits = scene.cast(origin, ways, 40.0)
    sure = np.abs(far - near) > 1e-3
    assert np.array_equal((hits.body == 1)[sure], (near < far)[sure])
    met = sure & (near < far)
    assert met.sum() > 200
    assert np.allclose(hits.distance[met], near[met], atol=1e-4)


def test_the_carrier_is_not_seen_from_inside_but_from_its_roof(place_bodies: Place) -> None:
    scene = RayScene(flat_scene())
    scene.update(place_bodies((0.0, 0.0, 0.0, 0.5)))
    assert scene.seen_from(np.array([0.2, 0.0, 1.0]), 0) == 0
    assert scene.seen_from(np.array([0.0, 0.0, 2.0]), 0) == -1
    down = np.array([[0.0, 0.0, -1.0]])
    assert scene.cast(np.array([-0.3, 0.0, 2.0]), down, 9.0).body[0] == 1
    assert scene.cast(np.array([-0.3, 0.0, 1.0]), down, 9.0, skip=0).distance[0] == pytest.approx(1.0, abs=1e-5)


def test_a_scene_of_nothing_is_empty(build_scene: Build) -> None:
    hits = RayScene(build_scene(np.zeros((0, 3, 3)))).cast(np.zeros(3), ways_of(20, 0), 10.0)
    assert not hits.hit.any()
    assert set(hits.distance) == {10.0}


def test_triangles_upon_each_other_do_not_stop_the_tree() -> None:
    triangles = np.tile(np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0]]], np.float32), (5000, 1, 1))
    order, tree = tree_over_triangles(triangles)
    assert sorted(order.tolist()) == list(range(5000))
    assert len(tree.split) < 5000


def test_a_kept_tree_is_the_tree_that_was_built(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    scene = flat_scene()
    built, first, second = StillTree(scene), kept_tree(scene), kept_tree(scene)
    for other in (first, second):
        assert all(np.array_equal(a, b) for a, b in zip(built.tree, other.tree, strict=True))
        assert np.array_equal(built.corners, other.corners)
