"""msgpack-rpc as CARLA's clients speak it: framing, calls with typed arguments, and the two kinds of answer.

A request is `[0, id, name, [[async], argument ...]]`, an answer `[1, id, error, result]`, back to back without lengths.
A domain error travels inside the result; the error field is kept for calls that are not understood.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_type_hints

import msgpack
import msgspec

from jing_maps.errors import JingError
from jing_sim.carla.sockets import keep_alive

__all__ = ["Calls", "MessageError", "RefusedError", "RpcConnection", "RpcReader", "Session", "rpc"]

_LOG = logging.getLogger(__name__)
_ENCODER = msgspec.msgpack.Encoder()
_MAX_ITEMS = 1 << 20  # of one array: a header alone must not claim more memory than that


class RefusedError(JingError, ValueError):
    """A call that was understood and cannot be done; the client raises its text."""


class MessageError(JingError, ValueError):
    """Bytes that are no request."""


@dataclass(eq=False)
class Session:
    """One client's connection."""

    host: str
    traffic_managers: set[int]


@dataclass(frozen=True)
class Call:
    """A function that clients may call.

    Attributes:
        arguments: type of the list of its arguments.
        minimum, maximum: how many there are.
        answer: "void", "value" or "bare" (the value without a frame of its own).
        wants_session: the session comes as its second argument.
    """

    function: Callable[..., Any]
    arguments: Any
    minimum: int
    maximum: int
    answer: str
    wants_session: bool


Calls = dict[str, Call]


def rpc(table: Calls, name: str, *, bare: bool = False, session: bool = False) -> Callable[[Any], Any]:
    """The decorated function `(service, arguments ...)` answers the call `name` of `table`."""

    def register(function: Any) -> Any:  # noqa: ANN401
        hints = get_type_hints(function)
        parameters = list(inspect.signature(function).parameters.values())[2 if session else 1 :]
        types = tuple(hints[parameter.name] for parameter in parameters)
        required = sum(parameter.default is inspect.Parameter.empty for parameter in parameters)
        answer = "bare" if bare else "void" if hints["return"] is type(None) else "value"
        table[name] = Call(function, types, required, len(types), answer, session)
        return function

    return register


class RpcReader:
    """Bytes in, requests out; keeps what is not complete."""

    def __init__(self, max_message_bytes: int) -> None:
        self._unpacker = msgpack.Unpacker(
            raw=False,
            unicode_errors="replace",
            max_buffer_size=max_message_bytes,
            max_array_len=_MAX_ITEMS,
            max_map_len=1024,
            strict_map_key=False,
        )

    def feed(self, data: bytes) -> Iterator[tuple[int, str, list[Any]]]:
        """Call id, name and arguments (without the metadata) of each request that is now complete.

        Raises:
            MessageError: the bytes are no request, or one larger than allowed.
        """
        try:
            self._unpacker.feed(data)
            for message in self._unpacker:
                yield _request(message)
        except (msgpack.exceptions.UnpackException, ValueError, TypeError, RecursionError) as problem:
            if isinstance(problem, MessageError):
                raise
            raise MessageError(f"not a message of this protocol: {problem!r}") from problem


def _request(message: object) -> tuple[int, str, list[Any]]:
    match message:
        case [0, int(number), str(name), [[*_], *arguments]] if 0 <= number < 1 << 32:
            return number, name, arguments
    raise MessageError("a request is [0, id, name, [[async], argument ...]]")


def _failure(number: int, text: str) -> bytes:
    return _ENCODER.encode((1, number, text, None))


def _refusal(number: int, call: Call, text: str) -> bytes:
    if call.answer == "void":
        return _ENCODER.encode((1, number, None, ((True, (text,)),)))
    return _ENCODER.encode((1, number, None, ((0, (text,)),)))


def _success(number: int, call: Call, value: object) -> bytes:
    match call.answer:
        case "void":
            return _ENCODER.encode((1, number, None, ((False,),)))
        case "bare":
            return _ENCODER.encode((1, number, None, value))
    return _ENCODER.encode((1, number, None, ((1, value),)))


class RpcConnection(asyncio.Protocol):
    """A client at the RPC port: requests are answered in the order in which their work ends."""

    def __init__(
        self, service: object, calls: Calls, max_message_bytes: int, left: Callable[["RpcConnection"], None]
    ) -> None:
        self._service = service
        self._calls = calls
        self._reader = RpcReader(max_message_bytes)
        self._left = left
        self._tasks: set[asyncio.Task[None]] = set()
        self.session = Session("", set())
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        keep_alive(transport)
        peer = transport.get_extra_info("peername")
        self.session.host = peer[0] if peer else ""

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Part of asyncio's protocol."""
        self.transport = None
        for task in self._tasks:
            task.cancel()
        self._left(self)

    def pause_writing(self) -> None:
        """A client that does not read its answers is not read either."""
        if self.transport:
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Part of asyncio's protocol."""
        if self.transport:
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's protocol."""
        try:
            for number, name, arguments in self._reader.feed(data):
                self._answer(number, name, arguments)
        except MessageError as problem:
            _LOG.warning("client %s dropped: %s", self.session.host, problem)
            if self.transport:
                self.transport.abort()

    def _write(self, data: bytes) -> None:
        if self.transport:
            self.transport.write(data)

    def _answer(self, number: int, name: str, arguments: list[Any]) -> None:
        call = self._calls.get(name)
        if call is None:
            self._write(_failure(number, f"there is no function {name}"))
            return
        if not call.minimum <= len(arguments) <= call.maximum:
            self._write(_failure(number, f"{name} takes {call.maximum} arguments, not {len(arguments)}"))
            return
        try:
            typed = [msgspec.convert(a, t) for a, t in zip(arguments, call.arguments, strict=False)]
        except (msgspec.ValidationError, RecursionError, OverflowError) as problem:
            self._write(_failure(number, f"{name}: {problem}"))
            return
        self._perform(number, name, call, typed)

    def _perform(self, number: int, name: str, call: Call, typed: list[Any]) -> None:
        first = (self._service, self.session) if call.wants_session else (self._service,)
        try:
            value = call.function(*first, *typed)
            if inspect.isawaitable(value):
                task = asyncio.ensure_future(self._later(number, name, call, value))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                return
            answer = _success(number, call, value)
        except Exception as problem:  # noqa: BLE001  (a client must get an answer, and other clients keep their server)
            answer = self._trouble(number, name, call, problem)
        self._write(answer)

    async def _later(self, number: int, name: str, call: Call, work: Awaitable[Any]) -> None:
        try:
            answer = _success(number, call, await work)
        except Exception as problem:  # noqa: BLE001  (as above)
            answer = self._trouble(number, name, call, problem)
        self._write(answer)

    @staticmethod
    def _trouble(number: int, name: str, call: Call, problem: Exception) -> bytes:
        if not isinstance(problem, JingError):
            _LOG.error("%s failed", name, exc_info=problem)
        if call.answer == "bare":
            return _failure(number, str(problem))
        return _refusal(number, call, str(problem))
