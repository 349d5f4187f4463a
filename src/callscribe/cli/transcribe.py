"""`callscribe transcribe`: one file, here and now."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from callscribe.cli.common import ERRORS, read_settings, refuse_screen, write_out
from callscribe.cli.wishes import ChannelNames, Speakers, Vocabulary, apart
from callscribe.export import Form, export, txt
from callscribe.export.call import Call
from callscribe.models import LanguageChoice, Notice, Segment
from callscribe.stages.assemble import Wanted


def transcribe(
    file: Path,
    *,
    language: Annotated[LanguageChoice, typer.Option(help="The language spoken.")] = LanguageChoice.AUTO,
    form: Annotated[Form, typer.Option("--format", help="Of the output.")] = "txt",
    summary: Annotated[bool, typer.Option(help="Write a summary too.")] = True,
    vocabulary: Vocabulary = None,
    speakers: Speakers = None,
    channel_names: ChannelNames = None,
) -> None:
    """Transcribe and summarize one file here and now, without a server. The result goes to standard output."""
    from callscribe import foreground
    from callscribe.media.events import Probed

    refuse_screen(form)
    settings = read_settings(quiet=True)
    wanted = Wanted(language, speakers, apart(channel_names)[:2] or settings.channel_names)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    on_screen = form == "txt" and sys.stdout.isatty() and ERRORS.is_terminal  # then the lines are there already
    duration: float | None = None
    with Progress(*columns, console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as progress:
        bar = progress.add_task("transcribing", total=None)
        for event in foreground.process(file, wanted, settings, with_summary=summary, vocabulary=apart(vocabulary)):
            match event:
                case Probed(facts, notices):
                    progress.update(bar, total=facts.duration)
                    _warn(progress, notices)
                case foreground.Heard(segments, notices, end):
                    _warn(progress, notices)
                    _show(progress, segments)
                    progress.update(bar, completed=end)
                    duration = end
                case foreground.Finished(transcript, written, notices):
                    _warn(progress, notices)
                    _warn(progress, written.notices if written else ())
                    call = Call(_title(file), None, duration, transcript, written)
                    output = f"\n{txt.summary_text(call)}\n".encode() if on_screen else export(call, form)
    write_out(output)


def _title(file: Path) -> str:
    """The file's name, with signs in place of what is not UTF-8."""
    return os.fsencode(file.name).decode(errors="replace")


def _show(progress: Progress, segments: tuple[Segment, ...]) -> None:
    if progress.console.is_terminal:
        for segment in segments:
            progress.console.print(txt.line(segment), markup=False)


def _warn(progress: Progress, notices: tuple[Notice, ...]) -> None:
    for notice in notices:
        progress.console.print(f"Note: {notice.message}", style="yellow", markup=False)
