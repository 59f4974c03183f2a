"""What commands print: one JSON object with `--json`, else a table for people."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

__all__ = ["JsonFlag", "print_json", "print_table", "say"]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


def print_json(value: Mapping[str, object]) -> None:
    """Prints one JSON object; numbers that are not finite become null, since JSON has none."""
    print(json.dumps(_finite(value), ensure_ascii=False, allow_nan=False))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a table on stdout; numbers stand right."""
    table = Table(title=title, title_justify="left")
    for i, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[i], int | float) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_text(cell) for cell in row))
    wide = Console(width=160)  # in a file or pipe nothing is cut to 80 columns
    (Console() if wide.is_terminal else wide).print(table)


def say(text: str) -> None:
    """Prints a line for people on stderr, so that stdout stays clean for `--json`."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}" if math.isfinite(cell) else "-"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
