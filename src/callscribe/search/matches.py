"""Where in the found calls the words are: a few lines a call, with the time at which they are said."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from callscribe.models import PassageKind
from callscribe.search.found import tsquery
from callscribe.search.query import Query, Term
from callscribe.store.passages import CONFIGURATION, lexemes
from callscribe.store.passages import normal as normal_of
from callscribe.store.tables import CallRow, PassageRow, SegmentRow, SummaryRow

#: Lines of speech that are shown of a call.
_LINES = 3

# Control characters: no text that is stored or asked for has any.
_BEGIN, _END = "\x02", "\x03"
_AS_COMPARED = str.maketrans("ёЁ", "еЕ")
_SIGNS = re.compile(f"[{_BEGIN}{_END}]")
_WHOLE = f"HighlightAll=true, StartSel={_BEGIN}, StopSel={_END}"
_PIECE = f"MinWords=15, MaxWords=35, StartSel={_BEGIN}, StopSel={_END}"


@dataclass(frozen=True, slots=True)
class Match:
    """A place in a call where something of what was asked for is; only speech has a time."""

    kind: PassageKind
    text: str
    #: What to highlight: characters of `text`, from the first up to before the second.
    marks: list[tuple[int, int]]
    speaker: str | None = None
    #: Seconds from the start of the call.
    start: float | None = None
    end: float | None = None
    segment_id: int | None = None


def matches(session: Session, query: Query, speaker: str | None, call_ids: Sequence[UUID]) -> dict[UUID, list[Match]]:
    """The best places of each call: title, summary, then speech in order of time."""
    found: dict[UUID, list[Match]] = defaultdict(list)
    if not query.wanted or not call_ids:
        return found
    asked = _Asked(query)
    if speaker is None:
        for row in session.execute(_titles(asked, call_ids)):
            found[row.call_id].append(_match(PassageKind.TITLE, row))
        for row in session.execute(_summaries(asked, call_ids)):
            found[row.call_id].append(_match(PassageKind.SUMMARY, row))
    for row in session.execute(_speech(asked, speaker, call_ids, _beginnings(session, asked))):
        # Where the words are only in a speaker's name, the first line of that speaker is shown, if nothing else is.
        if row.matched or not found[row.call_id]:
            found[row.call_id].append(_match(PassageKind.SPEECH, row))
    return found


class _Asked:
    """The question as PostgreSQL has it: `terms` is met where one of its terms is, `words` where any word is."""

    def __init__(self, query: Query) -> None:
        words = [Term(word, prefix=term.prefix) for term in query.wanted for word in term.text.split()]
        self.texts = [word.text for word in words]
        self.terms = _any_of(query.wanted)
        self.words = _any_of(words)

    def marked(self, text: ColumnElement[str], options: str) -> ColumnElement[str]:
        """The text, or a piece of it, with signs around the words."""
        return func.ts_headline(CONFIGURATION, normal_of(text), self.words, options).label("marked")


def _any_of(terms: Sequence[Term]) -> ColumnElement[str]:
    return reduce(lambda left, right: left.op("||")(right), map(tsquery, dict.fromkeys(terms)))


def _has(vector: ColumnElement[str], query: ColumnElement[str]) -> ColumnElement[bool]:
    return vector.op("@@", is_comparison=True)(query)


def _titles(asked: _Asked, call_ids: Sequence[UUID]) -> Select[UUID, str, str]:
    title: ColumnElement[str] = CallRow.title.expression
    return select(CallRow.id.label("call_id"), title.label("text"), asked.marked(title, _WHOLE)).where(
        CallRow.id.in_(call_ids), _has(lexemes(title), asked.words)
    )


def _summaries(asked: _Asked, call_ids: Sequence[UUID]) -> Select[UUID, str, str]:
    text: ColumnElement[str] = SummaryRow.text.expression
    return select(SummaryRow.call_id, text.label("text"), asked.marked(text, _PIECE)).where(
        SummaryRow.call_id.in_(call_ids), _has(lexemes(text), asked.words)
    )


def _beginnings(session: Session, asked: _Asked) -> list[str]:
    """What a line has in it that has one of the words.

    A stem begins all forms of its word, but for its last letter: "happy" has the stem "happi".
    """
    stems = select(func.unnest(func.tsvector_to_array(lexemes(literal(" ".join(asked.texts))))))
    return sorted({stem[:-1] if len(stem) > 2 else stem for stem in session.scalars(stems)})


def _speech(asked: _Asked, speaker: str | None, call_ids: Sequence[UUID], beginnings: Sequence[str]) -> Select[Any]:
    """The best lines of the best passages of each call, in order of time."""
    text: ColumnElement[str] = SegmentRow.text.expression
    # To take a line to pieces is the dearest part, so most are spared it, and none is taken to pieces twice.
    lower = func.lower(normal_of(text))
    may_have = or_(*(func.strpos(lower, beginning) > 0 for beginning in beginnings))
    pieces = case((may_have, lexemes(text)), else_=cast("", TSVECTOR))
    said = [] if speaker is None else [PassageRow.speaker == speaker]
    passages = (
        select(PassageRow.call_id, PassageRow.window_index, PassageRow.speaker)
        .add_columns(_place(asked, PassageRow.call_id.expression, PassageRow.lexemes.expression))
        .where(PassageRow.call_id.in_(call_ids), PassageRow.kind == PassageKind.SPEECH, *said)
        .where(_has(PassageRow.lexemes.expression, asked.words))
        .subquery()
    )
    of_passage = and_(
        SegmentRow.call_id == passages.c.call_id,
        SegmentRow.window_index == passages.c.window_index,
        SegmentRow.speaker.is_not_distinct_from(passages.c.speaker),
    )
    lines = (
        select(SegmentRow.id, SegmentRow.call_id, SegmentRow.start, SegmentRow.end, SegmentRow.speaker, SegmentRow.text)
        .add_columns(pieces.label("lexemes"))
        .join(passages, of_passage)
        .where(passages.c.place <= _LINES)
        .cte()
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    ranked = select(
        lines, _has(lines.c.lexemes, asked.words).label("matched"), _place(asked, lines.c.call_id, lines.c.lexemes)
    ).subquery()
    return (
        select(ranked, asked.marked(ranked.c.text, _WHOLE))
        .where(ranked.c.place <= _LINES, or_(ranked.c.matched, ranked.c.place == 1))
        .order_by(ranked.c.start, ranked.c.id)
    )


def _place(asked: _Asked, call_id: ColumnElement[UUID], vector: ColumnElement[str]) -> ColumnElement[int]:
    """How well it fits, from 1 on in each call: what meets a term as a whole before what has only words of it."""
    fits = (_has(vector, asked.terms).desc(), func.ts_rank(vector, asked.words).desc())
    return func.row_number().over(partition_by=call_id, order_by=fits).label("place")


def _match(kind: PassageKind, row: Row[*tuple[Any, ...]]) -> Match:
    text, marks = _unmarked(row.text, row.marked)
    if kind is not PassageKind.SPEECH:
        return Match(kind, text, marks)
    return Match(kind, text, marks, row.speaker, row.start, row.end, row.id)


def _unmarked(text: str, marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The piece of the text that `marked` is, with what it marks; the text itself may have `ё` where that has `е`."""
    pieces = _SIGNS.split(marked)
    piece = "".join(pieces)
    begin = max(text.translate(_AS_COMPARED).find(piece), 0)
    ends = list(accumulate(map(len, pieces)))
    return text[begin : begin + len(piece)], list(zip(ends[::2], ends[1::2], strict=False))
