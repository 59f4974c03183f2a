"""Maps of a CARLA server as road networks of scenarios: their OpenDRIVE text is fetched into the user's cache."""

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from jing_sim.carla.client import CarlaWorld

__all__ = ["ServedMaps"]


class ServedMaps:
    """The maps of a server, by name; `close` gives it back the one that it showed.

    Raises:
        UnreachableError: nobody answers there.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = CarlaWorld(host, port, timeout_s=120.0)
        self._before = ""

    def file(self, name: str) -> Path | None:
        """The OpenDRIVE file of a map, which the server then shows; None if it has none of this name.

        Args:
            name: the last part of its path, in any case; "" = the map that it shows.
        """
        shown = self._shown()
        if name and _last(shown) != name.casefold():
            path = next((one for one in self._server.client.get_available_maps() if _last(one) == name.casefold()), "")
            if not path:
                return None
            self._server.load(path)
            self._before = self._before or shown
        return _kept(self._server.world.get_map().to_opendrive(), _last(self._shown()))

    def close(self) -> None:
        """The server shows the map that it did."""
        if self._before:
            self._server.load(self._before)
            self._before = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _shown(self) -> str:
        return str(self._server.world.get_map().name)


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1].casefold()


def _kept(text: str, name: str) -> Path:
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jingsim" / "opendrive"
    file = root / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.xodr"
    if not file.exists():
        root.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}.part")
        draft.write_bytes(text.encode())  # as it came, ends of lines too: it is compared with what the server shows
        draft.replace(file)
    return file
