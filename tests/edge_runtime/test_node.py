"""The node answers in time: from the model where it can, from the fallback where it must."""

import math
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jing_edge_runtime import Manifest, ModelError, read_package
from jing_edge_runtime.node import InputShapeError, Node

Write = Callable[..., Path]
Float32 = NDArray[np.float32]
FALLBACK = [[0.5, 0.25]]


@pytest.fixture
def manifest(write: Write) -> Manifest:
    return read_package(write(deadline_s=0.05)).manifest


def test_a_node_runs_its_package_and_equal_inputs_get_equal_decisions(write: Write) -> None:
    path = write()
    inputs = read_package(path).samples.inputs
    with Node.open(path) as node, Node.open(path) as again:
        first, second = list(node.run(inputs)), list(again.run(inputs))
    assert [d.cause for d in first] == ["model"] * 4
    assert [d.output.tobytes() for d in first] == [d.output.tobytes() for d in second]
    assert first[0].output == pytest.approx(read_package(path).samples.outputs[0])
    assert (node.counters.steps, node.counters.fallbacks) == (4, 0)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1.01, -5.0])
def test_an_input_that_is_no_number_or_out_of_range_gets_the_fallback(write: Write, value: float) -> None:
    with Node.open(write()) as node:
        decision = node.step([[0.0, value]])
        assert (decision.cause, decision.output.tolist()) == ("input", FALLBACK)
        assert decision.reason.startswith("number 1 of the input is")
        assert node.step([[0.0, 1.0]]).cause == "model"
        assert (node.counters.steps, node.counters.bad_input, node.counters.fallbacks) == (2, 1, 1)


def test_bounds_may_be_given_for_each_number(write: Write) -> None:
    with Node.open(write(input_low=(-1.0, 0.1), input_high=(1.0, 0.2))) as node:
        assert node.step(np.array([[0.0, 0.1]])).cause == "model"
        assert node.step(np.array([[0.0, 0.3]])).cause == "input"


def test_a_late_model_gets_the_fallback_and_its_late_answer_is_dropped(manifest: Manifest) -> None:
    go = threading.Event()

    def infer(values: Float32) -> Float32:
        if values[0, 0] > 0:
            go.wait()
        return values

    with Node(manifest, infer) as node:
        late = node.step([[1.0, 0.0]])
        assert (late.cause, late.output.tolist()) == ("late", FALLBACK)
        assert late.took_s >= 0.05
        assert "still busy" in node.step([[0.0, 0.0]]).reason
        go.set()
        busy = node._busy
        assert busy is not None
        busy.result()
        fine = node.step([[-1.0, 0.0]])
        assert (fine.cause, fine.output.tolist()) == ("model", [[-1.0, 0.0]])
        assert (node.counters.steps, node.counters.late, node.counters.fallbacks) == (3, 2, 2)


def test_a_model_that_fails_or_gives_no_numbers_gets_the_fallback(manifest: Manifest) -> None:
    def infer(values: Float32) -> Float32:
        if values[0, 0] > 0:
            raise ModelError("out of memory")
        return values * np.float32(np.nan)

    with Node(manifest, infer) as node:
        assert node.step([[1.0, 0.0]]).reason == "out of memory"
        assert node.step([[0.0, 0.0]]).cause == "output"
        assert node.counters.bad_output == 2


def test_an_input_of_another_shape_is_a_mistake_in_the_wiring(manifest: Manifest) -> None:
    with Node(manifest, lambda values: values) as node, pytest.raises(InputShapeError, match=r"takes \(1, 2\)"):
        node.step([0.0, 0.0])


def test_a_package_that_does_not_reproduce_its_samples_is_not_run(write: Write) -> None:
    path = write()
    wrong = read_package(path).samples
    wrong.outputs[:] += 1
    with pytest.raises(ModelError, match="do not use it on this machine"):
        Node.open(write(given=wrong))
