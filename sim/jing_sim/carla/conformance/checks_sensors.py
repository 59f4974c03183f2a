"""Sensors other than cameras."""

import math

import carla
import numpy as np

from jing_sim.carla.conformance.bench import Bench, equal, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []

_TOP = carla.Transform(carla.Location(x=0.0, z=2.4))


@check("sensors")
def gnss_is_where_the_map_says(bench: Bench) -> None:
    """GNSS agrees with transform_to_geolocation."""
    car = bench.car(0)
    sensor = bench.spawn("sensor.other.gnss", _TOP, car)
    with bench.listening(sensor) as seen:
        bench.tick(3)
        bench.until(lambda: len(seen) >= 3, "three messages")
    told, want = seen[-1], bench.map.transform_to_geolocation(sensor.get_location())
    near(told.latitude, want.latitude, 2e-6, "latitude")
    near(told.longitude, want.longitude, 2e-6, "longitude")
    near(told.altitude, want.altitude, 0.1, "altitude")


@check("sensors")
def gnss_bias(bench: Bench) -> None:
    """A bias is added."""
    plain = bench.sense("sensor.other.gnss", bench.point(0))[-1]
    biased = bench.sense("sensor.other.gnss", bench.point(0), noise_lat_bias=0.001)[-1]
    near(biased.latitude - plain.latitude, 0.001, 1e-6, "difference")


@check("sensors")
def imu_at_rest(bench: Bench) -> None:
    """At rest the accelerometer shows gravity upwards."""
    seen = bench.sense("sensor.other.imu", _TOP, bench.car(0), ticks=5)
    told = seen[-1]
    near(told.accelerometer.z, 9.81, 0.1, "z")
    near(math.hypot(told.accelerometer.x, told.accelerometer.y), 0.0, 0.3, "x, y")
    near(told.gyroscope.length(), 0.0, 0.02, "gyroscope")


@check("sensors")
def imu_compass(bench: Bench) -> None:
    """The compass shows the angle from north (-y), clockwise."""
    for yaw, want in ((-90.0, 0.0), (0.0, math.pi / 2), (90.0, math.pi)):
        place = carla.Transform(bench.point(0).location, carla.Rotation(yaw=yaw))
        told = bench.sense("sensor.other.imu", place)[-1]
        near((told.compass - want + math.pi) % (2 * math.pi) - math.pi, 0.0, 0.01, f"compass at yaw {yaw:g}")


@check("sensors")
def imu_turning(bench: Bench) -> None:
    """The gyroscope shows radians per second, as the actor's angular velocity in degrees."""
    car = bench.car(0)
    sensor = bench.spawn("sensor.other.imu", _TOP, car)
    with bench.listening(sensor) as seen:
        car.apply_control(carla.VehicleControl(throttle=0.5, steer=0.4))
        bench.tick(40)
        bench.until(lambda: len(seen) >= 40, "40 messages")
    near(math.degrees(seen[-1].gyroscope.z), car.get_angular_velocity().z, 1.5, "turn rate")


@check("sensors")
def one_message_a_tick(bench: Bench) -> None:
    """A sensor without sensor_tick sends one message in each tick, with its frame."""
    sensor = bench.spawn("sensor.other.imu", _TOP, bench.car(0))
    with bench.listening(sensor) as seen:
        frames = [bench.tick() for _ in range(10)]
        bench.until(lambda: len(seen) >= 10, "ten messages")
    equal([m.frame for m in seen[-10:]], frames, "frames")


@check("sensors")
def sensor_tick(bench: Bench) -> None:
    """With sensor_tick=0.2 there is a message every 0.2 s."""
    sensor = bench.spawn("sensor.other.imu", _TOP, bench.car(0), sensor_tick=0.2)
    with bench.listening(sensor) as seen:
        bench.tick(40)
        bench.until(lambda: len(seen) >= 10, "ten messages")
    equal(len(seen), 10, "messages in 2 s")


@check("sensors")
def lidar_on_the_ground(bench: Bench) -> None:
    """LiDAR points below the horizon lie on the ground: z is minus the mounting height."""
    car = bench.car(0)
    told = bench.sense("sensor.lidar.ray_cast", _TOP, car, channels=32, points_per_second=200000, range=50,
                       dropoff_general_rate=0.0, dropoff_zero_intensity=0.0)[-1]  # fmt: skip
    points = np.frombuffer(told.raw_data, np.float32).reshape(-1, 4)
    true(len(points) > 500, f"{len(points)} points")
    low = points[np.hypot(points[:, 0], points[:, 1]) < 12.0]
    low = low[np.hypot(low[:, 0], low[:, 1]) > 4.0]
    near(float(np.median(low[:, 2])), -2.4, 0.15, "height of points near by")


