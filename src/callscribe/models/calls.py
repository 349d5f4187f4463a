"""Where a call and its jobs are, and what can be wanted and told of them."""

from dataclasses import dataclass
from enum import StrEnum

#: The longest part of an upload that comes in parts, in bytes.
PART_BYTES = 8 * 2**20


class LanguageChoice(StrEnum):
    """The language a user asks for; `auto` means that each window's language is detected."""

    AUTO = "auto"
    RU = "ru"
    EN = "en"


class SummaryLanguage(StrEnum):
    """The language in which a summary can be asked for."""

    RU = "ru"
    EN = "en"


#: What kind of call it is unless somebody says otherwise.
DEFAULT_TEMPLATE = "meeting"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What may be wanted of a call beside its language."""

    #: Names and terms that may be said.
    vocabulary: tuple[str, ...] = ()
    #: What kind of call it is, so that an LLM looks for the right things.
    template: str = DEFAULT_TEMPLATE
    #: None: that of the call.
    summary_language: SummaryLanguage | None = None
    #: How many there are; None: as many as are found.
    speakers: int | None = None
    #: Who is on the left and the right channel of a stereo call; none: by number.
    channel_names: tuple[str, ...] = ()


NO_WISHES = Wishes()


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
