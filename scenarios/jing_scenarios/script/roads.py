"""Roads to write scenarios on: straight, curved, crossings, written as OpenDRIVE by the package's own writer.

>>> road = straight(500.0, lanes=2)
>>> road.network.name, len(road.network.roads)
('straight-500m-2', 2)
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.areas import load_area
from jing_maps.columns import RoadClass, Streets
from jing_maps.compile import Control, StreetPlan, compile_network
from jing_maps.network import RoadNetwork
from jing_maps.opendrive.write import write_opendrive
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame
from jing_maps.tight_turns import without_tight_turns
from jing_scenarios.script.values import ScriptError
from jing_sim.carla.maps import TIGHT_M, xodr_of_area

__all__ = ["Road", "area_road", "crossing", "curved", "straight"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Road:
    """Roads to drive on: a network, which stands in an OpenDRIVE file when that is asked for.

    Attributes:
        network: of them.
        area: name of the built-in area that it is; empty = none.
    """

    network: RoadNetwork
    area: str = ""

    @cached_property
    def file(self) -> Path:
        """The OpenDRIVE file, in the user's cache under a hash of its content."""
        if self.area:
            return xodr_of_area(self.area)
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jingsim" / "opendrive"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            draft = Path(place) / "road.xodr"
            write_opendrive(self.network, draft)
            key = hashlib.sha256(draft.read_bytes()).hexdigest()[:16]
            file = folder / f"{self.network.name}-{key}.xodr"
            if not file.exists():
                draft.replace(file)
        return file


def straight(
    length_m: float = 1000.0,
    lanes: int = 2,
    *,
    speed_mps: float = 33.3,
    bike_lane: bool = False,
    both_ways: bool = True,
) -> Road:
    """A straight street east from the origin.

    Road `1` leads east with lanes -1 (leftmost) to -`lanes`; road `2` back west, where there are both ways.

    Args:
        length_m: of it. lanes: of each direction. speed_mps: limit.
        bike_lane: a bicycle lane on the right of each direction.
        both_ways: else road 1 alone.
    """
    name = f"straight-{length_m:g}m-{lanes}"
    line = ((0.0, 0.0), (length_m, 0.0))
    return _street(name, line, lanes, speed_mps, bike_lane, both_ways)


def curved(
    radius_m: float = 250.0,
    length_m: float = 600.0,
    lanes: int = 2,
    *,
    speed_mps: float = 16.7,
    bike_lane: bool = False,
    both_ways: bool = True,
) -> Road:
    """A street that begins east at the origin and bends, to the left where the radius is positive; as `straight`."""
    if abs(radius_m) < 20 or length_m > abs(radius_m) * 2 * np.pi * 0.9:
        raise ScriptError(f"a curve of radius {radius_m} m and length {length_m} m; 20 m or more, less than a turn")
    angle = np.linspace(0.0, length_m / radius_m, max(int(length_m / 4.0), 8) + 1)
    x, y = radius_m * np.sin(angle), radius_m * (1.0 - np.cos(angle))
    line = tuple(zip(x.tolist(), y.tolist(), strict=True))
    return _street(f"curved-{radius_m:g}m-{length_m:g}m-{lanes}", line, lanes, speed_mps, bike_lane, both_ways)


def crossing(
    lanes: int = 2,
    *,
    arm_m: float = 200.0,
    signals: bool = True,
    speed_mps: float = 16.7,
    bike_lane: bool = False,
    arms: int = 4,
) -> Road:
    """Streets `East`, `North`, `West` and `South` that meet at the origin, junction `Centre`.

    `on_street("East", "Centre")` is on the street that comes from the east, towards the middle.

    Args:
        lanes: of each direction. arm_m: length of each street. speed_mps: limit.
        signals: traffic lights; else all have equal rights.
        bike_lane: a bicycle lane on the right of each direction.
        arms: 4, or 3 (no south).
    """
    if arms not in {3, 4}:
        raise ScriptError(f"a crossing of {arms} arms; 3 or 4 would be right")
    return _crossing(lanes, arm_m, signals, speed_mps, bike_lane, arms)


