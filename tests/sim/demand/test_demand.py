from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jing_maps.areas import Terminals
from jing_maps.columns import VehicleClass
from jing_maps.network import RoadNetwork
from jing_sim.demand import (
    DAY,
    FLAT,
    DemandError,
    DemandOptions,
    Profile,
    VehicleMix,
    area_demand,
    od_demand,
    random_trips,
    read_od,
)
from jing_sim.demand.draws import standard_normal, uniform
from jing_sim.demand.profile import poisson_departures
from jing_sim.demand.road_graph import RoadGraph
from jing_sim.demand.zones import distribute, furness
from jing_sim.vehicle_types import STANDARD_TYPES

OPTIONS = DemandOptions(duration_s=1800.0, seed=3)


def terminals(town: RoadNetwork) -> Terminals:
    ids = {name: row for row, name in enumerate(town.roads.ext_id)}
    ends = ["0_1", "3_1", "1_0", "1_3"]
    inner = {"0_1": "1_1", "3_1": "2_1", "1_0": "1_1", "1_3": "1_2"}
    return Terminals(
        ext_id=tuple(ends),
        name_zh=tuple(ends),
        is_gate=np.ones(4, bool),
        in_vph=np.array([400.0, 300.0, 200.0, 0.0]),
        out_vph=np.array([100.0, 400.0, 200.0, 200.0]),
        in_roads=tuple((ids[f"{e}>{inner[e]}"],) for e in ends),
        out_roads=tuple((ids[f"{inner[e]}>{e}"],) for e in ends),
    )


def test_draws_depend_on_their_ids_alone_and_are_uniform() -> None:
    u = uniform(1, 2, np.arange(20000))
    assert uniform(1, 2, np.array([7])) == u[7]
    assert u.mean() == pytest.approx(0.5, abs=0.01)
    assert np.histogram(u, 10, (0, 1))[0].min() > 1800
    assert standard_normal(1, 2, np.arange(20000)).std() == pytest.approx(1.0, abs=0.02)
    assert abs(np.corrcoef(u, uniform(2, 2, np.arange(20000)))[0, 1]) < 0.03


def test_furness_meets_both_sums() -> None:
    matrix = furness(np.array([[0, 1.0, 2], [1, 0, 1], [2, 1, 0]]), np.array([10.0, 20, 30]), np.array([25.0, 20, 15]))
    assert matrix.sum(axis=1) == pytest.approx([10, 20, 30], rel=1e-2)
    assert matrix.sum(axis=0) == pytest.approx([25, 20, 15], rel=1e-2)
    assert matrix.trace() == 0


def test_poisson_departures_follow_the_profile_and_do_not_depend_on_other_flows() -> None:
    profile = Profile(np.array([0.0, 1000, 2000, 3000]), np.array([1.0, 0.0, 3.0]))
    rates = np.array([7200.0, 0.0, 3600.0])
    flow, number, time = poisson_departures(rates, (0.0, 3000.0), profile, 5)
    assert np.bincount(flow, minlength=3)[1] == 0
    counts = np.histogram(time[flow == 0], [0, 1000, 2000, 3000])[0]
    assert counts[1] == 0
    assert counts[0] == pytest.approx(2000, abs=180)
    assert counts[2] == pytest.approx(6000, abs=320)
    alone = poisson_departures(np.array([0.0, 0.0, 3600.0]), (0.0, 3000.0), profile, 5)
    assert (alone[2] == time[flow == 2]).all()
    assert (number[flow == 2] == np.arange((flow == 2).sum())).all()


def test_the_day_has_its_peak_in_the_morning() -> None:
    assert DAY.factor_at(8 * 3600.0) == DAY.factor.max() == 1.0
    assert FLAT.factor_at(1e9) == 1.0


def test_area_demand_makes_routable_trips_near_the_flows_of_the_gates(town: RoadNetwork) -> None:
    places = terminals(town)
    trips, report = area_demand(town, places, DemandOptions(duration_s=3600.0, seed=1), FLAT)
    trips.check(town)
    assert report.wanted == report.made == len(trips)
    assert len(trips) == pytest.approx(900, abs=100)
    starts = [int((trips.origin == roads[0]).sum()) for roads in places.in_roads]
    assert starts == pytest.approx([400, 300, 200, 0], abs=60)
    assert len(set(trips.ext_id)) == len(trips)
    flows, times = distribute(town, places, 900.0)
    assert np.isinf(np.diag(times)).all()
    assert flows[0].sum() == pytest.approx(400)


def test_the_same_seed_gives_the_same_trips_and_another_one_others(town: RoadNetwork) -> None:
    a, b = (area_demand(town, terminals(town), OPTIONS)[0] for _ in range(2))
    assert a.ext_id == b.ext_id
    assert (a.depart_s == b.depart_s).all()
    assert (a.roads == b.roads).all()
    other = area_demand(town, terminals(town), DemandOptions(duration_s=1800.0, seed=4))[0]
    assert len(other) != len(a) or (other.depart_s != a.depart_s).any()


