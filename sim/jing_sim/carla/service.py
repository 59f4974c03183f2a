"""The state of a server that outlives its episodes: settings, frames, streams, and the loop of ticks."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jing_sim.carla.episode import Episode
from jing_sim.carla.manager_guard import ManagerGuard
from jing_sim.carla.maps import BROUGHT, MapShelf
from jing_sim.carla.snapshot import EpisodeState, snapshot_head
from jing_sim.carla.stage import Stage, load_stage, stage_of_text
from jing_sim.carla.streams import Streams
from jing_sim.carla.structs import EpisodeSettings
from jing_sim.carla.tape import Tape

if TYPE_CHECKING:
    from jing_sim.carla.rpc import Session

__all__ = ["ServerOptions", "Service"]

_LOG = logging.getLogger(__name__)

_PATIENCE_S = 0.3  # for streams that a client was told of
_LONGEST_STEP_S = 0.1  # of the clock, in asynchronous mode without a fixed delta
_FREE_RATE_HZ = 60.0


@dataclass(frozen=True)
class ServerOptions:
    """How a server is set up.

    Attributes:
        map: the one that it begins with: an area, a name from `maps`, or an `.xodr` file.
        port: of the calls; the streams are at the next one. 0 = any two that are free.
        host: address to listen at; clients of other machines need "0.0.0.0".
        maps: folder with `.xodr` files to offer. aliases: further names of maps.
        seed: of all randomness.
        max_message_bytes: largest call that is read.
    """

    map: str = "yizhuang"
    port: int = 2000
    host: str = "127.0.0.1"
    maps: Path | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    seed: int = 0
    max_message_bytes: int = 64 << 20


class Service:
    """What clients talk to.

    Attributes:
        frame: number of the last tick; rises by one a tick, over all episodes.
        now_s: simulated time of the episode.
        managers: host and session of each Traffic Manager, by its port.
        guard: keeps a tick until they sleep.
        brought: OpenDRIVE text that a client has sent.
        ros_streams: ids of streams that a client has switched on for ROS.
        tape: what is recorded and replayed.
        before_tick: called with the service before each step (background traffic drives there).
    """

    def __init__(self, options: ServerOptions) -> None:
        self.options = options
        self.shelf = MapShelf(options.maps, options.aliases)
        self.streams = Streams()
        self.world_stream = self.streams.open()
        self.settings = EpisodeSettings()
        self.frame = 0
        self.managers: dict[int, tuple[str, "Session"]] = {}
        self.guard = ManagerGuard()
        self.brought = ""
        self.ros_streams: set[int] = set()
        self.tape = Tape()
        self.before_tick: list[Callable[["Service", float], None]] = []
        self.episode = Episode(1, load_stage(self.shelf.offer(options.map)), options.seed, 1, self.streams)
        self._ticking = asyncio.Lock()
        self._mode_changed = asyncio.Event()

    # -- settings ------------------------------------------------------------------------------------------------

    def set_settings(self, settings: EpisodeSettings) -> None:
        """The next tick goes by these."""
        self.settings = settings
        self._mode_changed.set()

    def drop_session(self, session: "Session") -> None:
        """A client has gone: its Traffic Managers are no longer there."""
        for port in [port for port, (_, owner) in self.managers.items() if owner is session]:
            del self.managers[port]

    # -- ticks ---------------------------------------------------------------------------------------------------

    async def tick_cue(self) -> int:
        """One tick at a client's wish; returns its frame."""
        await self.streams.all_connected(_PATIENCE_S)
        if self.managers:
            await self.guard.asleep()
        async with self._ticking:
            self._tick(self.settings.fixed_delta_s or 1.0 / _FREE_RATE_HZ)
            self.guard.ticked()
            await self.streams.drained()
            return self.frame

    async def run(self) -> None:
        """Ticks by the clock while the mode is asynchronous; never returns."""
        last = time.monotonic()
        while True:
            if self.settings.synchronous:
                self._mode_changed.clear()
                await self._mode_changed.wait()
                last = time.monotonic()
                continue
            await asyncio.sleep(max(0.0, last + 1.0 / _FREE_RATE_HZ - time.monotonic()))
            now = time.monotonic()
            if not self.settings.synchronous and not self._ticking.locked():
                self._tick_by_clock(self.settings.fixed_delta_s or min(now - last, _LONGEST_STEP_S))
            last = now

    def _tick_by_clock(self, delta_s: float) -> None:
        """A tick that nobody waits for: what goes wrong in it is logged, and the next one is tried."""
        try:
            self._tick(delta_s)
        except Exception:  # noqa: BLE001  (one tick that fails must not end the server for all)
            _LOG.exception("tick %d failed", self.frame)

    def _tick(self, delta_s: float) -> None:
        episode = self.episode
        for hook in self.before_tick:
            hook(self, delta_s)
        episode.step(delta_s, self.settings)
        self.tape.replay(delta_s)
        self.frame += 1
        changed = episode.take_changes()
        state = EpisodeState(
            episode.number, self.frame, episode.now_s, time.time(), delta_s, changed.map, changed.lights
        )
        may_drop = not self.settings.synchronous
        records = episode.records()
        self.tape.record(episode, delta_s, records)
        self.world_stream.send((snapshot_head(state), records), may_drop=may_drop)
        episode.emit(self.frame, may_drop=may_drop)

    # -- episodes ------------------------------------------------------------------------------------------------

    async def load(self, wanted: str, *, reset_settings: bool) -> None:
        """A new episode on the map of this name; "" = on the present one.

        Raises:
            RefusedError: there is no such map.
        """
        stage = await asyncio.to_thread(self._stage, wanted)
        async with self._ticking:
            old = self.episode
            self.tape.stop_recording()
            self.tape.replayer = None
            old.close()
            self.episode = Episode(old.number + 1, stage, self.options.seed, old.world.next_id, self.streams)
            if reset_settings:
                self.set_settings(EpisodeSettings())

    def _stage(self, wanted: str) -> Stage:
        if not wanted:
            return self.episode.stage
        if wanted.rsplit("/", 1)[-1] == BROUGHT:
            return stage_of_text(self.brought)
        source = self.shelf.find(wanted)
        return self.episode.stage if source.name == self.episode.stage.name else load_stage(source)
