"""Packages for edge chips and the small runtime that runs on them.

Making and reading packages needs numpy alone; `verify` and `node` load onnxruntime.
"""

from jing_edge_runtime.errors import EdgeError, ModelError, PackageError
from jing_edge_runtime.manifest import Manifest
from jing_edge_runtime.package import Package, Samples, read_package, write_package

__all__ = [
    "EdgeError",
    "Manifest",
    "ModelError",
    "Package",
    "PackageError",
    "Samples",
    "read_package",
    "write_package",
]
