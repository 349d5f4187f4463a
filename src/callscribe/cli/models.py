"""`callscribe models`: what is on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from callscribe.cli.common import ERRORS, read_settings, write_out

if TYPE_CHECKING:
    from callscribe.asr.pull import Report

app = typer.Typer(help="Speech models on this machine.", no_args_is_help=True)

_AUTO = "auto"
_WIDTH = 100  # characters


@app.command("list")
def list_models(
    *, as_json: Annotated[bool, typer.Option("--json", help="Everything that is known, for programs.")] = False
) -> None:
    """Show which models can be chosen and which are on this machine. WER: published, clean read speech, in %."""
    rows = _rows()
    if as_json:
        write_out(json.dumps(rows, ensure_ascii=False, indent=2).encode() + b"\n")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("model", no_wrap=True)
    for heading in ("MB", "WER ru", "WER en"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("languages", "licence", "here", "for"):
        table.add_column(heading, no_wrap=heading != "for")
    for row in rows:
        purpose = f"auto: {', '.join(row['auto'])}; {row['advice']}" if row["auto"] else row["advice"]
        wers = (f"{wer:.1f}" if wer is not None else "" for wer in (row["wer_ru"], row["wer_en"]))
        here = "yes" if row["folder"] else ""
        table.add_row(row["name"], str(row["size_mb"]), *wers, row["languages"], row["licence"], here, purpose)
    out = Console()
    # Where nobody looks no line is broken; a narrow screen breaks them itself, so that no column is squeezed.
    out.width = max(out.width, _WIDTH)
    out.print(table, crop=False)


@app.command("pull")
def pull_models(
    names: Annotated[list[str], typer.Argument(help="Models, or `auto`: all that `auto` uses on this machine.")],
) -> None:
    """Download models, or finish downloads that were cut off. Every file is checked."""
    from callscribe.asr import catalog, published

    settings = read_settings(quiet=True)
    device = catalog.device_for(settings.asr_device)
    asked = [each for name in names for each in (catalog.automatic(device) if name == _AUTO else (name,))]
    # All names are looked up before the first download.
    here = {name: catalog.local_folder(name, settings.models) for name in asked}
    for name, folder in here.items():
        if folder:
            ERRORS.print(f"{name} is in {folder}")
            continue
        with _progress(name) as report:
            pulled = catalog.pull(name, settings.models, report)
        model = published.MODELS[name]
        ERRORS.print(f"{name} is in {pulled} (licence: {model.licence}, huggingface.co/{model.repository})")


def _rows() -> list[dict[str, Any]]:
    from callscribe.asr import catalog, published

    settings = read_settings(quiet=True)
    device = catalog.device_for(settings.asr_device)
    marks = {catalog.suited_to(device): ["others"]}
    marks.setdefault(catalog.suited_to(device, "ru"), []).insert(0, "ru")
    marks[published.SPEAKERS] = ["speakers"]
    return [
        asdict(model)
        | {
            "wer_ru": model.best_wer("ru"),
            "wer_en": model.best_wer("en"),
            "folder": _text(catalog.local_folder(model.name, settings.models)),
            "auto": marks.get(model.name, []),
        }
        for model in published.MODELS.values()
    ]


def _text(folder: Path | None) -> str | None:
    return str(folder) if folder else None


@contextmanager
def _progress(name: str) -> "Iterator[Report]":
    """Bytes and the time that is left, on a screen."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as progress:
        task = progress.add_task(name, total=None)
        yield lambda here, whole: progress.update(task, completed=here, total=whole)
