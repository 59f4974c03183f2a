import base64
import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jing_citybrain.kpi import figures_by_plan
from jing_citybrain.replay import IndexEntry, ReplayError, write_index, write_replay
from jing_citybrain.replay.run_payload import link_classes
from jing_maps.columns import RoadClass
from jing_maps.network import RoadNetwork
from jing_sim.trace import TraceError

MakeRun = Callable[..., Path]
Runs = tuple[Path, Path]


def blob(page: Path, name: str) -> bytes:
    found = re.search(rf'id="blob-{name}">([^<]*)<', page.read_text(encoding="utf-8"))
    assert found
    return gzip.decompress(base64.b64decode(found[1]))


def changed_copy(run: Path, to: Path, **fields: object) -> Path:
    shutil.copytree(run, to)
    path = to / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    return to


def test_the_report_counts_what_the_page_holds(runs: Runs, tmp_path: Path) -> None:
    report = write_replay(runs, tmp_path / "page.html")
    assert report.size_bytes == (tmp_path / "page.html").stat().st_size
    assert report.vehicles == 240
    assert 240 <= report.keyframes < report.samples
    assert report.bound_m == 0.3
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_the_same_runs_give_the_same_page(runs: Runs, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_replay(runs, tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_no_address_of_a_host_and_no_open_script_stands_in_the_page(runs: Runs, tmp_path: Path) -> None:
    write_replay(runs, tmp_path / "page.html", title_zh="</title><script>window.hacked=1</script>")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href|action)\s*=\s*["']?\s*(https?:)?//""", text)
    assert "default-src 'none'" in text
    assert "unsafe-eval" not in text
    assert "<script>window.hacked" not in text
    assert len(re.findall(r"<script>", text)) == 1


def test_the_manifest_s_approval_and_attribution_are_in_the_page(runs: Runs, tmp_path: Path) -> None:
    write_replay([runs[0]], tmp_path / "page.html")
    meta = json.loads(blob(tmp_path / "page.html", "run0"))
    assert meta["approval"].startswith("京S")
    assert meta["attribution"]
    assert meta["t0"].endswith("+08:00")


def test_pydeck_s_static_layers_are_in_the_page(runs: Runs, tmp_path: Path, network: RoadNetwork) -> None:
    write_replay([runs[0]], tmp_path / "page.html")
    shapes = json.loads(blob(tmp_path / "page.html", "shapes"))
    layers = {layer["id"]: layer for layer in shapes["deck"]["layers"]}
    assert list(layers) == ["junctions", "lanes", "edges", "dividers", "stop_lines"]
    assert len(layers["lanes"]["data"]) == len(network.lanes) + len(network.connectors)
    assert "mapStyle" not in shapes["deck"]
    assert len(shapes["lines"]["roads"]) == len(network.roads)


def test_link_classes_follow_the_class_of_road() -> None:
    classes = link_classes(
        np.array([[66, 36, 36, 9.0], [np.nan, 20, 35.0, 100]]) / 3.6,
        np.array([RoadClass.EXPRESSWAY, RoadClass.ARTERIAL, RoadClass.BRANCH, RoadClass.SERVICE]),
    )
    assert classes.tolist() == [[1, 2, 1, 5], [0, 4, 2, 1]]


def test_figures_over_seeds_go_into_the_panel(runs: Runs, tmp_path: Path) -> None:
    base = {"mean_delay_s": 9.0, "travel_time_p95_s": 80.0, "arrived": 10, "waiting_to_enter": 0}
    kpis = figures_by_plan([{"plan": "webster", "mean_travel_time_s": v, **base} for v in (40.0, 44.0)])
    write_replay([runs[0]], tmp_path / "page.html", kpis=kpis)
    found = re.search(r'id="meta">(.*?)</script>', (tmp_path / "page.html").read_text(encoding="utf-8"))
    assert found
    plans = json.loads(found[1])["kpis"]["plans"]
    assert plans[0]["seeds"] == 2
    assert plans[0]["values"][0][0] == 42.0
    assert plans[0]["values"][0][1] > 20


def test_runs_that_do_not_fit_are_refused_and_nothing_is_written(runs: Runs, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    for fields, said in (
        ({"area": "elsewhere"}, "different areas"),
        ({"map_hash": "0"}, "different maps"),
        ({"t0": "2026-03-02T08:00:00+08:00"}, "different times of day"),
        ({"ended": {"time_s": 900.0, "reason": "x"}}, "different spans"),
    ):
        other = changed_copy(runs[1], tmp_path / said.replace(" ", "_"), **fields)
        with pytest.raises(ReplayError, match=said):
            write_replay([runs[0], other], out)
    with pytest.raises(ReplayError, match="one run or two"):
        write_replay([], out)
    assert not out.exists()


def test_a_missing_folder_or_table_is_named(runs: Runs, tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="does not exist"):
        write_replay([tmp_path / "none"], tmp_path / "page.html")
    for name in ("network", "vehicles", "signals"):
        broken = changed_copy(runs[0], tmp_path / name)
        (broken / f"{name}.parquet").unlink()
        with pytest.raises(TraceError, match=f"{name}.parquet is missing"):
            write_replay([broken], tmp_path / "page.html")
    damaged = changed_copy(runs[0], tmp_path / "damaged")
    (damaged / "links.parquet").write_bytes(b"no parquet")
    with pytest.raises(TraceError, match=r"links.parquet: damaged"):
        write_replay([damaged], tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_a_link_of_no_road_is_an_error(runs: Runs, tmp_path: Path) -> None:
    broken = changed_copy(runs[0], tmp_path / "run")
    links = pd.read_parquet(broken / "links.parquet")
    links.loc[0, "edge"] = 9999
    links.to_parquet(broken / "links.parquet")
    with pytest.raises(ReplayError, match="edge 9999"):
        write_replay([broken], tmp_path / "page.html")


def test_an_empty_run_is_refused_and_one_with_signals_alone_is_shown(
    make_run: MakeRun, network: RoadNetwork, tmp_path: Path
) -> None:
    run = make_run(tmp_path / "run", network, n=1, seconds=5, plan="webster", seed=1)
    for path in (run / "states").iterdir():
        path.unlink()
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"segments": 0}))
    assert write_replay([run], tmp_path / "page.html").keyframes == 0
    signals = pd.read_parquet(run / "signals.parquet")
    signals[:0].to_parquet(run / "signals.parquet")
    with pytest.raises(ReplayError, match="empty"):
        write_replay([run], tmp_path / "page.html")


def test_nominal_coordinates_and_unfinished_runs_are_said(runs: Runs, tmp_path: Path) -> None:
    crs = json.loads((runs[0] / "manifest.json").read_text())["crs"] | {"georeferenced": False}
    run = changed_copy(runs[0], tmp_path / "run", crs=crs, status="running")
    report = write_replay([run], tmp_path / "page.html")
    assert any("nominal" in warning for warning in report.warnings)
    assert any("did not finish" in warning for warning in report.warnings)


def test_a_page_is_written_only_into_a_folder_that_is_there(runs: Runs, tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="no folder"):
        write_replay([runs[0]], tmp_path / "none" / "page.html")
    with pytest.raises(ReplayError, match="is a folder"):
        write_replay([runs[0]], tmp_path)


def test_an_entry_page_links_relative_to_itself(runs: Runs, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    write_replay([runs[0]], tmp_path / "deep" / "page.html")
    write_index([IndexEntry(tmp_path / "deep" / "page.html", "甲", "A")], tmp_path / "index.html")
    assert '"link":"deep/page.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
    with pytest.raises(ReplayError, match="does not exist"):
        write_index([IndexEntry(tmp_path / "gone.html", "乙", "B")], tmp_path / "index.html")
