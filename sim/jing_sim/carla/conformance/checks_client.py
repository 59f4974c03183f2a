"""`carla.Client`: versions, maps, loading worlds."""

import carla

from jing_sim.carla.conformance.bench import Bench, DiffersError, equal, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []

_ROAD = """<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="4" name="straight" north="0" south="0"
east="0" west="0"><geoReference><![CDATA[+proj=tmerc +lat_0=39.8 +lon_0=116.5 +k=1 +x_0=0 +y_0=0 +ellps=WGS84]]>
</geoReference>
</header><road name="one" length="200.0" id="7" junction="-1"><link/><type s="0" type="town"/><planView>
<geometry s="0" x="0" y="0" hdg="0" length="200"><line/></geometry></planView><elevationProfile>
<elevation s="0" a="0" b="0" c="0" d="0"/></elevationProfile><lanes><laneSection s="0"><left>
<lane id="1" type="driving" level="false"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane></left><center>
<lane id="0" type="none" level="false"/></center><right><lane id="-1" type="driving" level="false">
<width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane></right></laneSection></lanes></road></OpenDRIVE>"""


@check("client")
def version(bench: Bench) -> None:
    """get_server_version and get_client_version are texts; a matching pair is equal."""
    equal(bench.client.get_server_version(), bench.client.get_client_version(), "server version")


@check("client")
def available_maps(bench: Bench) -> None:
    """get_available_maps lists paths, the map of the world among them."""
    maps = bench.client.get_available_maps()
    true(maps, "no map is offered")
    name = bench.map.name.rsplit("/", 1)[-1]
    true(any(path.rsplit("/", 1)[-1] == name for path in maps), f"{name} is not among {maps}")


@check("client")
def two_clients_see_the_same_world(bench: Bench) -> None:
    """A second client finds the actors of the first one."""
    car = bench.car(0, settle=False)
    bench.tick()
    other = bench.other_client().get_world()
    bench.tick(2)
    true(car.id in {actor.id for actor in other.get_actors()}, "the other client does not see the car")


@check("client")
def timeout_is_an_error(_: Bench) -> None:
    """Where nobody answers, a call raises RuntimeError after the time-out."""
    nobody = carla.Client("127.0.0.1", 9)
    nobody.set_timeout(0.2)
    try:
        nobody.get_server_version()
    except RuntimeError as error:
        true("time-out" in str(error), f"the message is {error}")
        return
    raise DiffersError("a call to nobody returned")


@check("client")
def reload_world_clears_actors(bench: Bench) -> None:
    """reload_world destroys all actors and begins a new episode."""
    car = bench.car(0, settle=False)
    bench.tick()
    old = bench.world.id
    bench.world = bench.client.reload_world()
    true(bench.world.id != old, "the episode's id is the same")
    true(car.id not in {a.id for a in bench.world.get_actors()}, "the car is still there")


@check("client")
def reload_world_resets_settings(bench: Bench) -> None:
    """reload_world with reset_settings=True goes back to asynchronous mode."""
    bench.world = bench.client.reload_world(True)
    settings = bench.world.get_settings()
    equal(settings.synchronous_mode, False, "synchronous_mode")
    equal(settings.fixed_delta_seconds, None, "fixed_delta_seconds")


@check("client")
def reload_world_keeps_settings(bench: Bench) -> None:
    """reload_world with reset_settings=False keeps synchronous mode."""
    bench.world = bench.client.reload_world(False)
    settings = bench.world.get_settings()
    equal(settings.synchronous_mode, True, "synchronous_mode")
    near(settings.fixed_delta_seconds, 0.05, 1e-9, "fixed_delta_seconds")


@check("client")
def load_world_of_unknown_map(bench: Bench) -> None:
    """load_world of a map that is not there raises RuntimeError."""
    try:
        bench.client.load_world("NoSuchTown")
    except RuntimeError as error:
        true("not found" in str(error), f"the message is {error}")
        return
    raise DiffersError("it returned")


@check("client")
def generate_opendrive_world(bench: Bench) -> None:
    """generate_opendrive_world makes a world of an OpenDRIVE text; load_world leads back."""
    before = bench.map.name.rsplit("/", 1)[-1]
    world = bench.client.generate_opendrive_world(_ROAD)
    try:
        way = world.get_map().get_waypoint(carla.Location(x=50.0, y=1.75))
        equal((way.road_id, way.lane_id), (7, -1), "road and lane")
        near(way.lane_width, 3.5, 1e-4, "lane width")
    finally:
        bench.world = bench.client.load_world(before)


@check("client")
def get_world_is_quick_twice(bench: Bench) -> None:
    """get_world gives worlds of one episode."""
    equal(bench.client.get_world().id, bench.client.get_world().id, "episode")


@check("client")
def required_files(bench: Bench) -> None:
    """get_required_files lists files of the map, possibly none."""
    files = bench.client.get_required_files("", False)
    true(all(isinstance(name, str) for name in files), f"{files} are not texts")
