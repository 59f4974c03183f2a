"""Cameras."""

import math

import carla
import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.conformance.bench import Bench, equal, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []

_FRONT = carla.Transform(carla.Location(x=2.6, z=1.4))
_SMALL = {"image_size_x": 160, "image_size_y": 120}


def _pixels(image: "carla.Image") -> NDArray[np.uint8]:
    return np.frombuffer(image.raw_data, np.uint8).reshape(image.height, image.width, 4)


def _scene(bench: Bench, distance: float = 12.0) -> tuple["carla.Vehicle", "carla.Vehicle"]:
    car = bench.car(0)
    other = bench.spawn("vehicle.audi.tt", bench.ahead(car.get_transform(), distance, 0.0, 0.3))
    bench.tick(15)
    return car, other


@check("cameras")
def rgb_size(bench: Bench) -> None:
    """A picture has the size and field of view asked for."""
    image = bench.sense("sensor.camera.rgb", _FRONT, bench.car(0), fov=80, **_SMALL)[-1]
    equal((image.width, image.height, len(image.raw_data)), (160, 120, 160 * 120 * 4), "size")
    near(image.fov, 80.0, 1e-3, "fov")


@check("cameras")
def rgb_shows_something(bench: Bench) -> None:
    """A picture is not of one colour; the sky is brighter than the road."""
    pixels = _pixels(bench.sense("sensor.camera.rgb", _FRONT, bench.car(0), **_SMALL)[-1])[:, :, :3].astype(float)
    true(pixels.std() > 5.0, "all of one colour")
    true(pixels[:20].mean() > pixels[-20:].mean(), "the sky is darker than the road")


@check("cameras")
def depth_of_a_car(bench: Bench) -> None:
    """Depth in the middle is the distance of the car ahead; the sky is at 1000 m."""
    _, other = _scene(bench)
    image = bench.sense("sensor.camera.depth", _FRONT, _first(bench), **_SMALL)[-1]
    pixels = _pixels(image).astype(np.float64)
    depth = (pixels[:, :, 2] + 256 * pixels[:, :, 1] + 65536 * pixels[:, :, 0]) / (2**24 - 1) * 1000.0
    middle = float(np.median(depth[58:66, 74:86]))
    near(middle, 12.0 - 2.6 - other.bounding_box.extent.x, 1.2, "depth in the middle")
    near(float(depth[2, 80]), 1000.0, 1.0, "depth of the sky")


def _first(bench: Bench) -> "carla.Vehicle":
    return sorted(bench.world.get_actors().filter("vehicle.tesla.model3"), key=lambda a: a.id)[-1]


@check("cameras")
def semantic_labels(bench: Bench) -> None:
    """Labels: a car ahead, the road below, the sky above."""
    _scene(bench)
    pixels = _pixels(bench.sense("sensor.camera.semantic_segmentation", _FRONT, _first(bench), **_SMALL)[-1])
    labels = pixels[:, :, 2]
    equal(int(np.bincount(labels[58:64, 76:84].ravel()).argmax()), int(carla.CityObjectLabel.Car), "in the middle")
    road = {int(carla.CityObjectLabel.Roads), int(carla.CityObjectLabel.RoadLines)}
    true(int(labels[116, 80]) in road, f"below is {labels[116, 80]}")
    equal(int(labels[2, 80]), int(carla.CityObjectLabel.Sky), "above")


@check("cameras")
def instances_differ(bench: Bench) -> None:
    """Two cars have two instance colours with one label."""
    car, _ = _scene(bench)
    bench.spawn("vehicle.audi.tt", bench.ahead(car.get_transform(), 12.0, 3.5, 0.3))
    bench.tick(15)
    pixels = _pixels(bench.sense("sensor.camera.instance_segmentation", _FRONT, car, **_SMALL)[-1])
    cars = pixels[pixels[:, :, 2] == int(carla.CityObjectLabel.Car)]
    ids = {(int(g), int(b)) for b, g in cars[:, :2]}
    true(len(ids) >= 2, f"instances {ids}")


@check("cameras")
def depth_agrees_with_lidar(bench: Bench) -> None:
    """The road's depth in the picture follows from the height of the camera."""
    image = bench.sense("sensor.camera.depth", _FRONT, bench.car(0), fov=90, **_SMALL)[-1]
    pixels = _pixels(image).astype(np.float64)
    depth = (pixels[:, :, 2] + 256 * pixels[:, :, 1] + 65536 * pixels[:, :, 0]) / (2**24 - 1) * 1000.0
    drop = (110 + 0.5 - 60) / 80.0
    near(float(depth[110, 80]), 1.4 / drop, 0.35, "depth of row 110")


