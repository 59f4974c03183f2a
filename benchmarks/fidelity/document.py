"""Writes what was measured into docs/fidelity.md, a section a measure, and draws the plots."""

import re
from pathlib import Path

from benchmarks.fidelity.figures import Measured, table
from matplotlib.figure import Figure as Drawing

__all__ = ["text_of", "write_section"]

ROOT = Path(__file__).resolve().parents[2]
_PAGE = ROOT / "docs" / "fidelity.md"
_STYLE = {"ours": ("#c0392b", "o-"), "SUMO": ("#2c3e50", "s--")}


def text_of(measured: Measured) -> str:
    """Table and notes."""
    return "\n".join([table(measured.figures), "", *(f"- {note}" for note in measured.notes)]).rstrip()


def write_section(name: str, measured: Measured, command: str) -> None:
    """Replaces the section of this measure on the page, or adds it at the end, and draws its plot."""
    parts = [f"## {measured.title}", f"`{command}`", text_of(measured)]
    if measured.series:
        draw(measured, ROOT / "docs" / "images" / f"fidelity_{name}.png")
        parts.append(f"![{measured.title}, ours and SUMO](images/fidelity_{name}.png)")
    begin, end = f"<!-- {name}: written by benchmarks/fidelity -->", f"<!-- end of {name} -->"
    section = "\n\n".join([begin, *parts, end])
    page = _PAGE.read_text(encoding="utf-8")
    found = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    page = found.sub(lambda _: section, page) if found.search(page) else f"{page.rstrip()}\n\n{section}\n"
    _PAGE.write_text(page, encoding="utf-8")


def draw(measured: Measured, path: Path) -> None:
    """One panel a series, both engines in each."""
    columns = min(3, len(measured.series))
    rows = -(-len(measured.series) // columns)
    drawing = Drawing(figsize=(4.6 * columns, 3.2 * rows), layout="constrained")
    for place, (panel, curves) in enumerate(measured.series.items()):
        axes = drawing.add_subplot(rows, columns, place + 1)
        for side, (x, y) in curves.items():
            colour, marks = _STYLE[side]
            axes.plot(x, y, marks, color=colour, label=side, markersize=4)
        axes.set(title=panel, xlabel=measured.axes[0], ylabel=measured.axes[1])
        axes.set_ylim(0, 1.08 * max(max(y) for _, y in curves.values()))
        axes.locator_params(axis="x", nbins=5)
        axes.grid(alpha=0.3)
        axes.legend()
    drawing.savefig(path, dpi=110)
