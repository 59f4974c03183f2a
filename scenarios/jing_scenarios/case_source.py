"""Where the scenarios of cases come from: an OpenSCENARIO file, a script, or a function that makes scripts.

A source is read once in a process; making a case of it resolves parameters alone.
"""

import functools
import hashlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from jing_maps.errors import JingError
from jing_scenarios.criteria import Criterion
from jing_scenarios.drivers.driver import Driver
from jing_scenarios.openscenario.document import Document, document_of
from jing_scenarios.openscenario.read import Scenario, load_scenario, resolve_document
from jing_scenarios.openscenario.road_file import FILES_AND_AREAS, RoadMaps
from jing_scenarios.script.behaviour import command_of
from jing_scenarios.script.distributions import ParameterValue
from jing_scenarios.script.load import load_script, make_script, script_function
from jing_scenarios.script.scenario import Scenario as Script
from jing_scenarios.script.values import text_of
from jing_scenarios.storyboard.options import Command
from jing_scenarios.verdict_file import load_verdict_file, verdict_file_beside

__all__ = ["CaseSourceError", "Prepared", "absolute_source", "source_hash", "source_of"]


class CaseSourceError(JingError, ValueError):
    """A source of cases that is not there."""


@dataclass(frozen=True)
class Prepared:
    """A case that is ready to run.

    Attributes:
        scenario: resolved. criteria: that must hold. drivers: by entity, spec or driver. commands: functions by name.
    """

    scenario: Scenario
    criteria: Sequence[Criterion] = ()
    drivers: Mapping[str, str | Driver] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)


class CaseSource(Protocol):
    """Makes cases."""

    def prepare(self, parameters: Mapping[str, ParameterValue], maps: RoadMaps = FILES_AND_AREAS) -> Prepared:
        """The case with these parameters, on one of `maps` where a file names its map; raises JingError."""
        ...


def source_of(text: str) -> CaseSource:
    """The source that `FILE.xosc`, `FILE.py`, `FILE.py:FUNCTION` or `package.module:FUNCTION` names.

    Raises:
        CaseSourceError: there is no such file, or the text is none of these.
    """
    return _source(text, source_hash(text))


def absolute_source(text: str) -> str:
    """The same source, wherever a worker stands: the path of a file made absolute, modules as they are."""
    place, colon, name = text.rpartition(":") if ".py:" in text else (text, "", "")
    return f"{Path(place).resolve()}{colon}{name}" if place.endswith((".xosc", ".py")) else text


def source_hash(text: str) -> str:
    """SHA-256 of the file, or the module's file, that a source is, and of the verdict file beside it."""
    digest = hashlib.sha256(text.rpartition(":")[2].encode() if ":" in text else b"")
    for path in _files(text):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(text: str) -> list[Path]:
    place = text if text.endswith((".xosc", ".py")) else text.rpartition(":")[0]
    if not place.endswith((".xosc", ".py")):
        if ":" not in text:
            raise CaseSourceError(f"{text}: FILE.xosc, FILE.py, FILE.py:FUNCTION or package.module:FUNCTION is right")
        return [_module_file(place)]
    path = Path(place)
    if not path.is_file():
        raise CaseSourceError(f"{path}: there is no such file")
    verdict = verdict_file_beside(path) if path.suffix == ".xosc" else None
    return [path] if verdict is None else [path, verdict]


def _module_file(module: str) -> Path:
    try:
        spec = importlib.util.find_spec(module)
    except ImportError:
        spec = None
    if spec is None or spec.origin is None:
        raise CaseSourceError(f"{module}: there is no such module; package.module:FUNCTION would be right")
    return Path(spec.origin)


@functools.lru_cache(maxsize=64)
def _source(text: str, _changed: str) -> CaseSource:
    if text.endswith(".xosc"):
        return _XoscSource(Path(text))
    if text.endswith(".py"):
        return _ScriptSource(load_script(text))
    return _FunctionSource(text)


class _XoscSource:
    def __init__(self, path: Path) -> None:
        self._path = path
        beside = verdict_file_beside(path)
        self._criteria = load_verdict_file(beside) if beside is not None else ()

    def prepare(self, parameters: Mapping[str, ParameterValue], maps: RoadMaps = FILES_AND_AREAS) -> Prepared:
        texts = {name: text_of(value) for name, value in parameters.items()}
        return Prepared(load_scenario(self._path, texts, maps), self._criteria)


class _ScriptSource:
    def __init__(self, script: Script) -> None:
        self._script = script
        self._document: Document = document_of(script.root())

    def prepare(self, parameters: Mapping[str, ParameterValue], maps: RoadMaps = FILES_AND_AREAS) -> Prepared:
        texts = {name: text_of(value) for name, value in parameters.items()}
        return _of_script(self._script, resolve_document(self._document, None, texts, maps))


class _FunctionSource:
    def __init__(self, text: str) -> None:
        self._function = script_function(text)

    def prepare(self, parameters: Mapping[str, ParameterValue], maps: RoadMaps = FILES_AND_AREAS) -> Prepared:
        del maps  # scripts bring their roads
        script = make_script(self._function, parameters)
        return _of_script(script, script.resolved())


def _of_script(script: Script, scenario: Scenario) -> Prepared:
    commands = {name: command_of(function) for name, function in script.commands.items()}
    return Prepared(scenario, tuple(script.requirements), script.drivers, commands)
