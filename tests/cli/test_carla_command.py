"""`jingsim carla` as a person or a script meets it: one line when ready, SIGTERM, exit codes."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive

pytest.importorskip("carla", reason="the carla wheel is not installed")

WORDS = [sys.executable, "-c", "from jing_cli.main import run; run()", "carla"]
ENVIRONMENT = {**os.environ, "COLUMNS": "200"}


def _carla(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*WORDS, *arguments], capture_output=True, text=True, check=False, env=ENVIRONMENT, timeout=200
    )


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("maps")
    write_opendrive(grid(1, 1, spacing_m=120.0), folder / "Small.xodr")
    (folder / "Torn.xodr").write_text("<OpenDRIVE>")
    return folder


@pytest.fixture
def silent() -> Iterator[int]:
    """A port at which somebody listens who hangs up at once."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)

        def hang_up() -> None:
            try:
                while True:
                    listener.accept()[0].close()
            except OSError:
                return

        threading.Thread(target=hang_up, daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


def test_serving_says_one_line_when_it_is_ready_and_ends_on_sigterm(maps: Path) -> None:
    words = [*WORDS, "serve", "--map", "Town01", "--maps", str(maps), "--alias", "Town01=Small", "--port", "0"]
    with subprocess.Popen([*words, "--background", "3"], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("serving Carla/Maps/Town01 to CARLA 0.9.16 clients at 127.0.0.1:")
        assert "3 vehicles of background traffic" in line
        port = int(line.split("127.0.0.1:")[1].split()[0].rstrip(",;"))
        socket.create_connection(("127.0.0.1", port), timeout=5.0).close()
        server.send_signal(signal.SIGTERM)
        assert server.wait(20.0) == 0
        assert server.stdout.read() == ""
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["serve", "--map", "nowhere"], "areas are yizhuang and zhongguancun"),
        (["serve", "--map", "{maps}/Torn.xodr"], "no well-formed XML"),
        (["serve", "--maps", "{maps}/nothing"], "no such folder"),
        (["serve", "--alias", "Town01"], "NAME=MAP"),
        (["serve", "--maps", "{maps}", "--alias", "Town01=Smal"], "'Smal' not found"),
        (["serve", "--port", "70000"], "65534"),
        (["check", "localhost"], "HOST:PORT"),
        (["check", "127.0.0.1:9"], "is it started?"),
        (["check", "127.0.0.1:{silent}", "--group", "wether"], "did you mean weather"),
        (["check", "127.0.0.1:{silent}", "--group", "weather"], "does not answer as a CARLA server"),
    ],
)
def test_wrong_use_ends_with_code_2_and_says_what_would_be_right(
    arguments: list[str], hint: str, maps: Path, silent: int
) -> None:
    done = _carla(*(word.format(maps=maps, silent=silent) for word in arguments))
    assert done.returncode == 2, done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_said(maps: Path, silent: int) -> None:
    done = _carla("serve", "--map", str(maps / "Small.xodr"), "--port", str(silent))
    assert done.returncode == 2
    assert "address already in use" in done.stderr
