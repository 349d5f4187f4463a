"""`callscribe eval`: how good the transcription is, on recordings with known words."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from callscribe.cli.common import ERRORS, read_settings
from callscribe.cli.figures import JsonTo, check_json, show, tracked, write_json
from callscribe.evaluation import corpora, needs_extra
from callscribe.evaluation.corpora import Source
from callscribe.models import LanguageChoice, Notice
from callscribe.settings import Settings

if TYPE_CHECKING:
    from callscribe.evaluation.run import Heard


def evaluate(
    manifest: Annotated[Path, typer.Argument(help="A list of recordings (JSONL), or a corpus as --from says.")],
    *,
    source: Annotated[Source, typer.Option("--from", help="What is given.")] = Source.MANIFEST,
    json_to: JsonTo = None,
    confusions: Annotated[int, typer.Option(min=0, help="Mistakes of each kind at most.")] = 20,
    files: Annotated[bool, typer.Option("--files", help="Show each recording too.")] = False,
    drop_fillers: Annotated[bool, typer.Option("--drop-fillers", help="Let uh and эм not count.")] = False,
) -> None:
    """Transcribe recordings with known words here and now, and tell how much of it is wrong."""
    with needs_extra():
        from callscribe.evaluation import report, run
    from callscribe.evaluation.tables import tables

    check_json(json_to)
    settings = read_settings(quiet=True)
    items = corpora.read(source, manifest)
    outcomes = run.evaluate(items, _transcribing(settings), drop_fillers=drop_fillers)
    done = report.report(
        list(tracked(outcomes, len(items), "transcribing")),
        confusions=confusions,
        peak_memory_mb=run.peak_memory_mb(),
        fillers_dropped=drop_fillers,
    )
    if json_to != Path("-"):
        show(tables(done, with_files=files))
        Console(highlight=False).print(f"Peak memory of this process: {done.peak_memory_mb:.0f} MB")
    if json_to:
        write_json(report.as_json(done), json_to)
    if done.failed:
        raise typer.Exit(1)


def _transcribing(settings: Settings) -> "Callable[[Path, LanguageChoice], Heard]":
    """What `callscribe transcribe` does, with models that are loaded once."""
    from callscribe import foreground
    from callscribe.evaluation.run import Heard
    from callscribe.stages.assemble import Wanted

    engines = foreground.Engines(settings)
    told: set[str] = set()

    def tell(notices: Sequence[Notice]) -> None:
        for notice in notices:
            if notice.code not in told:  # such as that another model was used: once is enough
                told.add(notice.code)
                ERRORS.print(f"Note: {notice.message}", style="yellow", markup=False)

    def transcribe(file: Path, language: LanguageChoice) -> Heard:
        duration = 0.0
        for event in foreground.process(file, Wanted(language), settings, with_summary=False, engines=engines):
            match event:
                case foreground.Heard(_, notices, end):
                    tell(notices)
                    duration = end
                case foreground.Finished(transcript, _, notices):
                    tell(notices)
                    return Heard(transcript, duration)
        raise AssertionError("a call ends with its transcript")

    return transcribe
