"""Vehicles of the driving world against closed forms and published figures, and how many steps a second it makes.

    python benchmarks/driving_physics.py [--write]

`--write` renews `docs/images/driving_physics.png`. Bars are on the ratio of ours over theirs.
"""

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from jing_sim.driving.batch import DrivingBatch
from jing_sim.driving.catalogue import blueprint
from jing_sim.driving.controls import AckermannControl, Pose, VehicleControl
from jing_sim.driving.options import DrivingOptions
from jing_sim.driving.scene import StaticScene, flat_scene
from jing_sim.driving.world import DrivingWorld

mpl.use("Agg")
from matplotlib import pyplot as plt

G = 9.80665
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "driving_physics.png"
PUBLISHED_S = {
    "audi.a2": 12.3, "audi.etron": 5.7, "audi.tt": 6.0, "bmw.grandtourer": 9.8, "citroen.c3": 12.8,
    "lincoln.mkz_2017": 7.2, "mini.cooper_s_2021": 6.7, "nissan.micra": 13.9, "seat.leon": 8.2, "tesla.model3": 5.6,
    "toyota.prius": 10.6,
}  # fmt: skip
"""0 to 100 km/h [s] as manufacturers publish it for the engine in question (MKZ: magazines' tests)."""
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """A figure of ours, theirs, its unit, and the largest distance of their ratio from 1."""

    what: str
    ours: float
    theirs: float
    unit: str
    bar: float


def tilted(grade: float) -> StaticScene:
    flat = flat_scene()
    triangles = np.array(flat.ground.triangles)
    triangles[:, :, 2] = grade * triangles[:, :, 0]
    return replace(flat, ground=replace(flat.ground, triangles=triangles))


def world_with(name: str, scene: StaticScene | None = None, pitch: float = 0.0) -> tuple[DrivingWorld, int]:
    """A vehicle at rest, settled on its springs."""
    world = DrivingWorld(scene or flat_scene())
    car = world.add(blueprint(f"vehicle.{name}"), Pose(pitch=pitch))
    world.control(car, VehicleControl(brake=1.0))
    for _ in range(40):
        world.step(0.05)
    return world, car


def speed(world: DrivingWorld, row: int = 0) -> float:
    return float(np.linalg.norm(world.bodies.velocity[row]))


def braking(axes: Axes) -> Iterator[Row]:
    for friction in (0.3, 0.9):
        found, speeds = [], np.array([5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0])
        for v in speeds:
            world, car = world_with("tesla.model3")
            figures = world.physics(car)
            wheels = tuple(replace(wheel, tyre_friction=friction) for wheel in figures.wheels)
            world.set_physics(car, replace(figures, wheels=wheels))
            world.control(car, VehicleControl())
            world.set_velocity(car, (float(v), 0.0, 0.0))
            world.control(car, VehicleControl(brake=1.0))
            world.step(0.01)
            start = float(world.bodies.position[0, 0])
            while speed(world) > 1e-3:
                world.step(0.02)
            found.append(float(world.bodies.position[0, 0]) - start)
        exact = speeds**2 / (2.0 * friction * G)
        axes.plot(speeds, exact, "-", label=f"v²/(2·{friction}·g)")
        axes.plot(speeds, found, "o", color=axes.lines[-1].get_color())
        yield Row(f"braking from 20 m/s, friction {friction}", found[3], float(exact[3]), "m", 0.05)
        yield Row(f"braking from 30 m/s, friction {friction}", found[5], float(exact[5]), "m", 0.05)
    axes.set(title="Braking distance", xlabel="speed [m/s]", ylabel="distance [m]")
    axes.legend()


def acceleration(axes: Axes) -> Iterator[Row]:
    for name, published in PUBLISHED_S.items():
        world, car = world_with(name)
        world.control(car, VehicleControl(throttle=1.0))
        times, speeds = [0.0], [0.0]
        while speeds[-1] < 100.0 / 3.6 and times[-1] < 60.0:
            world.step(0.02)
            times.append(times[-1] + 0.02)
            speeds.append(speed(world))
        (line,) = axes.plot(times, np.array(speeds) * 3.6, label=name)
        axes.plot([published], [100.0], "x", color=line.get_color())
        yield Row(f"0-100 km/h {name}", float(np.interp(100.0 / 3.6, speeds, times)), published, "s", 0.1)
    axes.set(title="Full throttle; crosses: published", xlabel="time [s]", ylabel="speed [km/h]")
    axes.legend(fontsize=6)


