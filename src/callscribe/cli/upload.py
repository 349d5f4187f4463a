"""`callscribe upload`: recordings to the running service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from callscribe.cli.common import ERRORS, connect
from callscribe.cli.wishes import ChannelNames, Speakers, Vocabulary
from callscribe.errors import CallScribeError
from callscribe.models import DEFAULT_TEMPLATE, CallStatus, LanguageChoice, SummaryLanguage

if TYPE_CHECKING:
    from callscribe.api.schemas.tasks import Accepted
    from callscribe.client import CallScribe


def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", show_default=False)],
    *,
    language: Annotated[LanguageChoice, typer.Option(help="The language spoken.")] = LanguageChoice.AUTO,
    vocabulary: Vocabulary = None,
    template: Annotated[str, typer.Option(help="The kind of call, for summaries by an LLM.")] = DEFAULT_TEMPLATE,
    summary_language: Annotated[
        SummaryLanguage | None, typer.Option(help="Of the summary; left out: that of the call.")
    ] = None,
    speakers: Speakers = None,
    channel_names: ChannelNames = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for each to end, and print its status too.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Process what is there already once more.")] = False,
) -> None:
    """Upload recordings to the running service, and print the id of each one's task."""
    failed = False
    with connect() as client:
        send = partial(
            client.upload,
            language=language,
            again=again,
            vocabulary=vocabulary or (),
            template=template,
            summary_language=summary_language,
            speakers=speakers,
            channel_names=channel_names or (),
        )
        sent: list[tuple[Path, str]] = []
        for file in files:
            try:
                task_id = _send(file, send)
            except CallScribeError as exc:
                failed = True
                _tell(file, str(exc))
                continue
            sent.append((file, task_id))
            if not wait:
                typer.echo(task_id)
        if wait:
            for file, task_id in sent:
                failed |= not _waited(client, file, task_id)
    if failed:
        raise typer.Exit(1)


def _send(file: Path, send: Callable[..., "Accepted"]) -> str:
    with _bar(f"uploading {file.name}") as (progress, bar):
        accepted = send(file, progress=lambda sent, total: progress.update(bar, completed=sent, total=total))
    if accepted.duplicate_of == accepted.task_id:
        _tell(file, "It is there already; --again processes it once more.")
    return str(accepted.task_id)


def _waited(client: "CallScribe", file: Path, task_id: str) -> bool:
    """Whether it is done in the end."""
    try:
        with _bar(f"processing {file.name}") as (progress, bar):
            task = client.wait(task_id, lambda task: progress.update(bar, completed=task.progress, total=1))
    except CallScribeError as exc:
        _tell(file, str(exc))
        return False
    typer.echo(f"{task_id} {task.status}")
    if task.error:
        _tell(file, task.error.message)
    return task.status is CallStatus.DONE


@contextmanager
def _bar(words: str) -> Iterator[tuple[Progress, TaskID]]:
    """A bar on a screen, which goes when it is done."""
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(
        *columns, console=ERRORS, transient=True, disable=not ERRORS.is_terminal, redirect_stdout=False
    ) as progress:
        yield progress, progress.add_task(words, total=None)


def _tell(file: Path, sentence: str) -> None:
    ERRORS.print(f"{file}: {sentence}", markup=False)
