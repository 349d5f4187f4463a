"""What the commands share."""

import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError
from rich.console import Console

from callscribe.errors import BadRequest, Unavailable
from callscribe.export.clock import clock
from callscribe.settings import Settings

if TYPE_CHECKING:
    from callscribe.client import CallScribe

#: For notes, progress and errors: standard output is for results.
ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)


def read_settings(role: str = "", *, quiet: bool = False) -> Settings:
    """The settings, and the log set up as they say; `role` is what the process calls itself in it.

    `quiet` is for commands for people: only errors are logged unless something else is set, and as text.
    """
    # It loads structlog, which would double the time until a command's help is shown.
    from callscribe.telemetry import logs

    settings = Settings()
    level = "ERROR" if quiet and settings.log_level == "INFO" else settings.log_level
    logs.setup(level, "text" if quiet else settings.log_format, role)
    return settings


def wrong_setting(error: ValidationError) -> str:
    """The first mistake in the settings, as a sentence that names the setting and does not repeat its value."""
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    message = first["msg"].removeprefix("Value error, ")
    return f"CALLSCRIBE_{name}: {message}." if name else f"{message}."


def connect() -> "CallScribe":
    """The service that the settings name."""
    from callscribe.client import CallScribe

    return CallScribe(read_settings(quiet=True).api_url)


def results() -> Console:
    """Standard output, for text: on a screen in colours, elsewhere without, and no line broken."""
    return Console(soft_wrap=True, highlight=False)


def day_and_time(moment: datetime) -> str:
    """In this machine's time zone."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def length(seconds: float | None) -> str:
    """As 00:01:02; nothing while it is not known."""
    return "" if seconds is None else clock(int(seconds))


def write_out(content: bytes) -> None:
    """To standard output, text in UTF-8, whatever the terminal's: it goes into files and other programs."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except OSError as exc:
        # What is buffered would be written once more at the end of the program, and fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Unavailable(f"The result cannot be written ({exc.strerror}); check where it goes to.") from exc


def refuse_screen(form: str) -> None:
    """Raise `BadRequest` for what no screen can show."""
    if form == "docx" and sys.stdout.isatty():
        raise BadRequest("A Word file is not for the screen; send it to a file, as in `... --format docx > call.docx`.")
