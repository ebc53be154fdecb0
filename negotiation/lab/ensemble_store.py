"""Rows on their way to one Parquet file, so that neither a kill nor a full disk loses what is finished.

While runs are going on, finished rows are written every few seconds as small Parquet files into
``FILE.parts/`` (each complete or absent). At the end, or when the work is stopped, they are put together in
``FILE``, in the order of their runs; its metadata carry the identity. Opening a store finds what is there already, in
both places: only missing runs are left to do.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from negotiation.errors import InputError, NegotiationError
from negotiation.lab.manifest import KEY, differences, manifest_beside, write_manifest, write_text

RUN = "run"
"""Column that numbers the runs; every row has one, no two the same."""
ERROR = "error"
"""Column with the error of a failed run; null if it went well."""


class RowStore:
    """A Parquet file that grows. Use in a ``with`` statement; ``add`` rows, ``complete`` when none is missing.

    Raises ``InputError`` if the file cannot be written there or holds rows of another identity.
    """

    def __init__(
        self, path: Path, identity: Mapping[str, Any], *, part_rows: int = 500, part_seconds: float = 2.0
    ) -> None:
        self.path = Path(path)
        if not self.path.name:
            raise _is_folder(self.path)
        self.parts = self.path.with_name(self.path.name + ".parts")
        self.identity = dict(identity)
        self.done: set[int] = set()
        self.failed = 0
        self.more: dict[str, Any] = {}
        """Further entries of the manifest."""
        self._part_rows, self._part_seconds = part_rows, part_seconds
        self._buffer: list[dict[str, Any]] = []
        self._flushed = time.monotonic()
        self._is_complete = False
        self._lock: Any = None
        self._changed = False

    def __enter__(self) -> RowStore:
        if self.path.is_dir():
            raise _is_folder(self.path)
        if self.path.exists():
            self._refuse_others(_identity_in(self.path), self.path)
            if not os.access(self.path, os.W_OK):
                raise InputError(f"{self.path} cannot be written to (no permission); choose another file")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.parts.mkdir(exist_ok=True)
            self._lock = _locked(self.parts / "lock")
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be written there ({error.strerror or error}); choose another place"
            ) from None
        if self._lock is None:
            raise InputError(f"another run is writing to {self.path}; wait for it or choose another file")
        try:
            self._claim()
            self._find()
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._flush()
            if self._changed or not self.path.exists():
                self._assemble()
            shutil.rmtree(self.parts, ignore_errors=True)
        except OSError as fault:
            raise NegotiationError(self._full(fault)) from error
        finally:
            self._release()

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep finished rows; a run that is there already is left as it is.

        ``NegotiationError`` if the disk fails; rows written before are kept.
        """
        for row in rows:
            if row[RUN] not in self.done:
                self.done.add(row[RUN])
                self.failed += row.get(ERROR) is not None
                self._buffer.append(dict(row))
        waited = time.monotonic() - self._flushed
        if len(self._buffer) >= self._part_rows or (self._buffer and waited >= self._part_seconds):
            try:
                self._flush()
            except OSError as error:
                self._buffer.clear()
                raise NegotiationError(self._full(error)) from error

    def complete(self) -> None:
        """Say that no run is missing (it stands in the manifest)."""
        self._changed |= not self._is_complete
        self._is_complete = True

    def table(self) -> pa.Table:
        """All rows so far, in the order of their runs."""
        self._flush()
        return self._gathered()

    # -- finding ----------------------------------------------------------------------------------------

    def _claim(self) -> None:
        """Write the identity into the folder of parts, or refuse somebody else's."""
        label = self.parts / "identity.json"
        if label.exists():
            try:
                there = json.loads(label.read_text(encoding="utf-8"))
            except ValueError:
                there = None
            self._refuse_others(there, self.parts)
        else:
            write_text(label, json.dumps(self.identity, indent=2) + "\n")

    def _refuse_others(self, there: Any, place: Path) -> None:
        if not isinstance(there, dict):
            raise InputError(
                f"{place} is not a file of runs of this program; nothing was changed, choose another --out"
            )
        other = differences(self.identity, there)
        if other:
            raise InputError(
                f"{place} holds other runs: it differs in {'; '.join(other)}. "
                "Nothing was changed; choose another --out, or delete it"
            )

    def _find(self) -> None:
        for path in [*([self.path] if self.path.exists() else []), *self._part_files()]:
            table = pq.read_table(path, columns=[RUN, ERROR])
            self.done.update(table[RUN].to_pylist())
            self._changed |= path != self.path
        self.failed = sum(e is not None for e in self._gathered([RUN, ERROR])[ERROR].to_pylist())

    def _part_files(self) -> list[Path]:
        return sorted(self.parts.glob("part-*.parquet"))

    # -- writing -----------------------------------------------------------------------------------------

    def _flush(self) -> None:
        self._flushed = time.monotonic()
        if not self._buffer:
            return
        table = pa.Table.from_pylist(self._buffer, schema=_schema(self._buffer))
        number = int(self._part_files()[-1].stem.removeprefix("part-")) + 1 if self._part_files() else 0
        _write(table, self.parts / f"part-{number:06d}.parquet")
        self._buffer.clear()
        self._changed = True

    def _gathered(self, columns: list[str] | None = None) -> pa.Table:
        """Rows of the file and of all parts, each run once."""
        found = [pq.read_table(p, columns=columns) for p in self._part_files()]
        if self.path.exists():
            found.insert(0, pq.read_table(self.path, columns=columns).replace_schema_metadata(None))
        if not found:
            return pa.table({RUN: pa.array([], pa.int64()), ERROR: pa.array([], pa.string())})
        table = pa.concat_tables(found, promote_options="permissive")
        runs = table[RUN].to_numpy()
        order = sorted(range(len(runs)), key=lambda i: runs[i])
        once = [i for n, i in enumerate(order) if n == 0 or runs[i] != runs[order[n - 1]]]
        return table.take(once)

    def _assemble(self) -> None:
        table = self._gathered()
        label = json.dumps(self.identity, sort_keys=True, ensure_ascii=False).encode()
        _write(table.replace_schema_metadata({KEY: label}), self.path)
        write_manifest(
            manifest_beside(self.path),
            self.identity,
            rows=table.num_rows,
            failed=self.failed,
            complete=self._is_complete,
            **self.more,
        )

    def _full(self, error: OSError) -> str:
        kept = sum(pq.read_metadata(p).num_rows for p in self._part_files())
        return (
            f"writing to {self.path} failed ({_reason(error)}); {kept} finished rows are kept in "
            f"{self.parts}. Make room, then give the same command again: it goes on from there"
        )

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def read_rows(path: Path) -> tuple[Any, dict[str, Any]]:
    """(pandas frame, identity) of a finished or stopped file of runs; ``InputError`` if it is none."""
    path = Path(path)
    if not path.exists():
        raise InputError(f"there is no file {path}; make one with 'negotiation ensemble'")
    identity = _identity_in(path)
    if identity is None:
        raise InputError(f"{path} is not a file of runs of this program")
    return pq.read_table(path).to_pandas(), identity


