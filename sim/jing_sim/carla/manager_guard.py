"""Time for the Traffic Managers of clients to go to sleep before a tick wakes them.

In synchronous mode a Traffic Manager works once a tick: it asks for the settings, and then waits in its own thread for
the client's `tick()` to wake it. The 0.9.16 library rings that bell without holding its lock: a bell that rings between
the thread's last look and its sleep is lost, and both wait for ever. A tick a little after the question finds
the thread asleep.
"""

import asyncio
import time

__all__ = ["ManagerGuard"]

_FALL_ASLEEP_S = 0.002
_QUESTION_S = 0.01  # for the question of a round, where there was one in the last round
_RESTLESS = 8  # questions within a tick: whoever asks so often does not sleep


class ManagerGuard:
    """Knows when a Traffic Manager has last asked."""

    def __init__(self) -> None:
        self._last_s = 0.0
        self._count = 0
        self._asked = asyncio.Event()
        self._asks_each_tick = False

    def asked(self) -> None:
        """A client has asked for the settings."""
        self._last_s = time.monotonic()
        self._count += 1
        self._asks_each_tick = True
        self._asked.set()

    def ticked(self) -> None:
        """A round begins."""
        self._count = 0
        self._asked.clear()

    async def asleep(self) -> None:
        """Those who asked in this round have had time to fall asleep."""
        if self._asks_each_tick and not self._asked.is_set():
            try:
                await asyncio.wait_for(self._asked.wait(), _QUESTION_S)
            except TimeoutError:
                self._asks_each_tick = False
        while self._count <= _RESTLESS:
            left = self._last_s + _FALL_ASLEEP_S - time.monotonic()
            if left <= 0.0:
                return
            await asyncio.sleep(left)
