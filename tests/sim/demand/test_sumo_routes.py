import gzip
from pathlib import Path

import numpy as np
import pytest

from jing_maps.columns import VehicleClass
from jing_maps.network import RoadNetwork
from jing_sim.demand import DemandError, DemandOptions, DemandReport, read_sumo_routes
from jing_sim.trips import Trips

OPTIONS = DemandOptions(duration_s=1000.0, seed=3)
GOOD = """<routes>
  <vType id="van" vClass="delivery" length="6.5" accel="1.5" speedFactor="normc(1.1,0.05,0.2,2)" lcStrategic="1"/>
  <vTypeDistribution id="any">
    <vType id="a" probability="0.5"/><vType id="b" probability="0.5" sigma="0"/>
  </vTypeDistribution>
  <route id="r" edges="0_1>1_1 1_1>2_1 2_1>3_1"/>
  <vehicle id="v1" type="van" route="r" depart="10" departLane="best"/>
  <vehicle id="v0" depart="0:00:05"><route edges="0_1>1_1 1_1>2_1"/><stop lane="x" duration="3"/></vehicle>
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
    for part in ("lcStrategic has no effect (first on line 2)", "departLane", "<stop>", "<person> has no effect"):
        assert part in text


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
        ("", "rou.xml"),
    ],
)
def test_a_damaged_file_is_refused_with_file_and_line(town: RoadNetwork, tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DemandError, match=says):
        read(text, town, tmp_path)
    with pytest.raises(DemandError, match="cannot be read"):
        read_sumo_routes(tmp_path / "none.rou.xml", town, OPTIONS)
