"""The Traffic Manager of the client library, on this server."""

import carla

from jing_sim.carla.conformance.bench import Bench, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []


def _manager(bench: Bench) -> "carla.TrafficManager":
    manager = bench.client.get_trafficmanager(bench.port + 6000 if bench.port < 50000 else bench.port - 6000)
    manager.set_synchronous_mode(True)
    manager.set_random_device_seed(1)
    return manager


@check("traffic_manager")
def drives(bench: Bench) -> None:
    """Cars on autopilot drive."""
    manager = _manager(bench)
    cars = [bench.car(k, settle=False) for k in range(3)]
    bench.tick()
    for car in cars:
        car.set_autopilot(True, manager.get_port())
    begin = [car.get_location() for car in cars]
    bench.tick(160)
    ways = [car.get_location().distance(place) for car, place in zip(cars, begin, strict=True)]
    for car in cars:
        car.set_autopilot(False, manager.get_port())
    manager.set_synchronous_mode(False)
    bench.tick()
    true(max(ways) > 10.0, f"ways {[round(way, 1) for way in ways]}")


@check("traffic_manager")
def keeps_to_its_lane(bench: Bench) -> None:
    """A car on autopilot stays on driving lanes."""
    manager = _manager(bench)
    car = bench.car(0, settle=False)
    bench.tick()
    car.set_autopilot(True, manager.get_port())
    manager.auto_lane_change(car, False)
    off = 0
    for _ in range(160):
        bench.tick()
        way = bench.map.get_waypoint(car.get_location(), False, carla.LaneType.Driving)
        off += way is None
    car.set_autopilot(False, manager.get_port())
    manager.set_synchronous_mode(False)
    bench.tick()
    true(off < 8, f"{off} of 160 ticks off the lane")


@check("traffic_manager")
def percentage_of_the_limit(bench: Bench) -> None:
    """A car told to drive 60 % below the limit is slower than one told to drive at it."""
    manager = _manager(bench)
    cars = [bench.car(k, settle=False) for k in (0, 7)]
    bench.tick()
    for car, percent in zip(cars, (0.0, 70.0), strict=True):
        car.set_autopilot(True, manager.get_port())
        manager.vehicle_percentage_speed_difference(car, percent)
        manager.ignore_lights_percentage(car, 100.0)
    fastest = [0.0, 0.0]
    for _ in range(200):
        bench.tick()
        fastest = [max(old, car.get_velocity().length()) for old, car in zip(fastest, cars, strict=True)]
    for car in cars:
        car.set_autopilot(False, manager.get_port())
    manager.set_synchronous_mode(False)
    bench.tick()
    true(fastest[1] < 0.7 * fastest[0], f"{fastest[0]:.1f} and {fastest[1]:.1f} m/s")
