import shutil
from pathlib import Path

import numpy as np
import pytest

import jing_maps
from jing_maps.compile import Control
from jing_maps.errors import MapFormatError
from jing_maps.register import read_boundaries, read_register

REGISTERS = Path(jing_maps.__file__).parent / "data" / "register"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REGISTERS / "zhongguancun", tmp_path / "register"))


def spoil(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / table
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_register_becomes_a_street_plan_in_metres() -> None:
    plan = read_register(REGISTERS / "yizhuang", "yizhuang", "x")
    row = plan.node_id.index("YJ062")
    assert plan.node_name[row] == "科创五街/经海一路"
    assert plan.control[row] == Control.SIGNAL
    assert np.abs(plan.node_x_m).max() < 6000
    lon, lat = plan.frame.to_wgs84(plan.node_x_m, plan.node_y_m)
    assert lon.min() > 116.43
    assert lat.max() < 39.83


def test_lines_run_from_node_to_node() -> None:
    plan = read_register(REGISTERS / "zhongguancun", "zhongguancun", "x")
    nodes = np.stack([plan.node_x_m, plan.node_y_m], axis=1)
    for row in range(len(plan.link_id)):
        line = plan.line[row][:, :2]
        np.testing.assert_allclose(line[[0, -1]], nodes[[plan.from_node[row], plan.to_node[row]]], atol=1e-6)


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("streets.csv", "expressway,80", "motorway,80", "must be one of expressway"),
        ("streets.csv", "expressway,80", "expressway,fast", "must be 10..120"),
        ("junctions.csv", "116.31190", "16,31190", "cells"),
        ("junctions.csv", ",boundary,", ",gate,", "must be one of priority, signal, none, boundary"),
        ("links.csv", "ZL022,ZS003", "ZL022,ZS999", "must be an id of streets.csv"),
        ("links.csv", "116.29050 39.98290", "116.29050/39.98290", "must be points"),
        ("links.csv", "forward,4,0", "forward,4,1", "must be 0 for direction forward"),
        ("links.csv", "ZL023,", "ZL022,", "is there twice"),
    ],
)
def test_a_bad_row_is_refused_with_file_line_and_cure(folder: Path, table: str, old: str, new: str, said: str) -> None:
    spoil(folder, table, old, new)
    with pytest.raises(MapFormatError, match=said) as caught:
        read_register(folder, "x", "x")
    assert f"{table}:" in str(caught.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "links.csv").unlink()
    with pytest.raises(MapFormatError, match=r"links\.csv.*missing"):
        read_register(folder, "x", "x")


def test_a_missing_column_is_named(folder: Path) -> None:
    spoil(folder, "links.csv", "level", "height")
    with pytest.raises(MapFormatError, match="no column 'level'"):
        read_register(folder, "x", "x")


def test_boundaries_have_flows_of_their_kind(folder: Path) -> None:
    by_id = {boundary.ext_id: boundary for boundary in read_boundaries(folder)}
    assert (by_id["ZG13"].in_vph, by_id["ZG13"].out_vph) == (4200, 2600)
    assert (by_id["ZZ06"].in_vph, by_id["ZZ06"].out_vph) == (200, 770)
    assert by_id["ZZ06"].junctions == ("ZJ035", "ZJ061", "ZJ060")


def test_a_boundary_at_an_unknown_junction_is_refused(folder: Path) -> None:
    spoil(folder, "boundaries.csv", "ZJ035;", "ZJ000;")
    with pytest.raises(MapFormatError, match=r"boundaries\.csv:.*not in junctions\.csv"):
        read_boundaries(folder)
