"""`callscribe dead-letters`: what an operator does about jobs that failed for good."""

import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callscribe.errors import BadRequest, Conflict, NotFound
from callscribe.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

app = typer.Typer(help="Jobs that failed for good, and messages that nobody understands.", no_args_is_help=True)

Ids = Annotated[list[str] | None, typer.Argument(help="As `list` shows them.")]
All = Annotated[bool, typer.Option("--all", help="Every one of them.")]


@app.command("list")
def list_them() -> None:
    """Show them, oldest first."""
    from callscribe import wiring
    from callscribe.jobs import dead_letters

    with closing(wiring.database(Settings())) as database, database.transaction() as session:
        found = dead_letters.find(session)
    table = Table("id", "call", "what", "attempts", "since", "reason", box=None, pad_edge=False)
    for letter in found:
        since = letter.since.isoformat(" ", "seconds") if letter.since else ""
        cells = letter.id, str(letter.call_id or ""), letter.what, str(letter.attempts), since, letter.reason
        table.add_row(*map(Text, cells))
    # For a program that reads it, a line must not be broken.
    Console(width=None if sys.stdout.isatty() else 10_000).print(table)


@app.command()
def replay(ids: Ids = None, everything: All = False) -> None:
    """Go on with the calls of these jobs where they stopped."""
    from callscribe.jobs import dead_letters

    _each(ids or [], everything, dead_letters.replay, "replayed")


@app.command()
def drop(ids: Ids = None, everything: All = False) -> None:
    """Forget these. A job's call stays failed, with its recording; its user can still try it again."""
    from callscribe.jobs import dead_letters

    _each(ids or [], everything, dead_letters.drop, "dropped")


def _each(
    ids: list[str], everything: bool, act: Callable[["Session", str], None], done: Literal["replayed", "dropped"]
) -> None:
    """Each in a transaction of its own; those that cannot are named, and the others are done all the same."""
    from callscribe import wiring
    from callscribe.jobs import dead_letters

    if bool(ids) == everything:
        raise BadRequest("Name the dead letters, or say --all.")
    with closing(wiring.database(Settings())) as database:
        if everything:
            with database.transaction() as session:
                ids = [letter.id for letter in dead_letters.find(session)]
        refused = 0
        for letter_id in ids:
            try:
                with database.transaction() as session:
                    act(session, letter_id)
            except (NotFound, BadRequest, Conflict) as exc:
                refused += 1
                typer.echo(f"{letter_id}: {exc}", err=True)
    typer.echo(f"{len(ids) - refused} {done}", err=True)
    if refused:
        raise typer.Exit(1)
