import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jing_maps.columns import VehicleClass
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandError, DemandOptions, DemandReport, read_sumo_routes
from jing_sim.trips import BEST_LANE, FIRST_ALLOWED_LANE, TripError, Trips

OPTIONS = DemandOptions(duration_s=1000.0, seed=3)
GOOD = """<routes>
  <vType id="van" vClass="delivery" length="6.5" accel="1.5" speedFactor="normc(1.1,0.05,0.2,2)" lcStrategic="1"/>
  <vTypeDistribution id="any">
    <vType id="a" probability="0.5"/><vType id="b" probability="0.5" sigma="0"/>
  </vTypeDistribution>
  <route id="r" edges="0_1>1_1 1_1>2_1 2_1>3_1"/>
  <vehicle id="v1" type="van" route="r" depart="10" departPos="stop"/>
  <vehicle id="v0" depart="0:00:05"><route edges="0_1>1_1 1_1>2_1"/>
    <stop lane="1_1>2_1_0" duration="3" parking="true"/></vehicle>
  <trip id="t" from="0_1>1_1" to="2_2>2_3" via="1_1>2_1" depart="20"/>
  <flow id="f" type="any" route="r" begin="100" end="200" number="10"/>
  <flow id="g" route="r" begin="300" end="400" vehsPerHour="360"/>
  <flow id="h" route="r" begin="500" end="600" period="25"/>
  <flow id="p" route="r" begin="600" end="800" probability="0.5"/>
  <person id="x" depart="0"/>
</routes>
"""


def read(text: str, town: RoadNetwork, folder: Path) -> tuple[Trips, DemandReport]:
    path = folder / "x.rou.xml"
    path.write_text(text.replace(">1_", "&gt;1_").replace(">2_", "&gt;2_").replace(">3_", "&gt;3_"))
    return read_sumo_routes(path, town, OPTIONS)


def test_vehicles_trips_and_flows_become_sorted_routable_trips(town: RoadNetwork, tmp_path: Path) -> None:
    trips, report = read(GOOD, town, tmp_path)
    trips.check(town)
    assert report.unroutable == ()
    assert report.made == report.wanted == len(trips)
    assert trips.ext_id[:3] == ("v0", "v1", "t")
    at = {name: float(t) for name, t in zip(trips.ext_id, trips.depart_s, strict=True)}
    assert [at[f"f.{i}"] for i in range(10)] == [100.0 + 10 * i for i in range(10)]
    assert sum(name.startswith("g.") for name in at) == 10
    assert [at[f"h.{i}"] for i in range(4)] == [500.0, 525.0, 550.0, 575.0]
    assert sum(name.startswith("p.") for name in at) == pytest.approx(100, abs=25)
    route = trips.roads[trips.first_road[2] : trips.first_road[3]]
    names = [town.roads.ext_id[int(r)] for r in route]
    assert names[0] == "0_1>1_1"
    assert "1_1>2_1" in names
    assert names[-1] == "2_2>2_3"


def test_vehicle_types_keep_their_parameters(town: RoadNetwork, tmp_path: Path) -> None:
    trips, _ = read(GOOD, town, tmp_path)
    types, van = trips.types, trips.types.name.index("van")
    assert (types.length_m[van], types.accel_mps2[van], types.speed_factor[van]) == (6.5, 1.5, 1.1)
    assert types.speed_deviation[van] == 0.05
    assert types.vehicle_class[van] == VehicleClass.TRUCK
    assert types.sigma[types.name.index("b")] == 0.0
    drawn = {types.name[int(k)] for k, name in zip(trips.vehicle_type, trips.ext_id, strict=True) if name[0] == "f"}
    assert drawn == {"a", "b"}


def test_what_has_no_effect_is_a_warning_with_its_line(town: RoadNetwork, tmp_path: Path) -> None:
    _, report = read(GOOD, town, tmp_path)
    text = "\n".join(report.warnings)
    for part in ("lcStrategic has no effect (first on line 2)", "departPos", "parking of <stop>", "<person> has no"):
        assert part in text


DEPARTING = """<routes>
  <vType id="slow" maxSpeed="5"/>
  <route id="r" edges="0_1>1_1 1_1>2_1"/>
  <trip id="late" route="r" depart="9" departLane="0" departSpeed="max"/>
  <vehicle id="still" route="r" depart="1" departLane="first" departSpeed="0"/>
  <flow id="f" route="r" begin="2" end="4" number="2" departLane="random" departSpeed="last"/>
  <vehicle id="plain" route="r" depart="5"/>
  <vehicle id="fast" type="slow" route="r" depart="6" departSpeed="5.5"/>
  <vehicle id="far" route="r" depart="7" departLane="1"/>
</routes>"""


def test_where_and_how_fast_vehicles_depart_is_kept_in_the_order_of_the_trips(
    town: RoadNetwork, tmp_path: Path
) -> None:
    trips, report = read(DEPARTING, town, tmp_path)
    trips.check(town)
    assert trips.ext_id == ("still", "f.0", "f.1", "plain", "late")
    assert trips.depart_lane is not None
    assert trips.depart_lane.tolist() == [FIRST_ALLOWED_LANE, BEST_LANE, BEST_LANE, BEST_LANE, 0]
    assert trips.depart_speed_mps is not None
    assert np.array_equal(trips.depart_speed_mps, [0.0, np.nan, np.nan, np.nan, np.nan], equal_nan=True)
    assert report.warnings == (
        'departLane="random" is read as "best" (first on line 6)',
        'departSpeed="last" is read as "max" (first on line 6)',
    )


