"""What the commands that measure something share: progress, tables and JSON."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from callscribe.cli.common import ERRORS, write_out
from callscribe.errors import BadRequest

JsonTo = Annotated[Path | None, typer.Option("--json", help="Write the figures there as JSON; - is here.")]

_NARROW = 140  # characters

_Outcome = TypeVar("_Outcome")


def check_json(json_to: Path | None) -> None:
    """Raise `BadRequest` where no file can be; now, and not after an hour of work."""
    if json_to and not json_to.parent.is_dir():
        raise BadRequest(f"There is no folder {json_to.parent}; give another file after --json.")


def tracked(outcomes: Iterable[_Outcome], total: int, doing: str) -> Iterator[_Outcome]:
    """The same outcomes, and on the screen how many there are."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    progress = Progress(*columns, TimeRemainingColumn(), console=ERRORS, transient=True, disable=not ERRORS.is_terminal)
    with progress:
        yield from progress.track(outcomes, total=total, description=doing)


def show(parts: Iterable[RenderableType]) -> None:
    """Print tables and text, each with an empty line after it."""
    # A narrow screen breaks the lines itself, and then no column is squeezed; for a program no line is broken.
    out = Console(width=max(Console().width, _NARROW) if sys.stdout.isatty() else 10_000, highlight=False)
    for part in parts:
        out.print(part, crop=False)
        out.print()


def write_json(figures: dict[str, Any], target: Path) -> None:
    """To a file, or for `-` to standard output. Raises `BadRequest`."""
    content = json.dumps(figures, ensure_ascii=False, indent=2).encode(errors="replace") + b"\n"
    if target == Path("-"):
        write_out(content)
        return
    try:
        target.write_bytes(content)
    except OSError as exc:
        raise BadRequest(f"{target} cannot be written ({exc.strerror}); give another file after --json.") from exc
