"""Plain text for reading."""

from collections.abc import Iterator

from callscribe.export.clock import clock
from callscribe.models import InsightKind, Segment, Summary, Transcript

ENGLISH = {
    "summary": "Summary",
    InsightKind.KEY_POINT: "Key points",
    InsightKind.DECISION: "Decisions",
    InsightKind.ACTION_ITEM: "Action items",
}
RUSSIAN = {
    "summary": "Краткое содержание",
    InsightKind.KEY_POINT: "Ключевые моменты",
    InsightKind.DECISION: "Решения",
    InsightKind.ACTION_ITEM: "Задачи",
}


def write(transcript: Transcript, summary: Summary | None) -> str:
    """A line a segment, then the parts of the summary that are not empty, under headings in the call's language."""
    blocks = ["\n".join(map(line, transcript.segments)), summary_text(summary, transcript.language)]
    text = "\n\n".join(filter(None, blocks))
    return f"{text}\n" if text else ""


def summary_text(summary: Summary | None, language: str | None) -> str:
    """The parts of the summary that are not empty, under headings in the call's language."""
    return "\n\n".join(_sections(summary, RUSSIAN if language == "ru" else ENGLISH)) if summary else ""


def line(segment: Segment) -> str:
    """One segment with its time."""
    speaker = f"{segment.speaker}: " if segment.speaker else ""
    return f"[{clock(int(segment.start))}] {speaker}{_one_line(segment.text)}"


def _sections(summary: Summary, headings: dict[str, str]) -> Iterator[str]:
    if summary.text.strip():
        yield f"{headings['summary']}\n\n{summary.text.strip()}"
    for kind in InsightKind:
        found = [insight for insight in summary.insights if insight.kind == kind]
        items = [f"- [{clock(int(insight.start))}] {_one_line(insight.text)}" for insight in found]
        if items:
            yield "\n".join([f"{headings[kind]}\n", *items])


def _one_line(text: str) -> str:
    return " ".join(text.split())
