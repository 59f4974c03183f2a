"""`<road>`: links, kind and speed, plan view, elevation, lateral profile; lanes and places are read beside it."""

import math

import numpy as np

from jing_maps.opendrive.model import Cubics, GeometryKind, PlanView, Road, RoadLink, RoadType, Shape
from jing_maps.opendrive.read_lanes import read_lane_offset, read_sections, speed_mps
from jing_maps.opendrive.read_places import read_objects, read_signal_references, read_signals
from jing_maps.opendrive.source import Element, Source

__all__ = ["read_road"]

_KINDS = {
    "line": GeometryKind.LINE,
    "arc": GeometryKind.ARC,
    "spiral": GeometryKind.SPIRAL,
    "poly3": GeometryKind.POLY3,
    "paramPoly3": GeometryKind.PARAM_POLY3,
}


def read_road(source: Source, element: Element) -> Road:
    """One road."""
    length_m = source.number(element, "length")
    if length_m <= 0:
        source.fail(element, f"{element.get('id')!r} has length={length_m}; it must be positive")
    junction = source.text(element, "junction", "-1")
    rule = source.text(element, "rule", "RHT").upper()
    if rule not in {"RHT", "LHT"}:
        source.fail(element, f"has rule={rule!r}; it must be RHT or LHT")
    return Road(
        id=source.text(element, "id"),
        name=source.text(element, "name", ""),
        length_m=length_m,
        junction="" if junction == "-1" else junction,
        rule=rule,
        plan=_plan_view(source, element, length_m),
        sections=read_sections(source, element, length_m),
        elevation=source.cubics(element.findall("elevationProfile/elevation"), "s"),
        superelevation=source.cubics(element.findall("lateralProfile/superelevation"), "s"),
        crossfall=(_crossfall(source, element, "left"), _crossfall(source, element, "right")),
        lane_offset=read_lane_offset(source, element),
        shape=_shape(source, element),
        types=tuple(_type(source, e) for e in element.findall("type")),
        predecessor=_link(source, element, "predecessor"),
        successor=_link(source, element, "successor"),
        signals=read_signals(source, element),
        signal_references=read_signal_references(source, element),
        objects=read_objects(source, element),
        line=element.sourceline,
    )


def _type(source: Source, element: Element) -> RoadType:
    speed = element.find("speed")
    limit = speed_mps(source, speed, "m/s") if speed is not None and speed.get("max") is not None else None
    return RoadType(source.number(element, "s", 0.0), source.text(element, "type", "unknown"), limit)


def _link(source: Source, road: Element, tag: str) -> RoadLink | None:
    element = road.find(f"link/{tag}")
    if element is None or (element.get("elementId") is None and element.get("elementType") is None):
        return None
    kind = source.text(element, "elementType", "road")
    contact = source.text(element, "contactPoint", "")
    if kind not in {"road", "junction"}:
        source.fail(element, f"has elementType={kind!r}; it must be road or junction")
    if kind == "road" and contact not in {"start", "end"} and element.get("elementS") is None:
        source.fail(element, f"to road {element.get('elementId')!r} needs contactPoint start or end")
    at = source.number(element, "elementS") if element.get("elementS") is not None else None
    elem_dir = source.text(element, "elementDir", "")
    return RoadLink(kind, source.text(element, "elementId"), contact, at, elem_dir, element.sourceline)


def _crossfall(source: Source, road: Element, side: str) -> Cubics:
    elements = road.findall("lateralProfile/crossfall")
    return source.cubics([e for e in elements if source.text(e, "side", "both") in {side, "both"}], "s")


def _shape(source: Source, road: Element) -> Shape | None:
    elements = road.findall("lateralProfile/shape")
    if not elements:
        return None
    rows = np.array([[source.number(e, k, 0.0) for k in ("s", "t", "a", "b", "c", "d")] for e in elements])
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    return Shape(rows[order, 0], rows[order, 1], rows[order, 2:])


def _plan_view(source: Source, road: Element, road_length_m: float) -> PlanView:
    elements = road.findall("planView/geometry")
    if not elements:
        source.fail(road, f"{road.get('id')!r} has no <planView> with a <geometry>; a road needs a reference line")
    rows, kinds, params, p_ends = [], [], [], []
    for element in elements:
        head = [source.number(element, k) for k in ("s", "x", "y", "hdg", "length")]
        if head[4] < 0:
            source.fail(element, f"has length={head[4]}; it must not be negative")
        if head[4] == 0:
            source.warn(element, "has length 0 and is left out")
            continue
        kind, values, p_end = _primitive(source, element, head[4])
        rows.append(head)
        kinds.append(int(kind))
        params.append(values)
        p_ends.append(p_end)
    if not rows:
        source.fail(road, f"{road.get('id')!r} has no <geometry> longer than 0")
    table = np.array(rows, dtype=np.float64)
    _check_order(source, road, table, road_length_m)
    start, x, y, heading, length = (np.ascontiguousarray(column) for column in table.T)
    return PlanView(start, x, y, heading, length, np.array(kinds, dtype=np.int8), np.array(params), np.array(p_ends))


def _check_order(source: Source, road: Element, table: np.ndarray, road_length_m: float) -> None:
    ends = table[:, 0] + table[:, 4]
    if (np.diff(table[:, 0]) <= 0).any():
        source.fail(road, f"{road.get('id')!r}: the s of its <geometry> elements must rise")
    gap = np.abs(table[1:, 0] - ends[:-1])
    if len(gap) and gap.max() > 0.01:
        source.warn(road, f"{road.get('id')!r}: geometries overlap or leave a gap of {gap.max():.3f} m in s")
    if abs(ends[-1] - road_length_m) > 0.01:
        source.warn(road, f"{road.get('id')!r} says length {road_length_m} m; its geometries end at {ends[-1]:.3f} m")


def _primitive(source: Source, element: Element, length_m: float) -> tuple[GeometryKind, list[float], float]:
    shape = next((e for e in element if e.tag in _KINDS), None)
    if shape is None:
        source.fail(element, f"holds none of {', '.join(_KINDS)}")
    kind, values, p_end = _KINDS[shape.tag], [0.0] * 8, length_m
    if kind == GeometryKind.ARC:
        values[0] = source.number(shape, "curvature")
    elif kind == GeometryKind.SPIRAL:
        values[:2] = source.number(shape, "curvStart"), source.number(shape, "curvEnd")
    elif kind == GeometryKind.POLY3:
        values = [0.0, 1.0, 0.0, 0.0, *(source.number(shape, k) for k in "abcd")]
    elif kind == GeometryKind.PARAM_POLY3:
        values = [source.number(shape, k + axis) for axis in "UV" for k in "abcd"]
        span = source.text(shape, "pRange", "normalized")
        if span not in {"arcLength", "normalized"}:
            source.fail(shape, f"has pRange={span!r}; it must be arcLength or normalized")
        p_end = length_m if span == "arcLength" else 1.0
        if math.hypot(values[1], values[5]) == 0:
            source.fail(shape, "has bU = bV = 0; the curve needs a direction at its start")
    return kind, values, p_end
