"""At the crossing: right turn with e-bikes, a dead signal, and a red runner of whom a V2X message warns."""

from jing_scenarios.criteria import min_gap, no_collision
from jing_scenarios.library.background import BACKGROUND, background_traffic
from jing_scenarios.library.spots import scene
from jing_scenarios.script import Scenario, distance, parallel, time_s, wait, when

__all__ = ["dead_signal", "red_runner", "right_turn_ebikes"]

AREA = "yizhuang"


def right_turn_ebikes(traffic: str = "none", light: str = "day", weather: str = "clear") -> Scenario:
    """The ego turns right at green while two e-bikes go straight on in the bicycle lane on its right."""
    scenario, ego, spot = scene(
        "right turn with e-bikes", AREA, (weather, light), before_m=80.0, speed_mps=8.0, lane_from_right=1
    )
    bikes = [
        scenario.vehicle(
            f"E-bike {k + 1}", at=spot.before(scenario, 58.0 + 9.0 * k, 1, bikes=True), speed_mps=6.0, model="e_bike"
        )
        for k in range(2)
    ]
    ahead = spot.after(scenario, 60.0, lane_from_right=1)
    moves = [bike.go_to(ahead) for bike in bikes]
    green = scenario.set_signal(*spot.signals(scenario), state="green")
    scenario.do(parallel(green, ego.go_to(spot.after(scenario, 70.0, "right", 1)), *moves))
    if BACKGROUND[traffic]:
        scenario.do(background_traffic(scenario, ego, BACKGROUND[traffic]))
    scenario.end(time_s() > 30.0)
    scenario.require(no_collision(), min_gap(0.3, name="keeps off the e-bikes"))
    return scenario


def dead_signal(traffic: str = "none", light: str = "day", weather: str = "clear") -> Scenario:
    """All lights are off, and a car crosses from the right without waiting."""
    scenario, ego, spot = scene("dead signal", AREA, (weather, light), before_m=110.0, speed_mps=12.0)
    cross = scenario.on_street(spot.left, towards=spot.junction, heading="north", metres=76.0, lane_from_right=2)
    car = scenario.vehicle("Crosser", at=cross, speed_mps=11.0)
    own = spot.signals(scenario)
    theirs = scenario.signals_at(spot.left, towards=spot.junction, heading="north")
    far = scenario.on_street(spot.right, leaving=spot.junction, heading="north", metres=80.0, lane_from_right=2)
    off = scenario.set_signal(*own, *theirs, state="off")
    scenario.do(parallel(off, ego.go_to(spot.after(scenario, 80.0)), car.go_to(far)))
    if BACKGROUND[traffic]:
        scenario.do(background_traffic(scenario, ego, BACKGROUND[traffic]))
    scenario.end(time_s() > 25.0)
    scenario.require(no_collision())
    return scenario


def red_runner(traffic: str = "none", light: str = "day", weather: str = "clear") -> Scenario:
    """The ego has green; a van runs the red from the left. A roadside unit would warn of it 4 s before."""
    scenario, ego, spot = scene("red runner", AREA, (weather, light), before_m=110.0, speed_mps=12.0)
    cross = scenario.on_street(spot.left, towards=spot.junction, heading="north", metres=82.0, lane_from_right=2)
    van = scenario.vehicle("Red runner", at=cross, speed_mps=11.5, model="van")
    theirs = scenario.signals_at(spot.left, towards=spot.junction, heading="north")
    far = scenario.on_street(spot.right, leaving=spot.junction, heading="north", metres=80.0, lane_from_right=2)
    green = scenario.set_signal(*spot.signals(scenario), state="green")
    scenario.do(parallel(green, ego.go_to(spot.after(scenario, 80.0)), van.go_to(far)))
    scenario.do(when(distance(ego, van) < 140.0, wait(0.1), van.run_red(*theirs, speed_mps=11.5)))
    if BACKGROUND[traffic]:
        scenario.do(background_traffic(scenario, ego, BACKGROUND[traffic]))
    scenario.end(time_s() > 25.0)
    scenario.require(no_collision())
    return scenario
