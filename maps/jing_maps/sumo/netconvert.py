"""Runs SUMO's network compiler `netconvert` (extra `sumo`, or an installed SUMO on the PATH)."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from jing_maps.errors import MapFormatError, MissingExtraError

__all__ = ["find_netconvert", "run_netconvert"]

_LINE = re.compile(r"[Aa]t line/column (\d+)/\d+")


def find_netconvert() -> Path:
    """The program that comes with the package `eclipse-sumo`, else the one on the PATH.

    Raises:
        MissingExtraError: there is neither.
    """
    spec = importlib.util.find_spec("sumo")
    if spec is not None and spec.submodule_search_locations:
        for name in ("netconvert", "netconvert.exe"):
            program = Path(next(iter(spec.submodule_search_locations))) / "bin" / name
            if program.is_file():
                return program
    on_path = shutil.which("netconvert")
    if on_path is None:
        raise MissingExtraError("netconvert (eclipse-sumo)", "sumo")
    return Path(on_path)


def run_netconvert(arguments: Sequence[str], source: str | Path) -> list[str]:
    """The warnings of a run of netconvert, without the word `Warning:`.

    Args:
        arguments: command line options.
        source: the file that an error is about.

    Raises:
        MapFormatError: netconvert gave up; its last lines, and the line of the file where it names one.
        MissingExtraError: no netconvert here.
    """
    program = find_netconvert()
    # Its own data (projections, schemas) lie beside it; XML schemas on the net are never fetched.
    environment = os.environ | {"SUMO_HOME": str(program.parent.parent)}
    done = subprocess.run(
        [str(program), "--xml-validation", "never", *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        env=environment,
        check=False,
    )
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    if done.returncode != 0:
        errors = [line for line in lines if not line.startswith("Warning")][-6:]
        place = _LINE.search("\n".join(errors))
        problem = f"netconvert ended with code {done.returncode}: {' | '.join(errors)}"
        raise MapFormatError(source, problem, line=int(place.group(1)) if place else None)
    return [line.removeprefix("Warning: ") for line in done.stderr.splitlines() if line.startswith("Warning: ")]
