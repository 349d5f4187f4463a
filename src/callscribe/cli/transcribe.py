"""`callscribe transcribe`: one file, here and now."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from callscribe.cli.common import ERRORS, read_settings
from callscribe.errors import Unavailable
from callscribe.export import txt
from callscribe.models import LanguageChoice, Notice, Segment


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

    settings = read_settings(quiet=True)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    on_screen = form == "txt" and sys.stdout.isatty() and ERRORS.is_terminal  # then the lines are there already
    with Progress(*columns, console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as progress:
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
