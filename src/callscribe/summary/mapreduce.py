"""A call of any length through a model with a small context: summarize parts, then merge their summaries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callscribe.models import Segment
from callscribe.ports import Report, TooLong
from callscribe.summary.answers import Merged, Part
from callscribe.summary.text import cut

#: Share of the work that lies in the parts; the rest is merging.
_MAPPING = 0.9
#: Fourths of a part that are filled, whatever comes; in the last one a good place to end is looked for.
_FULL = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a prompt's transcript."""

    #: Position in `Transcript.segments`.
    segment: int
    #: Number of the turn: it changes with the speaker.
    turn: int
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
    turn = 0
    for position, segment in enumerate(segments):
        turn += position > 0 and segment.speaker != segments[position - 1].speaker
        speaker = f"{on_one_line(segment.speaker)}: " if segment.speaker else ""
        head = f"[{position}] {speaker}"
        words = on_one_line(segment.text).split()
        for piece in pack([estimate(word) + 1 for word in words], max(budget - estimate(head), 1)):
            found.append(Line(position, turn, head + " ".join(words[piece.start : piece.stop])))
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


def chunked(transcript: Sequence[Line], budget: int) -> list[Sequence[Line]]:
    """Cut a transcript into parts of at most `budget` tokens, between turns where there is a turn to end with.

    A line that costs more is a part of its own.
    """
    costs = [estimate(line.text) + 1 for line in transcript]
    parts: list[Sequence[Line]] = []
    start = 0
    while start < len(costs):
        end, total = start + 1, costs[start]
        while end < len(costs) and total + costs[end] <= budget:
            total += costs[end]
            end += 1
        end = _border(transcript, start, end)
        parts.append(transcript[start:end])
        start = end
    return parts


def map_parts(
    transcript: Sequence[Line], budget: int, ask: Callable[[Sequence[Line]], Part], report: Report
) -> list[Part]:
    """Ask for every part of a transcript, in order. Raises `TooLong` if one line alone is."""
    chunks = chunked(transcript, budget)
    parts = []
    for done, chunk in enumerate(chunks, 1):
        parts += _map(chunk, ask)
        report(_MAPPING * done / len(chunks))
    return parts


def reduce_parts(
    parts: Sequence[Merged], budget: int, ask: Callable[[Sequence[str]], Merged], report: Report
) -> Merged:
    """Merge summaries into one, in as many rounds as it takes."""
    while len(parts) > 1:
        # At least two fit one prompt, so that every round has half as many.
        texts = [_within(part.summary, budget // 2) for part in parts]
        groups = pack([estimate(text) for text in texts], budget)
        parts = [ask(texts[group.start : group.stop]) if len(group) > 1 else parts[group.start] for group in groups]
        report(1 - (1 - _MAPPING) * (len(parts) - 1) / len(texts))
    report(1.0)
    return parts[0]


def _border(transcript: Sequence[Line], start: int, end: int) -> int:
    """Where to end a part that may reach to `end`: after a turn, a segment or, where both are long, a line."""
    if end < len(transcript):
        candidates = range(end, start + _FULL * (end - start) // 4, -1)
        for unit in ("turn", "segment"):
            for at in candidates:
                if getattr(transcript[at], unit) != getattr(transcript[at - 1], unit):
                    return at
    return end


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
