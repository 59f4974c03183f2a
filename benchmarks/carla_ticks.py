"""Ticks a second of a headless CARLA server under the official client, each a process of its own.

Vehicles idle, vehicles with a batch of pedals every tick, and one LiDAR of 64 channels and 1.3 million points a second
at 20 Hz, for which 20 ticks a second are real time.

    python benchmarks/carla_ticks.py --map yizhuang
"""

import argparse
import random
import subprocess
import sys
import time
from typing import Any

_DELTA_S = 0.05
_SETTLE = 60


def _serve(map_name: str) -> None:
    from jing_sim.carla.server import CarlaServer, ServerOptions  # noqa: PLC0415

    server = CarlaServer(ServerOptions(map=map_name, port=0))
    server.serve_forever(lambda one: print(one.port, flush=True))


def _settings(world: Any, *, synchronous: bool) -> None:  # noqa: ANN401
    settings = world.get_settings()
    settings.synchronous_mode, settings.fixed_delta_seconds = synchronous, _DELTA_S if synchronous else None
    world.apply_settings(settings)


def _spawned(client: Any, world: Any, count: int) -> list[int]:  # noqa: ANN401
    import carla  # noqa: PLC0415

    points, kinds = world.get_map().get_spawn_points(), list(world.get_blueprint_library().filter("vehicle.*"))
    random.Random(1).shuffle(points)
    batch = [carla.command.SpawnActor(kinds[k % len(kinds)], point) for k, point in enumerate(points[:count])]
    ids = [answer.actor_id for answer in client.apply_batch_sync(batch, True) if not answer.error]
    for _ in range(_SETTLE):
        world.tick()
    return ids


def _driven(client: Any, world: Any, count: int, ticks: int, *, pedals: bool) -> float:  # noqa: ANN401
    """Ticks a second with so many vehicles."""
    import carla  # noqa: PLC0415

    ids = _spawned(client, world, count)
    begin = time.perf_counter()
    for tick in range(ticks):
        if pedals:
            control = carla.VehicleControl(throttle=0.3 + 0.001 * (tick % 50), steer=0.01)
            client.apply_batch_sync([carla.command.ApplyVehicleControl(one, control) for one in ids], False)
        world.tick()
    rate = ticks / (time.perf_counter() - begin)
    client.apply_batch_sync([carla.command.DestroyActor(one) for one in ids], True)
    return rate


def _scanned(client: Any, world: Any, ticks: int) -> float:  # noqa: ANN401
    """Ticks a second with a LiDAR on one vehicle among ten."""
    import carla  # noqa: PLC0415

    ids = _spawned(client, world, 10)
    blueprint = world.get_blueprint_library().find("sensor.lidar.ray_cast")
    beams = {"channels": 64, "points_per_second": 1_300_000, "rotation_frequency": 20, "range": 100}
    for name, value in beams.items():
        blueprint.set_attribute(name, str(value))
    clouds: list[int] = []
    lidar = world.spawn_actor(blueprint, carla.Transform(carla.Location(z=2.0)), attach_to=world.get_actor(ids[0]))
    lidar.listen(lambda cloud: clouds.append(len(cloud)))
    world.tick()
    begin = time.perf_counter()
    for _ in range(ticks):
        world.tick()
    rate = ticks / (time.perf_counter() - begin)
    time.sleep(0.5)  # the last cloud may still be on its way to the callback
    lidar.destroy()
    client.apply_batch_sync([carla.command.DestroyActor(one) for one in ids], True)
    assert len(clouds) >= ticks
    return rate


def _client(port: int, ticks: int) -> None:
    import carla  # noqa: PLC0415

    client = carla.Client("127.0.0.1", port)
    client.set_timeout(60.0)
    world = client.get_world()
    _settings(world, synchronous=True)
    print("| load | ticks a second | goal |\n|---|---|---|")
    for name, count, pedals, wanted in (
        ("50 vehicles, idle", 50, False, 1000),
        ("50 vehicles, a batch of pedals each tick", 50, True, 400),
        ("200 vehicles, a batch of pedals each tick", 200, True, 150),
    ):
        print(f"| {name} | {_driven(client, world, count, ticks, pedals=pedals):.0f} | {wanted} |", flush=True)
    rate = _scanned(client, world, max(ticks // 10, 20))
    print(f"| LiDAR, 64 channels, 1.3 million points a second | {rate:.0f} | 20 |")
    _settings(world, synchronous=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--map", default="yizhuang")
    parser.add_argument("--ticks", type=int, default=1000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        _serve(options.map)
        return
    if options.port:
        _client(options.port, options.ticks)
        return
    words = [sys.executable, __file__, "--map", options.map, "--ticks", str(options.ticks)]
    with subprocess.Popen([*words, "--serve"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            subprocess.run([*words, "--port", server.stdout.readline().strip()], check=True)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
