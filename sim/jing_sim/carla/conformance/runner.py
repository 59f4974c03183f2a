"""Puts a server to the checks, in a process that is started again when a check hangs or ends it."""

import json
import queue
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass

from jing_maps.errors import UnknownNameError, UnreachableError

__all__ = ["CheckOptions", "CheckReport", "CheckResult", "probe"]


@dataclass(frozen=True)
class CheckOptions:
    """Which groups (none = all), and how many seconds a check may take."""

    groups: tuple[str, ...] = ()
    timeout_s: float = 30.0


@dataclass(frozen=True)
class CheckResult:
    """What came out of one check: passed, failed or missing (the server does not know the call)."""

    group: str
    name: str
    result: str
    detail: str


@dataclass(frozen=True)
class CheckReport:
    """What came out of all."""

    version: str
    checks: tuple[CheckResult, ...]

    def count(self, result: str) -> int:
        """Checks with this result."""
        return sum(check.result == result for check in self.checks)

    @property
    def passed(self) -> int:
        """Checks that passed."""
        return self.count("passed")

    @property
    def failed(self) -> int:
        """Checks that did not, missing calls included."""
        return len(self.checks) - self.passed

    def as_json(self) -> dict[str, object]:
        """`version, passed, failed, missing, checks[{name, result, detail}]`."""
        return {
            "version": self.version,
            "passed": self.passed,
            "failed": self.count("failed"),
            "missing": self.count("missing"),
            "checks": [
                {"group": c.group, "name": f"{c.group}.{c.name}", "result": c.result, "detail": c.detail}
                for c in self.checks
            ],
        }  # fmt: skip


def probe(host: str, port: int, options: CheckOptions = CheckOptions()) -> CheckReport:
    """Puts a server to the checks.

    Raises:
        UnreachableError: nobody answers there.
        UnknownNameError: there is no such group.
    """
    names = _names(options.groups)
    try:
        socket.create_connection((host, port), timeout=5.0).close()
    except OSError as error:
        raise UnreachableError(f"no CARLA server answers at {host}:{port} ({error}); is it started?") from error
    probing = _Probe(host, port, options.timeout_s)
    while names:
        names = probing.run(names)
    return CheckReport(probing.version, tuple(probing.results))


def _names(groups: tuple[str, ...]) -> list[str]:
    told = subprocess.run(
        [sys.executable, "-c", "from jing_sim.carla.conformance.everything import CHECKS; print('\\n'.join(CHECKS))"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    names = told.stdout.split()
    known = {name.split(".")[0] for name in names}
    for group in groups:
        if group not in known:
            raise UnknownNameError("group of checks", group, known)
    return [name for name in names if not groups or name.split(".")[0] in groups]


class _Probe:
    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self.host, self.port, self.timeout_s = host, port, timeout_s
        self.version = ""
        self.results: list[CheckResult] = []
        self._met = False

    def run(self, names: list[str]) -> list[str]:
        """Starts a process for these checks; returns those that are left when it ended early."""
        words = [sys.executable, "-m", "jing_sim.carla.conformance.child", self.host, str(self.port), *names]
        self._met = False
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
            running, ending = self._listen(child)
            child.kill()
        done = {f"{r.group}.{r.name}" for r in self.results}
        left = [name for name in names if name not in done]
        if not self._met:
            return self._end_without_server(left)
        if left and (running or ending):
            # Ended within this check, or before the first one.
            self._enter(running or left[0], "failed", ending)
            left = [name for name in left if name != (running or left[0])]
        return left

    def _end_without_server(self, left: list[str]) -> list[str]:
        """Whoever listens is no CARLA server, or it is one no longer: nothing more can be checked."""
        if not self.results:
            raise UnreachableError(f"whoever listens at {self.host}:{self.port} does not answer as a CARLA server does")
        for name in left:
            self._enter(name, "failed", "the server no longer answers")
        return []

    def _listen(self, child: "subprocess.Popen[str]") -> tuple[str, str]:
        """The check that was running when the process ended or hung, and how it ended; empty if all is done."""
        running = ""
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_read, args=(child, lines), daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=self.timeout_s)
            except queue.Empty:
                return running, f"no answer within {self.timeout_s:g} s"
            if not line:
                code = child.wait()
                return running, f"the client's process ended with code {code}" if code else ""
            told = json.loads(line) if line.startswith("{") else {}
            self.version = told.get("version", self.version)
            self._met = self._met or "version" in told
            running = told.get("begin", running)
            if "end" in told:
                self._enter(told["end"], told["result"], told["detail"])
                running = ""

    def _enter(self, name: str, result: str, detail: str) -> None:
        group, _, short = name.partition(".")
        self.results.append(CheckResult(group, short, result, detail))


def _read(child: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    """Lines of the process, and an empty one at its end."""
    assert child.stdout is not None
    for line in child.stdout:
        lines.put(line)
    lines.put("")
