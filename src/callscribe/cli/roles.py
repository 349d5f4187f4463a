"""The roles a process can have, alone on its machine or beside others: `up` is all of them."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from callscribe.cli.common import ERRORS, read_settings
from callscribe.errors import ConfigError, Unavailable
from callscribe.pulse import beats
from callscribe.settings import Settings

if TYPE_CHECKING:
    from callscribe.jobs.relay import Relay
    from callscribe.store.database import Database
    from callscribe.worker import Worker

#: Hidden: end when this process is not our parent any more.
Parent = Annotated[int, typer.Option(hidden=True)]


def up() -> None:
    """Run the whole service on this machine: database, API, workers. Ctrl-C stops it."""
    from callscribe import supervisor

    settings = read_settings("up")

    def ready(api: str, page: str | None) -> None:
        ERRORS.print(f"CallScribe is ready: {page or f'{api}/docs'}", style="bold green")
        if page:
            ERRORS.print(f"For programs: {api}/docs")
        ERRORS.print(f"Data are in {settings.data_dir}. Ctrl-C stops it.")

    ERRORS.print("CallScribe is starting ...")
    supervisor.run(settings, ready)
    ERRORS.print("CallScribe has stopped.")


def worker(kind: Annotated[Literal["asr", "llm"], typer.Argument()], parent: Parent = 0) -> None:
    """Run one worker: asr decodes and transcribes, llm writes summaries."""
    from callscribe import wiring

    settings = read_settings(kind)
    make = wiring.asr_worker if kind == "asr" else wiring.llm_worker
    _run(settings, kind, make, parent)


def relay(parent: Parent = 0) -> None:
    """Announce jobs and outcomes on Kafka. Any number may run, one at a time works."""
    from callscribe import wiring

    _run(read_settings("relay"), "relay", wiring.relay, parent)


def migrate() -> None:
    """Bring the database's tables and Kafka's topics to this version's state."""
    from callscribe import wiring

    settings = read_settings("migrate")
    with closing(wiring.database(settings)) as database:
        wiring.migrate(settings, database)
    ERRORS.print("The database" + (" and Kafka's topics are" if settings.kafka_bootstrap else " is") + " up to date.")


def health(kind: Annotated[Literal["asr", "llm", "relay"], typer.Argument()]) -> None:
    """Say by the exit code whether a worker or relay that uses this data folder works."""
    # Without a log and `wiring`, which would load everything: this runs every half minute.
    if not beats(Settings().data_dir, kind):
        raise Unavailable(f"No {kind} process has shown life in the last minute; look into its log.")


def api(parent: Parent = 0) -> None:
    """Run the HTTP API."""
    try:
        from callscribe import wiring
        from callscribe.api import server
    except ImportError as exc:
        raise ConfigError(f"The API is not installed ({exc.name}); run `pip install 'callscribe[api]'`.") from exc
    settings = read_settings("api")
    with closing(wiring.database(settings)) as database:
        database.check()
    _end_with(parent)
    server.run(settings)


def ui(parent: Parent = 0) -> None:
    """Run the web page."""
    try:
        from callscribe.ui import server
    except ImportError as exc:
        raise ConfigError(f"The web page is not installed ({exc.name}); run `pip install 'callscribe[ui]'`.") from exc
    settings = read_settings("ui")
    _end_with(parent)
    server.run(settings)


def _run(settings: Settings, role: str, make: Callable[[Settings, "Database"], "Worker | Relay"], parent: int) -> None:
    """Run it until SIGINT or SIGTERM."""
    from callscribe import wiring
    from callscribe.telemetry import traces
    from callscribe.telemetry.exposition import served

    traces.begin(settings, role)
    database = wiring.database(settings)
    database.check()
    running = make(settings, database)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: running.stop())
    _end_with(parent)
    with served(database, settings.host, settings.metrics_port_of(role)):
        running.run()
    traces.end()
    database.close()
    # A lane that could not be stopped in time is still inside a library, which would abort the interpreter's end.
    logging.shutdown()
    os._exit(0)


def _end_with(parent: int) -> None:
    """Stop as on SIGTERM when the parent is gone, however it went."""
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
