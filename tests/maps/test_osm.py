import gzip
import importlib
import importlib.util
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import requests

from jing_maps.columns import JunctionKind, RoadClass, VehicleClass
from jing_maps.errors import MapFormatError, MissingExtraError, ProjectionError, UnreachableError
from jing_maps.osm import import_bbox, import_osm, import_osm_with_warnings

needs_netconvert = pytest.mark.skipif(importlib.util.find_spec("sumo") is None, reason="needs the extra sumo")
needs_osmnx = pytest.mark.skipif(importlib.util.find_spec("osmnx") is None, reason="needs the extra osm")

# A signalised crossing of a primary and a residential street near Zhongguancun, and a footway beside it.
NODES = {
    1: (39.9800, 116.3100), 2: (39.9800, 116.3130), 3: (39.9800, 116.3160),
    4: (39.9780, 116.3130), 5: (39.9820, 116.3130), 6: (39.9825, 116.3140),
}  # fmt: skip
WAYS = {
    10: ((1, 2, 3), {"highway": "primary", "name": "知春路", "name:en": "Zhichun Road", "lanes": "4"}),
    11: ((4, 2, 5), {"highway": "residential", "name": "科学院南路"}),
    12: ((5, 6), {"highway": "footway"}),
    13: ((5, 6), {"highway": "service", "service": "driveway"}),
}


def _text() -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for key, (lat, lon) in NODES.items():
        tag = '<tag k="highway" v="traffic_signals"/>' if key == 2 else ""
        lines.append(f'<node id="{key}" version="1" lat="{lat}" lon="{lon}">{tag}</node>')
    for key, (nodes, tags) in WAYS.items():
        inside = "".join(f'<nd ref="{node}"/>' for node in nodes)
        inside += "".join(f'<tag k="{name}" v="{value}"/>' for name, value in tags.items())
        lines.append(f'<way id="{key}" version="1">{inside}</way>')
    return "\n".join([*lines, "</osm>"])


@pytest.fixture
def crossing(tmp_path: Path) -> Path:
    path = tmp_path / "crossing.osm"
    path.write_text(_text(), encoding="utf-8")
    return path


@needs_netconvert
def test_a_crossing_comes_with_chinese_speeds_lanes_names_and_its_signal(crossing: Path) -> None:
    net, warnings = import_osm_with_warnings(crossing)
    assert net.name == "crossing"
    assert "OpenStreetMap" in net.attribution
    assert (net.junctions.kind == JunctionKind.SIGNAL).sum() == 1
    assert len(net.controllers) == 1
    primary = net.roads.kind == RoadClass.ARTERIAL
    assert np.diff(net.roads.first_lane)[primary].tolist() == [2] * 4
    assert net.lanes.speed_limit_mps[primary[net.lanes.road]] == pytest.approx(16.67)
    assert net.lanes.speed_limit_mps[~primary[net.lanes.road]] == pytest.approx(8.33)
    assert (net.lanes.width_m[primary[net.lanes.road]] == 3.5).all()
    assert len(net.roads) == 8
    assert set(net.streets.name_zh) == {"知春路", "科学院南路"}
    assert net.streets.name_en[net.streets.name_zh.index("知春路")] == "Zhichun Road"
    assert not (net.lanes.allowed & VehicleClass.PEDESTRIAN).any()
    assert any(line.endswith("1 ways highway=footway left out") for line in warnings)


@needs_netconvert
def test_it_lies_where_it_is_on_earth(crossing: Path) -> None:
    net = import_osm(crossing)
    centre = int(np.flatnonzero(net.junctions.kind == JunctionKind.SIGNAL)[0])
    lon, lat = net.frame.to_wgs84(net.junctions.x_m[centre], net.junctions.y_m[centre])
    assert (float(lat), float(lon)) == pytest.approx(NODES[2], abs=1e-5)


@needs_netconvert
def test_a_compressed_file_gives_the_same_and_the_network_in_between_can_be_kept(crossing: Path) -> None:
    packed = crossing.with_suffix(".osm.gz")
    packed.write_bytes(gzip.compress(crossing.read_bytes()))
    out = crossing.with_name("kept.net.xml.gz")
    a, b = import_osm(crossing), import_osm(packed, out)
    assert np.array_equal(a.lanes.centre.xyz, b.lanes.centre.xyz)
    assert gzip.decompress(out.read_bytes()).startswith(b"<?xml")


@needs_netconvert
def test_a_pbf_gives_the_same(crossing: Path) -> None:
    osmium = pytest.importorskip("osmium", reason="needs the extra osm")
    packed = crossing.with_suffix(".osm.pbf")
    with osmium.SimpleWriter(str(packed)) as writer:
        for element in osmium.FileProcessor(str(crossing)):
            writer.add(element)
    a, b = import_osm(crossing), import_osm(packed)
    assert a.roads.ext_id == b.roads.ext_id
    assert a.lanes.centre.xyz == pytest.approx(b.lanes.centre.xyz, abs=0.02)


