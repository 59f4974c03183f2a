"""What a check found, and where: the row that every check returns, and how it names places."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from jing_maps.network import RoadNetwork

__all__ = ["Finding", "Places", "Severity"]

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """A fault of a road network.

    Attributes:
        code: kind of fault, e.g. `connector-gap`.
        severity: `error` where traffic would stand, collide or jump; else `warning`.
        place: element in words, with the ids of the source.
        lon_deg, lat_deg: WGS-84; nominal where the map is not georeferenced.
        message: what is wrong, and the cure.
    """

    code: str
    severity: Severity
    place: str
    lon_deg: float
    lat_deg: float
    message: str


class Places:
    """Makes findings at elements of one network."""

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network

    def lane(self, row: int) -> str:
        """`lane 2 of road 'A'`, counted from the right, 0 first."""
        lanes = self._network.lanes
        return f"lane {int(lanes.index[row])} of road {self._network.roads.ext_id[int(lanes.road[row])]!r}"

    def connector(self, row: int) -> str:
        """From which lane through which junction to which lane."""
        ways = self._network.connectors
        junction = self._network.junctions.ext_id[int(ways.junction[row])]
        return f"junction {junction!r}, {self.lane(int(ways.from_lane[row]))} -> {self.lane(int(ways.to_lane[row]))}"

    def at_lane(self, code: str, severity: Severity, row: int, message: str) -> Finding:
        """A finding in the middle of a lane."""
        return self._at_line(code, severity, self.lane(row), self._network.lanes.centre[row], message)

    def at_connector(self, code: str, severity: Severity, row: int, message: str) -> Finding:
        """A finding in the middle of a connector."""
        return self._at_line(code, severity, self.connector(row), self._network.connectors.centre[row], message)

    def at_crosswalk(self, code: str, severity: Severity, row: int, message: str) -> Finding:
        """A finding at a crosswalk."""
        walks = self._network.crosswalks
        place = f"crosswalk {row} of junction {self._network.junctions.ext_id[int(walks.junction[row])]!r}"
        line = walks.centre[row]
        if not len(line):
            return self.at_junction(code, severity, int(walks.junction[row]), message)
        return self._at_line(code, severity, place, line, message)

    def at_junction(self, code: str, severity: Severity, row: int, message: str) -> Finding:
        """A finding at a junction."""
        junctions = self._network.junctions
        point = np.array([[junctions.x_m[row], junctions.y_m[row], 0.0]])
        return self._at_line(code, severity, f"junction {junctions.ext_id[row]!r}", point, message)

    def at_controller(self, code: str, severity: Severity, row: int, place: str, message: str) -> Finding:
        """A finding at the first junction of a signal controller; `place` says which group, program or phase."""
        rows = np.flatnonzero(self._network.junctions.controller == row)
        place = f"signal controller {self._network.controllers.ext_id[row]!r}, {place}"
        if not len(rows):
            return Finding(code, severity, place, float("nan"), float("nan"), message)
        there = self.at_junction(code, severity, int(rows[0]), message)
        return Finding(code, severity, place, there.lon_deg, there.lat_deg, message)

    def _at_line(self, code: str, severity: Severity, place: str, line: np.ndarray, message: str) -> Finding:
        x, y = line[len(line) // 2, :2]
        lon, lat = self._network.frame.to_wgs84(x, y)
        return Finding(code, severity, place, round(float(lon), 7), round(float(lat), 7), message)