def _identity_in(path: Path) -> dict[str, Any] | None:
    try:
        label = (pq.read_schema(path).metadata or {}).get(KEY)
        return json.loads(label) if label else None
    except (pa.ArrowException, OSError, ValueError):
        return None


def _schema(rows: Sequence[Mapping[str, Any]]) -> pa.Schema:
    """Columns of some rows, in order of appearance; a column that is null in all of them has no type yet."""
    types: dict[str, pa.DataType] = {}
    for row in rows:
        for name, value in row.items():
            known = types.get(name, pa.null())
            if value is not None and known in (pa.null(), pa.int64()):
                types[name] = _type_of(value) if known == pa.null() or isinstance(value, float) else known
            else:
                types.setdefault(name, pa.null())
    types[ERROR] = pa.string()
    return pa.schema(list(types.items()))


def _type_of(value: Any) -> pa.DataType:
    if isinstance(value, bool):
        return pa.bool_()
    if isinstance(value, int):
        return pa.int64()
    if isinstance(value, float):
        return pa.float64()
    if isinstance(value, (list, tuple)):
        return pa.list_(pa.float64())
    return pa.string()


def _write(table: pa.Table, path: Path) -> None:
    """Write a Parquet file all or nothing."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        pq.write_table(table, name, compression="zstd")
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _is_folder(path: Path) -> InputError:
    return InputError(f"{path} is a folder; name a file such as {path / 'runs.parquet'}")


def _reason(error: OSError) -> str:
    """Why writing failed, in the system's words (Arrow puts its own before them)."""
    return os.strerror(error.errno) if error.errno else str(error)


def _locked(path: Path) -> Any:
    """An open, locked file; None if another process holds it. The lock ends with the process."""
    stream = path.open("w")
    try:
        import fcntl
    except ImportError:  # Windows: no lock of this kind; two writers at once are the user's to avoid
        return stream
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stream.close()
        return None
    return stream