# Making a network and writing it takes longer than running a case: each road is made once in a process.
@lru_cache(maxsize=32)
def _crossing(lanes: int, arm_m: float, signals: bool, speed_mps: float, bike_lane: bool, arms: int) -> Road:
    names = ("East", "North", "West", "South")[:arms]
    ends = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])[:arms] * arm_m
    control = [Control.SIGNAL if signals else Control.PRIORITY, *[Control.BOUNDARY] * arms]
    plan = _Plan(
        name=f"crossing-{arms}-{lanes}{'-signals' if signals else ''}",
        streets=names,
        nodes=("Centre", *names),
        xy=np.vstack([[0.0, 0.0], ends]),
        control=control,
        links=tuple((row + 1, 0) for row in range(arms)),
        lines=tuple(np.vstack([end, [0.0, 0.0]]) for end in ends),
    )
    return Road(compile_network(_street_plan(plan, lanes, speed_mps, bike_lane, True)))


@lru_cache(maxsize=4)
def area_road(area: str) -> Road:
    """The roads of a built-in area, without turns back that are tighter than cars drive at once."""
    return Road(without_tight_turns(load_area(area), TIGHT_M), area)


@dataclass(frozen=True)
class _Plan:
    name: str
    streets: tuple[str, ...]
    nodes: tuple[str, ...]
    xy: Float
    control: list[Control]
    links: tuple[tuple[int, int], ...]
    lines: tuple[Float, ...]


@lru_cache(maxsize=64)
def _street(
    name: str, points: tuple[tuple[float, float], ...], lanes: int, speed_mps: float, bike_lane: bool, both_ways: bool
) -> Road:
    line = np.array(points)
    if lanes < 1 or speed_mps <= 0:
        raise ScriptError(f"a street of {lanes} lanes at {speed_mps} m/s; both positive would be right")
    plan = _Plan(
        name=name + ("" if both_ways else "-one-way") + ("-bikes" if bike_lane else ""),
        streets=("Street",),
        nodes=("Begin", "End"),
        xy=np.vstack([line[0], line[-1]]),
        control=[Control.BOUNDARY, Control.BOUNDARY],
        links=((0, 1),),
        lines=(line,),
    )
    return Road(compile_network(_street_plan(plan, lanes, speed_mps, bike_lane, both_ways)))


def _street_plan(plan: _Plan, lanes: int, speed_mps: float, bike_lane: bool, both_ways: bool) -> StreetPlan:
    n, m = len(plan.nodes), len(plan.links)
    return StreetPlan(
        name=plan.name,
        frame=LocalFrame.tangent(116.5021, 39.7869),
        attribution=f"made by jing_scenarios.script {version('jingsim')}",
        streets=Streets(plan.streets, plan.streets),
        node_id=plan.nodes,
        node_name=plan.nodes,
        node_x_m=plan.xy[:, 0],
        node_y_m=plan.xy[:, 1],
        control=np.array(plan.control, dtype=np.int8),
        signal_group=("",) * n,
        link_id=tuple(f"{plan.nodes[a]}-{plan.nodes[b]}" for a, b in plan.links),
        street=np.arange(m, dtype=np.int32),
        from_node=np.array([a for a, _ in plan.links], dtype=np.int32),
        to_node=np.array([b for _, b in plan.links], dtype=np.int32),
        line=Polylines.from_list([np.asarray(line, dtype=float) for line in plan.lines]),
        lanes_forward=np.full(m, lanes, dtype=np.int32),
        lanes_backward=np.full(m, lanes if both_ways else 0, dtype=np.int32),
        kind=np.full(m, RoadClass.SECONDARY, dtype=np.int8),
        speed_mps=np.full(m, speed_mps),
        level=np.zeros(m, dtype=np.int8),
        bike_lane=np.full(m, bike_lane, dtype=bool),
        median_m=np.full(m, 1.0),
    )
