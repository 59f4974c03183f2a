"""What a package says of its model: names, shapes, limits, fallback."""

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeGuard

from jing_edge_runtime.errors import PackageError

__all__ = ["FORMAT", "Manifest", "decode", "encode"]

FORMAT = 1
"""Version of the package format."""

Shape = tuple[int, ...]
_TUPLES = {"input_shape": int, "output_shape": int, "input_low": float, "input_high": float, "fallback": float}


@dataclass(frozen=True)
class Manifest:
    """One float32 input and one float32 output; flat lists are in row-major order.

    Attributes:
        name, version: of the policy.
        input_name, output_name: in the ONNX graph.
        input_shape, output_shape: as the graph takes them, a leading 1 for the batch included.
        input_low, input_high: what each number of the input lies between in service; one number may stand for all.
        fallback: the output to use instead when the model cannot be used, one number for each of the output.
        deadline_s: a step must be done in this time.
        tolerance: greatest absolute difference from the sample outputs on any chip.
        origin: free text: what made the model, from what.
    """

    name: str
    version: str
    input_name: str
    input_shape: Shape
    input_low: tuple[float, ...]
    input_high: tuple[float, ...]
    output_name: str
    output_shape: Shape
    fallback: tuple[float, ...]
    deadline_s: float
    tolerance: float
    origin: str = ""

    def __post_init__(self) -> None:
        # Arrays and lists are welcome; kept are plain numbers, so that a manifest equals the one read back.
        for key, kind in _TUPLES.items():
            object.__setattr__(self, key, tuple(kind(value) for value in getattr(self, key)))
        if not self.name or not self.version:
            raise PackageError("manifest: name and version must not be empty")
        for key in ("input_shape", "output_shape"):
            shape = getattr(self, key)
            if not shape or min(shape) < 1:
                raise PackageError(f"manifest: {key} is {shape}; it must be positive sizes")
        n_in, n_out = math.prod(self.input_shape), math.prod(self.output_shape)
        for key, sizes in (("input_low", {1, n_in}), ("input_high", {1, n_in}), ("fallback", {n_out})):
            values = getattr(self, key)
            if len(values) not in sizes:
                raise PackageError(f"manifest: {key} has {len(values)} numbers; it must have {max(sizes)}")
            if not all(math.isfinite(value) for value in values):
                raise PackageError(f"manifest: {key} has a number that is not finite")
        if len(self.input_low) != len(self.input_high) or any(
            low > high for low, high in zip(self.input_low, self.input_high, strict=True)
        ):
            raise PackageError("manifest: input_low and input_high must be of one length, low never above high")
        if not 0 < self.deadline_s < math.inf or not 0 <= self.tolerance < math.inf:
            raise PackageError(
                f"manifest: deadline_s {self.deadline_s} must be positive and tolerance {self.tolerance} not negative"
            )


def encode(manifest: Manifest, sha256: dict[str, str]) -> bytes:
    """`manifest.json`: the manifest, the format's version and the hash of each other part; sorted keys."""
    content = {"format": FORMAT, "sha256": sha256, **asdict(manifest)}
    return (json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def decode(text: bytes, place: str) -> tuple[Manifest, dict[str, str]]:
    """The manifest and the hashes that the JSON text holds.

    Raises:
        PackageError: no JSON, another version, or a key that is missing, unknown or of the wrong type.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise PackageError(f"{place}: no JSON text: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise PackageError(f"{place}: format is {found!r}; this program reads format {FORMAT}")
    hashes = content.pop("sha256", None)
    del content["format"]
    if not isinstance(hashes, dict) or not all(isinstance(value, str) for value in hashes.values()):
        raise PackageError(f"{place}: sha256 must say the hash of each part")
    wrong = set(content) ^ {field.name for field in fields(Manifest)}
    if wrong:
        key = min(wrong)
        raise PackageError(f"{place}: key {key!r} is {'unknown' if key in content else 'missing'}")
    try:
        return Manifest(**{key: _typed(key, value) for key, value in content.items()}), hashes
    except (PackageError, OverflowError) as error:
        raise PackageError(f"{place}: {error}") from error


def _typed(key: str, value: object) -> Any:  # noqa: ANN401 - the type depends on the key
    if key in _TUPLES:
        if not isinstance(value, list) or not all(_is_number(item, _TUPLES[key]) for item in value):
            raise PackageError(f"{key} must be a list of numbers")
        return tuple(_TUPLES[key](item) for item in value)
    if key in {"deadline_s", "tolerance"}:
        if not _is_number(value, float):
            raise PackageError(f"{key} must be a number")
        return float(value)
    if not isinstance(value, str):
        raise PackageError(f"{key} must be a text")
    return value


def _is_number(value: object, kind: type) -> TypeGuard[float]:
    return not isinstance(value, bool) and isinstance(value, int if kind is int else int | float)
