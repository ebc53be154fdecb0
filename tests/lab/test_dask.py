"""A real Dask cluster: a scheduler and two workers as processes; it may also go away."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.ui.cli.many import ROOT, done, ended, ensemble, parts_of, rows, started, until

pytest.importorskip("distributed")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("many")]
FUTURES = 120


class Cluster:
    """``dask scheduler`` and two ``dask worker`` on the loopback, ended by their own numbers."""

    def __init__(self, folder: Path, workers: int = 2, version: str | None = None) -> None:
        self.folder = folder
        self.log = folder / "scheduler.log"
        self.processes: list[subprocess.Popen[bytes]] = []
        quiet = ["--no-dashboard", "--host", "127.0.0.1"]
        self.scheduler = self._start("scheduler", "--port", "0", *quiet)
        self.address = until(self._address, "the scheduler's address")
        self.workers = [
            self._start(
                "worker",
                self.address,
                *quiet,
                *("--no-nanny", "--nthreads", "1", "--local-directory", str(folder / f"w{n}")),
                log=folder / f"worker{n}.log",
            )
            for n in range(workers)
        ]

    def _start(self, *words: str, log: Path | None = None) -> subprocess.Popen[bytes]:
        with (log or self.log).open("wb") as stream:
            child = subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(child)
        return child

    def _address(self) -> str | None:
        found = re.search(r"Scheduler at:\s+(tcp://[\d.]+:\d+)", self.log.read_text())
        return found.group(1) if found else None

    def close(self) -> None:
        for child in reversed(self.processes):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self.processes:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    yield found
    found.close()


def test_two_workers_of_a_cluster_write_the_rows_this_process_writes(
    cluster: Cluster, tmp_path: Path
) -> None:
    far, near = tmp_path / "far.parquet", tmp_path / "near.parquet"
    code, said, err = done(ensemble(far, "--dask", cluster.address, futures=12))
    assert code == 0, err
    assert "Autumn 2025: 12 runs" in said
    code, _, err = done(ensemble(near, "--workers", 1, futures=12))
    assert code == 0, err
    assert rows(far).equals(rows(near))
    assert pq.read_schema(far).metadata == pq.read_schema(near).metadata
    assert f"Dask scheduler at {cluster.address}" in (tmp_path / "far.manifest.json").read_text()


def test_a_dask_worker_that_dies_costs_no_row(cluster: Cluster, tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    child = started(ensemble(out, "--dask", cluster.address, futures=FUTURES))
    try:
        until(lambda: parts_of(out), "a part")
        cluster.workers[0].kill()
        _, err = child.communicate(timeout=240)
    finally:
        ended(child)
    assert child.returncode == 0, err
    assert rows(out)["run"].to_pylist() == list(range(FUTURES))


def test_a_scheduler_that_goes_away_leaves_finished_rows_and_a_way_on(
    cluster: Cluster, tmp_path: Path
) -> None:
    out = tmp_path / "rows.parquet"
    child = started(ensemble(out, "--dask", cluster.address, futures=FUTURES))
    try:
        until(lambda: parts_of(out), "a part")
        begun = time.monotonic()
        cluster.scheduler.kill()
        said, err = child.communicate(timeout=120)
        waited = time.monotonic() - begun
    finally:
        ended(child)
    assert (child.returncode, said) == (1, "")
    assert "Traceback" not in err
    assert f"negotiation: the Dask scheduler at {cluster.address} went away" in err
    assert f"are kept in {out}" in err
    assert "goes on from there" in err
    assert waited < 90
    kept = rows(out).num_rows
    assert 0 < kept < FUTURES
    code, _, err = done(ensemble(out, "--workers", 1, futures=FUTURES))
    assert code == 0, err
    assert rows(out)["run"].to_pylist() == list(range(FUTURES))


def test_an_address_nobody_answers_at_and_a_cluster_without_workers_are_told(tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    code, said, err = done(ensemble(out, "--dask", "tcp://127.0.0.1:9", futures=2))
    assert (code, said) == (2, "")
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:9'" in err
    code, _, err = done(ensemble(out, "--dask", "nonsense", futures=2))
    assert code == 2, err
    assert "give the address it prints" in err
    alone = Cluster(tmp_path, workers=0)
    try:
        code, _, err = done(ensemble(out, "--dask", alone.address, futures=2))
    finally:
        alone.close()
    assert code == 1
    assert f"start some with 'dask worker {alone.address}'" in err