@check("sensors")
def lidar_intensity(bench: Bench) -> None:
    """Intensity is exp(-a d)."""
    bench.world.set_weather(carla.WeatherParameters())
    told = bench.sense(
        "sensor.lidar.ray_cast", _TOP, bench.car(0), points_per_second=100000, range=50,
        atmosphere_attenuation_rate=0.01, dropoff_general_rate=0.0, dropoff_zero_intensity=0.0,
    )[-1]  # fmt: skip
    points = np.frombuffer(told.raw_data, np.float32).reshape(-1, 4)
    want = np.exp(-0.01 * np.linalg.norm(points[:, :3], axis=1))
    near(float(np.abs(points[:, 3] - want).max()), 0.0, 0.01, "largest difference")


@check("sensors")
def lidar_counts(bench: Bench) -> None:
    """get_point_count adds up to the points; channels are as asked."""
    told = bench.sense("sensor.lidar.ray_cast", _TOP, bench.car(0), channels=16, points_per_second=64000)[-1]
    equal(told.channels, 16, "channels")
    equal(sum(told.get_point_count(k) for k in range(16)), len(told), "points")
    true(0.0 <= told.horizontal_angle <= 2 * math.pi + 1e-3, f"angle {told.horizontal_angle}")


@check("sensors")
def lidar_drop_off(bench: Bench) -> None:
    """Half of the points are lost with dropoff_general_rate=0.5."""
    car = bench.car(0)
    counts = [
        len(bench.sense("sensor.lidar.ray_cast", _TOP, car, points_per_second=100000, range=40,
                        dropoff_general_rate=rate, dropoff_zero_intensity=0.0)[-1])
        for rate in (0.0, 0.5)
    ]  # fmt: skip
    near(counts[1] / counts[0], 0.5, 0.06, "share")


@check("sensors")
def lidar_sees_a_car(bench: Bench) -> None:
    """A car ahead is seen at its distance."""
    car = bench.car(0)
    other = bench.spawn("vehicle.audi.tt", bench.ahead(car.get_transform(), 12.0, 0.0, 0.3))
    bench.tick(10)
    told = bench.sense("sensor.lidar.ray_cast_semantic", _TOP, car, points_per_second=300000, range=40, channels=64,
                       lower_fov=-25, upper_fov=5, rotation_frequency=20)[-1]  # fmt: skip
    points = np.frombuffer(told.raw_data, np.dtype([
        ("x", "f4"), ("y", "f4"), ("z", "f4"), ("cos", "f4"), ("id", "u4"), ("tag", "u4")
    ]))  # fmt: skip
    mine = points[points["id"] == other.id]
    true(len(mine) > 3, f"{len(mine)} points on it")
    equal(set(mine["tag"].tolist()), {int(carla.CityObjectLabel.Car)}, "labels")
    near(float(mine["x"].min()), 12.0 - other.bounding_box.extent.x, 0.8, "distance")
    true(float(points["cos"].min()) >= 0.0 and float(points["cos"].max()) <= 1.0 + 1e-5, "cosines")


@check("sensors")
def radar_closing_speed(bench: Bench) -> None:
    """Radar shows a negative velocity for what comes nearer."""
    car = bench.car(0)
    front = carla.Transform(carla.Location(x=2.5, z=1.0))
    other = bench.spawn("vehicle.audi.tt", bench.ahead(car.get_transform(), 25.0, 0.0, 0.3))
    sensor = bench.spawn("sensor.other.radar", front, car, horizontal_fov=6, vertical_fov=4, points_per_second=6000)
    bench.tick(15)
    with bench.listening(sensor) as seen:
        other.set_target_velocity(other.get_transform().get_forward_vector() * -8.0)
        bench.tick(2)
        bench.until(lambda: len(seen) >= 2, "two messages")
    on_car = [d for d in seen[-1] if d.depth < 23.0 and abs(d.velocity) > 1.0]
    true(on_car, "no echo of the car")
    near(float(np.median([d.velocity for d in on_car])), -8.0, 1.0, "velocity")


@check("sensors")
def radar_cone(bench: Bench) -> None:
    """Echoes lie in the cone and in range."""
    told = bench.sense(
        "sensor.other.radar", carla.Transform(carla.Location(z=1.5), carla.Rotation(pitch=-10)), bench.car(0),
        horizontal_fov=40, vertical_fov=20, range=60, points_per_second=2000,
    )[-1]  # fmt: skip
    for detection in told:
        true(abs(math.degrees(detection.azimuth)) <= 20.5, f"azimuth {detection.azimuth}")
        true(abs(math.degrees(detection.altitude)) <= 10.5, f"altitude {detection.altitude}")
        true(0.0 <= detection.depth <= 60.5, f"depth {detection.depth}")


