"""Bus lines: where SUMO's route files say that vehicles stop."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandError, DemandOptions, DemandReport, read_sumo_routes
from jing_sim.trips import Stops, TripError, Trips

LINE = """<routes>
  <vType id="b" vClass="bus"/>
  <busStop id="gate" lane="0_1&gt;1_1_0" startPos="20" endPos="40"/>
  <route id="line" edges="0_1&gt;1_1 1_1&gt;2_1 2_1&gt;3_1"><stop busStop="gate" duration="20"/></route>
  <vehicle id="late" type="b" route="line" depart="50">
    <stop lane="1_1&gt;2_1_0" endPos="-30" until="0:02:00"/></vehicle>
  <flow id="f" type="b" route="line" begin="10" end="30" number="2">
    <stop busStop="north" duration="5" until="40"/>
  </flow>
  <trip id="t" from="0_1&gt;1_1" to="2_1&gt;3_1" depart="0"><stop lane="1_1&gt;1_2_0" duration="3"/></trip>
</routes>"""
NORTH = '<additional><busStop id="north" lane="2_1&gt;3_1_0" endPos="9999"/></additional>'


def read(text: str, town: RoadNetwork, folder: Path, other: str = NORTH) -> tuple[Trips, DemandReport]:
    path, additional = folder / "x.rou.xml", folder / "stops.add.xml"
    path.write_text(text)
    additional.write_text(other)
    return read_sumo_routes(path, town, DemandOptions(duration_s=1000.0, seed=3), [additional])


def planned(trips: Trips, name: str) -> list[tuple[str, float, float, float]]:
    stops, row = trips.stops, trips.ext_id.index(name)
    assert stops is not None
    assert stops.until_s is not None
    rows = range(int(stops.first_stop[row]), int(stops.first_stop[row + 1]))
    # In the town, road and lane have the same row.
    return [(str(stops.lane[i]), float(stops.pos_m[i]), float(stops.dwell_s[i]), float(stops.until_s[i])) for i in rows]


def test_stops_of_vehicles_routes_and_flows_are_kept_in_the_order_of_the_trips(
    town: RoadNetwork, tmp_path: Path
) -> None:
    trips, report = read(LINE, town, tmp_path)
    trips.check(town)
    assert report.unroutable == ()
    roads = {name: str(row) for row, name in enumerate(town.roads.ext_id)}
    assert trips.ext_id == ("t", "f.0", "f.1", "late")
    [gate, mid] = planned(trips, "late")
    assert gate[:3] == (roads["0_1>1_1"], 40.0, 20.0)
    assert np.isnan(gate[3])
    assert mid == (roads["1_1>2_1"], 180.0 - 30.0, 0.0, 120.0)
    assert [planned(trips, f"f.{i}")[1][3] for i in range(2)] == [40.0, 50.0]
    assert planned(trips, "f.0")[1][:2] == (roads["2_1>3_1"], 180.0)
    assert trips.stops is not None
    assert trips.stops.vehicle.tolist() == [0, 1, 1, 2, 2, 3, 3]


def test_a_trip_drives_by_its_stops(town: RoadNetwork, tmp_path: Path) -> None:
    trips, _ = read(LINE, town, tmp_path)
    route = [town.roads.ext_id[int(r)] for r in trips.roads[: trips.first_road[1]]]
    assert route[:2] == ["0_1>1_1", "1_1>1_2"]


def test_a_vehicle_that_cannot_make_its_stops_is_listed(town: RoadNetwork, tmp_path: Path) -> None:
    head = '<vehicle id="{}" depart="0"><route edges="0_1&gt;1_1 1_1&gt;2_1"/>{}</vehicle>'
    stops = {
        "lane": '<stop lane="1_1&gt;2_1_7" duration="1"/>',
        "bus": '<stop busStop="gat" duration="1"/>',
        "astray": '<stop lane="2_1&gt;3_1_0" duration="1"/>',
        "back": "".join(f'<stop lane="1_1&gt;2_1_0" endPos="{at}" duration="1"/>' for at in (50, 20)),
        "endless": '<stop lane="1_1&gt;2_1_0" triggered="true"/>',
    }
    text = "<routes>\n" + "\n".join(head.format(name, stop) for name, stop in stops.items()) + "</routes>"
    trips, report = read(text, town, tmp_path)
    assert len(trips) == 0
    found = {item.what: item.reason for item in report.unroutable}
    for name, part in {
        "lane": "unknown lane '1_1>2_1_7'", "bus": "unknown bus stop 'gat'", "astray": "stop 0 on edge",
        "back": "stop 1 on edge", "endless": "neither duration nor until",
    }.items():  # fmt: skip
        assert part in found[name]


def test_a_value_that_is_no_number_is_an_error_with_its_line(town: RoadNetwork, tmp_path: Path) -> None:
    stop = '<stop lane="1_1&gt;2_1_0" endPos="near" duration="1"/>'
    text = f'<routes>\n<vehicle id="v" depart="0"><route edges="0_1&gt;1_1 1_1&gt;2_1"/>{stop}</vehicle></routes>'
    with pytest.raises(DemandError, match=r':2: .*endPos="near"'):
        read(text, town, tmp_path)


def test_trips_without_stops_have_no_such_columns(town: RoadNetwork, tmp_path: Path) -> None:
    text = '<routes><vehicle id="v" depart="0"><route edges="0_1&gt;1_1"/></vehicle></routes>'
    assert read(text, town, tmp_path)[0].stops is None


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("lane", 999, "lane is outside the network"),
        ("lane", 15, "'late': stop 0 on road"),
        ("pos_m", 181.0, "pos_m is not on the lane"),
        ("pos_m", np.nan, "pos_m is not on the lane"),
        ("dwell_s", -1.0, "dwell_s must be 0 or more"),
        ("until_s", np.inf, "until_s must be a time or NaN"),
        ("vehicle", 0, "sorted by vehicle"),
    ],
)
def test_stops_are_checked_with_the_trips(
    town: RoadNetwork, tmp_path: Path, column: str, value: float, problem: str
) -> None:
    trips, _ = read(LINE, town, tmp_path)
    stops = trips.stops
    assert isinstance(stops, Stops)
    values = getattr(stops, column).copy()
    values[5] = value
    with pytest.raises(TripError, match=problem):
        replace(trips, stops=replace(stops, **{column: values})).check(town)
