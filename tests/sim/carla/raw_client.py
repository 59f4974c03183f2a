"""A client of our own that speaks the protocol byte by byte, and a server to speak to, on one loop."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgpack
import numpy as np
from numpy.typing import NDArray

from jing_sim.carla.server import CarlaServer, ServerOptions
from jing_sim.carla.snapshot import RECORD

PATIENCE_S = 20.0
SYNCHRONOUS = [True, False, [True, 0.05], True, 0.01, 10, 0.0, True, 3000.0, 2000.0, True]
ASYNCHRONOUS = [False, False, [False], True, 0.01, 10, 0.0, True, 3000.0, 2000.0, True]
HERE = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


_OPENED: list[asyncio.StreamWriter] = []


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that ends with the server's context at the latest."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    _OPENED.append(writer)
    return reader, writer


class RefusedByServerError(Exception):
    """The server has answered with a domain error."""


class RawClient:
    """One connection to the calls' port."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._unpacker = msgpack.Unpacker(raw=False, strict_map_key=False, max_buffer_size=1 << 30)
        self._number = 0

    @classmethod
    async def to(cls, port: int) -> "RawClient":
        return cls(*await connected(port))

    async def answer(self, name: str, *arguments: object) -> list[Any]:
        """The whole answer: `[1, id, error, result]`."""
        self._number += 1
        self.writer.write(msgpack.packb([0, self._number, name, [[False], *arguments]]))
        return await asyncio.wait_for(self._next(), PATIENCE_S)

    async def _next(self) -> list[Any]:
        while True:
            for message in self._unpacker:
                assert message[0] == 1
                if message[1] == self._number:
                    return list(message)
            data = await self.reader.read(1 << 16)
            if not data:
                raise ConnectionResetError
            self._unpacker.feed(data)

    async def value(self, name: str, *arguments: object) -> Any:  # noqa: ANN401
        """T of Response<T>, None of Response<void>."""
        _, _, error, result = await self.answer(name, *arguments)
        assert error is None, error
        kind, *rest = result[0]
        if kind is True or (kind == 0 and kind is not False):
            raise RefusedByServerError(rest[0][0])
        return rest[0] if rest else None

    async def batch(self, commands: list[Any], *, tick: bool = False) -> list[Any]:
        """Bare answers of a batch."""
        _, _, error, result = await self.answer("apply_batch", commands, tick)
        assert error is None, error
        return list(result)

    async def synchronous(self) -> None:
        await self.value("set_episode_settings", SYNCHRONOUS)

    async def spawn(self, type_id: str, at: list[list[float]], parent: int = 0, **attributes: Any) -> Any:  # noqa: ANN401
        """The actor's record."""
        description = [0, type_id, [[name, 4, value] for name, value in attributes.items()]]
        if parent:
            return await self.value("spawn_actor_with_parent", description, at, parent, 0, "")
        return await self.value("spawn_actor", description, at)

    async def close(self) -> None:
        self.writer.close()


class RawStream:
    """One subscription."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def of(cls, token: bytes) -> "RawStream":
        stream, port = struct.unpack("<IH", token[:6])
        reader, writer = await connected(port)
        writer.write(struct.pack("<I", stream))
        return cls(reader, writer)

    async def message(self) -> bytes:
        head = await asyncio.wait_for(self.reader.readexactly(4), PATIENCE_S)
        return await asyncio.wait_for(self.reader.readexactly(int.from_bytes(head, "little")), PATIENCE_S)

    async def snapshot(self) -> tuple[int, int, int, NDArray[np.void]]:
        """Episode, frame, bits and records of a snapshot."""
        message = await self.message()
        kind, frame = struct.unpack("<QQ", message[:16])
        assert kind == 17
        episode, bits = struct.unpack("<Q24xI", message[48:84])
        return episode, frame, bits, np.frombuffer(message[84:], RECORD)


@asynccontextmanager
async def serving(options: ServerOptions) -> AsyncIterator[CarlaServer]:
    """A server on this loop, which stops with the context."""
    server = CarlaServer(options)
    ready = asyncio.Event()
    task = asyncio.create_task(server.serve(lambda _: ready.set()))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield server
    finally:
        server.stop()
        await task
        while _OPENED:
            writer = _OPENED.pop()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def talk(
    options: ServerOptions, work: Callable[[RawClient, CarlaServer], Awaitable[None]], limit_s: float = 60.0
) -> None:
    """Runs `work` with a client that is connected to a new server."""

    async def run() -> None:
        async with serving(options) as server:
            client = await RawClient.to(server.port)
            try:
                await asyncio.wait_for(work(client, server), limit_s)
            finally:
                await client.close()

    asyncio.run(run())
