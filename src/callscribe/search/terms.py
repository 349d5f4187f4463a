"""What PostgreSQL makes of the terms of a question, and what may have been meant where it knows none of them."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from callscribe.errors import BadRequest
from callscribe.search.found import matching, prepare, tsquery
from callscribe.search.mistakes import variants
from callscribe.search.query import Query, Term, parse
from callscribe.store.tables import CallRow, PassageRow

# Passages after which it does not matter any more how many a word is in.
_ENOUGH = 1000

# `ts_lexize` gives an empty array for a stop word of the language.
_IS_COMMON = text(
    """
    SELECT word, coalesce(ts_lexize('pg_catalog.russian_stem', lower(word)) = '{}', false)
        OR coalesce(ts_lexize('pg_catalog.english_stem', lower(word)) = '{}', false) AS is_common
    FROM unnest(CAST(:words AS text[])) AS word
    """
)
_OCCURRING = text(
    """
    WITH variant AS (
        SELECT DISTINCT ON (query) word, position, query
        FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS given (word, position),
            phraseto_tsquery('callscribe', word) AS query
        ORDER BY query, position
    )
    SELECT word FROM variant, LATERAL (
        SELECT count(*) AS times FROM (SELECT FROM passages WHERE lexemes @@ query LIMIT :enough) AS hit
    ) AS found
    WHERE times > 0 ORDER BY times DESC, position LIMIT 1
    """
)


def effective(session: Session, query: Query) -> Query:
    """Without the words that stand in every call, such as "and", unless all words of a group are such.

    Raises `BadRequest` where nothing is left: signs that PostgreSQL sees no word in.
    """
    words = [term.text for term in query.wanted if not term.phrase]
    common = {row.word for row in session.execute(_IS_COMMON, {"words": words}) if row.is_common}
    groups = []
    for group in query.groups:
        telling = tuple(term for term in group if term.negated or term.phrase or term.text not in common)
        groups.append(telling if any(not term.negated for term in telling) else group)
    sizes = session.execute(select(*(func.numnode(tsquery(term)) for group in groups for term in group))).one()
    empty = {term for term, size in zip((term for group in groups for term in group), sizes, strict=True) if not size}
    left = tuple(tuple(term for term in group if term not in empty) for group in groups)
    if not any(left):
        raise BadRequest("q: there is no word in it to look for.")
    return Query(tuple(group for group in left if group))


def finds(session: Session, question: str) -> ColumnElement[bool]:
    """Whether a search for this finds a call, as a condition. Raises `BadRequest`."""
    prepare(session)
    query = effective(session, parse(question))
    return CallRow.id.in_(select(matching(query).subquery().c.call_id))


def corrected(session: Session, query: Query) -> Query | None:
    """The question with other words for those that occur nowhere; None where no other is known, or all occur."""
    changes = {term: _meant(session, term) for term in dict.fromkeys(query.wanted) if not _occurs(session, term)}
    if not any(changes.values()):
        return None
    return Query(tuple(tuple(changes.get(term) or term for term in group) for group in query.groups))


def _occurs(session: Session, term: Term) -> bool:
    where = PassageRow.lexemes.op("@@")(tsquery(term))
    return session.scalar(select(PassageRow.id).where(where).limit(1)) is not None


def _meant(session: Session, term: Term) -> Term | None:
    words = [_likeliest(session, word) for word in term.text.split()]
    meant = replace(term, text=" ".join(words))
    return meant if meant != term else None


def _likeliest(session: Session, word: str) -> str:
    """The word itself where it occurs, or no variant of it does."""
    if _occurs(session, Term(word)):
        return word
    given: Iterable[str] = variants(word)
    return session.scalar(_OCCURRING, {"words": list(given), "enough": _ENOUGH}) or word
