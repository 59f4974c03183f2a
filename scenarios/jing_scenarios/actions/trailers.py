"""Trailers: which vehicle tows which, and how trailers follow.

A trailer's coupler sits on the hitch of its tow vehicle. Its reference point is drawn towards the hitch along the line
between the two, which is what an axle does that rolls without slipping, for short steps: with the hitch at `q`, the
trailer's point goes from `p` to `q + (p - q) d / |p - q|`, and it heads for the hitch (`d`: distance of the coupler).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import atan2, cos, hypot, nan, pi, sin
from typing import TYPE_CHECKING

from jing_scenarios.actions.action import Once
from jing_scenarios.openscenario.node import Node, OpenScenarioError

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine
    from jing_scenarios.storyboard.entities import Entities

__all__ = ["Trailers", "connect_of", "disconnect_of", "with_trailers"]


def with_trailers(scenario_objects: Iterable[Node]) -> list[Node]:
    """The entities of a file with the trailers that are described inside of vehicles: `Truck+` follows `Truck`.

    The file may call it by the trailer's own name, too, which is kept as `trailerName`.
    """
    found: list[Node] = []
    for node in scenario_objects:
        found.append(node)
        vehicle = node.find("Vehicle")
        within = vehicle.find("Trailer") if vehicle is not None else None
        inner = within.find("Trailer") if within is not None else None
        if inner is not None:
            values = {**inner.values, "name": f"{node.string('name')}+", "trailerName": inner.string("name", "")}
            found += with_trailers([Node("ScenarioObject", values, inner.children, inner.place)])
    return found


class Trailers:
    """Who tows whom.

    Attributes:
        tow_of, trailer_of: row by row, both ways.
    """

    def __init__(self, entities: Entities) -> None:
        self._entities = entities
        self.trailer_of: dict[int, int] = {}
        self.tow_of: dict[int, int] = {}
        self._hitch: dict[int, float] = {}
        self._coupler: dict[int, float] = {}

    @classmethod
    def of(cls, entities: Entities) -> Trailers:
        """As the file's vehicles say; raises OpenScenarioError."""
        trailers = cls(entities)
        vehicles = [(row, node.find("Vehicle")) for row, node in enumerate(entities.nodes)]
        for row, vehicle in vehicles:
            if vehicle is None:
                continue
            hitch, coupler = vehicle.find("TrailerHitch"), vehicle.find("TrailerCoupler")
            if hitch is not None:
                trailers._hitch[row] = hitch.number("dx")
            if coupler is not None:
                trailers._coupler[row] = coupler.number("dx")
        for row, vehicle in vehicles:
            within = vehicle.find("Trailer") if vehicle is not None else None
            if within is None or not within.children:
                continue
            trailers._join_declared(row, within.only())
        return trailers

    def _join_declared(self, row: int, node: Node) -> None:
        if node.tag == "Trailer":
            self.connect(row, self._entities.row_of(f"{self._entities.names[row]}+", node), node)
        elif node.string("entityRef", ""):
            self.connect(row, self._entities.row_of(node.string("entityRef"), node), node)

    @property
    def any(self) -> bool:
        """Something is towed."""
        return bool(self.trailer_of)

    def joined(self, i: int, j: int) -> bool:
        """One of them tows the other."""
        return self.trailer_of.get(i) == j or self.trailer_of.get(j) == i

    def check(self, tow: int, trailer: int, node: Node) -> None:
        """Raises OpenScenarioError at the node's place where one lacks a hitch or a coupler."""
        for row, parts, part in ((tow, self._hitch, "TrailerHitch"), (trailer, self._coupler, "TrailerCoupler")):
            if row not in parts:
                name = self._entities.names[row]
                raise OpenScenarioError(f"{node.place}: {name!r} has no {part}; its Vehicle needs one to be joined")

    def connect(self, tow: int, trailer: int, node: Node) -> None:
        """A vehicle tows a trailer from now on; one that it towed before is left, one towed by another comes over."""
        self.check(tow, trailer, node)
        self.disconnect(tow)
        if trailer in self.tow_of:
            self.disconnect(self.tow_of[trailer])
        self.trailer_of[tow], self.tow_of[trailer] = trailer, tow
        self._entities.towed[trailer] = True

    def disconnect(self, tow: int) -> None:
        """A vehicle tows nothing from now on."""
        trailer = self.trailer_of.pop(tow, None)
        if trailer is not None:
            del self.tow_of[trailer]
            self._entities.towed[trailer] = False

    def align(self, engine: Engine, tow: int) -> None:
        """After a vehicle was put somewhere: all trailers behind it stand in its line."""
        if tow in self.tow_of or tow not in self.trailer_of:
            return
        columns = engine.entities
        x, y, h = columns.x.item(tow), columns.y.item(tow), columns.h.item(tow)
        while tow in self.trailer_of:
            trailer = self.trailer_of[tow]
            back = self._hitch[tow] - self._coupler[trailer]
            x, y = x + back * cos(h), y + back * sin(h)
            self._put(engine, trailer, (x, y, h))
            columns.speed[trailer] = columns.speed[tow]
            engine.motion.put[trailer] = True
            tow = trailer
        engine.place.step()

    def step(self, engine: Engine) -> None:
        """Trailers have followed their vehicles, which have moved."""
        columns = engine.entities
        for front in [row for row in self.trailer_of if row not in self.tow_of]:
            tow, speed = front, columns.speed.item(front)
            x, y, h = columns.x.item(tow), columns.y.item(tow), columns.h.item(tow)
            while tow in self.trailer_of:
                trailer = self.trailer_of[tow]
                qx, qy = x + self._hitch[tow] * cos(h), y + self._hitch[tow] * sin(h)
                dx, dy = columns.x.item(trailer) - qx, columns.y.item(trailer) - qy
                stretch = self._coupler[trailer] / max(hypot(dx, dy), 1e-6)
                x, y, h = qx + dx * stretch, qy + dy * stretch, atan2(-dy, -dx)
                self._put(engine, trailer, (x, y, h % (2.0 * pi)))
                columns.speed[trailer] = speed
                engine.motion.speed_set[trailer] = True
                tow = trailer
        engine.place.step()

    @staticmethod
    def _put(engine: Engine, row: int, where: tuple[float, float, float]) -> None:
        engine.put_pose(row, (where[0], where[1], nan, where[2], nan, nan))


def connect_of(node: Node, row: int, context: CompileContext) -> Once:
    """The action of a `ConnectTrailerAction` element."""
    trailer = context.row_of(node.string("trailerRef"), node)
    context.engine.trailers.check(row, trailer, node)

    def act(engine: Engine) -> None:
        if engine.trailers.trailer_of.get(row) != trailer:
            engine.trailers.connect(row, trailer, node)

    return Once("ConnectTrailerAction", act)


def disconnect_of(row: int) -> Once:
    """The action of a `DisconnectTrailerAction` element; a vehicle that tows nothing gets a warning."""

    def act(engine: Engine) -> None:
        if row not in engine.trailers.trailer_of:
            engine.log.warn(f"DisconnectTrailerAction: {engine.entities.names[row]!r} tows nothing")
        engine.trailers.disconnect(row)

    return Once("DisconnectTrailerAction", act)
