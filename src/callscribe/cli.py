"""The command line. Every error is one line that says what to do; the log has the cause."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from callscribe import __version__, cli_dead_letters
from callscribe.errors import CallScribeError, ConfigError, Unavailable
from callscribe.export import txt
from callscribe.models import LanguageChoice, Notice, Segment
from callscribe.settings import Settings

if TYPE_CHECKING:
    from callscribe.jobs.relay import Relay
    from callscribe.store.database import Database
    from callscribe.worker import Worker

log = logging.getLogger(__name__)

app = typer.Typer(
    help="Recorded calls in; transcripts, summaries, decisions and action items out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
models_app = typer.Typer(help="Speech models on this machine.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(cli_dead_letters.app, name="dead-letters")

_ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)

#: Hidden: end when this process is not our parent any more.
Parent = Annotated[int, typer.Option(hidden=True)]


def main() -> None:
    """Run a command."""
    try:
        app()
    except CallScribeError as exc:
        log.debug("the cause", exc_info=exc)
        _fail(str(exc))
    except ValidationError as exc:  # of the settings: nothing else is validated out here
        first = exc.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        message = first["msg"].removeprefix("Value error, ")
        _fail(f"CALLSCRIBE_{name}: {message}." if name else f"{message}.")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as exc:
        log.debug("the cause", exc_info=exc)
        _fail(f"Unexpected {type(exc).__name__}; run it again with CALLSCRIBE_LOG_LEVEL=DEBUG to see where.")


@app.command()
def up() -> None:
    """Run the whole service on this machine: database, API, workers. Ctrl-C stops it."""
    from callscribe import supervisor

    settings = _settings()

    def ready(api: str, page: str | None) -> None:
        _ERRORS.print(f"CallScribe is ready: {page or f'{api}/docs'}", style="bold green")
        if page:
            _ERRORS.print(f"For programs: {api}/docs")
        _ERRORS.print(f"Data are in {settings.data_dir}. Ctrl-C stops it.")

    _ERRORS.print("CallScribe is starting ...")
    supervisor.run(settings, ready)
    _ERRORS.print("CallScribe has stopped.")


@app.command()
def transcribe(
    file: Path,
    language: Annotated[LanguageChoice, typer.Option(help="The language spoken.")] = LanguageChoice.AUTO,
    form: Annotated[Literal["txt", "json", "srt", "vtt"], typer.Option("--format", help="Of the output.")] = "txt",
    summary: Annotated[bool, typer.Option(help="Write a summary too.")] = True,
) -> None:
    """Transcribe and summarize one file here and now, without a server. The result goes to standard output."""
    from callscribe import foreground
    from callscribe.export import FORMATS
    from callscribe.media.events import Probed

    settings = _settings(quiet=True)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    on_screen = form == "txt" and sys.stdout.isatty() and _ERRORS.is_terminal  # then the lines are there already
    with Progress(*columns, console=_ERRORS, transient=True, disable=not _ERRORS.is_terminal) as progress:
        bar = progress.add_task("transcribing", total=None)
        for event in foreground.process(file, language, settings, with_summary=summary):
            match event:
                case Probed(facts, notices):
                    progress.update(bar, total=facts.duration)
                    _warn(progress, notices)
                case foreground.Heard(segments, notices, end):
                    _warn(progress, notices)
                    _show(progress, segments)
                    progress.update(bar, completed=end)
                case foreground.Finished(transcript, written):
                    _warn(progress, written.notices if written else ())
                    output = FORMATS[form](transcript, written)
                    if on_screen:
                        output = "\n" + txt.summary_text(written, transcript.language) + "\n"
    _write(output)


@app.command()
def worker(kind: Annotated[Literal["asr", "llm"], typer.Argument()], parent: Parent = 0) -> None:
    """Run one worker: asr decodes and transcribes, llm writes summaries."""
    from callscribe import wiring

    settings = _settings()
    make = wiring.asr_worker if kind == "asr" else wiring.llm_worker
    _run(settings, make, parent)


@app.command()
def relay(parent: Parent = 0) -> None:
    """Announce jobs and outcomes on Kafka. Any number may run, one at a time works."""
    from callscribe import wiring

    _run(_settings(), wiring.relay, parent)


@app.command()
def migrate() -> None:
    """Bring the database's tables and Kafka's topics to this version's state."""
    from callscribe import wiring

    settings = _settings()
    with closing(wiring.database(settings)) as database:
        wiring.migrate(settings, database)
    _ERRORS.print("The database" + (" and Kafka's topics are" if settings.kafka_bootstrap else " is") + " up to date.")


