"""`callscribe doctor`: what of the service is there, and what is not."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from callscribe.checks.found import Found
from callscribe.cli.common import read_settings, write_out, wrong_setting

if TYPE_CHECKING:
    from callscribe.checks.found import State

_MARKS: "dict[State, tuple[str, str]]" = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "missing": ("✗", "red")}
_WIDTH = 100  # characters


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Look at every part of the service and say what is missing. The exit code is 1 if something is."""
    found = _found()
    is_missing = any(each.state == "missing" for each in found)
    if as_json:
        told = {"status": "missing" if is_missing else "ok", "parts": [asdict(each) for each in found]}
        write_out(json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n")
    else:
        _print(found)
    raise typer.Exit(1 if is_missing else 0)


def _found() -> list[Found]:
    try:
        settings = read_settings(quiet=True)
    except ValidationError as exc:
        return [Found("settings", "missing", wrong_setting(exc))]
    # It loads the libraries of all parts.
    from callscribe.checks import everything

    return everything.found(settings)


def _print(found: Sequence[Found]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in found:
        mark, colour = _MARKS[each.state]
        table.add_row(mark, each.part, each.message, style=colour if each.state != "ok" else None)
    # Without markup: `pip install 'callscribe[asr]'` has brackets.
    out = Console(markup=False, highlight=False)
    out.width = max(out.width, _WIDTH)
    out.print(table, crop=False)
