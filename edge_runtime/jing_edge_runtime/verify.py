"""Proof that a package is whole and that its model answers here as it did where it was made."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jing_edge_runtime.errors import ModelError
from jing_edge_runtime.inference import OnnxModel
from jing_edge_runtime.package import Package, read_package

__all__ = ["Verification", "verify_model", "verify_package"]


@dataclass(frozen=True)
class Verification:
    """A passed verification: how many samples, and how far off the worst number of them was."""

    sha256: str
    samples: int
    max_abs_error: float
    tolerance: float


def verify_package(path: Path | str) -> Verification:
    """Checks all hashes and runs all samples.

    Raises:
        PackageError: the package is damaged.
        ModelError: the model does not load or run, or a sample is off by more than the stated tolerance.
    """
    package = read_package(path)
    return verify_model(package, OnnxModel(package))


def verify_model(package: Package, model: OnnxModel) -> Verification:
    """Runs all samples of a package that was read.

    Raises:
        ModelError: the model does not run, or a sample is off by more than the stated tolerance.
    """
    manifest, worst = package.manifest, 0.0
    for row, (given, expected) in enumerate(zip(package.samples.inputs, package.samples.outputs, strict=True)):
        off = np.abs(model(given).astype(np.float64) - expected).max()
        # Written so that NaN fails.
        if not off <= manifest.tolerance:
            raise ModelError(
                f"package {manifest.name!r} {manifest.version}: sample {row} is off by {off:g}, "
                f"allowed are {manifest.tolerance:g}; do not use it on this machine"
            )
        worst = max(worst, float(off))
    return Verification(package.sha256, len(package.samples), worst, manifest.tolerance)
