"""Framing of calls: requests in any pieces, the answers' exact bytes, and bytes that are no requests."""

import msgpack
import pytest

from jing_sim.carla.rpc import Calls, MessageError, RefusedError, RpcConnection, RpcReader, rpc


def _request(number: int, name: str, *arguments: object) -> bytes:
    return bytes(msgpack.packb([0, number, name, [[False], *arguments]]))


def test_requests_back_to_back_come_out_one_by_one() -> None:
    data = _request(1, "version") + _request(2, "get_actors_by_id", [1, 2]) + _request(3, "tick_cue")
    found = list(RpcReader(1 << 20).feed(data))
    assert found == [(1, "version", []), (2, "get_actors_by_id", [[1, 2]]), (3, "tick_cue", [])]


def test_a_request_may_come_byte_by_byte() -> None:
    reader = RpcReader(1 << 20)
    data = _request(7, "get_map_info", "x" * 40)
    found = [one for k in range(len(data)) for one in reader.feed(data[k : k + 1])]
    assert found == [(7, "get_map_info", ["x" * 40])]


def test_texts_need_not_be_utf_8() -> None:
    (found,) = RpcReader(1 << 20).feed(b"\x94\x00\x01\xa1a\x92\x91\xc2\xa2\xff\xfe")
    assert found[2] == ["��"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xc1",  # no type of msgpack
        b"\x05",
        b"\x93\x00\x01\xa1a",
        b"\x94\x01\x01\xc0\xc0",  # an answer
        b"\x94\x02\x01\xa1a\x91\x91\xc2",  # a notification with an id
        b"\x94\x00\xff\xa1a\x91\x91\xc2",  # a negative id
        b"\x94\x00\x01\xa1a\x90",  # no metadata
        b"\x94\x00\x01\x02\x91\x91\xc2",
        b"\xdd\xff\xff\xff\xff",  # four thousand million items
        b"\x91" * 5000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(MessageError):
        list(RpcReader(1 << 20).feed(data))


def test_a_message_longer_than_allowed_is_refused_before_it_is_complete() -> None:
    reader = RpcReader(1000)
    begin = _request(1, "copy_opendrive_to_file", "x" * 5000)[:2000]
    with pytest.raises(MessageError):
        list(reader.feed(begin))


class _Transport:
    """Takes what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.aborted = False

    def write(self, data: bytes) -> None:
        self.written += data

    def abort(self) -> None:
        self.aborted = True


_CALLS: Calls = {}


@rpc(_CALLS, "half")
def _half(_: object, number: int) -> int:
    if number % 2:
        raise RefusedError(f"{number} is odd")
    return number // 2


@rpc(_CALLS, "nothing")
def _nothing(_: object, refused: bool) -> None:
    if refused:
        raise RefusedError("refused")


@rpc(_CALLS, "bare", bare=True)
def _bare(_: object) -> list[int]:
    return [1, 2]


@rpc(_CALLS, "broken")
def _broken(_: object) -> int:
    return 1 // 0


def _answers(data: bytes) -> tuple[list[object], _Transport]:
    connection = RpcConnection(None, _CALLS, 1 << 20, lambda _: None)
    transport = _Transport()
    connection.transport = transport  # type: ignore[assignment]
    connection.data_received(data)
    unpacker = msgpack.Unpacker(raw=False)
    unpacker.feed(transport.written)
    return list(unpacker), transport


@pytest.mark.parametrize(
    ("request_bytes", "answer"),
    [
        (_request(1, "half", 4), [1, 1, None, [[1, 2]]]),
        (_request(2, "half", 3), [1, 2, None, [[0, ["3 is odd"]]]]),
        (_request(3, "nothing", False), [1, 3, None, [[False]]]),
        (_request(4, "nothing", True), [1, 4, None, [[True, ["refused"]]]]),
        (_request(5, "bare"), [1, 5, None, [1, 2]]),
    ],
)
def test_answers_have_the_frame_of_their_kind(request_bytes: bytes, answer: list[object]) -> None:
    (found,), _ = _answers(request_bytes)
    # A result that is a struct with one field is an array in an array.
    assert found == answer


@pytest.mark.parametrize(
    "request_bytes",
    [_request(1, "no_such_call"), _request(1, "half"), _request(1, "half", 1, 2), _request(1, "half", "four")],
)
def test_a_call_that_is_not_understood_has_an_error_and_the_connection_stays(request_bytes: bytes) -> None:
    (found, after), transport = _answers(request_bytes + _request(2, "half", 8))
    assert isinstance(found, list)
    assert found[:2] == [1, 1]
    assert isinstance(found[2], str)
    assert after == [1, 2, None, [[1, 4]]]
    assert not transport.aborted


def test_a_failure_of_our_own_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    (found,), _ = _answers(_request(1, "broken"))
    assert isinstance(found, list)
    assert found[3][0][0] == 0
    assert "broken failed" in caplog.text


def test_garbage_cuts_the_connection_off() -> None:
    answers, transport = _answers(_request(1, "half", 4) + b"\xc1\xc1")
    assert len(answers) == 1
    assert transport.aborted