@app.command()
def health(kind: Annotated[Literal["asr", "llm", "relay"], typer.Argument()]) -> None:
    """Say by the exit code whether a worker or relay that uses this data folder works."""
    from callscribe import wiring

    if not wiring.shows_life(_settings(), kind):
        raise Unavailable(f"No {kind} process has shown life in the last minute; look into its log.")


@app.command()
def api(parent: Parent = 0) -> None:
    """Run the HTTP API."""
    try:
        import uvicorn

        from callscribe import wiring
        from callscribe.api.app import create_app
    except ImportError as exc:
        raise ConfigError(f"The API is not installed ({exc.name}); run `pip install 'callscribe[api]'`.") from exc
    settings = _settings()
    with closing(wiring.database(settings)) as database:
        database.check()
    _end_with(parent)
    uvicorn.run(
        create_app(settings), host=settings.host, port=settings.port, log_config=None, timeout_graceful_shutdown=10
    )


@app.command()
def ui(parent: Parent = 0) -> None:
    """Run the web page."""
    try:
        from callscribe.ui import server
    except ImportError as exc:
        raise ConfigError(f"The web page is not installed ({exc.name}); run `pip install 'callscribe[ui]'`.") from exc
    settings = _settings()
    _end_with(parent)
    server.run(settings)


@models_app.command("list")
def list_models() -> None:
    """Show which speech models can be chosen and which are on this machine."""
    from callscribe.asr import catalog

    settings = _settings()
    chosen = catalog.suited_to(catalog.device_for(settings.asr_device))
    table = Table("model", "MB", "languages", "on this machine", "for", box=None, pad_edge=False)
    for model in catalog.MODELS.values():
        here = "yes" if catalog.local_folder(model.name, settings.models) else ""
        mark = " (auto)" if model.name == chosen else ""
        table.add_row(model.name + mark, str(model.size_mb), model.languages, here, model.advice)
    Console().print(table)


@models_app.command("pull")
def pull_model(name: str) -> None:
    """Download a speech model, or finish a download that was cut off."""
    from callscribe.asr import catalog

    settings = _settings()
    folder = catalog.local_folder(name, settings.models) or catalog.pull(name, settings.models)
    _ERRORS.print(f"{name} is in {folder}")


@app.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Recorded calls in; transcripts, summaries, decisions and action items out."""
    if version:
        Console().print(__version__)
        raise typer.Exit


def _run(settings: Settings, make: Callable[[Settings, "Database"], "Worker | Relay"], parent: int) -> None:
    """Run it until SIGINT or SIGTERM."""
    from callscribe import wiring

    database = wiring.database(settings)
    database.check()
    running = make(settings, database)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: running.stop())
    _end_with(parent)
    running.run()
    database.close()
    # A lane that could not be stopped in time is still inside a library, which would abort the interpreter's end.
    logging.shutdown()
    os._exit(0)


def _settings(*, quiet: bool = False) -> Settings:
    settings = Settings()
    level = "ERROR" if quiet and settings.log_level == "INFO" else settings.log_level
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    for library in ("httpx", "httpx2", "faster_whisper", "alembic"):
        logging.getLogger(library).setLevel(logging.WARNING)
    return settings


def _show(progress: Progress, segments: tuple[Segment, ...]) -> None:
    if progress.console.is_terminal:
        for segment in segments:
            progress.console.print(txt.line(segment), markup=False)


def _warn(progress: Progress, notices: tuple[Notice, ...]) -> None:
    for notice in notices:
        progress.console.print(f"Note: {notice.message}", style="yellow", markup=False)


def _write(output: str) -> None:
    """To standard output in UTF-8, whatever the terminal's: subtitles and JSON go into files and other programs."""
    try:
        sys.stdout.buffer.write(output.encode())
        sys.stdout.flush()
    except OSError as exc:
        # What is buffered would be written once more at the end of the program, and fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Unavailable(f"The result cannot be written ({exc.strerror}); check where it goes to.") from exc


def _fail(message: str) -> NoReturn:
    _ERRORS.print(f"Error: {message}", style="red", markup=False)
    sys.exit(1)


def _end_with(parent: int) -> None:
    """Stop as on SIGTERM when the parent is gone, however it went."""
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
