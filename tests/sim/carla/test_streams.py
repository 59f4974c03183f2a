"""The streaming port: who may subscribe, who waits for whom, who is left behind."""

import asyncio
import struct
import time

import pytest
from tests.sim.carla.raw_client import ASYNCHRONOUS, HERE, RawClient, RawStream, connected, talk

from jing_sim.carla.server import CarlaServer, ServerOptions
from jing_sim.carla.streams import Streams


async def _world(client: RawClient) -> RawStream:
    _, token = await client.value("get_episode_info")
    await client.value("get_sensor_token", struct.unpack("<I", token[0][:4])[0])
    return await RawStream.of(token[0])


def test_five_clients_see_every_frame_of_one_stream(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        readers = [await _world(client) for _ in range(5)]
        frames = [await client.value("tick_cue") for _ in range(4)]
        assert frames == list(range(frames[0], frames[0] + 4))
        for reader in readers:
            assert [(await reader.snapshot())[1] for _ in range(4)] == frames

    talk(options, work)


def test_an_unknown_stream_is_refused_at_once(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        token = struct.pack("<IHBB16x", 4_000_000, server.port + 1, 1, 0)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await (await RawStream.of(token)).message()
        assert await client.value("version") == "0.9.16"

    talk(options, work)


def test_a_tick_waits_for_those_who_were_told_of_a_stream(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        world = await _world(client)
        sensor = await client.spawn("sensor.other.gnss", HERE)
        (token,) = await client.value("get_sensor_token", struct.unpack("<I", sensor[5][:4])[0])
        tick = asyncio.create_task(client.value("tick_cue"))
        await asyncio.sleep(0.1)
        assert not tick.done()
        stream = await RawStream.of(token)
        frame = await tick
        assert struct.unpack("<QQ", (await stream.message())[:16]) == (4, frame)
        assert (await world.snapshot())[1] == frame

    talk(options, work)


def test_a_tick_does_not_wait_for_ever(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        await client.value("get_sensor_token", 1)
        begin = time.monotonic()
        await client.value("tick_cue")
        assert 0.2 < time.monotonic() - begin < 5.0
        begin = time.monotonic()
        await client.value("tick_cue")
        assert time.monotonic() - begin < 0.2

    talk(options, work)


def test_the_stream_of_a_destroyed_sensor_ends_and_cannot_be_had_again(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        sensor = await client.spawn("sensor.other.imu", HERE)
        stream = await RawStream.of(sensor[5])
        await asyncio.sleep(0.05)
        await client.value("tick_cue")
        await stream.message()
        assert await client.value("destroy_actor", sensor[0]) is True
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await stream.message()
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await (await RawStream.of(sensor[5])).message()

    talk(options, work)


def test_a_reader_that_takes_nothing_does_not_stop_an_asynchronous_server(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        await client.value("set_episode_settings", ASYNCHRONOUS)
        stuck = await _world(client)
        stuck.writer.transport.pause_reading()  # type: ignore[attr-defined]
        seeing = await _world(client)
        first = (await seeing.snapshot())[1]
        for _ in range(30):
            last = (await seeing.snapshot())[1]
        assert last > first
        assert server.service.frame >= last

    talk(options, work)


def test_connections_that_say_nothing_or_half_a_word_are_harmless(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        await client.synchronous()
        silent = [await connected(server.port + k) for k in (0, 1) for _ in range(20)]
        for _, writer in silent[::2]:
            writer.write(b"\x01")
        world = await _world(client)
        frame = await client.value("tick_cue")
        assert (await world.snapshot())[1] == frame

    talk(options, work)


def test_ids_of_streams_are_never_given_twice() -> None:
    streams = Streams()
    first = streams.open()
    streams.close(first)
    assert streams.open().id > first.id
