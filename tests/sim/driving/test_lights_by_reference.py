"""Lights as RoadRunner writes them: beyond the junction, ruling no lane there, and a reference on each way through."""

from pathlib import Path

import numpy as np
import pytest

from jing_maps.opendrive import read_opendrive
from jing_sim.driving.light_places import light_places

_LANES = """<lanes><laneSection s="0"><center><lane id="0" type="none" level="false"/></center>
<right><lane id="-1" type="driving" level="false"><link>{before}{after}</link>
<width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane></right></laneSection></lanes>"""
_ROAD = """<road id="{id}" name="" length="{length}" junction="{junction}"><link>{link}</link><planView>
<geometry s="0" x="{x}" y="0" hdg="0" length="{length}"><line/></geometry></planView>{lanes}{signals}</road>"""
_LIGHT = """<signals><signal id="7" name="light" s="2" t="-5" zOffset="3" orientation="{orientation}" dynamic="yes"
country="OpenDRIVE" type="1000001" subtype="-1" value="-1"><validity fromLane="0" toLane="0"/></signal></signals>"""
_REFERENCE = """<signals><signalReference id="7" s="{s}" t="0" orientation="{orientation}">
<validity fromLane="-1" toLane="-1"/></signalReference></signals>"""


def _road(number: int, x: float, length: float, junction: str, link: str, signals: str = "") -> str:
    before = '<predecessor id="-1"/>' if "predecessor" in link else ""
    after = '<successor id="-1"/>' if "successor" in link else ""
    lanes = _LANES.format(before=before, after=after)
    return _ROAD.format(id=number, length=length, junction=junction, link=link, x=x, lanes=lanes, signals=signals)


def _map(orientation: str, references: int) -> str:
    into, out = (
        '<{} elementType="junction" elementId="9"/>',
        '<{} elementType="road" elementId="{}" contactPoint="{}"/>',
    )
    ways = out.format("predecessor", 1, "end") + out.format("successor", 3, "start")
    roads = [
        _road(1, 0.0, 50.0, "-1", into.format("successor")),
        _road(3, 70.0, 50.0, "-1", into.format("predecessor"), _LIGHT.format(orientation=orientation)),
    ]
    connections = ""
    for k in range(references):
        reference = _REFERENCE.format(s=15.0, orientation=orientation)
        roads.append(_road(20 + k, 50.0, 20.0, "9", ways, reference))
        connections += f"""<connection id="{k}" incomingRoad="1" connectingRoad="{20 + k}" contactPoint="start">
<laneLink from="-1" to="-1"/></connection>"""
    head = '<header revMajor="1" revMinor="4" name="" version="1" north="0" south="0" east="0" west="0"/>'
    return f'<OpenDRIVE>{head}{"".join(roads)}<junction id="9" name="">{connections}</junction></OpenDRIVE>'


@pytest.mark.parametrize("orientation", ["+", "-"])
@pytest.mark.parametrize("references", [1, 3])
def test_a_light_is_one_and_is_met_before_the_junction(tmp_path: Path, orientation: str, references: int) -> None:
    (tmp_path / "far.xodr").write_text(_map(orientation, references))
    lights = light_places(read_opendrive(tmp_path / "far.xodr"))
    assert lights.sign_id == ("7",)
    # It hangs beyond the junction, beside the road; drivers meet it where they can still brake from 50 km/h.
    assert np.allclose(lights.position[0], [72.0, -5.0, 3.0])
    reach = 0.5 * (50.0 / 3.6) ** 2 / 6.0 + 2.4
    assert np.allclose(lights.trigger.centre[0, :2], [50.0 - 0.5 * reach, -1.75])
    assert lights.trigger.half[0, 0] == pytest.approx(0.5 * reach)
    assert lights.trigger.yaw[0] == pytest.approx(0.0)
