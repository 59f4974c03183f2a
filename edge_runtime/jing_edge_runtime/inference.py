"""A package's model under onnxruntime, on one thread of the CPU: the same input gives the same bits."""

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as state

from jing_edge_runtime.errors import ModelError
from jing_edge_runtime.package import Package

__all__ = ["OnnxModel"]

Float32 = NDArray[np.float32]

_FAILURES = (
    state.Fail,
    state.InvalidArgument,
    state.InvalidGraph,
    state.InvalidProtobuf,
    state.NotImplemented,
    state.RuntimeException,
)
"""What onnxruntime raises; its errors have no root of their own."""


class OnnxModel:
    """A callable from one input to one output.

    Raises:
        ModelError: the model does not load, or its input or output is not what the manifest says.
    """

    def __init__(self, package: Package) -> None:
        self.manifest = package.manifest
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        try:
            self._session = ort.InferenceSession(package.model, options, providers=["CPUExecutionProvider"])
        except _FAILURES as error:
            raise ModelError(f"model of package {self._title!r} does not load: {error}") from error
        self._check("input", self._session.get_inputs(), self.manifest.input_name, self.manifest.input_shape)
        self._check("output", self._session.get_outputs(), self.manifest.output_name, self.manifest.output_shape)

    @property
    def _title(self) -> str:
        return f"{self.manifest.name} {self.manifest.version}"

    def _check(self, side: str, nodes: list[ort.NodeArg], name: str, shape: tuple[int, ...]) -> None:
        found = [(node.name, node.type, tuple(node.shape)) for node in nodes]
        fits = len(found) == 1 and found[0][:2] == (name, "tensor(float)") and len(found[0][2]) == len(shape)
        # A size that the graph leaves open is a text or None.
        if not fits or any(isinstance(a, int) and a != b for a, b in zip(found[0][2], shape, strict=True)):
            raise ModelError(
                f"model of package {self._title!r}: {side}s are {found}, the manifest says {name!r} {shape}"
            )

    def __call__(self, values: Float32) -> Float32:
        """`output_shape` for `input_shape`, float32.

        Raises:
            ModelError: onnxruntime refuses the input, or the output has another shape.
        """
        try:
            (output,) = self._session.run([self.manifest.output_name], {self.manifest.input_name: values})
        except _FAILURES as error:
            raise ModelError(f"model of package {self._title!r} does not run: {error}") from error
        if output.shape != self.manifest.output_shape:
            raise ModelError(
                f"model of package {self._title!r} gave shape {output.shape}, not {self.manifest.output_shape}"
            )
        return np.asarray(output, dtype=np.float32)
