"""What the child process that decodes a file tells its parent, one JSON line each."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, TypeAdapter

from callscribe.models import MediaFacts, Notice, Window


@dataclass(frozen=True, slots=True)
class Probed:
    """The file can be read and has sound; always the first event."""

    facts: MediaFacts
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A window is finished."""

    window: Window
    #: 16 kHz FLAC of exactly this window, stereo where its channels are two speakers; whoever reads the event moves or
    #: deletes it.
    audio: Path
    #: How loud it is, a byte for each tenth of a second; see `callscribe.media.peaks`.
    peaks: Annotated[bytes, BeforeValidator(bytes.fromhex)]


@dataclass(frozen=True, slots=True)
class Progress:
    """So much of the call has been decoded."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """The whole file has been read; always the last event."""

    #: Seconds of sound that there really are.
    duration: float
    #: A copy that browsers can play and seek; None where the original is one.
    playback: Path | None
    #: What was found while decoding.
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be used; the message is for the user."""

    message: str


Event = Probed | Cut | Progress | Prepared | Refused

_ADAPTERS: dict[str, TypeAdapter[Event]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Probed, Cut, Progress, Prepared, Refused)
}


def to_line(event: Event) -> str:
    """One line of JSON, without its line break."""
    return json.dumps({"event": type(event).__name__, **asdict(event)}, default=_text)


def from_line(line: bytes) -> Event:
    """The event that `to_line` wrote."""
    fields = json.loads(line)
    return _ADAPTERS[fields.pop("event")].validate_python(fields)


def _text(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
