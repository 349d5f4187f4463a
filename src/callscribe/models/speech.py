"""What was recorded and what was said. Times are seconds from the start of the call."""

from dataclasses import dataclass, field
from enum import StrEnum

from callscribe.models.calls import Notice


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which somebody speaks."""

    start: float
    end: float
    #: Of a call whose channels are its speakers: 0 for the left, 1 for the right. None: all channels together.
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What an uploaded file is, decided by its content."""

    #: FFmpeg's short name of the container, for example `matroska,webm`.
    container: str
    #: FFmpeg's name of the audio codec, for example `opus`.
    codec: str
    #: Seconds as the container claims; None where it does not say.
    duration: float | None
    #: Hertz.
    sample_rate: int
    channels: int
    #: Number of audio tracks; the first is used.
    audio_tracks: int
    has_video: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A few minutes of a call, cut at silences: the unit of transcription."""

    #: 0-based position in the call; windows tile it without gap or overlap.
    index: int
    start: float
    end: float
    #: Stretches with speech, in call time, inside `start..end`; empty if nobody speaks. Where its channels are
    #: speakers, each has its own, and those of one may overlap those of the other.
    speech: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word with the punctuation that clings to it."""

    start: float
    end: float
    text: str
    #: 0..1, the engine's own.
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or a breath of one speaker: what a reader sees as one line."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...]
    #: ISO 639-1 code.
    language: str
    #: Display name, None while unknown.
    speaker: str | None = None
    #: Under which it is stored, None before it is.
    id: int | None = field(default=None, compare=False)
    #: Of a call whose channels are its speakers: 0 for the left, 1 for the right.
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """How somebody sounds for some seconds: what speakers are told apart by."""

    start: float
    end: float
    #: Of length 1; two of the same speaker have a small angle between them.
    vector: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of time in which one speaker speaks."""

    start: float
    end: float
    #: 0-based, in the order in which they first speak.
    speaker: int


class DropReason(StrEnum):
    """Why something an engine wrote is not in the transcript."""

    #: A phrase that speech models write where nobody speaks, and nobody spoke.
    SILENCE = "silence"
    #: The same words again and again.
    LOOP = "loop"
    #: The model itself took it for no speech.
    NO_SPEECH = "no_speech"
    #: The model was all but guessing.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Dropped:
    """What an engine wrote and nobody seems to have said; kept for inspection."""

    start: float
    end: float
    text: str
    reason: DropReason


@dataclass(frozen=True, slots=True)
class WindowTranscript:
    """What a speech engine heard in one window."""

    segments: tuple[Segment, ...]
    #: ISO 639-1 code; None where nothing was said.
    language: str | None
    #: 0..1.
    language_probability: float
    #: Engine and model, for example `faster-whisper small int8`.
    engine: str
    notices: tuple[Notice, ...] = ()
    #: In order of time; none where speakers are not told apart by their voices.
    voices: tuple[Voice, ...] = ()
    #: What made the voices; None where there are none because nobody asked.
    embedder: str | None = None
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """One voice of a call, or all that nobody is known to have said."""

    #: None: nobody is known.
    name: str | None
    #: Seconds of speech.
    talk_time: float
    #: How many there are.
    segments: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """All segments of a call in order of time."""

    segments: tuple[Segment, ...]
    #: The language most of the call is in; None where nothing was said.
    language: str | None

    @property
    def text(self) -> str:
        """One line a segment."""
        return "\n".join(segment.text for segment in self.segments)

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Who speaks how long, in the order in which they first do."""
        talk_times: dict[str | None, list[float]] = {}
        for segment in self.segments:
            talk_times.setdefault(segment.speaker, []).append(segment.end - segment.start)
        return tuple(Speaker(name, round(sum(times), 3), len(times)) for name, times in talk_times.items())
