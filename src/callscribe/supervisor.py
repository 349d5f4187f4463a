"""What `callscribe up` does: one machine's database, API and workers, watched, and stopped together."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib.util import find_spec

import httpx

from callscribe import wiring
from callscribe.errors import ConfigError, Unavailable
from callscribe.settings import Settings
from callscribe.store.database import Database

log = logging.getLogger(__name__)

_PARTS = {"API": ["api"], "ASR worker": ["worker", "asr"], "LLM worker": ["worker", "llm"]}
_RELAY = {"relay": ["relay"]}
_PAGE = {"web page": ["ui"]}
_LOOK_S = 0.5
#: Least time between two starts of a part, so that a broken one does not burn the processor.
_PAUSE_S = 3.0
#: What a part may need to end beside what it takes to finish or hand back its jobs.
_STOP_S = 5.0


def run(settings: Settings, ready: Callable[[str, str | None], None]) -> None:
    """Work until SIGINT or SIGTERM; `ready` is called once, with the URLs of the API and the web page, if there is one.

    Raises `ConfigError` and `Unavailable` when it cannot start.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    api = _url(settings.host, settings.port, "CALLSCRIBE_PORT")
    has_page = settings.ui_port != 0 and find_spec("streamlit") is not None
    page = _url(settings.ui_host, settings.ui_port, "CALLSCRIBE_UI_PORT") if has_page else None
    with ExitStack() as stack:
        url, watch = stack.enter_context(_database(settings))
        with closing(Database(url)) as database:
            wiring.migrate(settings, database)
        environment = {**os.environ, "CALLSCRIBE_DATABASE_URL": url, "CALLSCRIBE_API_URL": api}
        wanted = _PARTS | (_RELAY if settings.kafka_bootstrap else {}) | (_PAGE if page else {})
        parts = [_Part(name, arguments, environment) for name, arguments in wanted.items()]
        stack.callback(_stop_all, parts, settings.shutdown_s + _STOP_S)
        threading.Thread(target=_announce, args=(api, page, stop, ready), daemon=True).start()
        while not stop.wait(_LOOK_S):
            watch()
            for part in parts:
                part.ensure_running()
        log.info("stopping")


@contextmanager
def _database(settings: Settings) -> Iterator[tuple[str, Callable[[], object]]]:
    """The URL of the database, and what to call now and then to keep it running."""
    if settings.database_url:
        yield settings.database_url, lambda: None
        return
    with wiring.embedded_postgres(settings) as server:
        # The server's lock makes this folder ours alone: whatever lies in it was left by a process that was killed.
        shutil.rmtree(wiring.scratch(settings))

        def watch() -> None:
            try:
                server.ensure_running()
            except Unavailable as exc:
                log.error("%s", exc)

        yield server.url, watch


class _Part:
    """A child process that is started again when it ends."""

    def __init__(self, name: str, arguments: list[str], environment: Mapping[str, str]) -> None:
        self._name = name
        self._command = [sys.executable, "-m", "callscribe", *arguments, "--parent", str(os.getpid())]
        self._environment = environment
        self._not_before = 0.0
        self._start()

    def ensure_running(self) -> None:
        if self.process.poll() is None or time.monotonic() < self._not_before:
            return
        log.warning("%s ended with code %s and is started again", self._name, self.process.returncode)
        self._start()

    def _start(self) -> None:
        # A session of its own: Ctrl-C reaches only us, and we stop everything in order.
        self.process = subprocess.Popen(
            self._command, env=self._environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self._not_before = time.monotonic() + _PAUSE_S


def _stop_all(parts: list[_Part], within_s: float) -> None:
    for part in parts:
        part.process.terminate()
    until = time.monotonic() + within_s
    for part in parts:
        try:
            part.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.process.kill()
            part.process.wait()


def _url(host: str, port: int, setting: str) -> str:
    """Where this port will be reached. Raises `ConfigError` if it cannot be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise ConfigError(
                f"Port {port} of {host} cannot be used ({exc.strerror}); set {setting} to another."
            ) from exc
    return f"http://{host}:{port}"


def _announce(api: str, page: str | None, stop: threading.Event, ready: Callable[[str, str | None], None]) -> None:
    checks = [f"{api}/health/ready", *([f"{page}/_stcore/health"] if page else ())]
    while not stop.wait(_LOOK_S):
        with suppress(httpx.HTTPError):
            if all(httpx.get(check, timeout=5, trust_env=False).is_success for check in checks):
                ready(api, page)
                return
