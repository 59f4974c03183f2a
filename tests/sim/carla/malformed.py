"""Messages that no client would send, by a seed: random bytes, cut and bent requests, calls with wrong arguments."""

import random
import struct
from collections.abc import Callable

import msgpack

from jing_sim.carla.handlers import CALLS

__all__ = ["malformed_call", "malformed_hello"]

_WRITES_FILES = {"start_recorder"}
_NAMES = sorted(set(CALLS) - _WRITES_FILES)
_NUMBERS = (0, 1, -1, 255, 2**31, 2**32 - 1, 2**63, 0.0, 1e308, float("inf"), float("nan"), -0.5)
_BOMBS = (
    b"\xdd\xff\xff\xff\xff",
    b"\xdb\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
    b"\x91" * 3000,
)


def _value(draw: random.Random, depth: int = 0) -> object:
    """Any value of msgpack."""
    kind = draw.randrange(9 if depth < 4 else 6)
    if kind <= 1:
        return draw.choice(_NUMBERS)
    if kind == 2:
        return draw.choice((None, True, False))
    if kind == 3:
        return "".join(chr(draw.randrange(32, 1000)) for _ in range(draw.randrange(12)))
    if kind == 4:
        return draw.randbytes(draw.randrange(30))
    if kind == 5:
        return draw.randrange(2000)
    if kind == 6:
        return {str(k): _value(draw, depth + 1) for k in range(draw.randrange(3))}
    return [_value(draw, depth + 1) for _ in range(draw.randrange(6))]


def _call(draw: random.Random) -> bytes:
    """A request that is well formed but for its arguments."""
    arguments = [_value(draw) for _ in range(draw.randrange(7))]
    return bytes(msgpack.packb([0, draw.randrange(2**32), draw.choice(_NAMES), [[draw.random() < 0.5], *arguments]]))


def _likely(draw: random.Random) -> bytes:
    """A request whose arguments are nearly right: ids of actors, transforms, controls."""
    three = [draw.choice(_NUMBERS), draw.uniform(-1e4, 1e4), draw.uniform(-10.0, 10.0)]
    fitting = [draw.randrange(200), [three, three], three, draw.random() < 0.5, draw.choice(_NUMBERS), "Tiny"]
    arguments = [draw.choice(fitting) for _ in range(draw.randrange(1, 5))]
    arguments[0] = draw.randrange(200)
    return bytes(msgpack.packb([0, draw.randrange(2**32), draw.choice(_NAMES), [[True], *arguments]]))


def _batch(draw: random.Random) -> bytes:
    commands = [[[draw.randrange(24), [draw.randrange(200), _value(draw)]]] for _ in range(draw.randrange(5))]
    return bytes(msgpack.packb([0, 1, "apply_batch", [[False], [*commands, _value(draw)], draw.random() < 0.1]]))


def _bent(draw: random.Random) -> bytes:
    data = bytearray(_call(draw))
    for _ in range(draw.randrange(1, 5)):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data)


def _cut(draw: random.Random) -> bytes:
    data = _call(draw)
    return data[: draw.randrange(1, len(data))]


_KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    _call,
    _call,
    _likely,
    _likely,
    _batch,
    _bent,
    _cut,
    lambda draw: draw.randbytes(draw.randrange(1, 200)),
    lambda draw: bytes(msgpack.packb(_value(draw))),
    lambda draw: draw.choice(_BOMBS) + draw.randbytes(20),
)


def malformed_call(seed: int, number: int) -> bytes:
    """The message of this number for the port of calls."""
    draw = random.Random(seed * 1_000_003 + number)
    return draw.choice(_KINDS)(draw)


def malformed_hello(seed: int, number: int) -> bytes:
    """The message of this number for the port of streams: the world's stream is 1, others are none or random."""
    draw = random.Random(seed * 1_000_003 + number)
    if draw.random() < 0.5:
        return struct.pack("<I", draw.choice((0, 1, 2, 2**31, 2**32 - 1)))[: draw.randrange(1, 5)]
    return draw.randbytes(draw.randrange(1, 64))
