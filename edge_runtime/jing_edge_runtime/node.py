"""The node: runs a package's model step by step, in time or not at all.

>>> manifest = Manifest("echo", "1", "x", (2,), (-1.0,), (1.0,), "y", (2,), (0.0, 0.0), deadline_s=5.0, tolerance=0.0)
>>> with Node(manifest, lambda values: values) as node:
...     [decision.output.tolist() for decision in node.run([[0.5, -0.5], [0.5, 7.0]])]
[[0.5, -0.5], [0.0, 0.0]]
>>> node.counters
Counters(steps=2, late=0, bad_input=1, bad_output=0)
"""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_edge_runtime.errors import EdgeError, ModelError
from jing_edge_runtime.inference import OnnxModel
from jing_edge_runtime.manifest import Manifest
from jing_edge_runtime.package import read_package
from jing_edge_runtime.verify import verify_model

__all__ = ["Cause", "Counters", "Decision", "InputShapeError", "Node"]

Float32 = NDArray[np.float32]
Infer = Callable[[Float32], Float32]
Cause = Literal["model", "late", "input", "output"]


class InputShapeError(EdgeError, ValueError):
    """An input of another shape than the model's: a mistake in the wiring, not in the world."""


@dataclass
class Counters:
    """Steps so far, and why those of them that used the fallback did."""

    steps: int = 0
    late: int = 0
    bad_input: int = 0
    bad_output: int = 0

    @property
    def fallbacks(self) -> int:
        """Steps that used the fallback."""
        return self.late + self.bad_input + self.bad_output


@dataclass(frozen=True)
class Decision:
    """The output of a step.

    Attributes:
        output: `output_shape`, from the model or the fallback.
        cause: `model`, or why it is the fallback: `late`; `input` out of its range or not finite; `output` not finite
            or the model failed.
        reason: one sentence for a fallback, else empty.
        took_s: from the call to the decision.
    """

    output: Float32
    cause: Cause
    reason: str
    took_s: float


class Node:
    """A model with a deadline and a fallback; use as a context manager.

    The model runs on one thread of its own. A step that is not done at the deadline returns the fallback then, and its
    late answer is dropped; while the model is still busy with it, further steps are late at once. But for lateness,
    equal inputs give equal decisions.

    Args:
        manifest: limits, fallback and deadline.
        infer: the model; called with one `input_shape` array.
    """

    def __init__(self, manifest: Manifest, infer: Infer) -> None:
        self.manifest = manifest
        self.counters = Counters()
        self._infer = infer
        self._low, self._high = (np.array(v, dtype=np.float64) for v in (manifest.input_low, manifest.input_high))
        self._fallback = np.array(manifest.fallback, dtype=np.float32).reshape(manifest.output_shape)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jing-edge")
        self._busy: Future[Float32] | None = None

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """A node that runs a package, which is verified on this machine first.

        Raises:
            PackageError: the package is damaged.
            ModelError: the model does not load, or does not reproduce its samples here.
        """
        package = read_package(path)
        model = OnnxModel(package)
        verify_model(package, model)
        return cls(package.manifest, model)

    def step(self, values: ArrayLike) -> Decision:
        """The output for these values, at the deadline at the latest.

        Raises:
            InputShapeError: another shape than `input_shape`.
        """
        began = time.perf_counter()
        given = np.asarray(values, dtype=np.float32)
        if given.shape != self.manifest.input_shape:
            raise InputShapeError(
                f"input has shape {given.shape}; {self.manifest.name!r} takes {self.manifest.input_shape}"
            )
        self.counters.steps += 1
        problem = self._problem(given)
        if problem:
            self.counters.bad_input += 1
            return self._fall_back("input", problem, began)
        if self._busy is not None and not self._busy.done():
            self.counters.late += 1
            return self._fall_back("late", "the model is still busy with an earlier step", began)
        self._busy = self._thread.submit(self._infer, given.copy())
        try:
            output = self._busy.result(max(self.manifest.deadline_s - (time.perf_counter() - began), 0.0))
        except TimeoutError:
            self.counters.late += 1
            return self._fall_back("late", f"not done within {self.manifest.deadline_s:g} s", began)
        except ModelError as error:
            self.counters.bad_output += 1
            return self._fall_back("output", str(error), began)
        if not np.isfinite(output).all():
            self.counters.bad_output += 1
            return self._fall_back("output", "the model gave a number that is not finite", began)
        return Decision(output, "model", "", time.perf_counter() - began)

    def run(self, inputs: Iterable[ArrayLike]) -> Iterator[Decision]:
        """The loop: one decision for each input, as long as inputs come."""
        for values in inputs:
            yield self.step(values)

    def close(self) -> None:
        """Ends the model's thread; waits for a step that it is busy with."""
        self._thread.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _problem(self, given: Float32) -> str:
        """Why the input must not be used; empty if it may."""
        flat = given.ravel().astype(np.float64)
        # float32 of a bound may lie a little outside the float64 bound itself.
        low, high = (np.float32(bound).astype(np.float64) for bound in (self._low, self._high))
        bad = np.flatnonzero(~((flat >= low) & (flat <= high)))
        if not len(bad):
            return ""
        i = int(bad[0])
        low_i, high_i = (float(np.broadcast_to(bound, flat.shape)[i]) for bound in (low, high))
        return f"number {i} of the input is {flat[i]:g}, outside {low_i:g} to {high_i:g}"

    def _fall_back(self, cause: Cause, reason: str, began: float) -> Decision:
        return Decision(self._fallback.copy(), cause, reason, time.perf_counter() - began)
