"""What the stages need of the outside world; adapters implement these, `wiring.py` chooses them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from callscribe.models import LanguageChoice, Summary, Template, Transcript, Window, WindowTranscript

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
        audio: Path,
        window: Window,
        language: LanguageChoice,
        report: Report,
        vocabulary: Sequence[str] = (),
    ) -> WindowTranscript:
        """Turn one window's audio (16 kHz mono FLAC of `window.start..window.end`) into segments in call time.

        `vocabulary` are names and terms that may be said; an engine that cannot listen for them gives notice of that.
        Words are monotonic and inside the window. Raises `ModelMissing` where the engine lacks the language.
        """


class Summarizer(Protocol):
    """Writes the summary of a whole call."""

    def summarize(self, transcript: Transcript, report: Report, template: Template = Template.MEETING) -> Summary:
        """Summarize in the transcript's language; `template` says what a model is to look for.

        Raises `Unavailable` when a model does not answer.
        """
