"""The options by which commands are told which calls to look at, the same everywhere."""

from typing import TYPE_CHECKING, Annotated

import typer

from callscribe.models import CallStatus

if TYPE_CHECKING:
    from callscribe.client.parameters import Filters

Since = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="Calls of this day (UTC), as 2026-11-22, or later.")
]
Until = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Calls of this day (UTC) or earlier.")]
Statuses = Annotated[list[CallStatus] | None, typer.Option("--status", help="With one of these.")]
Languages = Annotated[list[str] | None, typer.Option("--language", help="In one of these, as `ru`.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="With all of these.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


def filters(
    since: str | None,
    until: str | None,
    status: list[CallStatus] | None,
    language: list[str] | None,
    tag: list[str] | None,
) -> "Filters":
    """What was chosen, for the client."""
    chosen: Filters = {}
    if since:
        chosen["since"] = since
    if until:
        chosen["until"] = until
    if status:
        chosen["status"] = status
    if language:
        chosen["language"] = language
    if tag:
        chosen["tag"] = tag
    return chosen
