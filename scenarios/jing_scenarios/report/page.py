"""One HTML file that asks the network for nothing: styles, one script, packed data, and a policy that forbids the rest.

The policy (CSP) names the script by its hash, so that no text of a run can ever run as a script.
"""

import base64
import gzip
import hashlib
import html
import json
import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2

from jing_scenarios.report.results import ReportError

__all__ = ["packed", "render_page", "template_text", "write_whole"]

_SCRIPTS = ("i18n", "decode", "overview", "birdseye", "plots", "casepage", "main")


def packed(value: Mapping[str, Any]) -> str:
    """JSON values, compressed, as base64; equal values give equal text."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode("ascii")


def render_page(title: str, blobs: Mapping[str, str]) -> str:
    """The page; `blobs` are `packed` values by name, `meta` among them."""
    own = "\n".join(template_text(f"{name}.js") for name in _SCRIPTS)
    script = f'(() => {{\n"use strict";\n{own}\n}})();\n'
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return (
        jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701
        .from_string(template_text("report.html"))
        .render(title=html.escape(title), policy=policy, style=template_text("style.css"), blobs=blobs, script=script)
    )


def template_text(name: str) -> str:
    """A file of the folder `templates`."""
    return (resources.files("jing_scenarios.report") / "templates" / name).read_text(encoding="utf-8")


def write_whole(path: Path, text: str) -> Path:
    """The text stands in the file at once and complete; returns the path.

    Raises:
        ReportError: the folder does not exist.
    """
    if not path.parent.is_dir():
        raise ReportError(f"{path}: there is no folder {path.parent}; make it first")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path
