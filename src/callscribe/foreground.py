"""The whole way of a call in this process, without a server or a database: the same stages, one after the other."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from callscribe import wiring
from callscribe.errors import BadMedia
from callscribe.media.events import Cut, Prepared, Probed, Progress
from callscribe.media.process import prepare
from callscribe.models import DEFAULT_BRIEF, Notice, Segment, Summary, Transcript, Voice
from callscribe.settings import Settings
from callscribe.stages.assemble import Wanted, assemble
from callscribe.stages.summarize import summarize
from callscribe.stages.transcribe import transcribe


@dataclass(frozen=True, slots=True)
class Heard:
    """A window was transcribed."""

    segments: tuple[Segment, ...]
    notices: tuple[Notice, ...]
    #: How far into the call this is, in seconds.
    end: float


@dataclass(frozen=True, slots=True)
class Finished:
    """The call is done; `summary` is None if none was asked for."""

    transcript: Transcript
    summary: Summary | None
    #: About who speaks.
    notices: tuple[Notice, ...] = ()


class Engines:
    """What listens; kept for several files, its models are loaded once."""

    def __init__(self, settings: Settings) -> None:
        self.transcriber = wiring.transcriber(settings)
        self.embedder = wiring.embedder(settings)


def process(
    file: Path,
    wanted: Wanted,
    settings: Settings,
    *,
    with_summary: bool,
    vocabulary: Sequence[str] = (),
    engines: Engines | None = None,
) -> Generator[Probed | Heard | Finished]:
    """Yield what becomes known, the last being `Finished`. Raises `BadMedia`, `ModelMissing` and others of ours."""
    if not file.is_file():
        raise BadMedia(f"There is no file {file}; give the path of a recording.")
    engines = engines or Engines(settings)
    embedder = engines.embedder()
    segments: list[Segment] = []
    voices: list[Voice] = []
    # Not in the data folder: a service that starts there meanwhile empties its folder of temporary files.
    with TemporaryDirectory(prefix="callscribe-") as scratch:
        events = prepare(file, Path(scratch), window_s=settings.window_s, window_max_s=settings.window_max_s)
        with closing(events):
            for event in events:
                match event:
                    case Probed():
                        yield event
                    case Cut(window, audio):
                        heard = transcribe(
                            audio,
                            window,
                            wanted.language,
                            _ignore,
                            engine=engines.transcriber,
                            embedder=embedder,
                            vocabulary=vocabulary,
                        )
                        audio.unlink()
                        segments += heard.segments
                        voices += heard.voices
                        yield Heard(heard.segments, heard.notices, window.end)
                    case Prepared(duration, _, notices):
                        yield Heard((), notices, duration)
                    case Progress():
                        pass
    transcript, notices = assemble(segments, voices, wanted, embedder=embedder)
    yield Finished(transcript, _summary(transcript, settings) if with_summary else None, notices)


def _summary(transcript: Transcript, settings: Settings) -> Summary:
    llm, extractive = wiring.summarizers(settings)
    return summarize(transcript, _ignore, DEFAULT_BRIEF, llm=llm, extractive=extractive)


def _ignore(_share: float) -> None:
    pass
