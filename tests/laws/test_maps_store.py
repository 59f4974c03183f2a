from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from jing_maps.grid import grid
from jing_maps.store import content_hash, load, save

NETWORK = grid(1, 1)
N = len(NETWORK.lanes)
finite = st.floats(0.001, 1e9, allow_nan=False)
millimetres = st.integers(1, 10**9).map(lambda mm: mm / 1000)


def _lengths(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[NDArray[np.float64]]:
    return hnp.arrays(np.float64, N, elements=numbers)


stop_lines = hnp.arrays(np.float64, N, elements=st.one_of(millimetres, st.just(np.nan)))


@settings(max_examples=60, deadline=None)
@given(st.one_of(_lengths(finite), _lengths(millimetres)), stop_lines, st.text(st.characters(codec="utf-8")))
def test_any_numbers_and_names_come_back(
    length_m: NDArray[np.float64], stop_line_m: NDArray[np.float64], name: str
) -> None:
    network = replace(NETWORK, name=name, lanes=replace(NETWORK.lanes, length_m=length_m, stop_line_m=stop_line_m))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.jingnet"
        save(network, path)
        back = load(path)
    assert back.name == name
    assert back.lanes.length_m.tobytes() == length_m.tobytes()
    assert back.lanes.stop_line_m.tobytes() == stop_line_m.tobytes()
    assert content_hash(back) == content_hash(network)
