"""What kinds of calls there are for an LLM: a file of text each, those that are shipped and one's own."""

import logging
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from callscribe.errors import BadRequest, Unavailable
from callscribe.models import DEFAULT_TEMPLATE

log = logging.getLogger(__name__)

#: What a file may be called, without its `.md`.
NAME = r"^[a-z0-9][a-z0-9_-]{0,39}$"


def names(own: Path | None) -> list[str]:
    """All templates, the usual one first; `own` is the folder of further ones."""
    return sorted(_files(own), key=lambda name: (name != DEFAULT_TEMPLATE, name))


def check(name: str, own: Path | None) -> str:
    """The name, if there is such a template. Raises `BadRequest`."""
    there = names(own)
    if name not in there:
        raise BadRequest(f"There is no template of this name; use one of: {', '.join(there)}.")
    return name


def text(name: str, own: Path | None) -> str:
    """What an LLM is told of such a call; that of the usual kind where the template is gone. Raises `Unavailable`."""
    there = _files(own)
    try:
        return there.get(name, there[DEFAULT_TEMPLATE]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise Unavailable(f"The template {name} is no readable UTF-8 text; mend its file, or take another.") from exc


def _files(own: Path | None) -> dict[str, Traversable | Path]:
    """By name; one's own file replaces the shipped one of the same name."""
    shipped = files("callscribe.summary").joinpath("prompts", "templates").iterdir()
    named = {file.name.removesuffix(".md"): file for file in (*shipped, *_own(own)) if file.name.endswith(".md")}
    return {name: file for name, file in named.items() if re.match(NAME, name)}


def _own(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return [file for file in folder.iterdir() if file.is_file()]
    except OSError as exc:
        log.warning("the folder of templates cannot be read; see CALLSCRIBE_PROMPTS_DIR: %s", exc)
        return []
