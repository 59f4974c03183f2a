"""The recorder and the replayer of a server: at most one of each is at work."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jing_sim.carla.recorder import Recorder
from jing_sim.carla.replayer import Replayer

if TYPE_CHECKING:
    from jing_sim.carla.episode import Episode

__all__ = ["Tape"]


@dataclass
class Tape:
    """What is being recorded and replayed, and how replays are to go.

    Attributes:
        time_factor: seconds of the recording in a second of the world.
        ignore_hero, ignore_spectator: the next replays leave them alone.
    """

    recorder: Recorder | None = None
    replayer: Replayer | None = None
    time_factor: float = 1.0
    ignore_hero: bool = False
    ignore_spectator: bool = True

    def replay(self, delta_s: float) -> None:
        """After a step, before its snapshot: the replay goes on, or ends and leaves its actors."""
        if self.replayer and not self.replayer.advance(delta_s * self.time_factor):
            self.stop_replay(keep_actors=True)

    def record(self, episode: "Episode", delta_s: float, records: bytes) -> None:
        """After a step, with the records of its snapshot."""
        shapes = episode.shapes.take_fresh()
        if self.recorder:
            self.recorder.note(episode, delta_s, records, shapes)

    def stop_recording(self) -> None:
        """The recording is complete, if there is one."""
        if self.recorder:
            self.recorder.stop()
            self.recorder = None

    def stop_replay(self, *, keep_actors: bool) -> None:
        """The replay is over, if there is one."""
        if self.replayer:
            self.replayer.stop(keep_actors=keep_actors)
            self.replayer = None
