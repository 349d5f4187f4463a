"""This machine: settings, folders, ports, disks."""

import errno
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import httpx

from callscribe.checks.found import Found, State
from callscribe.settings import Settings
from callscribe.store.files import folder_of

_GB = 1_000_000_000
#: Free share of a disk.
_LITTLE, _NOTHING = 0.10, 0.02
_ANSWER_S = 3.0


def media_folder(settings: Settings) -> Path | None:
    """The folder in which media lie; None: in S3. Raises `ConfigError`."""
    if settings.media_url is None:
        return settings.data_dir / "media"
    return None if settings.media_url.startswith("s3://") else folder_of(settings.media_url)


def is_writable(folder: Path) -> str:
    """Why nothing can be written there, or, where it is not there yet, why it cannot be made; empty if it can."""
    there = _present(folder)
    try:
        if there != folder:
            # Nothing is made: a folder of another user's would be in the way of the service.
            return "" if there.is_dir() and os.access(there, os.W_OK | os.X_OK) else f"nothing can be made in {there}"
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"?")
            file.flush()
    except OSError as exc:
        return exc.strerror or type(exc).__name__
    return ""


def data_folder(settings: Settings) -> Sequence[Found]:
    """Whether the data folder can be written."""
    folder = settings.data_dir
    if reason := is_writable(folder):
        sentence = f"Nothing can be written to {folder} ({reason}); correct its owner or set CALLSCRIBE_DATA_DIR."
        return (Found("data folder", "missing", sentence),)
    sentence = f"It is {folder}." if folder.exists() else f"{folder} is not there yet; the first start makes it."
    return (Found("data folder", "ok", sentence),)


def ports(settings: Settings) -> Sequence[Found]:
    """Whether the ports are free, or CallScribe's own."""
    return list(_ports(settings))


def _ports(settings: Settings) -> Iterator[Found]:
    if settings.port:
        yield _port("API port", (settings.host, settings.port), "PORT", ("/health/live", '{"status":"ok"}'))
    if settings.ui_port and find_spec("streamlit") is not None:
        yield _port("page port", (settings.ui_host, settings.ui_port), "UI_PORT", ("/_stcore/health", "ok"))


def _port(part: str, at: tuple[str, int], setting: str, own: tuple[str, str]) -> Found:
    """`own`: a path, and what CallScribe answers there."""
    host, port = at
    try:
        socket.create_server(at, family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE and _said(host, port, own[0]) == own[1]:
            return Found(part, "ok", f"CallScribe answers at port {port} of {host}.")
        reason = "another program has it" if exc.errno == errno.EADDRINUSE else exc.strerror
        sentence = f"Port {port} of {host} cannot be used ({reason}); set CALLSCRIBE_{setting} to another."
        return Found(part, "missing", sentence)
    return Found(part, "ok", f"Port {port} of {host} is free.")


def _said(host: str, port: int, path: str) -> str:
    """What is answered there; nothing if that is no HTTP."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        url = httpx.URL(scheme="http", host=near, port=port, path=path)
        return httpx.get(url, timeout=_ANSWER_S, trust_env=False).text
    except httpx.HTTPError:
        return ""


def disk(settings: Settings) -> Sequence[Found]:
    """How much is free where an upload goes through and where it stays, once for each disk."""
    folders = [settings.data_dir, *([media] if (media := media_folder(settings)) else [])]
    disks: dict[int, list[Path]] = {}
    for folder in folders:
        disks.setdefault(_present(folder).stat().st_dev, []).append(folder)
    return [_disk(folders, len(folders) * settings.max_upload_bytes) for folders in disks.values()]


def _disk(folders: Sequence[Path], needed: int) -> Found:
    usage = shutil.disk_usage(_present(folders[0]))
    share = usage.free / usage.total
    where = " and ".join(str(folder) for folder in folders)
    sentence = f"{usage.free / _GB:.1f} GB of {usage.total / _GB:.0f} GB are free for {where}"
    state: State = "ok" if share >= _LITTLE else "warning"
    if share < _NOTHING or usage.free < needed:
        state = "missing"
        sentence += f", and the largest upload needs {needed / _GB:.1f} GB" if usage.free < needed else ""
    return Found("disk", state, f"{sentence}." if state == "ok" else f"{sentence}; make room there soon.")


def _present(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
