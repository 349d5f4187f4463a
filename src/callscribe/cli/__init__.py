"""The command line. Every error is one line that says what to do; the log has the cause."""

import logging
import sys
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from callscribe import __version__
from callscribe.cli import dead_letters, export, history, models, roles, search, transcribe, upload
from callscribe.cli.common import ERRORS, wrong_setting
from callscribe.cli.doctor import doctor
from callscribe.cli.eval import evaluate
from callscribe.cli.eval_summaries import evaluate_summaries
from callscribe.errors import CallScribeError

log = logging.getLogger(__name__)

app = typer.Typer(
    help="Recorded calls in; transcripts, summaries, decisions and action items out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
for command in (
    roles.up,
    transcribe.transcribe,
    upload.upload,
    history.history,
    search.search,
    export.export,
    roles.migrate,
    roles.api,
    roles.ui,
    roles.worker,
    roles.relay,
    roles.health,
    doctor,
):
    app.command()(command)
app.command("eval")(evaluate)
app.command("eval-summaries")(evaluate_summaries)
app.add_typer(models.app, name="models")
app.add_typer(dead_letters.app, name="dead-letters")


def main() -> None:
    """Run a command."""
    try:
        app()
    except CallScribeError as exc:
        log.debug("the cause", exc_info=exc)
        _fail(str(exc))
    except ValidationError as exc:  # of the settings: nothing else is validated out here
        _fail(wrong_setting(exc))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as exc:
        log.debug("the cause", exc_info=exc)
        _fail(f"Unexpected {type(exc).__name__}; run it again with CALLSCRIBE_LOG_LEVEL=DEBUG to see where.")


@app.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Recorded calls in; transcripts, summaries, decisions and action items out."""
    if version:
        Console().print(__version__)
        raise typer.Exit


def _fail(message: str) -> NoReturn:
    ERRORS.print(f"Error: {message}", style="red", markup=False)
    sys.exit(1)
