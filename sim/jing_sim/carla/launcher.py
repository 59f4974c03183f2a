"""Starts CARLA servers as processes: ours without a GPU, or Epic's where `CARLA_ROOT` says where it is."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from jing_maps.errors import JingError

__all__ = ["LaunchError", "LaunchOptions", "RunningServer", "free_ports", "launch"]

_STARTS = 3
_POLL_S = 0.05
_GRACE_S = 5.0


class LaunchError(JingError, RuntimeError):
    """A server did not come up; the message has its last words."""


@dataclass(frozen=True)
class LaunchOptions:
    """What to start.

    Attributes:
        map: of our server: an area, a name or an `.xodr` file.
        port: of the calls; 0 = three ports in a row that are free.
        background: vehicles that the traffic engine drives (our server).
        seed: of all randomness (our server).
        carla_root: folder of Epic's server; None = what `CARLA_ROOT` says, "" = ours whatever it says.
        patience_s: until it must answer.
    """

    map: str = "yizhuang"
    port: int = 0
    background: int = 0
    seed: int = 0
    carla_root: str | None = None
    patience_s: float = 120.0


def free_ports(count: int = 3) -> int:
    """The first of `count` ports in a row at which nobody listens."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        if first + count < 65535 and all(_is_free(first + k) for k in range(count)):
            return first
    raise LaunchError(f"no {count} ports in a row are free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class RunningServer:
    """A server process and the group of processes that it has started.

    Attributes:
        port: of its calls.
    """

    def __init__(self, words: list[str], port: int, patience_s: float) -> None:
        self.port = port
        self._words, self._patience_s = words, patience_s
        self._log = TemporaryFile()  # noqa: SIM115 - lives as long as the server
        try:
            self._process = self._start()
        except LaunchError:
            self._log.close()
            raise

    @property
    def alive(self) -> bool:
        """The process runs."""
        return self._process.poll() is None

    @property
    def answers(self) -> bool:
        """Somebody listens at its port."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1.0).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """The server and all that it has started are gone."""
        self._end()
        self._log.close()

    def _end(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                break
            try:
                self._process.wait(_GRACE_S)
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()

    def restart(self) -> None:
        """Starts it again at the same port, after it has ended or instead of one that does not answer."""
        self._end()
        self._process = self._start()

    def last_words(self) -> str:
        """The end of what it has printed."""
        self._log.seek(0)
        return self._log.read()[-2000:].decode("utf-8", "replace").strip()

    def _start(self) -> "subprocess.Popen[bytes]":
        """A server that answers; one that was killed while it started (for memory, by an operator) is started again."""
        for left in reversed(range(_STARTS)):
            process = subprocess.Popen(
                self._words, stdout=self._log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
            if self._comes_up(process):
                return process
            if process.returncode >= 0 or left == 0:
                break
        raise LaunchError(f"the CARLA server ended with code {process.returncode}: {self.last_words()}")

    def _comes_up(self, process: "subprocess.Popen[bytes]") -> bool:
        """Whether it answers; False where it has ended."""
        until = time.monotonic() + self._patience_s
        while time.monotonic() < until:
            if process.poll() is not None:
                return False
            if self.answers:
                return True
            time.sleep(_POLL_S)
        os.killpg(process.pid, signal.SIGKILL)
        raise LaunchError(f"the CARLA server did not answer within {self._patience_s:g} s: {self.last_words()}")


def launch(options: LaunchOptions = LaunchOptions()) -> RunningServer:
    """Starts a server and returns when it answers.

    Raises:
        LaunchError: it ended or did not answer; or `CARLA_ROOT` has no server.
    """
    port = options.port or free_ports()
    root = os.environ.get("CARLA_ROOT", "") if options.carla_root is None else options.carla_root
    words = _epic(Path(root), port) if root else _ours(options, port)
    return RunningServer(words, port, options.patience_s)


def _ours(options: LaunchOptions, port: int) -> list[str]:
    return [
        sys.executable, "-m", "jing_sim.carla.serve", "--map", options.map, "--port", str(port),
        "--background", str(options.background), "--seed", str(options.seed),
    ]  # fmt: skip


def _epic(root: Path, port: int) -> list[str]:
    script = root / "CarlaUE4.sh"
    if not script.is_file():
        raise LaunchError(f"CARLA_ROOT is {root}, but there is no {script}; unset it to use the headless server")
    return [str(script), "-RenderOffScreen", "-nosound", f"-carla-rpc-port={port}"]
