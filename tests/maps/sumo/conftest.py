"""A SUMO network by hand: a signal where a minor street meets a main street, with a crossing and a waiting left turn.

South (`in_s`) is the minor approach with one lane; the main street runs from west (`in_w`, a footway and two lanes) to
east (`out_e`, two lanes). The left turn `in_w` lane 2 -> `out_n` waits on an internal junction.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

NET = """<?xml version="1.0" encoding="UTF-8"?>
<net version="1.20">
    <location netOffset="-450000.00,-4400000.00" convBoundary="-100,-100,100,100" origBoundary="0,0,1,1"
        projParameter="+proj=utm +zone=50 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"/>
    <edge id=":J_0" function="internal">
        <lane id=":J_0_0" index="0" disallow="pedestrian" speed="6.5" length="9" shape="1.6,-10 3.5,-4 10,-4.8"/>
    </edge>
    <edge id=":J_1" function="internal">
        <lane id=":J_1_0" index="0" speed="13.89" length="20.50" shape="-10.00,-4.80 10.00,-4.80"/>
    </edge>
    <edge id=":J_2" function="internal">
        <lane id=":J_2_0" index="0" speed="8.00" length="8.00" shape="-10.00,-1.60 -4.00,0.00 -2.00,1.00"/>
    </edge>
    <edge id=":J_3" function="internal">
        <lane id=":J_3_0" index="0" speed="8.00" length="7.00" shape="-2.00,1.00 1.60,4.00 1.60,10.00"/>
    </edge>
    <edge id=":J_4" function="internal">
        <lane id=":J_4_0" index="0" speed="10.00" length="20.00" shape="1.60,-10.00 1.60,10.00"/>
    </edge>
    <edge id=":J_c0" function="crossing" crossingEdges="in_w">
        <lane id=":J_c0_0" index="0" allow="pedestrian" speed="2.78" length="12" width="4" shape="-6,-9 -6,3"/>
    </edge>
    <edge id=":J_w0" function="walkingarea">
        <lane id=":J_w0_0" index="0" allow="pedestrian" speed="2.78" length="3" width="3" shape="-10,-9 -6,-9"/>
    </edge>
    <edge id="in_s" from="S" to="J" type="highway.residential" priority="1">
        <lane id="in_s_0" index="0" speed="8.33" length="90.00" shape="1.60,-100.00 1.60,-10.00"/>
    </edge>
    <edge id="in_w" from="W" to="J" name="知春路" type="highway.primary" priority="9">
        <lane id="in_w_0" index="0" allow="pedestrian" speed="2.78" length="90" width="2" shape="-100,-8 -10,-8"/>
        <lane id="in_w_1" index="1" disallow="pedestrian" speed="13.89" length="91"
            changeLeft="" shape="-100,-4.8 -10,-4.8"/>
        <lane id="in_w_2" index="2" allow="passenger bus" speed="13.89" length="90" width="3.5"
            shape="-100,-1.6 -10,-1.6"/>
    </edge>
    <edge id="out_e" from="J" to="E" name="Zhichun Road" type="highway.primary" priority="9">
        <lane id="out_e_0" index="0" speed="13.89" length="90.00" shape="10.00,-4.80 100.00,-4.80"/>
    </edge>
    <edge id="out_n" from="J" to="N">
        <lane id="out_n_0" index="0" speed="8.33" length="90.00" shape="1.60,10.00 1.60,100.00"/>
        <param key="layer" value="1"/>
    </edge>
    <tlLogic id="J" type="static" programID="day" offset="5">
        <phase duration="30" state="srrGr"/>
        <phase duration="3" state="yryyr"/>
        <phase duration="20" state="GGGrG"/>
        <phase duration="2" state="uOouy"/>
    </tlLogic>
    <tlLogic id="J" type="actuated" programID="night" offset="0">
        <phase duration="10" minDur="5" maxDur="40" state="grrgr"/>
        <phase duration="10" state="rGGrG" next="0"/>
    </tlLogic>
    <junction id="J" type="traffic_light" x="0.00" y="0.00" incLanes="in_s_0 in_w_1 in_w_2 :J_w0_0"
        intLanes=":J_0_0 :J_4_0 :J_1_0 :J_3_0 :J_c0_0" shape="-10,10 10,10 10,-10 -10,-10">
        <request index="0" response="00100" foes="00100" cont="0"/>
        <request index="1" response="01100" foes="01100" cont="0"/>
        <request index="2" response="10000" foes="10011" cont="0"/>
        <request index="3" response="10000" foes="10010" cont="1"/>
        <request index="4" response="00000" foes="01100" cont="0"/>
    </junction>
    <junction id="W" type="dead_end" x="-100.00" y="0.00" incLanes="" intLanes="" shape="-100,0 -100,-8"/>
    <junction id="S" type="dead_end" x="0.00" y="-100.00" incLanes="" intLanes="" shape=""/>
    <junction id="E" type="dead_end" x="100.00" y="0.00" incLanes="out_e_0" intLanes="" shape=""/>
    <junction id="N" type="dead_end" x="0.00" y="100.00" incLanes="out_n_0" intLanes="" shape=""/>
    <junction id=":J_3_0" type="internal" x="-2.00" y="1.00" incLanes=":J_2_0 in_s_0" intLanes=":J_4_0"/>
    <connection from="in_s" to="out_e" fromLane="0" toLane="0" via=":J_0_0" tl="J" linkIndex="0" dir="r" state="o"/>
    <connection from="in_s" to="out_n" fromLane="0" toLane="0" via=":J_4_0" tl="J" linkIndex="3" dir="s" state="o"/>
    <connection from="in_w" to="out_e" fromLane="1" toLane="0" via=":J_1_0" tl="J" linkIndex="1" dir="s" state="O"/>
    <connection from="in_w" to="out_n" fromLane="2" toLane="0" via=":J_2_0" tl="J" linkIndex="2" dir="l" state="o"/>
    <connection from=":J_0" to="out_e" fromLane="0" toLane="0" dir="r" state="M"/>
    <connection from=":J_1" to="out_e" fromLane="0" toLane="0" dir="s" state="M"/>
    <connection from=":J_2" to="out_n" fromLane="0" toLane="0" via=":J_3_0" dir="l" state="m"/>
    <connection from=":J_3" to="out_n" fromLane="0" toLane="0" dir="l" state="M"/>
    <connection from=":J_4" to="out_n" fromLane="0" toLane="0" dir="s" state="M"/>
    <connection from=":J_w0" to=":J_c0" fromLane="0" toLane="0" tl="J" linkIndex="4" dir="s" state="M"/>
    <connection from=":J_c0" to=":J_w0" fromLane="0" toLane="0" dir="s" state="M"/>
</net>
"""


WriteNet = Callable[..., Path]


@pytest.fixture(scope="session")
def small_net() -> WriteNet:
    """Writes the network into a folder, texts replaced by pairs, as `small.net.xml`."""
    return _write


@pytest.fixture(scope="session")
def small_net_text() -> str:
    return NET


def _write(folder: Path, *changes: tuple[str, str]) -> Path:
    text = NET
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "small.net.xml"
    path.write_text(text, encoding="utf-8")
    return path
