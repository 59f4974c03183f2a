"""`carla.BlueprintLibrary` and blueprints."""

import carla

from jing_sim.carla.conformance.bench import Bench, DiffersError, equal, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []

_SENSORS = (
    "sensor.camera.depth", "sensor.camera.dvs", "sensor.camera.instance_segmentation", "sensor.camera.normals",
    "sensor.camera.optical_flow", "sensor.camera.rgb", "sensor.camera.semantic_segmentation", "sensor.lidar.ray_cast",
    "sensor.lidar.ray_cast_semantic", "sensor.other.collision", "sensor.other.gnss", "sensor.other.imu",
    "sensor.other.lane_invasion", "sensor.other.obstacle", "sensor.other.radar",
)  # fmt: skip
_VEHICLES = (
    "vehicle.tesla.model3", "vehicle.audi.tt", "vehicle.lincoln.mkz_2020", "vehicle.mercedes.coupe",
    "vehicle.carlamotors.firetruck", "vehicle.mitsubishi.fusorosa", "vehicle.bh.crossbike", "vehicle.yamaha.yzf",
    "vehicle.diamondback.century", "vehicle.ford.ambulance", "vehicle.volkswagen.t2", "vehicle.dodge.charger_police",
)  # fmt: skip


@check("blueprints")
def all_sensors(bench: Bench) -> None:
    """All sensors of the documentation are there."""
    missing = [name for name in _SENSORS if not bench.library.filter(name)]
    true(not missing, f"missing {missing}")


@check("blueprints")
def well_known_vehicles(bench: Bench) -> None:
    """Vehicles that scripts ask for by name are there."""
    missing = [name for name in _VEHICLES if not bench.library.filter(name)]
    true(not missing, f"missing {missing}")


@check("blueprints")
def families(bench: Bench) -> None:
    """There are vehicles, walkers, sensors, props, and the walkers' controller."""
    for pattern, least in (("vehicle.*", 30), ("walker.pedestrian.*", 20), ("static.prop.*", 20), ("sensor.*", 15)):
        true(len(bench.library.filter(pattern)) >= least, f"{len(bench.library.filter(pattern))} of {pattern}")
    true(bench.library.filter("controller.ai.walker"), "no controller.ai.walker")


@check("blueprints")
def vehicles_have_their_attributes(bench: Bench) -> None:
    """Each vehicle has number_of_wheels, base_type, generation and special_type."""
    for blueprint in bench.library.filter("vehicle.*"):
        for name in ("number_of_wheels", "base_type", "generation", "special_type", "role_name", "sticky_control"):
            true(blueprint.has_attribute(name), f"{blueprint.id} has no {name}")
        true(int(blueprint.get_attribute("number_of_wheels")) in {2, 3, 4, 6}, f"wheels of {blueprint.id}")


@check("blueprints")
def attributes_have_types(bench: Bench) -> None:
    """An attribute converts to its type."""
    lidar = bench.library.find("sensor.lidar.ray_cast")
    equal(lidar.get_attribute("channels").as_int(), 32, "channels")
    equal(lidar.get_attribute("range").type, carla.ActorAttributeType.Float, "type of range")
    equal(bool(bench.library.find("sensor.other.obstacle").get_attribute("only_dynamics")), False, "only_dynamics")


@check("blueprints")
def colours_are_recommended(bench: Bench) -> None:
    """A car has recommended colours, one of which can be set."""
    blueprint = bench.library.find("vehicle.tesla.model3")
    colours = blueprint.get_attribute("color").recommended_values
    true(colours, "none")
    blueprint.set_attribute("color", colours[-1])
    equal(str(blueprint.get_attribute("color").as_color()), str(_colour(colours[-1])), "colour")


def _colour(text: str) -> carla.Color:
    return carla.Color(*(int(part) for part in text.split(",")))


@check("blueprints")
def what_is_fixed_cannot_be_set(bench: Bench) -> None:
    """An attribute that is not modifiable refuses a value."""
    blueprint = bench.library.find("vehicle.tesla.model3")
    try:
        blueprint.set_attribute("number_of_wheels", "3")
    except (RuntimeError, ValueError, IndexError):
        return
    raise DiffersError("it was set")


@check("blueprints")
def tags_match(bench: Bench) -> None:
    """Blueprints have tags and match wildcards."""
    blueprint = bench.library.find("vehicle.audi.tt")
    true(blueprint.has_tag("audi") and blueprint.has_tag("vehicle"), f"tags {blueprint.tags}")
    true(blueprint.match_tags("*tt"), "match_tags")


@check("blueprints")
def filter_by_attribute(bench: Bench) -> None:
    """filter_by_attribute finds two-wheelers."""
    two = bench.library.filter_by_attribute("number_of_wheels", "2")
    true(two, "none with two wheels")
    true(all(int(b.get_attribute("number_of_wheels")) == 2 for b in two), "others among them")


@check("blueprints")
def unknown_is_an_error(bench: Bench) -> None:
    """find of an unknown blueprint raises IndexError."""
    try:
        bench.library.find("vehicle.no.such")
    except IndexError:
        return
    raise DiffersError("it was found")


@check("blueprints")
def walkers_have_speeds(bench: Bench) -> None:
    """Walkers recommend speeds: standing, walking, running."""
    walker = bench.library.filter("walker.pedestrian.*")[0]
    speeds = [float(value) for value in walker.get_attribute("speed").recommended_values]
    true(len(speeds) >= 3 and speeds == sorted(speeds), f"{speeds}")
    true(walker.has_attribute("gender") and walker.has_attribute("age"), "no gender or age")


@check("blueprints")
def attributes_reach_the_actor(bench: Bench) -> None:
    """An actor shows the attributes that it was spawned with."""
    car = bench.spawn("vehicle.tesla.model3", bench.point(0), role_name="hero", color="10,20,30")
    equal(car.attributes["role_name"], "hero", "role_name")
    equal(car.attributes["color"], "10,20,30", "color")
