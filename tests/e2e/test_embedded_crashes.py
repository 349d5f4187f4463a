"""The embedded PostgreSQL in bad days: commits survive the death of any process, and nothing blocks a start."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest

from callscribe.errors import Unavailable
from callscribe.store.embedded import EmbeddedPostgres, find
from callscribe.store.pgserver import SOCKET, Programs

#: Supervises the folder that is its argument, and says when the server is there.
SUPERVISOR = """
import pathlib, sys, time
from callscribe.store.embedded import EmbeddedPostgres
with EmbeddedPostgres(pathlib.Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cluster for all: whatever is done to it, it comes back."""
    return tmp_path_factory.mktemp("shared") / "postgres"


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(folder) as server:
        yield server


@contextmanager
def killed_at_end(command: list[str], user: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """Another process, in a session of its own."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, user=user) as process:
        try:
            yield process
        finally:
            process.kill()


def supervisor(folder: Path) -> AbstractContextManager[subprocess.Popen[str]]:
    return killed_at_end([sys.executable, "-c", SUPERVISOR, str(folder)])


def started(process: subprocess.Popen[str]) -> None:
    assert process.stdout and process.stdout.readline() == "ready\n"


def commit_row(conninfo: str) -> str:
    """Commit a row that was never there before; its content."""
    title = uuid4().hex
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS calls (title text)")
        connection.execute("INSERT INTO calls VALUES (%s)", [title])
    return title


def is_kept(conninfo: str, title: str) -> bool:
    with psycopg.connect(conninfo) as connection:
        return connection.execute("SELECT FROM calls WHERE title = %s", [title]).rowcount == 1


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split("\n")[0]))


def restart(server: EmbeddedPostgres) -> None:
    """Call the supervision until it has seen that the server is dead."""
    while not server.ensure_running():
        time.sleep(0.01)


def test_a_killed_server_comes_back_with_its_rows(server: EmbeddedPostgres, folder: Path) -> None:
    title = commit_row(server.conninfo)
    assert not server.ensure_running()
    postmaster(folder).kill()
    restart(server)
    assert is_kept(server.conninfo, title)
    assert not server.ensure_running()


def test_what_a_killed_server_leaves_behind_is_killed_before_the_restart(
    server: EmbeddedPostgres, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = commit_row(server.conninfo)
    monkeypatch.setattr("callscribe.store.pgserver._PATIENCE_S", 0.2)
    with psycopg.connect(server.conninfo) as busy:
        orphan = psutil.Process(busy.info.backend_pid)
        orphan.suspend()
        postmaster(folder).kill()
        restart(server)
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    assert is_kept(server.conninfo, title)


def test_a_killed_backend_costs_neither_rows_nor_the_server(server: EmbeddedPostgres, folder: Path) -> None:
    title = commit_row(server.conninfo)
    before = postmaster(folder)
    with psycopg.connect(server.conninfo) as connection:
        psutil.Process(connection.info.backend_pid).kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    while (kept := is_kept_if_known(server.conninfo, title)) is None:
        time.sleep(0.05)
    assert kept
    assert not server.ensure_running()
    assert postmaster(folder) == before


def is_kept_if_known(conninfo: str, title: str) -> bool | None:
    """None while there is no answer; also a connection that was just accepted ends when the server notices the kill."""
    try:
        return is_kept(conninfo, title)
    except psycopg.OperationalError:
        return None


def test_a_killed_supervisor_takes_the_server_along(folder: Path) -> None:
    with supervisor(folder) as process:
        started(process)
        title = commit_row(find(folder).conninfo)
        left = postmaster(folder)
        process.kill()
    gone, _ = psutil.wait_procs([left], timeout=30)
    assert gone == [left]
    with EmbeddedPostgres(folder) as server:
        assert is_kept(server.conninfo, title)


def test_a_new_supervisor_need_not_wait_for_the_old_server(folder: Path) -> None:
    with supervisor(folder) as process:
        started(process)
        title = commit_row(find(folder).conninfo)
    with EmbeddedPostgres(folder) as server:
        assert is_kept(server.conninfo, title)


def test_an_interrupted_supervisor_stops_the_server_in_order(folder: Path) -> None:
    with supervisor(folder) as process:
        started(process)
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
    assert (folder / "server.log").read_text().endswith("database system is shut down\n")
    assert not (folder / "data" / "postmaster.pid").exists()
    with pytest.raises(Unavailable):
        find(folder)


def test_the_server_outlives_the_thread_that_started_it(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    thread = threading.Thread(target=server.__enter__)
    thread.start()
    thread.join()
    try:
        with pytest.raises(psutil.TimeoutExpired):
            postmaster(folder).wait(0.5)
    finally:
        server.__exit__(None, None, None)


def test_a_stray_server_of_the_folder_is_stopped_first(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        title = commit_row(server.conninfo)
    with (folder / "server.log").open("ab") as output:
        stray = Programs.find(folder / "data").serve(folder / "data", folder, output)
    while not (folder / SOCKET).exists():
        time.sleep(0.05)
    with EmbeddedPostgres(folder) as server, stray:
        assert stray.wait() == 0
        assert is_kept(server.conninfo, title)


@pytest.mark.parametrize("emptied", [False, True], ids=["reused id", "emptied"])
def test_a_stale_pid_file_does_not_block_the_start(server: EmbeddedPostgres, folder: Path, emptied: bool) -> None:
    title = commit_row(server.conninfo)
    end = postmaster(folder)
    end.kill()
    while end.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    owner = (folder / "data").stat().st_uid
    with killed_at_end(["sleep", "600"], user=owner) as stranger:
        for lock in (folder / "data" / "postmaster.pid", folder / f"{SOCKET}.lock"):
            rest = lock.read_text().partition("\n")[2]
            lock.write_text("" if emptied else f"{stranger.pid}\n{rest}")
        with pytest.raises(Unavailable):
            find(folder)
        assert server.ensure_running()
        assert is_kept(server.conninfo, title)
        assert stranger.poll() is None


def test_a_supervisor_killed_while_it_makes_the_cluster_blocks_nothing(tmp_path: Path) -> None:
    with supervisor(tmp_path) as process:
        while not list(tmp_path.glob("new-*/base")):
            time.sleep(0.01)
        process.kill()
    assert not (tmp_path / "data").exists()
    with EmbeddedPostgres(tmp_path) as server:
        title = commit_row(server.conninfo)
    with EmbeddedPostgres(tmp_path) as server:
        assert is_kept(server.conninfo, title)


def test_a_server_that_does_not_start_says_why(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with EmbeddedPostgres(folder):
        pass
    configuration = folder / "data" / "postgresql.conf"
    original = configuration.read_text()
    configuration.write_text("no_such_setting = 1\n")
    with caplog.at_level(logging.ERROR), pytest.raises(Unavailable, match=r"server\.log"), EmbeddedPostgres(folder):
        pass
    assert "no_such_setting" in caplog.text
    configuration.write_text(original)
    with EmbeddedPostgres(folder) as server:
        psycopg.connect(server.conninfo).close()


def test_a_cluster_that_cannot_be_made_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callscribe.store.pgserver._INITDB", ("--no-such-option",))
    with pytest.raises(Unavailable, match=r"server\.log"), EmbeddedPostgres(tmp_path):
        pass
    monkeypatch.undo()
    with EmbeddedPostgres(tmp_path) as server:
        psycopg.connect(server.conninfo).close()
    assert not list(tmp_path.glob("new-*"))
