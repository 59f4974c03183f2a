"""Street registers: tables of crossings and streets from which the built-in areas are compiled.

A register is a folder of four CSV files in UTF-8, WGS-84 degrees, km/h and vehicles per hour:

```
streets.csv     id, name_zh, name_en, class, speed_kmh, median, bike_lane
junctions.csv   id, lon, lat, control, name_zh, signal_group
links.csv       id, street_id, from_junction, to_junction, direction, lanes_forward, lanes_backward, shape, level
boundaries.csv  id, kind, name_zh, type, junctions, inflow_vph, outflow_vph, production_vph, attraction_vph
```
"""

from collections.abc import Callable, Mapping
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jing_maps.columns import RoadClass, Streets
from jing_maps.compile import Control, StreetPlan
from jing_maps.errors import MapFormatError
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame

__all__ = ["Boundary", "read_boundaries", "read_register"]

_CLASSES = {kind.name.lower(): kind for kind in RoadClass}
_CONTROLS = {control.name.lower(): control for control in Control}
# Median of a street that has one: room for a turn pocket (CJJ 37: 2 m to 5 m between the directions).
_MEDIAN_M = 4.0
_LINE_M = 0.5

Row = Mapping[str, str]


@dataclass(frozen=True)
class Boundary:
    """A gate at the border of an area, or a zone within it.

    Attributes:
        ext_id, kind, name_zh, use: id, `gate` or `zone`, name, and type of use.
        junctions: ids of the junctions where it touches the streets.
        in_vph: vehicles per hour of the morning peak that enter the streets here.
        out_vph: those that leave them here.
    """

    ext_id: str
    kind: str
    name_zh: str
    use: str
    junctions: tuple[str, ...]
    in_vph: float
    out_vph: float


def read_register(folder: Path, name: str, attribution: str) -> StreetPlan:
    """The street plan of a register; its frame is tangent at the middle of the junctions.

    Raises:
        MapFormatError: a file is missing, or a row has a value that cannot be; says file, line, value and cure.
    """
    streets, junctions, links = (_Table(folder / f"{table}.csv") for table in ("streets", "junctions", "links"))
    lon, lat = junctions.numbers("lon", -180, 180), junctions.numbers("lat", -90, 90)
    frame = LocalFrame.tangent(*(round(float(edge.min() + edge.max()) / 2, 4) for edge in (lon, lat)))
    x, y = frame.to_local(lon, lat)
    street = links.references("street_id", streets)
    tail, head = links.references("from_junction", junctions), links.references("to_junction", junctions)
    kind = streets.choices("class", _CLASSES)[street]
    both = links.choices("direction", {"both": 1, "forward": 0}).astype(bool)
    backward = links.numbers("lanes_backward", 0, 8).astype(np.int32)
    links.refuse("lanes_backward", both != (backward > 0), "must be 0 for direction forward, and positive for both")
    median = streets.numbers("median", 0, 1)[street]
    return StreetPlan(
        name=name,
        frame=frame,
        attribution=attribution,
        streets=Streets(streets.column("name_zh"), streets.column("name_en")),
        node_id=junctions.column("id"),
        node_name=junctions.column("name_zh"),
        node_x_m=x,
        node_y_m=y,
        control=junctions.choices("control", _CONTROLS),
        signal_group=junctions.column("signal_group"),
        link_id=links.column("id"),
        street=street,
        from_node=tail,
        to_node=head,
        line=_lines(links, frame, np.stack([x, y], axis=1), tail, head),
        lanes_forward=links.numbers("lanes_forward", 1, 8).astype(np.int32),
        lanes_backward=backward,
        kind=kind,
        speed_mps=np.round(streets.numbers("speed_kmh", 10, 120)[street] / 3.6, 2),
        level=links.numbers("level", -5, 5).astype(np.int8),
        bike_lane=streets.numbers("bike_lane", 0, 1)[street] > 0,
        median_m=np.where(median > 0, _MEDIAN_M, _LINE_M),
    )


