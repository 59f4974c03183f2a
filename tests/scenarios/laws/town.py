"""A small town as OpenDRIVE text, and drives through it.

Road 1 runs east from x = 0 to 200 (lanes -1, -2 driving, -3 bus, -4 shoulder; 1 driving, against it), then through
junction 9 on the connecting roads 10 (straight to road 2, x = 220 to 420) and 11 (right turn, radius 10, to road 3,
south along x = 210). A light (signal 5) and a stop line rule road 1 at s = 195, a crosswalk lies at s = 100.
The line between -1 and -2 is broken up to s = 60, then solid; the centre line is solid; -2 to -3 is solid broken.
Road 3 is a rural road without signs. Road 4, far north, is a motorway with a shoulder.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.nearest import index_lanes, nearest_lane
from jing_scenarios.metrics.scenario_trace import Places, ScenarioTrace, SignalChange, straight_trace

__all__ = ["Drive", "drive", "town", "town_text"]

Float = NDArray[np.float64]

_WIDTH = '<width sOffset="0" a="{width}" b="0" c="0" d="0"/>'


def _lane(number: int, kind: str, width: float, marks: str = "", more: str = "") -> str:
    return f'<lane id="{number}" type="{kind}">{_WIDTH.format(width=width)}{marks}{more}</lane>'


def _mark(kind: str, begin: float = 0.0) -> str:
    return f'<roadMark sOffset="{begin}" type="{kind}" color="white" width="0.15"/>'


def _road(number: int, length: float, geometry: str, lanes: str, junction: str = "-1", link: str = "", kind: str = "",
          rest: str = "") -> str:  # fmt: skip
    return f"""<road id="{number}" length="{length}" junction="{junction}"><link>{link}</link>{kind}
<planView>{geometry}</planView><lanes><laneSection s="0">{lanes}</laneSection></lanes>{rest}</road>"""


def _line(x: float, y: float, heading: float, length: float) -> str:
    return f'<geometry s="0" x="{x}" y="{y}" hdg="{heading}" length="{length}"><line/></geometry>'


def town_text() -> str:
    """The file."""
    speed = '<type s="0" type="town"><speed max="60" unit="km/h"/></type>'
    main = (
        f"<left>{_lane(1, 'driving', 3.5)}</left><center><lane id='0' type='none'>{_mark('solid')}</lane></center>"
        f"<right>{_lane(-1, 'driving', 3.5, _mark('broken') + _mark('solid', 60.0))}"
        f"{_lane(-2, 'driving', 3.5, _mark('solid broken'))}{_lane(-3, 'bus', 3.5, _mark('solid'))}"
        f"{_lane(-4, 'shoulder', 2.5)}</right>"
    )
    one = f"<center><lane id='0' type='none'/></center><right>{_lane(-1, 'driving', 3.5)}</right>"
    through = one.replace('type="driving">', 'type="driving"><link><predecessor id="-1"/><successor id="-1"/></link>')
    way = "<center><lane id='0' type='none'/></center><right>" + "".join(
        _lane(k, kind, 3.75) for k, kind in ((-1, "driving"), (-2, "driving"), (-3, "stop"))
    ) + "</right>"  # fmt: skip
    signals = """<signals><signal s="198" t="-12" id="5" name="light" dynamic="yes" orientation="+" zOffset="5"
