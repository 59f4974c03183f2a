from dataclasses import fields, replace

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.info import NetworkInfo, network_info


def test_the_figures_of_a_grid_are_those_of_its_making() -> None:
    network = grid(3, 2)
    info = network_info(network)
    assert (info.name, info.junctions, info.signals, info.streets) == ("grid-3x2", 6, 6, 5)
    assert (info.roads, info.lanes) == (len(network.roads), len(network.lanes))
    assert (info.connectors, info.conflicts) == (len(network.connectors), len(network.conflicts))
    assert info.lane_km == pytest.approx(network.lanes.length_m.sum() / 1000, abs=5e-4)


def test_the_box_holds_all_lanes() -> None:
    network = grid(2, 2)
    west, south, east, north = network_info(network).bbox_wgs84
    lon, lat = network.frame.to_wgs84(network.lanes.centre.xyz[:, 0], network.lanes.centre.xyz[:, 1])
    assert (west, south) == pytest.approx((lon.min(), lat.min()), abs=1e-6)
    assert (east, north) == pytest.approx((lon.max(), lat.max()), abs=1e-6)


def test_names_that_no_road_bears_do_not_count() -> None:
    network = grid(2, 2)
    unnamed = replace(network.roads, street=np.full(len(network.roads), -1, np.int32))
    assert network_info(replace(network, roads=unnamed)).streets == 0


def test_the_keys_are_those_of_the_command_line() -> None:
    counts = ["junctions", "signals", "roads", "lanes", "lane_km", "connectors", "conflicts"]
    assert [field.name for field in fields(NetworkInfo)] == ["name", *counts, "bbox_wgs84", "streets"]
