"""Keeps what SUMO answered, so that our engine can be tuned without running SUMO again."""

import hashlib
import inspect
import json
import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.fidelity.own_engine import run_ours
from benchmarks.fidelity.scene import Outcome, Probe, Scene
from benchmarks.fidelity.sumo_engine import run_sumo, write_scene_routes

__all__ = ["Bench"]

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


@dataclass
class Bench:
    """Runs both engines on scenes.

    Attributes:
        folder: of SUMO's answers and of the nets.
        fresh: run SUMO again, whatever is kept.
        audit: overlaps, red runs, vehicles lost and deadlocks resolved of all runs of ours.
    """

    folder: Path
    fresh: bool = False

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.audit = {"overlaps": 0, "red_runs": 0, "lost": 0, "deadlocks_resolved": 0}

    def ours(self, scene: Scene, probe: Probe | None = None) -> Outcome:
        """Our answer, which is never kept."""
        outcome = run_ours(scene, probe)
        for name in self.audit:
            self.audit[name] += getattr(outcome, name)
        return outcome

    def sumo(self, scene: Scene, probe: Probe | None = None) -> Outcome:
        """SUMO's answer, from an earlier run with the same net, trips, seed and probe if there is one."""
        kept = self.folder / f"sumo-{_key(scene, probe)}.json"
        if kept.exists() and not self.fresh:
            return Outcome(**json.loads(kept.read_text(encoding="utf-8")))
        outcome = run_sumo(scene, probe)
        kept.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
        return outcome


def _key(scene: Scene, probe: Probe | None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        routes = Path(folder) / "scene.rou.xml"
        write_scene_routes(scene, routes)
        parts = [_COMMENT.sub(b"", scene.net.read_bytes()), routes.read_bytes()]
    what = inspect.getsource(type(probe)) if probe else ""
    parts.append(f"{scene.horizon_s} {scene.seed} {probe!r} {what}".encode())
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(hashlib.blake2b(part).digest())
    return digest.hexdigest()
