"""Ensembles that are killed, interrupted, short of a worker or of room: nothing finished is lost or done twice."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.ui.cli.many import (
    FUTURES,
    done,
    ended,
    ensemble,
    gone,
    parts_of,
    rows,
    started,
    until,
    workers_of,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("many"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc"),
]
MARK = 123456.0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """The rows of an ensemble nobody disturbed, in one process."""
    out = tmp_path_factory.mktemp("whole") / "rows.parquet"
    code, said, err = done(ensemble(out, "--workers", 1))
    assert code == 0, err
    assert f"Autumn 2025: {FUTURES} runs" in said
    return rows(out)


def test_killed_in_mid_run_it_goes_on_where_it_was(whole: pa.Table, tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    child = started(ensemble(out, "--workers", 2))
    try:
        until(lambda: len(parts_of(out)) >= 2, "two parts")
        hands = workers_of(child.pid)
        assert len(hands) == 2
        os.kill(child.pid, signal.SIGKILL)
        child.communicate(timeout=30)
        until(lambda: all(map(gone, hands)), "workers to leave with their parent")
    finally:
        ended(child)
    assert not out.exists()
    kept = pa.concat_tables(map(pq.read_table, parts_of(out)), promote_options="permissive")
    assert 0 < kept.num_rows < FUTURES
    marked = _marked(parts_of(out)[0])
    code, _, err = done(ensemble(out, "--workers", 2))
    assert code == 0, err
    after = rows(out)
    assert after["run"].to_pylist() == list(range(FUTURES))
    assert after.slice(marked, 1)["score_USA"].to_pylist() == [MARK], "a finished row was lived through again"
    assert _without(after, marked).equals(_without(whole, marked))
    assert not out.with_name(out.name + ".parts").exists()


def test_one_process_and_two_write_the_same_rows_and_ctrl_c_keeps_what_is_finished(
    whole: pa.Table, tmp_path: Path
) -> None:
    out = tmp_path / "rows.parquet"
    child = started(ensemble(out, "--workers", 2))
    try:
        until(lambda: parts_of(out), "a part")
        os.killpg(child.pid, signal.SIGINT)  # as a terminal does: to the command and its workers
        said, err = child.communicate(timeout=60)
    finally:
        ended(child)
    kept = rows(out).num_rows
    assert (child.returncode, said) == (1, "")
    assert f"stopped. {kept} of {FUTURES} runs are kept in {out}; the same command goes on" in err
    assert "Traceback" not in err
    assert 0 < kept < FUTURES
    code, said, err = done(ensemble(out, "--workers", 2))
    assert code == 0, err
    assert rows(out).equals(whole)


def test_a_terminated_command_keeps_what_is_finished_as_well(tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    child = started(ensemble(out, "--workers", 1))
    try:
        until(lambda: parts_of(out), "a part")
        child.send_signal(signal.SIGTERM)
        _, err = child.communicate(timeout=60)
    finally:
        ended(child)
    assert child.returncode == 1
    assert "goes on from there" in err
    assert 0 < rows(out).num_rows < FUTURES


def test_a_killed_worker_is_replaced_and_its_runs_are_done_again(whole: pa.Table, tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    child = started(ensemble(out, "--workers", 2))
    try:
        until(lambda: parts_of(out), "a part")
        os.kill(workers_of(child.pid)[0], signal.SIGKILL)
        _, err = child.communicate(timeout=240)
    finally:
        ended(child)
    assert child.returncode == 0, err
    assert "a worker process died" in err
    assert "start again" in err
    assert rows(out).equals(whole)


def test_a_file_that_may_not_grow_fails_clearly_and_keeps_what_it_held(
    whole: pa.Table, tmp_path: Path
) -> None:
    """A quota on the size of files stands for a disk that fills up."""
    out = tmp_path / "rows.parquet"
    code, _, err = done(ensemble(out, "--workers", 1, futures=3))
    assert code == 0, err

    def quota() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    code, said, err = done(ensemble(out, "--workers", 1, futures=6), preexec_fn=quota)
    assert (code, said) == (1, "")
    assert "failed (File too large)" in err
    assert "Make room, then give the same command again: it goes on from there" in err
    assert rows(out).equals(whole.slice(0, 3))
    assert not [p for p in tmp_path.rglob("*") if p.name.startswith(".")], "half a file was left"
    code, _, err = done(ensemble(out, "--workers", 1, futures=6))
    assert code == 0, err
    assert rows(out).equals(whole.slice(0, 6))


def test_on_a_full_disk_it_stops_with_what_is_kept_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("making a small disk needs the right to mount one")
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    try:
        out = disk / "rows.parquet"
        code, said, err = done(ensemble(out, "--workers", 1))
        assert (code, said) == (1, "")
        assert "failed (No space left on device)" in err
        found = [out] if out.exists() else parts_of(out)
        kept = sum(pq.read_metadata(p).num_rows for p in found)
        assert f"{kept} finished rows are kept" in err
        assert 0 < kept < FUTURES
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        code, _, err = done(ensemble(out, "--workers", 1))
        assert code == 0, err
        assert rows(out)["run"].to_pylist() == list(range(FUTURES))
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def _marked(part: Path) -> int:
    """Write something no game can give into the first row of a part; the number of its run."""
    table = pq.read_table(part)
    score = [MARK, *table["score_USA"].to_pylist()[1:]]
    place = table.column_names.index("score_USA")
    pq.write_table(table.set_column(place, "score_USA", pa.array(score)), part)
    return int(table["run"][0].as_py())


def _without(table: pa.Table, run: int) -> pa.Table:
    return pa.concat_tables([table.slice(0, run), table.slice(run + 1)]).combine_chunks()
