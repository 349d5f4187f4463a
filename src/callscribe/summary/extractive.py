"""The summarizer that needs no model: it only repeats what was said, so it cannot invent anything."""

from collections.abc import Iterable
from math import isqrt

from callscribe.models import Insight, InsightKind, Summary, Template, Transcript
from callscribe.ports import Report
from callscribe.summary.participants import participants
from callscribe.summary.statements import Statements
from callscribe.summary.text import MAX_WORDS, count_words, nothing_said
from callscribe.summary.topics import topics

ENGINE = "extractive"

_FEWEST, _MOST = 3, 20
_KEY_POINTS = 10


class ExtractiveSummarizer:
    """Picks the most central sentences by LexRank, decisions and action items by their wording."""

    def __init__(self, language: str | None = None) -> None:
        #: ISO 639-1 code in which to say that nothing was said, where the transcript has no language.
        self._language = language

    def summarize(self, transcript: Transcript, report: Report, template: Template = Template.MEETING) -> Summary:  # noqa: ARG002
        """Summarize in the words of the call, whatever kind of call it is."""
        statements = Statements(transcript.segments)
        if not statements.sentences:
            return Summary(nothing_said(transcript.language or self._language), (), (), ENGINE)
        report(0.5)
        text = _text(statements)
        summary = Summary(
            text=text,
            insights=tuple(_insights(statements)),
            participants=participants(transcript.segments, statements),
            engine=ENGINE,
            topics=topics(transcript.segments, text),
        )
        report(1.0)
        return summary


def _size(statements: Statements) -> int:
    return min(max(_FEWEST, isqrt(len(statements.sentences)) + 1), _MOST)


def _text(statements: Statements) -> str:
    """The best sentences in the order of the call; where none says anything of substance, the first ones."""
    best = statements.best(_size(statements)) or list(range(len(statements.sentences)))[:_FEWEST]
    told, words = [], 0
    for position in best:
        words += count_words(statements.sentences[position].text)
        if words > MAX_WORDS:
            break
        told.append(position)
    return " ".join(statements.sentences[position].tidy for position in sorted(told))


def _insights(statements: Statements) -> Iterable[Insight]:
    decisions = statements.of(InsightKind.DECISION)
    actions = statements.of(InsightKind.ACTION_ITEM)
    listed = {statements.sentences[position] for position in (*decisions, *actions)}
    points = statements.best(min(_size(statements), _KEY_POINTS), lambda sentence: sentence not in listed)
    for kind, positions in (
        (InsightKind.KEY_POINT, sorted(points)),
        (InsightKind.DECISION, decisions),
        (InsightKind.ACTION_ITEM, actions),
    ):
        yield from (statements.insight(kind, position) for position in positions)
