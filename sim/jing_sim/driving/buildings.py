"""Buildings: footprints raised to their heights, off the roads."""

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_sim.driving.ground import Ground
from jing_sim.driving.lane_mesh import ROADS, SIDEWALKS
from jing_sim.driving.solids import House, Solids, solids_of

if TYPE_CHECKING:
    from jing_sim.driving.footprints import Footprints

__all__ = ["building_solids"]

F64 = NDArray[np.float64]

BUILDINGS = 3
_OFF_M = 0.2
_LEAST_M2 = 4.0
_EVEN_M = 0.05
_SUNK_M = 0.3
# A building that begins so high above the road may stand over it.
_OVER_M = 4.5


def building_solids(footprints: "Footprints", ground: Ground) -> tuple[Solids, str]:
    """Walls and roofs on the ground; and what was cut off because it would have stood on a road, or empty."""
    shapes, cut = _off_roads(footprints, ground)
    houses = []
    for row, shape in enumerate(shapes):
        for polygon in shapely.get_parts(shape):
            if polygon.geom_type == "Polygon" and polygon.area >= _LEAST_M2:
                name = footprints.name[row] or f"building {row + 1}"
                heights = float(footprints.height_m[row]), float(footprints.low_m[row])
                houses.append(_house(polygon, heights, ground, name))
    note = f"{cut} of {len(footprints)} footprints lie on roads and were cut back to their borders" if cut else ""
    return solids_of([], houses), note


def _house(polygon: shapely.Polygon, heights: tuple[float, float], ground: Ground, name: str) -> House:
    """A building from a little below the lowest ground at its walls."""
    plan = shapely.simplify(polygon, _EVEN_M)
    rings = [shapely.get_coordinates(ring)[:-1] for ring in (plan.exterior, *plan.interiors)]
    corners = np.concatenate(rings)
    z = ground.at(np.column_stack([corners, np.full(len(corners), 1.0e4)]))[:, 0]
    top, low = heights
    foot = float(z.min()) + (low if low > 0.0 else -_SUNK_M)
    raised = tuple(np.column_stack([ring, np.full(len(ring), foot)]) for ring in rings)
    return House(raised, float(z.min()) + top, BUILDINGS, name)


def _off_roads(footprints: "Footprints", ground: Ground) -> tuple[list[shapely.Geometry], int]:
    """Shapes without what lies on roads and sidewalks, and how many of them have lost something."""
    paved = ground.triangles[np.isin(ground.label, (ROADS, SIDEWALKS))][:, :, :2].astype(np.float64)
    tiles = np.asarray(shapely.polygons(paved), dtype=object)
    found, tile = shapely.STRtree(tiles.tolist()).query(footprints.shape, predicate="intersects")
    shapes, cut = list(footprints.shape), 0
    for row in np.unique(found):
        if footprints.low_m[row] >= _OVER_M:
            continue
        road = shapely.union_all(tiles[tile[found == row]].tolist()).buffer(_OFF_M)
        left = shapely.difference(shapes[row], road)
        cut += left.area < shapes[row].area - 0.01
        shapes[row] = left
    return shapes, cut
