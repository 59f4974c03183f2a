"""The ids of the signals of an OpenDRIVE file, without building its roads."""

from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

from jing_scenarios.openscenario.node import OpenScenarioError

__all__ = ["signal_ids"]


def signal_ids(path: Path) -> frozenset[str]:
    """Ids of the signals that a map file has; raises OpenScenarioError where it is not well-formed XML."""
    state = path.stat()
    return _ids(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _ids(path: Path, _changed_ns: int, _size: int) -> frozenset[str]:
    found: set[str] = set()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "signal" and "id" in attributes:
            found.add(attributes["id"])

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(path.read_bytes(), True)
    except expat.ExpatError as error:
        problem = expat.ErrorString(error.code)
        raise OpenScenarioError(f"{path}:{error.lineno}:{error.offset + 1}: not well-formed XML: {problem}") from None
    return frozenset(found)
