"""Growing tables of a run, kept as Arrow streams: what a killed process wrote can still be read.

An unclosed Parquet file is lost; a truncated Arrow stream gives back all whole batches.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.ipc
from numpy.typing import NDArray

from jing_sim.trace.segments import write_table

__all__ = ["Journal", "journal_path", "read_journal"]

Columns = Mapping[str, NDArray[np.generic] | Sequence[object]]


def journal_path(folder: Path, name: str) -> Path:
    """Where the journal of table `name` lies while the run goes on."""
    return folder / f"{name}.arrows"


class Journal:
    """One growing table of a run folder."""

    def __init__(self, folder: Path, name: str, schema: pa.Schema) -> None:
        self._folder, self._name, self._schema = folder, name, schema
        self._file = pa.OSFile(str(journal_path(folder, name)), "wb")
        self._stream = pyarrow.ipc.new_stream(self._file, schema)
        self._pending: list[Columns] = []
        self._lock = Lock()

    def append(self, columns: Columns) -> None:
        """Adds rows, one sequence a column of the schema; they are not copied. Another thread may flush."""
        with self._lock:
            self._pending.append(columns)

    def flush(self) -> None:
        """Hands what was added to the operating system; the file has no buffer of its own."""
        with self._lock:
            pending, self._pending = self._pending, []
        if pending:
            arrays = [_column(field, pending) for field in self._schema]
            self._stream.write_batch(pa.record_batch(arrays, schema=self._schema))

    def finish(self) -> None:
        """Turns the journal into the final Parquet table."""
        self.flush()
        self._stream.close()
        self._file.close()
        path = journal_path(self._folder, self._name)
        write_table(self._folder / f"{self._name}.parquet", read_journal(path, self._schema).combine_chunks())
        path.unlink()


def _column(field: pa.Field, pending: list[Columns]) -> pa.Array:
    parts = [columns[field.name] for columns in pending]
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    whole = np.concatenate(arrays) if len(arrays) == len(parts) else list(chain.from_iterable(parts))
    return pa.array(whole, type=field.type, from_pandas=True)


def read_journal(path: Path, schema: pa.Schema) -> pa.Table:
    """All whole batches of a journal, truncated or not."""
    batches: list[pa.RecordBatch] = []
    with path.open("rb") as file:
        try:
            stream = pyarrow.ipc.open_stream(file)
            batches.extend(iter(stream.read_next_batch, None))
        except (StopIteration, pa.ArrowInvalid, OSError):
            # The end of the stream, or the place where the writer was killed: both end the reading.
            return pa.Table.from_batches(batches, schema)
    return pa.Table.from_batches(batches, schema)
