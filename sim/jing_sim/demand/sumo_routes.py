"""Trips of SUMO route files: vehicles, trips and flows, with their types and routes.

Left out, with a warning that says where: persons, containers, where along the lane vehicles depart, and where
and how fast they arrive.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_sim.demand.assemble import DemandOptions, VehicleMix, Wishes, routed, trips_of
from jing_sim.demand.draws import choose, uniform
from jing_sim.demand.report import DemandError, DemandReport, Unroutable
from jing_sim.demand.road_graph import RoadGraph
from jing_sim.demand.sumo_departures import Departure, departure_notes, departure_of, why_no_departure
from jing_sim.demand.sumo_elements import Element, RouteFile, Wish, lines_of, number_of, read_route_file, seconds_of
from jing_sim.demand.sumo_stops import PlannedStop, StopPlaces, stop_columns, stop_notes, why_no_stops
from jing_sim.demand.sumo_types import DEFAULT_TYPE, read_types
from jing_sim.trips import BEST_LANE, TripError, Trips

__all__ = ["read_sumo_routes"]

Int = NDArray[np.int32]

_TYPE, _ROUTE, _FLOW = 71, 72, 73
_USED = {
    "id", "type", "route", "depart", "from", "to", "via", "begin", "end", "number", "period", "vehsPerHour", "perHour",
    "probability", "color", "departLane", "departSpeed",
}  # fmt: skip


@dataclass(frozen=True)
class _Plan:
    """Roads that a vehicle must visit in order; `fixed`: they are its whole route."""

    roads: tuple[int, ...]
    fixed: bool


class _RefusedError(Exception):
    """Why a vehicle cannot be simulated; ends up in the report."""


def read_sumo_routes(
    path: Path | str, network: RoadNetwork, options: DemandOptions, additional: Iterable[Path | str] = ()
) -> tuple[Trips, DemandReport]:
    """Trips of a `.rou.xml` or `.rou.xml.gz` file on a network whose roads carry SUMO's edge ids.

    Departures at or after `options.duration_s` are left out. `trip`s and `flow`s with `from` and `to` take the fastest
    route in their driver's perception. A vehicle with an unknown edge, a broken route, or a road closed to its class
    is listed in the report with its line, and so is one whose `departLane` its first edge lacks: lanes are counted as
    the network has them, without footways. Where the file does not say how to depart, it is on the best lane and as
    fast as is safe (SUMO 1.28 takes `best_prob` and `avg`). Times are the file's; `options.scale` and `options.mix`
    have no effect. Stops on lanes and at bus stops become `Trips.stops`; bus stops are looked up in the file itself and
    in the `additional` ones.

    Raises:
        DemandError: the file is damaged, or a value cannot be read; says file and line.
    """
    file = read_route_file(path)
    for other in additional:
        file.bus_stops |= read_route_file(other).bus_stops
    types, ignored_type_attributes = read_types(file)
    warnings = [
        f"vType attribute {name} has no effect ({lines_of(at)})" for name, at in ignored_type_attributes.items()
    ]
    wishes = [wish for maker in file.makers for wish in _departures(file, maker, options)]
    _check_unique(file, wishes)
    reader = _Reader(file, network, types.name, options.seed)
    plans: list[tuple[Wish, int, _Plan]] = []
    halts: list[list[PlannedStop]] = []
    lost: dict[tuple[int, str, str], int] = {}
    for number, wish in enumerate(wishes):
        try:
            plan, stops = reader.plan(wish, number), reader.stops(wish)
            plans.append((wish, *plan))
            halts.append(stops)
        except _RefusedError as error:
            key = (wish.maker.line, wish.maker.get("id"), str(error))
            lost[key] = lost.get(key, 0) + 1
    options = replace(options, mix=VehicleMix(types, (1.0,) * len(types)))
    routes = _routes(network, plans, options)
    kept: list[tuple[Wish, int, Int, Departure, list[PlannedStop]]] = []
    for (wish, kind, _), route, stops in zip(plans, routes, halts, strict=True):
        departure = departure_of(file.path, wish.maker)
        if isinstance(route, str):
            fault = route
        else:
            fault = why_no_departure(network, types, kind, int(route[0]), departure)
            fault = fault or (why_no_stops(network, types, kind, route.tolist(), stops) if stops else "")
            if not fault:
                kept.append((wish, kind, route, departure, stops))
        if fault:
            key = (wish.maker.line, wish.maker.get("id"), f"{fault} (type {types.name[kind]})")
            lost[key] = lost.get(key, 0) + 1
    trips = trips_of(
        types,
        tuple(wish.what for wish, *_ in kept),
        np.array([kind for _, kind, *_ in kept], dtype=np.int32),
        np.array([wish.depart_s for wish, *_ in kept]),
        [route for _, _, route, *_ in kept],
    )
    by_time = sorted(kept, key=lambda row: row[0].depart_s)
    trips = _departing(trips, [departure for *_, departure, _ in by_time])
    trips = replace(trips, stops=stop_columns([stops for *_, stops in by_time]))
    warnings += departure_notes(file.makers) + stop_notes(file) + _ignored(file)
    unroutable = tuple(Unroutable(what, count, reason, line) for (line, what, reason), count in lost.items())
    return trips, DemandReport(str(path), len(wishes), len(trips), unroutable, tuple(warnings))


def _departing(trips: Trips, departures: list[Departure]) -> Trips:
    """The trips with their departures; a column that says nothing is left out."""
    lane = np.array([departure.lane for departure in departures], dtype=np.int32)
    speed = np.array([departure.speed_mps for departure in departures], dtype=np.float64)
    return replace(
        trips,
        depart_lane=lane if (lane != BEST_LANE).any() else None,
        depart_speed_mps=None if np.isnan(speed).all() else speed,
    )


def _departures(file: RouteFile, maker: Element, options: DemandOptions) -> Iterator[Wish]:
    """Departures of a vehicle, trip or flow before the end of the run."""
    name = maker.get("id")
    if not name:
        raise DemandError.at(file.path, maker.line, f"<{maker.tag}> needs an id")
    if maker.tag != "flow":
        time_s = seconds_of(file.path, maker, "depart")
        if time_s < options.duration_s:
            yield Wish(name, maker, time_s)
        return
    for number, time_s in enumerate(_flow_times(file, maker, options)):
        if time_s < options.duration_s:
            yield Wish(f"{name}.{number}", maker, float(time_s))


def _flow_times(file: RouteFile, flow: Element, options: DemandOptions) -> NDArray[np.float64]:
    """Departures of a flow as SUMO spaces them; chance is drawn by line and number."""
    path, has = file.path, flow.attributes
    begin = seconds_of(path, flow, "begin") if "begin" in has else 0.0
    count = number_of(path, flow, "number") if "number" in has else np.inf
    end = seconds_of(path, flow, "end") if "end" in has else np.inf
    last = min(end, options.duration_s)
    text = flow.get("period")
    times: NDArray[np.float64]
    if text.startswith("exp(") and text.endswith(")"):
        flow = replace(flow, attributes=has | {"rate": text[4:-1]})
        rate = number_of(path, flow, "rate")
        n = int(max(last - begin, 0.0) * rate * 2 + 50)
        gaps = -np.log(uniform(options.seed, _FLOW, flow.line, np.arange(n))) / max(rate, 1e-12)
        times = np.asarray(begin + np.cumsum(gaps), dtype=np.float64)
    elif "probability" in has:
        chance = number_of(path, flow, "probability")
        seconds = np.arange(int(np.ceil(max(last - begin, 0.0))))
        times = begin + seconds[uniform(options.seed, _FLOW, flow.line, seconds) < chance].astype(np.float64)
    else:
        period = _period(file, flow, begin, end, count)
        n = int(min(np.ceil(max(last - begin, 0.0) / period - 1e-9), count)) if period > 0 else 0
        times = begin + np.arange(n, dtype=np.float64) * period
    times = times[times < last - 1e-9]
    return times[: int(count)] if np.isfinite(count) else times


def _period(file: RouteFile, flow: Element, begin: float, end: float, count: float) -> float:
    for name in ("vehsPerHour", "perHour"):
        if name in flow.attributes:
            rate = number_of(file.path, flow, name)
            return 3600.0 / rate if rate > 0 else 0.0
    if "period" in flow.attributes:
        return seconds_of(file.path, flow, "period")
    if np.isfinite(count) and np.isfinite(end):
        return (end - begin) / count if count > 0 else 0.0
    problem = "needs period, vehsPerHour, probability, or number with end"
    raise DemandError.at(file.path, flow.line, f'<flow id="{flow.get("id")}"> {problem}')


def _check_unique(file: RouteFile, wishes: list[Wish]) -> None:
    seen: dict[str, int] = {}
    for wish in wishes:
        if wish.what in seen:
            problem = f'vehicle id "{wish.what}" was used before, on line {seen[wish.what]}'
            raise DemandError.at(file.path, wish.maker.line, problem)
        seen[wish.what] = wish.maker.line


class _Reader:
    """Looks up types, routes and edges of one file; the answers to repeated questions are kept."""

    def __init__(self, file: RouteFile, network: RoadNetwork, types: tuple[str, ...], seed: int) -> None:
        self._file, self._seed = file, seed
        self._places = StopPlaces(file, network)
        self._types = {name: row for row, name in enumerate(types)}
        self._roads = {name: row for row, name in enumerate(network.roads.ext_id)}

    def plan(self, wish: Wish, number: int) -> tuple[int, _Plan]:
        """Type and roads of a vehicle."""
        maker = wish.maker
        return self._type(maker.get("type") or DEFAULT_TYPE, number), self._plan(maker, number)

    def stops(self, wish: Wish) -> list[PlannedStop]:
        """Where a vehicle stops."""
        try:
            return self._places.stops(wish)
        except (UnknownNameError, TripError) as error:
            raise _RefusedError(str(error)) from error

    def _type(self, name: str, number: int) -> int:
        choice = self._file.type_choices.get(name)
        if choice is not None:
            name = self._drawn(choice, ("vType", "vTypes"), _TYPE, number)
        if name not in self._types:
            raise _RefusedError(str(UnknownNameError("vehicle type", name, self._types)))
        return self._types[name]

    def _plan(self, maker: Element, number: int) -> _Plan:
        inline = next((child for child in maker.children if child.tag in ("route", "routeDistribution")), None)
        if inline is not None:
            return self._route(inline, number)
        name = maker.get("route")
        if name:
            found = self._file.routes.get(name) or self._file.route_choices.get(name)
            if found is None:
                known = self._file.routes.keys() | self._file.route_choices.keys()
                raise _RefusedError(str(UnknownNameError("route", name, known)))
            return self._route(found, number)
        if not (maker.get("from") and maker.get("to")):
            raise _RefusedError("has neither a route nor from and to edges (zones and junctions are not supported)")
        via = maker.get("via").split() or self._places.edges(maker)
        return _Plan(self._edges([maker.get("from"), *via, maker.get("to")]), fixed=False)

    def _route(self, element: Element, number: int) -> _Plan:
        if element.tag == "route":
            if not element.get("edges"):
                raise _RefusedError(f'route "{element.get("id")}" has no edges')
            return _Plan(self._edges(element.get("edges").split()), fixed=True)
        inside = [child for child in element.children if child.tag == "route"]
        if not inside:
            return self._route(self._named_route(self._drawn(element, ("route", "routes"), _ROUTE, number)), number)
        return self._route(inside[self._draw(self._weights(inside), _ROUTE, number)], number)

    def _named_route(self, name: str) -> Element:
        if name not in self._file.routes:
            raise _RefusedError(str(UnknownNameError("route", name, self._file.routes)))
        return self._file.routes[name]

    def _drawn(self, choice: Element, names: tuple[str, str], stream: int, number: int) -> str:
        """One id of a distribution: of its children, or of its list and `probabilities`."""
        inside = [child for child in choice.children if child.tag == names[0]]
        if inside:
            return inside[self._draw(self._weights(inside), stream, number)].get("id")
        ids = choice.get(names[1]).split()
        try:
            weights = [float(part) for part in choice.get("probabilities").split()] or [1.0] * len(ids)
        except ValueError:
            weights = []
        if not ids or len(weights) != len(ids) or min(weights) < 0 or sum(weights) <= 0:
            raise DemandError.at(
                self._file.path, choice.line, f'<{choice.tag} id="{choice.get("id")}"> is no distribution'
            )
        return ids[self._draw(weights, stream, number)]

    def _weights(self, inside: list[Element]) -> list[float]:
        path = self._file.path
        weights = [number_of(path, e, "probability") if "probability" in e.attributes else 1.0 for e in inside]
        if sum(weights) <= 0:
            raise DemandError.at(path, inside[0].line, "the probabilities of a distribution are all 0")
        return weights

    def _draw(self, weights: list[float], stream: int, number: int) -> int:
        return int(choose(weights, uniform(self._seed, stream, number))[0])

    def _edges(self, names: list[str]) -> tuple[int, ...]:
        for name in names:
            if name not in self._roads:
                raise _RefusedError(str(UnknownNameError("edge", name, self._roads)))
        return tuple(self._roads[name] for name in names)


def _routes(network: RoadNetwork, plans: list[tuple[Wish, int, _Plan]], options: DemandOptions) -> list[Int | str]:
    """A route for each plan, or why there is none."""
    out: list[Int | str] = [""] * len(plans)
    classes = options.mix.types.vehicle_class
    graphs = {int(bit): RoadGraph.of(network, int(bit)) for bit in np.unique(classes)}
    checked: dict[tuple[int, tuple[int, ...]], Int | str] = {}
    legs: list[tuple[int, int, int, int]] = []
    for row, (_, kind, plan) in enumerate(plans):
        if plan.fixed:
            key = (int(classes[kind]), plan.roads)
            if key not in checked:
                checked[key] = _checked(network, graphs[key[0]], plan.roads)
            out[row] = checked[key]
        else:
            legs += [(row, kind, a, b) for a, b in zip(plan.roads[:-1], plan.roads[1:], strict=True)]
    for row, route in _legs_joined(network, plans, legs, options).items():
        out[row] = route
    return out


def _checked(network: RoadNetwork, graph: RoadGraph, roads: tuple[int, ...]) -> Int | str:
    """The route, or its first fault."""
    route, names = np.array(roads, dtype=np.int32), network.roads.ext_id
    closed = np.flatnonzero(~graph.usable[route])
    if len(closed):
        return f'edge "{names[int(route[closed[0]])]}" of the route is closed to the vehicle'
    broken = np.flatnonzero(~graph.linked(route[:-1], route[1:]))
    if len(broken):
        a, b = (names[int(route[broken[0] + i])] for i in (0, 1))
        return f'broken route: no connection from edge "{a}" to edge "{b}"'
    return route


def _legs_joined(
    network: RoadNetwork,
    plans: list[tuple[Wish, int, _Plan]],
    legs: list[tuple[int, int, int, int]],
    options: DemandOptions,
) -> dict[int, Int | str]:
    """Routes of the plans with from, via and to: fastest ways between consecutive ones."""
    if not legs:
        return {}
    row, kind, origin, destination = (np.array(column, dtype=np.int32) for column in zip(*legs, strict=True))
    names = tuple(plans[int(r)][0].what for r in row)
    times = np.array([plans[int(r)][0].depart_s for r in row])
    found = routed(network, Wishes(names, names, kind, times, origin, destination), options)
    out: dict[int, Int | str] = {}
    for leg, route in enumerate(found):
        r, so_far = int(row[leg]), out.get(int(row[leg]))
        if isinstance(so_far, str):
            continue
        if route is None:
            a, b = (network.roads.ext_id[int(end[leg])] for end in (origin, destination))
            out[r] = f'no way from edge "{a}" to edge "{b}"'
        else:
            out[r] = route if so_far is None else np.concatenate([so_far, route[1:]])
    return out


def _ignored(file: RouteFile) -> list[str]:
    """One warning for each kind of element or attribute that has no effect."""
    elements = {tag: list(lines) for tag, lines in file.ignored.items()}
    attributes: dict[str, list[int]] = {}
    for maker in file.makers:
        for child in maker.children:
            if child.tag not in ("route", "routeDistribution", "stop"):
                elements.setdefault(child.tag, []).append(child.line)
        for name in maker.attributes.keys() - _USED:
            attributes.setdefault(name, []).append(maker.line)
    out = [f"<{tag}> has no effect ({lines_of(lines)})" for tag, lines in sorted(elements.items())]
    return out + [f"attribute {name} has no effect ({lines_of(lines)})" for name, lines in sorted(attributes.items())]
