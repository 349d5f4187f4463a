"""What the stages need of the outside world; adapters implement these, `wiring.py` chooses them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from callscribe.models import DEFAULT_BRIEF, Brief, LanguageChoice, Summary, Transcript, Window, WindowTranscript

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from callscribe.sound import Sound

#: Called now and then with the finished share (0..1) of the work at hand; raises `Stopped` to end it early.
Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a media store knows of a file without reading it."""

    #: Bytes.
    size: int
    #: Another one whenever the file is replaced.
    version: str


class MediaStore(Protocol):
    """Keeps media files under keys such as `<call id>/windows/0003.flac`."""

    def put(self, key: str, file: Path | BinaryIO) -> None:
        """Store a copy of a local file, read from its start; a reader never sees half of it. Raises `Unavailable`."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """A readable local file with what `key` holds, valid inside the `with`. Raises `NotFound`, `Unavailable`."""

    def stat(self, key: str) -> StoredFile:
        """What is known of a file. Raises `NotFound`, `Unavailable`."""

    def read(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes (at least one) from the position `start` in the file on, fewer where it ends before.

        Nothing stays open between two calls, however long a listener pauses. Raises `NotFound`, `Unavailable`.
        """

    def delete(self, prefix: str) -> None:
        """Remove every file whose key starts with the folder `prefix`; none there is fine. Raises `Unavailable`."""


class Dispatcher(Protocol):
    """Tells a worker that a job may be ready; PostgreSQL decides who gets it."""

    def wait(self, timeout: float) -> None:
        """Return as soon as a job of this worker's stages may be ready, or after `timeout` seconds."""

    def acknowledge(self) -> None:
        """The worker has looked for jobs since the last `wait`: what ended it need not be told again."""

    def close(self) -> None:
        """Release the connection; a `wait` under way returns."""


class Transcriber(Protocol):
    """A speech engine with its model loaded."""

    def transcribe(
        self,
        sound: "Sound",
        window: Window,
        language: LanguageChoice,
        report: Report,
        vocabulary: Sequence[str] = (),
    ) -> WindowTranscript:
        """Turn the sound of `window.start..window.end` into segments in call time.

        `vocabulary` are names and terms that may be said; an engine that cannot listen for them gives notice of that.
        Words are monotonic and inside the window. Raises `ModelMissing` where the engine lacks the language.
        """


class SpeakerEmbedder(Protocol):
    """Turns the sound of one voice into a vector."""

    @property
    def name(self) -> str:
        """For people and for the record, for example `wespeaker`."""

    @property
    def is_stopgap(self) -> bool:
        """Whether it stands in for a better one that is not on this machine."""

    @property
    def threshold(self) -> float:
        """The cosine distance (0..2) above which two groups of vectors are two speakers."""

    def embed(self, pieces: "Sequence[Sound]") -> "npt.NDArray[np.float32]":
        """A vector of length 1 for each piece of sound: shape (pieces, size). A piece has at least 0.2 s."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a language model answered."""

    text: str
    #: Whether the answer ended for want of tokens.
    is_cut: bool
    #: Tokens of the prompt and of the answer; None where the server does not say.
    read: int | None = None
    written: int | None = None


class TooLong(Exception):
    """A prompt and its answer do not fit a language model's context."""


class ChatModel(Protocol):
    """A language model on a server."""

    @property
    def name(self) -> str:
        """For people and for the record, for example `ollama gemma2:2b`."""

    @property
    def context(self) -> int:
        """Tokens that a prompt and its answer share."""

    @property
    def answer(self) -> int:
        """The longest answer in tokens."""

    def check(self) -> None:
        """Find out, within a few seconds, whether it can be asked. Raises `Unavailable` with what to do."""

    def chat(self, system: str, user: str, schema: dict[str, Any], tick: Callable[[], None]) -> Reply:
        """Ask once for JSON that follows a schema; `tick` is called now and then and may raise to stop the answer.

        Raises `Unavailable`, and `TooLong` where prompt and answer do not fit the context.
        """

    def close(self) -> None:
        """Close the connections."""


class Drafts(Protocol):
    """Keeps what a summarizer has worked out of a call so far: a repeated attempt goes on there."""

    def get(self, key: str) -> str | None:
        """What was kept under the key."""

    def put(self, key: str, text: str) -> None:
        """Keep a text until the summary is written."""


class Summarizer(Protocol):
    """Writes the summary of a whole call."""

    def summarize(
        self, transcript: Transcript, report: Report, brief: Brief = DEFAULT_BRIEF, drafts: Drafts | None = None
    ) -> Summary:
        """Summarize as the brief says. Raises `Unavailable` when a model does not answer."""
