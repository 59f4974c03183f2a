"""A road network as a table of shapes: GeoParquet and GeoJSON in WGS-84, and the `network.parquet` of a run folder.

One row a thing that a map draws. Columns:

| column | meaning |
|---|---|
| kind | lane, connector, junction, stop_line or crosswalk |
| id | row in the network's table; for a stop line the row of its lane |
| road | row of `Roads`: of the lane, of the lane that a connector leaves, of the crosswalk; else -1 |
| lane | way id: lane row, or number of lanes + connector row; of a stop line its lane; else -1 |
| ext_id | `road_index` for a lane and its stop lines, `lane>lane` for a connector, the junction's own id |
| street_zh, street_en | street of the road; for a junction `street_zh` holds the streets that cross |
| road_class, level | of the road; a junction has class -1 and the lowest level of its roads |
| width_m, speed_limit_mps, length_m | NaN where a thing has none |
| signal_group | of a connector, stop line or crosswalk; else -1 |
| junction | of a connector or crosswalk, that a stop line belongs to, or the junction itself; else -1 |
| geometry | centre lines, outlines (a point for a junction without one), stop lines from left to right |

A lane has one stop line for each signal group that rules a connector from it. Where there are several, each takes its
share of the lane's width, left turns at the left, so that a viewer can colour them side by side. A lane with a stop
line and no signal has one with group -1.
"""

import os
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from jing_maps.columns import Turn
from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork

__all__ = ["network_table", "write_geojson", "write_geoparquet"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]
Shapes = NDArray[np.object_]

_KINDS = ("lane", "connector", "junction", "stop_line", "crosswalk")
# Where a turn's signal hangs across the lane: u-turns leftmost, right turns rightmost.
_LEFT_TO_RIGHT = {Turn.U_TURN: 0, Turn.LEFT: 1, Turn.STRAIGHT: 2, Turn.RIGHT: 3}


