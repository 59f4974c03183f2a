"""Places on named streets of a network: so many metres before or after a crossing, on the n-th lane from the right.

>>> from jing_scenarios.script.roads import crossing
>>> network = crossing(lanes=2).network
>>> way = way_towards(network, "East", "Centre")
>>> way.place(network, before_m=50.0, lane_from_right=1).values
(('roadId', '1'), ('laneId', '-2'), ('s', '135.5'), ('offset', '0.0'))
>>> way.signals(network)
('1', '2')
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jing_maps.columns import VehicleClass
from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.write_elements import Ids
from jing_maps.opendrive.write_places import ruled_lanes
from jing_maps.opendrive.write_shapes import Section, road_shape
from jing_scenarios.script.places import At, lane
from jing_scenarios.script.values import ScriptError

__all__ = ["Compass", "Way", "way_from", "way_towards"]

Compass = Literal["east", "north", "west", "south"]
_HEADINGS = {"east": 0.0, "north": 90.0, "west": 180.0, "south": 270.0}


@dataclass(frozen=True)
class Way:
    """A directed carriageway: a row of the network's roads, and the id it has in the OpenDRIVE file."""

    row: int
    road: str

    def place(
        self,
        network: RoadNetwork,
        *,
        before_m: float | None = None,
        after_m: float | None = None,
        lane_from_right: int = 1,
        bikes: bool = False,
        offset_m: float = 0.0,
    ) -> At:
        """On it, `before_m` from its end or `after_m` from its begin, on the n-th lane from the right.

        Raises:
            ScriptError: the road is too short, or has no such lane there.
        """
        if (before_m is None) == (after_m is None):
            raise ScriptError("a place on a street needs before_m or after_m, one of them")
        shape = road_shape(network, self.row)
        length = shape.curve.total_m
        s = length - before_m if before_m is not None else float(after_m or 0.0)
        if not 0.0 <= s <= length:
            raise ScriptError(
                f"road {self.road} is {length:.1f} m long; {before_m or after_m} m is beyond its other end"
            )
        section = [part for part in shape.sections if part.start_m <= s + 1e-9][-1]
        lanes = _lanes_from_right(network, section, bikes)
        if not 1 <= lane_from_right <= len(lanes):
            kind = "bicycle lanes" if bikes else "motor lanes"
            raise ScriptError(f"lane {lane_from_right} from the right of road {self.road}; it has {len(lanes)} {kind}")
        return lane(section.lane_id(lanes[lane_from_right - 1]), round(s, 6), self.road, offset_m)

    def signals(self, network: RoadNetwork) -> tuple[str, ...]:
        """Ids, in the OpenDRIVE file, of the traffic signals at its end."""
        before = sum(len(ruled_lanes(network, row)) for row in range(self.row))
        return tuple(str(1 + before + k) for k in range(len(ruled_lanes(network, self.row))))


def way_towards(network: RoadNetwork, street: str, junction: str, heading: Compass | None = None) -> Way:
    """The carriageway of a street that ends at a junction.

    Args:
        network: whose streets they are.
        street: its name, Chinese or English.
        junction: its id, its name, or the street that crosses there.
        heading: of travel, where the street reaches the junction from several sides.

    Raises:
        UnknownNameError: there is no such street.
        ScriptError: the street does not reach such a junction, or does so several times.
    """
    return _way(network, street, junction, heading, network.roads.to_junction)


def way_from(network: RoadNetwork, street: str, junction: str, heading: Compass | None = None) -> Way:
    """The carriageway of a street that begins at a junction; as `way_towards`."""
    return _way(network, street, junction, heading, network.roads.from_junction)


def _way(
    network: RoadNetwork, street: str, junction: str, heading: Compass | None, end: Sequence[int] | np.ndarray
) -> Way:
    rows = [row for row in _roads_of(network, street) if _is_called(network, int(end[row]), junction)]
    if heading is not None:
        rows = [row for row in rows if abs(_turn_deg(network, row, heading)) < 60.0]
    if not rows:
        there = {name for row in _roads_of(network, street) for name in _names(network, int(end[row]))}
        reached = ", ".join(sorted(there - {street, ""}))
        raise ScriptError(
            f"{street} does not reach {junction!r}{f' going {heading}' if heading else ''}; it meets {reached}"
        )
    if len(rows) > 1:
        ways = ", ".join(sorted({_compass(network, row) for row in rows}))
        raise ScriptError(f"{street} reaches {junction!r} {len(rows)} times; say heading=, one of {ways}")
    return Way(rows[0], Ids(len(network.roads), len(network.connectors)).road(rows[0]))


def _roads_of(network: RoadNetwork, street: str) -> list[int]:
    names = network.streets
    streets = [row for row in range(len(names.name_zh)) if street in {names.name_zh[row], names.name_en[row]}]
    if not streets:
        raise UnknownNameError("street", street, {*names.name_zh, *names.name_en})
    return [int(row) for row in np.flatnonzero(np.isin(network.roads.street, streets))]


def _names(network: RoadNetwork, junction: int) -> set[str]:
    """What a junction may be called: its id, its name, and the streets that meet there."""
    names = {network.junctions.ext_id[junction], network.junctions.name_zh[junction]}
    for row in (*network.roads_in[junction], *network.roads_out[junction]):
        street = int(network.roads.street[row])
        if street >= 0:
            names |= {network.streets.name_zh[street], network.streets.name_en[street]}
    return names


def _is_called(network: RoadNetwork, junction: int, name: str) -> bool:
    return name in _names(network, junction)


def _direction_deg(network: RoadNetwork, row: int) -> float:
    line = network.lanes.centre[int(network.roads.first_lane[row])]
    return math.degrees(math.atan2(line[-1, 1] - line[0, 1], line[-1, 0] - line[0, 0]))


def _turn_deg(network: RoadNetwork, row: int, heading: Compass) -> float:
    if heading not in _HEADINGS:
        raise UnknownNameError("heading", heading, _HEADINGS)
    return (_direction_deg(network, row) - _HEADINGS[heading] + 180.0) % 360.0 - 180.0


def _compass(network: RoadNetwork, row: int) -> str:
    direction = _direction_deg(network, row)
    return min(_HEADINGS, key=lambda name: abs((direction - _HEADINGS[name] + 180.0) % 360.0 - 180.0))


def _lanes_from_right(network: RoadNetwork, section: Section, bikes: bool) -> list[int]:
    wanted = VehicleClass.BICYCLE if bikes else VehicleClass.CAR
    rows = [row for row in reversed(section.lanes) if row >= 0]
    return [row for row in rows if int(network.lanes.allowed[row]) & int(wanted)]
