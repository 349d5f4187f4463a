"""The summarizer that needs no model: it only repeats what was said, so it cannot invent anything."""

from collections.abc import Callable, Iterable
from datetime import date
from math import isqrt, sqrt

from callscribe.models import DEFAULT_BRIEF, Brief, Insight, InsightKind, Notice, Summary, Transcript
from callscribe.ports import Drafts, Report
from callscribe.summary.items import decisions, tasks
from callscribe.summary.participants import participants
from callscribe.summary.questions import questions
from callscribe.summary.statements import Statements
from callscribe.summary.text import MAX_WORDS, NUMBER, Sentence, count_words, nothing_said
from callscribe.summary.titles import title
from callscribe.summary.topics import topics

ENGINE = "extractive"

_LANGUAGE = Notice(
    "summary_language", "The summary is in the language of the call, since only a language model can translate it."
)
_FEWEST, _MOST = 3, 20
_KEY_POINTS = 10
#: What a number adds to the worth of a sentence, and words of a sentence that says enough.
_NUMBER, _FULL = 1.5, 14


class ExtractiveSummarizer:
    """Picks the most central sentences by LexRank, decisions and action items by their wording."""

    def __init__(self, language: str | None = None) -> None:
        #: ISO 639-1 code in which to say that nothing was said, where the transcript has no language.
        self._language = language

    def summarize(
        self,
        transcript: Transcript,
        report: Report,
        brief: Brief = DEFAULT_BRIEF,
        drafts: Drafts | None = None,  # noqa: ARG002
    ) -> Summary:
        """Summarize in the words of the call, whatever kind of call it is."""
        statements = Statements(transcript.segments)
        if not statements.sentences:
            return Summary(nothing_said(transcript.language or self._language), (), (), ENGINE)
        report(0.5)
        about = topics(transcript.segments, _text(statements, lambda _: 1))
        text = _text(statements, _worth)
        summary = Summary(
            text=text,
            insights=tuple(_insights(statements, brief.called_on)),
            participants=participants(transcript.segments, statements),
            engine=ENGINE,
            notices=_notices(brief.language, transcript.language),
            topics=about,
            title=title(about, transcript.text, text),
        )
        report(1.0)
        return summary


def _notices(wanted: str | None, spoken: str | None) -> tuple[Notice, ...]:
    """That a summary without an LLM is in the words of the call, where another language was wanted."""
    return () if wanted is None or wanted == spoken else (_LANGUAGE,)


def _size(statements: Statements) -> int:
    return min(max(_FEWEST, isqrt(len(statements.sentences)) + 1), _MOST)


def _worth(sentence: Sentence) -> float:
    """A sentence that tells a number is worth more, one of a few words less."""
    weight = _NUMBER if NUMBER.search(sentence.text) else 1.0
    return weight * sqrt(min(count_words(sentence.text) / _FULL, 1.0))


def _text(statements: Statements, worth: Callable[[Sentence], float]) -> str:
    """The best sentences in the order of the call; where none says anything of substance, the first ones."""
    best = statements.best(_size(statements), worth) or list(range(len(statements.sentences)))[:_FEWEST]
    told, words = [], 0
    for position in best:
        words += count_words(statements.sentences[position].text)
        if words > MAX_WORDS:
            break
        told.append(position)
    return " ".join(statements.sentences[position].tidy for position in sorted(told))


def _insights(statements: Statements, called_on: date | None) -> Iterable[Insight]:
    found = (*statements.of(InsightKind.DECISION), *statements.of(InsightKind.ACTION_ITEM))
    listed = {statements.sentences[position] for position in found}
    size = min(_size(statements), _KEY_POINTS)
    points = statements.best(size, lambda sentence: 0 if sentence in listed else _worth(sentence))
    yield from (statements.insight(InsightKind.KEY_POINT, position) for position in sorted(points))
    yield from decisions(statements)
    yield from tasks(statements, called_on)
    yield from questions(statements)