def understeer(axes: Axes) -> Iterator[Row]:
    """Constant radius of 60 m: the wheel angle over the lateral acceleration (ISO 4138)."""
    for name in ("tesla.model3", "audi.tt", "lincoln.mkz_2017"):
        figures = world_with(name)[0].physics(1)
        wheels = figures.wheels
        base = wheels[0].position[0] - wheels[2].position[0]
        gradient = 1.0 / (0.875 * wheels[0].lat_stiff_value) - 1.0 / (0.875 * wheels[2].lat_stiff_value)
        lateral, angle = [], []
        for wanted in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7):
            v = math.sqrt(wanted * G * 60.0)
            world, car = world_with(name)
            world.set_velocity(car, (v, 0.0, 0.0))
            steer = base / 60.0 + gradient * wanted
            order = AckermannControl(steer_rad=steer, speed_mps=v, steer_speed_radps=0.05)
            world.ackermann(car, order)
            for _ in range(500):
                world.step(0.05)
            yaw_rate = float(world.bodies.angular[0, 2])
            lateral.append(speed(world) * yaw_rate / G)
            angle.append(math.degrees(steer - base * yaw_rate / speed(world)))
        axes.plot(lateral, angle, "o-", label=name)
        axes.plot([0.0, 0.4], [0.0, math.degrees(gradient) * 0.4], ":", color=axes.lines[-1].get_color())
        slope = np.polyfit(lateral[:4], angle[:4], 1)[0]
        yield Row(f"understeer gradient {name}", float(slope), math.degrees(gradient), "deg/g", 0.15)
    axes.set(title="Steady circles; dotted: W/C front - W/C rear", xlabel="lateral acceleration [g]")
    axes.set_ylabel("wheel angle beyond L/R [deg]")
    axes.legend()


def slow_circle() -> Iterator[Row]:
    world, car = world_with("tesla.model3")
    world.ackermann(car, AckermannControl(steer_rad=0.5, speed_mps=1.5))
    points = []
    for k in range(600):
        world.step(0.05)
        if k >= 200:
            points.append(world.bodies.position[0, :2].copy())
    p = np.array(points)
    fit = np.linalg.lstsq(np.column_stack([2.0 * p, np.ones(len(p))]), (p**2).sum(axis=1), rcond=None)[0]
    radius = math.sqrt(fit[2] + fit[0] ** 2 + fit[1] ** 2)
    yield Row("circle at 1.5 m/s, 0.5 rad", radius, math.hypot(2.88 / math.tan(0.5), 1.44), "m", 0.02)


def slope(axes: Axes) -> Iterator[Row]:
    for grade in (0.05, 0.10, 0.20, 0.30):
        world, car = world_with("mitsubishi.fusorosa", tilted(grade), math.atan(grade))
        times, speeds = [], []
        start = world.bodies.position[0].copy()
        for k in range(240):
            if k == 60:
                world.control(car, VehicleControl(throttle=1.0))
            world.step(0.05)
            times.append(0.05 * k)
            speeds.append(speed(world))
            if k == 59:
                crept = float(np.linalg.norm(world.bodies.position[0] - start))
        axes.plot(times, speeds, label=f"{grade:.0%}")
        yield Row(f"creeping in 3 s on {grade:.0%}, brakes on", crept * 1000.0 + 1.0, 1.0, "mm + 1", 0.01)
    axes.set(title="Bus: held for 3 s, then starts uphill", xlabel="time [s]", ylabel="speed [m/s]")
    axes.legend()


