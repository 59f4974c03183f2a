"""Packages come back as they were written, and damage is told."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jing_edge_runtime import EdgeError, Manifest, ModelError, PackageError, Samples, read_package, write_package
from jing_edge_runtime.verify import verify_package

Write = Callable[..., Path]


def repack(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Rewrites the zip with some parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_a_package_comes_back_and_verifies(write: Write) -> None:
    path = write()
    package = read_package(path)
    assert package.manifest.origin == "a test 测试"
    assert package.manifest.input_shape == (1, 2)
    assert len(package.samples) == 4
    passed = verify_package(path)
    assert passed.samples == 4
    assert passed.max_abs_error <= passed.tolerance
    assert passed.sha256 == package.sha256


def test_equal_content_is_equal_bytes(write: Write) -> None:
    first = write().read_bytes()
    assert write().read_bytes() == first
    assert write(version="2").read_bytes() != first


def test_numbers_of_a_manifest_may_come_as_arrays(write: Write) -> None:
    path = write(input_low=np.array([-1, -2], np.float32), input_high=[1, 1])
    manifest = read_package(path).manifest
    assert manifest.input_low == (-1.0, -2.0)
    assert manifest == replace(manifest)


def test_no_single_changed_byte_passes_unnoticed_as_other_content(write: Write) -> None:
    path = write()
    whole, good = path.read_bytes(), read_package(path)
    noticed = 0
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            got = read_package(path)
        except PackageError:
            noticed += 1
            continue
        # Times and permissions in the zip's own tables carry no content.
        assert (got.model, got.manifest) == (good.model, good.manifest)
        assert (got.samples.outputs == good.samples.outputs).all()
    assert noticed > 0.8 * len(whole) / 7


@pytest.mark.parametrize("length", [0, 10, 500, -1])
def test_a_truncated_package_is_told(write: Write, length: int) -> None:
    path = write()
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(PackageError, match="damaged"):
        read_package(path)


def test_a_changed_missing_or_foreign_part_is_told(write: Write) -> None:
    path = write()
    repack(path, lambda parts: parts.update({"model.onnx": b"other"}))
    with pytest.raises(PackageError, match=r"model\.onnx has SHA-256 .* it was changed"):
        read_package(path)
    path = write()
    repack(path, lambda parts: parts.update({"notes.txt": b""}))
    with pytest.raises(PackageError, match="it must hold"):
        read_package(path)
    with pytest.raises(PackageError, match="does not exist"):
        read_package(path.with_name("absent.jingpkg"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "reads format 1"),
        ({"sha256": None}, "hash of each part"),
        ({"colour": "red"}, "'colour' is unknown"),
        ({"deadline_s": "soon"}, "deadline_s must be a number"),
        ({"deadline_s": 10**400}, "too large"),
        ({"input_shape": [1.5, 2]}, "input_shape must be a list of numbers"),
        ({"fallback": [1.0]}, "fallback has 1 numbers; it must have 2"),
        ({"name": 5}, "name must be a text"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_told(write: Write, change: dict[str, object], message: str) -> None:
    path = write()

    def edit(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | change).encode()

    repack(path, edit)
    with pytest.raises(PackageError, match=message):
        read_package(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "must not be empty"),
        ({"output_shape": (0,)}, "positive sizes"),
        ({"input_low": (2.0,)}, "low never above high"),
        ({"input_high": (np.inf,)}, "not finite"),
        ({"deadline_s": 0.0}, "must be positive"),
        ({"output_shape": (1, 3), "fallback": (1, 2, 3)}, r"sample outputs are float32 \(4, 1, 2\)"),
    ],
)
def test_a_package_that_makes_no_sense_is_not_written(write: Write, change: dict[str, object], message: str) -> None:
    with pytest.raises(PackageError, match=message):
        write(**change)


def test_samples_and_names_are_checked_before_writing(write: Write, tmp_path: Path) -> None:
    manifest = read_package(write()).manifest
    empty = Samples(np.zeros((0, 1, 2), np.float32), np.zeros((0, 1, 2), np.float32))
    with pytest.raises(PackageError, match="no sample"):
        write(given=empty)
    with pytest.raises(PackageError, match=r"ends in \.jingpkg"):
        write_package(tmp_path / "x.zip", b"", manifest, empty)


def test_a_model_that_answers_otherwise_or_not_at_all_fails_verification(write: Write) -> None:
    one = read_package(write()).samples
    wrong = Samples(one.inputs, one.outputs + np.float32(0.01))
    with pytest.raises(ModelError, match=r"sample 0 is off by 0\.0"):
        verify_package(write(given=wrong))
    assert verify_package(write(given=wrong, tolerance=0.02)).max_abs_error == pytest.approx(0.01, abs=1e-5)
    with pytest.raises(ModelError, match="does not load"):
        verify_package(write(model=b"junk"))
    with pytest.raises(ModelError, match="the manifest says 'z'"):
        verify_package(write(input_name="z"))
    assert issubclass(ModelError, EdgeError)


def test_a_manifest_is_a_plain_value() -> None:
    assert Manifest.__dataclass_fields__.keys() >= {"fallback", "deadline_s", "tolerance"}
