"""`jingsim replay`: one self-contained HTML page of a run, or of two side by side."""

from pathlib import Path
from typing import Annotated

import typer

from jing_citybrain.replay import write_replay
from jing_cli.output import JsonFlag, print_json, say

__all__ = ["app"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def replay(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    compare: Annotated[Path | None, typer.Option(help="A second run of the same area, shown beside the first.")] = None,
    out: Annotated[Path, typer.Option(help="Page to write.")] = Path("replay.html"),
    as_json: JsonFlag = False,
) -> None:
    """Writes one HTML page that plays the run in any browser, offline."""
    report = write_replay([run] if compare is None else [run, compare], out)
    if as_json:
        print_json({"file": str(out), "bytes": out.stat().st_size, "vehicles": report.vehicles})
    else:
        say(f"{out}: {out.stat().st_size / 1e6:.1f} MB; open it in a browser")
