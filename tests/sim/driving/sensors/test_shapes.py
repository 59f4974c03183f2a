"""Meshes of bodies: they fill their boxes, and are closed enough to be met from everywhere."""

from collections.abc import Callable

import numpy as np
import pytest

from jing_sim.driving.bodies import Bodies, BodyKind
from jing_sim.driving.scene import flat_scene
from jing_sim.driving.sensors.ray_scene import RayScene
from jing_sim.driving.sensors.shapes import Material, mesh_of
from jing_sim.driving.vehicles import vehicle_blueprints

_WALKER, _PROP = (int(BodyKind.WALKER), 12, 0.25, 0.25, 0.9), (int(BodyKind.PROP), 20, 0.4, 0.3, 0.5)


def _keys() -> list[tuple[int, int, float, float, float]]:
    keys = [_WALKER, _PROP]
    for blueprint in vehicle_blueprints():
        assert blueprint.body is not None
        keys.append((int(blueprint.body.kind), blueprint.body.label, *blueprint.body.half_extent))
    return keys


@pytest.mark.parametrize("key", _keys())
def test_a_mesh_lies_in_its_box_and_reaches_its_sides(key: tuple[int, int, float, float, float]) -> None:
    mesh, half = mesh_of(key), np.array(key[2:])
    assert len(mesh.material) == len(mesh.corners) > 0
    assert np.isfinite(mesh.corners).all()
    reach = np.stack([-mesh.corners.min((0, 1)), mesh.corners.max((0, 1))])
    assert (reach <= half + 1e-5).all()
    # A wheel of twelve corners, a bumper or a mirror may stay a little inside of it.
    assert (reach >= 0.92 * half).all()


@pytest.mark.parametrize("key", _keys())
def test_no_triangle_of_a_mesh_is_flat(key: tuple[int, int, float, float, float]) -> None:
    corners = mesh_of(key).corners.astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    assert area.min() > 1e-7


def test_a_car_has_a_body_glass_wheels_and_lamps() -> None:
    mesh = mesh_of((int(BodyKind.VEHICLE), 14, 2.3, 0.9, 0.72))
    wanted = {Material.PAINT, Material.GLASS, Material.TYRE, Material.HEAD_LAMP, Material.TAIL_LAMP}
    assert set(mesh.material.tolist()) == wanted
    lamps = mesh.corners[mesh.material == Material.HEAD_LAMP]
    assert lamps[..., 0].min() > 2.0


def test_a_car_is_lower_at_its_bonnet_than_at_its_roof(place_bodies: Callable[..., Bodies]) -> None:
    scene = RayScene(flat_scene())
    scene.update(place_bodies((0.0, 0.0, 0.0, 0.0)))
    above = np.array([[1.9, 0.0, 5.0], [-0.4, 0.0, 5.0]])
    hits = scene.cast(above, np.tile([0.0, 0.0, -1.0], (2, 1)), 10.0)
    bonnet, roof = 5.0 - hits.distance
    assert roof == pytest.approx(1.44, abs=1e-4)
    assert 0.5 < bonnet < 0.8
    assert hits.body.tolist() == [1, 1]
