"""A call of any length through a model with a small context: summarize parts, then merge their summaries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callscribe.models import Segment
from callscribe.ports import Report
from callscribe.summary.answers import Part
from callscribe.summary.text import cut

#: Share of the work that lies in the parts; the rest is merging.
_MAPPING = 0.9


class TooLong(Exception):
    """A prompt and its answer do not fit the model's context."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a prompt's transcript."""

    #: Position in `Transcript.segments`.
    segment: int
    text: str


def estimate(text: str) -> int:
    """Tokens of a text, rather too many than too few.

    Tokenizers of present models take 4 or more letters of English and 2.5 or more of Russian a token; digits and marks
    one each.
    """
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in text)
    latin = sum(char.isascii() and (char.isalpha() or char == " ") for char in text)
    return -(-cyrillic // 2) + -(-latin // 3) + len(text) - cyrillic - latin


def lines(segments: Sequence[Segment], budget: int) -> list[Line]:
    """Number the segments for a prompt. One of more than `budget` tokens takes several lines of the same number."""
    found = []
    for position, segment in enumerate(segments):
        speaker = f"{on_one_line(segment.speaker)}: " if segment.speaker else ""
        head = f"[{position}] {speaker}"
        words = on_one_line(segment.text).split()
        for piece in pack([estimate(word) + 1 for word in words], max(budget - estimate(head), 1)):
            found.append(Line(position, head + " ".join(words[piece.start : piece.stop])))
    return found


def on_one_line(text: str) -> str:
    """A text as data for a prompt: on one line and without what could pass for the end of the data."""
    return " ".join(text.split()).replace("<", "‹").replace(">", "›")


def pack(costs: Sequence[int], budget: int) -> list[range]:
    """Cut a sequence into as few runs of at most `budget` as possible; what costs more is a run of its own."""
    runs: list[range] = []
    start = total = 0
    for position, cost in enumerate(costs):
        if position > start and total + cost > budget:
            runs.append(range(start, position))
            start, total = position, 0
        total += cost
    if costs:
        runs.append(range(start, len(costs)))
    return runs


def map_parts(
    transcript: Sequence[Line], budget: int, ask: Callable[[Sequence[Line]], Part], report: Report
) -> list[Part]:
    """Ask for every part of a transcript, in order. Raises `TooLong` if one line alone is."""
    chunks = pack([estimate(line.text) + 1 for line in transcript], budget)
    parts = []
    for done, chunk in enumerate(chunks, 1):
        parts += _map(transcript[chunk.start : chunk.stop], ask)
        report(_MAPPING * done / len(chunks))
    return parts


def reduce_parts(texts: Sequence[str], budget: int, ask: Callable[[Sequence[str]], str], report: Report) -> str:
    """Merge summaries into one, in as many rounds as it takes."""
    while len(texts) > 1:
        # At least two fit one prompt, so that every round has half as many.
        short = [_within(text, budget // 2) for text in texts]
        groups = pack([estimate(text) for text in short], budget)
        texts = [ask(short[group.start : group.stop]) if len(group) > 1 else short[group.start] for group in groups]
        report(1 - (1 - _MAPPING) * (len(texts) - 1) / len(short))
    report(1.0)
    return texts[0]


def _map(chunk: Sequence[Line], ask: Callable[[Sequence[Line]], Part]) -> list[Part]:
    """One part or, where it turns out too long for the model, its halves."""
    try:
        return [ask(chunk)]
    except TooLong:
        if len(chunk) == 1:
            raise
    half = len(chunk) // 2
    return _map(chunk[:half], ask) + _map(chunk[half:], ask)


def _within(text: str, budget: int) -> str:
    while estimate(text) > budget:
        words = len(text.split())
        # A character is a token at most.
        text = cut(text, words * 3 // 4) if words > 1 else text[:budget]
    return text
