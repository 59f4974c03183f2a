"""Positions in the map frame or relative to an entity's own: World, RelativeWorld, RelativeObject, Geo."""

import math

from jing_maps.errors import JingError
from jing_maps.opendrive.georeference import local_frame
from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.orientation import Orientation, orientation_of, turned_in_map
from jing_scenarios.roads.levels import heights_at
from jing_scenarios.roads.place import find_place
from jing_scenarios.roads.placement import Placement, Pose6
from jing_scenarios.scene import Scene, Where

__all__ = ["geo_position", "relative_object_position", "relative_world_position", "world_position"]


def world_position(node: Node, scene: Scene) -> Where:
    """WorldPosition: computed once. What is not said comes from the road below: z, pitch, roll, heading along s."""
    x, y = node.number("x"), node.number("y")
    z, h, p, r = (node.number(name, math.nan) for name in ("z", "h", "p", "r"))
    place = find_place(scene.plan, Pose6(x, y, z, h, p, r))
    return lambda: place


def relative_world_position(node: Node, scene: Scene) -> Where:
    """RelativeWorldPosition: `dx`, `dy`, `dz` along the map's axes from an entity; without `dz` on the road there."""
    row, orientation = scene.row_of(node.string("entityRef"), node), orientation_of(node)
    dx, dy, dz = node.number("dx"), node.number("dy"), node.number("dz", math.nan)

    def where() -> Placement:
        base = scene.motion.placement(row)
        return _shifted(scene, base, (dx, dy, dz), orientation)

    return where


def relative_object_position(node: Node, scene: Scene) -> Where:
    """RelativeObjectPosition: `dx`, `dy`, `dz` along an entity's own axes; without `dz` on the road there."""
    row, orientation = scene.row_of(node.string("entityRef"), node), orientation_of(node)
    dx, dy, dz = node.number("dx"), node.number("dy"), node.number("dz", math.nan)

    def where() -> Placement:
        base = scene.motion.placement(row)
        return _shifted(scene, base, _rotated(base.pose, dx, dy, dz), orientation)

    return where


def geo_position(node: Node, scene: Scene) -> Where:
    """GeoPosition: longitude and latitude in degrees, projected as the road network's geoReference says.

    Without `altitude` it lies on the road: of several roads one above the other on number `verticalRoadSelection`,
    counted from the lowest one (0; negative from the highest one, -1).

    Raises:
        OpenScenarioError: the road network has no geoReference.
    """
    lon, lat = node.number("longitudeDeg"), node.number("latitudeDeg")
    odr, orientation = scene.plan.odr, orientation_of(node)
    if not odr.header.geo_reference:
        msg = f"{node.place}: {node.tag} needs a <geoReference> in the road network; {odr.path or 'it'} has none"
        raise OpenScenarioError(msg)
    try:
        easting, northing = local_frame(odr.header, odr.path).to_local([lon], [lat])
    except JingError as error:
        raise OpenScenarioError(f"{node.place}: {node.tag}: {error}") from error
    x, y = _unturned(odr.header.offset_heading_rad, float(easting[0]), float(northing[0]))
    z = node.number("altitude", math.nan)
    if math.isnan(z) and node.has("verticalRoadSelection"):
        z = _level(node, heights_at(scene.plan, x, y))
    place = find_place(scene.plan, Pose6(x, y, z, math.nan, math.nan, math.nan))
    h, p, r = turned_in_map(place.pose, orientation)
    said = (math.nan if math.isnan(angle) and orientation.absolute else value
            for angle, value in zip(orientation[1:], (h, p, r), strict=True))  # fmt: skip
    place = find_place(scene.plan, Pose6(x, y, place.z, *said))
    return lambda: place


def _shifted(scene: Scene, base: Placement, by: tuple[float, float, float], orientation: Orientation) -> Placement:
    h, p, r = turned_in_map(base.pose, orientation)
    z = base.z + by[2] if not math.isnan(by[2]) else math.nan
    return find_place(scene.plan, Pose6(base.x + by[0], base.y + by[1], z, h, p, r))


def _rotated(pose: Pose6, dx: float, dy: float, dz: float) -> tuple[float, float, float]:
    """A shift in an entity's own frame, along the map's axes; NaN for z stays."""
    ch, sh, cp, sp = math.cos(pose.h), math.sin(pose.h), math.cos(pose.p), math.sin(pose.p)
    cr, sr = math.cos(pose.r), math.sin(pose.r)
    up = 0.0 if math.isnan(dz) else dz
    x = ch * cp * dx + (ch * sp * sr - sh * cr) * dy + (sh * sr + ch * sp * cr) * up
    y = sh * cp * dx + (ch * cr + sh * sp * sr) * dy + (sh * sp * cr - ch * sr) * up
    return x, y, math.nan if math.isnan(dz) else -sp * dx + cp * sr * dy + cp * cr * up


def _unturned(heading: float, x: float, y: float) -> tuple[float, float]:
    cos, sin = math.cos(heading), math.sin(heading)
    return x * cos + y * sin, y * cos - x * sin


def _level(node: Node, heights: list[float]) -> float:
    number = node.integer("verticalRoadSelection")
    if not heights or not -len(heights) <= number < len(heights):
        msg = f"{node.place}: verticalRoadSelection={number}, but {len(heights)} roads lie one above the other there"
        raise OpenScenarioError(msg)
    return heights[number]
