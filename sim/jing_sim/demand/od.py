"""Origin-destination tables that people write: CSV files and data frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jing_maps.areas import Terminals
from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_sim.demand.assemble import DemandOptions, Wishes, assemble
from jing_sim.demand.draws import uniform
from jing_sim.demand.profile import FLAT, poisson_departures
from jing_sim.demand.report import DemandError, DemandReport
from jing_sim.demand.zones import pick_roads
from jing_sim.trips import Trips

__all__ = ["od_demand", "read_od"]

Float = NDArray[np.float64]
Places = dict[str, tuple[int, ...]]

COLUMNS = ("origin", "destination", "vehicles_per_hour", "trips", "vehicle_type", "begin_s", "end_s")
_ORIGIN, _DESTINATION, _COUNT, _TIME = 61, 62, 63, 64


@dataclass(frozen=True)
class _Row:
    """One checked row of a table."""

    label: str
    origin: str
    destination: str
    amount: float
    kind: int
    begin_s: float
    end_s: float


def read_od(
    path: Path | str, network: RoadNetwork, options: DemandOptions, terminals: Terminals | None = None
) -> tuple[Trips, DemandReport]:
    """Trips of a CSV file with a header; see `od_demand` for the columns.

    Raises:
        DemandError: the file cannot be read; says file, line and value.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DemandError.at(path, None, f"cannot be read as CSV: {error}") from error
    return od_demand(table, network, options, terminals, source=str(path))


def od_demand(
    table: pd.DataFrame,
    network: RoadNetwork,
    options: DemandOptions,
    terminals: Terminals | None = None,
    *,
    source: str = "OD table",
) -> tuple[Trips, DemandReport]:
    """Trips of a table of flows.

    Columns: `origin`, `destination` (ids of terminals, or external ids of roads); `vehicles_per_hour` (Poisson
    departures) or `trips` (that many, at random times); optional `vehicle_type` (a name of the mix's types; empty =
    drawn from the mix), `begin_s`, `end_s` (simulation time; default 0 and the duration). `options.scale` applies.

    Raises:
        DemandError: a column is missing or unknown, a value is no number or negative, a name is unknown; the message
            says source, line (header = 1) and value.
    """
    amount = _check_columns(table, source)
    starts, ends = _places(network, terminals)
    rows = []
    for line, record in enumerate(table.to_dict("records"), start=2):
        texts = {str(name): "" if value is None else str(value).strip() for name, value in record.items()}
        if any(texts.values()):
            rows.append(_row(texts, amount, (starts, ends), options, (source, line)))
    wishes = _wishes(rows, amount == "trips", (starts, ends), network, options)
    return assemble(network, wishes, options, source)


def _check_columns(table: pd.DataFrame, source: str) -> str:
    names = [str(name) for name in table.columns]
    for name in names:
        if name not in COLUMNS:
            raise DemandError.at(source, 1, str(UnknownNameError("column", name, COLUMNS)))
    for name in ("origin", "destination"):
        if name not in names:
            raise DemandError.at(source, 1, f"column {name!r} is missing; there are {', '.join(names)}")
    amounts = [name for name in ("vehicles_per_hour", "trips") if name in names]
    if len(amounts) != 1:
        raise DemandError.at(source, 1, "needs exactly one of the columns vehicles_per_hour and trips")
    return amounts[0]


def _places(network: RoadNetwork, terminals: Terminals | None) -> tuple[Places, Places]:
    roads: Places = {name: (row,) for row, name in enumerate(network.roads.ext_id)}
    if terminals is None:
        return roads, roads
    starts = roads | {name: terminals.in_roads[i] for i, name in enumerate(terminals.ext_id)}
    ends = roads | {name: terminals.out_roads[i] for i, name in enumerate(terminals.ext_id)}
    return starts, ends


def _row(
    texts: Mapping[str, str], amount: str, places: tuple[Places, Places], options: DemandOptions, at: tuple[str, int]
) -> _Row:
    for side, known in zip(("origin", "destination"), places, strict=True):
        if texts[side] not in known:
            raise DemandError.at(*at, str(UnknownNameError(side, texts[side], known)))
        if not known[texts[side]]:
            raise DemandError.at(*at, f"{side} {texts[side]!r} has no road on which trips could do so")
    kind_name, kinds = texts.get("vehicle_type", ""), options.mix.types.name
    if kind_name and kind_name not in kinds:
        raise DemandError.at(*at, str(UnknownNameError("vehicle type", kind_name, kinds)))
    begin_s = _number(texts, "begin_s", 0.0, at)
    end_s = _number(texts, "end_s", options.duration_s, at)
    if end_s <= begin_s:
        raise DemandError.at(*at, f"end_s {end_s:g} must be later than begin_s {begin_s:g}")
    return _Row(
        f"{texts['origin']}>{texts['destination']}#{at[1]}",
        texts["origin"],
        texts["destination"],
        _number(texts, amount, None, at) * options.scale,
        kinds.index(kind_name) if kind_name else -1,
        begin_s,
        min(end_s, options.duration_s) if amount == "vehicles_per_hour" else end_s,
    )


def _number(texts: Mapping[str, str], name: str, default: float | None, at: tuple[str, int]) -> float:
    text = texts.get(name, "")
    if not text and default is not None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 <= value < np.inf:
        raise DemandError.at(*at, f"{name} {text!r} must be a number of 0 or more")
    return value


def _wishes(
    rows: list[_Row], exact: bool, places: tuple[Places, Places], network: RoadNetwork, options: DemandOptions
) -> Wishes:
    flows, numbers, times = [], [], []
    for i, row in enumerate(rows):
        number, time = _departures(i, row, exact, options.seed)
        inside = time < options.duration_s
        flows.append(np.full(int(inside.sum()), i))
        numbers.append(number[inside])
        times.append(time[inside])
    flow = np.concatenate(flows) if flows else np.zeros(0, np.int64)
    number = np.concatenate(numbers) if numbers else np.zeros(0, np.int64)
    fixed = np.array([row.kind for row in rows], dtype=np.int32)[flow] if rows else np.zeros(0, np.int32)
    drawn = options.mix.draw(options.seed, flow, number)
    origin = tuple(places[0][row.origin] for row in rows)
    destination = tuple(places[1][row.destination] for row in rows)
    return Wishes(
        ext_id=tuple(f"{rows[int(i)].label}.{k}" for i, k in zip(flow, number, strict=True)),
        group=tuple(rows[int(i)].label for i in flow),
        vehicle_type=np.where(fixed >= 0, fixed, drawn).astype(np.int32),
        depart_s=np.concatenate(times) if times else np.zeros(0),
        origin=pick_roads(network, origin, flow, uniform(options.seed, _ORIGIN, flow, number)),
        destination=pick_roads(network, destination, flow, uniform(options.seed, _DESTINATION, flow, number)),
    )


def _departures(flow: int, row: _Row, exact: bool, seed: int) -> tuple[NDArray[np.int64], Float]:
    """Numbers and times of one row: exactly `amount` trips (a fraction by chance), or Poisson."""
    if exact:
        count = int(row.amount + uniform(seed, _COUNT, flow)[0])
        number = np.arange(count)
        return number, row.begin_s + uniform(seed, _TIME, flow, number) * (row.end_s - row.begin_s)
    if row.end_s <= row.begin_s:
        return np.zeros(0, np.int64), np.zeros(0)
    _, number, time = poisson_departures(np.array([row.amount]), (row.begin_s, row.end_s), FLAT, seed, flow)
    return number, time