def test_a_damaged_pbf_says_so(tmp_path: Path) -> None:
    pytest.importorskip("osmium", reason="needs the extra osm")
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(b"no protocol buffer at all")
    with pytest.raises(MapFormatError, match="libosmium cannot read it"):
        import_osm(path)


def test_a_pbf_without_osmium_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    path = tmp_path / "a.osm.pbf"
    path.write_bytes(b"")
    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"osmium is not installed.*jingsim\[osm\]"):
        import_osm(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<osm version="0.6">\n<node id="1"\n</osm>', r"a\.osm:3: not well-formed"),
        ("<net/>", r"a\.osm:1: the root element is <net>"),
        ('<osm><node id="1" lat="1" lon="1"/></osm>', "no way is a street"),
        ("", "not well-formed"),
    ],
)
def test_damaged_files_are_refused_with_a_place(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.osm"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MapFormatError, match=words):
        import_osm(path)


def test_a_truncated_archive_says_so(crossing: Path) -> None:
    packed = crossing.with_suffix(".osm.gz")
    packed.write_bytes(gzip.compress(crossing.read_bytes())[:-50])
    with pytest.raises(MapFormatError, match="cut short"):
        import_osm(packed)


@needs_netconvert
def test_footways_alone_are_no_network(tmp_path: Path) -> None:
    path = tmp_path / "walk.osm"
    path.write_text(_text().replace('v="primary"', 'v="footway"').replace('v="residential"', 'v="footway"'), "utf-8")
    with pytest.raises(MapFormatError, match=r"walk\.osm: no way is a street"):
        import_osm(path)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        import_osm(tmp_path / "none.osm")


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((116.4, 39.9, 116.3, 40.0), "west < east"),
        ((39.9, 116.3, 40.0, 116.4), "is the order right"),
        ((116.3, 39.9, 117.3, 40.0), r"0\.5 degrees"),
        ((float("nan"), 39.9, 116.4, 40.0), "longitudes"),
    ],
)
def test_impossible_boxes_are_refused(box: tuple[float, float, float, float], words: str) -> None:
    with pytest.raises(ProjectionError, match=words):
        import_bbox(*box)


@needs_osmnx
def test_without_internet_it_gives_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    osmnx = pytest.importorskip("osmnx")

    def offline(*_args: object, **_kwargs: object) -> None:
        raise requests.ConnectionError("no route to host")

    monkeypatch.setattr(requests, "post", offline)
    before = osmnx.settings.requests_timeout
    started = time.monotonic()
    with pytest.raises(UnreachableError, match=r"did not answer.*import a file"):
        import_bbox(116.30, 39.98, 116.31, 39.99)
    assert time.monotonic() - started < 30
    assert osmnx.settings.requests_timeout == before


@needs_osmnx
def test_a_busy_server_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def busy(*_args: object, hooks: dict[str, object], **_kwargs: object) -> None:
        response = requests.Response()
        response.status_code = 429
        asked.append(1)
        hook = hooks["response"]
        assert callable(hook)
        hook(response)

    monkeypatch.setattr(requests, "post", busy)
    with pytest.raises(UnreachableError, match="429"):
        import_bbox(116.30, 39.98, 116.31, 39.99)
    assert asked == [1]


@needs_osmnx
@needs_netconvert
def test_what_is_downloaded_goes_the_way_of_files(
    crossing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elements: list[dict[str, object]] = [
        {"type": "node", "id": key, "lat": lat, "lon": lon, "tags": {"highway": "traffic_signals"} if key == 2 else {}}
        for key, (lat, lon) in NODES.items()
    ]
    elements += [
        {"type": "way", "id": key, "nodes": list(nodes), "tags": tags}
        for key, (nodes, tags) in WAYS.items()
        if key in (10, 11)
    ]
    answer = SimpleNamespace(
        status_code=200, ok=True, reason="OK", url="http://overpass", content=b"", json=lambda: {"elements": elements}
    )
    monkeypatch.setattr(requests, "post", lambda *_args, **_kwargs: answer)
    out = tmp_path / "kept.osm"
    net = import_bbox(116.309, 39.977, 116.317, 39.983, out)
    file = import_osm(crossing)
    assert len(net.roads) == len(file.roads)
    assert sorted(net.lanes.length_m) == pytest.approx(sorted(file.lanes.length_m), abs=0.5)
    assert set(net.streets.name_zh) == set(file.streets.name_zh)
    assert len(net.controllers) == 1
    assert b"<osm" in out.read_bytes()[:200]
