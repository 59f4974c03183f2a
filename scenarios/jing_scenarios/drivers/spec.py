"""Drivers by their names: `careful`, `careful?headway_s=1.5&yields=false`, `package.module:Class`, `file.py:Class`.

What stands behind the `?` are the fields of the driver's dataclass, or keyword arguments of a user's class or function.
A function (observation, time) -> answer is a driver too. `pedals=true` gives any of them that answers with motions
pedals and a wheel; `deadline_s=0.05&late=hold` a deadline for each answer and what is done instead of a late one.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal
from urllib.parse import parse_qsl

from jing_maps.errors import UnknownNameError
from jing_scenarios.drivers.alks import AlksDriver
from jing_scenarios.drivers.careful import CarefulDriver, CarelessDriver
from jing_scenarios.drivers.driver import OBSERVATIONS, Answer, Driver, DriverError, DriverView, Observation
from jing_scenarios.drivers.pedals import PedalDriver
from jing_scenarios.drivers.punctual import PunctualDriver
from jing_scenarios.drivers.simple import AebDriver, DefaultDriver, IdleDriver, IdmDriver, ReplayDriver

__all__ = ["BUILT_IN", "check_driver", "driver_of_spec", "function_driver"]

BUILT_IN: Mapping[str, type[Any]] = {
    "default": DefaultDriver,
    "careful": CarefulDriver,
    "careless": CarelessDriver,
    "idle": IdleDriver,
    "idm": IdmDriver,
    "aeb": AebDriver,
    "alks": AlksDriver,
    "replay": ReplayDriver,
}
_PEDALS, _DEADLINE, _LATE = "pedals", "deadline_s", "late"


def driver_of_spec(spec: str) -> Driver:
    """A new driver; `pedals=true` gives a built-in one pedals and wheel instead of exact motion.

    Raises:
        DriverError: there is no such driver, parameter or value; a file or module that cannot be loaded.

    >>> driver_of_spec("careful?headway_s=1.2").headway_s
    1.2
    """
    name, _, text = spec.strip().partition("?")
    parameters = _parameters(spec, text)
    wrapped = {key: parameters.pop(key) for key in (_PEDALS, _DEADLINE, _LATE) if key in parameters}
    driver = _named(spec, name, parameters)
    if _value(spec, "bool", _PEDALS, wrapped.get(_PEDALS, "false")) and driver.answers != "pedals":
        driver = PedalDriver(driver)
    if _LATE in wrapped and _DEADLINE not in wrapped:
        raise DriverError(f"driver {spec!r}: late={wrapped[_LATE]!r} needs deadline_s as well")
    if _DEADLINE in wrapped:
        deadline_s = float(_value(spec, "float", _DEADLINE, wrapped[_DEADLINE]))
        driver = PunctualDriver(driver, deadline_s, wrapped.get(_LATE, "hold"))
    return driver


def _named(spec: str, name: str, parameters: Mapping[str, str]) -> Driver:
    if ":" in name:
        return check_driver(_users(spec, name, parameters), spec)
    if name not in BUILT_IN:
        hint = UnknownNameError("driver", name, BUILT_IN)
        raise DriverError(f"{hint}; module:Class and file.py:Class are right too")
    return check_driver(_built_in(spec, BUILT_IN[name], parameters), spec)


def check_driver(driver: object, spec: str) -> Driver:
    """The driver, if it has what drivers need and asks for what there is; raises DriverError."""
    lacks = [name for name in ("needs", "answers", "setup", "control") if not hasattr(driver, name)]
    if lacks:
        raise DriverError(f"driver {spec!r} lacks {', '.join(lacks)}; see jing_scenarios.drivers.driver.Driver")
    found: Any = driver
    for need in found.needs:
        if need not in OBSERVATIONS:
            raise DriverError(f"driver {spec!r}: {UnknownNameError('observation', need, OBSERVATIONS)}")
    if found.answers not in ("motion", "pose", "pedals"):
        raise DriverError(f"driver {spec!r} answers {found.answers!r}; motion, pose or pedals is right")
    checked: Driver = found
    return checked


def function_driver(
    function: Callable[[Observation, float], Answer],
    needs: tuple[str, ...] = ("state", "lane", "neighbours"),
    answers: Literal["motion", "pose", "pedals"] = "motion",
) -> Driver:
    """A function as a driver; raises DriverError for observations that there are not."""
    return check_driver(_FunctionDriver(function, needs, answers), getattr(function, "__name__", "function"))


@dataclass
class _FunctionDriver:
    """A function of observation and time."""

    function: Callable[[Observation, float], Answer]
    needs: tuple[str, ...]
    answers: Literal["motion", "pose", "pedals"]

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""

    def control(self, seen: Observation, time_s: float) -> Answer:
        """Inherited, see `Driver`."""
        return self.function(seen, time_s)


def _parameters(spec: str, text: str) -> dict[str, str]:
    if not text:
        return {}
    pairs = parse_qsl(text.replace(",", "&"), keep_blank_values=True, strict_parsing=False)
    if len(pairs) != len([part for part in text.replace(",", "&").split("&") if "=" in part and part[0] != "="]):
        raise DriverError(f"driver {spec!r}: {text!r} is no list of NAME=VALUE, joined by &")
    return dict(pairs)


def _built_in(spec: str, kind: type[Any], parameters: Mapping[str, str]) -> Driver:
    known = {field.name: str(field.type) for field in fields(kind) if field.init}
    values = {}
    for name, text in parameters.items():
        if name not in known:
            raise DriverError(
                f"driver {spec!r}: {UnknownNameError('parameter', name, [*known, _PEDALS, _DEADLINE, _LATE])}"
            )
        values[name] = _value(spec, known[name].split("'")[1] if "'" in known[name] else known[name], name, text)
    driver: Driver = kind(**values)
    return driver


def _value(spec: str, kind: str, name: str, text: str) -> float | bool | str:
    if kind == "bool":
        if text.lower() not in ("true", "false", "1", "0"):
            raise DriverError(f"driver {spec!r}: {name}={text!r}; true or false is right")
        return text.lower() in ("true", "1")
    if kind == "str":
        return text
    try:
        return float(text)
    except ValueError:
        raise DriverError(f"driver {spec!r}: {name}={text!r}; a number is right") from None


def _users(spec: str, name: str, parameters: Mapping[str, str]) -> object:
    place, _, attribute = name.rpartition(":")
    module = _module(spec, place)
    made = getattr(module, attribute, None)
    if made is None:
        names = [one for one in vars(module) if not one.startswith("_")]
        raise DriverError(f"driver {spec!r}: {UnknownNameError(f'name in {place}', attribute, names)}")
    if not isinstance(made, type):
        if not callable(made):
            raise DriverError(f"driver {spec!r}: {attribute} is neither a class nor a function")
        return function_driver(made)
    if is_dataclass(made):
        return _built_in(spec, made, parameters)
    try:
        return made(**parameters)
    except Exception as error:
        raise DriverError(f"driver {spec!r} cannot be made: {type(error).__name__}: {error}") from error


def _module(spec: str, place: str) -> ModuleType:
    try:
        if not place.endswith(".py"):
            return importlib.import_module(place)
        path = Path(place).resolve()
        if not path.is_file():
            raise DriverError(f"driver {spec!r}: there is no file {place!r}")
        found = importlib.util.spec_from_file_location(f"driver_{path.stem}", path)
        assert found is not None
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        sys.modules[found.name] = module  # dataclasses look their module up there
        found.loader.exec_module(module)
    except DriverError:
        raise
    except Exception as error:
        raise DriverError(f"driver {spec!r}: {place} cannot be loaded: {type(error).__name__}: {error}") from error
    return module
