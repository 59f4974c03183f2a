"""The package: one `.jingpkg` file with a model, what it promises, and samples to prove it on the chip.

A zip file, parts stored uncompressed in this order:

```
manifest.json   format, SHA-256 of the other parts, and the fields of Manifest
model.onnx
samples.npz     inputs (n, *input_shape) and outputs (n, *output_shape), float32
```

The same content gives the same bytes, so a package's own hash names it.

>>> read_package("absent.jingpkg")
Traceback (most recent call last):
jing_edge_runtime.errors.PackageError: absent.jingpkg does not exist, or is no file
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_edge_runtime.errors import PackageError
from jing_edge_runtime.manifest import Manifest, decode, encode

__all__ = ["SUFFIX", "Package", "Samples", "read_package", "write_package"]

Float32 = NDArray[np.float32]

SUFFIX = ".jingpkg"
_MANIFEST, _MODEL, _SAMPLES = "manifest.json", "model.onnx", "samples.npz"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


@dataclass(frozen=True)
class Samples:
    """What the model answered where it was made: `inputs` `(n, *input_shape)`, `outputs` `(n, *output_shape)`."""

    inputs: Float32
    outputs: Float32

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True)
class Package:
    """A package that was read and whose parts have the hashes that its manifest states."""

    manifest: Manifest
    model: bytes
    samples: Samples
    sha256: str
    """Of the whole file."""


def write_package(path: Path | str, model: bytes, manifest: Manifest, samples: Samples) -> str:
    """Writes a package in one step and returns the SHA-256 of the file.

    Raises:
        PackageError: the path does not end in `.jingpkg`, or the samples do not fit the manifest.
    """
    target = Path(path)
    if target.suffix != SUFFIX:
        raise PackageError(f"{target}: the name of a package ends in {SUFFIX}")
    _check_samples(str(target), manifest, samples)
    arrays = {"inputs.npy": _npy(samples.inputs), "outputs.npy": _npy(samples.outputs)}
    parts = {_MODEL: model, _SAMPLES: _zipped(arrays)}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}
    content = _zipped({_MANIFEST: encode(manifest, hashes), **parts})
    temporary = target.with_name(target.name + ".tmp")
    temporary.write_bytes(content)
    temporary.replace(target)
    return hashlib.sha256(content).hexdigest()


def read_package(path: Path | str) -> Package:
    """The package in this file; every part is checked against its hash.

    Raises:
        PackageError: no package, a part missing, unknown or changed, or a manifest or samples that make no sense.
    """
    source = Path(path)
    if not source.is_file():
        raise PackageError(f"{source} does not exist, or is no file")
    content = source.read_bytes()
    parts = _unzipped(str(source), content, {_MANIFEST, _MODEL, _SAMPLES})
    manifest, hashes = decode(parts[_MANIFEST], f"{source}: {_MANIFEST}")
    for name in (_MODEL, _SAMPLES):
        found = hashlib.sha256(parts[name]).hexdigest()
        if hashes.get(name) != found:
            raise PackageError(
                f"{source}: {name} has SHA-256 {found}, the manifest says {hashes.get(name)}; it was changed"
            )
    arrays = _unzipped(f"{source}: {_SAMPLES}", parts[_SAMPLES], {"inputs.npy", "outputs.npy"})
    inputs, outputs = (_array(f"{source}: {name}", arrays[name]) for name in ("inputs.npy", "outputs.npy"))
    samples = Samples(inputs, outputs)
    _check_samples(str(source), manifest, samples)
    return Package(manifest, parts[_MODEL], samples, hashlib.sha256(content).hexdigest())


def _check_samples(place: str, manifest: Manifest, samples: Samples) -> None:
    n = len(samples)
    if n < 1:
        raise PackageError(f"{place}: there is no sample; at least one must prove the model")
    for name, array, shape in (
        ("inputs", samples.inputs, manifest.input_shape),
        ("outputs", samples.outputs, manifest.output_shape),
    ):
        if array.shape != (n, *shape) or array.dtype != np.float32:
            raise PackageError(f"{place}: sample {name} are {array.dtype} {array.shape}, not float32 {(n, *shape)}")
        if not np.isfinite(array).all():
            raise PackageError(f"{place}: sample {name} hold a number that is not finite")


def _npy(array: Float32) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return out.getvalue()


def _array(place: str, data: bytes) -> Float32:
    try:
        return np.asarray(np.lib.format.read_array(io.BytesIO(data), allow_pickle=False))
    except ValueError as error:
        raise PackageError(f"{place}: no numpy array: {error}") from error


def _zipped(parts: dict[str, bytes]) -> bytes:
    """A zip file without times or compression: equal parts, equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def _unzipped(place: str, content: bytes, expected: set[str]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) != len(expected) or set(names) != expected:
                raise PackageError(f"{place}: holds {sorted(names)}; it must hold {sorted(expected)}, each once")
            # Stored, never compressed: so a part cannot grow beyond its file.
            packed = [info.filename for info in archive.infolist() if info.compress_type != zipfile.ZIP_STORED]
            if packed:
                raise PackageError(f"{place}: {packed[0]} is compressed; the parts of a package are stored")
            return {name: archive.read(name) for name in names}
    except PackageError:
        raise
    except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError) as error:
        # Damaged tables make zipfile fail in all these ways.
        raise PackageError(f"{place}: damaged: {error}; copy or make the package again") from error
