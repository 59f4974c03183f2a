"""A part of a network in a process of its own, and its channels to neighbours on the same node and on others."""

import threading
from collections.abc import Mapping

import numpy as np
import ray
from numpy.typing import NDArray
from ray.actor import ActorHandle

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.traffic.channels import Receiver, Sender, SharedReceiver, SharedSender, forget_folder, shared_folder
from jing_sim.traffic.options import TrafficOptions
from jing_sim.traffic.part import Part
from jing_sim.trips import Trips

__all__ = ["PartActor"]

Words = NDArray[np.int32]


class _Post:
    """The near end of a channel to an actor on another node: each message is the argument of a call."""

    def __init__(self, actor: ActorHandle, part: int, words: int) -> None:
        self._actor, self._part = actor, part
        self._places = [np.zeros(words, np.int32) for _ in range(2)]

    def place(self, step: int) -> Words:
        return self._places[step % 2]

    def post(self, step: int, used: int, more: bytes) -> None:
        self._actor.deliver.remote(self._part, step, self._places[step % 2][:used], more)

    def close(self) -> None:
        """The driver ends all actors when one of them fails."""


class _Inbox:
    """The far end: what was delivered and not yet asked for."""

    def __init__(self) -> None:
        self._there: dict[int, tuple[Words, bytes]] = {}
        self._changed = threading.Condition()

    def put(self, step: int, words: Words, more: bytes) -> None:
        # What comes from Ray's store cannot be written to, which would be another type for the kernels.
        with self._changed:
            self._there[step] = np.array(words), more
            self._changed.notify()

    def get(self, step: int) -> tuple[Words, bytes]:
        with self._changed:
            self._changed.wait_for(lambda: step in self._there)
            return self._there.pop(step)

    def close(self) -> None:
        """There is nothing to give back."""


class PartActor:
    """Holds a `Part`; `listen` at all actors, then `connect` at all, then the rest."""

    def __init__(
        self, network: RoadNetwork, trips: Trips, options: TrafficOptions, part: int, owner: NDArray[np.int32],
        programs: Programs | None, hops: int | None, controlled: bool,
    ) -> None:  # fmt: skip
        self._part = Part(network, trips, options, part, owner, programs, hops, controlled)
        self._inboxes: dict[int, _Inbox] = {}
        self._receivers: dict[int, Receiver] = {}

    def node(self) -> str:
        """Where it runs."""
        return str(ray.get_runtime_context().get_node_id())

    def listen(self, name: str, nodes: list[str]) -> None:
        """Makes the far ends of its channels; `name` of this run, `nodes` of all parts."""
        k = self._part.part
        for other, words in self._part.sizes()[1].items():
            if nodes[other] == nodes[k]:
                self._receivers[other] = SharedReceiver(shared_folder(name), f"{other}-{k}", words)
            else:
                self._receivers[other] = self._inboxes[other] = _Inbox()

    def connect(self, name: str, nodes: list[str], actors: list[ActorHandle]) -> None:
        """Makes the near ends; all parts listen."""
        k = self._part.part
        senders: dict[int, Sender] = {}
        for other, words in self._part.sizes()[0].items():
            if nodes[other] == nodes[k]:
                senders[other] = SharedSender(shared_folder(name), f"{k}-{other}", words)
            else:
                senders[other] = _Post(actors[other], k, words)
        self._part.link(senders, self._receivers)

    def forget(self, name: str) -> None:
        """The channels stay open without the names, so that nothing is left behind, whoever dies."""
        forget_folder(name)

    def advance(self, steps: int) -> None:
        """So many steps; if one fails, neighbours that wait for it fail too."""
        try:
            self._part.advance(steps)
        except BaseException:
            self._part.unlink()
            raise

    @ray.method(concurrency_group="mail")
    def deliver(self, part: int, step: int, words: Words, more: bytes) -> None:
        """A message from a part on another node."""
        self._inboxes[part].put(step, words, more)

    def call(self, method: str, arguments: tuple[object, ...], named: Mapping[str, object]) -> object:
        """What a method of the part answers."""
        answer: object = getattr(self._part, method)(*arguments, **named)
        return answer
