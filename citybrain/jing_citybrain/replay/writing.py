"""Writes replays: one page of one run or of two side by side, and the page that leads to several of them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jing_citybrain.kpi import PlanFigures
from jing_citybrain.replay.errors import ReplayError
from jing_citybrain.replay.figures import panel, panel_of_summaries
from jing_citybrain.replay.keyframes import count_samples
from jing_citybrain.replay.page import deck_bundle, json_text, render, write_whole
from jing_citybrain.replay.run_payload import RunPayload, run_payload
from jing_citybrain.replay.shapes import draw_shapes, read_network
from jing_sim.trace import RunFolder

__all__ = ["IndexEntry", "ReplayReport", "write_index", "write_replay"]

_SCRIPTS = (
    *("i18n", "decode", "run", "camera", "roads", "labels", "colors", "draw"),
    *("figures", "timeline", "card", "ui", "player"),
)
_BOUNDS_M = ((2_000_000, 0.3), (20_000_000, 0.5))
# Up to so many recorded positions, drawn ones keep this bound; beyond, 1 m, so that pages stay below 100 MB.
_SPAN_TOLERANCE_S = 60.0


@dataclass(frozen=True)
class ReplayReport:
    """What was written.

    Attributes:
        file, size_bytes: the page.
        vehicles, samples, keyframes: over all runs; samples are recorded positions, keyframes what the page holds.
        bound_m: error of drawn positions in x and in y.
        warnings: what a viewer should know; the page says it too.
    """

    file: Path
    size_bytes: int
    vehicles: int
    samples: int
    keyframes: int
    bound_m: float
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class IndexEntry:
    """A replay on the entry page: its file, titles in both languages, and key figures."""

    replay: Path
    title_zh: str
    title_en: str
    kpis: Sequence[PlanFigures] = ()


def write_replay(
    runs: Sequence[Path | str],
    out: Path | str,
    *,
    title_zh: str = "",
    title_en: str = "",
    kpis: Sequence[PlanFigures] = (),
    bound_m: float | None = None,
) -> ReplayReport:
    """One self-contained HTML page stands in `out`, which plays one run, or two side by side on one clock.

    It opens from disk in any browser of 2023 or later and asks no host for anything.

    Args:
        runs: one or two run folders; two must show the same map and the same span of time.
        out: the page; an existing one is replaced when the new one is complete.
        title_zh, title_en: headings; by default the name of the area.
        kpis: figures over several seeds, as `jing_citybrain.kpi.figures_by_plan` makes them; by default those of the
            runs' own summaries, without intervals.
        bound_m: error allowed in drawn positions; by default 0.3 m, 0.5 m beyond two million and 1 m
            beyond twenty million recorded positions.

    Raises:
        ReplayError: no or more than two runs, runs that do not fit together, nothing to show, or damaged tables.
        TraceError: a folder is no run folder.
    """
    out = Path(out)
    if not 1 <= len(runs) <= 2:
        raise ReplayError(f"a replay shows one run or two, not {len(runs)}")
    folders = [RunFolder(path) for path in runs]
    if len(folders) == 2:
        _check_pair(*folders)
    shapes = draw_shapes(read_network(folders[0]))
    bound = bound_m if bound_m is not None else _bound_of(folders)
    if not 0.05 <= bound <= 20:
        raise ReplayError(f"bound_m is {bound}; it must lie between 0.05 and 20 m")
    payloads = [run_payload(folder, shapes, bound, 0.1 if bound >= 1 else 0.02) for folder in folders]
    _check_spans(folders, payloads)
    area = folders[0].manifest.area
    data = {
        "meta": {
            "title": {"zh": title_zh or f"{area} 交通仿真回放", "en": title_en or f"{area}: traffic replay"},
            "origin": [shapes.plane.lon_deg, shapes.plane.lat_deg],
            "kpis": panel(kpis)
            if kpis
            else panel_of_summaries([(f.manifest.plan, f.manifest.summary) for f in folders]),
            "bound": bound,
        }
    }
    blobs = {"shapes": json_text({"deck": shapes.deck, "lines": shapes.lines}).encode()}
    for i, payload in enumerate(payloads):
        blobs[f"run{i}"] = json_text(payload.meta).encode()
        blobs |= {f"run{i}-{name}": blob for name, blob in payload.blobs.items()}
    title = title_zh or f"{area} 交通仿真回放"
    text = render("page.html", _SCRIPTS, title=title, data=data, blobs=blobs, bundle=deck_bundle())
    return ReplayReport(
        file=out,
        size_bytes=write_whole(out, text),
        vehicles=sum(p.vehicles for p in payloads),
        samples=sum(p.samples for p in payloads),
        keyframes=sum(p.keyframes for p in payloads),
        bound_m=bound,
        warnings=tuple(w for p in payloads for w in p.warnings),
    )


def write_index(replays: Sequence[IndexEntry], out: Path | str, *, title_zh: str = "", title_en: str = "") -> int:
    """A small self-contained page stands in `out` that leads to replays (relative links); returns its bytes.

    Raises:
        ReplayError: no entry, or a replay that does not exist.
    """
    out = Path(out)
    if not replays:
        raise ReplayError("an entry page needs at least one replay")
    entries = []
    for entry in replays:
        if not entry.replay.is_file():
            raise ReplayError(f"{entry.replay} does not exist; write the replay first")
        link = Path(os.path.relpath(entry.replay.resolve(), out.resolve().parent)).as_posix()
        titles = {"zh": entry.title_zh, "en": entry.title_en}
        entries.append({"link": link, "title": titles, "kpis": panel(entry.kpis), "bytes": entry.replay.stat().st_size})
    title = {"zh": title_zh or "交通仿真回放", "en": title_en or "Traffic replays"}
    data = {"meta": {"title": title, "entries": entries}}
    text = render("index.html", ("i18n", "figures", "index"), title=title["zh"], data=data, blobs={}, bundle=b"")
    return write_whole(out, text)


def _bound_of(folders: Sequence[RunFolder]) -> float:
    samples = sum(count_samples(folder.segments) for folder in folders)
    return next((bound for most, bound in _BOUNDS_M if samples <= most), 1.0)


def _check_pair(a: RunFolder, b: RunFolder) -> None:
    first, second = a.manifest, b.manifest
    for what, one, other in (
        ("areas", first.area, second.area),
        ("maps (map_hash)", first.map_hash, second.map_hash),
        ("times of day (t0)", first.t0, second.t0),
        ("map frames", first.crs, second.crs),
    ):
        if one != other:
            raise ReplayError(
                f"{a.path} and {b.path} have different {what}: {one!r} and {other!r}; only runs of the same map and "
                "the same time can be shown side by side"
            )


def _check_spans(folders: Sequence[RunFolder], payloads: Sequence[RunPayload]) -> None:
    ends = [payload.meta["end"] for payload in payloads]
    if max(ends) - min(ends) > _SPAN_TOLERANCE_S:
        said = " and ".join(f"{folder.path} ends at {end:.0f} s" for folder, end in zip(folders, ends, strict=True))
        raise ReplayError(f"the runs have different spans of time: {said}; simulate both for the same duration")
