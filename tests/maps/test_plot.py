from pathlib import Path

from jing_maps.grid import grid
from jing_maps.plot import PlotOptions, plot_network


def test_a_plot_is_a_png_of_the_wanted_width(tmp_path: Path) -> None:
    path = tmp_path / "grid.png"
    plot_network(grid(2, 2), path, PlotOptions(width_px=400))
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == 400
    assert list(tmp_path.iterdir()) == [path]


def test_a_window_with_connectors_is_drawn_in_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "junction.png"
    plot_network(grid(1, 1), path, PlotOptions(width_px=300, window=(-40.0, -20.0, 40.0, 20.0), connectors=True))
    data = path.read_bytes()
    assert int.from_bytes(data[20:24], "big") == 150