@check("cameras")
def normals(bench: Bench) -> None:
    """The normals camera sends a picture."""
    pixels = _pixels(bench.sense("sensor.camera.normals", _FRONT, bench.car(0), **_SMALL)[-1])
    true(pixels[110, 80, :3].max() > 0, "nothing below")


@check("cameras")
def optical_flow(bench: Bench) -> None:
    """While driving, the flow of the road points down; at rest it is nothing."""
    car = bench.car(0)
    sensor = bench.spawn("sensor.camera.optical_flow", _FRONT, car, **_SMALL)
    with bench.listening(sensor) as seen:
        bench.tick(3)
        bench.until(lambda: len(seen) >= 3, "three messages")
        rest = np.frombuffer(seen[-1].raw_data, np.float32).reshape(120, 160, 2)
        near(float(np.abs(rest).max()), 0.0, 0.02, "at rest")
        car.set_target_velocity(car.get_transform().get_forward_vector() * 10.0)
        bench.tick(3)
        bench.until(lambda: len(seen) >= 6, "six messages")
    moving = np.frombuffer(seen[-1].raw_data, np.float32).reshape(120, 160, 2)
    true(float(np.abs(moving[110, :, 1]).mean()) > 0.005, "no flow of the road")


@check("cameras")
def dvs(bench: Bench) -> None:
    """While driving, a DVS sends events in the picture."""
    car = bench.car(0)
    sensor = bench.spawn("sensor.camera.dvs", _FRONT, car, **_SMALL)
    with bench.listening(sensor) as seen:
        bench.tick(2)
        car.set_target_velocity(car.get_transform().get_forward_vector() * 12.0)
        bench.tick(6)
        bench.until(lambda: len(seen) >= 6, "six messages")
    equal((seen[-1].width, seen[-1].height), (160, 120), "size")
    for event in list(seen[-1])[:50]:
        true(0 <= event.x < 160 and 0 <= event.y < 120, f"event at {event.x}, {event.y}")


@check("cameras")
def field_of_view(bench: Bench) -> None:
    """A car is larger in a narrower field of view."""
    _scene(bench)
    car = _first(bench)
    areas = []
    for fov in (90, 45):
        pixels = _pixels(bench.sense("sensor.camera.semantic_segmentation", _FRONT, car, fov=fov, **_SMALL)[-1])
        areas.append(int((pixels[:, :, 2] == int(carla.CityObjectLabel.Car)).sum()))
    near(areas[1] / max(areas[0], 1), (math.tan(math.pi / 4) / math.tan(math.pi / 8)) ** 2, 1.6, "ratio of the areas")


@check("cameras")
def convert_and_save(bench: Bench) -> None:
    """A picture converts to another palette."""
    image = bench.sense("sensor.camera.semantic_segmentation", _FRONT, bench.car(0), **_SMALL)[-1]
    before = bytes(image.raw_data)
    image.convert(carla.ColorConverter.CityScapesPalette)
    true(bytes(image.raw_data) != before, "it is the same")


@check("cameras")
def night_is_darker(bench: Bench) -> None:
    """With the sun below the horizon a picture is darker."""
    car, means = bench.car(0), []
    for altitude in (60.0, -60.0):
        weather = bench.world.get_weather()
        weather.sun_altitude_angle = altitude
        bench.world.set_weather(weather)
        bench.tick(2)
        means.append(_pixels(bench.sense("sensor.camera.rgb", _FRONT, car, **_SMALL)[-1])[:, :, :3].mean())
    true(means[1] < 0.7 * means[0], f"{means[0]:.0f} by day, {means[1]:.0f} by night")


@check("cameras")
def spring_arm(bench: Bench) -> None:
    """A camera on a spring arm follows its car."""
    car = bench.car(0)
    blueprint = bench.library.find("sensor.camera.rgb")
    for name, value in _SMALL.items():
        blueprint.set_attribute(name, str(value))
    place = carla.Transform(carla.Location(x=-6.0, z=3.0), carla.Rotation(pitch=-15.0))
    camera = bench.keep(bench.world.spawn_actor(blueprint, place, car, carla.AttachmentType.SpringArmGhost))
    bench.tick(5)
    near(camera.get_location().distance(car.get_location()), math.hypot(6.0, 3.0), 1.5, "distance")
