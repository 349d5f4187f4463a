"""The list of what is transcribed to see how well: recordings and what is said in them."""

import errno
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callscribe.errors import BadRequest
from callscribe.models import LanguageChoice


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A stretch of time, in seconds, in which somebody is known to speak."""

    start: float
    end: float
    speaker: str


@dataclass(frozen=True, slots=True)
class Item:
    """A recording and what is said in it."""

    #: No two of a list are the same.
    id: str
    audio: Path
    text: str
    language: LanguageChoice = LanguageChoice.AUTO
    #: Those of different speakers may overlap; none where nobody has written down who speaks when.
    turns: tuple[SpokenTurn, ...] = ()


class _Turn(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    start: float = Field(ge=0, allow_inf_nan=False)
    end: float = Field(gt=0, allow_inf_nan=False)
    speaker: str = Field(min_length=1)


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    audio: str = Field(min_length=1)
    text: str
    language: LanguageChoice = Field(LanguageChoice.AUTO, strict=False)
    turns: tuple[_Turn, ...] = Field((), strict=False)
    id: str | None = Field(None, min_length=1)


def read(manifest: Path) -> tuple[Item, ...]:
    """The items of a JSONL file, a line each; the format is in docs/evaluation.md.

    Raises `BadRequest` with the number of the first line that is wrong, or whose recording is not there.
    """
    return checked(_items(manifest), manifest)


def checked(items: Iterator[tuple[str, Item]], source: Path) -> tuple[Item, ...]:
    """All items, each of which comes with the place it was read at. Raises `BadRequest`, as for a list without any."""
    found: list[Item] = []
    ids: Counter[str] = Counter()
    for place, item in items:
        if not _is_file(item.audio):
            raise BadRequest(f"{place}: there is no file {item.audio}; give its path relative to {source.name}.")
        if ids[item.id]:
            raise BadRequest(f"{place}: another item has the id {item.id} already; give each an `id` of its own.")
        ids[item.id] += 1
        found.append(item)
    if not found:
        raise BadRequest(f"There is nothing to transcribe in {source}; give a list with at least one recording.")
    return tuple(found)


def lines(file: Path) -> Iterator[tuple[str, str]]:
    """The lines of a text file that are not empty, each after its place for people. Raises `BadRequest`."""
    try:
        content = file.read_bytes()
    except OSError as exc:
        raise BadRequest(f"{file} cannot be read ({exc.strerror}); give the path of a readable file.") from exc
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        place = f"{file}, line {number}"
        try:
            text = line.decode().removesuffix("\r")
        except UnicodeDecodeError as exc:
            raise BadRequest(f"{place}: this is not text in UTF-8; save the file as such.") from exc
        if text.strip():
            yield place, text


def _items(manifest: Path) -> Iterator[tuple[str, Item]]:
    for place, text in lines(manifest):
        try:
            line = _Line.model_validate_json(text)
        except ValidationError as exc:
            raise BadRequest(f"{place}: {_explained(exc)}.") from exc
        turns = tuple(SpokenTurn(turn.start, turn.end, turn.speaker) for turn in line.turns)
        if any(turn.end <= turn.start for turn in turns):
            raise BadRequest(f"{place}: a turn ends before it starts; give `start` and `end` in seconds.")
        yield place, Item(line.id or line.audio, manifest.parent / line.audio, line.text, line.language, turns)


def _explained(error: ValidationError) -> str:
    """Where the first mistake is, and what it is."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    match first["type"]:
        case "json_invalid":
            return f"this is not JSON ({first['ctx']['error']}); write one object a line"
        case "missing":
            return f"there is no `{where}`; each line needs `audio` and `text`, and each turn `start`, `end`, `speaker`"
        case "extra_forbidden":
            return f"there is no field `{where}`; leave it out"
        case "model_type":
            return "this is no object; write one as {...} a line"
    return f"`{where}` is wrong ({first['msg']}); correct it"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as exc:
        if exc.errno in (errno.ENAMETOOLONG, errno.EACCES):
            return False
        raise
