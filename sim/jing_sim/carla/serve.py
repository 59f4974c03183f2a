"""Runs a server in this process until it is told to stop.

python -m jing_sim.carla.serve --map yizhuang --port 2000
"""

import argparse
import asyncio
import time

from jing_sim.carla.background import BackgroundTraffic
from jing_sim.carla.server import CarlaServer, ServerOptions

__all__ = ["serve"]


def serve(options: ServerOptions, background: int = 0) -> None:
    """Serves with so many vehicles of background traffic; prints one line when it is ready, and ends on SIGTERM.

    Raises:
        RefusedError: there is no such map.
        MapFormatError: it cannot be read.
        OSError: a port is taken.
    """
    begin = time.monotonic()
    server = CarlaServer(options)
    if background:
        BackgroundTraffic(server.service, background, options.seed)

    def ready(server: CarlaServer) -> None:
        traffic = f", {background} vehicles of background traffic" if background else ""
        print(
            f"serving {server.service.episode.stage.name} to CARLA 0.9.16 clients at {options.host}:{server.port}"
            f"{traffic}; ready in {time.monotonic() - begin:.1f} s",
            flush=True,
        )

    asyncio.run(server.serve(ready))


def _main() -> None:
    parser = argparse.ArgumentParser(description=serve.__doc__)
    parser.add_argument("--map", default="yizhuang")
    for name, value in (("port", 2000), ("background", 0), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    serve(ServerOptions(map=given.map, port=given.port, seed=given.seed), given.background)


if __name__ == "__main__":
    _main()
