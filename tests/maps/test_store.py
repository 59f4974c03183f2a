import json
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from jing_maps.errors import MapFormatError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_maps.store import content_hash, load, save


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(2, 2)


def _flat(network: RoadNetwork) -> dict[str, object]:
    out: dict[str, object] = {}
    for table in fields(network):
        rows = getattr(network, table.name)
        if isinstance(rows, str) or table.name == "frame":
            out[table.name] = rows
            continue
        for column in fields(rows):
            value = getattr(rows, column.name)
            if isinstance(value, Polylines):
                out[f"{table.name}.{column.name}.first"], out[f"{table.name}.{column.name}.xyz"] = (
                    value.first,
                    value.xyz,
                )
            else:
                out[f"{table.name}.{column.name}"] = value
    return out


def _assert_same(a: RoadNetwork, b: RoadNetwork) -> None:
    flat_a, flat_b = _flat(a), _flat(b)
    assert flat_a.keys() == flat_b.keys()
    for place, value in flat_a.items():
        other = flat_b[place]
        if isinstance(value, np.ndarray):
            assert isinstance(other, np.ndarray)
            assert (value.dtype, value.shape, value.tobytes()) == (other.dtype, other.shape, other.tobytes()), place
        else:
            assert value == other, place


def test_a_network_comes_back_bit_by_bit(network: RoadNetwork, tmp_path: Path) -> None:
    save(network, tmp_path / "a.jingnet")
    back = load(tmp_path / "a.jingnet")
    _assert_same(network, back)
    assert content_hash(back) == content_hash(network)


def test_the_same_network_gives_the_same_bytes(network: RoadNetwork, tmp_path: Path) -> None:
    save(network, tmp_path / "a.jingnet")
    save(grid(2, 2), tmp_path / "b.jingnet")
    assert (tmp_path / "a.jingnet").read_bytes() == (tmp_path / "b.jingnet").read_bytes()


def test_nothing_is_left_beside_the_file(network: RoadNetwork, tmp_path: Path) -> None:
    save(network, tmp_path / "a.jingnet")
    assert [path.name for path in tmp_path.iterdir()] == ["a.jingnet"]


def test_odd_floats_survive(network: RoadNetwork, tmp_path: Path) -> None:
    xyz = network.junctions.outline.xyz.copy()
    xyz.ravel()[:6] = [-0.0, 1e-300, np.pi, 1e12, np.nan, np.inf]
    odd = replace(
        network, junctions=replace(network.junctions, outline=Polylines(network.junctions.outline.first, xyz))
    )
    save(odd, tmp_path / "a.jingnet")
    _assert_same(odd, load(tmp_path / "a.jingnet"))


def test_every_name_and_number_counts_in_the_hash(network: RoadNetwork) -> None:
    speeds = network.lanes.speed_limit_mps.copy()
    speeds[3] = np.nextafter(speeds[3], 99)
    others = [
        replace(network, name="other"),
        replace(network, attribution="other"),
        replace(network, frame=replace(network.frame, offset_x_m=1.0)),
        replace(network, lanes=replace(network.lanes, speed_limit_mps=speeds)),
        replace(network, roads=replace(network.roads, ext_id=("other", *network.roads.ext_id[1:]))),
    ]
    assert len({content_hash(one) for one in [network, *others]}) == 6


def test_a_store_ends_in_jingnet(network: RoadNetwork, tmp_path: Path) -> None:
    with pytest.raises(MapFormatError, match=r"ends in \.jingnet"):
        save(network, tmp_path / "a.npz")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(MapFormatError, match="there is no such file"):
        load(tmp_path / "a.jingnet")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.99])
def test_a_truncated_file_is_refused(network: RoadNetwork, tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.jingnet"
    save(network, path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(MapFormatError, match=r"a\.jingnet: damaged"):
        load(path)


def test_a_flipped_byte_is_noticed(network: RoadNetwork, tmp_path: Path) -> None:
    path = tmp_path / "a.jingnet"
    save(network, path)
    content = bytearray(path.read_bytes())
    for at in range(100, len(content) - 3000, 1500):
        broken = content.copy()
        broken[at] ^= 0x10
        path.write_bytes(broken)
        try:
            _assert_same(network, load(path))  # a bit of a date or a name of the system is no content
        except MapFormatError:
            continue


def _rewritten(path: Path, change: dict[str, object], leave_out: str = "") -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members.pop(leave_out, None)
    if change:
        members["network.json"] = json.dumps(json.loads(members["network.json"]) | change).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "leave_out", "problem"),
    [
        ({"version": 4}, "", "version 4 of the store; this program reads version 3: upgrade"),
        ({"version": 2}, "", "version 2 of the store; this program reads version 3: import the map again"),
        ({"format": "other"}, "", "no network store"),
        ({}, "network.json", "no network store"),
        ({}, "lanes.width_m.npy", "lanes.width_m.npy"),
        ({"strings": {}}, "", "missing or malformed"),
        ({"frame": {"proj": "x", "moon": 1}}, "", "missing or malformed"),
    ],
)
def test_a_foreign_or_newer_file_is_refused_with_the_cure(
    network: RoadNetwork, tmp_path: Path, change: dict[str, object], leave_out: str, problem: str
) -> None:
    path = tmp_path / "a.jingnet"
    save(network, path)
    _rewritten(path, change, leave_out)
    with pytest.raises(MapFormatError, match=problem):
        load(path)


def test_a_stored_network_is_checked_like_any_other(network: RoadNetwork, tmp_path: Path) -> None:
    path = tmp_path / "a.jingnet"
    save(network, path)
    with zipfile.ZipFile(path) as archive:
        strings = json.loads(archive.read("network.json"))["strings"]
    strings["roads.ext_id"] = strings["roads.ext_id"][1:]
    _rewritten(path, {"strings": strings})
    with pytest.raises(MapFormatError, match="contradicts itself"):
        load(path)
