"""What one part of a network tells another after each step: the rows on border ways, and who waits to enter there.

Layout of a message, in words: numbers of rows, of waiting trips; then for each border way its rows and (float32) the
length taken on it; the waiting trips; the rows. New routes, which have any length and are rare, go as `more`.
"""

import numpy as np
from numpy.typing import NDArray

from jing_sim.traffic import rows as r
from jing_sim.traffic.kernels_border import pack_rows
from jing_sim.traffic.options import SimulationError
from jing_sim.traffic.state import Demand, WorldState
from jing_sim.traffic.tables import WayTables

__all__ = ["BorderLayout", "Told"]

Int = NDArray[np.int32]
Words = NDArray[np.int32]

_HEAD = 2


class BorderLayout:
    """The message from one part to another.

    Args:
        tables, demand: of the whole network.
        ways: the border ways, sorted.

    Attributes:
        ways, roads: `(n_ways,)`, and the roads whose lanes are among them.
        words: length of the message.
    """

    def __init__(self, tables: WayTables, demand: Demand, ways: Int) -> None:
        self.ways = ways
        lanes = ways[ways < tables.n_lanes]
        self._here = np.zeros(len(tables.road_first) - 1, bool)
        self._here[tables.wayi[lanes, r.W_ROAD]] = True
        most_waiting = int(self._here[demand.route[demand.route_first]].sum()) if len(demand.route_first) else 0
        shortest = float(demand.typef[:, r.T_LENGTH].min(initial=np.inf))
        fits = int((np.floor(tables.wayf[ways, r.W_LENGTH] / shortest) + 2).sum())
        most_rows = min(len(demand.depart_s), fits)
        n = len(ways)
        self._queue_at = _HEAD + 2 * n
        # Rows begin where a cache line does.
        self._rows_at = -(-(self._queue_at + most_waiting) // r.N_WORDS) * r.N_WORDS
        self.words = self._rows_at + most_rows * r.N_WORDS
        self._sent: dict[int, int] = {}

    def write(self, place: Words, state: WorldState, demand: Demand, new_route: NDArray[np.uint8]) -> tuple[int, bytes]:
        """Writes what is there now; returns the words in use, and the routes that the other part does not know.

        Raises:
            SimulationError: there are more rows than there can be.
        """
        n = len(self.ways)
        counts, rows = place[_HEAD : _HEAD + n], place[self._rows_at :].reshape(-1, r.N_WORDS)
        n_rows, news = pack_rows(
            self.ways, state.first, state.rows[state.pointers[2]], demand.route_first, new_route, counts, rows
        )
        if n_rows < 0:
            raise SimulationError(f"more than {len(rows)} vehicles on {n} border ways, more than find room on them")
        place[_HEAD + n : self._queue_at].view(np.float32)[:] = state.brutto[self.ways]
        queue = state.queue[: state.pointers[1]]
        queue = queue[self._here[demand.route[demand.route_first[queue]]]]
        place[self._queue_at : self._queue_at + len(queue)] = queue
        place[:_HEAD] = n_rows, len(queue)
        more = self._new_routes(rows[:n_rows, r.ID], demand, new_route) if news else b""
        return self._rows_at + n_rows * r.N_WORDS, more

    def used_bytes(self, place: Words) -> int:
        """Bytes of a message that say something."""
        return 4 * int(self._queue_at + place[1] + place[0] * r.N_WORDS)

    def read(self, place: Words) -> "Told":
        """Views of a message."""
        n = len(self.ways)
        n_rows, n_queue = int(place[0]), int(place[1])
        return Told(
            self.ways,
            place[_HEAD : _HEAD + n],
            place[_HEAD + n : self._queue_at].view(np.float32),
            place[self._queue_at : self._queue_at + n_queue],
            place[self._rows_at : self._rows_at + n_rows * r.N_WORDS].reshape(-1, r.N_WORDS),
        )

    def _new_routes(self, vehicles: Int, demand: Demand, new_route: NDArray[np.uint8]) -> bytes:
        found: list[Int] = []
        for v in vehicles[new_route[vehicles] > 0].tolist():
            begin, end = int(demand.route_first[v]), int(demand.route_last[v]) + 1
            if self._sent.get(v) != begin:
                self._sent[v] = begin
                found += [np.array([v, end - begin], np.int32), demand.route[begin:end].astype(np.int32)]
        return np.concatenate(found).astype(np.int32).tobytes() if found else b""

    @staticmethod
    def routes(more: bytes) -> dict[int, Int]:
        """The routes in `more`, by vehicle."""
        words, at = np.frombuffer(more, np.int32), 0
        routes: dict[int, Int] = {}
        while at < len(words):
            vehicle, length = int(words[at]), int(words[at + 1])
            routes[vehicle] = words[at + 2 : at + 2 + length]
            at += 2 + length
        return routes


class Told:
    """What one part said: `ways`, `counts`, `brutto` `(n_ways,)`, `queue`, `rows` `(sum of counts, N_WORDS)`."""

    def __init__(self, ways: Int, counts: Int, brutto: NDArray[np.float32], queue: Int, rows: Int) -> None:
        self.ways, self.counts, self.brutto, self.queue, self.rows = ways, counts, brutto, queue, rows
