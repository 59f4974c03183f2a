"""The page in headless Chromium, with every outside host hanging."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
from matplotlib.image import imread

from jing_citybrain.replay import IndexEntry, write_index, write_replay

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader"),
]
READY = 'body[data-ready="1"], body[data-failed]'

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not there (Debian: apt install chromium)"),
]


class Opened:
    """A page, what it asked outside hosts for, and the errors that it raised."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def value(self, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
        return self.page.evaluate(script)

    def wait(self, script: str) -> None:
        # Not wait_for_function: it evaluates strings in the page, which the page's policy forbids.
        for _ in range(200):
            if self.value(script):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never true: {script}")

    def variance(self) -> float:
        image = imread(io.BytesIO(self.page.screenshot()), format="png")
        return float(np.asarray(image)[80:-120, :, :3].std())


Visit: TypeAlias = Callable[..., Opened]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["BrowserContext"]:
    with playwright.sync_playwright() as started:
        context = started.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")),
            executable_path=str(CHROMIUM),
            headless=True,
            args=FLAGS,
            viewport={"width": 1280, "height": 800},
        )
        yield context
        context.close()


@pytest.fixture(scope="session")
def pages(runs: tuple[Path, Path], crowd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write_replay([runs[0]], folder / "one.html", title_zh="网格", title_en="Grid")
    write_replay(runs, folder / "two.html", title_zh="对比", title_en="Compared")
    write_replay([crowd], folder / "crowd.html")
    entries = [IndexEntry(folder / "one.html", "网格", "Grid"), IndexEntry(folder / "two.html", "对比", "Compared")]
    write_index(entries, folder / "index.html", title_zh="回放", title_en="Replays")
    return folder


@pytest.fixture
def visit(browser: "BrowserContext", pages: Path) -> Iterator["Visit"]:
    opened: list[Opened] = []

    def go(name: str, fragment: str = "") -> Opened:
        seen = Opened(browser.new_page())
        opened.append(seen)
        # Requests to hosts are never answered: what a black hole looks like to a page.
        seen.page.route(re.compile(r"^(?!file:|data:|blob:)"), lambda route: seen.asked.append(route.request.url))
        seen.page.goto((pages / name).as_uri() + fragment, wait_until="commit")
        seen.page.wait_for_selector(READY, timeout=60000)
        if name != "index.html":
            seen.wait("window.replay && window.replay.drawnAt > 0")
        return seen

    yield go
    for seen in opened:
        assert seen.asked == []
        assert seen.errors == []
        seen.page.close()


PLACE = """(v) => { const a = window.replay, r = a.runs[0], i = r.slotOf(v), c = a.camera;
  const box = a.panes[0].node.getBoundingClientRect();
  const back = r.meta.vehicles.length[v] / 2;
  const x = r.px[i] - Math.cos(r.angle[i]) * back, y = r.py[i] - Math.sin(r.angle[i]) * back;
  return [box.left + box.width / 2 + (x - c.x) * c.scale, box.top + box.height / 2 - (y - c.y) * c.scale]; }"""
ALONE = """() => { const a = window.replay, r = a.runs[0]; let best = -1, most = -1;
  for (let i = 0; i < r.count; i++) { let gap = 1e9;
    for (let j = 0; j < r.count; j++) if (j !== i)
      gap = Math.min(gap, Math.hypot(r.px[i] - r.px[j], r.py[i] - r.py[j]));
    if (gap > most && Math.hypot(r.px[i], r.py[i]) < 300) { most = gap; best = r.who[i]; } }
  return best; }"""


@pytest.mark.parametrize("way", ["canvas", "deck"])
def test_the_page_draws_with_every_host_hanging(visit: Visit, way: str) -> None:
    seen = visit("one.html", f"#t=100&gl={way}")
    assert seen.value("window.replay.gl") == (way == "deck")
    seen.page.wait_for_timeout(400)
    assert seen.variance() > 0.05
    assert seen.value("window.replay.runs[0].count") > 10


def test_play_moves_the_clock_and_pause_holds_it(visit: Visit) -> None:
    seen = visit("one.html", "#t=50&x=20")
    seen.page.click("#btn-play")
    seen.wait("window.replay.view.t > 60")
    seen.page.keyboard.press("Space")
    held = seen.value("window.replay.view.t")
    seen.page.wait_for_timeout(200)
    assert seen.value("window.replay.view.t") == held


def test_the_clock_shows_the_time_of_day_of_the_run(visit: Visit) -> None:
    seen = visit("one.html", "#t=75")
    assert seen.page.inner_text("#clock-time") == "07:01:15"
    assert seen.page.inner_text("#clock-date") == "2026-03-02"


def test_scrubbing_and_keys_go_to_a_time(visit: Visit) -> None:
    seen = visit("one.html")
    seen.page.fill("#scrub", "120")
    seen.wait("window.replay.view.t === 120")
    seen.page.keyboard.press("Shift+ArrowRight")
    seen.wait("window.replay.view.t === 180")


def test_a_click_chooses_the_vehicle_under_it_and_follow_keeps_it_in_the_middle(visit: Visit) -> None:
    seen = visit("one.html", "#t=110")
    vehicle = seen.value(ALONE)
    seen.page.mouse.click(*seen.page.evaluate(PLACE, vehicle))
    seen.wait("window.replay.view.choice !== null")
    assert seen.value("window.replay.view.choice.vehicle") == vehicle
    assert f" {vehicle}" in seen.page.inner_text("#card h2")
    seen.page.click("#btn-follow")
    seen.page.keyboard.press("ArrowRight")
    seen.wait("window.replay.view.t === 120 && !window.replay.dirty")
    gap = seen.value(
        f"(() => {{ const a = window.replay, r = a.runs[0], i = r.slotOf({vehicle});"
        " return i < 0 ? 0 : Math.hypot(a.camera.x - r.px[i], a.camera.y - r.py[i]); })()"
    )
    assert gap < 0.01


def test_two_runs_share_clock_and_camera_and_show_their_own_signals(visit: Visit) -> None:
    seen = visit("two.html", "#t=130")
    seen.page.wait_for_timeout(300)
    assert seen.page.locator(".pane").count() == 2
    heads = seen.page.locator(".pane-head b").all_inner_texts()
    assert "韦伯斯特" in heads[0]
    assert "最大压力" in heads[1]
    states = seen.value("window.replay.runs.map((r) => Array.from(r.state).join())")
    assert states[0] != states[1]
    assert seen.variance() > 0.05
    assert seen.page.locator("#kpi table tr").count() > 2


def test_everything_changes_language_and_theme(visit: Visit) -> None:
    seen = visit("one.html", "#t=60&lang=en")
    assert seen.page.title() == "Grid"
    assert not re.search("[一-鿿]", seen.page.inner_text("nav").replace("中文", ""))
    seen.page.keyboard.press("l")
    assert seen.page.title() == "网格"
    assert "路况" in seen.page.inner_text("#legend")
    seen.page.keyboard.press("d")
    assert "light" in seen.page.get_attribute("body", "class")


def test_names_with_scripts_are_text(visit: Visit) -> None:
    seen = visit("one.html", "#t=110")
    vehicle = seen.value(ALONE)
    seen.value(f"window.replay.choose({{run: 0, vehicle: {vehicle}}})")
    seen.page.wait_for_selector("#card h2")
    assert "</script>" in seen.page.inner_text("#card h2")
    assert seen.value("window.hacked") is None
    assert "</script><b>" in seen.page.get_attribute(".mark", "title")


def test_a_link_brings_back_time_camera_and_choice(visit: Visit) -> None:
    seen = visit("one.html", "#t=90")
    seen.value("Object.assign(window.replay.camera, {x: 40, y: -30, zoom: 17})")
    seen.value(f"window.replay.choose({{run: 0, vehicle: ({ALONE})()}})")
    seen.page.keyboard.press("d")
    seen.wait("location.hash.includes('v=0') && location.hash.includes('light')")
    again = visit("one.html", seen.value("location.hash"))
    assert again.value("window.replay.view.t") == 90
    assert again.value("window.replay.view.choice") == seen.value("window.replay.view.choice")
    assert again.value("window.replay.view.dark") is False
    assert again.value("Math.hypot(window.replay.camera.x - 40, window.replay.camera.y + 30)") < 0.2


def test_marks_on_the_timeline_lead_to_their_time(visit: Visit) -> None:
    seen = visit("one.html")
    seen.page.click(".mark")
    seen.wait("window.replay.view.t === 77")


def test_the_entry_page_leads_to_the_replays(visit: Visit) -> None:
    seen = visit("index.html")
    assert seen.page.locator("article").count() == 2
    seen.page.click("#btn-lang")
    assert seen.page.title() == "Replays"
    assert seen.page.get_attribute("a.open >> nth=0", "href").startswith("one.html")


def test_above_twenty_thousand_vehicles_in_view_density_stands_for_dots(visit: Visit) -> None:
    seen = visit("crowd.html", "#t=1")
    seen.page.wait_for_timeout(300)
    assert seen.value("window.replay.panes[0].painter.crowded") is True
    assert "密度" in seen.page.inner_text("#legend")
    seen.value("window.replay.camera.zoom = 18, window.replay.touch()")
    seen.wait("window.replay.panes[0].painter.crowded === false")


def test_a_page_of_damaged_data_says_so(browser: "BrowserContext", pages: Path, tmp_path: Path) -> None:
    text = (pages / "one.html").read_text(encoding="utf-8")
    broken = tmp_path / "broken.html"
    broken.write_text(re.sub(r'(id="blob-run0-keys">).{200}', r"\1", text), encoding="utf-8")
    page = browser.new_page()
    page.goto(broken.as_uri())
    page.wait_for_selector("body[data-failed]", timeout=30000)
    assert "无法显示" in page.inner_text("#loading")
    page.close()
