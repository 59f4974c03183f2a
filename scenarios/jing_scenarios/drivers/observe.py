"""What a driver sees, from the columns of a running scenario."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.drivers.driver import Neighbour, Observation, OwnState
from jing_scenarios.drivers.kernels_ahead import P_HEADING, around
from jing_scenarios.drivers.road_facts import road_facts
from jing_scenarios.drivers.way_ahead import WayAhead
from jing_scenarios.worlds.signal_words import light_of
from jing_scenarios.worlds.weather import sight_m

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Eyes"]

_REACH_M = 200.0


class Eyes:
    """Of one driver, who sits in `row`.

    Attributes:
        wants: names of the observations that are made for it.
    """

    def __init__(self, engine: Engine, row: int, needs: tuple[str, ...]) -> None:
        self.row, self.wants = row, frozenset(needs)
        self._body = engine.entities.bodies[row]
        self._way = WayAhead(road_facts(engine.plan))
        self._sight_m = math.inf
        n = len(engine.entities)
        self._found: NDArray[np.float64] = np.zeros((n, 10))
        self._velocity: NDArray[np.float64] = np.zeros((n, 2))
        self._nobody: NDArray[np.bool_] = np.zeros(n, np.bool_)

    def look(self, engine: Engine, dt_s: float, wanted_speed_mps: float) -> Observation:
        """What there is to see now; everything that was not asked for is left out."""
        own, wants, row = self._own(engine), self.wants, self.row
        self._sight_m = sight_m(engine.environment.now)
        if not wants & {"lane", "neighbours", "signals", "crossings"}:
            route = self._route(engine)
            return Observation(engine.time_s, dt_s, own, wanted_speed_mps, route=route, sight_m=self._sight_m)
        count, own_m, offset_m, heading = self._around(engine, own.front_m)
        if self._way.renew(engine.place, row, own_m, wants):
            count, own_m, offset_m, heading = self._around(engine, own.front_m)
        offset_m, error = self._in_lane(engine, offset_m, own.heading_rad - heading)
        neighbours = self._neighbours(engine, count) if "neighbours" in wants else ()
        return Observation(
            engine.time_s,
            dt_s,
            own,
            wanted_speed_mps,
            self._way.lane(own_m, offset_m, error),
            neighbours,
            self._way.signals(own_m, own.front_m, _lights(engine)) if "signals" in wants else (),
            self._way.crossings(own_m, own.front_m, self._walkers(engine)) if "crossings" in wants else (),
            self._route(engine),
            self._sight_m,
        )

    def _in_lane(self, engine: Engine, offset_m: float, error_rad: float) -> tuple[float, float]:
        """Offset and heading in the own lane: the engine's, since points of the way cut corners; else those given."""
        entities, row = engine.entities, self.row
        if entities.road.item(row) >= 0:
            error_rad = entities.h_rel.item(row)
            along = math.cos(error_rad) >= 0.0
            offset = entities.offset.item(row)
            offset_m = offset if along else -offset
            error_rad = error_rad if along else error_rad - math.pi
        return offset_m, (error_rad + math.pi) % (2.0 * math.pi) - math.pi

    def _own(self, engine: Engine) -> OwnState:
        entities, row, body = engine.entities, self.row, self._body
        x, y, z, h = entities.place.pose[row, :4].tolist()
        length, width, _ = body.size_m
        return OwnState(
            x, y, z, h, entities.speed.item(row), entities.accel.item(row), body.centre_m[0] + length / 2,
            length / 2 - body.centre_m[0], length, width, body.wheelbase_m, body.max_speed_mps,
            body.max_acceleration_mps2, body.max_deceleration_mps2,
        )  # fmt: skip

    def _around(self, engine: Engine, front_m: float) -> tuple[int, float, float, float]:
        entities, way = engine.entities, self._way
        if not way.n:
            way.renew(engine.place, self.row, 0.0, self.wants)
        alive = entities.alive if "neighbours" in self.wants else self._nobody
        return around(
            way.points, way.n, way.lengths, self.row, entities.place.pose, self._velocities(engine), engine.scene.boxes,
            alive, front_m, min(_REACH_M, self._sight_m), self._found,
        )  # fmt: skip

    def _velocities(self, engine: Engine) -> NDArray[np.float64]:
        """As the last step has shown them; before the first one, along the headings."""
        entities, velocity = engine.entities, self._velocity
        if engine.step_count > 1:
            velocity[:, 0], velocity[:, 1] = entities.vx, entities.vy
        else:
            velocity[:, 0] = entities.speed * np.cos(entities.h)
            velocity[:, 1] = entities.speed * np.sin(entities.h)
        return velocity

    def _neighbours(self, engine: Engine, count: int) -> tuple[Neighbour, ...]:
        names, bodies, accel = engine.entities.names, engine.entities.bodies, engine.entities.accel
        found = []
        for at, gap, offset, half, along, across, x, y, h, length in self._found[:count].tolist():
            row = int(at)
            found.append(
                Neighbour(
                    names[row], bodies[row].kind, gap, offset, half, along, across, accel.item(row), x, y, h, length
                )
            )
        return tuple(found)

    def _walkers(self, engine: Engine) -> list[tuple[float, float, float, float]]:
        """Those on foot or on bicycles: x, y, vx, vy."""
        entities, velocity = engine.entities, self._velocity
        return [
            (entities.x.item(k), entities.y.item(k), velocity[k, 0].item(), velocity[k, 1].item())
            for k, body in enumerate(entities.bodies)
            if k != self.row and entities.alive[k] and (body.kind == "pedestrian" or body.category == "bicycle")
        ]

    def _route(self, engine: Engine) -> NDArray[np.float64] | None:
        """Points along the way that its route leads, where it has one."""
        if "route" not in self.wants or not engine.place.path(self.row):
            return None
        if not self._way.n:
            self._around(engine, 0.0)
        return self._way.points[: self._way.n, :P_HEADING].copy()


def _lights(engine: Engine) -> dict[str, str]:
    return {signal: light_of(state) for signal, state in engine.signals.states.items()}
