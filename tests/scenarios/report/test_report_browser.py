"""The report in headless Chromium, with every outside host hanging."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader"),
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not there (Debian: apt install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: "Browser", report: Path) -> Iterator["Page"]:
    """The report's overview in English; the test fails if it asked a host for anything or raised."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.route(re.compile(r"^(?!file:|data:|blob:)"), lambda route: asked.append(route.request.url))
    page.goto(f"{report.as_uri()}?lang=en")
    page.wait_for_selector('body[data-ready="1"], body[data-failed]', timeout=30000)
    yield page
    assert not asked
    assert not errors
    page.close()


def _value(page: "Page", script: str) -> Any:  # noqa: ANN401 - whatever the script gives
    return page.evaluate(script)


def _open_case(page: "Page", name: str) -> None:
    _value(page, f"location.hash = '#case={name}'")
    page.wait_for_selector(f'#case[data-shown="{name}"]', timeout=10000)


def test_tiles_show_the_totals_and_filter_the_table(page: "Page") -> None:
    assert [b.inner_text() for b in page.query_selector_all("#totals .tile b")] == ["100", "57", "23", "16", "4", "23"]
    page.click("#totals .tile.error")
    assert page.inner_text("#count") == "16 of 100 shown"
    assert {b.inner_text() for b in page.query_selector_all("#rows .badge")} == {"stack error"}


def test_search_and_selects_narrow_the_table(page: "Page") -> None:
    page.fill(".filters input", "minimum gap")
    page.select_option(".filters select[name=tag]", "light=night")
    shown = int(page.inner_text("#count").split()[0])
    assert 0 < shown < 23
    page.fill(".filters input", "no such words")
    assert page.inner_text("#count") == "0 of 100 shown"


def test_both_languages_have_all_texts(page: "Page") -> None:
    keys = _value(page, "document.body.innerText")
    page.click("#btn-lang")
    chinese = _value(page, "document.body.innerText")
    assert "失败聚类" in chinese
    assert "Clusters of failures" in keys
    assert "Clusters of failures" not in chinese


def test_new_failures_against_the_baseline_are_one_click_away(page: "Page") -> None:
    page.click("#compared .tile.fail")
    assert page.inner_text("#count") == "6 of 100 shown"


def test_a_case_plays_and_its_plots_follow(page: "Page") -> None:
    _open_case(page, "cut-in-0000")
    assert _value(page, "document.querySelectorAll('.plot').length") >= 3
    before = _value(page, "document.querySelector('#stage canvas').toDataURL()")
    _value(page, "player.seek(9000)")
    assert _value(page, "document.querySelector('#stage canvas').toDataURL()") != before
    assert page.inner_text(".player output").startswith("9.0 /")
    page.click(".player button.main")
    page.wait_for_timeout(700)
    assert _value(page, "player.time") > 9200


def test_a_case_without_a_run_folder_says_that_it_cannot_be_played(page: "Page") -> None:
    _open_case(page, "cut-in-0001")
    assert "no replay in this page" in page.inner_text("#view")
    assert page.inner_text("#verdicts table").count("\n") >= 2


def test_names_of_cases_are_text_and_never_markup(page: "Page") -> None:
    assert _value(page, "window.hacked === undefined")
    assert "<img src=x onerror=hacked=1>" in _value(page, "document.body.innerText")
