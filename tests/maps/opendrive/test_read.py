import gzip
from pathlib import Path

import pytest

from jing_maps.errors import MapFormatError
from jing_maps.opendrive import read_opendrive

from .texts import LANES, LINE, one_road, write


def test_a_gzipped_file_reads_as_the_plain_one(tmp_path: Path) -> None:
    plain = read_opendrive(write(tmp_path, one_road()))
    packed = tmp_path / "map.xodr.gz"
    packed.write_bytes(gzip.compress(one_road().encode()))
    assert read_opendrive(packed).road("7").length_m == plain.road("7").length_m == 100.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<OpenDRIVE><road>", "map.xodr:1: is no well-formed XML"),
        ("<net/>", "the root element is <net>"),
        (one_road(geometry=LINE.replace('hdg="0" ', "")), "map.xodr:5: <geometry> lacks the attribute 'hdg'"),
        (one_road(geometry=LINE.replace('hdg="0"', 'hdg="NaN"')), "must be a finite number"),
        (one_road(geometry=LINE.replace('x="0"', 'x="left"')), "which is no number"),
        (one_road(geometry=LINE.replace('length="100"', 'length="-1"')), "must not be negative"),
        (one_road(length="-5"), "map.xodr:4: <road> '7' has length=-5.0; it must be positive"),
        (one_road(geometry=""), "has no <planView>"),
        (one_road(geometry=LINE.replace("<line/>", "<curve/>")), "holds none of line, arc"),
        (one_road(lanes=""), "has no <laneSection>"),
        (one_road(lanes=LANES.replace('id="-1"', 'id="-2"')), "has lane -2 but no lane -1"),
        (one_road(lanes=LANES.replace('id="-1"', 'id="2"')), "right ids negative"),
        (one_road().replace("</road>", "</road><road id='7' length='1'/>"), "has no <planView>"),
    ],
)
def test_what_cannot_be_read_is_told_with_place_and_cure(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(MapFormatError, match=r"map\.xodr") as caught:
        read_opendrive(write(tmp_path, text))
    assert told in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MapFormatError, match="cannot be read"):
        read_opendrive(tmp_path / "absent.xodr")


def test_a_lane_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    linked = LANES.replace(
        '<lane id="-1" type="driving">', '<lane id="-1" type="driving"><link><successor id="-4"/></link>'
    )
    second = LANES.replace('s="0"', 's="50"', 1)
    with pytest.raises(MapFormatError, match=r"lane -1 of road '7' has successor -4, .* only lanes 1, 0, -1"):
        read_opendrive(write(tmp_path, one_road(lanes=linked + second)))


def test_a_connection_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    link = '<laneLink from="-1" to="-3"/>'
    connection = f'<connection id="0" incomingRoad="7" connectingRoad="7" contactPoint="start">{link}</connection>'
    odr = read_opendrive(write(tmp_path, one_road(rest=f'<junction id="1">{connection}</junction>')))
    assert "leads to lane -3 of road '7', which has only lanes 1, 0, -1 there" in odr.warnings[0]
    away = connection.replace('connectingRoad="7"', 'connectingRoad="8"')
    with pytest.raises(MapFormatError, match="connects road '8', which is not there; known: 7"):
        read_opendrive(write(tmp_path, one_road(rest=f'<junction id="1">{away}</junction>')))


def test_what_is_not_read_becomes_a_warning_with_its_line(tmp_path: Path) -> None:
    odr = read_opendrive(write(tmp_path, one_road(rest='<userData code="x"/><userData code="y"/>')))
    assert len(odr.warnings) == 1
    assert "map.xodr:12: <userData> in <OpenDRIVE> is not read (2 places" in odr.warnings[0]


def test_speeds_are_read_in_their_unit(tmp_path: Path) -> None:
    speed = '<speed sOffset="0" max="36" unit="km/h"/></lane></right>'
    text = one_road(lanes=LANES.replace("</lane></right>", speed)).replace(
        "<planView>", '<type s="0" type="town"><speed max="10" unit="mph"/></type><planView>'
    )
    road = read_opendrive(write(tmp_path, text)).road("7")
    assert road.sections[0].lanes[-1].speeds[0].max_mps == pytest.approx(10.0)
    assert road.types[0].max_mps == pytest.approx(4.4704)


def test_the_header_holds_reference_and_offset(tmp_path: Path) -> None:
    reference = "<geoReference>\n<![CDATA[+proj=utm +zone=50\n +datum=WGS84]]></geoReference>"
    head = reference + '<offset x="5" y="6" z="0" hdg="0"/>'
    header = read_opendrive(write(tmp_path, one_road(head=head))).header
    assert header.geo_reference == "+proj=utm +zone=50 +datum=WGS84"
    assert (header.rev_minor, header.offset_x_m, header.offset_y_m) == (7, 5.0, 6.0)
