"""A tiny package: two numbers in, twice their sum and difference out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from jing_edge_runtime import Manifest, Samples, write_package

MANIFEST = Manifest(
    name="tiny", version="1", input_name="x", input_shape=(1, 2), input_low=(-1.0,), input_high=(1.0,),
    output_name="y", output_shape=(1, 2), fallback=(0.5, 0.25), deadline_s=5.0, tolerance=1e-6, origin="a test 测试",
)  # fmt: skip
WEIGHT = np.array([[2.0, 2.0], [2.0, -2.0]], np.float32)


def tiny_model(weight: np.ndarray[tuple[int, int], np.dtype[np.float32]] = WEIGHT, op: str = "MatMul") -> bytes:
    node = helper.make_node(op, ["x", "w"], ["y"])
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2]) for name in "xy")
    graph = helper.make_graph([node], "tiny", [x], [y], [numpy_helper.from_array(weight, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


def samples(n: int = 4) -> Samples:
    x = np.random.default_rng(0).uniform(-1, 1, (n, 1, 2)).astype(np.float32)
    return Samples(x, x @ WEIGHT)


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the tiny package, with some fields of its manifest changed."""

    def write(model: bytes | None = None, given: Samples | None = None, **changes: object) -> Path:
        path = tmp_path / "tiny.jingpkg"
        manifest = replace(MANIFEST, **changes)  # type: ignore[arg-type]
        write_package(path, tiny_model() if model is None else model, manifest, samples() if given is None else given)
        return path

    return write
