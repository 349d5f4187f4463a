"""What the service talks about: calls, windows, words, segments, summaries.

All times are seconds from the start of the call, all values are immutable.
"""

from dataclasses import dataclass, field
from enum import StrEnum

#: The longest part of an upload that comes in parts, in bytes.
PART_BYTES = 8 * 2**20


class LanguageChoice(StrEnum):
    """The language a user asks for; `auto` means that each window's language is detected."""

    AUTO = "auto"
    RU = "ru"
    EN = "en"


class Template(StrEnum):
    """What kind of call it is, and so what its summary by an LLM looks for; each has a file in summary/prompts."""

    MEETING = "meeting"
    #: Support or sales.
    SUPPORT = "support"
    INTERVIEW = "interview"
    STANDUP = "standup"


class Stage(StrEnum):
    """The steps of a call's way, in their order."""

    PREPARE = "prepare"
    TRANSCRIBE = "transcribe"
    ASSEMBLE = "assemble"
    SUMMARIZE = "summarize"


class CallStatus(StrEnum):
    """Where a call is, as a user sees it."""

    QUEUED = "queued"
    PREPARING = "preparing"
    TRANSCRIBING = "transcribing"
    SUMMARIZING = "summarizing"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


#: A call in one of these states is not being worked on.
FINISHED = frozenset({CallStatus.DONE, CallStatus.FAILED, CallStatus.CANCELED})


class JobStatus(StrEnum):
    """Where a job is. `ready` covers jobs that wait for their next attempt."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


class CorrectionKind(StrEnum):
    """What somebody corrected in a transcript."""

    TEXT = "text"
    SPEAKER = "speaker"
    SPLIT = "split"
    MERGE = "merge"
    RENAME = "rename"


class PassageKind(StrEnum):
    """Where in a call a search can find something."""

    TITLE = "title"
    SUMMARY = "summary"
    SPEECH = "speech"


class Period(StrEnum):
    """By what figures about calls are put together."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a user should know about a call that did not stop it."""

    #: Stable and machine-readable, for example `second_audio_track`.
    code: str
    #: One English sentence for people.
    message: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which somebody speaks."""

    start: float
    end: float


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
    #: Stretches with speech, in call time, inside `start..end`; empty if nobody speaks.
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


class InsightKind(StrEnum):
    """Kinds of statements a summary makes with evidence."""

    KEY_POINT = "key_point"
    DECISION = "decision"
    ACTION_ITEM = "action_item"


@dataclass(frozen=True, slots=True)
class Insight:
    """A key point, decision or action item and where in the call it comes from."""

    kind: InsightKind
    text: str
    #: Positions in `Transcript.segments` that it rests on; never empty.
    segments: tuple[int, ...]
    #: Verbatim from those segments.
    quote: str
    start: float
    end: float
    #: Of an action item: who has to do it; None while nobody knows.
    owner: str | None = None
    #: Of an action item: whether somebody ticked it off.
    done: bool = False
    #: Under which its segments are stored, none before they are.
    segment_ids: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Participant:
    """One who speaks in the call."""

    name: str
    #: Seconds of speech.
    talk_time: float
    #: Their main statements, verbatim.
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of a call that is about one thing, up to the next one."""

    start: float
    #: What it is about, in a few words of the call.
    title: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a colleague who missed the call needs."""

    #: At most 500 words.
    text: str
    insights: tuple[Insight, ...]
    participants: tuple[Participant, ...]
    #: What wrote it, for example `extractive` or `ollama gemma2:2b`.
    engine: str
    notices: tuple[Notice, ...] = ()
    #: What the call is about, at most five words or short phrases, the weightiest first.
    topics: tuple[str, ...] = ()
    #: In order of time, the first from the start of the call; none of a short call.
    chapters: tuple[Chapter, ...] = ()
