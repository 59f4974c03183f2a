"""A server that is sent nonsense on both ports goes on serving."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from tests.sim.carla.malformed import malformed_call, malformed_hello
from tests.sim.carla.raw_client import SYNCHRONOUS, RawClient, RefusedByServerError, talk

from jing_sim.carla.server import CarlaServer, ServerOptions

SEED = 20260101
_TOGETHER = 3


async def send_nonsense(server: CarlaServer, first: int, count: int) -> None:
    """So many messages on each port, a few to a connection; answers are thrown away."""
    for begin in range(first, first + count, _TOGETHER):
        for port, message in ((server.port, malformed_call), (server.port + 1, malformed_hello)):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for number in range(begin, min(begin + _TOGETHER, first + count)):
                writer.write(message(SEED, number))
            with suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(reader.read(1 << 16), 0.02)
            writer.transport.abort()


def test_a_few_thousand_malformed_messages_on_each_port_do_no_harm(
    options: ServerOptions, caplog: pytest.LogCaptureFixture
) -> None:
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
    # Handlers refuse what is wrong; anything else that they raise is logged as an error.
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    "call", ["set_actor_target_velocity", "add_actor_impulse", "add_actor_force", "add_actor_torque"]
)
@pytest.mark.parametrize("size", [1e9, -1e9, 1e300, float("inf"), float("nan")])
def test_no_push_is_so_strong_that_the_server_stops(options: ServerOptions, call: str, size: float) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        _, points = await client.value("get_map_info")
        car = (await client.spawn("vehicle.tesla.model3", points[0]))[0]
        other = (await client.spawn("vehicle.tesla.model3", points[1]))[0]
        with suppress(RefusedByServerError):
            await client.value(call, car, [size, size, size])
        for _ in range(5):
            await client.value("tick_cue")
        assert await client.value("destroy_actor", other) is True

    talk(options, work)


@pytest.mark.parametrize("substep_s", [0.0, 1e-12, -1.0, 1e12])
def test_no_substep_is_so_small_that_ticks_take_for_ever(options: ServerOptions, substep_s: float) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.value(
            "set_episode_settings", [True, False, [True, 0.05], True, substep_s, 10**6, *SYNCHRONOUS[6:]]
        )
        await asyncio.wait_for(client.value("tick_cue"), 5.0)

    talk(options, work)


@pytest.mark.parametrize(
    ("type_id", "attributes"),
    [
        ("sensor.camera.rgb", {"image_size_x": "1000000000", "image_size_y": "1000000000"}),
        ("sensor.camera.depth", {"image_size_x": "16000", "image_size_y": "16000"}),
        ("sensor.camera.rgb", {"image_size_x": "-5"}),
        ("sensor.camera.rgb", {"fov": "nan"}),
        ("sensor.lidar.ray_cast", {"channels": "1000000000"}),
        ("sensor.lidar.ray_cast", {"channels": "0"}),
        ("sensor.lidar.ray_cast_semantic", {"points_per_second": "1000000000000"}),
        ("sensor.lidar.ray_cast", {"rotation_frequency": "nan"}),
        ("sensor.other.radar", {"points_per_second": "1000000000000"}),
        ("sensor.other.obstacle", {"distance": "inf"}),
    ],
)
def test_a_sensor_that_nobody_can_build_is_refused(
    options: ServerOptions, type_id: str, attributes: dict[str, Any]
) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        with pytest.raises(RefusedByServerError):
            await client.spawn(type_id, [[0.0] * 3, [0.0] * 3], **attributes)
        await client.value("tick_cue")

    talk(options, work)
