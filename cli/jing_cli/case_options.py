"""Options that commands which run many cases of a scenario share."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["MaxTimeOption", "RayOption", "StackOption", "StepOption", "VaryOption", "VerdictOption", "WorkersOption"]

VaryOption = Annotated[
    list[str] | None, typer.Option(help="NAME=5..30, NAME=10..60/10, NAME=a,b,c, NAME=normal(20,5); repeat it.")
]
StackOption = Annotated[str, typer.Option(help="What drives the ego: careful, careless, MODULE:CLASS ...")]
VerdictOption = Annotated[Path | None, typer.Option(help="A file of criteria besides those of the scenario.")]
StepOption = Annotated[float, typer.Option(min=0.001, max=0.5, help="Step in seconds.")]
MaxTimeOption = Annotated[float, typer.Option(min=0.1, help="Longest simulated time of a case, seconds.")]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="Cases side by side; default: all cores.")]
RayOption = Annotated[str | None, typer.Option(help="A running Ray cluster (host:port).")]
