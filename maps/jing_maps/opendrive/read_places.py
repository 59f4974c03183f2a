"""What stands along a road: signals, references to signals, and objects with their outlines."""

import math

import numpy as np

from jing_maps.opendrive.model import Outline, Repeat, RoadObject, Signal, SignalReference
from jing_maps.opendrive.source import Element, Source

__all__ = ["read_objects", "read_signal_references", "read_signals"]


def _validity(source: Source, element: Element) -> tuple[tuple[int, int], ...]:
    return tuple(
        (source.integer(e, "fromLane"), source.integer(e, "toLane"))
        for e in element.findall("validity")
        if e.get("fromLane") is not None
    )


def read_signals(source: Source, road: Element) -> tuple[Signal, ...]:
    """The signals of a road."""
    return tuple(_signal(source, e) for e in road.findall("signals/signal"))


def _signal(source: Source, element: Element) -> Signal:
    raw_value = source.text(element, "value", "")
    value: float | None = None
    if raw_value:
        try:
            value = float(raw_value)
        except ValueError:
            source.warn(element, f"{element.get('id')!r} has value={raw_value!r}, which is no number; left out")
    if value is not None and not math.isfinite(value):
        source.fail(element, f"has value={raw_value!r}; it must be a finite number")
    return Signal(
        id=source.text(element, "id"),
        name=source.text(element, "name", ""),
        s_m=source.number(element, "s"),
        t_m=source.number(element, "t"),
        z_offset_m=source.number(element, "zOffset", 0.0),
        h_offset_rad=source.number(element, "hOffset", 0.0),
        orientation=source.text(element, "orientation", "none"),
        dynamic=source.text(element, "dynamic", "no") in {"yes", "true", "1"},
        country=source.text(element, "country", ""),
        type=source.text(element, "type", ""),
        subtype=source.text(element, "subtype", ""),
        value=value,
        unit=source.text(element, "unit", ""),
        text=source.text(element, "text", ""),
        width_m=source.number(element, "width", 0.0),
        height_m=source.number(element, "height", 0.0),
        validity=_validity(source, element),
        line=element.sourceline,
    )


def read_signal_references(source: Source, road: Element) -> tuple[SignalReference, ...]:
    """The signal references of a road."""
    return tuple(
        SignalReference(
            id=source.text(e, "id"),
            s_m=source.number(e, "s"),
            t_m=source.number(e, "t"),
            orientation=source.text(e, "orientation", "none"),
            validity=_validity(source, e),
            line=e.sourceline,
        )
        for e in road.findall("signals/signalReference")
    )


def read_objects(source: Source, road: Element) -> tuple[RoadObject, ...]:
    """The objects of a road."""
    return tuple(_object(source, e) for e in road.findall("objects/object"))


def _object(source: Source, element: Element) -> RoadObject:
    return RoadObject(
        id=source.text(element, "id", ""),
        name=source.text(element, "name", ""),
        type=source.text(element, "type", "none"),
        subtype=source.text(element, "subtype", ""),
        s_m=source.number(element, "s"),
        t_m=source.number(element, "t"),
        z_offset_m=source.number(element, "zOffset", 0.0),
        heading_rad=source.number(element, "hdg", 0.0),
        orientation=source.text(element, "orientation", "none"),
        length_m=source.number(element, "length", 0.0),
        width_m=source.number(element, "width", 0.0),
        height_m=source.number(element, "height", 0.0),
        radius_m=source.number(element, "radius", 0.0),
        outlines=tuple(_outline(source, e) for e in element.iter("outline")),
        repeats=tuple(_repeat(source, e) for e in element.findall("repeat")),
        validity=_validity(source, element),
        line=element.sourceline,
    )


def _repeat(source: Source, element: Element) -> Repeat:
    def pair(name: str) -> tuple[float, float] | None:
        if element.get(f"{name}Start") is None:
            return None
        start = source.number(element, f"{name}Start")
        return start, source.number(element, f"{name}End", start)

    return Repeat(
        s_m=source.number(element, "s"),
        length_m=source.not_negative(element, "length"),
        distance_m=source.not_negative(element, "distance"),
        t_m=pair("t"),
        z_offset_m=pair("zOffset"),
        own_length_m=pair("length"),
        width_m=pair("width"),
        height_m=pair("height"),
        radius_m=pair("radius"),
    )


def _outline(source: Source, element: Element) -> Outline:
    on_road = element.findall("cornerRoad")
    corners = on_road or element.findall("cornerLocal")
    names = ("s", "t", "dz") if on_road else ("u", "v", "z")
    rows = [[source.number(e, names[0]), source.number(e, names[1]), source.number(e, names[2], 0.0)] for e in corners]
    closed = source.text(element, "closed", "true") in {"true", "1"}
    height_m = max((source.number(e, "height", 0.0) for e in corners), default=0.0)
    return Outline(bool(on_road), np.array(rows, dtype=np.float64).reshape(-1, 3), closed, height_m)
