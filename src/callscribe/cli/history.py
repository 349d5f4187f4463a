"""`callscribe history`: the calls of the running service."""

import json
import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callscribe.cli.choice import AsJson, Languages, Since, Statuses, Tags, Until, filters
from callscribe.cli.common import connect, day_and_time, length, write_out
from callscribe.models import FINISHED

if TYPE_CHECKING:
    from callscribe.api.schemas.tasks import Task

_NARROW = 140  # characters


def history(
    *,
    since: Since = None,
    until: Until = None,
    status: Statuses = None,
    language: Languages = None,
    tag: Tags = None,
    text: Annotated[str | None, typer.Option(help="Only calls that a search for this finds.")] = None,
    sort: Annotated[
        str, typer.Option(help="called_at, created_at, duration or title; with `-` the largest first.")
    ] = "-called_at",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the calls of the running service, the newest first."""
    chosen = filters(since, until, status, language, tag)
    with connect() as client:
        tasks = list(islice(client.all_tasks(text=text, sort=sort, **chosen), limit))
    if as_json:
        plain = [task.model_dump(mode="json") for task in tasks]
        write_out(json.dumps(plain, ensure_ascii=False, indent=2).encode() + b"\n")
        return
    table = Table("id", "called", "length", "language", "status", "title", "tags", box=None, pad_edge=False)
    for task in tasks:
        table.add_row(*map(Text, _cells(task)))
    # A narrow screen breaks the lines itself, and then no column is squeezed; for a program no line is broken.
    out = Console(width=max(Console().width, _NARROW) if sys.stdout.isatty() else 10_000)
    out.print(table, crop=False)


def _cells(task: "Task") -> tuple[str, ...]:
    status = task.status if task.status in FINISHED else f"{task.status} {task.progress:.0%}"
    return (
        str(task.task_id),
        day_and_time(task.called_at),
        length(task.duration),
        task.language or "",
        status,
        task.title,
        ", ".join(task.tags),
    )
