"""`jingsim scenario`: runs scenarios, sweeps and searches over them, converts them."""

import importlib
from typing import Any

import typer
from typer.core import TyperGroup

__all__ = ["app"]

_COMMANDS = {
    "run": ("jing_cli.scenario_run", "one scenario and its verdict, in the native world or on a CARLA server"),
    "sweep": ("jing_cli.scenario_sweep", "many cases of a scenario: a table of results, and a report"),
    "search": ("jing_cli.scenario_search", "the worst case of a scenario, or how often it fails"),
    "convert": ("jing_cli.scenario_convert", "between OpenSCENARIO, scripts and CommonRoad"),
}
"""A command's module is imported when the command is asked for: this page answers at once."""


class _Group(TyperGroup):
    # Typer brings its own copy of click's types from one version on, hence Any.
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        late = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        late.command(cmd_name)(getattr(importlib.import_module(module), cmd_name))
        return typer.main.get_command(late)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


app = typer.Typer(
    cls=_Group,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Scenarios: run them, sweep and search over their parameters, convert them.",
)


@app.callback()
def _root() -> None:
    """Makes a group of it: all commands come from `_Group`."""
