"""Draws a road network as a picture: lanes by class, street names, a scale bar."""

from dataclasses import dataclass
from pathlib import Path

import matplotlib.font_manager as fonts
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from jing_maps.columns import JunctionKind, RoadClass, VehicleClass
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines

__all__ = ["PlotOptions", "plot_network"]

_COLOURS = {
    RoadClass.EXPRESSWAY: "#d1495b",
    RoadClass.RAMP: "#e8998d",
    RoadClass.EXPRESSWAY_SIDE: "#edae49",
    RoadClass.ARTERIAL: "#30638e",
    RoadClass.SECONDARY: "#5b8fb9",
    RoadClass.BRANCH: "#8d99ae",
    RoadClass.SERVICE: "#b8c0cc",
}
_CJK_FONTS = ("Noto Sans CJK SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei", "SimHei", "Microsoft YaHei")
_MOST_NAMES = 90
# Below this scale bicycle lanes are left out, and signals are marked by dots.
_CLOSE_POINTS_PER_M = 1.0


@dataclass(frozen=True)
class PlotOptions:
    """How a network is drawn.

    Attributes:
        width_px: of the picture; its height follows the map's shape.
        window: `(x_min, y_min, x_max, y_max)` in map metres; None = all.
        connectors: also draw the ways through junctions (for a close look).
    """

    width_px: int = 1600
    window: tuple[float, float, float, float] | None = None
    connectors: bool = False


def plot_network(network: RoadNetwork, path: Path, options: PlotOptions = PlotOptions()) -> None:
    """Writes a PNG of the network to `path`."""
    window = options.window or _extent(network)
    width_m, height_m = window[2] - window[0], window[3] - window[1]
    inches = options.width_px / 100
    figure = Figure(figsize=(inches, inches * height_m / width_m), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(window[0], window[2]), ylim=(window[1], window[3]), aspect="equal")
    axes.set_axis_off()
    figure.set_facecolor("#f7f5f0")
    points_per_m = inches * 72 / width_m
    _draw_junctions(axes, network, points_per_m)
    _draw_lanes(axes, network, points_per_m)
    if options.connectors:
        lines = _planar(network.connectors.centre)
        axes.add_collection(LineCollection(lines, colors="#2a9d8f", linewidths=0.8, zorder=4))
        axes.add_collection(
            LineCollection(_planar(network.crosswalks.centre), colors="#111111", linewidths=2, alpha=0.3)
        )
    _draw_names(axes, network, window)
    _draw_scale(axes, window)
    _draw_attribution(axes, network, window)
    temporary = path.with_name(path.name + ".tmp")
    figure.savefig(temporary, format="png")
    temporary.replace(path)


def _extent(network: RoadNetwork) -> tuple[float, float, float, float]:
    xy = network.lanes.centre.xyz[:, :2]
    margin = 0.02 * float(np.ptp(xy, axis=0).max())
    low, high = xy.min(axis=0) - margin, xy.max(axis=0) + margin
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _planar(lines: Polylines) -> list[np.ndarray]:
    return [lines[i][:, :2] for i in range(len(lines))]


def _draw_junctions(axes: Axes, network: RoadNetwork, points_per_m: float) -> None:
    rings = [ring for ring in _planar(network.junctions.outline) if len(ring) > 2]
    axes.add_collection(PolyCollection(rings, facecolors="#c9c5bb", edgecolors="none", zorder=1))
    if points_per_m < _CLOSE_POINTS_PER_M:
        signal = network.junctions.kind == JunctionKind.SIGNAL
        x, y = network.junctions.x_m[signal], network.junctions.y_m[signal]
        axes.scatter(x, y, s=9, c="#2b2d42", zorder=6, linewidths=0)


def _draw_lanes(axes: Axes, network: RoadNetwork, points_per_m: float) -> None:
    lanes = network.lanes
    kind, level = network.roads.kind[lanes.road], network.roads.level[lanes.road]
    lines = _planar(lanes.centre)
    order = np.lexsort((-kind, level))
    bicycle = lanes.allowed == VehicleClass.BICYCLE
    if points_per_m < _CLOSE_POINTS_PER_M:
        order = order[~bicycle[order]]
    colours = ["#7cb518" if bicycle[i] else _COLOURS[RoadClass(int(kind[i]))] for i in order]
    widths = np.maximum(lanes.width_m[order] * points_per_m * 0.85, 1.1)
    axes.add_collection(LineCollection([lines[i] for i in order], colors=colours, linewidths=widths, zorder=3))


def _draw_names(axes: Axes, network: RoadNetwork, window: tuple[float, float, float, float]) -> None:
    """Names of the longest streets, along their longest road, not over one another."""
    installed = {font.name for font in fonts.fontManager.ttflist}
    family = next((name for name in _CJK_FONTS if name in installed), None)
    roads = network.roads
    totals = np.bincount(
        np.maximum(roads.street, 0), roads.length_m * (roads.street >= 0), minlength=len(network.streets)
    )
    placed: list[tuple[float, float]] = []
    least_m = 0.045 * (window[2] - window[0])
    for street in np.argsort(-totals)[:_MOST_NAMES]:
        name = network.streets.name_zh[street] if family else network.streets.name_en[street]
        rows = np.flatnonzero(roads.street == street)
        if not len(rows) or not name or name.startswith("未名"):
            continue
        for row in rows[np.argsort(-roads.length_m[rows])]:
            lane = int(roads.first_lane[row])
            x, y, _, heading = network.lanes.centre.locate(np.array([lane]), network.lanes.length_m[[lane]] / 2)
            if all(np.hypot(x[0] - px, y[0] - py) > least_m for px, py in placed) and _inside(x[0], y[0], window):
                placed.append((float(x[0]), float(y[0])))
                angle = (np.degrees(heading[0]) + 90) % 180 - 90
                text = axes.text(x[0], y[0], name, rotation=angle, ha="center", va="center", fontsize=10, zorder=8)
                text.set_fontfamily(family or "DejaVu Sans")
                text.set_path_effects([patheffects.withStroke(linewidth=2.5, foreground="#f7f5f0")])
                break


def _draw_attribution(axes: Axes, network: RoadNetwork, window: tuple[float, float, float, float]) -> None:
    span = window[2] - window[0]
    x, y = window[2] - 0.015 * span, window[1] + 0.015 * span
    axes.text(x, y, network.attribution, ha="right", va="bottom", fontsize=9, color="#555b6e", zorder=9)


def _inside(x: float, y: float, window: tuple[float, float, float, float]) -> bool:
    return window[0] < x < window[2] and window[1] < y < window[3]


def _draw_scale(axes: Axes, window: tuple[float, float, float, float]) -> None:
    span = window[2] - window[0]
    length = 10.0 ** np.floor(np.log10(span / 4))
    length *= 5 if span / 4 / length >= 5 else 2 if span / 4 / length >= 2 else 1
    x, y = window[0] + 0.03 * span, window[1] + 0.03 * span
    axes.plot([x, x + length], [y, y], color="#2b2d42", linewidth=3, solid_capstyle="butt", zorder=9)
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.text(x + length / 2, y + 0.008 * span, label, ha="center", va="bottom", fontsize=10, zorder=9)
