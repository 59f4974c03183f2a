"""Suites: what a manifest means, and what is said of a wrong one."""

from pathlib import Path

import pytest

from jing_maps.errors import UnknownNameError
from jing_scenarios.suite import builtin_suites, find_suite, load_suite
from jing_scenarios.suite_manifest import SuiteError

MANIFEST = """
name = "mine"
title = { zh = "示例", en = "Example" }
max_time_s = 20.0
[odd]
weather = ["clear", "rain"]
light = ["day", "night"]
[[scenario]]
id = "cut-in"
source = "cut_in.py:cut_in"
title = { zh = "切入", en = "Cut-in" }
odd = { light = "day" }
fixed = { speed_kmh = 60.0 }
vary = { gap_m = [8.0, 16.0], weather = ["clear", "rain"] }
"""


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "manifest.toml").write_text(text, encoding="utf-8")
    (tmp_path / "cut_in.py").write_text("", encoding="utf-8")
    return tmp_path


def test_cases_are_the_product_of_what_varies_and_carry_their_tags(tmp_path: Path) -> None:
    cases = load_suite(_folder(tmp_path, MANIFEST)).cases()
    assert [case.case for case in cases] == [f"cut-in-{i:04d}" for i in range(4)]
    assert cases[1].parameters == {"speed_kmh": 60.0, "gap_m": 8.0, "weather": "rain"}
    assert cases[1].odd == {"light": "day", "weather": "rain"}


def test_variants_repeat_the_product(tmp_path: Path) -> None:
    text = MANIFEST + 'variants = [{ light = "day" }, { light = "night" }]\n'
    cases = load_suite(_folder(tmp_path, text)).cases()
    assert len(cases) == 8
    assert [case.odd["light"] for case in cases] == ["day"] * 4 + ["night"] * 4


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("vary =", "varry =", "did you mean vary"),
        ('"cut_in.py:cut_in"', '"cut_out.py:cut_in"', "cut_out.py does not exist"),
        ('light = "day"', 'light = "dusk"', "unknown light"),
        ('"clear", "rain"] }', '"clear", "rein"] }', "did you mean rain"),
        ("max_time_s = 20.0", 'max_time_s = "long"', "Expected `float`"),
        ("[odd]", "[odd", "no TOML"),
    ],
)
def test_a_wrong_manifest_is_refused_with_what_would_be_right(
    tmp_path: Path, wrong: str, right: str, said: str
) -> None:
    assert wrong in MANIFEST
    with pytest.raises((SuiteError, UnknownNameError), match=said):
        load_suite(_folder(tmp_path, MANIFEST.replace(wrong, right)))


def test_a_suite_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="neither built in nor a folder"):
        find_suite("nowhere")
    with pytest.raises(SuiteError, match=r"no manifest\.toml"):
        load_suite(tmp_path)


@pytest.mark.parametrize("name", sorted(builtin_suites()))
def test_built_in_suites_are_whole_and_say_what_is_the_standard_s(name: str) -> None:
    suite = find_suite(name)
    assert suite.name == name
    assert suite.cases()
    assert suite.manifest.taken.zh
    assert suite.manifest.taken.en
    assert suite.manifest.reading.zh
    assert suite.manifest.reading.en