def test_a_departure_that_the_road_or_the_vehicle_cannot_have_is_listed(town: RoadNetwork, tmp_path: Path) -> None:
    _, report = read(DEPARTING, town, tmp_path)
    found = {item.what: (item.line, item.reason) for item in report.unroutable}
    assert found["fast"] == (8, "departSpeed 5.5 m/s: the type reaches 5 m/s (type slow)")
    assert found["far"][1].startswith('departLane 1: edge "0_1>1_1" has 1 lanes')


def test_trips_that_say_nothing_of_their_departure_have_no_such_columns(town: RoadNetwork, tmp_path: Path) -> None:
    trips, _ = read(GOOD, town, tmp_path)
    assert trips.depart_lane is None
    assert trips.depart_speed_mps is None


@pytest.mark.parametrize(
    ("lane", "speed_mps", "problem"),
    [
        ([-3], [0.0], "'plain': depart_lane -3 on a road of 1 lanes"),
        ([1], [0.0], "'plain': depart_lane 1 on a road of 1 lanes"),
        ([0, 0], [0.0], "2 values of depart_lane for 1 trips"),
        ([0], [-1.0], "'plain': depart_speed_mps -1; must be NaN, 0 or more"),
        ([0], [], "0 values of depart_speed_mps for 1 trips"),
    ],
)
def test_departures_are_checked_with_the_trips(
    town: RoadNetwork, tmp_path: Path, lane: list[int], speed_mps: list[float], problem: str
) -> None:
    text = '<routes><vehicle id="plain" depart="5"><route edges="0_1>1_1"/></vehicle></routes>'
    trips, _ = read(text, town, tmp_path)
    with pytest.raises(TripError, match=problem):
        replace(trips, depart_lane=np.array(lane, np.int32), depart_speed_mps=np.array(speed_mps)).check(town)


def test_a_gzipped_file_reads_alike(town: RoadNetwork, tmp_path: Path) -> None:
    a, _ = read(GOOD, town, tmp_path)
    packed = tmp_path / "x.rou.xml.gz"
    packed.write_bytes(gzip.compress((tmp_path / "x.rou.xml").read_bytes()))
    b, _ = read_sumo_routes(packed, town, OPTIONS)
    assert a.ext_id == b.ext_id
    assert (a.roads == b.roads).all()
    assert (np.asarray(a.vehicle_type) == b.vehicle_type).all()


def test_faulty_vehicles_are_listed_with_line_and_reason(town: RoadNetwork, tmp_path: Path) -> None:
    text = """<routes>
  <vehicle id="a" depart="0"><route edges="0_1>1_1 9_9"/></vehicle>
  <vehicle id="b" depart="0"><route edges="0_1>1_1 2_1>3_1"/></vehicle>
  <vehicle id="c" depart="0" route="nix"/>
  <trip id="d" depart="0" fromTaz="1" toTaz="2"/>
  <trip id="e" depart="0" type="tram" from="0_1>1_1" to="2_1>3_1"/>
  <trip id="f" depart="0" from="2_1>3_1" to="0_1>1_1"/>
  <trip id="ok" depart="0" from="0_1>1_1" to="2_1>3_1"/>
</routes>"""
    trips, report = read(text, town, tmp_path)
    assert trips.ext_id == ("ok",)
    found = {item.what: (item.line, item.reason) for item in report.unroutable}
    assert [found[k][0] for k in "abcdef"] == [2, 3, 4, 5, 6, 7]
    for key, part in zip("abcdef", ["unknown edge '9_9'", "no connection", "unknown route", "from and to",
                                    "unknown vehicle type", "no way"], strict=True):  # fmt: skip
        assert part in found[key][1]
    assert report.wanted == 7
    assert report.made == 1
    assert any("not simulated: line 2: a (1 trips)" in line for line in report.lines())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<routes>\n<vehicle id='a' depart='0'>\n</routes>", r"x\.rou\.xml:3: not well-formed"),
        ("<net/>", r"x\.rou\.xml:1: root element is <net>"),
        ("<routes>\n<vehicle id='a' depart='soon' route='r'/></routes>", r":2: .*depart=\"soon\" is no time"),
        ("<routes>\n\n<vType id='a' length='-3'/></routes>", r":3: .*length"),
        ("<routes>\n<vType id='a' vClass='ship'/></routes>", r":2: vClass \"ship\""),
        ("<routes><flow id='a' route='r' begin='0'/></routes>", "needs period"),
        ("<routes><vehicle id='a' depart='0'/>\n<vehicle id='a' depart='0'/></routes>", ":2: .*used before"),
        ("<routes><trip id='a' depart='0' from='0_1>1_1' to='0_1>1_1' departLane='x'/></routes>", ':1: departLane="x"'),
        ("<routes><trip id='a' depart='0' from='0_1>1_1' to='0_1>1_1' departSpeed='-1'/></routes>", 'departSpeed="-1"'),
        ("", "rou.xml"),
    ],
)
def test_a_damaged_file_is_refused_with_file_and_line(town: RoadNetwork, tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DemandError, match=says):
        read(text, town, tmp_path)
    with pytest.raises(DemandError, match="cannot be read"):
        read_sumo_routes(tmp_path / "none.rou.xml", town, OPTIONS)
