"""One HTML file that asks the network for nothing: template, styles, scripts, data, and a policy that forbids the rest.

The policy (CSP) names the scripts by their hash, so that no text of a run can ever run as a script.
"""

import base64
import hashlib
import html
import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import pydeck

from jing_citybrain.replay.errors import ReplayError
from jing_citybrain.replay.packing import to_text

__all__ = ["deck_bundle", "json_text", "render", "write_whole"]


def deck_bundle() -> bytes:
    """The script of deck.gl inside the pydeck wheel, without its pointer to a source map.

    Raises:
        ReplayError: the installed pydeck has no bundle.
    """
    path = Path(str(pydeck.__file__)).parent / "nbextension" / "static" / "index.js"
    if not path.is_file():
        raise ReplayError(f"{path} is missing; install pydeck from its wheel: pip install --force-reinstall pydeck")
    return path.read_bytes().rsplit(b"//# sourceMappingURL=", 1)[0]


def json_text(value: object) -> str:
    """JSON that may stand in an HTML script element; equal values give equal text."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def render(
    template: str,
    scripts: Sequence[str],
    *,
    title: str,
    data: Mapping[str, Any],
    blobs: Mapping[str, bytes],
    bundle: bytes,
) -> str:
    """The page of a template: scripts are joined in one function, `data` and `blobs` become elements with ids."""
    own = "\n".join(_template(f"{name}.js") for name in scripts)
    player = f'(() => {{\n"use strict";\n{own}\n}})();\n'
    allowed = [_hash(player.encode())] + ([_hash(bundle)] if bundle else [])
    policy = (
        f"default-src 'none'; script-src {' '.join(allowed)}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return (
        jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701
        .from_string(_template(template))
        .render(
            title=html.escape(title),
            policy=policy,
            style=_template("style.css"),
            data={name: json_text(value) for name, value in data.items()},
            blobs={name: to_text(value) for name, value in blobs.items()}
            | ({"deck": _packed(bundle)} if bundle else {}),
            player=player,
        )
    )


def write_whole(out: Path, text: str) -> int:
    """The text stands in the file at once and complete; returns its bytes.

    Raises:
        ReplayError: the folder does not exist, or `out` is one.
    """
    if not out.parent.is_dir():
        raise ReplayError(f"{out}: there is no folder {out.parent}; make it first")
    if out.is_dir():
        raise ReplayError(f"{out} is a folder; name a file to write, like {out / 'replay.html'}")
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        size = partial.stat().st_size
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return size


@lru_cache(maxsize=1)
def _packed(bundle: bytes) -> str:
    # The same four megabytes for every page of a process.
    return to_text(bundle)


def _template(name: str) -> str:
    return (resources.files("jing_citybrain.replay") / "templates" / name).read_text(encoding="utf-8")


def _hash(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode('ascii')}'"
