"""Markdown (CommonMark)."""

import re
from collections.abc import Iterator

from callscribe.export import reading
from callscribe.export.call import Call, Options
from callscribe.export.reading import Line

# What has a meaning anywhere in a line, and what has one at its beginning: lists, rules, underlines of headings.
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|#]|^[+=-]")
_NUMBER = re.compile(r"^(\d+)([.)])")


def write(call: Call, options: Options) -> str:
    """Title, facts, summary and transcript; whatever is said stays text, also where it looks like markup."""
    return "\n\n".join(_blocks(call, options)) + "\n"


def _blocks(call: Call, options: Options) -> Iterator[str]:
    yield f"# {_escaped(reading.one_line(call.title))}"
    facts = [f"- {name}: {_escaped(value)}" for name, value in reading.facts(call, options)]
    if facts:
        yield "\n".join(facts)
    paragraphs = reading.summary(call, options)
    if paragraphs:
        yield f"## {reading.heading(call, 'summary')}"
        yield from map(_escaped, paragraphs)
    for heading, lines in (*reading.insights(call, options), *reading.chapters(call, options)):
        yield f"## {heading}"
        yield "\n".join(f"- {_line(line)}" for line in lines)
    lines = reading.transcript(call, options)
    if lines:
        yield f"## {reading.heading(call, 'transcript')}"
        yield from map(_line, lines)


def _line(line: Line) -> str:
    time = f"[{line.time}] " if line.time else ""
    speaker = f"**{_escaped(line.speaker)}:** " if line.speaker else ""
    return f"{time}{speaker}{_escaped(line.text)}"


def _escaped(text: str) -> str:
    return _NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", text))
