"""The command `jingsim`: finds the command's module, runs it, and turns errors into exit codes.

Exit codes: 0 done and passed, 1 done and failed (a verdict), 2 wrong use or bad input, 3 the platform itself failed.
"""

import difflib
import importlib
import sys
import traceback

import click
import typer
import typer.main

from jing_maps.errors import JingError

__all__ = ["COMMANDS", "LazyGroup", "app", "run"]

COMMANDS = {
    "demo": ("jing_cli.demo_command", "The main job, whole chain, embedded defaults."),
    "maps": ("jing_cli.maps_command", "Road networks: list, info, check, build, import, export, plot."),
    "simulate": ("jing_cli.simulate_command", "Traffic worlds of an area under signal plans and seeds, on Ray."),
    "replay": ("jing_cli.replay_command", "One self-contained HTML page of a run, or of two side by side."),
    "doctor": ("jing_cli.doctor_command", "What is installed, what each extra would add, whether Ray answers."),
}


class LazyGroup(click.Group):
    """A group that imports the module of a command only when the command is asked for: `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of `COMMANDS`."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in click, with the nearest names for a command that is not there."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=2, cutoff=0.4)
            hint = f" Did you mean {' or '.join(near)}?" if near else f" Commands: {', '.join(COMMANDS)}."
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line a command, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


app = LazyGroup(name="jingsim", help="Simulates two real parts of Beijing: Zhongguancun and Yizhuang.")


def run() -> None:
    """Runs the command line and exits."""
    try:
        code = app.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (JingError, OSError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    except Exception:  # noqa: BLE001 - the last line of defence: whatever is left is a fault of the platform
        traceback.print_exc()
        click.echo("This is a fault of jingsim, not of your input; please report it with the lines above.", err=True)
        sys.exit(3)
    sys.exit(code if isinstance(code, int) else 0)
