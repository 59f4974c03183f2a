"""Footprints of buildings as OpenStreetMap has them, read into the frame of a map.

Files (`.geojson`, `.gpkg`, `.shp`, `.parquet`, `.osm`, `.osm.pbf`) or a GeoDataFrame; columns `height`,
`building:levels` and `min_height` or `building:min_level` as in OpenStreetMap's Simple 3D Buildings.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from jing_maps.errors import MapFormatError
from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.georeference import local_frame
from jing_maps.projection import LocalFrame

__all__ = ["Footprints", "read_footprints"]

LEVEL_M = 3.0
"""Height of a level where only their number is known, as OpenStreetMap's wiki has it."""
UNKNOWN_M = 9.0
"""Height of buildings of which nothing is known: three levels."""
_TAG = re.compile(r'"([^"]+)"=>"([^"]*)"')
_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(m|ft|')?\s*$")
_LEAST_M2 = 4.0


@dataclass(frozen=True)
class Footprints:
    """`(n,)` buildings.

    Attributes:
        shape: polygons, map frame [m].
        height_m: above the ground. low_m: where the building begins above the ground, 0 = there.
        name: as in the source, or empty.
    """

    shape: NDArray[np.object_]
    height_m: NDArray[np.float64]
    low_m: NDArray[np.float64]
    name: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.shape)


def read_footprints(source: "gpd.GeoDataFrame | str | Path", odr: OpenDriveMap) -> Footprints:
    """The buildings of a file or frame, in the frame of the map.

    Heights: `height`, else levels times 3 m, else 9 m; of rows with a column `building`, those where it is set.

    Raises:
        MapFormatError: the file cannot be read, says no reference system, or the map is not georeferenced.
    """
    place = "GeoDataFrame" if isinstance(source, gpd.GeoDataFrame) else str(source)
    frame = source if isinstance(source, gpd.GeoDataFrame) else _read(Path(source))
    earth = local_frame(odr.header, odr.path)
    if frame.crs is None:
        raise MapFormatError(place, "has no coordinate reference system; set_crs(4326) would be right for lon/lat")
    if not earth.georeferenced:
        raise MapFormatError(odr.path, "has no <geoReference>; footprints have no place in it")
    frame = frame[_is_building(frame)].to_crs(4326).explode(index_parts=False)
    frame = frame[(frame.geometry.geom_type == "Polygon") & ~frame.geometry.is_empty]
    shapes = shapely.make_valid(_to_local(np.asarray(frame.geometry, dtype=object), earth))
    parts, row = shapely.get_parts(shapes, return_index=True)
    kept = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) >= _LEAST_M2)
    row = row[kept]
    height, low = _heights(frame)
    names = _column(frame, "name").fillna("").astype(str).to_numpy()[row]
    return Footprints(np.asarray(parts, dtype=object)[kept], height[row], low[row], tuple(names.tolist()))


def _read(path: Path) -> "gpd.GeoDataFrame":
    if not path.is_file():
        raise MapFormatError(path, "there is no such file; a file of footprints would be right")
    try:
        if path.suffix == ".parquet":
            return gpd.read_parquet(path)
        if ".osm" in path.suffixes:
            return _with_tags(gpd.read_file(path, layer="multipolygons"))
        return gpd.read_file(path)
    except (ValueError, OSError, RuntimeError) as problem:
        raise MapFormatError(path, f"holds no footprints that can be read ({problem})") from problem


def _with_tags(frame: "gpd.GeoDataFrame") -> "gpd.GeoDataFrame":
    """The columns that GDAL's reader of OpenStreetMap leaves in `other_tags`."""
    tags = pd.DataFrame([dict(_TAG.findall(text or "")) for text in frame["other_tags"]], index=frame.index)
    return frame.join(tags[[name for name in tags.columns if name not in frame.columns]])


def _column(frame: "gpd.GeoDataFrame", name: str) -> pd.Series:
    return frame[name] if name in frame.columns else pd.Series([None] * len(frame), index=frame.index, dtype=object)


def _is_building(frame: "gpd.GeoDataFrame") -> NDArray[np.bool_]:
    if not {"building", "building:part"} & set(frame.columns):
        return np.ones(len(frame), np.bool_)
    tagged = [_column(frame, name).fillna("no").astype(str).ne("no") for name in ("building", "building:part")]
    return np.asarray(tagged[0] | tagged[1], np.bool_)


def _heights(frame: "gpd.GeoDataFrame") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`(n,)` heights of the top and of the lower end above the ground."""
    metres = {name: _numbers(_column(frame, name)) for name in ("height", "building:levels", "min_height",
                                                               "building:min_level")}  # fmt: skip
    top = np.where(np.isnan(metres["height"]), metres["building:levels"] * LEVEL_M, metres["height"])
    low = np.where(np.isnan(metres["min_height"]), metres["building:min_level"] * LEVEL_M, metres["min_height"])
    top = np.where(np.isnan(top) | (top <= 0.0), UNKNOWN_M, top)
    low = np.nan_to_num(low)
    return top, np.where(low < top, low, 0.0)


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    """Metres or counts, NaN where the text says neither."""

    def number(value: object) -> float:
        found = _NUMBER.match(str(value))
        return np.nan if found is None else float(found[1]) * (0.3048 if found[2] in {"ft", "'"} else 1.0)

    return np.array([number(value) for value in column], np.float64)


def _to_local(shapes: NDArray[np.object_], earth: LocalFrame) -> NDArray[np.object_]:
    def project(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack(earth.to_local(lon_lat[:, 0], lon_lat[:, 1]), axis=1)

    moved: NDArray[np.object_] = np.asarray(shapely.transform(shapes, project), dtype=object)
    return moved
