"""Search over all calls."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter

from callscribe.api import cursor as cursors
from callscribe.api.deps import Service
from callscribe.api.filters import Chosen
from callscribe.api.problems import responses
from callscribe.api.schemas.search import FoundOut, MatchOut, SearchPage
from callscribe.api.schemas.tasks import Task
from callscribe.errors import BadRequest, Unavailable
from callscribe.search import found, matches, terms
from callscribe.search.found import Found, Order, Position
from callscribe.search.query import parse
from callscribe.store import history

router = APIRouter(prefix="/search", tags=["search"])

#: What a cursor holds: the order, the position, and the question as it was corrected for the first page.
_Cursor = tuple[Order, int, datetime, UUID, str | None]
_CURSOR: TypeAdapter[_Cursor] = TypeAdapter(_Cursor)


@router.get(
    "",
    summary="Search all calls",
    response_description="One page of calls that were found.",
    responses=responses(BadRequest, Unavailable),
)
def search(
    service: Service,
    chosen: Chosen,
    *,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=500,
            description='Words in any form, in Russian or English; `"a phrase"`, `-without`, `either OR other`, '
            "`begin*`.",
            examples=["договор -аренда"],
        ),
    ],
    speaker: Annotated[
        str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00]*$", description="Only in what they say.")
    ] = None,
    sort: Annotated[Order, Query(description="The best or the newest calls first.")] = Order.RELEVANCE,
    limit: Annotated[int, Query(ge=1, le=100, description="Calls a page.")] = 20,
    cursor: Annotated[str | None, Query(max_length=cursors.LONGEST, description="`next` of the page before.")] = None,
) -> SearchPage:
    """Find the calls in whose transcript, summary, title, tags or speakers' names something is, and where it is.

    Words are found in all their forms. Where nothing is found at all, mistyped words are corrected, and `corrected`
    says so.
    """
    at = _position(cursor, sort)
    with service.database.transaction() as session:
        found.prepare(session)
        corrected = at[1] if at else None
        query = terms.effective(session, parse(corrected or q))

        def look() -> Found:
            return found.find(session, query, chosen, speaker=speaker, order=sort, limit=limit + 1, after=at and at[0])

        page = look()
        if page.total == 0 and (meant := terms.corrected(session, query)):
            query, corrected = meant, str(meant)
            page = look()
            corrected = corrected if page.total else None
        shown = page.positions[:limit]
        rows = history.by_ids(session, [position.call_id for position in shown])
        places = matches.matches(session, query, speaker, list(rows))
        results = [
            FoundOut(task=Task.of(row), matches=[MatchOut.model_validate(match) for match in places[row.id]])
            for row in rows.values()
        ]
    following = _cursor(sort, shown[-1], corrected) if len(page.positions) > limit else None
    return SearchPage(total=page.total, corrected=corrected, results=results, next=following)


def _cursor(sort: Order, last: Position, corrected: str | None) -> str:
    return cursors.encode(sort, last.weight, last.called_at, last.call_id, corrected)


def _position(cursor: str | None, sort: Order) -> tuple[Position, str | None] | None:
    if cursor is None:
        return None
    order, weight, called_at, call_id, corrected = cursors.decode(cursor, _CURSOR)
    if order is not sort:
        raise BadRequest("cursor: it belongs to another `sort`; begin without it.")
    return Position(weight, called_at, call_id), corrected
