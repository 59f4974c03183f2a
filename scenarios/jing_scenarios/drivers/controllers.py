"""From Controller elements of files to drivers.

| name of the controller (in any case) | driver | properties that count |
|---|---|---|
| that of a built-in driver (`careful`, `idm` ...) | this one | its parameters |
| contains `alks` (ALKSController, ALKS_R157SM_Controller, ECE_ALKS_RefDriverController) | `alks` | setSpeed, timeGap |
| contains `acc` as a word (ACCController) | `idm` | setSpeed, timeGap |
| NaturalDriver | `idm` | desiredSpeed, thw, desiredDistance, maxAcc, maxDec |
| Default_Driver and other names with `default` | `default` | |
| interactive, HID, joysticks and game pads | `idle`: nobody is at the wheel | |
| external, UDP | `idle` that holds its speed: nobody answers | |
| any other | `default`, with a warning that says where it stands | |

`--controller NAME=SPEC` comes before all of these. A property `esminiController`, which names the type, counts as a
name too. Speeds are m/s.
"""

import re
from collections.abc import Mapping
from dataclasses import fields

from jing_scenarios.drivers.driver import Driver, DriverError
from jing_scenarios.drivers.simple import DefaultDriver
from jing_scenarios.drivers.spec import BUILT_IN, driver_of_spec
from jing_scenarios.openscenario.node import Node

__all__ = ["driver_of_controller", "properties_of"]

_ALKS = {"setSpeed": "wish_mps", "timeGap": "time_gap_s"}
_ACC = {"setSpeed": "wish_mps", "timeGap": "headway_s"}
_NATURAL = {
    "desiredSpeed": "wish_mps", "thw": "headway_s", "desiredDistance": "gap_m", "maxAcc": "accel_mps2",
    "maxDec": "decel_mps2",
}  # fmt: skip
_KNOWN: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    (r"alks", "alks", _ALKS),
    (r"(^|[^a-z])acc([^a-z]|controller|$)", "idm", _ACC),
    (r"^naturaldriver$", "idm", _NATURAL),
    (r"interactive|hidcontroller|^(ps\d|trust|joystick|gamepad)", "idle", {}),
    (r"^external|^udp", "idle?drag_per_s=0", {}),
)


def properties_of(controller: Node) -> dict[str, str]:
    """Names and values of its Properties."""
    found = controller.find("Properties")
    return {} if found is None else {one.string("name"): one.string("value") for one in found.every("Property")}


def driver_of_controller(controller: Node, chosen: Mapping[str, str]) -> tuple[Driver, str]:
    """The driver of a Controller element, and a warning (empty where the driver is what was meant).

    `chosen`: spec by the controller's name.

    Raises:
        DriverError: a spec that is none, at the controller's place.
    """
    name = controller.string("name")
    if name in chosen:
        return _spec(controller, chosen[name]), ""
    properties, plain = properties_of(controller), name.casefold()
    kinds = (plain, properties_of(controller).get("esminiController", "").casefold())
    if plain in BUILT_IN:
        known = {field.name for field in fields(BUILT_IN[plain]) if field.init}
        parameters = "&".join(f"{key}={value}" for key, value in properties.items() if key in known)
        return _spec(controller, f"{plain}?{parameters}" if parameters else plain), ""
    for pattern, driver, names in _KNOWN:
        if any(re.search(pattern, kind) for kind in kinds if kind):
            return _spec(controller, _with(driver, properties, names)), ""
    if "default" in plain:
        return DefaultDriver(), ""
    warning = (
        f"{controller.place}: controller {name!r} is not known here: the default driver holds speed and lane in its "
        f"place; --controller {name}=SPEC names another one"
    )
    return DefaultDriver(), warning


def _with(driver: str, properties: Mapping[str, str], names: Mapping[str, str]) -> str:
    found = []
    for theirs, ours in names.items():
        try:
            # Some files write decelerations as negative numbers.
            found.append(f"{ours}={abs(float(properties[theirs]))}")
        except (KeyError, ValueError):
            continue
    return f"{driver}?{'&'.join(found)}" if found else driver


def _spec(controller: Node, spec: str) -> Driver:
    try:
        return driver_of_spec(spec)
    except DriverError as error:
        raise DriverError(f"{controller.place}: {error}") from error