def read_boundaries(folder: Path) -> list[Boundary]:
    """Gates and zones of a register, in its order.

    Raises:
        MapFormatError: as `read_register`, and for a boundary at a junction that is not there.
    """
    junctions, table = _Table(folder / "junctions.csv"), _Table(folder / "boundaries.csv")
    known = set(junctions.column("id"))
    table.choices("kind", {"gate": 0, "zone": 1})
    places = [tuple(text.split(";")) for text in table.column("junctions")]
    unknown = [next((place for place in own if place not in known), "") for own in places]
    table.refuse(
        "junctions", np.array([bool(place) for place in unknown]), "names a junction that is not in junctions.csv"
    )
    gate = np.array(table.column("kind")) == "gate"
    flows = {
        side: np.where(gate, table.numbers(f"{gate_name}_vph", 0, 1e5), table.numbers(f"{zone_name}_vph", 0, 1e5))
        for side, gate_name, zone_name in (("in", "inflow", "production"), ("out", "outflow", "attraction"))
    }
    names = zip(*(table.column(name) for name in ("id", "kind", "name_zh", "type")), strict=True)
    return [
        Boundary(ext_id, kind, name_zh, use, own, float(into), float(out))
        for (ext_id, kind, name_zh, use), own, into, out in zip(names, places, flows["in"], flows["out"], strict=True)
    ]


def _lines(links: "_Table", frame: LocalFrame, xy: np.ndarray, tail: np.ndarray, head: np.ndarray) -> Polylines:
    lines = []
    for row, shape in enumerate(links.column("shape")):
        try:
            inner = np.array([[float(number) for number in point.split()] for point in shape.split(";") if point])
            inner = inner.reshape(-1, 2)
        except ValueError:
            raise links.error(row, "shape", "must be points `lon lat` joined by `;`") from None
        x, y = frame.to_local(inner[:, 0], inner[:, 1])
        lines.append(np.concatenate([xy[tail[row]][None], np.stack([x, y], axis=1), xy[head[row]][None]]))
    return Polylines.from_list(lines)


class _Table:
    """The rows of a CSV file, by column, with errors that say where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise MapFormatError(path, "is missing; a register has streets, junctions, links and boundaries.csv")
        with path.open(encoding="utf-8", newline="") as file:
            reader = DictReader(file)
            self.rows: list[Row] = list(reader)
            self.header = reader.fieldnames or []
        if not self.rows:
            raise MapFormatError(path, "has no rows", line=1)
        for row, cells in enumerate(self.rows):
            if None in cells or None in cells.values():
                raise MapFormatError(path, f"needs {len(self.header)} cells", line=row + 2)
        ids = self.column("id")
        first = {ext_id: row for row, ext_id in reversed(list(enumerate(ids)))}
        self.refuse("id", np.array([first[ext_id] != row for row, ext_id in enumerate(ids)]), "is there twice")
        self.row_of = first

    def column(self, name: str) -> tuple[str, ...]:
        if name not in self.header:
            raise MapFormatError(self.path, f"has no column {name!r}; it has {', '.join(self.header)}", line=1)
        return tuple(row[name] for row in self.rows)

    def numbers(self, name: str, low: float, high: float) -> np.ndarray:
        """Numbers within bounds; an empty cell is 0."""
        return self._convert(
            name, lambda text: float(text or 0), lambda value: low <= value <= high, f"{low:g}..{high:g}"
        )

    def choices(self, name: str, known: Mapping[str, int]) -> np.ndarray:
        """The values that the words in the column stand for."""
        wanted = f"one of {', '.join(known)}"
        return self._convert(name, lambda text: float(known.get(text, -1)), lambda value: value >= 0, wanted).astype(
            np.int8
        )

    def references(self, name: str, other: "_Table") -> np.ndarray:
        """Rows of another table."""
        wanted = f"an id of {other.path.name}"
        rows = self._convert(name, lambda text: float(other.row_of.get(text, -1)), lambda value: value >= 0, wanted)
        return rows.astype(np.int32)

    def refuse(self, name: str, bad: np.ndarray, problem: str) -> None:
        """Raises for the first row that is marked."""
        if bad.any():
            raise self.error(int(np.flatnonzero(bad)[0]), name, problem)

    def error(self, row: int, name: str, problem: str) -> MapFormatError:
        return MapFormatError(self.path, f"{name} {self.rows[row][name]!r} {problem}", line=row + 2)

    def _convert(
        self, name: str, read: Callable[[str], float], good: Callable[[float], bool], wanted: str
    ) -> np.ndarray:
        values = np.empty(len(self.rows))
        for row, text in enumerate(self.column(name)):
            try:
                values[row] = read(text)
            except ValueError:
                values[row] = np.nan
            if not good(values[row]):
                raise self.error(row, name, f"must be {wanted}")
        return values
