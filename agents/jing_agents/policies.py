"""Policies as torch modules, and their way out of torch as ONNX."""

import itertools
from typing import Self

import numpy as np
import onnx
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn.utils import skip_init

from jing_agents.envs.signals import SignalEnv

__all__ = ["INPUT", "OPSET", "OUTPUT", "SignalPolicy", "choose_stages", "export_onnx"]

INPUT, OUTPUT = "observation", "scores"
OPSET = 17
_IR_VERSION = 8


class SignalPolicy(nn.Module):
    """A small network (two tanh layers) from a `SignalEnv` observation to a score for each stage of each controller.

    Args:
        n_inputs: length of the observation.
        choices: `(n_controllers,)` stages of each controller.
        seed: of the first weights.
        width: of the hidden layers.
    """

    def __init__(self, n_inputs: int, choices: NDArray[np.int64], seed: int, width: int = 64) -> None:
        super().__init__()
        self.choices = tuple(int(n) for n in choices)
        sizes = (n_inputs, width, width, sum(self.choices))
        # A generator of its own: torch's global one belongs to the caller.
        generator = torch.Generator().manual_seed(seed)
        pairs = itertools.pairwise(sizes)
        self.layers = nn.ModuleList(skip_init(nn.Linear, a, b) for a, b in pairs)  # type: ignore[no-untyped-call]
        with torch.no_grad():
            for layer in self.layers:
                assert isinstance(layer, nn.Linear)
                bound = layer.in_features**-0.5
                layer.weight.uniform_(-bound, bound, generator=generator)
                layer.bias.zero_()

    @classmethod
    def of(cls, env: SignalEnv, seed: int) -> Self:
        """A new policy that fits this environment."""
        space = env.observation_space
        assert isinstance(space, spaces.Box)
        return cls(space.shape[0], env.action_space.nvec, seed)

    def forward(self, observation: torch.Tensor) -> torch.Tensor:
        """`(n, sum(choices))` scores for `(n, n_inputs)` observations."""
        values = observation
        for layer in self.layers[:-1]:
            values = torch.tanh(layer(values))
        return torch.as_tensor(self.layers[-1](values))


def choose_stages(scores: NDArray[np.float32], choices: tuple[int, ...]) -> NDArray[np.int64]:
    """`(n_controllers,)` the stage with the highest score of each controller, the first of equals.

    >>> choose_stages(np.array([0.0, 2.0, 5.0, 1.0, 1.0], np.float32), (2, 3)).tolist()
    [1, 0]
    """
    parts = np.split(scores.ravel(), np.cumsum(choices)[:-1])
    return np.array([int(np.argmax(part)) for part in parts], dtype=np.int64)


def export_onnx(policy: SignalPolicy) -> bytes:
    """The policy as an ONNX model from `observation` `(1, n_inputs)` to `scores` `(1, sum(choices))`, float32.

    The graph is written layer by layer, so that equal weights give equal bytes and no exporter is needed.
    """
    nodes, weights, before = [], [], INPUT
    for i, layer in enumerate(policy.layers):
        assert isinstance(layer, nn.Linear)
        last = i == len(policy.layers) - 1
        after = OUTPUT if last else f"sum{i}"
        nodes.append(helper.make_node("Gemm", [before, f"weight{i}", f"bias{i}"], [after], transB=1))
        for name, tensor in (("weight", layer.weight), ("bias", layer.bias)):
            weights.append(numpy_helper.from_array(tensor.detach().cpu().numpy().astype(np.float32), f"{name}{i}"))
        if not last:
            nodes.append(helper.make_node("Tanh", [after], [f"hidden{i}"]))
            before = f"hidden{i}"
    first = policy.layers[0]
    assert isinstance(first, nn.Linear)
    given = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [1, first.in_features])
    found = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, sum(policy.choices)])
    graph = helper.make_graph(nodes, "signal_policy", [given], [found], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString(deterministic=True)
    return data
