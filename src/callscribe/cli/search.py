"""`callscribe search`: what was said in any call."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from callscribe.cli.choice import AsJson, Languages, Since, Statuses, Tags, Until, filters
from callscribe.cli.common import ERRORS, connect, day_and_time, length, results, write_out

if TYPE_CHECKING:
    from callscribe.api.schemas.search import FoundOut, MatchOut


def search(
    query: Annotated[str, typer.Argument(help='Words in any form; "a phrase", -without, either OR other, begin*.')],
    *,
    since: Since = None,
    until: Until = None,
    status: Statuses = None,
    language: Languages = None,
    tag: Tags = None,
    speaker: Annotated[str | None, typer.Option(help="Only in what they say.")] = None,
    sort: Annotated[str, typer.Option(help="relevance, or newest.")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, max=100, help="Calls at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find the calls in which something is said, and where in them."""
    chosen = filters(since, until, status, language, tag)
    with connect() as client:
        page = client.search(query, speaker=speaker, sort=sort, limit=limit, **chosen)
    if as_json:
        write_out(page.model_dump_json(indent=2).encode() + b"\n")
        return
    if page.corrected:
        ERRORS.print(f"Note: There is no {query}; this is for {page.corrected}.", style="yellow", markup=False)
    for number, found in enumerate(page.results):
        _show(found, first=number == 0)
    ERRORS.print(f"{len(page.results)} of {page.total} calls" if page.total else "Nothing was found.")


def _show(found: "FoundOut", *, first: bool) -> None:
    out = results()
    if not first:
        out.print()
    task = found.task
    out.print(Text(task.title, style="bold"), Text(f"{day_and_time(task.called_at)}  {task.task_id}", style="dim"))
    for match in found.matches:
        out.print(_line(match))


def _line(match: "MatchOut") -> Text:
    """As `[00:01:02] Anna: ...`, with what was looked for in colour; of title and summary the kind, in place of it."""
    place = f"[{match.kind}]" if match.start is None else f"[{length(match.start)}]"
    text = Text(match.text.replace("\n", " "))
    for begin, end in match.marks:
        text.stylize("bold yellow", begin, end)
    speaker = f" {match.speaker}:" if match.speaker else ""
    return Text.assemble((f"  {place}{speaker} ", "cyan"), text)