def test_scale_and_mix_are_obeyed(town: RoadNetwork) -> None:
    mix = VehicleMix(STANDARD_TYPES, (0.5, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0))
    trips, _ = area_demand(town, terminals(town), DemandOptions(duration_s=3600.0, seed=1, scale=2.0, mix=mix), FLAT)
    assert len(trips) == pytest.approx(1800, abs=150)
    assert np.bincount(trips.vehicle_type, minlength=4)[[1, 3]].sum() == 0
    assert (trips.vehicle_type == 0).mean() == pytest.approx(0.5, abs=0.05)


def test_drivers_spread_over_routes_of_similar_length(town: RoadNetwork) -> None:
    ids = {name: row for row, name in enumerate(town.roads.ext_id)}
    graph = RoadGraph.of(town, VehicleClass.CAR)
    n = 5
    origin, destination = np.full(n, ids["0_1>1_1"], np.int32), np.full(n, ids["2_2>2_3"], np.int32)
    routes = graph.routes(origin, destination, np.arange(n, dtype=np.int32), 1, 0.3)
    assert len({tuple(r.tolist()) for r in routes if r is not None}) == 2


def test_a_pair_without_a_way_is_reported_with_its_row(town: RoadNetwork) -> None:
    table = pd.DataFrame({"origin": ["1_1>0_1"], "destination": ["2_1>3_1"], "trips": [2]})
    trips, report = od_demand(table, town, OPTIONS)
    assert (report.wanted, report.made, len(trips)) == (2, 0, 0)
    assert sum(item.trips for item in report.unroutable) == 2
    assert "no way for" in report.unroutable[0].reason
    assert report.unroutable[0].what == "1_1>0_1>2_1>3_1#2"


def test_an_od_table_of_trips_makes_exactly_so_many_within_its_interval(town: RoadNetwork, tmp_path: Path) -> None:
    path = tmp_path / "od.csv"
    path.write_text(
        "origin,destination,trips,vehicle_type,begin_s,end_s\n0_1,3_1,12,bus,100,200\n0_1>1_1,1_2>1_3,5,,,\n\n",
        encoding="utf-8",
    )
    trips, report = read_od(path, town, OPTIONS, terminals(town))
    trips.check(town)
    assert report.made == 17
    buses = trips.vehicle_type == 1
    assert buses.sum() >= 12
    first = np.array([name.startswith("0_1>3_1#2") for name in trips.ext_id])
    assert (trips.depart_s[first] >= 100).all()
    assert (trips.depart_s[first] <= 200).all()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("origin,destination,trips\n0_1,3_9,4\n", r"od\.csv:2: unknown destination '3_9'; did you mean"),
        ("origin,destination,trips\n0_1,3_1,4\n0_1,3_1,-4\n", r"od\.csv:3: trips '-4' must be"),
        ("origin,destination,trips\n0_1,3_1,many\n", r"od\.csv:2: trips 'many'"),
        ("origin,destination,vph\n", r"od\.csv:1: unknown column 'vph'"),
        ("origin,destination\n", "exactly one of"),
        ("origin,trips\n", "'destination' is missing"),
        ("origin,destination,trips,vehicle_type\n0_1,3_1,4,tram\n", "unknown vehicle type 'tram'"),
        ("origin,destination,trips,begin_s,end_s\n0_1,3_1,4,9,9\n", "later than begin_s"),
        ("", "cannot be read"),
    ],
)
def test_a_bad_od_table_is_refused_with_file_line_and_value(
    town: RoadNetwork, tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "od.csv"
    path.write_text(text)
    with pytest.raises(DemandError, match=says):
        read_od(path, town, OPTIONS, terminals(town))


def test_random_trips_are_all_routable_and_favour_the_fringe(town: RoadNetwork) -> None:
    trips, report = random_trips(town, 1200.0, DemandOptions(duration_s=3600.0, seed=9))
    trips.check(town)
    assert report.unroutable == ()
    assert len(trips) == pytest.approx(1200, abs=120)
    fringe = np.array([name[0] in "03" or name[2] in "03" for name in town.roads.ext_id])
    assert fringe[trips.origin].mean() > 0.6


def test_impossible_options_are_refused(town: RoadNetwork) -> None:
    with pytest.raises(DemandError, match="duration_s"):
        DemandOptions(duration_s=0.0, seed=1)
    with pytest.raises(DemandError, match="rate_vph"):
        random_trips(town, 0.0, OPTIONS)
    with pytest.raises(DemandError, match="shares"):
        VehicleMix(STANDARD_TYPES, (1.0,))
    with pytest.raises(DemandError, match="rising edges"):
        Profile(np.array([1.0, 0.0]), np.array([1.0]))
