"""A job of a campaign: its inputs, the key that is a hash of them, and what it needs of a machine.

>>> a = Job({"area": "yizhuang", "seed": 1})
>>> a.key == Job({"seed": 1, "area": "yizhuang"}).key
True
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from jing_maps.errors import JingError

__all__ = ["CampaignError", "Job", "Json"]

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class CampaignError(JingError, RuntimeError):
    """A campaign that cannot start or go on."""


@dataclass(frozen=True)
class Job:
    """One run of a campaign.

    Attributes:
        params: all inputs of the run as JSON values, hashes of code and map among them: two jobs with equal
            parameters have one result.
        resources: what Ray must reserve, e.g. `{"CPU": 1}`, `{"CPU": 1, "GPU": 1}`, `{"CARLA": 1}`.

    Raises:
        CampaignError: the parameters are not JSON, or hold a number that is not finite.
    """

    params: Mapping[str, Json]
    resources: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"CPU": 1.0}))

    def __post_init__(self) -> None:
        try:
            json.dumps(dict(self.params), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise CampaignError(
                f"job parameters must be JSON (text, numbers, lists and dictionaries): {error}"
            ) from error

    @property
    def key(self) -> str:
        """Content key: the first 24 hex digits of the SHA-256 of the canonical parameters."""
        text = json.dumps(dict(self.params), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()[:24]