country="OpenDRIVE" type="1000001" subtype="-1" value="-1"><validity fromLane="-2" toLane="-1"/></signal></signals>
<objects><object id="s1" name="StopLine" type="roadMark" s="195" t="-3.5" zOffset="0" hdg="0" orientation="+"
length="0.4" width="7"/><object id="c1" name="Crosswalk" type="crosswalk" s="100" t="-3.5" zOffset="0" hdg="0"
orientation="none" length="4" width="17.5"/></objects>"""
    arc = 10 * np.pi / 2
    turn = f'<geometry s="0" x="200" y="0" hdg="0" length="{arc}"><arc curvature="-0.1"/></geometry>'
    roads = [
        _road(1, 200, _line(0, 0, 0, 200), main, kind=speed, rest=signals,
              link='<successor elementType="junction" elementId="9"/>'),
        _road(10, 20, _line(200, 0, 0, 20), through, "9",
              '<predecessor elementType="road" elementId="1" contactPoint="end"/>'
              '<successor elementType="road" elementId="2" contactPoint="start"/>'),
        _road(11, arc, turn, through, "9",
              '<predecessor elementType="road" elementId="1" contactPoint="end"/>'
              '<successor elementType="road" elementId="3" contactPoint="start"/>'),
        _road(2, 200, _line(220, 0, 0, 200), one, link='<predecessor elementType="junction" elementId="9"/>'),
        _road(3, 200, _line(210, -10, -np.pi / 2, 200), one, kind='<type s="0" type="rural"/>',
              link='<predecessor elementType="junction" elementId="9"/>'),
        _road(4, 800, _line(0, 500, 0, 800), way, kind='<type s="0" type="motorway"/>'),
    ]  # fmt: skip
    junction = """<junction id="9" name="crossing">
<connection id="0" incomingRoad="1" connectingRoad="10" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
<connection id="1" incomingRoad="1" connectingRoad="11" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
</junction>"""
    header = '<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="7"/>'
    return header + "".join(roads) + junction + "</OpenDRIVE>"


def town(folder: Path) -> OpenDriveMap:
    """The map."""
    path = folder / "town.xodr"
    path.write_text(town_text(), encoding="utf-8")
    return read_opendrive(path)


@dataclass(frozen=True)
class Drive:
    """An actor's way: points `(k, 2)`, driven at a constant speed (or `speeds_mps` `(n_t,)`) from the first on."""

    points: list[tuple[float, float]]
    speed_mps: float = 10.0
    kind: str = "car"
    size_m: tuple[float, float] = (4.0, 2.0)
    speeds_mps: Float | None = None


def drive(odr: OpenDriveMap, actors: dict[str, Drive], duration_s: float = 20.0, light: str = "green") -> ScenarioTrace:
    """The run: everybody moves along their points; the last heading is kept at their ends."""
    base = straight_trace(dict.fromkeys(actors, (0.0, 0.0)), duration_s, 0.1)
    columns = [_along(one, base.time_s) for one in actors.values()]
    x, y, heading, speed = (np.stack(column, axis=1) for column in zip(*columns, strict=True))
    found = nearest_lane(index_lanes(odr), x.ravel(), y.ravel())
    on = np.where(found.outside_m > 0.3, -1, found.road).reshape(x.shape)
    s, t, offset = (column.reshape(x.shape) for column in (found.s_m, found.t_m, found.offset_m))
    places = Places(on, found.lane.reshape(x.shape), s, t, offset)
    size = np.array([one.size_m for one in actors.values()])
    boxes = replace(base.boxes, length_m=size[:, 0], width_m=size[:, 1])
    accel = np.gradient(speed, 0.1, axis=0)
    return replace(
        base, kinds=tuple(one.kind for one in actors.values()), boxes=boxes, x_m=x, y_m=y, heading_rad=heading,
        speed_mps=speed, accel_mps2=accel, places=places, odr=odr, signals=(SignalChange(0.0, "5", light),),
    )  # fmt: skip


def _along(one: Drive, time_s: Float) -> tuple[Float, Float, Float, Float]:
    points = np.array(one.points, dtype=np.float64)
    speed = np.full(len(time_s), one.speed_mps) if one.speeds_mps is None else one.speeds_mps
    steps = np.diff(points, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    begin = np.concatenate([[0.0], np.cumsum(lengths)])
    way = np.concatenate([[0.0], np.cumsum(speed[:-1] * np.diff(time_s))])
    speed = np.where(way < begin[-1], speed, 0.0)
    way = np.minimum(way, begin[-1])
    at = np.clip(np.searchsorted(begin, way, side="right") - 1, 0, len(steps) - 1)
    share = (way - begin[at]) / lengths[at]
    place = points[at] + share[:, None] * steps[at]
    heading = np.arctan2(steps[at, 1], steps[at, 0])
    return place[:, 0], place[:, 1], heading, speed