@check("sensors")
def collision(bench: Bench) -> None:
    """The collision sensor tells the other actor and the impulse."""
    front = bench.car(0)
    back = bench.spawn("vehicle.audi.tt", bench.ahead(bench.point(0), -12.0))
    sensor = bench.spawn("sensor.other.collision", carla.Transform(), back)
    with bench.listening(sensor) as seen:
        bench.tick(15)
        back.set_target_velocity(back.get_transform().get_forward_vector() * 10.0)
        bench.tick(30)
        bench.until(lambda: any(e.other_actor.id == front.id for e in seen), "a collision with the car ahead")
    event = next(e for e in seen if e.other_actor.id == front.id)
    equal(event.actor.id, back.id, "actor")
    true(event.normal_impulse.length() > 100.0, f"impulse {event.normal_impulse.length():.0f} N s")


@check("sensors")
def no_collision_when_driving(bench: Bench) -> None:
    """Driving on the road is no collision."""
    car = bench.car(0)
    sensor = bench.spawn("sensor.other.collision", carla.Transform(), car)
    with bench.listening(sensor) as seen:
        car.apply_control(carla.VehicleControl(throttle=0.5))
        bench.tick(50)
    equal(len(seen), 0, "collisions")


@check("sensors")
def obstacle(bench: Bench) -> None:
    """The obstacle detector tells a car ahead with its distance."""
    car = bench.car(0)
    other = bench.spawn("vehicle.audi.tt", bench.ahead(car.get_transform(), 14.0, 0.0, 0.3))
    bench.tick(10)
    sensor = bench.spawn("sensor.other.obstacle", carla.Transform(carla.Location(x=2.6, z=0.8)), car, distance=20,
                         hit_radius=0.4, only_dynamics=True)  # fmt: skip
    with bench.listening(sensor) as seen:
        bench.tick(5)
        bench.until(lambda: seen, "a message")
    equal(seen[-1].other_actor.id, other.id, "other_actor")
    near(seen[-1].distance, 14.0 - 2.6 - other.bounding_box.extent.x, 0.8, "distance")


@check("sensors")
def lane_invasion(bench: Bench) -> None:
    """Crossing a marking is told."""
    car = bench.car(0)
    sensor = bench.spawn("sensor.other.lane_invasion", carla.Transform(), car)
    with bench.listening(sensor) as seen:
        bench.tick(2)
        for step in range(40):
            car.set_transform(bench.ahead(bench.point(0), 0.2 * step, -0.15 * step, -0.45))
            bench.tick()
        bench.until(lambda: seen, "a crossed marking")
    true(seen[0].crossed_lane_markings, "no markings in it")


@check("sensors")
def transforms_of_messages(bench: Bench) -> None:
    """A message carries the transform of its sensor."""
    car = bench.car(0)
    sensor = bench.spawn("sensor.other.gnss", carla.Transform(carla.Location(x=1.0, y=0.5, z=2.0)), car)
    with bench.listening(sensor) as seen:
        bench.tick(2)
        bench.until(lambda: len(seen) >= 2, "two messages")
    near(seen[-1].transform.location.distance(sensor.get_location()), 0.0, 0.05, "distance")


@check("sensors")
def after_stop_nothing_comes(bench: Bench) -> None:
    """After stop() no message comes; listen() works again."""
    sensor = bench.spawn("sensor.other.imu", _TOP, bench.car(0))
    with bench.listening(sensor) as seen:
        bench.tick(3)
        bench.until(lambda: len(seen) >= 3, "three messages")
    count = len(seen)
    bench.tick(3)
    true(len(seen) <= count + 1, "messages after stop")
    with bench.listening(sensor) as again:
        bench.tick(3)
        bench.until(lambda: again, "messages after listening again")


@check("sensors")
def many_sensors_at_once(bench: Bench) -> None:
    """Ten sensors on one car each send every tick."""
    car = bench.car(0)
    seen: dict[int, int] = {}
    for k in range(10):
        sensor = bench.spawn("sensor.other.imu" if k % 2 else "sensor.other.gnss", _TOP, car)
        sensor.listen(lambda _, k=k: seen.__setitem__(k, seen.get(k, 0) + 1))
    bench.tick(10)
    bench.until(lambda: len(seen) == 10 and min(seen.values()) >= 10, f"ten messages of each, there are {seen}")
