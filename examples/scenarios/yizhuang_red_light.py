"""On the map of Yizhuang: the ego comes to a red light on Ronghua Middle Road behind a waiting queue."""

from jing_scenarios.criteria import no_collision, stops_at_red
from jing_scenarios.script import Scenario, behind, time_s

STREET, CROSSING = "荣华中路", "荣京东街"

scenario = Scenario("yizhuang-red-light", area="yizhuang")
signals = scenario.signals_at(STREET, towards=CROSSING)
front = scenario.on_street(STREET, towards=CROSSING, metres=8.0)
first = scenario.vehicle("First", at=front)
second = scenario.vehicle("Second", at=behind(first, gap_m=2.5), model="bus")
ego = scenario.vehicle("Ego", at=behind(second, gap_m=90.0), speed_mps=13.0, driver="careful")
scenario.do(scenario.set_signal(*signals, state="red"))
scenario.end(time_s() > 20.0)
scenario.require(no_collision(), stops_at_red(actor="Ego"))
