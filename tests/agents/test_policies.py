"""From the environment through torch and ONNX to a package, whose node drives as the policy did."""

from pathlib import Path

import numpy as np
import torch

from jing_agents.envs import SignalEnv, SignalEnvOptions
from jing_agents.policies import INPUT, OUTPUT, SignalPolicy, choose_stages, export_onnx
from jing_edge_runtime import Manifest, Samples, write_package
from jing_edge_runtime.node import Node

OPTIONS = SignalEnvOptions(duration_s=300.0)


def test_the_packaged_policy_drives_the_world_as_the_torch_policy_did(tmp_path: Path) -> None:
    env = SignalEnv(options=OPTIONS)
    policy = SignalPolicy.of(env, seed=1)
    seen, _ = env.reset(seed=7)
    inputs, outputs, done = [], [], False
    while not done:
        with torch.no_grad():
            scores = policy(torch.from_numpy(seen[None])).numpy()
        inputs.append(seen[None])
        outputs.append(scores)
        seen, _, _, done, info = env.step(choose_stages(scores, policy.choices))
    n_scores = sum(policy.choices)
    manifest = Manifest(
        name="signals", version="1", input_name=INPUT, input_shape=(1, len(seen)), input_low=(-1.0,),
        input_high=(1.0,), output_name=OUTPUT, output_shape=(1, n_scores), fallback=(0.0,) * n_scores,
        deadline_s=5.0, tolerance=1e-5,
    )  # fmt: skip
    path = tmp_path / "signals.jingpkg"
    write_package(path, export_onnx(policy), manifest, Samples(np.array(inputs), np.array(outputs)))

    seen, _ = env.reset(seed=7)
    done = False
    with Node.open(path) as node:
        while not done:
            decision = node.step(seen[None])
            seen, _, _, done, again = env.step(choose_stages(decision.output, policy.choices))
        assert node.counters.fallbacks == 0
        assert node.counters.steps == len(inputs)
    assert again["state_hash"] == info["state_hash"]


def test_the_seed_alone_decides_the_weights_and_so_the_bytes() -> None:
    choices = np.array([2, 3])
    state = torch.random.get_rng_state()
    assert export_onnx(SignalPolicy(4, choices, seed=1)) == export_onnx(SignalPolicy(4, choices, seed=1))
    assert export_onnx(SignalPolicy(4, choices, seed=1)) != export_onnx(SignalPolicy(4, choices, seed=2))
    assert SignalPolicy(4, choices, seed=1)(torch.zeros(6, 4)).shape == (6, 5)
    assert torch.equal(torch.random.get_rng_state(), state)
