"""What a summary is made of. Times are seconds from the start of the call."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from callscribe.models.calls import DEFAULT_TEMPLATE, Notice


@dataclass(frozen=True, slots=True)
class Brief:
    """What is wanted of a summary."""

    #: What kind of call it is, and so what an LLM looks for: the name of a file in summary/prompts, or of one's own.
    template: str = DEFAULT_TEMPLATE
    #: ISO 639-1 code; None: that of the call.
    language: str | None = None
    #: Of the LLM; None: the one that is set.
    model: str | None = None
    #: The day of the call, from which "tomorrow" is counted; None where it is not known.
    called_on: date | None = None


DEFAULT_BRIEF = Brief()


class InsightKind(StrEnum):
    """Kinds of statements a summary makes with evidence."""

    KEY_POINT = "key_point"
    DECISION = "decision"
    ACTION_ITEM = "action_item"
    #: Asked and not answered in the call.
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Insight:
    """A key point, decision, action item or open question, and where in the call it comes from."""

    kind: InsightKind
    text: str
    #: Positions in `Transcript.segments` that it rests on; never empty.
    segments: tuple[int, ...]
    #: Verbatim from those segments.
    quote: str
    start: float
    end: float
    #: Of an action item: who has to do it, a speaker or a name that was said; None while nobody knows.
    owner: str | None = None
    #: Whether that is not the one who speaks, but somebody who was asked or named, or nobody that is known.
    is_assigned: bool = False
    #: Of an action item: until when, as it was said.
    due: str | None = None
    #: The day that is, where the words name one.
    due_date: date | None = None
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
    #: 0..1, of the speech of the call.
    share: float = 0.0
    #: How often they begin to speak.
    turns: int = 0


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
    #: What the call could be called; None where nothing was said.
    title: str | None = None
    #: How many statements of an LLM were left out, since the call does not bear them out.
    ungrounded: int = 0
    #: ISO 639-1 code; None: that of the call.
    language: str | None = None
    #: Whether an LLM was to write it and did not answer: it is written anew when one does.
    is_stopgap: bool = False
