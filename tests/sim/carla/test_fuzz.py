"""A server that is sent nonsense on both ports goes on serving."""

import asyncio

from tests.sim.carla.malformed import malformed_call, malformed_hello
from tests.sim.carla.raw_client import RawClient, talk

from jing_sim.carla.server import CarlaServer, ServerOptions

SEED = 20260101


async def send_nonsense(server: CarlaServer, first: int, count: int) -> None:
    """So many messages on each port, a few to a connection; answers are thrown away."""
    for begin in range(first, first + count, 5):
        for port, message in ((server.port, malformed_call), (server.port + 1, malformed_hello)):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for number in range(begin, min(begin + 5, first + count)):
                writer.write(message(SEED, number))
            try:
                await asyncio.wait_for(reader.read(1 << 16), 0.02)
            except (TimeoutError, ConnectionError):
                pass
            writer.transport.abort()


def test_a_few_thousand_malformed_messages_on_each_port_do_no_harm(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        car = None
        for first in range(0, 3000, 250):
            await send_nonsense(server, first, 250)
            assert await client.value("version") == "0.9.16"
            if car is None:
                _, points = await client.value("get_map_info")
                car = await client.spawn("vehicle.tesla.model3", points[0])
        fresh = await RawClient.to(server.port)
        await fresh.synchronous()
        frame = await fresh.value("tick_cue")
        assert await fresh.value("tick_cue") == frame + 1

    talk(options, work)
