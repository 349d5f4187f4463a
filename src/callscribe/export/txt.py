"""Plain text for reading."""

from collections.abc import Iterator, Sequence

from callscribe.export import reading
from callscribe.export.call import ALL, Call, Options
from callscribe.export.reading import Line
from callscribe.models import Segment


def write(call: Call, options: Options) -> str:
    """The chapters, a line a segment, then the parts of the summary, under headings in the call's language.

    What is empty is left out.
    """
    chapters = [_list(*one) for one in reading.chapters(call, options)]
    lines = "\n".join(map(_line, reading.transcript(call, options)))
    text = "\n\n".join(filter(None, [*chapters, lines, summary_text(call, options)]))
    return f"{text}\n" if text else ""


def summary_text(call: Call, options: Options = ALL) -> str:
    """The parts of the summary that are not empty, under headings in the call's language."""
    return "\n\n".join(_sections(call, options))


def line(segment: Segment) -> str:
    """One segment with its time."""
    return _line(reading.line(segment, ALL))


def _sections(call: Call, options: Options) -> Iterator[str]:
    paragraphs = reading.summary(call, options)
    if paragraphs:
        yield "\n\n".join([reading.heading(call, "summary"), *paragraphs])
    for heading, lines in reading.insights(call, options):
        yield _list(heading, lines)


def _list(heading: str, lines: Sequence[Line]) -> str:
    return "\n".join([f"{heading}\n", *(f"- {_line(line)}" for line in lines)])


def _line(line: Line) -> str:
    time = f"[{line.time}] " if line.time else ""
    speaker = f"{line.speaker}: " if line.speaker else ""
    return f"{time}{speaker}{line.text}"
