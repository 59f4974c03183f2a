"""What the page draws of the network: static layers for deck.gl by pydeck, and lines that the player colours."""

import json
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pydeck
import shapely
from numpy.typing import NDArray

from jing_citybrain.replay.errors import ReplayError
from jing_citybrain.replay.plane import Plane
from jing_sim.trace import RunFolder

__all__ = ["Shapes", "draw_shapes", "read_network"]

Float = NDArray[np.float64]

_NEEDED = {
    "kind", "id", "road", "lane", "ext_id", "street_zh", "street_en", "road_class", "level", "width_m",
    "speed_limit_mps", "signal_group", "junction", "length_m", "geometry",
}  # fmt: skip
_SIMPLE_DEG = 1e-6  # 0.1 m


@dataclass(frozen=True)
class Shapes:
    """The network as the page needs it.

    Attributes:
        deck: the static layers, as `pydeck.Deck.to_json` says them.
        lines: roads, stop lines, signalled connectors, crosswalks and streets, in the plane, decimetres.
        plane: the plane.
        road_class: `(n_roads,)` `RoadClass`, -1 where the network has no such row.
        street_of: external id of a road -> row of `lines["streets"]`.
    """

    deck: dict[str, Any]
    lines: dict[str, Any]
    plane: Plane
    road_class: NDArray[np.int64]
    street_of: dict[str, int]


def read_network(folder: RunFolder) -> geopandas.GeoDataFrame:
    """`network.parquet` of a run as shapes.

    Raises:
        ReplayError: a column or every lane is missing, or a position is no longitude and latitude.
    """
    path = folder.path / "network.parquet"
    table = folder.network()
    lacking = _NEEDED - set(table.column_names)
    if lacking:
        raise ReplayError(f"{path}: column {sorted(lacking)[0]!r} is missing; record the run again")
    frame = table.drop_columns(["geometry"]).to_pandas()
    geometry = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
    network = geopandas.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")
    if not (network["kind"] == "lane").any():
        raise ReplayError(f"{path}: there is no lane to draw")
    west, south, east, north = network.total_bounds
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
        raise ReplayError(f"{path}: positions {west}, {south} to {east}, {north} are no WGS-84 lon/lat")
    return network


def draw_shapes(network: geopandas.GeoDataFrame) -> Shapes:
    """The shapes of the page, around the middle of the lanes."""
    lanes = network[network["kind"] == "lane"].sort_values("id")
    west, south, east, north = lanes.total_bounds
    plane = Plane(round(float(west + east) / 2, 6), round(float(south + north) / 2, 6))
    streets, street = _streets(lanes)
    lines = {
        "streets": streets,
        "roads": _road_lines(lanes, street, plane),
        "stops": _rows(network, "stop_line", plane, "signal_group"),
        "ways": _rows(network, "connector", plane, "signal_group"),
        "walks": _walks(network, plane),
        "bounds": [round(v) for v in np.concatenate(_corners(plane, west, south, east, north))],
    }
    kinds = lanes.groupby("road")["road_class"].first()
    road_class = np.full(int(kinds.index.max()) + 1, -1, np.int64)
    road_class[kinds.index] = kinds.to_numpy()
    names = lanes["ext_id"].str.rsplit("_", n=1).str[0]
    street_of = {name: int(s) for name, s in zip(names, street, strict=True) if s >= 0}
    return Shapes(_deck(network, lanes, plane), lines, plane, road_class, street_of)


def _corners(plane: Plane, west: float, south: float, east: float, north: float) -> list[Float]:
    x, y = plane.of_lonlat([west, east], [south, north])
    return [np.array([x[0], y[0]]), np.array([x[1], y[1]])]


def _streets(lanes: pd.DataFrame) -> tuple[list[list[str]], NDArray[np.int64]]:
    """Names as [zh, en], and the row of each lane's street, -1 = unnamed."""
    pairs = list(zip(lanes["street_zh"].fillna(""), lanes["street_en"].fillna(""), strict=True))
    known = sorted({pair for pair in pairs if pair[0] or pair[1]})
    row = {pair: i for i, pair in enumerate(known)}
    return [list(pair) for pair in known], np.array([row.get(pair, -1) for pair in pairs], np.int64)


def _flat(shape: Any, plane: Plane) -> list[int]:  # noqa: ANN401 - shapely has no type for "a line"
    """Decimetres in the plane: x, y of the first point, then differences."""
    points = shapely.get_coordinates(shape)
    xy = np.rint(np.stack(plane.of_lonlat(points[:, 0], points[:, 1]), axis=1) * 10).astype(int)
    return [int(v) for v in np.diff(xy, axis=0, prepend=0).ravel()]


