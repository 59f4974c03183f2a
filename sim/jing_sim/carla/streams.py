"""The streaming port: a client names a stream in four bytes and gets its messages until one side closes.

A stream id is never given twice. Unknown ids are refused at once. `tokens_out` remembers who has asked for a token and
not connected yet: a tick that is to lose nothing waits for them.
"""

import asyncio
import logging
import struct
from dataclasses import dataclass, field

from jing_sim.carla.sockets import keep_alive

__all__ = ["Stream", "StreamConnection", "Streams"]

_LOG = logging.getLogger(__name__)
_HELLO_S = 5.0  # a connection that has not named a stream by then is closed
_STUCK_S = 10.0  # a reader that takes nothing for so long is dropped
_HIGH_WATER = 4 << 20
_TOKEN = struct.Struct("<IHBB16x")
_TCP, _SAME_HOST = 1, 0


class StreamConnection(asyncio.Protocol):
    """One reader of one stream."""

    def __init__(self, streams: "Streams") -> None:
        self._streams = streams
        self._hello = b""
        self._deadline: asyncio.TimerHandle | None = None
        self.free = asyncio.Event()
        self.free.set()
        self.stream: Stream | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        keep_alive(transport)
        transport.set_write_buffer_limits(high=_HIGH_WATER)
        self._deadline = asyncio.get_running_loop().call_later(_HELLO_S, transport.abort)
        self._streams.connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Four bytes are expected; more of them say that this is no client."""
        self._hello += data
        if len(self._hello) < 4:
            return
        stream = self._streams.by_id.get(int.from_bytes(self._hello[:4], "little"))
        assert self.transport is not None
        if stream is None or len(self._hello) > 4:
            self.transport.abort()
            return
        if self._deadline:
            self._deadline.cancel()
        self.stream = stream
        stream.readers.append(self)
        self._streams.arrived(stream.id)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Part of asyncio's protocol."""
        if self._deadline:
            self._deadline.cancel()
        if self.stream and self in self.stream.readers:
            self.stream.readers.remove(self)
        self.transport = None
        self.free.set()
        self._streams.connections.discard(self)

    def pause_writing(self) -> None:
        """Part of asyncio's protocol."""
        self.free.clear()

    def resume_writing(self) -> None:
        """Part of asyncio's protocol."""
        self.free.set()

    def send(self, message: bytes, *, may_drop: bool) -> None:
        """The message goes out, unless it may be dropped and the one before is still on its way."""
        if self.transport is None or self.transport.is_closing():
            return
        if may_drop and self.transport.get_write_buffer_size() > 0:
            return
        self.transport.write(message)


@dataclass(eq=False)
class Stream:
    """A stream and who reads it."""

    id: int
    readers: list[StreamConnection] = field(default_factory=list)

    def send(self, parts: tuple[bytes, ...], *, may_drop: bool) -> None:
        """The parts go to all readers as one message."""
        if self.readers:
            message = b"".join((sum(map(len, parts)).to_bytes(4, "little"), *parts))
            for reader in self.readers:
                reader.send(message, may_drop=may_drop)


class Streams:
    """All streams of a server.

    Attributes:
        by_id: those that may be read.
        connections: at the streaming port, named a stream or not.
        tokens_out: per stream, when each token was handed out that nobody has come with yet (seconds of the loop).
        port: where clients connect.
    """

    def __init__(self) -> None:
        self.by_id: dict[int, Stream] = {}
        self.connections: set[StreamConnection] = set()
        self.tokens_out: dict[int, list[float]] = {}
        self.port = 0
        self._next = 1
        self._arrival = asyncio.Event()

    def open(self) -> Stream:
        """A stream with a new id."""
        stream = Stream(self._next)
        self._next += 1
        self.by_id[stream.id] = stream
        return stream

    def close(self, stream: Stream) -> None:
        """Its readers are cut off and nobody can come again."""
        self.by_id.pop(stream.id, None)
        self.tokens_out.pop(stream.id, None)
        for reader in list(stream.readers):
            if reader.transport:
                reader.transport.close()
        stream.readers.clear()

    def token(self, stream_id: int) -> bytes:
        """24 bytes that tell a client where the stream is: on the host that it has dialled."""
        return _TOKEN.pack(stream_id, self.port, _TCP, _SAME_HOST)

    def expect(self, stream_id: int) -> None:
        """A client has been told of the stream and will connect."""
        now = asyncio.get_running_loop().time()
        self.tokens_out.setdefault(stream_id, []).append(now)

    def arrived(self, stream_id: int) -> None:
        """A client has connected to the stream."""
        waiting = self.tokens_out.get(stream_id)
        if waiting:
            waiting.pop(0)
            if not waiting:
                del self.tokens_out[stream_id]
        self._arrival.set()

    async def all_connected(self, patience_s: float) -> None:
        """Those who have a token have connected, or have had `patience_s` seconds for it and are given up."""
        loop = asyncio.get_running_loop()
        while self.tokens_out:
            oldest = min(times[0] for times in self.tokens_out.values())
            left = oldest + patience_s - loop.time()
            if left <= 0.0:
                self._give_up(loop.time() - patience_s)
                continue
            self._arrival.clear()
            try:
                await asyncio.wait_for(self._arrival.wait(), left)
            except TimeoutError:
                self._give_up(loop.time() - patience_s)

    def _give_up(self, before: float) -> None:
        for stream_id, times in list(self.tokens_out.items()):
            kept = [time for time in times if time > before]
            if kept:
                self.tokens_out[stream_id] = kept
            else:
                del self.tokens_out[stream_id]

    async def drained(self) -> None:
        """No reader is far behind; one that takes nothing for ten seconds is dropped."""
        for reader in [one for one in self.connections if not one.free.is_set()]:
            try:
                await asyncio.wait_for(reader.free.wait(), _STUCK_S)
            except TimeoutError:
                _LOG.warning("a reader of stream %s takes nothing and is dropped", reader.stream and reader.stream.id)
                if reader.transport:
                    reader.transport.abort()

    def close_all(self) -> None:
        """Every connection is cut."""
        for reader in list(self.connections):
            if reader.transport:
                reader.transport.abort()
