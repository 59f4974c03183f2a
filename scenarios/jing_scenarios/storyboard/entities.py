"""The entities of a running scenario, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import UnknownNameError
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.roads.place_rows import FLAGS, H_REL, LANE, OFFSET, ROAD, H, P, R, S, T, X, Y, Z
from jing_scenarios.worlds.world import EntityBody

if TYPE_CHECKING:
    from jing_scenarios.roads.motion import RoadMotion

__all__ = ["Entities", "Motion"]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass
class Motion:
    """`(n,)` bool: what has been decided for the step that is under way; cleared when a step begins.

    Attributes:
        speed_set: an action or driver has set `entities.speed`.
        long_set: somebody has moved it along its way; default motion leaves it.
        lat_set: somebody has set lane, offset or heading.
        put: it was teleported: its odometer and acceleration do not jump.
        driver_long, driver_lat: an active driver has the domain (not cleared); actions of that domain leave no trace.
        decided: `(4, n)`, of which the first four are rows.
    """

    speed_set: Bool
    long_set: Bool
    lat_set: Bool
    put: Bool
    driver_long: Bool
    driver_lat: Bool
    decided: Bool

    @classmethod
    def of(cls, n: int) -> Motion:
        """Nothing decided."""
        decided = np.zeros((4, n), dtype=np.bool_)
        speed_set, long_set, lat_set, put = decided
        driver_long, driver_lat = np.zeros((2, n), dtype=np.bool_)
        return cls(speed_set, long_set, lat_set, put, driver_long, driver_lat, decided)

    def clear(self) -> None:
        """A step begins."""
        self.decided[:] = False


@dataclass
class Entities:
    """`(n,)` columns, a row an entity; map frame, SI units, radians counter-clockwise.

    The first rows are the file's, in its order; rows behind them are kept for traffic that is added in the run.
    Single values are read as `x.item(row)`, which gives a Python float.

    Attributes:
        names, bodies: of the file's entities and of those added since; nodes: of the file's.
        aliases: other names that the file uses.
        place: the columns of place, of which x ... flags are views.
        x, y, z, h, p, r: of the standard's reference point. road: row of the map's roads, -1 = none. lane: its id.
        s, t, offset: from the lane's centre. h_rel: heading relative to the road's s direction.
        flags: bits of `roads.place_rows`: end of road, off road.
        speed: along the heading, negative = backwards. accel: its change over the last step.
        vx, vy, vz, ax, ay, az: velocity and acceleration of the reference point in the map frame. h_rate: rad/s.
        odometer: metres moved, teleports left out.
        still_since_s, end_since_s, off_since_s: since when it stands, is at its road's end, off road; NaN = it is not.
        rates, since: `(n, 9)` and `(n, 3)`, of which these are views. before: `(n, 4)` x y z h of the step before.
        alive: it takes part. driven: the world moves it from pedals. towed: a vehicle ahead pulls it.
        seen_graphics, seen_traffic, seen_sensors: VisibilityAction.
    """

    names: list[str]
    nodes: list[Node]
    bodies: list[EntityBody]
    place: RoadMotion
    speed: Float
    rates: Float
    since: Float
    before: Float
    alive: Bool
    driven: Bool
    towed: Bool
    seen_graphics: Bool
    seen_traffic: Bool
    seen_sensors: Bool
    aliases: dict[str, str] = field(init=False, default_factory=dict)
    x: Float = field(init=False)
    y: Float = field(init=False)
    z: Float = field(init=False)
    h: Float = field(init=False)
    p: Float = field(init=False)
    r: Float = field(init=False)
    s: Float = field(init=False)
    t: Float = field(init=False)
    offset: Float = field(init=False)
    h_rel: Float = field(init=False)
    road: Int = field(init=False)
    lane: Int = field(init=False)
    flags: Int = field(init=False)
    vx: Float = field(init=False)
    vy: Float = field(init=False)
    vz: Float = field(init=False)
    ax: Float = field(init=False)
    ay: Float = field(init=False)
    az: Float = field(init=False)
    h_rate: Float = field(init=False)
    odometer: Float = field(init=False)
    accel: Float = field(init=False)
    end_since_s: Float = field(init=False)
    off_since_s: Float = field(init=False)
    still_since_s: Float = field(init=False)

    def __post_init__(self) -> None:
        pose, along, on, rates = self.place.pose, self.place.along, self.place.on, self.rates
        self.x, self.y, self.z = pose[:, X], pose[:, Y], pose[:, Z]
        self.h, self.p, self.r = pose[:, H], pose[:, P], pose[:, R]
        self.s, self.t, self.offset, self.h_rel = along[:, S], along[:, T], along[:, OFFSET], along[:, H_REL]
        self.road, self.lane, self.flags = on[:, ROAD], on[:, LANE], on[:, FLAGS]
        self.vx, self.vy, self.vz, self.ax, self.ay, self.az = rates.T[:6]
        self.h_rate, self.odometer, self.accel = rates.T[6:]
        self.end_since_s, self.off_since_s, self.still_since_s = self.since.T

    def __len__(self) -> int:
        return len(self.speed)

    @classmethod
    def at_rest(cls, nodes: list[Node], bodies: list[EntityBody], place: RoadMotion) -> Entities:
        """The file's entities, nowhere yet and not moving; rows behind them are free."""
        n = len(place.how)
        alive = np.arange(n) < len(nodes)
        no = [np.zeros(n, dtype=np.bool_) for _ in range(2)]
        shown = [np.ones(n, dtype=np.bool_) for _ in range(3)]
        names = [node.string("name") for node in nodes]
        tables = np.zeros((n, 9)), np.full((n, 3), np.nan), np.zeros((n, 4))
        return cls(names, list(nodes), list(bodies), place, np.zeros(n), *tables, alive, *no, *shown)

    def row_of(self, name: str, node: Node | None = None) -> int:
        """The row of an entity, or of a trailer inside of one; raises OpenScenarioError at the node's place."""
        try:
            return self.names.index(self.aliases.get(name, name))
        except ValueError:
            for row, entity in enumerate(self.nodes):
                if entity.string("trailerName", "") == name != "":
                    return row
            text = str(UnknownNameError("entity", name, self.names))
            raise OpenScenarioError(f"{node.place}: {text}" if node is not None else text) from None

    def take_row(self, name: str, body: EntityBody) -> int:
        """A free row behind the file's, now with this name and body; -1 = there is none."""
        for row in range(len(self.nodes), len(self.names)):
            if not self.alive[row]:
                self.names[row], self.bodies[row] = name, body
                return self._forget(row)
        if len(self.names) == len(self):
            return -1
        self.names.append(name)
        self.bodies.append(body)
        return self._forget(len(self.names) - 1)

    def _forget(self, row: int) -> int:
        self.speed[row], self.rates[row], self.since[row] = 0.0, 0.0, np.nan
        return row
