"""`callscribe models`: what is on this machine."""

import typer
from rich.console import Console
from rich.table import Table

from callscribe.cli.common import ERRORS, read_settings

app = typer.Typer(help="Speech models on this machine.", no_args_is_help=True)


@app.command("list")
def list_models() -> None:
    """Show which speech models can be chosen and which are on this machine."""
    from callscribe.asr import catalog

    settings = read_settings()
    chosen = catalog.suited_to(catalog.device_for(settings.asr_device))
    table = Table("model", "MB", "languages", "on this machine", "for", box=None, pad_edge=False)
    for model in catalog.MODELS.values():
        here = "yes" if catalog.local_folder(model.name, settings.models) else ""
        mark = " (auto)" if model.name == chosen else ""
        table.add_row(model.name + mark, str(model.size_mb), model.languages, here, model.advice)
    Console().print(table)


@app.command("pull")
def pull_model(name: str) -> None:
    """Download a speech model, or finish a download that was cut off."""
    from callscribe.asr import catalog

    settings = read_settings()
    folder = catalog.local_folder(name, settings.models) or catalog.pull(name, settings.models)
    ERRORS.print(f"{name} is in {folder}")
