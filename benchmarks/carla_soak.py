"""A CARLA server under clients that connect, spawn, subscribe and vanish: does it leak, does it get stuck?

Clients with the official library, each a process of its own, live for a few seconds and end without a word, half of
them killed. Every so often another client destroys what they left, as users do. Prints memory, open files, streams and
actors over time; the exit code is 1 if they grow.

    python benchmarks/carla_soak.py --minutes 30
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_SWEEP_S = 20.0
_GROWTH = 1.1
_SENSORS = ("sensor.other.gnss", "sensor.other.imu", "sensor.other.collision", "sensor.lidar.ray_cast")


@dataclass(frozen=True)
class Reading:
    """What the server holds after a sweep; `left` actors that are no part of the map."""

    at_s: float
    memory_mb: float
    files: int
    left: int


def _serve(map_name: str) -> None:
    from jing_sim.carla.server import CarlaServer, ServerOptions  # noqa: PLC0415

    server = CarlaServer(ServerOptions(map=map_name, port=0))
    server.serve_forever(lambda one: print(one.port, flush=True))


def _client(port: int, seed: int) -> None:
    """Lives for some seconds, and is gone."""
    import carla  # noqa: PLC0415

    draw = random.Random(seed)
    client = carla.Client("127.0.0.1", port)
    client.set_timeout(20.0)
    world = client.get_world()
    library, points = world.get_blueprint_library(), world.get_map().get_spawn_points()
    cars = [
        world.try_spawn_actor(draw.choice(library.filter("vehicle.*")), draw.choice(points))
        for _ in range(draw.randrange(1, 8))
    ]
    kept = []
    for car in filter(None, cars):
        car.apply_control(carla.VehicleControl(throttle=draw.random(), steer=draw.uniform(-0.2, 0.2)))
        for name in draw.sample(_SENSORS, 2):
            sensor = world.spawn_actor(library.find(name), carla.Transform(carla.Location(z=2.0)), attach_to=car)
            sensor.listen(lambda _: None)
            kept.append(sensor)
    end = time.monotonic() + draw.uniform(0.5, 4.0)
    while time.monotonic() < end:
        world.wait_for_tick()
    if draw.random() < 0.5:
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(0)


def _sweep(port: int) -> None:
    """Destroys what others left; prints how many actors remain that are no part of the map."""
    import carla  # noqa: PLC0415

    client = carla.Client("127.0.0.1", port)
    client.set_timeout(20.0)
    world = client.get_world()
    mine = [one for one in world.get_actors() if not one.type_id.startswith(("traffic.", "spectator"))]
    client.apply_batch_sync([carla.command.DestroyActor(one) for one in mine])
    frame = world.get_snapshot().frame
    while world.wait_for_tick().frame < frame + 3:
        pass
    left = [one for one in world.get_actors() if not one.type_id.startswith(("traffic.", "spectator"))]
    print(len(left), flush=True)
    os._exit(0)


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024.0


def _start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True)


def _read(server: "subprocess.Popen[str]", port: int, since_s: float) -> Reading:
    sweep = _start("--sweep", str(port))
    out, _ = sweep.communicate(timeout=60.0)
    time.sleep(1.0)
    files = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
    return Reading(time.monotonic() - since_s, _memory_mb(server.pid), files, int(out))


def _soak(minutes: float, together: int, map_name: str) -> list[Reading]:
    server = _start("--serve", map_name)
    assert server.stdout is not None
    port, begin = int(server.stdout.readline()), time.monotonic()
    readings, seed = [_read(server, port, begin)], 0
    clients: list[subprocess.Popen[str]] = []
    print(f"{'s':>6} {'memory MB':>10} {'files':>6} {'actors left':>11} {'clients':>8}")
    try:
        while time.monotonic() - begin < 60.0 * minutes:
            until = time.monotonic() + _SWEEP_S
            while time.monotonic() < until:
                clients = [one for one in clients if one.poll() is None]
                while len(clients) < together:
                    seed += 1
                    clients.append(_start("--client", str(port), "--seed", str(seed)))
                time.sleep(0.1)
            for client in clients:
                client.kill()
                client.wait()
            clients.clear()
            readings.append(_read(server, port, begin))
            r = readings[-1]
            print(f"{r.at_s:6.0f} {r.memory_mb:10.1f} {r.files:6d} {r.left:11d} {seed:8d}", flush=True)
    finally:
        for client in clients:
            client.kill()
        server.terminate()
        print("server ended with", server.wait(timeout=10.0))
    return readings


def _verdict(readings: list[Reading]) -> int:
    early, last = readings[max(1, len(readings) // 4)], readings[-1]
    grown = last.memory_mb > _GROWTH * early.memory_mb
    more_files = last.files > readings[0].files
    print(f"memory {early.memory_mb:.1f} -> {last.memory_mb:.1f} MB, files {readings[0].files} -> {last.files}")
    return int(grown or more_files or any(one.left for one in readings))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--clients", type=int, default=3, help="at a time")
    parser.add_argument("--map", default="yizhuang")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--client", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--sweep", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        _serve(given.serve)
    elif given.client:
        _client(given.client, given.seed)
    elif given.sweep:
        _sweep(given.sweep)
    else:
        return _verdict(_soak(given.minutes, given.clients, given.map))
    return 0


if __name__ == "__main__":
    sys.exit(main())