def _road_lines(lanes: geopandas.GeoDataFrame, street: NDArray[np.int64], plane: Plane) -> list[dict[str, Any]]:
    """One line a road: its middle lane, the longest where lanes begin late."""
    out = []
    rows = lanes.assign(street_row=street, line=shapely.simplify(lanes.geometry.to_numpy(), _SIMPLE_DEG))
    for road, own in rows.groupby("road", sort=True):
        full = own[own["length_m"] >= 0.9 * own["length_m"].max()]
        middle = full.iloc[len(full) // 2]
        out.append(
            {
                "r": int(str(road)),
                "c": int(middle["road_class"]),
                "l": int(middle["level"]),
                "s": int(middle["street_row"]),
                "w": round(float(own["width_m"].sum()), 1),
                "v": round(float(own["speed_limit_mps"].max()) * 3.6),
                "p": _flat(middle["line"], plane),
            }
        )
    return sorted(out, key=lambda row: (row["l"], -row["c"]))


def _rows(network: geopandas.GeoDataFrame, kind: str, plane: Plane, column: str) -> list[list[int]]:
    """`[signal group, x, y, dx, dy, ...]` of each shape of this kind that has a signal."""
    own = network[(network["kind"] == kind) & (network[column] >= 0)]
    simple = shapely.simplify(own.geometry.to_numpy(), _SIMPLE_DEG)
    return [[int(group), *_flat(shape, plane)] for group, shape in zip(own[column], simple, strict=True)]


def _walks(network: geopandas.GeoDataFrame, plane: Plane) -> list[list[int]]:
    own = network[network["kind"] == "crosswalk"]
    return [[round(w * 10), *_flat(g, plane)] for w, g in zip(own["width_m"], own.geometry, strict=True)]


def _deck(network: geopandas.GeoDataFrame, lanes: geopandas.GeoDataFrame, plane: Plane) -> dict[str, Any]:
    level = network.sort_values(["level", "id"], kind="stable")
    junctions = level[(level["kind"] == "junction") & (level.geom_type == "Polygon")]
    paved = level[level["kind"].isin(["lane", "connector"])]
    outer, inner = _markings(lanes)
    stops = level[level["kind"] == "stop_line"]
    layers = [
        pydeck.Layer(
            "PolygonLayer",
            data=[{"p": _degrees(shape.exterior)} for shape in junctions.geometry],
            id="junctions",
            get_polygon="p",
            stroked=False,
            filled=True,
        ),
        _paths("lanes", paved.geometry, np.nan_to_num(paved["width_m"].to_numpy(float), nan=3.0) + 0.2, 1.0),
        _paths("edges", outer, np.full(len(outer), 0.15), 0.5),
        _paths("dividers", inner, np.full(len(inner), 0.15), 0.5),
        _paths("stop_lines", stops.geometry, np.full(len(stops), 0.4), 0.5),
    ]
    deck = pydeck.Deck(
        layers=layers,
        initial_view_state=pydeck.ViewState(longitude=plane.lon_deg, latitude=plane.lat_deg, zoom=13),
        views=[pydeck.View(type="MapView", controller=False)],
        map_provider=None,
    )
    said: dict[str, Any] = json.loads(deck.to_json())
    said.pop("mapStyle", None)
    return said


def _paths(name: str, lines: Any, width_m: Float, least_px: float) -> pydeck.Layer:  # noqa: ANN401
    simple = shapely.simplify(np.asarray(lines, dtype=object), _SIMPLE_DEG)
    data = [{"p": _degrees(line), "w": round(float(w), 2)} for line, w in zip(simple, width_m, strict=True)]
    return pydeck.Layer(
        "PathLayer",
        data=data,
        id=name,
        get_path="p",
        get_width="w",
        width_units=pydeck.types.String("meters"),
        width_min_pixels=least_px,
        cap_rounded=name == "lanes",
        joint_rounded=name == "lanes",
    )


def _degrees(line: Any) -> list[list[float]]:  # noqa: ANN401
    # Seven decimals are a centimetre.
    return [[round(float(x), 7), round(float(y), 7)] for x, y in shapely.get_coordinates(line)]


def _markings(lanes: geopandas.GeoDataFrame) -> tuple[list[Any], list[Any]]:
    """Lines at the edges of the carriageways, and between their lanes, in WGS-84.

    A lane's row is followed by its left neighbour's while the road stays the same. The frame of offsetting is
    degrees of equal length, good to millimetres over the width of a lane.
    """
    squeeze = np.cos(np.radians(shapely.get_coordinates(lanes.geometry.to_numpy())[:, 1].mean()))
    outer: list[Any] = []
    inner: list[Any] = []
    road, width = lanes["road"].to_numpy(), np.nan_to_num(lanes["width_m"].to_numpy(float), nan=3.0)
    for i, shape in enumerate(lanes.geometry):
        half = width[i] / 2 / 111_320.0
        if i == 0 or road[i - 1] != road[i]:
            outer.append(_beside(shape, -half, squeeze))
        last = i + 1 == len(road) or road[i + 1] != road[i]
        (outer if last else inner).append(_beside(shape, half, squeeze))
    return outer, inner


def _beside(shape: Any, left_deg: float, squeeze: float) -> Any:  # noqa: ANN401
    points = shapely.get_coordinates(shape) * [squeeze, 1.0]
    along = np.gradient(points, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-15)[:, None]
    moved = points + left_deg * np.stack([-along[:, 1], along[:, 0]], axis=1)
    return shapely.LineString(moved / [squeeze, 1.0])
