import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, shortest_path

from jing_maps.areas import AREAS, build_area, load_area, load_terminals
from jing_maps.check import check
from jing_maps.columns import JunctionKind, RoadClass, VehicleClass
from jing_maps.errors import UnknownNameError
from jing_maps.network import RoadNetwork
from jing_maps.store import content_hash


@pytest.fixture(scope="module", params=sorted(AREAS))
def network(request: pytest.FixtureRequest) -> RoadNetwork:
    return load_area(request.param)


def car_graph(network: RoadNetwork) -> coo_matrix:
    tail, head = network.road_of_connector()
    cars = (network.connectors.allowed & VehicleClass.CAR) > 0
    n = len(network.roads)
    return coo_matrix((np.ones(int(cars.sum())), (tail[cars], head[cars])), shape=(n, n))


def test_the_shipped_network_is_what_the_register_compiles_to(network: RoadNetwork) -> None:
    assert content_hash(build_area(network.name)) == content_hash(network)


def test_an_area_is_large_enough(network: RoadNetwork) -> None:
    least = {"yizhuang": (150, 200.0), "zhongguancun": (130, 200.0)}[network.name]
    assert (network.junctions.kind != JunctionKind.BOUNDARY).sum() >= least[0]
    assert network.lanes.length_m.sum() / 1000 >= least[1]


def test_the_check_finds_no_error(network: RoadNetwork) -> None:
    assert [finding for finding in check(network) if finding.severity == "error"] == []


def test_no_lane_and_no_connector_is_too_short_to_drive_on(network: RoadNetwork) -> None:
    assert network.lanes.length_m.min() > 15.0
    assert network.connectors.length_m.min() > 2.0


def test_roads_inside_the_border_are_one_strongly_connected_part(network: RoadNetwork) -> None:
    kind = network.junctions.kind
    _, part = connected_components(car_graph(network), connection="strong")
    main = np.bincount(part).argmax()
    assert (part == main).sum() > 0.8 * len(network.roads)
    if network.name == "yizhuang":
        inner = kind[network.roads.from_junction] != JunctionKind.BOUNDARY
        inner &= kind[network.roads.to_junction] != JunctionKind.BOUNDARY
        assert (part[inner] == main).all()


def test_every_origin_reaches_every_destination_but_for_a_few(network: RoadNetwork) -> None:
    ends = load_terminals(network.name, network)
    graph = car_graph(network).tocsr()
    reached = []
    for i, begins in enumerate(ends.in_roads):
        if begins and ends.in_vph[i]:
            far = shortest_path(graph, indices=list(begins), unweighted=True).min(axis=0)
            reached += [
                bool(np.isfinite(far[list(roads)]).any())
                for j, roads in enumerate(ends.out_roads)
                if i != j and roads and ends.out_vph[j]
            ]
    assert np.mean(reached) > 0.98


def test_every_border_junction_is_a_gate(network: RoadNetwork) -> None:
    ends = load_terminals(network.name, network)
    gate_roads = {road for i in np.flatnonzero(ends.is_gate) for road in (*ends.in_roads[i], *ends.out_roads[i])}
    border = np.flatnonzero(network.junctions.kind == JunctionKind.BOUNDARY)
    for junction in border:
        roads = {*network.roads_in[int(junction)].tolist(), *network.roads_out[int(junction)].tolist()}
        assert roads <= gate_roads


def test_zones_begin_and_end_on_streets(network: RoadNetwork) -> None:
    ends = load_terminals(network.name, network)
    for i in np.flatnonzero(~ends.is_gate):
        for roads in (ends.in_roads[i], ends.out_roads[i]):
            assert roads
            assert not set(network.roads.kind[list(roads)]) & {RoadClass.EXPRESSWAY, RoadClass.RAMP}


def test_the_north_fourth_ring_has_main_lines_side_roads_and_ramps() -> None:
    network = load_area("zhongguancun")
    names = np.array(network.streets.name_zh)[network.roads.street]
    for name, kind in (
        ("北四环西路", RoadClass.EXPRESSWAY),
        ("北四环西路辅路", RoadClass.EXPRESSWAY_SIDE),
        ("北四环匝道", RoadClass.RAMP),
    ):
        assert (network.roads.kind[names == name] == kind).sum() >= 8


def test_both_halves_of_a_ring_crossing_share_a_controller() -> None:
    network = load_area("zhongguancun")
    north, south = (network.junctions.ext_id.index(name) for name in ("ZJ101", "ZJ102"))
    assert network.junctions.controller[north] == network.junctions.controller[south] >= 0


def test_an_unknown_area_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="yizhuang"):
        load_area("yizhang")
