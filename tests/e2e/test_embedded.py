"""The embedded PostgreSQL in good days: where it runs, for whom, and who finds it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text

from callscribe.errors import ConfigError, Conflict, Unavailable
from callscribe.store import pgserver
from callscribe.store.embedded import EmbeddedPostgres, find

ROOT = os.geteuid() == 0
NOBODY = 65534
#: An ordinary user, who may still read the interpreter where it lies in a folder of root's.
ORDINARY = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--securebits=+no_setuid_fixup"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
)
#: Prints the user id of the server in the folder that is its argument.
SERVER_UID = """
import pathlib, sys
from callscribe.store.embedded import EmbeddedPostgres
folder = pathlib.Path(sys.argv[1])
with EmbeddedPostgres(folder):
    print((folder / "data" / "postmaster.pid").stat().st_uid)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared") / "postgres"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(folder) as server:
        yield server


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split("\n")[0]))


def test_reads_russian_whatever_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    with EmbeddedPostgres(tmp_path) as server, psycopg.connect(server.conninfo) as connection:
        row = connection.execute("SELECT lower('ПРИВЕТ'), to_tsvector('russian', 'договорились')::text").fetchone()
    assert row == ("привет", "'договор':1")


def test_is_durable_modest_and_in_utc(server: EmbeddedPostgres) -> None:
    names = ["fsync", "full_page_writes", "synchronous_commit", "data_checksums", "listen_addresses", "jit", "TimeZone"]
    with psycopg.connect(server.conninfo) as connection:
        found = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in names]
    assert found == [("on",), ("on",), ("on",), ("on",), ("",), ("off",), ("UTC",)]


def test_only_its_owner_can_connect(server: EmbeddedPostgres, folder: Path) -> None:
    assert server.address.socket_folder == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / pgserver.SOCKET).stat().st_mode & 0o777 == 0o700
    assert not [c for c in postmaster(folder).net_connections() if c.family.name != "AF_UNIX"]


@pytest.mark.parametrize("name", ['a "b"%20 звонки', "a,b:c", "long" * 30])
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "postgres"
    with EmbeddedPostgres(folder) as server:
        engine = create_engine(server.url)
        with engine.connect() as connection:
            assert connection.execute(text("SHOW data_directory")).scalar() == str(folder / "data")
        engine.dispose()
        assert find(folder) == server.address
    if server.address.socket_folder != folder:
        server.address.socket_folder.rmdir()


def test_a_socket_folder_that_somebody_else_made_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = tmp_path / ("long" * 30)
    (tmp_path / pgserver.tag(folder)).mkdir(mode=0o755)
    with pytest.raises(ConfigError, match="Somebody else made"), EmbeddedPostgres(folder):
        pass


def test_two_folders_are_two_databases(server: EmbeddedPostgres, tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as other:
        with psycopg.connect(server.conninfo) as connection:
            connection.execute("CREATE TABLE only_here ()")
        with psycopg.connect(other.conninfo) as connection:
            assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)


def test_a_folder_has_one_supervisor(server: EmbeddedPostgres, folder: Path) -> None:
    with pytest.raises(Conflict, match=f"{folder}; stop it, or set CALLSCRIBE_DATA_DIR"), EmbeddedPostgres(folder):
        pass
    psycopg.connect(server.conninfo).close()


def test_another_process_finds_it(server: EmbeddedPostgres, folder: Path, tmp_path: Path) -> None:
    script = (
        "import pathlib, sys; from callscribe.store.embedded import find; print(find(pathlib.Path(sys.argv[1])).url)"
    )
    command = [sys.executable, "-c", script, str(folder)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    found = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert found.stdout.strip() == server.url


def test_where_none_runs_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="callscribe up"):
        find(tmp_path)


def test_its_log_quotes_no_data(server: EmbeddedPostgres, folder: Path) -> None:
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE calls (title text UNIQUE)")
        connection.execute("INSERT INTO calls VALUES ('confidential')")
        for statement in ("INSERT INTO calls VALUES ('confidential')", "SELECT 'confidential'::int"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
    content = (folder / "server.log").read_text()
    assert "ready to accept connections" in content
    assert "confidential" not in content


def test_its_log_is_bounded(server: EmbeddedPostgres, folder: Path) -> None:
    log = folder / "server.log"
    os.truncate(log, 6_000_000)
    server.ensure_running()
    assert log.stat().st_size == 0
    assert log.with_suffix(".log.1").stat().st_size == 6_000_000


def test_the_terminal_does_not_reach_it(server: EmbeddedPostgres, folder: Path) -> None:
    assert os.getsid(postmaster(folder).pid) != os.getsid(0)
    assert not server.ensure_running()


@pytest.mark.parametrize("user", ["root", "ordinary"] if ROOT else ["ordinary"])
def test_runs_for_root_and_for_an_ordinary_user(tmp_path: Path, user: str) -> None:
    as_other = ROOT and user == "ordinary"
    if as_other:
        os.chown(tmp_path, NOBODY, NOBODY)
    command = [*(ORDINARY if as_other else ()), sys.executable, "-c", SERVER_UID, str(tmp_path / "data" / "postgres")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(done.stdout) == (NOBODY if ROOT else os.geteuid())


@pytest.mark.skipif(not ROOT, reason="not applicable: only root runs the server as another user")
def test_root_may_keep_the_programs_to_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = pgserver._installed()
    package = installed.parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, tmp_path / "root" / folder.name, ignore=shutil.ignore_patterns("pginstall", "include"))
    (tmp_path / "root").chmod(0o700)
    monkeypatch.setattr(pgserver, "_installed", lambda: tmp_path / "root" / installed.relative_to(package.parent))
    with EmbeddedPostgres(tmp_path / "postgres"):
        assert postmaster(tmp_path / "postgres").exe().startswith(str(tmp_path))
        assert postmaster(tmp_path / "postgres").uids().effective == NOBODY


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("shutil.which", "install util-linux"),
        ("callscribe.store.pgserver.find_spec", r"install callscribe\[embedded\]"),
    ],
)
def test_a_missing_part_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, message: str) -> None:
    monkeypatch.setattr(missing, lambda _: None)
    with pytest.raises(ConfigError, match=message), EmbeddedPostgres(tmp_path):
        pass