def network_table(network: RoadNetwork) -> geopandas.GeoDataFrame:
    """What a map draws of the network, one row a thing, in WGS-84; the columns stand in the module's docstring.

    Rows are in the order lanes, connectors, junctions, stop lines, crosswalks, each in the order of its table.
    """
    parts = [_lanes(network), _connectors(network), _junctions(network), _stop_lines(network), _crosswalks(network)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    counts = [len(part["id"]) for part in parts]
    kind = np.repeat(np.array(_KINDS, dtype=object), counts)
    shapes = columns.pop("geometry")
    data = {"kind": kind, **columns}
    table = geopandas.GeoDataFrame(data, geometry=_to_wgs84(network, shapes), crs="EPSG:4326")
    table.attrs = {"name": network.name, "attribution": network.attribution}
    return table


def write_geoparquet(network: RoadNetwork, path: str | Path) -> None:
    """`network_table` stands in the GeoParquet file `path`, which appears at once and complete.

    Raises:
        MapFormatError: the folder of `path` does not exist.
    """
    table = network_table(network)
    _write_whole(path, lambda partial: table.to_parquet(partial, index=False, compression="zstd"))


def write_geojson(network: RoadNetwork, path: str | Path) -> None:
    """`network_table` stands in the GeoJSON file `path` (RFC 7946, seven decimals), at once and complete.

    The column `id` is called `row` there: a GeoJSON `id` must be unique in the file.

    Raises:
        MapFormatError: the folder of `path` does not exist.
    """
    table = network_table(network).rename(columns={"id": "row"})
    _write_whole(path, lambda partial: table.to_file(partial, driver="GeoJSON", engine="pyogrio", RFC7946="YES"))


def _write_whole(path: str | Path, write: Callable[[Path], None]) -> None:
    path = Path(path)
    if not path.parent.is_dir():
        raise MapFormatError(path, f"there is no folder {path.parent}; make it first")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        write(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _to_wgs84(network: RoadNetwork, shapes: Shapes) -> Shapes:
    xy = shapely.get_coordinates(shapes)
    lon, lat = network.frame.to_wgs84(xy[:, 0], xy[:, 1])
    return np.asarray(shapely.set_coordinates(shapes, np.column_stack([lon, lat])))


def _street_columns(network: RoadNetwork, road: Int) -> dict[str, NDArray[np.generic]]:
    """Road, street, class and level columns of rows that belong to `road`; -1 and empty where that is -1."""
    none = road < 0
    at = np.where(none, 0, road)
    street = np.where(none, -1, network.roads.street[at])
    names_zh = np.array([*network.streets.name_zh, ""], dtype=object)
    names_en = np.array([*network.streets.name_en, ""], dtype=object)
    return {
        "road": road.astype(np.int32),
        "street_zh": names_zh[street],
        "street_en": names_en[street],
        "road_class": np.where(none, -1, network.roads.kind[at]).astype(np.int8),
        "level": np.where(none, 0, network.roads.level[at]).astype(np.int8),
    }


def _lane_names(network: RoadNetwork) -> NDArray[np.object_]:
    road, index = network.lanes.road.tolist(), network.lanes.index.tolist()
    names = [f"{network.roads.ext_id[r]}_{i}" for r, i in zip(road, index, strict=True)]
    return np.array(names, dtype=object)


def _rows(
    network: RoadNetwork, road: Int, shapes: Shapes, **columns: NDArray[np.generic]
) -> dict[str, NDArray[np.generic]]:
    """All columns in their order; those not given are -1, NaN or empty."""
    n = len(road)
    filled = _street_columns(network, road)
    default: dict[str, NDArray[np.generic]] = {
        "id": np.arange(n, dtype=np.int32),
        "road": filled["road"],
        "lane": np.full(n, -1, np.int32),
        "ext_id": np.full(n, "", dtype=object),
        "street_zh": filled["street_zh"],
        "street_en": filled["street_en"],
        "road_class": filled["road_class"],
        "level": filled["level"],
        "width_m": np.full(n, np.nan),
        "speed_limit_mps": np.full(n, np.nan),
        "signal_group": np.full(n, -1, np.int32),
        "junction": np.full(n, -1, np.int32),
        "length_m": np.full(n, np.nan),
    }
    return {**default, **columns, "geometry": shapes}


def _lanes(network: RoadNetwork) -> dict[str, NDArray[np.generic]]:
    lanes = network.lanes
    return _rows(
        network,
        lanes.road,
        lanes.centre.linestrings(),
        lane=np.arange(len(lanes), dtype=np.int32),
        ext_id=_lane_names(network),
        width_m=lanes.width_m,
        speed_limit_mps=lanes.speed_limit_mps,
        length_m=lanes.length_m,
    )


def _connectors(network: RoadNetwork) -> dict[str, NDArray[np.generic]]:
    connectors, names = network.connectors, _lane_names(network)
    pairs = zip(names[connectors.from_lane], names[connectors.to_lane], strict=True)
    return _rows(
        network,
        network.lanes.road[connectors.from_lane],
        connectors.centre.linestrings(),
        lane=(len(network.lanes) + np.arange(len(connectors))).astype(np.int32),
        ext_id=np.array([f"{a}>{b}" for a, b in pairs], dtype=object),
        width_m=connectors.width_m,
        speed_limit_mps=connectors.speed_limit_mps,
        signal_group=connectors.signal_group,
        junction=connectors.junction,
        length_m=connectors.length_m,
    )


def _junctions(network: RoadNetwork) -> dict[str, NDArray[np.generic]]:
    junctions, roads = network.junctions, network.roads
    n = len(junctions)
    shapes = np.asarray(shapely.points(junctions.x_m, junctions.y_m), dtype=object).reshape(n)
    counts = np.diff(junctions.outline.first)
    drawn = np.flatnonzero(counts >= 4)
    if len(drawn):
        index = np.repeat(np.arange(n), counts)
        keep = counts[index] >= 4
        dense = np.searchsorted(drawn, index[keep])
        shapes[drawn] = shapely.polygons(shapely.linearrings(junctions.outline.xyz[keep, :2], indices=dense))
    level = np.full(n, np.iinfo(np.int8).max, np.int8)
    np.minimum.at(level, roads.from_junction, roads.level)
    np.minimum.at(level, roads.to_junction, roads.level)
    level[level == np.iinfo(np.int8).max] = 0
    return _rows(
        network,
        np.full(n, -1, np.int32),
        shapes,
        ext_id=np.array(junctions.ext_id, dtype=object).reshape(n),
        street_zh=np.array(junctions.name_zh, dtype=object).reshape(n),
        level=level,
        junction=np.arange(n, dtype=np.int32),
    )


def _stop_lines(network: RoadNetwork) -> dict[str, NDArray[np.generic]]:
    lanes, (lane, group, begin, end) = network.lanes, _stop_line_shares(network)
    # A signalled lane without a stop line of its own is stopped at its end.
    line_m = lanes.stop_line_m[lane]
    station_m = np.where(np.isnan(line_m), lanes.length_m[lane], line_m)
    drawn_m = station_m * (lanes.centre.lengths_m() / lanes.length_m)[lane]
    x, y, _, heading = lanes.centre.locate(lane, drawn_m)
    left = np.stack([-np.sin(heading), np.cos(heading)], axis=1)
    width_m = lanes.width_m[lane]
    ends = [np.stack([x, y], axis=1) + left * (width_m * (0.5 - share))[:, None] for share in (begin, end)]
    return _rows(
        network,
        lanes.road[lane],
        np.asarray(shapely.linestrings(np.stack(ends, axis=1)), dtype=object).reshape(len(lane)),
        id=lane,
        lane=lane,
        ext_id=_lane_names(network)[lane],
        width_m=width_m * (end - begin),
        signal_group=group,
        junction=network.roads.to_junction[lanes.road[lane]],
        length_m=width_m * (end - begin),
    )


def _stop_line_shares(network: RoadNetwork) -> tuple[Int, Int, Float, Float]:
    """Lane, signal group, and the share of the lane's width (0 = left edge) at which each stop line begins and ends."""
    connectors = network.connectors
    order = np.array([_LEFT_TO_RIGHT[turn] for turn in Turn])
    ruled = connectors.signal_group >= 0
    frame = pd.DataFrame(
        {
            "lane": connectors.from_lane[ruled],
            "group": connectors.signal_group[ruled],
            "at": order[connectors.turn[ruled]],
        }
    )
    frame = frame.groupby(["lane", "group"]).min().reset_index()
    plain = np.flatnonzero(~np.isnan(network.lanes.stop_line_m))
    plain = np.setdiff1d(plain, frame["lane"].to_numpy())
    frame = pd.concat([frame, pd.DataFrame({"lane": plain, "group": -1, "at": 0})]).astype(np.int32)
    frame = frame.sort_values(["lane", "at", "group"], kind="stable")
    place = frame.groupby("lane").cumcount().to_numpy()
    shares = frame.groupby("lane")["at"].transform("size").to_numpy()
    lane, group = frame["lane"].to_numpy(), frame["group"].to_numpy()
    return lane, group, place / shares, (place + 1) / shares


def _crosswalks(network: RoadNetwork) -> dict[str, NDArray[np.generic]]:
    walks = network.crosswalks
    return _rows(
        network,
        walks.road,
        walks.centre.linestrings(),
        width_m=walks.width_m,
        signal_group=walks.signal_group,
        junction=walks.junction,
        length_m=walks.centre.lengths_m(),
    )
