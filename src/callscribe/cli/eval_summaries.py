"""`callscribe eval-summaries`: how good summaries are, of calls of which is known what is in them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callscribe.cli.common import read_settings
from callscribe.cli.figures import JsonTo, check_json, show, tracked, write_json
from callscribe.errors import Unavailable
from callscribe.models import Brief, Summary
from callscribe.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from callscribe.evaluation.golden import GoldenCall

_INSTEAD = "--extractive gives those of the summarizer that needs none."


def evaluate_summaries(
    calls: Annotated[list[Path], typer.Argument(help="Calls with marks, as docs/evaluation.md says, or folders.")],
    *,
    json_to: JsonTo = None,
    extractive: Annotated[bool, typer.Option("--extractive", help="Do not ask the LLM.")] = False,
    misses: Annotated[bool, typer.Option("--misses", help="List what was missed and what was wrong.")] = False,
) -> None:
    """Summarize calls of which is known what is in them, and tell how much of it is found."""
    check_json(json_to)
    summarizing = _summarizing(read_settings(quiet=True), with_llm=not extractive)
    from callscribe.evaluation import golden, summaries, summary_tables

    known = golden.read(calls)
    outcomes = summaries.evaluate(known, summarizing)
    done = summary_tables.report(tracked(outcomes, len(known), "summarizing"))
    if not done.calls:
        raise Unavailable(f"The LLM wrote no summary, so it has no figures; {_INSTEAD} {done.failed[0].reason}")
    if json_to != Path("-"):
        show(summary_tables.tables(done, with_misses=misses))
    if json_to:
        write_json(summary_tables.as_json(done), json_to)
    if done.failed:
        raise typer.Exit(1)


def _summarizing(settings: Settings, *, with_llm: bool) -> "Callable[[GoldenCall], Summary]":
    """What a worker does, for calls that are there already."""
    from callscribe import wiring
    from callscribe.stages.summarize import summarize

    llm, extractive = wiring.summarizers(settings)

    def summary_of(call: "GoldenCall") -> Summary:
        brief = Brief(call.template, called_on=call.recorded)
        return summarize(call.transcript, _ignore, brief, llm=llm if with_llm else None, extractive=extractive)

    return summary_of


def _ignore(_share: float) -> None:
    pass
