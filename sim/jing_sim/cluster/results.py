"""The result store of a campaign: a folder in which the first writer of a key wins.

```
STORE/results/KEY.json       committed results; `folder` names the attempt that won
      attempts/KEY.N-ID/     what attempt N of campaign ID writes (run folders); those of losers are removed
      starts/KEY.N-ID        one empty file for each attempt that began
      quarantine/KEY.json    jobs that used up their attempts, with the last error; remove it to try again
      lock                   held by the driver, so that a folder has one at a time
```

A commit is a hard link onto `results/KEY.json`, which fails if the name exists: atomic on local disks and on NFS.
Every process that sees the folder can read the progress.
"""

import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jing_sim.cluster.job import CampaignError, Job, Json

__all__ = ["ResultStore"]


class ResultStore:
    """Results of jobs by key, in a folder that all workers share."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("results", "attempts", "starts", "quarantine"):
            (root / name).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Held by one driver at a time; released when its process ends, however it ends.

        Raises:
            CampaignError: another process runs a campaign in this folder.
        """
        with (self.root / "lock").open("w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CampaignError(f"{self.root}: another campaign is running in this folder; wait for it") from error
            yield

    def begin(self, key: str, label: str) -> Path:
        """Marks the start of an attempt and makes its folder; `label` tells attempts apart."""
        (self.root / "starts" / f"{key}.{label}").touch()
        folder = self.root / "attempts" / f"{key}.{label}"
        folder.mkdir()
        return folder

    def commit(self, job: Job, folder: Path, value: dict[str, Json]) -> bool:
        """Makes `value` the result of the job, unless another attempt was first; then removes the attempt's folder."""
        document = {"key": job.key, "params": dict(job.params), "value": value, "folder": folder.name}
        draft = folder / "result.json.tmp"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(document, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self.root / "results" / f"{job.key}.json")
        except FileExistsError:
            shutil.rmtree(folder)
            return False
        draft.unlink()
        return True

    def discard(self, folder: Path) -> None:
        """Removes the folder of an attempt that failed."""
        shutil.rmtree(folder, ignore_errors=True)

    def quarantine(self, job: Job, attempts: int, error: str, *, refused: bool) -> None:
        """Records that the job is given up; `refused`: the platform does not take its inputs."""
        document = {
            "key": job.key, "params": dict(job.params), "attempts": attempts, "error": error, "refused": refused,
        }  # fmt: skip
        draft = self.root / "quarantine" / f"{job.key}.{uuid.uuid4().hex[:8]}.tmp"
        draft.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.root / "quarantine" / f"{job.key}.json")

    def __contains__(self, key: str) -> bool:
        return (self.root / "results" / f"{key}.json").exists()

    def value(self, key: str) -> dict[str, Json]:
        """The committed result of a job."""
        return self._document("results", key)["value"]  # type: ignore[return-value]

    def folder(self, key: str) -> Path:
        """What the winning attempt wrote."""
        return self.root / "attempts" / str(self._document("results", key)["folder"])

    def error(self, key: str) -> str | None:
        """Why a job was given up, or None."""
        if not (self.root / "quarantine" / f"{key}.json").exists():
            return None
        return str(self._document("quarantine", key)["error"])

    def refused(self, key: str) -> bool:
        """Whether a job was given up because of its inputs."""
        return bool(self._document("quarantine", key)["refused"])

    def params(self, key: str) -> dict[str, Json]:
        """The parameters of a job that was given up."""
        return self._document("quarantine", key)["params"]  # type: ignore[return-value]

    def keys(self) -> Iterator[str]:
        """Keys with a committed result, sorted."""
        return iter(sorted(path.stem for path in (self.root / "results").glob("*.json")))

    def started(self, key: str, label: str) -> bool:
        """Whether this attempt has begun."""
        return (self.root / "starts" / f"{key}.{label}").exists()

    def starts(self, key: str) -> int:
        """How many attempts of this job ever began."""
        return len(list((self.root / "starts").glob(f"{key}.*")))

    def sweep(self) -> None:
        """Removes folders of attempts that neither won nor still run; call when no attempt is running."""
        winners = {str(self._document("results", key)["folder"]) for key in self.keys()}
        for folder in (self.root / "attempts").iterdir():
            if folder.name not in winners:
                shutil.rmtree(folder, ignore_errors=True)

    def _document(self, kind: str, key: str) -> dict[str, Json]:
        path = self.root / kind / f"{key}.json"
        try:
            document: dict[str, Json] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CampaignError(f"{path}: no such result; the job has not finished") from None
        except json.JSONDecodeError as error:
            raise CampaignError(f"{path}: not JSON ({error}); remove it to run the job again") from error
        return document
