"""The command `jingsim`: finds the command's module, runs it, and turns errors into exit codes.

Exit codes: 0 done and passed, 1 done and failed (a verdict), 2 wrong use or bad input, 3 the platform itself failed.
"""

import difflib
import importlib
import sys
import traceback

import typer

from jing_maps.errors import JingError

__all__ = ["COMMANDS", "run"]

COMMANDS = {
    "demo": ("jing_cli.demo_command", "the main job, whole chain, embedded defaults"),
    "maps": ("jing_cli.maps_command", "road networks: list, info, check, build, import, export, plot"),
    "simulate": ("jing_cli.simulate_command", "traffic worlds of an area under signal plans and seeds, many on Ray"),
    "replay": ("jing_cli.replay_command", "one self-contained HTML page of a run, or of two side by side"),
    "carla": ("jing_cli.carla_command", "serve maps to CARLA clients without a GPU; probe any CARLA server"),
    "scenario": ("jing_cli.scenario_command", "scenarios: run, sweep, search, convert"),
    "validate": ("jing_cli.validate_command", "a suite of scenarios against a stack, and its report"),
    "doctor": ("jing_cli.doctor_command", "what is installed, what each extra would add, whether Ray answers"),
}


def run() -> None:
    """Runs the command line and exits.

    Only the module of the command that is asked for is imported, so that `jingsim --help` answers at once.
    """
    name, arguments = (sys.argv[1] if len(sys.argv) > 1 else "--help"), sys.argv[2:]
    if name in {"--help", "-h", "help"}:
        typer.echo(_help())
        sys.exit(0)
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=2, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"commands: {', '.join(COMMANDS)}"
        _fail(2, f"error: no such command {name!r}; {hint}")
    try:
        app: typer.Typer = importlib.import_module(COMMANDS[name][0]).app
        app(arguments, prog_name=f"jingsim {name}")
    except (JingError, OSError) as error:
        _fail(2, f"error: {error}")
    except Exception:  # noqa: BLE001 - the last line of defence: whatever is left is a fault of the platform
        traceback.print_exc()
        _fail(3, "This is a fault of jingsim, not of your input; please report it with the lines above.")


def _fail(code: int, message: str) -> None:
    typer.echo(message, err=True)
    sys.exit(code)


def _help() -> str:
    rows = "\n".join(f"  {name:9} {text}" for name, (_, text) in COMMANDS.items())
    return (
        "Usage: jingsim COMMAND [OPTIONS] [ARGS]\n\n"
        "Simulates two real parts of Beijing: Zhongguancun and Yizhuang.\n\n"
        f"Commands:\n{rows}\n\nMore about one: jingsim COMMAND --help"
    )
