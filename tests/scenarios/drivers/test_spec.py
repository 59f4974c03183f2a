"""Drivers by their names, their parameters, their deadlines, and the controllers that files name."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from jing_scenarios.drivers.careful import CarefulDriver
from jing_scenarios.drivers.controllers import driver_of_controller
from jing_scenarios.drivers.driver import DriverError, DriverView, MotionTarget, Observation, OwnState
from jing_scenarios.drivers.pedals import PedalDriver
from jing_scenarios.drivers.punctual import PunctualDriver
from jing_scenarios.drivers.simple import DefaultDriver, IdleDriver, IdmDriver
from jing_scenarios.drivers.spec import BUILT_IN, driver_of_spec, function_driver
from jing_scenarios.openscenario.node import Node, Place

VIEW = DriverView("Ego", 0.05)
OWN = OwnState(0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 3.7, 0.9, 4.6, 1.8, 2.7, 60.0, 5.0, 9.0)
SEEN = Observation(0.0, 0.05, OWN, 10.0)


@pytest.mark.parametrize("name", [name for name in BUILT_IN if name != "replay"])
def test_built_in_drivers_are_made_by_name_and_answer(name: str) -> None:
    driver = driver_of_spec(name)
    driver.setup(VIEW)
    driver.control(SEEN, 0.0)


def test_parameters_are_fields_and_pedals_and_deadlines_go_around_any_driver() -> None:
    driver = driver_of_spec("careful?headway_s=1.2&yields=false&pedals=true&deadline_s=0.5&late=brake")
    assert isinstance(driver, PunctualDriver)
    assert driver.late == "brake"
    assert isinstance(driver.inner, PedalDriver)
    assert isinstance(driver.inner.inner, CarefulDriver)
    assert (driver.inner.inner.headway_s, driver.inner.inner.yields) == (1.2, False)
    assert driver.answers == "pedals"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("carful", "unknown driver 'carful'; did you mean careful"),
        ("careful?headway=1", "unknown parameter 'headway'; did you mean headway_s"),
        ("careful?headway_s=long", "headway_s='long'; a number is right"),
        ("careful?yields=maybe", "yields='maybe'; true or false is right"),
        ("careful?headway_s", "is no list of NAME=VALUE"),
        ("idm?late=hold", "needs deadline_s as well"),
        ("idm?deadline_s=0", "more than 0 s is right"),
        ("idm?deadline_s=1&late=never", "hold or brake is right"),
        ("nowhere.py:Driver", "there is no file 'nowhere.py'"),
        ("no_such_module:Driver", "cannot be loaded: ModuleNotFoundError"),
        ("math:Driver", "unknown name in math 'Driver'"),
        ("math:pi", "is neither a class nor a function"),
        ("pathlib:Path", "lacks needs, answers, setup, control"),
    ],
)
def test_what_is_no_driver_is_said(spec: str, message: str) -> None:
    with pytest.raises(DriverError) as error:
        driver_of_spec(spec)
    assert message in str(error.value)


def test_users_bring_classes_and_functions_in_files(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from dataclasses import dataclass\n"
        "from jing_scenarios.drivers.driver import MotionTarget\n"
        "@dataclass\nclass Mine:\n    push: float = 1.0\n    needs = ('state',)\n    answers = 'motion'\n"
        "    def setup(self, view): pass\n    def control(self, seen, time_s): return MotionTarget(self.push)\n"
        "def drive(seen, time_s):\n    return MotionTarget(-1.0)\n",
        encoding="utf-8",
    )
    mine, drive = driver_of_spec(f"{file}:Mine?push=2.5"), driver_of_spec(f"{file}:drive")
    assert mine.control(SEEN, 0.0) == MotionTarget(2.5)
    assert drive.control(SEEN, 0.0) == MotionTarget(-1.0)


def test_observations_that_nobody_makes_are_refused_before_the_start() -> None:
    with pytest.raises(DriverError, match="unknown observation 'lidar'"):
        function_driver(lambda seen, time_s: MotionTarget(0.0), needs=("state", "lidar"))


def test_late_answers_are_counted_and_the_last_one_holds() -> None:
    answers = iter([0.0, 0.2, 0.0])

    def slow(seen: Observation, time_s: float) -> MotionTarget:
        del seen
        time.sleep(next(answers))
        return MotionTarget(time_s)

    driver = PunctualDriver(function_driver(slow), 0.08)
    driver.setup(VIEW)
    try:
        assert driver.control(SEEN, 1.0) == MotionTarget(1.0)
        assert driver.control(SEEN, 2.0) == MotionTarget(1.0)
        assert driver.late_answers == 1
        time.sleep(0.25)
        # The late answer counts from the step in which it is there.
        assert driver.control(SEEN, 3.0) == MotionTarget(2.0)
    finally:
        driver.close()


def test_what_a_driver_with_a_deadline_raises_is_raised() -> None:
    def broken(seen: Observation, time_s: float) -> MotionTarget:
        raise RuntimeError("lost")

    driver = PunctualDriver(function_driver(broken), 5.0)
    driver.setup(VIEW)
    with pytest.raises(RuntimeError, match="lost"):
        driver.control(SEEN, 0.0)
    driver.close()


def test_a_driver_that_never_answers_brakes_by_its_policy_and_keeps_nobody_from_leaving() -> None:
    words = (
        "import time\n"
        "from jing_scenarios.drivers.driver import DriverView, MotionTarget, Observation, OwnState\n"
        "from jing_scenarios.drivers.punctual import PunctualDriver\n"
        "from jing_scenarios.drivers.spec import function_driver\n"
        "driver = PunctualDriver(function_driver(lambda seen, time_s: time.sleep(1000.0)), 0.01, 'brake')\n"
        "driver.setup(DriverView('Ego', 0.05))\n"
        "own = OwnState(0, 0, 0, 0, 10, 0, 3.7, 0.9, 4.6, 1.8, 2.7, 60, 5, 9)\n"
        "print(driver.control(Observation(0.0, 0.05, own, 10.0), 0.0).acceleration_mps2, driver.late_answers)\n"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["-4.0", "1"]


def _controller(name: str, **properties: str) -> Node:
    found = tuple(Node("Property", {"name": key, "value": value}) for key, value in properties.items())
    return Node("Controller", {"name": name}, (Node("Properties", children=found),), Place("a.xosc", 5, 9))


@pytest.mark.parametrize(
    ("controller", "kind", "fields"),
    [
        (_controller("ALKSController", setSpeed="20", timeGap="2"), BUILT_IN["alks"], {"wish_mps": 20.0}),
        (_controller("ACCController", timeGap="1.2"), IdmDriver, {"headway_s": 1.2}),
        (_controller("NaturalDriver", maxDec="-4.0"), IdmDriver, {"decel_mps2": 4.0}),
        (_controller("idm", gap_m="3", colour="red"), IdmDriver, {"gap_m": 3.0}),
        (_controller("interactiveDriver"), IdleDriver, {"drag_per_s": 0.1}),
        (_controller("abc", esminiController="ExternalController"), IdleDriver, {"drag_per_s": 0.0}),
        (_controller("Default_Driver"), DefaultDriver, {}),
    ],
)
def test_controllers_of_files_are_drivers(controller: Node, kind: type, fields: dict[str, float]) -> None:
    driver, warning = driver_of_controller(controller, {})
    assert isinstance(driver, kind)
    assert warning == ""
    assert all(getattr(driver, name) == value for name, value in fields.items())


def test_an_unknown_controller_gets_the_default_driver_and_a_warning_with_its_place() -> None:
    driver, warning = driver_of_controller(_controller("SecretSauce"), {})
    assert isinstance(driver, DefaultDriver)
    assert warning.startswith("a.xosc:5:9: controller 'SecretSauce' is not known here")
    assert "--controller SecretSauce=SPEC" in warning


def test_a_controller_may_be_chosen_by_name() -> None:
    driver, warning = driver_of_controller(_controller("SecretSauce"), {"SecretSauce": "careful"})
    assert isinstance(driver, CarefulDriver)
    assert warning == ""
    with pytest.raises(DriverError, match=r"a\.xosc:5:9: unknown driver 'carful'"):
        driver_of_controller(_controller("SecretSauce"), {"SecretSauce": "carful"})
