"""`callscribe export`: calls of the running service as files."""

from pathlib import Path
from typing import Annotated

import typer

from callscribe.cli.choice import Languages, Since, Statuses, Tags, Until, filters
from callscribe.cli.common import connect, refuse_screen, write_out
from callscribe.errors import BadRequest
from callscribe.export import Form


def export(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="As `history` shows them.")] = None,
    *,
    form: Annotated[Form, typer.Option("--format", help="Of each call.")] = "txt",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.")] = None,
    since: Since = None,
    until: Until = None,
    status: Statuses = None,
    language: Languages = None,
    tag: Tags = None,
) -> None:
    """Write one call, to a file or to standard output; or many, named or chosen by conditions, to a zip archive."""
    chosen = filters(since, until, status, language, tag)
    if not ids and not chosen:
        raise BadRequest("Name the calls to export, or choose them by conditions such as --from or --tag.")
    alone = ids[0] if ids and len(ids) == 1 and not chosen else None
    if output is None:
        if alone is None:
            raise BadRequest("Many calls become a zip archive; give its name, as in `--output calls.zip`.")
        refuse_screen(form)
    with connect() as client:
        if output is None:
            write_out(client.export(str(alone), form))
        elif alone is not None:
            client.save_export(alone, output, form)
        else:
            client.export_many(output, form, task_ids=ids or [], **chosen)
