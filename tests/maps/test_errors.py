import inspect

import pytest

from jing_maps import errors
from jing_maps.errors import JingError, MapFormatError, MissingExtraError, UnknownNameError


def test_every_error_has_the_root_and_a_built_in() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        assert inspect.getdoc(kind)
        if kind is not JingError:
            assert issubclass(kind, JingError)
            assert issubclass(kind, (ValueError, LookupError, ImportError, OSError))


def test_an_unknown_name_comes_with_the_nearest_ones() -> None:
    assert str(UnknownNameError("area", "yizuang", ["zhongguancun", "yizhuang"])) == (
        "unknown area 'yizuang'; did you mean yizhuang?"
    )
    assert "known: a, b" in str(UnknownNameError("area", "qqq", ["b", "a"]))


@pytest.mark.parametrize(("line", "place"), [(None, "a.xodr: bad"), (7, "a.xodr:7: bad")])
def test_a_map_error_says_file_and_line(line: int | None, place: str) -> None:
    assert str(MapFormatError("a.xodr", "bad", line=line)) == place


def test_a_missing_extra_says_how_to_install_it() -> None:
    assert "pip install 'jingsim[sumo]'" in str(MissingExtraError("libsumo", "sumo"))
