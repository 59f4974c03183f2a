"""The recorder and the replayer."""

import carla

from jing_sim.carla.conformance.bench import Bench, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []

_FILE = "jing-conformance.log"


def _record(bench: Bench) -> "carla.Vehicle":
    bench.client.start_recorder(_FILE, True)
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=0.6))
    bench.tick(60)
    bench.client.stop_recorder()
    bench.tick()
    return car


@check("recorder")
def starts_and_stops(bench: Bench) -> None:
    """start_recorder answers with the file's name."""
    answer = bench.client.start_recorder(_FILE)
    bench.tick(5)
    bench.client.stop_recorder()
    true(_FILE in answer or answer, f"{answer!r}")


@check("recorder")
def file_info(bench: Bench) -> None:
    """show_recorder_file_info tells frames, duration and actors."""
    _record(bench)
    text = bench.client.show_recorder_file_info(_FILE, False)
    true("Frames" in text and "Duration" in text, text[:200])
    true("vehicle.tesla.model3" in bench.client.show_recorder_file_info(_FILE, True), "the car is not in it")


@check("recorder")
def collisions_of_a_file(bench: Bench) -> None:
    """show_recorder_collisions answers with a table."""
    _record(bench)
    text = bench.client.show_recorder_collisions(_FILE, "a", "a")
    true("Frames" in text and "Duration" in text, text[:200])


@check("recorder")
def blocked_actors_of_a_file(bench: Bench) -> None:
    """show_recorder_actors_blocked answers with a table."""
    _record(bench)
    true(bench.client.show_recorder_actors_blocked(_FILE, 1.0, 0.1), "nothing")


@check("recorder")
def replay(bench: Bench) -> None:
    """replay_file shows the recorded car driving again."""
    car = _record(bench)
    goal = car.get_location()
    car.destroy()
    bench.tick()
    text = bench.client.replay_file(_FILE, 0.0, 0.0, 0)
    true("Replaying" in text or text, text[:200])
    nearest = 1e9
    for _ in range(120):
        bench.tick()
        for other in bench.world.get_actors().filter("vehicle.tesla.model3"):
            nearest = min(nearest, other.get_location().distance(goal))
    bench.client.stop_replayer(False)
    bench.tick(2)
    for other in bench.world.get_actors().filter("vehicle.*"):
        bench.keep(other)
    true(nearest < 1.5, f"the nearest came to {nearest:.1f} m")


@check("recorder")
def replay_of_nothing(bench: Bench) -> None:
    """replay_file of a file that is not there says so."""
    text = bench.client.replay_file("no-such-file.log", 0.0, 0.0, 0)
    true("not" in text.lower(), f"{text!r}")
    bench.client.stop_replayer(False)


@check("recorder")
def replay_settings(bench: Bench) -> None:
    """The replayer's settings are taken without an error."""
    bench.client.set_replayer_time_factor(2.0)
    bench.client.set_replayer_ignore_hero(True)
    bench.client.set_replayer_ignore_spectator(True)
    bench.client.set_replayer_time_factor(1.0)
    bench.tick()
