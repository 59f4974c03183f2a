"""Live progress of a campaign on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

__all__ = ["show_progress"]


@contextmanager
def show_progress(title: str, total: int) -> Iterator[Callable[[int, int], None]]:
    """Shows a bar on stderr inside the block if that is a terminal; yields what to call with (done, given up)."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        row = bar.add_task(title, total=total)

        def update(done: int, given_up: int) -> None:
            note = f"{title} ({given_up} given up)" if given_up else title
            bar.update(row, completed=done + given_up, description=note)

        yield update
