"""The embedded PostgreSQL: made, started, watched and stopped by the process that needs it (`callscribe up`).

Its folder holds `data` (the cluster), `lock` (held by the supervising process), `server.log` and, where the path is
short enough, the socket. There is no TCP port, and only the folder's owner can reach the socket.
"""

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from callscribe.errors import ConfigError, Conflict, Unavailable
from callscribe.store.pgserver import SOCKET, Programs, remove_left_over, stop_strays, tag

log = logging.getLogger(__name__)

#: Longest socket path in bytes: `sockaddr_un` has room for 107.
_SOCKET_PATH_BYTES = 107
_LOG_BYTES = 5_000_000
#: How to end the server, from orderly to forced, each with the seconds it is given. Every one of them is durable.
_STOPS = ((signal.SIGINT, 60), (signal.SIGQUIT, 15), (signal.SIGKILL, None))


@dataclass(frozen=True, slots=True)
class Address:
    """Where an embedded PostgreSQL listens."""

    #: The folder with its Unix socket.
    socket_folder: Path

    @property
    def url(self) -> str:
        """The URL for SQLAlchemy, `postgresql+psycopg://...`."""
        host, port = quote(str(self.socket_folder), safe=""), SOCKET.rpartition(".")[2]
        return f"postgresql+psycopg://callscribe@/postgres?host={host}&port={port}"

    @property
    def conninfo(self) -> str:
        """The URL for libpq and `psycopg.connect`, `postgresql://...`."""
        return self.url.replace("+psycopg", "", 1)


def find(folder: Path) -> Address:
    """The address of the PostgreSQL that another process of this machine runs in `folder`. Raises `Unavailable`."""
    hint = f"No database is running in {folder}; start it with `callscribe up`, as the same user."
    try:
        address = _ready_address(folder.resolve() / "data")
        if address is None:
            raise Unavailable(hint)
        psycopg.connect(address.conninfo, connect_timeout=10).close()
    except (OSError, psycopg.Error) as exc:
        raise Unavailable(hint) from exc
    return address


class EmbeddedPostgres:
    """A context manager: inside it the server of `folder` accepts connections, after it the server is stopped.

    Entering creates the cluster where there is none, and waits as long as crash recovery takes. Raises `Conflict`
    when another process supervises the folder, `ConfigError` when the server cannot be run on this machine or by this
    user, and `Unavailable` when it does not start. The server ends by itself when this process is killed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        self._log_file = self._folder / "server.log"

    def __enter__(self) -> Self:
        with _translated(self._folder), ExitStack() as stack:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            stack.enter_context(_locked(self._folder))
            self.address = Address(_socket_folder(self._folder))
            self._programs = Programs.find(self._data)
            if not self._data.exists():
                self._create()
            # The kernel ends the server together with the thread that started it, so that thread has to last.
            self._keeper = stack.enter_context(ThreadPoolExecutor(1, "postgres-keeper"))
            self._start()
            stack.callback(self._stop)
            self._await_ready()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._exit.close()

    @property
    def url(self) -> str:
        """The URL for SQLAlchemy, `postgresql+psycopg://...`."""
        return self.address.url

    @property
    def conninfo(self) -> str:
        """The URL for libpq and `psycopg.connect`, `postgresql://...`."""
        return self.address.conninfo

    def ensure_running(self) -> bool:
        """Start the server again if it died; True if it had. Returns when it accepts connections.

        To be called now and then by the supervising process. Raises `Unavailable`, and may then be called again.
        """
        with _translated(self._folder):
            self._bound_log()
            if self._server.poll() is None:
                return False
            log.warning("The database server ended with code %s and is started again.", self._server.returncode)
            self._start()
            self._await_ready()
        return True

    def _create(self) -> None:
        """Make the cluster beside its place and move it there, so that a crash leaves nothing half-made."""
        for left in self._folder.glob("new-*"):
            # What a killed predecessor was still writing goes with the next start.
            shutil.rmtree(left, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self._folder))
        with self._log_file.open("ab") as output:
            made = self._programs.initdb(new, output)
        if not made:
            self._log_tail()
            raise Unavailable(
                f"The database could not be created; see {self._log_file}, and check the free disk space."
            )
        new.rename(self._data)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _start(self) -> None:
        stop_strays(self._data)
        for lock in (self._data / "postmaster.pid", self.address.socket_folder / f"{SOCKET}.lock"):
            remove_left_over(lock)
        self._keeper.submit(self._spawn).result()

    def _spawn(self) -> None:
        with self._log_file.open("ab") as output:
            self._server = self._programs.serve(self._data, self.address.socket_folder, output)

    def _await_ready(self) -> None:
        while _ready_address(self._data, self._server.pid) is None:
            if self._server.poll() is not None:
                self._log_tail()
                raise Unavailable(f"The database server did not start; see the end of {self._log_file}.")
            time.sleep(0.05)

    def _stop(self) -> None:
        for stop, patience in _STOPS:
            self._server.send_signal(stop)
            try:
                self._server.wait(patience)
                return
            except subprocess.TimeoutExpired:
                log.warning("The database server did not end within %s s of %s.", patience, stop.name)

    def _bound_log(self) -> None:
        """Keep one older log; the server goes on writing into the emptied file, since it appends."""
        if self._log_file.exists() and self._log_file.stat().st_size > _LOG_BYTES:
            shutil.copyfile(self._log_file, self._log_file.with_suffix(".log.1"))
            os.truncate(self._log_file, 0)

    def _log_tail(self) -> None:
        lines = self._log_file.read_text(errors="replace").splitlines()[-10:]
        log.error("The last lines of %s:\n%s", self._log_file, "\n".join(lines))


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        reason = f"The folder {folder} cannot be used for the database ({exc.strerror})"
        raise Unavailable(f"{reason}; check its owner and the free disk space, or set CALLSCRIBE_DATA_DIR.") from exc


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; the kernel releases it when the process dies."""
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise Conflict(
                f"Another process already runs the database in {folder}; "
                "stop it, or set CALLSCRIBE_DATA_DIR to another folder."
            ) from exc
        yield


def _socket_folder(folder: Path) -> Path:
    """The folder itself, or a private one in the temporary folder where a socket URL cannot hold its path."""
    if _fits(folder):
        return folder
    private = Path(tempfile.gettempdir()).resolve() / tag(folder)
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o777 != 0o700:
        raise ConfigError(f"Somebody else made {private}; remove it, or set CALLSCRIBE_DATA_DIR to a shorter path.")
    if not _fits(private):
        raise ConfigError(f"The path {private} is too long for a socket; set TMPDIR to a shorter one.")
    return private


def _fits(folder: Path) -> bool:
    # Commas and colons would be read as several hosts, or as a host and a port.
    return len(os.fsencode(folder / SOCKET)) <= _SOCKET_PATH_BYTES and not set(",:") & set(str(folder))


def _ready_address(data: Path, pid: int | None = None) -> Address | None:
    """What `postmaster.pid` says of a server, of process `pid` if given; None while it starts, or where none is."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready" or pid not in (None, int(lines[0])):
        return None
    return Address(Path(lines[4]))
