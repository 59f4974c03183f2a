"""Small OpenDRIVE texts for tests of roads, positions, routes and distances."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from jing_maps.opendrive import read_opendrive
from jing_scenarios.roads import RoadPlan, road_plan

__all__ = ["BANKED", "BENDS", "CROSSING", "LANE_DROP", "TILTED", "plan_of"]

WIDTH = '<width sOffset="0" a="{a}" b="{b}" c="0" d="0"/>'


def lane(lane_id: int, *, a: float = 3.5, b: float = 0.0, kind: str = "driving", links: str = "") -> str:
    """A lane of a width that is linear in s."""
    return f'<lane id="{lane_id}" type="{kind}"><link>{links}</link>{WIDTH.format(a=a, b=b)}</lane>'


def linked(before: int | None = None, after: int | None = None) -> str:
    """Links of a lane."""
    text = "" if before is None else f'<predecessor id="{before}"/>'
    return text + ("" if after is None else f'<successor id="{after}"/>')


def section(s: float, left: str, right: str) -> str:
    """A lane section."""
    sides = f"<left>{left}</left>" if left else ""
    return (
        f'<laneSection s="{s}">{sides}<center><lane id="0" type="none"/></center><right>{right}</right></laneSection>'
    )


def road(
    road_id: int, length: float, plan: str, lanes: str, *, link: str = "", more: str = "", junction: int = -1
) -> str:
    """A road."""
    return (
        f'<road id="{road_id}" name="" length="{length}" junction="{junction}" rule="RHT"><link>{link}</link>'
        f"<planView>{plan}</planView>{more}<lanes>{lanes}</lanes></road>"
    )


def geometry(s: float, x: float, y: float, h: float, length: float, shape: str = "<line/>") -> str:
    """A piece of a reference line."""
    return f'<geometry s="{s}" x="{x}" y="{y}" hdg="{h}" length="{length}">{shape}</geometry>'


def odr(*parts: str) -> str:
    """A whole file."""
    head = '<header revMajor="1" revMinor="6"/>'
    return f'<?xml version="1.0"?><OpenDRIVE>{head}{"".join(parts)}</OpenDRIVE>'


BOTH = section(0, lane(1), lane(-1) + lane(-2, kind="sidewalk", a=2.0))


def _clothoid_end(x: float, y: float, h: float, bend: tuple[float, float], length: float) -> tuple[float, float, float]:
    """Where a piece ends whose curvature goes evenly from one value to another one."""
    s = (np.arange(20000) + 0.5) / 20000 * length
    angle = h + bend[0] * s + (bend[1] - bend[0]) * s**2 / (2 * length)
    step = length / len(s)
    return x + float(np.cos(angle).sum()) * step, y + float(np.sin(angle).sum()) * step, h + sum(bend) * length / 2


_SECOND = _clothoid_end(0, 0, 0.3, (0.02, 0.02), 20)
_THIRD = _clothoid_end(*_SECOND, (0.02, -0.05), 30)
_BEND_SHAPES = (
    geometry(0, 0, 0, 0.3, 20, '<arc curvature="0.02"/>')
    + geometry(20, *_SECOND, 30, '<spiral curvStart="0.02" curvEnd="-0.05"/>')
    + geometry(
        50, *_THIRD, 20,
        '<paramPoly3 pRange="normalized" aU="0" bU="20" cU="0.5" dU="-0.6" aV="0" bV="0" cV="3" dV="-1"/>',
    )
)  # fmt: skip
_HILLS = (
    '<elevationProfile><elevation s="0" a="1" b="0.03" c="0" d="0"/>'
    '<elevation s="30" a="1.9" b="0.03" c="-0.001" d="0"/></elevationProfile>'
)
_BANK = '<lateralProfile><superelevation s="0" a="0.02" b="0.001" c="0" d="0"/></lateralProfile>'


def _bends(profiles: str) -> str:
    lanes = (
        '<laneOffset s="0" a="0.2" b="0.01" c="0" d="0"/>'
        + section(0, lane(1, a=3.0, b=0.02, links=linked(after=1)), lane(-1, links=linked(after=-1)))
        + section(40, lane(1, a=3.8, links=linked(before=1)), lane(-1, a=3.5, b=-0.01, links=linked(before=-1)))
    )
    return odr(road(1, 70, _BEND_SHAPES, lanes, more=profiles))


BENDS, BANKED, TILTED = _bends(_HILLS), _bends(_BANK), _bends(_HILLS + _BANK)
"""One road of an arc, a spiral and a parametric cubic with lane offset and varying widths: with hills, with
superelevation, and with both."""

LANE_DROP = odr(
    road(
        1, 100, geometry(0, 0, 0, 0, 100),
        section(0, "", lane(-1, links=linked(after=-1)) + lane(-2, links=linked(after=-2)))
        + section(40, "", lane(-1, links=linked(before=-1)) + lane(-2, a=3.5, b=-0.0875, links=linked(before=-2))),
    )
)  # fmt: skip
"""A straight road whose second lane vanishes at s = 80."""

_IN = '<successor elementType="junction" elementId="9"/>'


def _way(road_id: int, x: float, y: float, h: float, shape: str, to: int, contact: str) -> str:
    """A connecting road of the crossing, from road 1's end."""
    link = (
        '<predecessor elementType="road" elementId="1" contactPoint="end"/>'
        f'<successor elementType="road" elementId="{to}" contactPoint="{contact}"/>'
    )
    length = 20 if shape == "<line/>" else 15.707963267948966
    lanes = section(0, "", lane(-1, links=linked(-1, 1 if contact == "end" else -1)))
    return road(road_id, length, geometry(0, x, y, h, length, shape), lanes, link=link, junction=9)


CROSSING = odr(
    road(1, 100, geometry(0, 0, 0, 0, 100), BOTH, link=_IN),
    road(2, 100, geometry(0, 120, 0, 0, 100), BOTH, link='<predecessor elementType="junction" elementId="9"/>'),
    road(3, 100, geometry(0, 110, 10, 1.5707963267948966, 100), BOTH,
         link='<predecessor elementType="junction" elementId="9"/>'),
    road(4, 100, geometry(0, 110, -110, 1.5707963267948966, 100), BOTH, link=_IN),
    _way(12, 100, 0, 0, "<line/>", 2, "start"),
    _way(13, 100, 0, 0, '<arc curvature="0.1"/>', 3, "start"),
    _way(14, 100, 0, 0, '<arc curvature="-0.1"/>', 4, "end"),
    '<junction id="9" name="">',
    *(
        f'<connection id="{k}" incomingRoad="1" connectingRoad="1{k}" contactPoint="start">'
        '<laneLink from="-1" to="-1"/></connection>'
        for k in (2, 3, 4)
    ),
    "</junction>",
)  # fmt: skip
"""A crossing that is entered by road 1: straight on to road 2, left to road 3, right to road 4 (against its s)."""


@cache
def plan_of(text: str) -> RoadPlan:
    """The plan of a text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "test.xodr"
        path.write_text(text)
        return road_plan(read_opendrive(path))
