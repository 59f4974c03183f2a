"""`<lanes>` of a road: lane sections, lanes, widths, links, markings, speeds and access."""

import math
from types import MappingProxyType

from jing_maps.opendrive.model import Cubics, Lane, LaneAccess, LaneHeight, LaneSection, LaneSpeed, RoadMark
from jing_maps.opendrive.source import Element, Source

__all__ = ["read_lane_offset", "read_sections", "speed_mps"]

_UNITS = {"m/s": 1.0, "km/h": 1 / 3.6, "mph": 0.44704}
_NO_LIMIT = {"no limit", "undefined", "-1"}


def speed_mps(source: Source, element: Element, default_unit: str) -> float:
    """The `max` of a `<speed>` in m/s; infinite for `no limit` and `undefined`."""
    raw = source.text(element, "max", "undefined")
    if raw.lower() in _NO_LIMIT:
        return math.inf
    unit = source.text(element, "unit", default_unit)
    if unit not in _UNITS:
        source.fail(element, f"has unit={unit!r}; known are {', '.join(_UNITS)}")
    return source.not_negative(element, "max") * _UNITS[unit]


def _permanent(source: Source, road: Element) -> Element:
    layers = road.findall("lanes")
    if not layers:
        source.fail(road, f"{road.get('id')!r} has no <lanes>; add a <lanes> with a <laneSection>")
    for layer in layers[1:]:
        source.warn(layer, f"of layer {layer.get('layer', '?')!r} is not read; the first layer rules")
    return layers[0]


def read_lane_offset(source: Source, road: Element) -> Cubics:
    """The lane offset of a road over s."""
    return source.cubics(_permanent(source, road).findall("laneOffset"), "s")


def read_sections(source: Source, road: Element, length_m: float) -> tuple[LaneSection, ...]:
    """The lane sections of a road, in order; a section without length is left out with a warning."""
    elements = _permanent(source, road).findall("laneSection")
    if not elements:
        source.fail(road, f"{road.get('id')!r} has no <laneSection>; every road needs one")
    starts = [source.not_negative(e, "s") for e in elements]
    sections: list[LaneSection] = []
    for i, (element, start) in enumerate(zip(elements, starts, strict=True)):
        end = starts[i + 1] if i + 1 < len(starts) else length_m
        if i + 1 < len(starts) and end < start:
            source.fail(elements[i + 1], f"begins at s={end}, before the section in front of it ({start})")
        if end <= start and len(elements) > 1:
            source.warn(element, f"of road {road.get('id')!r} at s={start} has no length and is left out")
            continue
        lanes = _lanes(source, element)
        sections.append(LaneSection(start, end, MappingProxyType(lanes), element.sourceline))
    if not sections:
        source.fail(road, f"{road.get('id')!r} has no lane section inside its length of {length_m} m")
    return tuple(sections)


def _lanes(source: Source, section: Element) -> dict[int, Lane]:
    lanes: dict[int, Lane] = {}
    for side in section.iterchildren("left", "center", "right"):
        for element in side.findall("lane"):
            lane = _lane(source, element)
            if lane.id in lanes:
                source.fail(element, f"id {lane.id} stands twice in one section; ids must differ")
            if (lane.id > 0, lane.id < 0) != (side.tag == "left", side.tag == "right"):
                source.fail(element, f"id {lane.id} stands in <{side.tag}>; left ids are positive, right ids negative")
            lanes[lane.id] = lane
    for lane_id in lanes:
        inner = lane_id - 1 if lane_id > 0 else lane_id + 1
        if inner not in lanes and inner != 0 and lane_id != 0:
            source.fail(section, f"has lane {lane_id} but no lane {inner}; number the lanes without gaps from 0")
    return {lane_id: lanes[lane_id] for lane_id in sorted(lanes, reverse=True)}


def _lane(source: Source, element: Element) -> Lane:
    lane_id = source.integer(element, "id")
    width = source.cubics(element.findall("width"), "sOffset")
    border = source.cubics(element.findall("border"), "sOffset")
    if lane_id and not len(width) and not len(border):
        source.warn(element, f"id {lane_id} has neither <width> nor <border>; it counts as 0 m wide")
    if len(width) and len(border):
        source.warn(element, f"id {lane_id} has both <width> and <border>; the width rules")
    return Lane(
        id=lane_id,
        type=source.text(element, "type", "none"),
        level=source.text(element, "level", "false") in {"true", "1"},
        predecessors=_links(source, element, "predecessor"),
        successors=_links(source, element, "successor"),
        width=width,
        border=border,
        marks=tuple(_mark(source, e) for e in element.findall("roadMark")),
        speeds=tuple(
            LaneSpeed(source.number(e, "sOffset", 0.0), speed_mps(source, e, "m/s")) for e in element.findall("speed")
        ),
        accesses=tuple(_access(source, e) for e in element.findall("access")),
        heights=_heights(source, element),
        direction=source.text(element, "direction", "standard"),
        line=element.sourceline,
    )


def _links(source: Source, element: Element, tag: str) -> tuple[int, ...]:
    return tuple(source.integer(e, "id") for e in element.findall(f"link/{tag}"))


def _access(source: Source, element: Element) -> LaneAccess:
    rule, restriction = source.text(element, "rule", "allow"), element.get("restriction")
    if restriction is None:  # 1.8 names the road users in child elements
        restriction = " ".join(e.get("type", "") for e in element.findall("restriction"))
    return LaneAccess(source.number(element, "sOffset", 0.0), rule, restriction.strip())


def _heights(source: Source, element: Element) -> tuple[LaneHeight, ...]:
    heights = [
        LaneHeight(source.number(e, "sOffset", 0.0), source.number(e, "inner", 0.0), source.number(e, "outer", 0.0))
        for e in element.findall("height")
    ]
    return tuple(sorted(heights, key=lambda height: height.s_offset_m))


def _mark(source: Source, element: Element) -> RoadMark:
    return RoadMark(
        s_offset_m=source.number(element, "sOffset", 0.0),
        type=source.text(element, "type", "none"),
        color=source.text(element, "color", "standard"),
        width_m=max(source.number(element, "width", 0.0), 0.0),
        lane_change=source.text(element, "laneChange", ""),
    )
