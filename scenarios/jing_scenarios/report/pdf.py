"""The summary as PDF, through WeasyPrint: verdicts, clusters, coverage, and the criteria of what did not pass."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from jing_maps.errors import MissingExtraError
from jing_scenarios.report.page import template_text

__all__ = ["print_page", "write_pdf"]

_NAMES = {
    "pass": ("通过", "pass"),
    "fail": ("失败", "fail"),
    "error": ("被测系统出错", "stack error"),
    "inconclusive": ("无结论", "inconclusive"),
}


def print_page(meta: Mapping[str, Any]) -> str:
    """The HTML that is printed; `meta` as `summary` makes it."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
    return environment.from_string(template_text("print.html")).render(meta=meta, names=_NAMES, number=_number)


def write_pdf(meta: Mapping[str, Any], path: Path) -> Path:
    """The PDF stands in the file; returns the path.

    Raises:
        MissingExtraError: the extra `report` is not installed, or Pango is not on this machine.
    """
    try:
        import weasyprint  # noqa: PLC0415 - optional dependency
    except (ImportError, OSError) as error:
        raise MissingExtraError("weasyprint (with Pango: apt install libpango-1.0-0)", "report") from error

    def nothing(url: str) -> dict[str, Any]:
        raise ValueError(f"a report asks for nothing outside itself, not for {url}")

    weasyprint.HTML(string=print_page(meta), url_fetcher=nothing).write_pdf(str(path))
    return path


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
