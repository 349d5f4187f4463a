"""A call as its readers want it: facts, sections, lines. What they look like is each format's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from callscribe.export.call import Call, Options
from callscribe.export.clock import clock
from callscribe.models import Insight, InsightKind, Segment

_ENGLISH = {
    "date": "Date",
    "duration": "Duration",
    "language": "Language",
    "participants": "Participants",
    "summary": "Summary",
    InsightKind.KEY_POINT: "Key points",
    InsightKind.DECISION: "Decisions",
    InsightKind.ACTION_ITEM: "Action items",
    InsightKind.QUESTION: "Open questions",
    "chapters": "Chapters",
    "transcript": "Transcript",
    "en": "English",
    "ru": "Russian",
}
_RUSSIAN = {
    "date": "Дата",
    "duration": "Длительность",
    "language": "Язык",
    "participants": "Участники",
    "summary": "Краткое содержание",
    InsightKind.KEY_POINT: "Ключевые моменты",
    InsightKind.DECISION: "Решения",
    InsightKind.ACTION_ITEM: "Задачи",
    InsightKind.QUESTION: "Открытые вопросы",
    "chapters": "Главы",
    "transcript": "Расшифровка",
    "en": "английский",
    "ru": "русский",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Something said, or to be done, in one line. Time and who it is are empty where unknown or not asked for."""

    text: str
    time: str = ""
    speaker: str = ""


def heading(call: Call, name: str) -> str:
    """The name of a part in the call's language, if that is Russian, else in English."""
    return (_RUSSIAN if call.transcript.language == "ru" else _ENGLISH)[name]


def facts(call: Call, options: Options) -> Iterator[tuple[str, str]]:
    """What is known about the call as a whole."""
    if call.called_at is not None:
        yield heading(call, "date"), f"{call.called_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if call.duration is not None:
        yield heading(call, "duration"), clock(round(call.duration))
    language = call.transcript.language
    if language is not None:
        yield heading(call, "language"), heading(call, language) if language in _ENGLISH else language
    names = dict.fromkeys(one_line(segment.speaker) for segment in call.transcript.segments if segment.speaker)
    if options.speakers and names:
        yield heading(call, "participants"), ", ".join(names)


def summary(call: Call, options: Options) -> list[str]:
    """The paragraphs of the summary's text."""
    text = call.summary.text if call.summary and options.summary else ""
    return [one_line(paragraph) for paragraph in text.splitlines() if paragraph.strip()]


def insights(call: Call, options: Options) -> Iterator[tuple[str, list[Line]]]:
    """The parts of the summary with evidence that are not empty, under their headings, with owners and due dates."""
    found = call.summary.insights if call.summary and options.summary else ()
    for kind in InsightKind:
        lines = [_line(_with_due(one), one.start, one.owner, options) for one in found if one.kind == kind]
        if lines:
            yield heading(call, kind), lines


def chapters(call: Call, options: Options) -> Iterator[tuple[str, list[Line]]]:
    """A line a chapter under their heading, if there are any; they are a part of the summary."""
    found = call.summary.chapters if call.summary and options.summary else ()
    if found:
        yield heading(call, "chapters"), [_line(one.title, one.start, None, options) for one in found]


def transcript(call: Call, options: Options) -> list[Line]:
    """A line a segment."""
    return [line(segment, options) for segment in call.transcript.segments]


def line(segment: Segment, options: Options) -> Line:
    """One segment."""
    return _line(segment.text, segment.start, segment.speaker, options)


def one_line(text: str) -> str:
    """The text without line breaks and double spaces."""
    return " ".join(text.split())


def _with_due(insight: Insight) -> str:
    """The text with what it does not say itself of its due date."""
    words = insight.due if insight.due and insight.due.casefold() not in insight.text.casefold() else None
    day = insight.due_date.isoformat() if insight.due_date else None
    until = ", ".join(filter(None, [words, day]))
    return f"{insight.text} ({until})" if until else insight.text


def _line(text: str, seconds: float, speaker: str | None, options: Options) -> Line:
    return Line(
        one_line(text),
        clock(int(seconds)) if options.times else "",
        one_line(speaker or "") if options.speakers else "",
    )
