"""Scenario scripts as files: `FILE.py` holds a variable `scenario`, `FILE.py:NAME` a function that makes one."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

from jing_maps.errors import JingError, UnknownNameError
from jing_scenarios.script.distributions import ParameterValue
from jing_scenarios.script.scenario import Scenario

__all__ = ["ScriptFileError", "load_script", "make_script", "script_function"]


class ScriptFileError(JingError, ValueError):
    """A file that is no scenario script."""


def load_script(path: Path | str) -> Scenario:
    """The scenario of a script: its variable `scenario`, or what its function `scenario()` gives.

    Raises:
        ScriptFileError: there is no such file, it does not run, or holds no scenario.
    """
    module = _module(str(path))
    found = getattr(module, "scenario", None)
    return _scenario(found() if inspect.isfunction(found) else found, f"{path}: `scenario`")


def script_function(source: str) -> Callable[..., object]:
    """The function `FILE.py:NAME` or `package.module:NAME`.

    Raises:
        ScriptFileError: there is no such file or module, or it does not run.
        UnknownNameError: it has no such function.
    """
    place, _, name = source.rpartition(":")
    module = _module(place)
    functions = {key: value for key, value in vars(module).items() if callable(value) and not key.startswith("_")}
    if name not in functions:
        raise UnknownNameError("function", name, functions)
    found: Callable[..., object] = functions[name]
    return found


def make_script(function: Callable[..., object], parameters: Mapping[str, ParameterValue]) -> Scenario:
    """What a function makes of parameters.

    Raises:
        ScriptFileError: it gives no scenario.
        UnknownNameError: it has no such parameter.
    """
    name, known = getattr(function, "__name__", "function"), inspect.signature(function).parameters
    for given in parameters:
        if given not in known:
            raise UnknownNameError(f"parameter of {name}", given, known)
    return _scenario(function(**parameters), f"what {name} gives")


def _scenario(found: object, where: str) -> Scenario:
    if not isinstance(found, Scenario):
        raise ScriptFileError(f"{where} is {found!r}; a jing_scenarios.script.Scenario would be right")
    return found


def _module(place: str) -> ModuleType:
    if not place.endswith(".py"):
        try:
            return importlib.import_module(place)
        except ImportError as error:
            raise ScriptFileError(f"{place}: {error}; a module or a .py file would be right") from error
    path = Path(place)
    if not path.is_file():
        raise ScriptFileError(f"{path}: there is no such file")
    name = f"_jing_script_{path.stem}_{abs(hash(str(path.resolve())))}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses in a script look their module up by name while it runs.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except JingError:
        raise
    except Exception as error:
        raise ScriptFileError(f"{path}: {type(error).__name__}: {error}") from error
    return module