def impact(axes: Axes) -> Iterator[Row]:
    world = DrivingWorld(flat_scene())
    world.add_friction_zone(Pose(), (1e3, 1e3, 10.0), 0.0)
    car = blueprint("vehicle.tesla.model3")
    a, b = world.add(car, Pose(x=-10.0)), world.add(car, Pose(x=10.0, yaw=math.pi))
    world.set_velocity(a, (20.0, 0.0, 0.0))
    world.set_velocity(b, (-10.0, 0.0, 0.0))
    rows = []
    for _ in range(100):
        world.step(0.01)
        rows.append(world.bodies.velocity[:2, 0].copy())
    v = np.array(rows)
    t = 0.01 * np.arange(1, len(v) + 1)
    axes.plot(t, v[:, 0], label="first car")
    axes.plot(t, v[:, 1], label="second car")
    axes.plot(t, v.sum(axis=1) / 2.0, "k--", label="momentum / 2m")
    axes.set(title="Impact of two equal cars, restitution 0.1", xlabel="time [s]", ylabel="velocity [m/s]")
    axes.legend()
    hit = int(np.argmax(np.abs(np.diff(v[:, 0])))) + 1
    before, after = v[hit - 1], v[hit]
    yield Row("momentum after over before an impact", float(after.sum()), float(before.sum()), "m/s", 0.002)
    yield Row("speed of parting", float(after[1] - after[0]), 0.1 * float(before[0] - before[1]), "m/s", 0.02)


def steps_a_second() -> Iterator[str]:
    for n, drives in ((1, True), (50, False), (50, True), (200, True)):
        world = DrivingWorld(flat_scene())
        cars = [
            world.add(blueprint("vehicle.tesla.model3"), Pose(x=8.0 * (k % 20), y=5.0 * (k // 20))) for k in range(n)
        ]
        for _ in range(100):
            world.step(0.05)
        for car in cars:
            world.control(car, VehicleControl(throttle=0.4 * drives))
        begin, steps = time.perf_counter(), 400
        for _ in range(steps):
            world.step(0.05)
        rate = steps / (time.perf_counter() - begin)
        yield f"{n:4d} cars that {'drive' if drives else 'stand'}: {rate:9.0f} steps/s of 0.05 s in 5 substeps"
    for threads in (1, 2):
        batch = DrivingBatch(flat_scene(), 256, DrivingOptions(rows=2), threads=threads)
        for world in batch.worlds:
            world.control(world.add(blueprint("vehicle.audi.tt"), Pose()), VehicleControl(throttle=0.4, steer=0.02))
        batch.step(0.05)
        begin, steps = time.perf_counter(), 100
        for _ in range(steps):
            batch.step(0.05)
        rate = 256 * steps / (time.perf_counter() - begin)
        yield f"256 worlds with a car each, {threads} threads: {rate:9.0f} world steps/s"
        batch.close()


def main(write: bool) -> None:
    figure, axes = plt.subplots(2, 3, figsize=(15, 8.5), layout="constrained")
    rows = [*braking(axes[0, 0]), *acceleration(axes[0, 1]), *understeer(axes[0, 2]), *slow_circle()]
    rows += [*slope(axes[1, 0]), *impact(axes[1, 1])]
    axes[1, 2].barh([row.what for row in rows][::-1], [row.ours / row.theirs for row in rows][::-1])
    axes[1, 2].axvline(1.0, color="k", lw=0.8)
    axes[1, 2].tick_params(axis="y", labelsize=6)
    axes[1, 2].set_title("ours / theirs")
    print(f"{'what':44s} {'ours':>10s} {'theirs':>10s} {'':8s} {'ratio':>6s} {'bar':>9s}")
    for row in rows:
        ratio = row.ours / row.theirs
        mark = "" if abs(ratio - 1.0) <= row.bar else "  missed"
        print(f"{row.what:44s} {row.ours:10.3f} {row.theirs:10.3f} {row.unit:8s} {ratio:6.3f} +-{row.bar:7.3f}{mark}")
    for line in steps_a_second():
        print(line)
    if write:
        figure.savefig(PICTURE, dpi=80)


if __name__ == "__main__":
    main("--write" in sys.argv[1:])
