"""How messages get from one part to another: within a process, and between processes of one machine.

A message is a fixed-size array of words, written in place, and `more`, bytes that are hardly ever there. Two places
take turns: a part that is ahead by one step writes into the one that its neighbour does not read.
"""

import os
import shutil
import struct
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic.options import SimulationError

__all__ = ["Memory", "Receiver", "Sender", "SharedReceiver", "SharedSender", "forget_folder", "shared_folder"]

Words = NDArray[np.int32]

_SIGNAL = struct.Struct("<qq")


class Sender(Protocol):
    """The near end of a channel."""

    def place(self, step: int) -> Words:
        """Where the message of a step is to be written."""
        ...

    def post(self, step: int, used: int, more: bytes) -> None:
        """The message stands in the first `used` words of its place."""
        ...

    def close(self) -> None:
        """Nothing more will come: who waits is told."""
        ...


class Receiver(Protocol):
    """The far end of a channel."""

    def get(self, step: int) -> tuple[Words, bytes]:
        """The message of a step, when it is there; valid until the next one but one."""
        ...

    def close(self) -> None:
        """Nothing more is wanted."""
        ...


class Memory:
    """Both ends in one process, whose parts take turns."""

    def __init__(self, words: int) -> None:
        self._places = [np.zeros(words, np.int32) for _ in range(2)]
        self._more = [b"", b""]

    def place(self, step: int) -> Words:
        """Where the message of a step is to be written."""
        return self._places[step % 2]

    def post(self, step: int, used: int, more: bytes) -> None:
        """The message is in its place."""
        del used
        self._more[step % 2] = more

    def get(self, step: int) -> tuple[Words, bytes]:
        """The message of a step, which has been posted."""
        return self._places[step % 2], self._more[step % 2]

    def close(self) -> None:
        """There is nothing to give back."""


def shared_folder(name: str) -> Path:
    """A folder in memory, where the system has one, for channels between processes of this machine."""
    folder = _place(name)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def forget_folder(name: str) -> None:
    """The folder is gone; several processes may say so at a time."""
    shutil.rmtree(_place(name), ignore_errors=True)


def _place(name: str) -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    return (memory if memory.is_dir() else Path(tempfile.gettempdir())) / name


class SharedReceiver:
    """The far end in another process of this machine: words in shared memory, and a pipe that says which step is there.

    Waiting for the pipe costs no processor time, orders the memory of both processes, and ends with an error when the
    sender ends, however it does. Receivers are made before the senders of the same folder and name.
    """

    def __init__(self, folder: Path, name: str, words: int) -> None:
        self._name = name
        os.mkfifo(folder / f"{name}.steps")
        (folder / f"{name}.more").touch()
        self._places = np.memmap(folder / f"{name}.words", np.int32, "w+", shape=(2, max(words, 1)))
        self._steps = os.open(folder / f"{name}.steps", os.O_RDONLY | os.O_NONBLOCK)
        self._more = os.open(folder / f"{name}.more", os.O_RDONLY)
        self._read = 0

    def get(self, step: int) -> tuple[Words, bytes]:
        """The message of a step; waits for it.

        Raises:
            SimulationError: the sender has ended.
        """
        os.set_blocking(self._steps, True)
        told = os.read(self._steps, _SIGNAL.size)
        if len(told) < _SIGNAL.size:
            raise SimulationError(f"step {step}: the part that tells {self._name} has ended")
        there, end = _SIGNAL.unpack(told)
        assert there == step, f"{self._name}: step {there} where {step} was due"
        more = os.pread(self._more, end - self._read, self._read) if end > self._read else b""
        self._read = end
        return np.asarray(self._places[step % 2]), more

    def close(self) -> None:
        """Gives back what the system holds for it."""
        for handle in (self._steps, self._more):
            with suppress(OSError):
                os.close(handle)


class SharedSender:
    """The near end of a `SharedReceiver`, which is there already."""

    def __init__(self, folder: Path, name: str, words: int) -> None:
        self._name = name
        self._places = np.memmap(folder / f"{name}.words", np.int32, "r+", shape=(2, max(words, 1)))
        self._steps = os.open(folder / f"{name}.steps", os.O_WRONLY | os.O_NONBLOCK)
        self._more = os.open(folder / f"{name}.more", os.O_WRONLY)
        self._written = 0

    def place(self, step: int) -> Words:
        """Where the message of a step is to be written."""
        return np.asarray(self._places[step % 2])

    def post(self, step: int, used: int, more: bytes) -> None:
        """Tells the receiver that the message is in its place.

        Raises:
            SimulationError: the receiver has ended.
        """
        del used
        if more:
            self._written += os.write(self._more, more)
        try:
            os.write(self._steps, _SIGNAL.pack(step, self._written))
        except BrokenPipeError:
            raise SimulationError(f"step {step}: the part that listens to {self._name} has ended") from None

    def close(self) -> None:
        """Gives back what the system holds for it; the receiver is told."""
        for handle in (self._steps, self._more):
            with suppress(OSError):
                os.close(handle)
